//! Warnings that are given once, and not by every caller.

use std::{sync::Mutex, time::Duration};

use tokio::time::Instant;

use crate::lock::lock;

/// How long it is quiet at least after a warning.
const QUIET: Duration = Duration::from_secs(60);

/// Whether a warning is due: once, then not again for a while.
#[derive(Debug)]
pub(crate) struct Notice {
    /// Shorter waits are not worth a warning.
    pub threshold: Duration,
    quiet_until: Mutex<Option<Instant>>,
}

impl Notice {
    pub fn new(threshold: Duration) -> Self {
        Self { threshold, quiet_until: Mutex::new(None) }
    }

    /// Whether to warn of a wait. It stays quiet as long as that wait lasts, but for one that is longer by far.
    pub fn is_due(&self, wait: Duration) -> bool {
        let now = Instant::now();
        let mut quiet_until = lock(&self.quiet_until);
        let is_due = wait >= self.threshold
            && quiet_until.is_none_or(|until| until <= now || until.duration_since(now) + QUIET < wait);
        if is_due {
            *quiet_until = now.checked_add(wait.max(QUIET));
        }
        is_due
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::sleep;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_long_wait_is_told_once_and_a_short_one_never() {
        let seconds = Duration::from_secs;
        let notice = Notice::new(seconds(10));
        assert!(!notice.is_due(seconds(9)));
        assert!(notice.is_due(seconds(10)));
        assert!((0..50).all(|_| !notice.is_due(seconds(10))), "other callers wait for the same");
        assert!(notice.is_due(seconds(4_000)), "that is another matter");
        sleep(seconds(3_900)).await;
        assert!(!notice.is_due(seconds(100)));
        sleep(seconds(100)).await;
        assert!(notice.is_due(seconds(10)));
    }
}
