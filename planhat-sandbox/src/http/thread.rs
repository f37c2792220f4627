//! The thread that a sandbox runs on, and its ports.

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
        oneshot::{self, Receiver, Sender},
    },
    task::JoinSet,
};

use crate::http::{
    listener, routes,
    server::{HostFilter, Server},
};

/// The number of connections that may wait to be accepted.
const BACKLOG: u32 = 1024;

/// A thread that runs a server. Dropping it ends the thread.
pub(crate) struct ServerThread {
    commands: Option<UnboundedSender<Command>>,
    thread: Option<JoinHandle<()>>,
}

/// The addresses that it listens on: one for all hosts, or one for the main host and one for the others.
pub(crate) type Addresses = Vec<SocketAddr>;

/// A port that cannot be opened, and the system's error.
pub(crate) type BindError = (u16, io::Error);

/// A command to the thread, with a channel that says when it is done.
pub(crate) enum Command {
    /// Open the ports.
    Online(Sender<Result<Addresses, BindError>>),
    /// Close the ports and all connections.
    Offline(Sender<()>),
    /// Close the ports, and go offline after the requests in progress were answered.
    Shutdown(Sender<()>),
}

impl ServerThread {
    /// Starts a thread, which is offline at first. Port 0 stands for any free port. With a second port, the hosts other
    /// than the main one are served there.
    pub(crate) fn new(ports: &[u16], server: Arc<Server>) -> io::Result<Self> {
        let addresses = ports.iter().map(|port| SocketAddr::from((Ipv4Addr::LOCALHOST, *port))).collect();
        let (commands, received) = unbounded_channel();
        let thread = thread::Builder::new().name("planhat-sandbox".to_owned());
        let thread = thread.spawn(move || run(addresses, &server, received))?;
        Ok(Self { commands: Some(commands), thread: Some(thread) })
    }

    /// Sends a command. The receiver gets an error if the thread has ended.
    pub(crate) fn send<T>(&self, command: fn(Sender<T>) -> Command) -> Receiver<T> {
        let (done, receiver) = oneshot::channel();
        if let Some(commands) = &self.commands {
            // On an error, the command is dropped, and with it the sender.
            let _ = commands.send(command(done));
        }
        receiver
    }
}

impl Drop for ServerThread {
    fn drop(&mut self) {
        drop(self.commands.take());
        if let Some(thread) = self.thread.take() {
            // An error means that the thread panicked, so it has ended as well.
            let _ = thread.join();
        }
    }
}

/// Runs commands until the channel is closed.
fn run(mut addresses: Addresses, server: &Arc<Server>, mut commands: UnboundedReceiver<Command>) {
    let mut reserved = Vec::new();
    while let Some(command) = commands.blocking_recv() {
        let online = match command {
            Command::Online(done) => done,
            Command::Offline(done) | Command::Shutdown(done) => {
                let _ = done.send(());
                continue;
            }
        };
        match open(&addresses, mem::take(&mut reserved)) {
            Ok((runtime, listeners, found)) => {
                addresses = found;
                let _ = online.send(Ok(addresses.clone()));
                let offline = runtime.block_on(serve(listeners, &addresses, server, &mut commands));
                // Dropping the runtime closes all connections.
                drop(runtime);
                let Some(offline) = offline else { return };
                // If a port cannot be reserved, going online reports it.
                reserved = addresses.iter().map(|address| bind(*address).ok()).collect();
                let _ = offline.send(());
            }
            Err(error) => drop(online.send(Err(error))),
        }
    }
}

/// Creates a runtime, and a listener in it for each address.
fn open(
    addresses: &Addresses,
    reserved: Vec<Option<TcpSocket>>,
) -> Result<(Runtime, Vec<TcpListener>, Addresses), BindError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|error| (0, error))?;
    let mut reserved = reserved.into_iter();
    let (mut listeners, mut found) = (Vec::new(), Vec::new());
    for address in addresses {
        let reserved = reserved.next().flatten();
        let (listener, address) = listen(&runtime, *address, reserved).map_err(|error| (address.port(), error))?;
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

/// Binds a socket, which refuses connections but keeps the port from being given to others.
fn bind(address: SocketAddr) -> io::Result<TcpSocket> {
    let socket = TcpSocket::new_v4()?;
    // Except on Windows, a port that was in use until now cannot be bound without it.
    #[cfg(not(windows))]
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    Ok(socket)
}

/// Serves until a command to go offline, and returns its channel, or `None` if the sandbox was dropped.
async fn serve(
    listeners: Vec<TcpListener>,
    addresses: &Addresses,
    server: &Arc<Server>,
    commands: &mut UnboundedReceiver<Command>,
) -> Option<Sender<()>> {
    let filters = if listeners.len() > 1 { &[HostFilter::Main, HostFilter::Others][..] } else { &[HostFilter::All] };
    let shutdown = Arc::new(Notify::new());
    let shutting_down = Cell::new(None);
    let mut serving = JoinSet::new();
    for (listener, filter) in listeners.into_iter().zip(filters) {
        let shutdown = Arc::clone(&shutdown).notified_owned();
        let head_timeout = server.settings().head_timeout;
        serving.spawn(listener::serve(listener, routes::service(Arc::clone(server), *filter), head_timeout, shutdown));
    }
    let offline = async {
        loop {
            match commands.recv().await? {
                Command::Online(done) => drop(done.send(Ok(addresses.clone()))),
                Command::Offline(done) => return Some(done),
                Command::Shutdown(done) => {
                    shutting_down.set(Some(done));
                    shutdown.notify_waiters();
                }
            }
        }
    };
    let finished = async {
        serving.join_next().await;
        let done = shutting_down.take()?;
        while serving.join_next().await.is_some() {}
        Some(done)
    };
    tokio::select! {
        done = finished => done,
        done = offline => done,
    }
}
