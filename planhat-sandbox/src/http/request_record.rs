//! What is remembered of a request.

use std::time::Duration;

use jiff::Timestamp;

use crate::faults::Fault;

/// A request that the sandbox answered, or was planned not to answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logged {
    /// When it was there as a whole.
    pub at: Timestamp,
    /// The HTTP method.
    pub method: String,
    /// The path as it was sent, with `{tenant}` and `{token}` in place of tokens.
    pub path: String,
    /// The query in the same way; empty if there was none.
    pub query: String,
    /// The status of the answer; 0 if the connection was reset instead.
    pub status: u16,
    /// The operation that the request was for, such as `companies.list`; nothing if no route matched.
    pub operation: Option<&'static str>,
    /// The fault that was played, if one was.
    pub fault: Option<Fault>,
    /// How long it took to do what it asks for, without the time for which the answer is held back.
    pub took: Duration,
    /// The bytes of its body.
    pub received: usize,
    /// The bytes of the answer's body; nothing if there is no answer, or only the beginning of one.
    pub sent: Option<u64>,
}
