//! A response, and what it says about the call.

use bytes::Bytes;
use reqwest::header::HeaderMap;

use super::{
    Request,
    body::with_note_of_cut,
    effect::effect_of,
    flaw::{Flaw, flaw, is_broken},
    retry_after::retry_after,
};
use crate::{
    credentials::Credentials,
    error::{Attempt, Effect, Error, ErrorKind, message_of},
    operation::{Operation, ResponseKind},
};

/// A response of any status.
#[derive(Debug)]
pub(crate) struct Response {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Bytes,
    /// The earlier attempts.
    pub earlier: Vec<Attempt>,
}

impl Response {
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Returns whether an earlier attempt has an unknown outcome.
    pub fn after_unknown(&self) -> bool {
        self.earlier.iter().any(|attempt| attempt.effect.may_have_changed())
    }

    /// Returns whether it says that the call was carried out, but not with which result: a proxy's page, half a response,
    /// or none where there should be one.
    pub fn is_unusable(&self, operation: &Operation) -> bool {
        self.is_success() && self.status != 204 && is_broken(operation.response, &self.body)
    }

    /// Returns why it does not say that the call succeeded, as far as that is known without reading records twice: what
    /// reads them asks for the rest.
    pub fn flaw(&self, request: &Request) -> Option<Flaw> {
        let operation = request.operation;
        match operation.response {
            ResponseKind::Record | ResponseKind::Object | ResponseKind::List if !self.is_unusable(operation) => None,
            response => flaw(response, &self.body, request.id.as_deref()),
        }
    }

    /// Returns the kind of failure and its effect, for a status that is not a success.
    pub fn kind_and_effect(&self, operation: &Operation) -> (ErrorKind, Effect) {
        let kind = match self.status {
            401 => ErrorKind::Unauthorized,
            403 => ErrorKind::Forbidden,
            404 => ErrorKind::NotFound,
            408 => ErrorKind::Timeout,
            429 => ErrorKind::RateLimited,
            500.. => ErrorKind::Server,
            _ => ErrorKind::Rejected,
        };
        (kind, effect_of(self.status, operation))
    }

    /// Creates the error for a response of success that does not say that the call succeeded, or cannot be read.
    pub fn into_decode_error(self, request: &Request, problem: &str, credentials: &Credentials) -> Error {
        let operation = request.operation;
        let body = credentials.redact_body(&self.body);
        let flaw = flaw(operation.response, &body, request.id.as_deref());
        let is_record = matches!(operation.response, ResponseKind::Record | ResponseKind::Object | ResponseKind::List);
        let effect = match &flaw {
            None if is_record => Effect::Applied,
            // It has no body because of its status, which says everything.
            Some(Flaw::Empty) if matches!(self.status, 201 | 204) => Effect::Applied,
            // A page is not a response of Planhat's, so that it is unknown whether the call reached it.
            Some(flaw) if operation.only_reads() && *flaw != Flaw::Page => Effect::Applied,
            _ => Effect::Unknown,
        };
        let message = match flaw {
            Some(flaw) => flaw.message(&message_of(&body)),
            None if is_record => format!("the response cannot be read: {}", credentials.redact(problem)),
            None => format!("{problem}: {}", message_of(&body)),
        };
        let headers = credentials.redact_headers(self.headers);
        let error = Error::new(ErrorKind::Decode, effect, message);
        error.at(operation).with_response(self.status, headers, body).after(self.earlier)
    }

    /// Creates the error for a status that is not a success.
    pub fn into_status_error(self, operation: &'static Operation, credentials: &Credentials) -> Error {
        let (kind, effect) = self.kind_and_effect(operation);
        let wait = retry_after(&self.headers);
        let body = credentials.redact_body(&self.body);
        let message = match (self.status, wait) {
            (429, Some(wait)) if !wait.is_zero() => {
                let seconds = wait.as_millis().div_ceil(1_000);
                format!("rate limited, retry in {seconds} s: {}", message_of(&body))
            }
            (300..=399, _) => "the server redirects elsewhere; is the base URL right?".to_owned(),
            (401, _) => format!("{} (a token of another region is refused in the same way)", message_of(&body)),
            _ => message_of(&body),
        };
        let headers = credentials.redact_headers(self.headers);
        let message = with_note_of_cut(message, &body);
        let error = Error::new(kind, effect, message).at(operation).with_retry_after(wait);
        error.with_response(self.status, headers, body).after(self.earlier)
    }
}
