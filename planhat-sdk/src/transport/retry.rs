//! Whether and when a call is sent again.

use std::time::{Duration, SystemTime};

use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};
use tokio::time::Instant;

use super::{Answer, options::FAR, quota::RateLimitInfo};
use crate::{
    error::{Effect, Error, ErrorKind},
    operation::Operation,
};

/// The longest of the pauses that are made although the server asks for none.
const SHORTEST: Duration = Duration::from_millis(500);
/// Longer than any server means.
const YEAR: Duration = Duration::from_secs(365 * 86_400);

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

/// What to do after an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Give the outcome to the caller.
    Return,
    /// Send again, after the pause that the server asks for, if it does.
    Again(Option<Duration>),
}

/// Judges an attempt. `repeatable`: sending it again is harmless even if it was processed.
pub(super) fn judge(operation: &Operation, outcome: &Result<Answer, Error>, repeatable: bool) -> Verdict {
    match outcome {
        Ok(answer) => match answer.status {
            // Counted and thrown away: certainly not processed.
            429 => Verdict::Again(retry_after(&answer.headers).or_else(|| reset(&answer.headers))),
            408 | 425 | 500.. if repeatable => Verdict::Again(retry_after(&answer.headers)),
            _ if repeatable && answer.is_unusable(operation) => Verdict::Again(None),
            _ => Verdict::Return,
        },
        Err(error) => match error.kind() {
            ErrorKind::Connect if error.effect() == Effect::NotSent => Verdict::Again(None),
            ErrorKind::Connect | ErrorKind::Timeout | ErrorKind::Network if repeatable => Verdict::Again(None),
            _ => Verdict::Return,
        },
    }
}

/// The time until the quota begins anew, if the server says it.
fn reset(headers: &HeaderMap) -> Option<Duration> {
    RateLimitInfo::from_headers(headers).reset_after.filter(|reset| !reset.is_zero())
}

