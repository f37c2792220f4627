//! What a call may set for itself instead of what the client says.

use std::time::Duration;

use tokio::time::Instant;

use super::policy::{RetryPolicy, from_now};

/// The settings of a call. What it does not set is the client's to say.
#[derive(Debug, Clone, Default)]
pub(crate) struct CallOptions {
    /// The timeout of one attempt.
    pub timeout: Option<Duration>,
    pub retry: Option<RetryPolicy>,
    /// The longest time that the call may take as a whole.
    pub deadline: Option<Duration>,
    /// When the deadline is over, if the call is a part of something that has started already.
    pub until: Option<Instant>,
}

impl CallOptions {
    /// Starts the clock of something that is more than one request, unless it is running.
    pub fn start(&mut self) {
        self.until = self.until.or_else(|| self.deadline.map(from_now));
    }
}
