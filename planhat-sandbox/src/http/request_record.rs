//! What is recorded of a request.

use std::time::Duration;

use jiff::Timestamp;

use crate::faults::Fault;

/// A request that the sandbox received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestRecord {
    /// When the request was complete.
    pub at: Timestamp,
    /// The HTTP method.
    pub method: String,
    /// The path, with tokens replaced by `{tenant}` and `{token}`.
    pub path: String,
    /// The query, with tokens replaced in the same way. Empty if there was none.
    pub query: String,
    /// The status of the response, or 0 if the connection was reset instead.
    pub status: u16,
    /// The operation, such as `companies.list`, or `None` if no route matched.
    pub operation: Option<&'static str>,
    /// The injected fault, if any.
    pub fault: Option<Fault>,
    /// The processing time, without the [latency](crate::Builder::latency) and the delay of a fault.
    pub took: Duration,
    /// The size of the request body in bytes.
    pub received: usize,
    /// The size of the response body in bytes, or `None` if there was no complete response.
    pub sent: Option<u64>,
}
