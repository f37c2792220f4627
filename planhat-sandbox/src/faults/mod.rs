//! Failures to inject into requests, and plans of when to inject them.

mod injector;
mod plan;
mod text;

use std::time::Duration;

pub(crate) use injector::FaultInjector;
pub use plan::{Faults, FaultsError};

/// A failure that is injected into one request.
///
/// A request that is *processed* takes effect: its writes are stored and returned by
/// [`Sandbox::applied`](crate::Sandbox::applied). A request that is not processed changes nothing.
///
/// Faults can be written as text, some with a parameter: `429`, `429:3` and `429_date:3` (seconds), `503`, `503_after`,
/// `html`, `html:200`, `body:200:no%20permission` (percent-encoded), `reset_before`, `reset_after`, `truncate`,
/// `invalid_json`, `empty`, `slow:2s`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// Responds with the status 429. Not processed.
    RateLimited(RetryAfter),
    /// Responds with a status from 500 to 599 and an error message. Not processed.
    ErrorBefore(u16),
    /// Processes the request, but responds with a status from 500 to 599 and an error message.
    ErrorAfter(u16),
    /// Responds with an HTML page instead of JSON, as proxies do, and a status from 200 to 599. Not processed.
    Html(u16),
    /// Responds with a custom body, such as `{"error": "no permission"}`, and a status from 200 to 599. Not processed.
    Body(u16, String),
    /// Resets the connection after the request was received. Not processed.
    ResetBefore,
    /// Processes the request, then resets the connection without a response.
    ResetAfter,
    /// Processes the request, then closes the connection in the middle of the response body.
    Truncate,
    /// Processes the request, but sends only half of the response body, with a matching `Content-Length`. The status is
    /// unchanged.
    InvalidJson,
    /// Processes the request, but sends an empty response body. The status is unchanged.
    Empty,
    /// Processes the request at once, but delays the response by this time.
    Slow(Duration),
}

/// The `Retry-After` header of a response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RetryAfter {
    /// No header.
    Omitted,
    /// A number of seconds.
    Seconds(u32),
    /// A date this many seconds from now, rounded up to a whole second.
    Date(u32),
}
