//! The settings of a sandbox.

use std::{fmt, sync::Arc, time::Duration};

use crate::{
    admin,
    faults::Faults,
    http::{
        auth::Tokens,
        quota::Quota,
        request_record::RequestRecord,
        server::{Server, Settings, State},
        thread::{Command, ServerThread},
    },
    operations::{Tenant, journal::Log, permissions::Rights},
    sandbox::{Sandbox, StartError, listening, thread_ended},
};

/// The default API token.
const API_TOKEN: &str = "sandbox-api-token";

/// The default tenant token.
const TENANT_TOKEN: &str = "5eed0000-0000-4000-8000-000000000000";

/// Configures and starts a [`Sandbox`].
///
/// ```
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// use std::time::Duration;
///
/// use planhat_sandbox::{Rights, Sandbox};
///
/// let sandbox = Sandbox::builder()
///     .quota(200)
///     .latency(Duration::from_millis(50))
///     .token("read-only", Rights::none().read("Company"))
///     .demo(1)
///     .start()
///     .await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Default)]
#[must_use]
pub struct Builder {
    port: u16,
    analytics_port: Option<u16>,
    api_token: Option<String>,
    tenant_token: Option<String>,
    settings: Settings,
    faults: Faults,
    limited_tokens: Vec<(String, Rights)>,
    quota: Option<u32>,
    quota_retry_after: bool,
    page_cap: Option<usize>,
    max_requests: Option<usize>,
    max_writes: Option<usize>,
}

impl Builder {
    /// Sets the port. Defaults to any free port.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Serves the analytics host on a port of its own; 0 stands for any free port. By default, one port serves both
    /// hosts, whose paths differ.
    pub fn analytics_port(mut self, port: u16) -> Self {
        self.analytics_port = Some(port);
        self
    }

    /// Sets the API token. Defaults to `sandbox-api-token`.
    pub fn api_token(mut self, token: impl Into<String>) -> Self {
        self.api_token = Some(token.into());
        self
    }

    /// Sets the tenant token, which the analytics host asks for. Defaults to a fixed UUID.
    pub fn tenant_token(mut self, token: impl Into<String>) -> Self {
        self.tenant_token = Some(token.into());
        self
    }

    /// Adds an API token with limited permissions. Requests beyond them get the status 403.
    pub fn token(mut self, token: impl Into<String>, rights: Rights) -> Self {
        self.limited_tokens.push((token.into(), rights));
        self
    }

    /// Sets the rate limit: the number of requests that the main API accepts per minute. Planhat's is 200. Further
    /// requests get the status 429, and all responses carry the rate limit headers. By default, there is no limit.
    pub fn quota(mut self, per_minute: u32) -> Self {
        self.quota = Some(per_minute);
        self
    }

    /// Sends `Retry-After` with each 429 that the [quota](Self::quota) causes. Planhat is not known to send it.
    pub fn quota_retry_after(mut self) -> Self {
        self.quota_retry_after = true;
        self
    }

    /// Sets the maximum number of records on a page, at least 1. A list request that asks for more gets that many,
    /// without an error, as from a server that limits its load. Defaults to Planhat's maximum for the list.
    pub fn page_cap(mut self, records: usize) -> Self {
        self.page_cap = Some(records.max(1));
        self
    }

    /// Sets the number of requests that [`Sandbox::requests`] keeps: the latest ones. Defaults to all.
    pub fn log_requests(mut self, max: usize) -> Self {
        self.max_requests = Some(max);
        self
    }

    /// Sets the number of writes that [`Sandbox::applied`] keeps: the latest ones. Defaults to all.
    pub fn log_writes(mut self, max: usize) -> Self {
        self.max_writes = Some(max);
        self
    }

    /// Delays every response. Concurrent requests do not delay each other, and a request takes effect before the delay.
    /// Defaults to no delay.
    pub fn latency(mut self, latency: Duration) -> Self {
        self.settings.latency = latency;
        self
    }

    /// Sets the timeout for receiving the head of a request, idle time before it included. When it expires, the
    /// connection is closed. Defaults to 2 minutes.
    pub fn head_timeout(mut self, timeout: Duration) -> Self {
        self.settings.head_timeout = timeout;
        self
    }

