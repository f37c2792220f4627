//! Sends a call: the way into the transport.

use tracing::{Instrument, Span, field::Empty};

use super::{Answer, CUT_OFF, Request, Transport, run::Run};
use crate::{
    error::{Error, ErrorKind},
    operation::Kind,
};

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
        self.counters.count(|stats| stats.calls += 1);
        self.budget.deposit();
        // Not the current span, which is the user's if nobody listens to ours.
        let outcome = self.send_in_span(request, &span).instrument(span.clone()).await;
        if !matches!(&outcome, Ok(answer) if answer.is_success()) {
            self.counters.count(|stats| stats.failures += 1);
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
}

/// Notes in a span how an attempt or a call ended.
pub(super) fn record(span: &Span, outcome: &Result<Answer, Error>) {
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
