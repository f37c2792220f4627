//! A running sandbox.

use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use axum::serve::ListenerExt;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::{oneshot, watch};

use crate::auth::Tokens;
use crate::catalog::catalog;
use crate::journal::{Applied, Logged};
use crate::server::Server;
use crate::write::Writer;

/// The API token, unless another one is set.
const API_TOKEN: &str = "sandbox-api-token";

/// The tenant token, unless another one is set.
const TENANT_TOKEN: &str = "5eed0000-0000-4000-8000-000000000000";

/// How long requests that are under way have when the sandbox ends.
const GRACE: Duration = Duration::from_millis(250);

/// A Planhat of your own, in memory, on a port of this machine. It ends when it is dropped.
///
/// It runs on a thread of its own: neither a paused clock nor a busy runtime of a test holds it up.
pub struct Sandbox {
    server: Arc<Server>,
    address: SocketAddr,
    stop: Option<watch::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// Why a sandbox does not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The port is not to be had.
    #[error("cannot listen on 127.0.0.1:{port}")]
    Listen {
        /// The port.
        port: u16,
        /// What the system says.
        source: io::Error,
    },
    /// There is no thread to run it on.
    #[error("cannot start a thread for the sandbox")]
    Thread(#[source] io::Error),
}

/// Why a record cannot be put into a sandbox.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InsertError {
    /// The schema has no model with this name.
    #[error("there is no model {0}")]
    UnknownModel(String),
    /// A record is a JSON object.
    #[error("a record must be a JSON object")]
    NotAnObject,
}

/// The settings of a [`Sandbox`].
#[derive(Clone, Default)]
#[must_use]
pub struct Builder {
    port: u16,
    api_token: Option<String>,
    tenant_token: Option<String>,
}

impl Builder {
    /// The port; any free one if it is not set.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// The token that opens the API.
    pub fn api_token(mut self, token: impl Into<String>) -> Self {
        self.api_token = Some(token.into());
        self
    }

    /// The token that opens the analytics host.
    pub fn tenant_token(mut self, token: impl Into<String>) -> Self {
        self.tenant_token = Some(token.into());
        self
    }

    /// Starts the sandbox; once this returns, it answers.
    ///
    /// # Errors
    ///
    /// If the port is taken, or the system is out of threads.
    pub async fn start(self) -> Result<Sandbox, StartError> {
        let port = self.port;
        let server = Arc::new(Server::new(Tokens {
            api: self.api_token.unwrap_or_else(|| API_TOKEN.to_owned()),
            tenant: self.tenant_token.unwrap_or_else(|| TENANT_TOKEN.to_owned()),
        }));
        let (stop, stopped) = watch::channel(());
        let (ready, started) = oneshot::channel();
        let serving = Arc::clone(&server);
        let thread = thread::Builder::new().name("planhat-sandbox".to_owned()).spawn(move || {
            run(port, serving, ready, stopped);
        });
        let thread = thread.map_err(StartError::Thread)?;
        let gone = || Err(io::Error::other("the thread ended"));
        let address = started.await.unwrap_or_else(|_| gone()).map_err(|source| StartError::Listen { port, source })?;
        Ok(Sandbox { server, address, stop: Some(stop), thread: Some(thread) })
    }
}

impl Sandbox {
    /// Starts a sandbox on a free port, with tokens of its own.
    ///
    /// # Errors
    ///
    /// If the system has no port or thread to give.
    pub async fn start() -> Result<Self, StartError> {
        Self::builder().start().await
    }

    /// Settings for a sandbox.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// The base URL in place of `https://api.planhat.com`.
    #[must_use]
    pub fn api_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The base URL in place of `https://analytics.planhat.com`: one port serves both hosts.
    #[must_use]
    pub fn analytics_url(&self) -> String {
        self.api_url()
    }

    /// The token that opens the API.
    #[must_use]
    pub fn api_token(&self) -> &str {
        &self.server.tokens().api
    }

    /// The token that opens the analytics host.
    #[must_use]
    pub fn tenant_token(&self) -> &str {
        &self.server.tokens().tenant
    }

    /// The requests that were answered, oldest first.
    #[must_use]
    pub fn requests(&self) -> Vec<Logged> {
        self.server.state().requests.clone()
    }

    /// Forgets the requests that were answered so far.
    pub fn clear_requests(&self) {
        self.server.state().requests.clear();
    }

    /// The writes that took effect, oldest first.
    #[must_use]
    pub fn applied(&self) -> Vec<Applied> {
        self.server.state().applied.clone()
    }

    /// Stores a record and says which `_id` it has.
    ///
    /// No rule is applied: fields that only the server sets may be given, required ones may be left out, and it is
    /// no write in the sense of [`applied`](Self::applied). What is left out gets its default or is derived.
    ///
    /// # Errors
    ///
    /// If the schema has no such model, or the record is not an object.
    pub fn insert(&self, model: &str, record: Value) -> Result<String, InsertError> {
        let table = catalog().table(model).ok_or_else(|| InsertError::UnknownModel(model.to_owned()))?;
        let Value::Object(record) = record else { return Err(InsertError::NotAnObject) };
        let mut state = self.server.state();
        Ok(Writer { store: &mut state.store, table, now: jiff::Timestamp::now() }.seed(record))
    }

    /// A model's records as they are stored, oldest first; none if the schema has no such model.
    #[must_use]
    pub fn records(&self, model: &str) -> Vec<Value> {
        let Some(table) = catalog().table(model) else { return Vec::new() };
        self.server.state().store.all(table).cloned().map(Value::Object).collect()
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // Joining fails only if the thread panicked, and then it is gone too.
            let _ = thread.join();
        }
    }
}

// Neither shows the tokens.
impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder").field("port", &self.port).finish_non_exhaustive()
    }
}

impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sandbox").field("address", &self.address).finish_non_exhaustive()
    }
}

/// Runs the server until its sandbox is dropped. The runtime ends with this function, and every connection with it.
fn run(port: u16, server: Arc<Server>, ready: oneshot::Sender<io::Result<SocketAddr>>, stopped: watch::Receiver<()>) {
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(why) => return drop(ready.send(Err(why))),
    };
    runtime.block_on(async {
        let bound = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await;
        match bound.and_then(|listener| Ok((listener.local_addr()?, listener))) {
            Ok((address, listener)) => {
                // If nobody waits any more, the sender of `stopped` is gone too, and serving ends at once.
                let _ = ready.send(Ok(address));
                serve(listener, server, stopped).await;
            }
            Err(why) => drop(ready.send(Err(why))),
        }
    });
}

async fn serve(listener: TcpListener, server: Arc<Server>, stopped: watch::Receiver<()>) {
    let listener = listener.tap_io(|stream| {
        // Without it, answers may wait for 40 ms; with it failing, they still arrive.
        let _ = stream.set_nodelay(true);
    });
    let mut ending = stopped.clone();
    let serving = axum::serve(listener, server.service()).with_graceful_shutdown(end(stopped));
    let late = async {
        // The sender never sends: a change is its end.
        let _ = ending.changed().await;
        tokio::time::sleep(GRACE).await;
    };
    tokio::select! {
        _ = serving => {}
        () = late => {}
    }
}

async fn end(mut stopped: watch::Receiver<()>) {
    let _ = stopped.changed().await;
}
