//! How often and how long a call is retried.

use std::time::Duration;

use tokio::time::Instant;

/// The longest of the pauses that are made although the server asks for none.
const SHORTEST: Duration = Duration::from_millis(500);

/// Further away than any call waits, and near enough for every clock.
const FAR: Duration = Duration::from_secs(30 * 365 * 86_400);

/// How often and how long a call is sent again.
///
/// Which calls are retried does not depend on it:
///
/// | outcome of the attempt | idempotent: reads, updates, deletes, bulk upserts in which each record has a key | others |
/// | --- | --- | --- |
/// | no connection, 429: certainly not processed | retried | retried |
/// | timeout, broken connection, 408, 425, every 5xx, unusable 2xx | retried | not retried |
/// | a certificate that is not accepted, redirects, other 4xx | not retried | not retried |
#[derive(Debug, Clone)]
pub struct RetryPolicy {
    attempts: u32,
    first: Duration,
    longest_pause: Duration,
    total: Duration,
    pub(super) outage_after: u32,
    pub(super) probe_interval: Duration,
}

impl Default for RetryPolicy {
    /// Five attempts within five minutes, with pauses of half a second, doubling, up to 30 seconds, each
    /// multiplied by a random number between 0 and 1; after a 429 that names no time, 15 to 30 seconds.
    fn default() -> Self {
        Self {
            attempts: 5,
            first: Duration::from_millis(500),
            longest_pause: Duration::from_secs(30),
            total: Duration::from_secs(300),
            outage_after: 3,
            probe_interval: Duration::from_secs(5),
        }
    }
}

impl RetryPolicy {
    /// Never sends again.
    #[must_use]
    pub fn none() -> Self {
        Self::default().attempts(1)
    }

    /// How often a call is sent at most; at least once.
    #[must_use]
    pub fn attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts.max(1);
        self
    }

    /// The time after which a call is not sent again, counted from its first attempt. What it waits for the quota
    /// does not count.
    #[must_use]
    pub fn total(mut self, total: Duration) -> Self {
        self.total = total;
        self
    }

    /// The longest first pause. The longest next one is twice as long, and so on, up to `longest`.
    ///
    /// What the server asks for goes before. After a 429 that asks for nothing, the pause is at least half of
    /// `longest` at once, since the quota is counted by the minute.
    #[must_use]
    pub fn pauses(mut self, first: Duration, longest: Duration) -> Self {
        self.first = first;
        self.longest_pause = longest;
        self
    }

    /// Sets the number of failures in a row after which the server counts as down: no connection, a timeout, a
    /// broken connection, 502, 503, 504 or 520 to 530, without any other response to any call of the client in
    /// between. Defaults to 3; `u32::MAX` means never.
    ///
    /// During an outage, one call probes the server and the others wait. Their attempts do not count, neither as
    /// [`attempts`](Self::attempts) nor in the retry budget, so that only [`total`](Self::total) ends the waiting,
    /// counted from the first failure; calls that start later fail at once, until a probe succeeds. What is not
    /// idempotent is sent again only if it was certainly not sent before, as always. Failures other than missing
    /// connections have to come from several calls, or from a part of a list or of an upload, since a single call
    /// may fail for reasons of its own. A host that has never responded is not waited for: its URL may be wrong.
    /// Calls that are not retried at all do not wait either.
    #[must_use]
    pub fn outage_after(mut self, failures: u32) -> Self {
        self.outage_after = failures.max(1);
        self
    }

    /// Sets the longest pause between two probes of a server that is down. Defaults to 5 seconds. The first pause is
    /// that of [`pauses`](Self::pauses), and doubles.
    #[must_use]
    pub fn probe_interval(mut self, longest: Duration) -> Self {
        self.probe_interval = longest;
        self
    }

    /// The pause before the next probe, of which there were so many. At least half of it is kept, so that the number
    /// of probes is bounded.
    pub(super) fn probe_pause(&self, probes: u32, asked: Option<Duration>) -> Duration {
        let doubled = self.first.saturating_mul(2_u32.saturating_pow(probes)).min(self.probe_interval);
        doubled.mul_f64(0.5 + fastrand::f64() / 2.0).max(asked.unwrap_or_default().min(self.total))
    }

    /// When an outage has lasted too long for a call that has this policy.
    pub(super) fn longest_outage(&self, since: Instant) -> Instant {
        since + self.total.min(FAR)
    }

    pub(super) fn max_attempts(&self) -> usize {
        self.attempts as usize
    }

    pub(super) fn longest(&self) -> Duration {
        self.total
    }

    /// The pause before the next attempt: what the server asks for, or else our own.
    pub(super) fn pause(&self, asked: Option<Duration>, resends: usize, throttled: bool) -> Duration {
        match asked {
            Some(asked) => asked.max(self.shortest()),
            None if throttled => self.longest_pause.mul_f64(0.5 + fastrand::f64() / 2.0),
            None => self.backoff(resends),
        }
    }

    /// The pause that is made at least if the server asks for one, since it may say 0 or name a time in the past.
    fn shortest(&self) -> Duration {
        self.first.min(SHORTEST).mul_f64(0.5 + fastrand::f64() / 2.0)
    }

    /// A random pause, so that many clients do not come back at once. `resends`: how often the call was sent
    /// again so far.
    fn backoff(&self, resends: usize) -> Duration {
        let doubled = self.first.saturating_mul(2_u32.saturating_pow(u32::try_from(resends).unwrap_or(u32::MAX)));
        doubled.min(self.longest_pause).mul_f64(fastrand::f64())
    }
}

/// The time after so long.
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
        for resends in 0..200 {
            assert!(policy.backoff(resends) <= Duration::from_secs(30));
        }
        assert!((0..100).all(|_| policy.backoff(0) <= Duration::from_millis(500)));
        let (half, whole) = (Duration::from_secs(15), Duration::from_secs(30));
        assert!((0..100).map(|_| policy.pause(None, 0, true)).all(|pause| half <= pause && pause <= whole));
    }
}
