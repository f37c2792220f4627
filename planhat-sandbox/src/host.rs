//! The thread that a sandbox runs on, and the port that it listens on.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use tokio::net::{TcpListener, TcpSocket};
use tokio::runtime::Runtime;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::line::{Cutter, Door};
use crate::server::Server;

/// How many connections may wait to be taken in.
const BACKLOG: u32 = 1024;

/// A thread that serves when it is told to. It ends when this is dropped.
pub(crate) struct Host {
    orders: Option<UnboundedSender<Order>>,
    thread: Option<JoinHandle<()>>,
}

/// What the thread is told, and whom it tells when that is done.
enum Order {
    Online(Done<io::Result<SocketAddr>>),
    Offline(Done<()>),
}

type Done<T> = Box<dyn FnOnce(T) + Send>;

impl Host {
    /// A host that is offline. Port 0 stands for any free one, and then for that one.
    pub(crate) fn new(port: u16, server: Arc<Server>) -> io::Result<Self> {
        let (orders, received) = unbounded_channel();
        let thread = thread::Builder::new().name("planhat-sandbox".to_owned());
        let thread = thread.spawn(move || run(port, &server, received))?;
        Ok(Self { orders: Some(orders), thread: Some(thread) })
    }

    /// Goes online, and says at which address. If the thread is gone, `done` is dropped.
    pub(crate) fn go_online(&self, done: impl FnOnce(io::Result<SocketAddr>) + Send + 'static) {
        self.tell(Order::Online(Box::new(done)));
    }

    /// Goes offline: closes the port and breaks every connection.
    pub(crate) fn go_offline(&self, done: impl FnOnce(()) + Send + 'static) {
        self.tell(Order::Offline(Box::new(done)));
    }

    fn tell(&self, order: Order) {
        if let Some(orders) = &self.orders {
            // Without a thread, the order is dropped, and so whoever waits for it learns of that.
            let _ = orders.send(order);
        }
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        drop(self.orders.take());
        if let Some(thread) = self.thread.take() {
            // Joining fails only if the thread panicked, and then it is gone too.
            let _ = thread.join();
        }
    }
}

/// Follows orders until there can be no more.
fn run(port: u16, server: &Arc<Server>, mut orders: UnboundedReceiver<Order>) {
    let mut address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let mut reserved = None;
    while let Some(order) = orders.blocking_recv() {
        let online = match order {
            Order::Online(done) => done,
            Order::Offline(done) => {
                done(());
                continue;
            }
        };
        match open(address, reserved.take()) {
            Ok((runtime, listener, found)) => {
                address = found;
                online(Ok(address));
                let offline = runtime.block_on(serve(listener, address, Arc::clone(server), &mut orders));
                // Every connection ends with its runtime.
                drop(runtime);
                let Some(offline) = offline else { return };
                // If the port is not to be had, going online will say so.
                reserved = bind(address).ok();
                offline(());
            }
            Err(why) => online(Err(why)),
        }
    }
}

/// A runtime for one time online, and a listener in it.
fn open(address: SocketAddr, reserved: Option<TcpSocket>) -> io::Result<(Runtime, TcpListener, SocketAddr)> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let socket = reserved.map_or_else(|| bind(address), Ok)?;
    let listener = runtime.block_on(async { socket.listen(BACKLOG) })?;
    let address = listener.local_addr()?;
    Ok((runtime, listener, address))
}

/// A socket that has an address, but refuses connections. While it is there, the system gives the port to nobody else.
fn bind(address: SocketAddr) -> io::Result<TcpSocket> {
    let socket = TcpSocket::new_v4()?;
    // Elsewhere than on Windows, a port that was just in use is not to be had without it.
    #[cfg(not(windows))]
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    Ok(socket)
}

/// Serves until it is to go offline, and returns whom to tell; nobody if the sandbox ends.
async fn serve(
    listener: TcpListener,
    address: SocketAddr,
    server: Arc<Server>,
    orders: &mut UnboundedReceiver<Order>,
) -> Option<Done<()>> {
    let service = server.service().into_make_service_with_connect_info::<Cutter>();
    let serving = axum::serve(Door(listener), service).into_future();
    let told = async {
        loop {
            match orders.recv().await? {
                Order::Online(done) => done(Ok(address)),
                Order::Offline(done) => return Some(done),
            }
        }
    };
    tokio::select! {
        _ = serving => None,
        offline = told => offline,
    }
}