    /// Sets the timeout for receiving the body of a request. When it expires, the request gets the status 408, and the
    /// connection is closed. Defaults to 1 minute.
    pub fn body_timeout(mut self, timeout: Duration) -> Self {
        self.settings.body_timeout = timeout;
        self
    }

    /// Accepts requests whose `Host` is `name`, such as the name of a container. Only `localhost` and loopback addresses
    /// are accepted by default; other hosts get the status 403, which protects against DNS rebinding by web pages.
    pub fn allow_host(mut self, name: impl Into<String>) -> Self {
        self.settings.hosts.allow(name.into());
        self
    }

    /// Starts with a demo data set: 200 companies and their related records, with dates around today. A seed always
    /// generates the same data on the same day. By default, the sandbox starts empty.
    pub fn demo(mut self, seed: u64) -> Self {
        self.settings.demo = Some(seed);
        self
    }

    /// Serves a web page at `/` and the admin API below `/_sandbox`. Planhat has neither. Defaults to `false`.
    ///
    /// They need no token, and reject requests from other web pages.
    ///
    /// | route | |
    /// | --- | --- |
    /// | `GET /_sandbox/state` | returns all records, as [`export`](Sandbox::export) does |
    /// | `POST /_sandbox/state` | adds records, as [`import`](Sandbox::import) does |
    /// | `PUT /_sandbox/state` | replaces all records |
    /// | `POST /_sandbox/reset` | restores the initial state, as [`reset`](Sandbox::reset) does |
    /// | `GET`, `PUT /_sandbox/faults` | returns or sets the fault plan, as text |
    /// | `GET /_sandbox/requests?since=10` | returns the number of requests, and the requests after the first ten; tokens are redacted |
    /// | `GET /_sandbox/applied?since=10` | returns the same for the writes that took effect |
    /// | `GET /_sandbox/overview` | returns the models with their numbers of records, the quota and the faults |
    /// | `GET /_sandbox/records?model=Company&offset=0&limit=50&search=acme` | returns records as they are stored |
    pub fn admin(mut self, admin: bool) -> Self {
        self.settings.extra_routes = admin.then_some(admin::routes);
        self
    }

    /// Calls `f` with each request after it was processed, before its response is sent. A slow `f` delays other
    /// requests.
    pub fn on_request(mut self, f: impl Fn(&RequestRecord) + Send + Sync + 'static) -> Self {
        self.settings.on_request = Some(Arc::new(f));
        self
    }

    /// Sets the fault plan. Defaults to no faults.
    pub fn faults(mut self, plan: Faults) -> Self {
        self.faults = plan;
        self
    }

    /// Starts the sandbox. It accepts requests as soon as this returns.
    ///
    /// # Errors
    ///
    /// If the port is taken, the system cannot start a thread, the fault plan is invalid, or a token has rights on an
    /// unknown model.
    pub async fn start(self) -> Result<Sandbox, StartError> {
        self.faults.check()?;
        if let Some(name) = self.limited_tokens.iter().find_map(|(_, rights)| rights.unknown_model()) {
            return Err(StartError::UnknownModel(name.to_owned()));
        }
        let tokens = Tokens {
            api: self.api_token.unwrap_or_else(|| API_TOKEN.to_owned()),
            tenant: self.tenant_token.unwrap_or_else(|| TENANT_TOKEN.to_owned()),
            limited: self.limited_tokens,
        };
        let state = State {
            tenant: Tenant {
                applied: Log::new(self.max_writes.unwrap_or(usize::MAX)),
                page_cap: self.page_cap,
                ..Tenant::default()
            },
            requests: Log::new(self.max_requests.unwrap_or(usize::MAX)),
            quota: self.quota.map(|per_minute| Quota::new(per_minute, self.quota_retry_after)),
            ..State::default()
        };
        let server = Arc::new(Server::new(tokens, self.settings, state));
        server.set_faults(self.faults);
        let ports: Vec<u16> = [self.port].into_iter().chain(self.analytics_port).collect();
        let thread = ServerThread::new(&ports, Arc::clone(&server)).map_err(StartError::Thread)?;
        let addresses = listening(thread.send(Command::Online).await.ok())?;
        let (Some(address), Some(analytics)) = (addresses.first().copied(), addresses.last().copied()) else {
            return Err(thread_ended());
        };
        Ok(Sandbox { server, thread, address, analytics })
    }
}

// The tokens are secret.
impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder").field("port", &self.port).finish_non_exhaustive()
    }
}
