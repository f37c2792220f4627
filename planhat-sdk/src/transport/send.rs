//! Sends a call: the way into the transport.

use tracing::{Instrument, Span, field::Empty};

use super::{CUT_OFF, Request, Response, Transport, run::Run};
use crate::{
    error::{Error, ErrorKind},
    operation::Kind,
};

impl Transport {
    /// Sends a call, with retries, and returns the response of success.
    ///
    /// # Errors
    ///
    /// If there is none.
    pub async fn call(&self, request: &Request) -> Result<Response, Error> {
        let response = self.send(request).await?;
        match response.status {
            200..=299 if response.flaw(request).is_some() => Err(self.decode_error(request, response, CUT_OFF)),
            200..=299 => Ok(response),
            // An earlier attempt, whose response got lost, may have deleted it; in any case it is gone.
            404 if request.operation.kind == Kind::Delete && response.after_unknown() => Ok(response),
            _ => Err(self.status_error(request.operation, response)),
        }
    }

    /// Sends a call, with retries, and returns the last response of any status.
    ///
    /// # Errors
    ///
    /// If there is none.
    pub async fn send(&self, request: &Request) -> Result<Response, Error> {
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
        // Not the current span, which is the user's if ours is disabled.
        let outcome = self.send_in_span(request, &span).instrument(span.clone()).await;
        if !matches!(&outcome, Ok(response) if response.is_success()) {
            self.counters.count(|stats| stats.failures += 1);
        }
        record(&span, &outcome);
        outcome
    }

    async fn send_in_span(&self, request: &Request, span: &Span) -> Result<Response, Error> {
        let operation = request.operation;
        let url = self.url(request)?;
        self.credentials.token(operation.auth).map_err(|error| error.at(operation))?;
        Run::new(self, request, url, span)?.run().await
    }
}

/// Notes in a span how an attempt or a call ended.
pub(super) fn record(span: &Span, outcome: &Result<Response, Error>) {
    let kind = match outcome {
        Ok(response) => {
            span.record("http.response.status_code", response.status);
            if response.is_success() {
                return;
            }
            response.status.to_string()
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
