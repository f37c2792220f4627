//! A running sandbox.

use std::{fmt, io, net::SocketAddr, sync::Arc, thread, time::Instant};

use serde_json::Value;
use tokio::sync::oneshot::Receiver;

use crate::{
    builder::Builder,
    faults::{Faults, FaultsError},
    http::{
        quota::QuotaStatus,
        request_record::RequestRecord,
        server::Server,
        thread::{Addresses, BindError, Command, ServerThread},
    },
    operations::{dump, dump::ImportError, journal::WriteRecord, write::Writer},
    tables::{catalog::catalog, record::Record},
};

/// An in-memory Planhat server on a local port. Dropping it stops the server.
///
/// It runs on its own thread, so that a paused tokio clock or a blocked runtime in a test does not stop it.
pub struct Sandbox {
    pub(crate) server: Arc<Server>,
    pub(crate) thread: ServerThread,
    pub(crate) address: SocketAddr,
    pub(crate) analytics: SocketAddr,
}

/// An error of starting a sandbox.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The port cannot be opened.
    #[error("cannot listen on 127.0.0.1:{port}")]
    Listen {
        /// The port.
        port: u16,
        /// The system's error.
        source: io::Error,
    },
    /// The server thread cannot be started.
    #[error("cannot start a thread for the sandbox")]
    Thread(#[source] io::Error),
    /// The fault plan is invalid.
    #[error(transparent)]
    Faults(#[from] FaultsError),
    /// A token has rights on a model that is not in the schema.
    #[error("unknown model `{0}` in the rights of a token")]
    UnknownModel(String),
}

/// An error of inserting a record.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InsertError {
    /// The schema has no model of this name.
    #[error("unknown model `{0}`")]
    UnknownModel(String),
    /// The record is not a JSON object.
    #[error("a record must be a JSON object")]
    NotAnObject,
}

impl Sandbox {
    /// Starts a sandbox on a free port with the default settings.
    ///
    /// # Errors
    ///
    /// If the system has no free port or cannot start a thread.
    pub async fn start() -> Result<Self, StartError> {
        Self::builder().start().await
    }

    /// Creates a builder with the default settings.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// Returns the base URL that replaces `https://api.planhat.com`.
    #[must_use]
    pub fn api_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Returns the base URL that replaces `https://analytics.planhat.com`. It equals [`api_url`](Self::api_url) unless
    /// the analytics host has its [own port](Builder::analytics_port).
    #[must_use]
    pub fn analytics_url(&self) -> String {
        format!("http://{}", self.analytics)
    }

    /// Returns the API token.
    #[must_use]
    pub fn api_token(&self) -> &str {
        &self.server.tokens().api
    }

    /// Returns the tenant token, which the analytics host asks for.
    #[must_use]
    pub fn tenant_token(&self) -> &str {
        &self.server.tokens().tenant
    }

    /// Replaces the fault plan. Requests are counted from the beginning again.
    ///
    /// # Errors
    ///
    /// If the plan is invalid, for example because it names an unknown operation. The previous plan then stays.
    pub fn set_faults(&self, plan: Faults) -> Result<(), FaultsError> {
        plan.check()?;
        self.server.set_faults(plan);
        Ok(())
    }

    /// Returns the fault plan.
    pub fn faults(&self) -> Faults {
        self.server.state().faults.plan().clone()
    }

    /// Restores the initial state: removes all records, adds the demo data if it was enabled, clears the recorded
    /// requests and writes, and restarts the counts of the fault plan and of the quota.
    pub fn reset(&self) {
        self.server.reset();
    }

    /// Returns all records as a JSON object of arrays: `{"Company": [{…}, …], …}`. The records of a submodel are in the
    /// array of the model that it is part of.
    #[must_use]
    pub fn export(&self) -> Value {
        dump::export(&self.server.state().tenant.store)
    }

    /// Adds records in the form that [`export`](Self::export) returns. A record replaces the one with the same `_id`.
    ///
    /// As with [`insert`](Self::insert), the records are not validated. References may be written as `extid-…` and
    /// `srcid-…`, and may point at later records.
    ///
    /// # Errors
    ///
    /// If the value does not have that form. Nothing is stored then.
    pub fn import(&self, records: Value) -> Result<(), ImportError> {
        dump::import(&mut self.server.state().tenant.store, records, jiff::Timestamp::now())
    }

