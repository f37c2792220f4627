//! Sends bytes: authorize, wait for the quota, send, judge, then retry or return.
//!
//! Nothing here is generic over models. The typed code around it is thin.

mod admission;
mod answer;
mod attempt;
mod body;
mod breaker;
mod budget;
mod caps;
mod connection;
mod counters;
mod exchange;
mod flaw;
mod notice;
mod options;
pub mod quota;
mod request;
mod retry;
mod run;
mod tls;
mod url;

#[cfg(test)]
mod deadline_tests;
#[cfg(test)]
mod outage_tests;
#[cfg(test)]
mod world;

use std::{sync::Arc, time::Duration};

use tokio::sync::Notify;
use tracing::{Instrument, Span, field::Empty};

pub(crate) use self::{
    answer::Answer,
    body::ReadLimits,
    breaker::Breaker,
    budget::Reserve,
    caps::PageCaps,
    counters::Counters,
    exchange::{Exchange, Http},
    flaw::is_same,
    notice::Notice,
    options::CallOptions,
    request::{Departure, Request},
    tls::http_client,
    url::{is_loopback, is_planhat},
};
pub use self::{budget::RetryBudget, counters::Stats, retry::RetryPolicy};
use crate::{
    credentials::{Credentials, Redacted},
    decode::Reading,
    error::{Effect, Error, ErrorKind},
    operation::{Kind, Operation},
};
use quota::{Permit, Quota, RateLimitInfo};
use run::Run;

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
    pub reserve: Reserve,
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
    /// Sends until there is an answer that says that the call was carried out.
    pub async fn call(&self, request: &Request) -> Result<Answer, Error> {
        let answer = self.send(request).await?;
        match answer.status {
            200..=299 if answer.flaw(request).is_some() => Err(self.unusable(request, answer, CUT_OFF)),
            200..=299 => Ok(answer),
            // An earlier attempt, whose answer got lost, may have deleted it; in any case it is gone.
            404 if request.operation.kind == Kind::Delete && answer.after_unknown() => Ok(answer),
            _ => Err(self.refusal(request.operation, answer)),
        }
    }

    /// Sends until there is an answer, or no hope of one.
    pub async fn send(&self, request: &Request) -> Result<Answer, Error> {
        let operation = request.operation;
        let span = tracing::info_span!(
            "planhat.call",
            "otel.name" = operation.name,
            "otel.status_code" = Empty,
            "planhat.operation" = operation.name,
            "planhat.retries" = Empty,
            "planhat.quota.wait_ms" = Empty,
            "http.request.method" = operation.method.as_str(),
            "url.template" = operation.path,
            "http.response.status_code" = Empty,
            "error.type" = Empty,
        );
        self.counters.call();
        self.reserve.earn();
        // Not the current span, which is the user's if nobody listens to ours.
        let outcome = self.send_in_span(request, &span).instrument(span.clone()).await;
        if !matches!(&outcome, Ok(answer) if answer.is_success()) {
            self.counters.failure();
        }
        record(&span, &outcome);
        outcome
    }

    async fn send_in_span(&self, request: &Request, span: &Span) -> Result<Answer, Error> {
        let operation = request.operation;
        let url = self.url(request)?;
        self.credentials.token(operation.auth).map_err(|error| error.at(operation))?;
        Run::new(self, request, url, span)?.run().await
    }

    fn http(&self, operation: &Operation) -> Result<&reqwest::Client, Error> {
        let missing = || Error::invalid(format!("no URL is known for the host `{}`", operation.host.name));
        self.http.get(operation.host.index).ok_or_else(missing)
    }

    fn quota(&self, operation: &Operation) -> Option<&dyn Quota> {
        self.quotas.get(operation.host.index)?.as_deref()
    }

    /// A 429 stops all callers for the pause, also when this one gives up.
    fn tell_quota(&self, operation: &Operation, outcome: &Result<Answer, Error>, pause: Duration, latency: Duration) {
        if let (Some(quota), Ok(answer)) = (self.quota(operation), outcome) {
            let retry_after = is_throttled(outcome).then_some(pause);
            quota.on_response(&RateLimitInfo { retry_after, latency, ..RateLimitInfo::from_headers(&answer.headers) });
            if retry_after.is_some() {
                self.throttled.notify_waiters();
                if self.notice.is_due(pause) {
                    let host = operation.host.name;
                    tracing::warn!(host, ?pause, "the server says 429: no call is sent during the pause");
                }
            }
        }
    }

    /// The error that an attempt stands for that is followed by another one.
    fn error_of(&self, request: &Request, outcome: Result<Answer, Error>) -> Error {
        match outcome {
            Ok(answer) if answer.is_success() => self.unusable(request, answer, CUT_OFF),
            Ok(answer) => self.refusal(request.operation, answer),
            Err(error) => error,
        }
    }

    /// What an answer of the analytics host says, without the tokens that it may repeat.
    pub fn said(&self, answer: &Answer) -> Redacted {
        self.credentials.redact_body(&answer.body)
    }

    /// The error that an answer stands for.
    pub fn refusal(&self, operation: &'static Operation, answer: Answer) -> Error {
        answer.into_refusal(operation, &self.credentials)
    }

    /// The error for a response of success that does not say that the call succeeded, or cannot be read.
    pub fn unusable(&self, request: &Request, answer: Answer, problem: &str) -> Error {
        answer.into_unusable(request, problem, &self.credentials)
    }
}

fn may_have_changed(operation: &Operation, outcome: &Result<Answer, Error>) -> bool {
    match outcome {
        Ok(answer) => answer.is_success() || answer.refusal(operation).1.may_have_changed(),
        Err(error) => error.effect().may_have_changed(),
    }
}

/// Without a response, the request may still be on its way, unless it was never sent or its connection is gone.
fn end_permit(permit: Option<Permit>, outcome: &Result<Answer, Error>) {
    let is_gone = |error: &Error| error.effect() == Effect::NotSent || error.kind() == ErrorKind::Network;
    let is_over = outcome.as_ref().map_or_else(is_gone, |_| true);
    match permit {
        Some(permit) if is_over => permit.complete(),
        permit => drop(permit),
    }
}

fn is_throttled(outcome: &Result<Answer, Error>) -> bool {
    matches!(outcome, Ok(Answer { status: 429, .. }))
}

/// Notes in a span how an attempt or a call ended.
fn record(span: &Span, outcome: &Result<Answer, Error>) {
    let kind = match outcome {
        Ok(answer) => {
            span.record("http.response.status_code", answer.status);
            if answer.is_success() {
                return;
            }
            answer.status.to_string()
        }
        Err(error) => {
            if let Some(status) = error.status() {
                span.record("http.response.status_code", status);
            }
            match error.kind() {
                ErrorKind::Timeout => "timeout".to_owned(),
                kind => format!("{kind:?}").to_lowercase(),
            }
        }
    };
    span.record("error.type", kind);
    span.record("otel.status_code", "ERROR");
}
