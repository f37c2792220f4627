use std::{borrow::Cow, error::Error as StdError, fmt, time::Duration};

use bytes::Bytes;
use reqwest::header::HeaderMap;
use serde_json::Value;

use crate::{credentials::Credentials, operation::Operation};

/// What went wrong with a call: one line for people, and every fact for programs.
#[derive(Clone)]
pub struct Error(Box<Facts>);

#[derive(Clone)]
struct Facts {
    kind: ErrorKind,
    effect: Effect,
    operation: Option<&'static Operation>,
    message: String,
    status: Option<u16>,
    headers: HeaderMap,
    body: Bytes,
    attempts: u32,
    retry_after: Option<Duration>,
    record: Option<BadRecord>,
}

/// The kinds of failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The client is not set up for this call, for example a token is missing.
    Configuration,
    /// The call cannot be sent as it is, for example with an empty id.
    Invalid,
    /// No connection to the host.
    Connect,
    /// No answer in time.
    Timeout,
    /// The connection broke.
    Network,
    /// 401: the token is wrong, or belongs to another region.
    Unauthorized,
    /// 403: the token lacks the permission.
    Forbidden,
    /// 404: no such record or path.
    NotFound,
    /// 429: too many calls, also after waiting.
    RateLimited,
    /// Another 4xx: Planhat does not accept the call.
    Rejected,
    /// 5xx: a failure on Planhat's side.
    Server,
    /// The answer is not what it should be.
    Decode,
}

/// What is known of the effect of a failed call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Effect {
    /// It never left: nothing changed.
    NotSent,
    /// Planhat refused it: nothing changed.
    Refused,
    /// It was carried out; only the answer is unusable.
    Applied,
    /// Nobody knows whether it was carried out.
    Unknown,
}

impl fmt::Display for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotSent => "not sent",
            Self::Refused => "refused",
            Self::Applied => "carried out",
            Self::Unknown => "outcome unknown",
        })
    }
}

/// A record that could not be read.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct BadRecord {
    /// Its position in the list, from 0.
    pub index: usize,
    /// Where in it the problem is, such as `custom.Tier` or `.`.
    pub path: String,
    /// The record as it came.
    pub raw: String,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, effect: Effect, message: impl Into<String>) -> Self {
        Self(Box::new(Facts {
            kind,
            effect,
            operation: None,
            message: message.into(),
            status: None,
            headers: HeaderMap::new(),
            body: Bytes::new(),
            attempts: 0,
            retry_after: None,
            record: None,
        }))
    }

    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Invalid, Effect::NotSent, message)
    }

    pub(crate) fn decode(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Decode, Effect::Applied, message)
    }

    pub(crate) fn at(mut self, operation: &'static Operation) -> Self {
        self.0.operation = Some(operation);
        self
    }

    pub(crate) fn attempts_made(mut self, attempts: u32) -> Self {
        self.0.attempts = attempts;
        self
    }

    pub(crate) fn answer(mut self, status: u16, headers: HeaderMap, body: Bytes) -> Self {
        self.0.status = Some(status);
        self.0.headers = headers;
        self.0.body = body;
        self
    }

    pub(crate) fn retry_after(mut self, wait: Option<Duration>) -> Self {
        self.0.retry_after = wait;
        self
    }

    pub(crate) fn bad_record(mut self, record: BadRecord) -> Self {
        self.0.record = Some(record);
        self
    }

    /// Without the tokens that a server may have repeated.
    pub(crate) fn redacted(mut self, credentials: &Credentials) -> Self {
        let facts = &mut *self.0;
        let clean = |text: &mut String| {
            if let Cow::Owned(clean) = credentials.redact(text) {
                *text = clean;
            }
        };
        clean(&mut facts.message);
        if let Some(record) = &mut facts.record {
            clean(&mut record.path);
            clean(&mut record.raw);
        }
        facts.body = credentials.redact_body(&facts.body);
        credentials.redact_headers(&mut facts.headers);
        self
    }

    /// Everything but the effect, in one line.
    pub(crate) fn told(&self) -> String {
        let facts = &*self.0;
        let operation = facts.operation.map(|operation| format!("{operation}: ")).unwrap_or_default();
        let status = facts.status.filter(|status| *status >= 400);
        let status = status.map(|status| format!("{status}: ")).unwrap_or_default();
        format!("{operation}{status}{}", facts.message)
    }

    /// The kind of failure.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// What is known of the call's effect.
    #[must_use]
    pub fn effect(&self) -> Effect {
        self.0.effect
    }

    /// The operation that was called, if the failure belongs to one.
    #[must_use]
    pub fn operation(&self) -> Option<&'static Operation> {
        self.0.operation
    }

    /// What the server said, or what is wrong.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The HTTP status, if an answer came.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.0.status
    }

    /// The headers of the answer.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.0.headers
    }

    /// The body of the answer. Tokens in it are blacked out.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.0.body
    }

    /// How often the call was sent.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// How long the server asked to wait before the next call.
    #[must_use]
    pub fn wait_asked(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// The record that could not be read, if it was a single one.
    #[must_use]
    pub fn record(&self) -> Option<&BadRecord> {
        self.0.record.as_ref()
    }

    /// Whether the record or path does not exist.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        self.0.kind == ErrorKind::NotFound
    }

    /// Whether the same call may succeed later.
    #[must_use]
    pub fn is_temporary(&self) -> bool {
        use ErrorKind::{Connect, Network, RateLimited, Server, Timeout};
        matches!(self.0.kind, Connect | Timeout | Network | RateLimited | Server)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let facts = &*self.0;
        write!(f, "{} ({}", self.told(), facts.effect)?;
        if facts.attempts > 1 {
            write!(f, ", {} attempts", facts.attempts)?;
        }
        f.write_str(")")
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let facts = &*self.0;
        f.debug_struct("Error")
            .field("kind", &facts.kind)
            .field("effect", &facts.effect)
            .field("operation", &facts.operation.map(|operation| operation.name))
            .field("status", &facts.status)
            .field("message", &facts.message)
            .field("attempts", &facts.attempts)
            .field("record", &facts.record)
            .finish_non_exhaustive()
    }
}

