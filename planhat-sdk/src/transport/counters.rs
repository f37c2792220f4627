//! What a client has done so far, in figures.

use std::{
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    time::Duration,
};

/// What a client and all its clones have done so far. Figures only grow.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stats {
    /// Calls, however often each was sent.
    pub calls: u64,
    /// How often a call was sent again.
    pub retries: u64,
    /// Calls that ended without an answer that says yes. One that deletes what is gone by then is among them.
    pub failures: u64,
    /// How often a call had to wait for the quota.
    pub waits: u64,
    /// How long they waited for it, all together.
    pub waited: Duration,
    /// Bytes of bodies that were sent or tried to be, each time anew.
    pub bytes_sent: u64,
    /// Bytes of bodies that came, after unpacking.
    pub bytes_received: u64,
}

#[derive(Debug, Default)]
pub(crate) struct Counters {
    calls: AtomicU64,
    retries: AtomicU64,
    failures: AtomicU64,
    waits: AtomicU64,
    waited_micros: AtomicU64,
    bytes_sent: AtomicU64,
    bytes_received: AtomicU64,
}

impl Counters {
    pub fn call(&self) {
        self.calls.fetch_add(1, Relaxed);
    }

    pub fn retry(&self) {
        self.retries.fetch_add(1, Relaxed);
    }

    pub fn failure(&self) {
        self.failures.fetch_add(1, Relaxed);
    }

    pub fn wait(&self, waited: Duration) {
        self.waits.fetch_add(1, Relaxed);
        self.waited_micros.fetch_add(u64::try_from(waited.as_micros()).unwrap_or(u64::MAX), Relaxed);
    }

    pub fn sent(&self, bytes: usize) {
        self.bytes_sent.fetch_add(bytes as u64, Relaxed);
    }

    pub fn received(&self, bytes: usize) {
        self.bytes_received.fetch_add(bytes as u64, Relaxed);
    }

    pub fn read(&self) -> Stats {
        Stats {
            calls: self.calls.load(Relaxed),
            retries: self.retries.load(Relaxed),
            failures: self.failures.load(Relaxed),
            waits: self.waits.load(Relaxed),
            waited: Duration::from_micros(self.waited_micros.load(Relaxed)),
            bytes_sent: self.bytes_sent.load(Relaxed),
            bytes_received: self.bytes_received.load(Relaxed),
        }
    }
}
