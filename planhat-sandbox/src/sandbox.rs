//! A running sandbox.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::sync::oneshot;

use crate::auth::Tokens;
use crate::catalog::catalog;
use crate::faults::{Faults, FaultsError};
use crate::host::{Addresses, Host, Taken};
use crate::journal::{Applied, Log, Logged};
use crate::operate::State;
use crate::permissions::Rights;
use crate::quota::Quota;
use crate::server::Server;
use crate::store::Record;
use crate::write::Writer;

/// The API token, unless another one is set.
const API_TOKEN: &str = "sandbox-api-token";

/// The tenant token, unless another one is set.
const TENANT_TOKEN: &str = "5eed0000-0000-4000-8000-000000000000";

/// A Planhat of your own, in memory, on a port of this machine. It ends when it is dropped.
///
/// It runs on a thread of its own: neither a paused clock nor a busy runtime of a test holds it up.
pub struct Sandbox {
    server: Arc<Server>,
    host: Host,
    address: SocketAddr,
    analytics: SocketAddr,
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
    /// The plan of faults cannot be followed.
    #[error(transparent)]
    Faults(#[from] FaultsError),
    /// Rights are given on a model that the schema does not have.
    #[error("there is no model {0} to have rights on")]
    UnknownModel(String),
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
    analytics_port: Option<u16>,
    api_token: Option<String>,
    tenant_token: Option<String>,
    latency: Duration,
    faults: Faults,
    others: Vec<(String, Rights)>,
    quota: Option<u32>,
    quota_says_when: bool,
    requests: Option<usize>,
    writes: Option<usize>,
}

impl Builder {
    /// The port; any free one if it is not set.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// A port of its own for the analytics host; 0 for any free one. If it is not set, one port serves both hosts, whose
    /// paths differ.
    pub fn analytics_port(mut self, port: u16) -> Self {
        self.analytics_port = Some(port);
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

    /// Another token that opens the API, but only for what its rights allow: other calls are answered with 403.
    pub fn token(mut self, token: impl Into<String>, rights: Rights) -> Self {
        self.others.push((token.into(), rights));
        self
    }

    /// How many calls the main API takes in a minute, which begins with the first call; Planhat's is 200. More are
    /// answered with 429, and all answers name the limit and what remains of it. Any number if it is not set.
    pub fn quota(mut self, per_minute: u32) -> Self {
        self.quota = Some(per_minute);
        self
    }

    /// A 429 for the [quota](Self::quota) says in `Retry-After` when to come again. Planhat is not known to say so.
    pub fn quota_says_when(mut self) -> Self {
        self.quota_says_when = true;
        self
    }

    /// How many requests [`Sandbox::requests`] remembers, namely the latest ones; all if it is not set.
    pub fn log_requests(mut self, most: usize) -> Self {
        self.requests = Some(most);
        self
    }

    /// How many writes [`Sandbox::applied`] remembers, namely the latest ones; all if it is not set.
    pub fn log_writes(mut self, most: usize) -> Self {
        self.writes = Some(most);
        self
    }

    /// How long every answer is held back, whatever it is; not at all if it is not set. Requests do not wait for each
    /// other, and what they do is done before.
    pub fn latency(mut self, latency: Duration) -> Self {
        self.latency = latency;
        self
    }

    /// What goes wrong, and when; nothing if it is not set.
    pub fn faults(mut self, plan: Faults) -> Self {
        self.faults = plan;
        self
    }

    /// Starts the sandbox; once this returns, it answers.
    ///
    /// # Errors
    ///
    /// If the port is taken, the system is out of threads, the plan of faults cannot be followed, or rights are given on
    /// a model that the schema does not have.
    pub async fn start(self) -> Result<Sandbox, StartError> {
        self.faults.check()?;
        if let Some(name) = self.others.iter().find_map(|(_, rights)| rights.unknown_model()) {
            return Err(StartError::UnknownModel(name.to_owned()));
        }
        let tokens = Tokens {
            api: self.api_token.unwrap_or_else(|| API_TOKEN.to_owned()),
            tenant: self.tenant_token.unwrap_or_else(|| TENANT_TOKEN.to_owned()),
            others: self.others,
        };
        let state = State {
            applied: Log::new(self.writes.unwrap_or(usize::MAX)),
            requests: Log::new(self.requests.unwrap_or(usize::MAX)),
            quota: self.quota.map(|per_minute| Quota::new(per_minute, self.quota_says_when)),
            ..State::default()
        };
        let server = Arc::new(Server::new(tokens, self.latency, state));
        server.set_faults(self.faults);
        let ports: Vec<u16> = [self.port].into_iter().chain(self.analytics_port).collect();
        let host = Host::new(&ports, Arc::clone(&server)).map_err(StartError::Thread)?;
        let (ready, started) = oneshot::channel();
        // If nobody waits any more, the host is dropped anyway.
        host.go_online(|addresses| drop(ready.send(addresses)));
        let addresses = online(started.await.ok())?;
        let (Some(address), Some(analytics)) = (addresses.first().copied(), addresses.last().copied()) else {
            return Err(gone());
        };
        Ok(Sandbox { server, host, address, analytics })
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

    /// The base URL in place of `https://analytics.planhat.com`: the same one, unless that host has a
    /// [port](Builder::analytics_port) of its own.
    #[must_use]
    pub fn analytics_url(&self) -> String {
        format!("http://{}", self.analytics)
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

    /// Lets other things go wrong from now on, in place of those that were planned. Requests are counted anew.
    ///
    /// # Errors
    ///
    /// If something in the plan could never be played, such as a fault of an operation that the schema does not have.
    /// What was planned before then stays.
    pub fn set_faults(&self, plan: Faults) -> Result<(), FaultsError> {
        plan.check()?;
        self.server.set_faults(plan);
        Ok(())
    }

    /// Closes the port and breaks every connection: clients are refused until it goes [online](Self::go_online).
    ///
    /// What is stored stays. A client that keeps connections learns that they are broken when it next looks at them:
    /// a request that it sends before that is not refused, but gets no answer.
    pub fn go_offline(&self) {
        let (done, gone) = mpsc::channel();
        self.host.go_offline(move |()| done.send(()).unwrap_or_default());
        // Without a thread it is offline too.
        let _ = gone.recv();
    }

    /// Listens again, on the port that it had. If it is online, nothing changes.
    ///
    /// # Errors
    ///
    /// If the port was taken in the meantime. While the sandbox is offline, the system gives it to nobody, so that
    /// this happens only to a port that somebody asks for by its number.
    pub fn go_online(&self) -> Result<(), StartError> {
        let (done, started) = mpsc::channel();
        self.host.go_online(move |addresses| drop(done.send(addresses)));
        online(started.recv().ok()).map(drop)
    }

    /// The requests that were answered, or had a fault played on them, oldest first. A request is here once it is
    /// judged, also while its answer is held back. How many are kept can be [limited](Builder::log_requests).
    #[must_use]
    pub fn requests(&self) -> Vec<Logged> {
        self.server.state().requests.since(0).cloned().collect()
    }

    /// Forgets the requests so far.
    pub fn clear_requests(&self) {
        self.server.state().requests.clear();
    }

    /// The writes that took effect, oldest first. How many are kept can be [limited](Builder::log_writes).
    #[must_use]
    pub fn applied(&self) -> Vec<Applied> {
        self.applied_since(0)
    }

    /// How many writes took effect: the place from which [`applied_since`](Self::applied_since) shows the later ones.
    #[must_use]
    pub fn applied_count(&self) -> usize {
        self.server.state().applied.count()
    }

    /// The writes that took effect after the first `count` ones, oldest first.
    #[must_use]
    pub fn applied_since(&self, count: usize) -> Vec<Applied> {
        self.server.state().applied.since(count).cloned().collect()
    }

    /// Forgets the writes so far. What they stored stays.
    pub fn clear_applied(&self) {
        self.server.state().applied.clear();
    }

    /// How the [quota](Builder::quota) stands: the calls that may be made in a minute, how many of them remain, and after
    /// what time there are as many as before. Nothing if there is no quota.
    #[must_use]
    pub fn quota(&self) -> Option<(u32, u32, Duration)> {
        let standing = self.server.state().quota.as_ref()?.standing(Instant::now());
        Some((standing.limit, standing.remaining, standing.resets_in))
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
        self.server.state().store.all(table).map(|record| Value::Object(Record::clone(record))).collect()
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

/// Where it listens, if the thread is still there and says so.
fn online(addresses: Option<Result<Addresses, Taken>>) -> Result<Addresses, StartError> {
    addresses.ok_or_else(gone)?.map_err(|(port, source)| StartError::Listen { port, source })
}

fn gone() -> StartError {
    StartError::Thread(io::Error::other("the thread ended"))
}
