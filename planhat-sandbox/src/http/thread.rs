//! The thread that a sandbox runs on, and the ports that it listens on.

use std::{
    cell::Cell,
    io, mem,
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
    thread::{self, JoinHandle},
};

use tokio::{
    net::{TcpListener, TcpSocket},
    runtime::Runtime,
    sync::{
        Notify,
        mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
    },
    task::JoinSet,
};

use crate::http::{
    listener,
    server::{Server, Side},
};

/// How many connections may wait to be taken in.
const BACKLOG: u32 = 1024;

/// A thread that serves when it is told to. It ends when this is dropped.
pub(crate) struct Host {
    orders: Option<UnboundedSender<Order>>,
    thread: Option<JoinHandle<()>>,
}

/// Where it listens: at one address for all hosts, or at one for the main host and one for the others.
pub(crate) type Addresses = Vec<SocketAddr>;

/// A port that is not to be had, and what the system says.
pub(crate) type Taken = (u16, io::Error);

/// What the thread is told, and whom it tells when that is done.
enum Order {
    Online(Done<Result<Addresses, Taken>>),
    Offline(Done<()>),
    Finish(Done<()>),
}

type Done<T> = Box<dyn FnOnce(T) + Send>;

impl Host {
    /// A host that is offline. Port 0 stands for any free one, and then for that one. With a second port, that is where
    /// the hosts other than the main one are.
    pub(crate) fn new(ports: &[u16], server: Arc<Server>) -> io::Result<Self> {
        let addresses = ports.iter().map(|port| SocketAddr::from((Ipv4Addr::LOCALHOST, *port))).collect();
        let (orders, received) = unbounded_channel();
        let thread = thread::Builder::new().name("planhat-sandbox".to_owned());
        let thread = thread.spawn(move || run(addresses, &server, received))?;
        Ok(Self { orders: Some(orders), thread: Some(thread) })
    }

    /// Goes online, and says at which addresses. If the thread is gone, `done` is dropped.
    pub(crate) fn go_online(&self, done: impl FnOnce(Result<Addresses, Taken>) + Send + 'static) {
        self.tell(Order::Online(Box::new(done)));
    }

    /// Goes offline: closes the ports and breaks every connection.
    pub(crate) fn go_offline(&self, done: impl FnOnce(()) + Send + 'static) {
        self.tell(Order::Offline(Box::new(done)));
    }

    /// Takes no more requests, and goes offline once those that came are answered.
    pub(crate) fn finish(&self, done: impl FnOnce(()) + Send + 'static) {
        self.tell(Order::Finish(Box::new(done)));
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
fn run(mut addresses: Addresses, server: &Arc<Server>, mut orders: UnboundedReceiver<Order>) {
    let mut reserved = Vec::new();
    while let Some(order) = orders.blocking_recv() {
        let online = match order {
            Order::Online(done) => done,
            Order::Offline(done) | Order::Finish(done) => {
                done(());
                continue;
            }
        };
        match open(&addresses, mem::take(&mut reserved)) {
            Ok((runtime, listeners, found)) => {
                addresses = found;
                online(Ok(addresses.clone()));
                let offline = runtime.block_on(serve(listeners, &addresses, server, &mut orders));
                // Every connection ends with its runtime.
                drop(runtime);
                let Some(offline) = offline else { return };
                // If the port is not to be had, going online will say so.
                reserved = addresses.iter().map(|address| bind(*address).ok()).collect();
                offline(());
            }
            Err(why) => online(Err(why)),
        }
    }
}

/// A runtime for one time online, and a listener in it for each address.
fn open(
    addresses: &Addresses,
    reserved: Vec<Option<TcpSocket>>,
) -> Result<(Runtime, Vec<TcpListener>, Addresses), Taken> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|why| (0, why))?;
    let mut reserved = reserved.into_iter();
    let (mut listeners, mut found) = (Vec::new(), Vec::new());
    for address in addresses {
        let reserved = reserved.next().flatten();
        let (listener, address) = listen(&runtime, *address, reserved).map_err(|why| (address.port(), why))?;
        listeners.push(listener);
        found.push(address);
    }
    Ok((runtime, listeners, found))
}

fn listen(
    runtime: &Runtime,
    address: SocketAddr,
    reserved: Option<TcpSocket>,
) -> io::Result<(TcpListener, SocketAddr)> {
    let socket = reserved.map_or_else(|| bind(address), Ok)?;
    let listener = runtime.block_on(async { socket.listen(BACKLOG) })?;
    let address = listener.local_addr()?;
    Ok((listener, address))
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
    listeners: Vec<TcpListener>,
    addresses: &Addresses,
    server: &Arc<Server>,
    orders: &mut UnboundedReceiver<Order>,
) -> Option<Done<()>> {
    let sides = if listeners.len() > 1 { &[Side::Main, Side::Others][..] } else { &[Side::Both] };
    let last = Arc::new(Notify::new());
    let finishing = Cell::new(None);
    let mut serving = JoinSet::new();
    for (listener, side) in listeners.into_iter().zip(sides) {
        let last = Arc::clone(&last).notified_owned();
        let heads = server.settings().head_timeout;
        serving.spawn(listener::serve(listener, Arc::clone(server).service(*side), heads, last));
    }
    let told = async {
        loop {
            match orders.recv().await? {
                Order::Online(done) => done(Ok(addresses.clone())),
                Order::Offline(done) => return Some(done),
                Order::Finish(done) => {
                    finishing.set(Some(done));
                    last.notify_waiters();
                }
            }
        }
    };
    let ended = async {
        serving.join_next().await;
        let done = finishing.take()?;
        while serving.join_next().await.is_some() {}
        Some(done)
    };
    tokio::select! {
        finished = ended => finished,
        offline = told => offline,
    }
}
