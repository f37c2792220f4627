//! How often and how long a call is retried.

use std::time::Duration;

use tokio::time::Instant;

/// The upper bound of the pause that is made although the server asks for none.
const MIN_PAUSE: Duration = Duration::from_millis(500);

/// Further away than any call waits, and near enough for every clock.
const FAR: Duration = Duration::from_secs(30 * 365 * 86_400);

/// A retry policy: how often and how long a failed call is retried, with exponential backoff and full jitter.
///
/// Which calls are retried does not depend on the policy:
///
/// | outcome of the attempt | idempotent: reads, updates, deletes, bulk upserts in which each record has a key | others |
/// | --- | --- | --- |
/// | no connection, 429: certainly not processed | retried | retried |
/// | timeout, broken connection, 408, 425, every 5xx, unusable 2xx | retried | not retried |
/// | a certificate that is not accepted, redirects, other 4xx | not retried | not retried |
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// use planhat_sdk::{Planhat, RetryPolicy};
///
/// let policy = RetryPolicy::default()
///     .max_attempts(8)
///     .max_elapsed(Duration::from_secs(600))
///     .backoff(Duration::from_secs(1), Duration::from_secs(60));
/// let planhat = Planhat::builder().api_token("secret").retry(policy).build()?;
/// # Ok::<(), planhat_sdk::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct RetryPolicy {
    pub(super) max_attempts: u32,
    pub(super) max_elapsed: Duration,
    initial: Duration,
    max_backoff: Duration,
    pub(super) outage_after: u32,
    pub(super) probe_interval: Duration,
}

impl Default for RetryPolicy {
    /// Makes up to five attempts within five minutes. The backoff starts at half a second and doubles up to 30 seconds,
    /// with full jitter: each pause is multiplied by a random number between 0 and 1. After a 429 that names no time,
    /// the pause is 15 to 30 seconds.
    fn default() -> Self {
        Self {
            max_attempts: 5,
            max_elapsed: Duration::from_secs(300),
            initial: Duration::from_millis(500),
            max_backoff: Duration::from_secs(30),
            outage_after: 3,
            probe_interval: Duration::from_secs(5),
        }
    }
}

impl RetryPolicy {
    /// Creates a policy that never retries.
    #[must_use]
    pub fn none() -> Self {
        Self::default().max_attempts(1)
    }

    /// Sets the maximum number of attempts, the first one included. Defaults to 5, and is at least 1.
    #[must_use]
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = attempts.max(1);
        self
    }

    /// Sets how long after its first attempt a call may still be retried. Defaults to 5 minutes. Time spent waiting for
    /// the rate limit does not count.
    #[must_use]
    pub fn max_elapsed(mut self, elapsed: Duration) -> Self {
        self.max_elapsed = elapsed;
        self
    }

    /// Sets the exponential backoff: the upper bound of the first pause, which doubles with each retry up to `max`.
    /// Defaults to 500 ms and 30 s. Full jitter is applied to each pause. A pause that the server asks for, for example
    /// by `Retry-After`, takes precedence.
    #[must_use]
    pub fn backoff(mut self, initial: Duration, max: Duration) -> Self {
        self.initial = initial;
        self.max_backoff = max;
        self
    }

    /// Sets the number of consecutive failures after which the server counts as down, which opens the circuit breaker:
    /// no connection, a timeout, a broken connection, 502, 503, 504 or 520 to 530, without any other response to any
    /// call of the client in between. Defaults to 3; `u32::MAX` means never.
    ///
    /// During an outage, one call probes the server and the others wait. Their attempts do not count, neither as
    /// [`max_attempts`](Self::max_attempts) nor in the retry budget, so that only [`max_elapsed`](Self::max_elapsed)
    /// ends the waiting, counted from the first failure; calls that start later fail at once, until a probe succeeds.
    /// As always, a call that is not idempotent is retried only if it was certainly not sent before. Failures other
    /// than missing connections have to come from several calls, or from a part of a list or of an upload, since a
    /// single call may fail for reasons of its own. A host that has never responded is not waited for: its URL may be
    /// wrong. Calls that are not retried at all do not wait either.
    #[must_use]
    pub fn outage_after(mut self, failures: u32) -> Self {
        self.outage_after = failures.max(1);
        self
    }

    /// Sets the longest pause between two probes of a server that is down. Defaults to 5 seconds. The first pause is
    /// the initial one of [`backoff`](Self::backoff), and doubles.
    #[must_use]
    pub fn probe_interval(mut self, longest: Duration) -> Self {
        self.probe_interval = longest;
        self
    }

    /// Returns the pause before the next probe, of which at least half is kept, so that their number is bounded.
    pub(super) fn probe_pause(&self, probes: u32, asked: Option<Duration>) -> Duration {
        let doubled = self.doubled(probes).min(self.probe_interval);
        upper_half(doubled).max(asked.unwrap_or_default().min(self.max_elapsed))
    }

    /// Returns when an outage has lasted too long for a call that has this policy.
    pub(super) fn outage_ends(&self, since: Instant) -> Instant {
        since + self.max_elapsed.min(FAR)
    }

    pub(super) fn is_retrying(&self) -> bool {
        self.max_attempts > 1
    }

    /// Returns the pause before the next attempt: what the server asks for, or else the backoff.
    pub(super) fn pause(&self, asked: Option<Duration>, retries: u32, throttled: bool) -> Duration {
        match asked {
            // The server may say 0 or name a time in the past.
            Some(asked) => asked.max(upper_half(self.initial.min(MIN_PAUSE))),
            None if throttled => upper_half(self.max_backoff),
            None => self.doubled(retries).min(self.max_backoff).mul_f64(fastrand::f64()),
        }
    }

    fn doubled(&self, times: u32) -> Duration {
        self.initial.saturating_mul(2_u32.saturating_pow(times))
    }
}

/// Returns a random duration between half of this one and all of it.
fn upper_half(duration: Duration) -> Duration {
    duration.mul_f64(0.5 + fastrand::f64() / 2.0)
}

/// Returns the time after this duration.
pub(super) fn from_now(duration: Duration) -> Instant {
    Instant::now() + duration.min(FAR)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_asks_for_no_pause_gets_a_short_one_all_the_same() {
        let policy = RetryPolicy::default();
        for asked in [Duration::ZERO, Duration::from_millis(1)] {
            let pauses: Vec<_> = (0..100).map(|_| policy.pause(Some(asked), 0, true)).collect();
            assert!(pauses.iter().all(|pause| (250..=500).contains(&pause.as_millis())), "{pauses:?}");
            assert!(pauses.iter().any(|pause| *pause != pauses[0]), "all callers come back at once");
        }
        assert_eq!(policy.pause(Some(Duration::from_secs(7)), 0, true), Duration::from_secs(7));
    }

    #[test]
    fn pauses_stay_within_their_bounds() {
        let policy = RetryPolicy::default();
        let backoff = |retries| policy.pause(None, retries, false);
        assert!((0..200).all(|retries| backoff(retries) <= Duration::from_secs(30)));
        assert!((0..100).all(|_| backoff(0) <= Duration::from_millis(500)));
        let (half, whole) = (Duration::from_secs(15), Duration::from_secs(30));
        assert!((0..100).map(|_| policy.pause(None, 0, true)).all(|pause| half <= pause && pause <= whole));
    }
}
