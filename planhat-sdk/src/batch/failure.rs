use std::fmt;

use serde_json::Value;

use crate::error::{Effect, Error, shortened};

/// Why a record was not written, or why that is unknown.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Failure {
    /// The reason in words.
    pub reason: String,
    /// The error as Planhat sent it.
    pub raw: Option<Value>,
    /// What is known of the effect on this record.
    pub effect: Effect,
    /// Whether the same record may be accepted later: the connection, the token, the rate limit or the server was the
    /// problem, not the record. If the effect is unknown and the record has no key, a retry may create a duplicate.
    pub is_temporary: bool,
}

impl Failure {
    /// Creates the failure of each record of a failed call.
    pub(crate) fn of_error(error: &Error) -> Self {
        let effect = match error.effect() {
            effect @ (Effect::NotSent | Effect::Refused) => effect,
            Effect::Applied | Effect::Unknown => Effect::Unknown,
        };
        let is_temporary = error.is_temporary() || effect == Effect::Unknown;
        Self { reason: error.summary(), raw: raw(error.body()), effect, is_temporary }
    }

    /// Creates the failure of each record of a call that would have failed with any other records too.
    pub(crate) fn fatal(error: &Error) -> Self {
        Self { is_temporary: true, ..Self::of_error(error) }
    }

    /// Creates the failure of a record that cannot be sent.
    pub(crate) fn unsendable(reason: String) -> Self {
        Self { reason, raw: None, effect: Effect::NotSent, is_temporary: false }
    }

    /// Creates the failure of a record that was not sent because of this error.
    pub(crate) fn not_sent_after(error: &Error) -> Self {
        Self { effect: Effect::NotSent, ..Self::fatal(error) }
    }

    /// Creates the failure of a record that was not sent because too many rows had failed.
    pub(crate) fn stopped(rows: usize) -> Self {
        let rows = if rows == 1 { "a row failed".to_owned() } else { format!("{rows} rows in a row failed") };
        let reason = format!("the upload was stopped after {rows}");
        Self { reason, raw: None, effect: Effect::NotSent, is_temporary: true }
    }

    /// Creates the failure of a record whose upload was dropped.
    pub(crate) fn dropped(has_left: bool) -> Self {
        let (effect, reason) = if has_left {
            (Effect::Unknown, "the call was dropped while it was in flight")
        } else {
            (Effect::NotSent, "the call was dropped before it was sent")
        };
        Self { reason: reason.to_owned(), raw: None, effect, is_temporary: true }
    }

    /// Creates the failure of a record that Planhat refused.
    pub(crate) fn refused(raw: Value) -> Self {
        Self { reason: Self::reason_of(&raw), raw: Some(raw), effect: Effect::Refused, is_temporary: false }
    }

    /// Creates the failure of a record whose outcome the response leaves open.
    pub(crate) fn unattributed(raw: Option<Value>) -> Self {
        let reason = "Planhat's response does not say what became of this record".to_owned();
        Self { reason, raw, effect: Effect::Unknown, is_temporary: true }
    }

    /// Returns what an error in a response says, in one line.
    pub(crate) fn reason_of(raw: &Value) -> String {
        let said = match raw {
            Value::String(text) => Some(text.clone()),
            Value::Object(map) => {
                let words = ["message", "error", "reason", "errmsg"].iter().find_map(|key| map.get(*key)?.as_str());
                words.map(str::to_owned)
            }
            _ => None,
        };
        let said = said.unwrap_or_else(|| raw.to_string());
        shortened(said.split_whitespace().collect::<Vec<_>>().join(" "))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.reason, self.effect)
    }
}

/// Returns the body of a response as JSON, or as text if it is not JSON.
fn raw(body: &[u8]) -> Option<Value> {
    let text = || Value::String(shortened(String::from_utf8_lossy(body).into_owned()));
    (!body.is_empty()).then(|| serde_json::from_slice(body).unwrap_or_else(|_| text()))
}
