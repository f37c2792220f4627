//! Sends bytes: authorize, wait for the quota, send, judge, then retry or return.
//!
//! Nothing here is generic over models. The typed code around it is thin.

mod admission;
mod attempt;
mod body;
mod breaker;
mod budget;
mod caps;
mod connection;
mod counters;
mod effect;
mod exchange;
mod flaw;
mod notice;
mod options;
mod policy;
pub mod quota;
mod request;
mod response;
mod retry;
mod retry_after;
mod run;
mod send;
mod tls;
mod url;

#[cfg(test)]
mod tests;

use std::{sync::Arc, time::Duration};

use tokio::sync::Notify;

pub(crate) use self::{
    body::ReadLimits,
    breaker::Breaker,
    budget::TokenBucket,
    caps::PageCaps,
    counters::Counters,
    exchange::{Exchange, Http},
    flaw::is_same,
    notice::Notice,
    options::CallOptions,
    request::{Request, SentFlag},
    response::Response,
    tls::http_client,
    url::{is_loopback, is_planhat},
};
pub use self::{budget::RetryBudget, counters::Stats, policy::RetryPolicy};
use crate::{
    credentials::Credentials,
    decode::Reading,
    error::{Effect, Error, ErrorKind},
    operation::Operation,
    redact::Redacted,
};
use quota::{Permit, Quota, RateLimitInfo};

/// What is wrong with a list that is not whole.
const CUT_OFF: &str = "it is cut off";

/// What a client shares between its clones.
#[derive(Debug)]
pub(crate) struct Transport {
    /// The HTTP client of each host, by its index.
    pub http: Vec<reqwest::Client>,
    /// What carries requests; `http` unless a test has a script.
    pub exchange: Box<dyn Exchange>,
    /// The base URL of each host, by its index.
    pub bases: Vec<reqwest::Url>,
    /// The quota of each host, by its index.
    pub quotas: Vec<Option<Arc<dyn Quota>>>,
    /// The circuit breaker of each host, by its index.
    pub breakers: Vec<Breaker>,
    pub credentials: Credentials,
    pub retry: RetryPolicy,
    pub budget: TokenBucket,
    pub timeout: Duration,
    /// How long a call may take, all waiting included.
    pub deadline: Duration,
    /// Whether a long wait is worth a warning.
    pub notice: Notice,
    /// Wakes those who wait for a permit when the server says 429: it may be no use to wait any longer.
    pub throttled: Notify,
    pub read_limits: ReadLimits,
    pub counters: Counters,
    /// What becomes of a field of a response that cannot be read.
    pub reading: Reading,
    pub caps: PageCaps,
}

impl Transport {
    fn http(&self, operation: &Operation) -> Result<&reqwest::Client, Error> {
        of_host(&self.http, operation)
    }

    fn quota(&self, operation: &Operation) -> Option<&dyn Quota> {
        self.quotas.get(operation.host.index)?.as_deref()
    }

    /// A 429 stops all callers for the pause, also when this one gives up.
    fn tell_quota(&self, operation: &Operation, outcome: &Result<Response, Error>, pause: Duration, latency: Duration) {
        if let (Some(quota), Ok(response)) = (self.quota(operation), outcome) {
            let retry_after = is_throttled(outcome).then_some(pause);
            quota.on_response(&RateLimitInfo {
                retry_after,
                latency,
                ..RateLimitInfo::from_headers(&response.headers)
            });
            if retry_after.is_some() {
                self.throttled.notify_waiters();
                if self.notice.is_due(pause) {
                    let host = operation.host.name;
                    tracing::warn!(host, ?pause, "the server says 429: no call is sent during the pause");
                }
            }
        }
    }

    /// Creates the error of an attempt that is followed by another one.
    fn error_of(&self, request: &Request, outcome: Result<Response, Error>) -> Error {
        match outcome {
            Ok(response) if response.is_success() => self.decode_error(request, response, CUT_OFF),
            Ok(response) => self.status_error(request.operation, response),
            Err(error) => error,
        }
    }

    /// Returns the body of a response without the tokens that it may repeat.
    pub fn redacted_body(&self, response: &Response) -> Redacted {
        self.credentials.redact_body(&response.body)
    }

    /// Creates the error for a status that is not a success.
    pub fn status_error(&self, operation: &'static Operation, response: Response) -> Error {
        response.into_status_error(operation, &self.credentials)
    }

    /// Creates the error for a response of success that does not say that the call succeeded, or cannot be read.
    pub fn decode_error(&self, request: &Request, response: Response, problem: &str) -> Error {
        response.into_decode_error(request, problem, &self.credentials)
    }
}

/// Returns what belongs to the host of an operation.
fn of_host<'a, T>(hosts: &'a [T], operation: &Operation) -> Result<&'a T, Error> {
    let missing = || Error::invalid(format!("no URL is known for the host `{}`", operation.host.name));
    hosts.get(operation.host.index).ok_or_else(missing)
}

fn may_have_changed(operation: &Operation, outcome: &Result<Response, Error>) -> bool {
    match outcome {
        Ok(response) => response.is_success() || response.kind_and_effect(operation).1.may_have_changed(),
        Err(error) => error.effect().may_have_changed(),
    }
}

/// Without a response, the request may still be on its way, unless it was never sent or its connection is gone.
fn end_permit(permit: Option<Permit>, outcome: &Result<Response, Error>) {
    let is_gone = |error: &Error| error.effect() == Effect::NotSent || error.kind() == ErrorKind::Network;
    let is_over = outcome.as_ref().map_or_else(is_gone, |_| true);
    match permit {
        Some(permit) if is_over => permit.complete(),
        permit => drop(permit),
    }
}

fn is_throttled(outcome: &Result<Response, Error>) -> bool {
    matches!(outcome, Ok(Response { status: 429, .. }))
}
