//! What a client has done so far, in figures.

use std::{sync::Mutex, time::Duration};

use crate::lock::lock;

/// What a client and all its clones have done so far. Figures only grow.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stats {
    /// The number of calls, retries not counted.
    pub calls: u64,
    /// The number of retries.
    pub retries: u64,
    /// The number of calls that ended without a response of success. A delete of a record that is already gone counts.
    pub failures: u64,
    /// How often a call had to wait for the rate limit.
    pub quota_waits: u64,
    /// The total time that calls waited for the rate limit.
    pub quota_wait: Duration,
    /// The number of bytes sent in bodies, of every attempt.
    pub bytes_sent: u64,
    /// The number of bytes received in bodies, after decompression.
    pub bytes_received: u64,
}

/// Counts for all clones of a client.
#[derive(Debug, Default)]
pub(crate) struct Counters(Mutex<Stats>);

impl Counters {
    pub fn count(&self, change: impl FnOnce(&mut Stats)) {
        change(&mut lock(&self.0));
    }

    pub fn read(&self) -> Stats {
        *lock(&self.0)
    }
}
