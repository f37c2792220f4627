//! The server: its settings, and what it remembers.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use axum::Router;
use jiff::Timestamp;

use crate::{
    demo,
    faults::{FaultInjector, Faults},
    generated::HOSTS,
    http::{auth::Tokens, hosts::AllowedHosts, quota::Quota, request_record::RequestRecord},
    operations::{Tenant, journal::Log},
    store::Store,
    tables::router::{RouteMatch, router},
};

/// How a server behaves.
#[derive(Clone)]
pub(crate) struct Settings {
    pub(crate) head_timeout: Duration,
    pub(crate) body_timeout: Duration,
    pub(crate) hosts: AllowedHosts,
    /// The delay of each response.
    pub(crate) latency: Duration,
    pub(crate) extra_routes: Option<ExtraRoutes>,
    /// The seed of the demo data set, if the server starts with it.
    pub(crate) demo: Option<u64>,
    pub(crate) on_request: Option<OnRequest>,
}

/// Is called with each request.
pub(crate) type OnRequest = Arc<dyn Fn(&RequestRecord) + Send + Sync>;

/// Creates routes in addition to those of the API.
pub(crate) type ExtraRoutes = fn(Shared) -> Router<Shared>;

/// The state that handlers share: a server, and the hosts that it serves on their port.
pub(crate) type Shared = (Arc<Server>, HostFilter);

impl Default for Settings {
    fn default() -> Self {
        Self {
            // Longer than most clients keep an idle connection.
            head_timeout: Duration::from_secs(120),
            body_timeout: Duration::from_secs(60),
            hosts: AllowedHosts::default(),
            latency: Duration::ZERO,
            extra_routes: None,
            demo: None,
            on_request: None,
        }
    }
}

/// What a server remembers.
#[derive(Default)]
pub(crate) struct State {
    pub(crate) tenant: Tenant,
    pub(crate) requests: Log<RequestRecord>,
    pub(crate) quota: Option<Quota>,
    pub(crate) faults: FaultInjector,
}

/// Handles requests.
pub(crate) struct Server {
    tokens: Tokens,
    settings: Settings,
    state: Mutex<State>,
}

impl Server {
    /// Creates a server in its initial state.
    pub(crate) fn new(tokens: Tokens, settings: Settings, state: State) -> Self {
        let server = Self { tokens, settings, state: Mutex::new(state) };
        server.reset();
        server
    }

    /// Returns the tokens that it accepts.
    pub(crate) fn tokens(&self) -> &Tokens {
        &self.tokens
    }

    /// Locks what it remembers.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns its settings.
    pub(crate) fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Restores the initial state. The fault plan and the quota restart.
    pub(crate) fn reset(&self) {
        let mut state = self.state();
        state.tenant.store = Store::default();
        state.tenant.applied.clear();
        state.requests.clear();
        state.quota = state.quota.as_ref().map(Quota::restarted);
        state.faults = FaultInjector::new(state.faults.plan().clone());
        if let Some(seed) = self.settings.demo {
            demo::fill(&mut state.tenant.store, seed, Timestamp::now());
        }
    }

    /// Replaces the fault plan.
    pub(crate) fn set_faults(&self, plan: Faults) {
        self.state().faults = FaultInjector::new(plan);
    }
}

/// Which of the schema's hosts a port serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HostFilter {
    All,
    Main,
    Others,
}

impl HostFilter {
    /// Finds the route for a method and the segments of a path.
    pub(crate) fn find(self, method: &str, path: &[String]) -> RouteMatch {
        let is_main = |host: &str| HOSTS.first().is_some_and(|main| main.name == host);
        router().find(method, path, |host| match self {
            Self::All => true,
            Self::Main => is_main(host),
            Self::Others => !is_main(host),
        })
    }
}
