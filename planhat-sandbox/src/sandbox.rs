//! A running sandbox.

use std::{
    fmt, io,
    net::SocketAddr,
    sync::{Arc, mpsc},
    time::{Duration, Instant},
};

use serde_json::Value;
use tokio::sync::oneshot;

use crate::{
    builder::Builder,
    faults::{Faults, FaultsError},
    http::{
        request_record::Logged,
        server::Server,
        thread::{Addresses, Host, Taken},
    },
    operations::{dump, dump::ImportError, journal::Applied, write::Writer},
    tables::{catalog::catalog, record::Record},
};

/// A Planhat of your own, in memory, on a port of this machine. It ends when it is dropped.
///
/// It runs on a thread of its own: neither a paused clock nor a busy runtime of a test holds it up.
pub struct Sandbox {
    pub(crate) server: Arc<Server>,
    pub(crate) host: Host,
    pub(crate) address: SocketAddr,
    pub(crate) analytics: SocketAddr,
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

    /// The plan of what goes wrong.
    pub fn faults(&self) -> Faults {
        self.server.state().faults.plan().clone()
    }

    /// Goes back to the beginning: what is stored goes, the demo tenant comes back if there was one, the requests and
    /// writes so far are forgotten, and requests are counted anew for the plan of faults and for the quota.
    pub fn reset(&self) {
        self.server.reset();
    }

    /// All that is stored, as a JSON object of arrays: `{"Company": [{…}, …], …}`. Records that are part of another
    /// model are found there.
    #[must_use]
    pub fn export(&self) -> Value {
        dump::export(&self.server.state().tenant.store)
    }

    /// Stores records in the form that [`export`](Self::export) has, beside those that are there. One with the `_id` of
    /// another one takes its place.
    ///
    /// As with [`insert`](Self::insert), no rule is applied. References may be written as `extid-…` and `srcid-…`, also
    /// to records that come later.
    ///
    /// # Errors
    ///
    /// If something is not in that form. Nothing is stored then.
    pub fn import(&self, tenant: Value) -> Result<(), ImportError> {
        dump::import(&mut self.server.state().tenant.store, tenant, jiff::Timestamp::now())
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

    /// Closes the port, and returns once the requests that came are answered, however long their answers are held
    /// back. What is stored stays.
    pub async fn finish(&self) {
        let (done, finished) = oneshot::channel();
        self.host.finish(move |()| done.send(()).unwrap_or_default());
        // Without a thread it is finished too.
        let _ = finished.await;
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
        self.server.state().tenant.applied.count()
    }

    /// The writes that took effect after the first `count` ones, oldest first.
    #[must_use]
    pub fn applied_since(&self, count: usize) -> Vec<Applied> {
        self.server.state().tenant.applied.since(count).cloned().collect()
    }

    /// Forgets the writes so far. What they stored stays.
    pub fn clear_applied(&self) {
        self.server.state().tenant.applied.clear();
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
        Ok(Writer { store: &mut state.tenant.store, table, now: jiff::Timestamp::now() }.seed(record))
    }

    /// A model's records as they are stored, oldest first; none if the schema has no such model.
    #[must_use]
    pub fn records(&self, model: &str) -> Vec<Value> {
        let Some(table) = catalog().table(model) else { return Vec::new() };
        self.server.state().tenant.store.all(table).map(|record| Value::Object(Record::clone(record))).collect()
    }
}

// It does not show the tokens.
impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sandbox").field("address", &self.address).finish_non_exhaustive()
    }
}

/// Where it listens, if the thread is still there and says so.
pub(crate) fn online(addresses: Option<Result<Addresses, Taken>>) -> Result<Addresses, StartError> {
    addresses.ok_or_else(gone)?.map_err(|(port, source)| StartError::Listen { port, source })
}

pub(crate) fn gone() -> StartError {
    StartError::Thread(io::Error::other("the thread ended"))
}