/// The pause that the server asks for, in seconds or as a date; none if that is over.
///
/// A date is compared with the response's own `Date`, since the clocks may differ, and with ours if there is none.
pub(super) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse::<f64>() {
        return (!seconds.is_nan()).then(|| Duration::try_from_secs_f64(seconds.max(0.0)).unwrap_or(YEAR).min(YEAR));
    }
    let until = httpdate::parse_http_date(text).ok()?;
    let date = headers.get(DATE).and_then(|date| httpdate::parse_http_date(date.to_str().ok()?.trim()).ok());
    Some(until.duration_since(date.unwrap_or_else(SystemTime::now)).unwrap_or_default().min(YEAR))
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderName;

    use super::*;
    use crate::operation::Host;

    fn headers(value: &str) -> HeaderMap {
        HeaderMap::from_iter([(RETRY_AFTER, value.parse().unwrap())])
    }

    #[test]
    fn both_forms_of_retry_after_are_understood() {
        assert_eq!(retry_after(&headers("7")), Some(Duration::from_secs(7)));
        assert_eq!(retry_after(&headers("Sun, 06 Nov 1994 08:49:37 GMT")), Some(Duration::ZERO));
        assert_eq!(retry_after(&headers("soon")), None);
        assert_eq!(retry_after(&HeaderMap::new()), None);
    }

    #[test]
    fn a_pause_may_have_fractions_and_what_makes_no_sense_is_none_or_bounded() {
        let millis = |millis| Some(Duration::from_millis(millis));
        let cases = [("1.5", millis(1_500)), ("0", millis(0)), ("-3", millis(0)), ("-0.5", millis(0)), ("NaN", None)];
        for (text, pause) in cases.into_iter().chain([("1,5", None), ("", None), (" 7 ", millis(7_000))]) {
            assert_eq!(retry_after(&headers(text)), pause, "{text:?}");
        }
        for endless in ["99999999999999999999999", "1e300", "inf", "Fri, 31 Dec 9999 23:59:59 GMT"] {
            assert_eq!(retry_after(&headers(endless)), Some(YEAR), "{endless}");
        }
    }

    #[test]
    fn a_date_is_compared_with_the_clock_of_the_server() {
        let pause = |date: &str| {
            let mut headers = headers("Sun, 06 Nov 1994 08:49:37 GMT");
            headers.insert(DATE, date.parse().unwrap());
            retry_after(&headers)
        };
        assert_eq!(pause("Sun, 06 Nov 1994 08:49:07 GMT"), Some(Duration::from_secs(30)));
        assert_eq!(pause("Sun, 06 Nov 1994 08:50:00 GMT"), Some(Duration::ZERO));
        assert_eq!(pause("yesterday"), Some(Duration::ZERO), "by our clock");
    }

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
    fn a_429_without_a_pause_may_name_the_reset_of_the_quota() {
        let refused = |name: &'static str, value: &str| {
            let headers = HeaderMap::from_iter([(HeaderName::from_static(name), value.parse().unwrap())]);
            judge(&GET, &Ok(Answer { status: 429, headers, body: bytes::Bytes::new(), earlier: Vec::new() }), false)
        };
        assert_eq!(refused("x-ratelimit-reset", "17"), Verdict::Again(Some(Duration::from_secs(17))));
        assert_eq!(refused("x-ratelimit-reset", "0"), Verdict::Again(None));
        assert_eq!(refused("retry-after", "3"), Verdict::Again(Some(Duration::from_secs(3))));
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

    static HOST: Host = Host::new(0, "api", "http://127.0.0.1");
    static GET: Operation = Operation::get(&HOST, "things.get", "/things/{id}");
    static DELETE: Operation = Operation::delete(&HOST, "things.delete", "/things/{id}");

    fn judged(status: u16, body: &'static str, operation: &Operation, repeatable: bool) -> Verdict {
        let body = bytes::Bytes::from_static(body.as_bytes());
        judge(operation, &Ok(Answer { status, headers: HeaderMap::new(), body, earlier: Vec::new() }), repeatable)
    }

    fn answered(status: u16, repeatable: bool) -> Verdict {
        judged(status, "{}", &GET, repeatable)
    }

    fn failed(kind: ErrorKind, effect: Effect, repeatable: bool) -> Verdict {
        judge(&GET, &Err(Error::new(kind, effect, "")), repeatable)
    }

    #[test]
    fn what_may_have_been_processed_is_repeated_only_where_that_is_harmless() {
        for status in [408, 425].into_iter().chain(500..=599) {
            assert_eq!(answered(status, true), Verdict::Again(None));
            assert_eq!(answered(status, false), Verdict::Return);
        }
        for status in [200, 206, 301, 302, 303, 307, 308, 400, 401, 403, 404, 409, 413, 422] {
            assert_eq!(answered(status, true), Verdict::Return);
        }
        for kind in [ErrorKind::Timeout, ErrorKind::Network] {
            assert_eq!(failed(kind, Effect::Unknown, true), Verdict::Again(None));
            assert_eq!(failed(kind, Effect::Unknown, false), Verdict::Return);
        }
    }

    #[test]
    fn what_was_certainly_not_processed_is_always_repeated() {
        assert_eq!(answered(429, false), Verdict::Again(None));
        assert_eq!(failed(ErrorKind::Connect, Effect::NotSent, false), Verdict::Again(None));
    }

    #[test]
    fn an_answer_that_tells_nothing_is_asked_for_again_where_that_is_harmless() {
        for body in ["", " \n", "<html></html>", r#"{"_id": "5e"#, "[{}, {", "OK"] {
            assert_eq!(judged(200, body, &GET, true), Verdict::Again(None), "{body}");
            assert_eq!(judged(200, body, &GET, false), Verdict::Return, "{body}");
        }
        for body in ["{}", " [1, 2]\n", r#""done""#, "null"] {
            assert_eq!(judged(200, body, &GET, true), Verdict::Return, "{body}");
        }
        assert_eq!(judged(204, "", &GET, true), Verdict::Return);
        assert_eq!(judged(200, "", &DELETE, true), Verdict::Return, "a delete may answer with nothing");
    }
}