    /// Closes the port and all connections. New connections are refused until [`go_online`](Self::go_online).
    ///
    /// The records stay. A client with an idle connection may notice only after it has sent its next request, which
    /// then fails with a broken connection instead of a refused one.
    pub fn go_offline(&self) {
        // `None` means that the thread has ended, so the sandbox is offline.
        let _ = wait(self.thread.send(Command::Offline));
    }

    /// Shuts down gracefully: closes the port, and returns when all requests in progress have been answered, delayed
    /// responses included. The records stay.
    pub async fn shutdown(&self) {
        // An error means that the thread has ended.
        let _ = self.thread.send(Command::Shutdown).await;
    }

    /// Listens again on the same port. Does nothing if the sandbox is online.
    ///
    /// # Errors
    ///
    /// If another process has taken the port. The system does not hand out the port while the sandbox is offline, so
    /// that only a process that asks for this very port can take it.
    pub fn go_online(&self) -> Result<(), StartError> {
        listening(wait(self.thread.send(Command::Online))).map(drop)
    }

    /// Returns the requests, oldest first, including those that a fault was injected into. A request is recorded before
    /// its response is sent. [`Builder::log_requests`] limits how many are kept.
    #[must_use]
    pub fn requests(&self) -> Vec<RequestRecord> {
        self.server.state().requests.since(0).cloned().collect()
    }

    /// Clears the recorded requests.
    pub fn clear_requests(&self) {
        self.server.state().requests.clear();
    }

    /// Returns the writes that took effect, oldest first. [`Builder::log_writes`] limits how many are kept.
    #[must_use]
    pub fn applied(&self) -> Vec<WriteRecord> {
        self.applied_since(0)
    }

    /// Returns the number of writes that took effect. Pass it to [`applied_since`](Self::applied_since) to get the
    /// later ones.
    #[must_use]
    pub fn applied_count(&self) -> usize {
        self.server.state().tenant.applied.count()
    }

    /// Returns the writes that took effect after the first `count` ones, oldest first.
    #[must_use]
    pub fn applied_since(&self, count: usize) -> Vec<WriteRecord> {
        self.server.state().tenant.applied.since(count).cloned().collect()
    }

    /// Clears the recorded writes. The records that they wrote stay.
    pub fn clear_applied(&self) {
        self.server.state().tenant.applied.clear();
    }

    /// Returns the state of the [quota](Builder::quota), or `None` if there is none.
    #[must_use]
    pub fn quota(&self) -> Option<QuotaStatus> {
        Some(self.server.state().quota.as_ref()?.status(Instant::now()))
    }

    /// Stores a record and returns its `_id`.
    ///
    /// The record is not validated: it may contain fields that only the server sets, and may lack required ones. Missing
    /// fields get their defaults or are computed. It does not count as a write for [`applied`](Self::applied).
    ///
    /// # Errors
    ///
    /// If the schema has no such model, or the record is not an object.
    pub fn insert(&self, model: &str, record: Value) -> Result<String, InsertError> {
        let table = catalog().table(model).ok_or_else(|| InsertError::UnknownModel(model.to_owned()))?;
        let Value::Object(record) = record else { return Err(InsertError::NotAnObject) };
        let mut state = self.server.state();
        Ok(Writer { store: &mut state.tenant.store, table, now: jiff::Timestamp::now() }.insert(record))
    }

    /// Returns the stored records of a model, oldest first. The result is empty if the schema has no such model.
    #[must_use]
    pub fn records(&self, model: &str) -> Vec<Value> {
        let Some(table) = catalog().table(model) else { return Vec::new() };
        self.server.state().tenant.store.all(table).map(|record| Value::Object(Record::clone(record))).collect()
    }
}

// The tokens are secret.
impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sandbox").field("address", &self.address).finish_non_exhaustive()
    }
}

/// Waits for a message, or returns `None` if the sender was dropped. The receiver must not block a thread that runs
/// asynchronous tasks, so it blocks another one.
fn wait<T: Send>(receiver: Receiver<T>) -> Option<T> {
    thread::scope(|scope| scope.spawn(|| receiver.blocking_recv().ok()).join().ok()?)
}

/// The addresses that the thread listens on, or error it does not. `None` if the thread has ended.
pub(crate) fn listening(addresses: Option<Result<Addresses, BindError>>) -> Result<Addresses, StartError> {
    addresses.ok_or_else(thread_ended)?.map_err(|(port, source)| StartError::Listen { port, source })
}

pub(crate) fn thread_ended() -> StartError {
    StartError::Thread(io::Error::other("the thread ended"))
}
