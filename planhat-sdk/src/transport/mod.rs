//! Sends bytes: authorize, wait for the quota, send, judge, then retry or return.
//!
//! Nothing here is generic over models. The typed code around it is thin.

mod attempt;
pub mod quota;
mod retry;
mod tls;
mod url;

use std::{borrow::Cow, sync::Arc, time::Duration};

use bytes::Bytes;
use reqwest::header::HeaderMap;
use tokio::time::{Instant, sleep};
use tracing::Instrument;

pub use self::retry::RetryPolicy;
pub(crate) use self::{tls::http_client, url::is_planhat};
use crate::{
    credentials::Credentials,
    error::{Effect, Error, ErrorKind, message_of},
    operation::{Kind, Operation, Repeat},
};
use quota::{Answered, Quota};
use retry::{Verdict, judge};

/// What a client shares between its clones.
#[derive(Debug)]
pub(crate) struct Transport {
    pub http: reqwest::Client,
    /// The base URL of each host, by its index.
    pub bases: Vec<reqwest::Url>,
    /// The quota of each host, by its index.
    pub quotas: Vec<Option<Arc<dyn Quota>>>,
    pub credentials: Credentials,
    pub retry: RetryPolicy,
    pub timeout: Duration,
}

/// A call, ready to be sent.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub operation: &'static Operation,
    /// What stands for `{id}` in the path.
    pub id: Option<String>,
    pub query: Vec<(Cow<'static, str>, String)>,
    pub body: Option<Bytes>,
    /// Whether each record in the body carries a key.
    pub keyed: bool,
    pub timeout: Option<Duration>,
}

impl Request {
    pub fn new(operation: &'static Operation) -> Self {
        let query = operation.fixed.iter().map(|(name, value)| (Cow::Borrowed(*name), (*value).to_owned())).collect();
        Self { operation, id: None, query, body: None, keyed: false, timeout: None }
    }

    /// Whether it may be sent again when nobody knows what became of it.
    fn is_repeatable(&self) -> bool {
        match self.operation.repeat {
            Repeat::Safe => true,
            Repeat::IfKeyed => self.keyed,
            Repeat::Never => false,
        }
    }
}

/// An answer of whatever status.
#[derive(Debug)]
pub(crate) struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Bytes,
    pub attempts: u32,
    /// Whether nobody knows what became of an earlier attempt.
    pub after_unknown: bool,
}

impl Transport {
    /// Sends until there is an answer that says that the call was carried out.
    pub async fn call(&self, request: &Request) -> Result<Answer, Error> {
        let answer = self.send(request).await?;
        match answer.status {
            200..=299 => Ok(answer),
            // An earlier attempt, whose answer got lost, may have deleted it; in any case it is gone.
            404 if request.operation.kind == Kind::Delete && answer.after_unknown => Ok(answer),
            _ => Err(self.refusal(request.operation, answer)),
        }
    }

    /// Sends until there is an answer, or no hope of one.
    pub async fn send(&self, request: &Request) -> Result<Answer, Error> {
        let operation = request.operation;
        let span = tracing::debug_span!(
            "planhat.call",
            "otel.name" = operation.name,
            "http.request.method" = operation.method.as_str(),
            "url.template" = operation.path,
            "http.response.status_code" = tracing::field::Empty,
        );
        self.send_in_span(request).instrument(span).await
    }

    async fn send_in_span(&self, request: &Request) -> Result<Answer, Error> {
        let operation = request.operation;
        let url = self.url(request)?;
        let quota = self.quotas.get(operation.host.index).and_then(Option::as_ref);
        let mut first_sent = None;
        let mut after_unknown = false;
        let mut attempt = 0;
        loop {
            attempt += 1;
            let place = match quota {
                Some(quota) => Some(quota.place().await),
                None => None,
            };
            // Waiting for the quota does not count.
            let started = *first_sent.get_or_insert_with(Instant::now);
            let mut outcome = self.attempt(request, url.clone(), attempt).await;
            if let Ok(answer) = &mut outcome {
                answer.after_unknown = after_unknown;
            }
            let pause = match judge(&outcome, request.is_repeatable()) {
                Verdict::Again(asked) => Some(asked.unwrap_or_else(|| self.retry.backoff(attempt))),
                Verdict::Return => None,
            };
            if let (Some(quota), Ok(answer)) = (quota, &outcome) {
                let throttled = pause.filter(|_| answer.status == 429);
                quota.answered(&Answered { throttled, ..Answered::from_headers(&answer.headers) });
            }
            drop(place);
            let Some(pause) = pause else { return outcome };
            let is_late = started.elapsed().saturating_add(pause) > self.retry.longest();
            if attempt >= self.retry.max_attempts() || is_late {
                return outcome;
            }
            after_unknown |= is_unknown(&outcome);
            tracing::debug!(attempt, ?pause, "planhat call is sent again");
            sleep(pause).await;
        }
    }

    /// What an answer of the analytics host says, without the tokens that it may repeat.
    pub fn said(&self, answer: &Answer) -> Bytes {
        self.credentials.redact_body(&answer.body)
    }

    /// The error that an answer stands for.
    pub fn refusal(&self, operation: &'static Operation, answer: Answer) -> Error {
        let (kind, effect) = match answer.status {
            401 => (ErrorKind::Unauthorized, Effect::Refused),
            403 => (ErrorKind::Forbidden, Effect::Refused),
            404 => (ErrorKind::NotFound, Effect::Refused),
            429 => (ErrorKind::RateLimited, Effect::Refused),
            500.. => (ErrorKind::Server, Effect::Unknown),
            _ => (ErrorKind::Rejected, Effect::Refused),
        };
        let message = match answer.status {
            300..=399 => "the server redirects elsewhere; is the base URL right?".to_owned(),
            401 => format!("{} (a token of another region is refused in the same way)", message_of(&answer.body)),
            _ => message_of(&answer.body),
        };
        Error::new(kind, effect, message)
            .at(operation)
            .retry_after(retry::retry_after(&answer.headers))
            .answer(answer.status, answer.headers, answer.body)
            .attempts_made(answer.attempts)
            .redacted(&self.credentials)
    }

    /// The error for an answer that came and cannot be used.
    pub fn unusable(&self, operation: &'static Operation, answer: Answer, problem: impl std::fmt::Display) -> Error {
        Error::decode(format!("the answer cannot be read: {problem}"))
            .at(operation)
            .answer(answer.status, answer.headers, answer.body)
            .attempts_made(answer.attempts)
            .redacted(&self.credentials)
    }
}

/// Whether nobody knows what an attempt did.
fn is_unknown(outcome: &Result<Answer, Error>) -> bool {
    match outcome {
        Ok(answer) => answer.status >= 500,
        Err(error) => error.effect() != Effect::NotSent,
    }
}
