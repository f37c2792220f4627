//! What a call may set for itself instead of what the client says.

use std::time::Duration;

use tokio::time::Instant;

use super::policy::{RetryPolicy, from_now};

/// What a call may set for itself; what it does not set is the client's to say.
#[derive(Debug, Clone, Default)]
pub(crate) struct CallOptions {
    /// How long one attempt may take.
    pub timeout: Option<Duration>,
    /// How often and how long it is retried.
    pub retry: Option<RetryPolicy>,
    /// How long it may take as a whole, all waiting included.
    pub deadline: Option<Duration>,
}

impl CallOptions {
    /// When the deadline is over if it begins now, for what is more than one request.
    pub fn until(&self) -> Option<Instant> {
        self.deadline.map(from_now)
    }
}