impl StdError for Error {}

/// The longest text of an answer that goes into a message.
const LONGEST: usize = 300;

/// What the body of an error answer says, in whichever form it says it.
pub(crate) fn message_of(body: &[u8]) -> String {
    let said = match serde_json::from_slice(body) {
        Ok(json) => said_by(&json).unwrap_or_else(|| json.to_string()),
        Err(_) => String::from_utf8_lossy(body).into_owned(),
    };
    let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
    match said.as_str() {
        "" => "no explanation came with the answer".to_owned(),
        page if page.starts_with('<') => "the answer is an HTML page, not Planhat's own".to_owned(),
        _ => shortened(said),
    }
}

fn said_by(json: &Value) -> Option<String> {
    match json {
        Value::String(text) => Some(text.clone()),
        Value::Object(map) => map.get("message").or_else(|| map.get("error")).and_then(said_by),
        _ => None,
    }
}

pub(crate) fn shortened(mut text: String) -> String {
    if let Some((end, _)) = text.char_indices().nth(LONGEST) {
        text.truncate(end);
        text.push('…');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_error_body_gives_its_words() {
        let bodies = [
            (r#"{"message": "no such company"}"#, "no such company"),
            (r#"{"error": "no such company"}"#, "no such company"),
            (r#"{"error": {"message": "no such company"}}"#, "no such company"),
            (r#""no such company""#, "no such company"),
            ("no such\n\tcompany\n", "no such company"),
            (r#"{"code": 7}"#, r#"{"code":7}"#),
            ("", "no explanation came with the answer"),
            ("<html>nginx</html>", "the answer is an HTML page, not Planhat's own"),
        ];
        for (body, message) in bodies {
            assert_eq!(message_of(body.as_bytes()), message);
        }
    }

    #[test]
    fn a_long_answer_is_cut_between_characters() {
        let text = message_of("é".repeat(1_000).as_bytes());
        assert_eq!(text.chars().count(), LONGEST + 1);
    }
}
