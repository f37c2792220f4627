//! The settings of a sandbox, and its start.

use std::{fmt, sync::Arc, time::Duration};

use tokio::sync::oneshot;

use crate::{
    admin,
    faults::Faults,
    http::{
        auth::Tokens,
        quota::Quota,
        request_record::Logged,
        server::{Server, Settings, State},
        thread::Host,
    },
    operations::{Tenant, journal::Log, permissions::Rights},
    sandbox::{Sandbox, StartError, gone, online},
};

/// The API token, unless another one is set.
const API_TOKEN: &str = "sandbox-api-token";

/// The tenant token, unless another one is set.
const TENANT_TOKEN: &str = "5eed0000-0000-4000-8000-000000000000";

/// The settings of a [`Sandbox`].
#[derive(Clone, Default)]
#[must_use]
pub struct Builder {
    port: u16,
    analytics_port: Option<u16>,
    api_token: Option<String>,
    tenant_token: Option<String>,
    settings: Settings,
    faults: Faults,
    others: Vec<(String, Rights)>,
    quota: Option<u32>,
    quota_says_when: bool,
    page_cap: Option<usize>,
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

    /// Sets the most records of a page. A list that asks for more gets that many, without an error, as from a server
    /// that limits its load. At least 1. Defaults to Planhat's maximum for the list.
    pub fn page_cap(mut self, records: usize) -> Self {
        self.page_cap = Some(records.max(1));
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
        self.settings.latency = latency;
        self
    }

    /// Sets how long a connection may take to send the head of a request, the time that it is idle before included.
    /// Defaults to 2 minutes. A connection that takes longer is closed.
    pub fn head_timeout(mut self, timeout: Duration) -> Self {
        self.settings.head_timeout = timeout;
        self
    }

    /// Sets how long a request may take to send its body. Defaults to a minute. A request that takes longer gets the
    /// status 408, and its connection is closed.
    pub fn body_timeout(mut self, timeout: Duration) -> Self {
        self.settings.body_timeout = timeout;
        self
    }

    /// Allows requests under another name than those of this machine (`localhost` and loopback addresses), such as the
    /// name of a container. Requests under any other name get the status 403: it may be the name of a web page that has
    /// a browser send requests to this machine.
    pub fn allow_host(mut self, name: impl Into<String>) -> Self {
        self.settings.hosts.allow(name.into());
        self
    }

    /// Begins with a believable tenant: 200 companies and all that belongs to them, with dates around today. The same
    /// seed makes the same one. It is not there if this is not set.
    pub fn demo(mut self, seed: u64) -> Self {
        self.settings.demo = Some(seed);
        self
    }

    /// Whether the sandbox serves a page for browsers at `/`, and routes of its own below `/_sandbox`; not if it is not
    /// set. Planhat has neither.
    ///
    /// They take no token, and answer only on this machine and to pages of the sandbox itself.
    ///
    /// | route | |
    /// | --- | --- |
    /// | `GET /_sandbox/state` | all that is stored, as [`export`](Sandbox::export) has it |
    /// | `POST /_sandbox/state` | stores that beside what is there, as [`import`](Sandbox::import) does |
    /// | `PUT /_sandbox/state` | stores that in place of what is there |
    /// | `POST /_sandbox/reset` | goes back to the beginning, as [`reset`](Sandbox::reset) does |
    /// | `GET`, `PUT /_sandbox/faults` | the plan of faults, as text |
    /// | `GET /_sandbox/requests?since=10` | how many requests there were, and those after the first ten; no tokens |
    /// | `GET /_sandbox/applied?since=10` | the same of the writes that took effect |
    /// | `GET /_sandbox/overview` | the models with their numbers of records, the quota, the faults |
    /// | `GET /_sandbox/records?model=Company&offset=0&limit=50&search=acme` | records as they are stored |
    pub fn admin(mut self, admin: bool) -> Self {
        self.settings.extra_routes = admin.then_some(admin::routes);
        self
    }

    /// Tells of each request once it is judged, before its answer is sent. What is told is quick, or holds up others.
    pub fn on_request(mut self, watcher: impl Fn(&Logged) + Send + Sync + 'static) -> Self {
        self.settings.watcher = Some(Arc::new(watcher));
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
            tenant: Tenant {
                applied: Log::new(self.writes.unwrap_or(usize::MAX)),
                page_cap: self.page_cap,
                ..Tenant::default()
            },
            requests: Log::new(self.requests.unwrap_or(usize::MAX)),
            quota: self.quota.map(|per_minute| Quota::new(per_minute, self.quota_says_when)),
            ..State::default()
        };
        let server = Arc::new(Server::new(tokens, self.settings, state));
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

// It does not show the tokens.
impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder").field("port", &self.port).finish_non_exhaustive()
    }
}
