//! What can go wrong between a client and Planhat, and when it does.

mod injector;
mod plan;
mod text;

use std::time::Duration;

pub(crate) use injector::Director;
pub use plan::{Faults, FaultsError};

/// Something that goes wrong with one request.
///
/// A request that is *processed* has its effect: what it writes is stored, and is in
/// [`Sandbox::applied`](crate::Sandbox::applied). Where nothing is processed, nothing is stored.
///
/// As text, a fault has a short name, some with a parameter: `429`, `429:3` and `429_date:3` (seconds), `503`,
/// `503_after`, `html`, `html:200`, `body:200:no%20permission` (percent-encoded), `reset_before`, `reset_after`, `truncate`,
/// `invalid_json`, `empty`, `slow:2s`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// 429. Not processed.
    TooMany(RetryAfter),
    /// A status from 500 to 599 with a message. Not processed.
    ErrorBefore(u16),
    /// Processed, but answered with a status from 500 to 599 and a message.
    ErrorAfter(u16),
    /// A page of HTML in place of JSON, with a status from 200 to 599, as proxies send it. Not processed.
    Html(u16),
    /// A body of your own, such as `{"error": "no permission"}`, with a status from 200 to 599. Not processed.
    Body(u16, String),
    /// The request is read whole, and then the connection is reset. Not processed.
    ResetBefore,
    /// Processed, and then the connection is reset, without a byte of answer.
    ResetAfter,
    /// Processed and answered, but the connection ends in the middle of the body.
    Truncate,
    /// Processed and answered, with half of the body and a `Content-Length` that says so. The status is the one that
    /// the whole answer would have had.
    InvalidJson,
    /// Processed and answered, without a body. The status is the one that the whole answer would have had.
    Empty,
    /// Processed at once, but answered only after this time.
    Slow(Duration),
}

/// How an answer says when to come again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RetryAfter {
    /// It does not say.
    Unsaid,
    /// `Retry-After` with so many seconds.
    Seconds(u32),
    /// `Retry-After` with a date, so many seconds from now. It names a whole second, and is rounded up.
    Date(u32),
}
