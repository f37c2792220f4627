//! An answer, and what it says of the call.

use bytes::Bytes;
use reqwest::header::HeaderMap;

use crate::{
    error::{Attempt, Effect, Error, ErrorKind, message_of},
    operation::{Kind, Operation},
};

/// An answer of whatever status.
#[derive(Debug)]
pub(crate) struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Bytes,
    /// What became of the attempts before.
    pub earlier: Vec<Attempt>,
}

impl Answer {
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Whether nobody knows what an earlier attempt did.
    pub fn after_unknown(&self) -> bool {
        self.earlier.iter().any(|attempt| attempt.effect.may_have_changed())
    }

    /// Whether it says that the call was carried out, but not what came of it: a proxy's page, half an answer,
    /// or none where there should be one. Only both ends are looked at, since everything else would read it twice.
    pub fn is_unusable(&self, operation: &Operation) -> bool {
        if !self.is_success() || self.status == 204 {
            return false;
        }
        let text = self.body.trim_ascii();
        match (text.first(), text.last()) {
            (None, _) => !matches!(operation.kind, Kind::Delete | Kind::Ingest | Kind::Copy),
            (Some(b'{'), Some(b'}')) | (Some(b'['), Some(b']')) | (Some(b'"'), Some(b'"')) => false,
            (Some(b'{' | b'[' | b'<'), _) => true,
            // A bare word or number: no answer that is documented, but no broken one either.
            _ => false,
        }
    }

    /// The kind of failure and its effect, for an answer that says no.
    pub fn refusal(&self, operation: &Operation) -> (ErrorKind, Effect) {
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

    fn message(&self) -> String {
        match self.status {
            300..=399 => "the server redirects elsewhere; is the base URL right?".to_owned(),
            401 => format!("{} (a token of another region is refused in the same way)", message_of(&self.body)),
            _ => message_of(&self.body),
        }
    }

    /// What is known of the effect of a call whose answer says that it was carried out and cannot be used. A page
    /// is no answer of Planhat's, so that nobody knows whether the call came that far.
    pub fn effect_if_unusable(&self) -> Effect {
        if self.body.trim_ascii().starts_with(b"<") { Effect::Unknown } else { Effect::Applied }
    }

    /// The error for an answer that came and cannot be used.
    pub fn into_unusable(self, operation: &'static Operation, problem: impl std::fmt::Display) -> Error {
        let effect = self.effect_if_unusable();
        let message = match effect {
            Effect::Unknown => "the answer is an HTML page, not Planhat's own".to_owned(),
            _ => format!("the answer cannot be read: {problem}"),
        };
        let error = Error::new(ErrorKind::Decode, effect, message);
        error.at(operation).answer(self.status, self.headers, self.body).after(self.earlier)
    }

    /// The error for an answer that says no.
    pub fn into_refusal(self, operation: &'static Operation) -> Error {
        let (kind, effect) = self.refusal(operation);
        let wait = super::retry::retry_after(&self.headers);
        let error = Error::new(kind, effect, self.message()).at(operation).asked_to_wait(wait);
        error.answer(self.status, self.headers, self.body).after(self.earlier)
    }
}

/// What is known of the effect of a call from a status that is no success.
///
/// A redirect is the usual reply to a write that was carried out, except for 307 and 308, which ask for the same
/// request at another URL. A 408 may come from a proxy that waited for the server. A server that says 425 has not
/// processed the request (RFC 8470).
pub(super) fn effect_of(status: u16, operation: &Operation) -> Effect {
    match status {
        307 | 308 => Effect::Refused,
        ..400 if !operation.only_reads() => Effect::Unknown,
        408 | 500.. => Effect::Unknown,
        _ => Effect::Refused,
    }
}
