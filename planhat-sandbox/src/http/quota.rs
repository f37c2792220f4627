//! How many calls may be made in a minute.

use std::time::{Duration, Instant};

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};

use crate::operations::{error::Refusal, response::Reply};

/// The server's counter begins anew a minute after the first call that it counts.
const WINDOW: Duration = Duration::from_secs(60);

/// The headers that name the limit and what remains, in both spellings that are known.
const LIMIT: [&str; 2] = ["x-rate-limit-limit", "x-ratelimit-limit"];
const REMAINING: [&str; 2] = ["x-rate-limit-remaining", "x-ratelimit-remaining"];

/// The header that names the seconds until the counter begins anew.
const RESET: &str = "x-ratelimit-reset";

/// A counter of calls.
#[derive(Debug, Clone)]
pub(crate) struct Quota {
    per_minute: u32,
    says_when: bool,
    begun: Option<Instant>,
    used: u32,
}

/// How a counter stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Standing {
    pub(crate) limit: u32,
    pub(crate) remaining: u32,
    pub(crate) resets_in: Duration,
}

impl Quota {
    /// A counter that nothing was counted by yet. `says_when`: whether a refusal says when to come again.
    pub(crate) fn new(per_minute: u32, says_when: bool) -> Self {
        Self { per_minute, says_when, begun: None, used: 0 }
    }

    /// The same counter, with nothing counted.
    pub(crate) fn anew(&self) -> Self {
        Self::new(self.per_minute, self.says_when)
    }

    /// How it stands.
    pub(crate) fn standing(&self, now: Instant) -> Standing {
        let passed = self.begun.map_or(Duration::ZERO, |begun| now.saturating_duration_since(begun));
        let used = if passed < WINDOW { self.used } else { 0 };
        let resets_in = if used == 0 { WINDOW } else { WINDOW.saturating_sub(passed) };
        Standing { limit: self.per_minute, remaining: self.per_minute.saturating_sub(used), resets_in }
    }

    /// Counts a call. One that is too many is not counted, but refused.
    pub(crate) fn count(&mut self, now: Instant) -> Result<Standing, Standing> {
        let standing = self.standing(now);
        if standing.remaining == 0 {
            return Err(standing);
        }
        if standing.remaining == self.per_minute {
            (self.begun, self.used) = (Some(now), 0);
        }
        self.used += 1;
        Ok(self.standing(now))
    }

    /// The answer to a call that is too many.
    pub(crate) fn refusal(&self, standing: &Standing) -> Reply {
        let message = format!("the quota of {} calls a minute is used up", standing.limit);
        let reply = Reply::from(Refusal::new(StatusCode::TOO_MANY_REQUESTS, message));
        if self.says_when { reply.with(header::RETRY_AFTER, standing.reset()) } else { reply }
    }
}

impl Standing {
    /// Shows it in the headers of an answer.
    pub(crate) fn show(&self, headers: &mut HeaderMap) {
        for (names, value) in [(LIMIT, self.limit), (REMAINING, self.remaining)] {
            for name in names {
                headers.insert(name, value.into());
            }
        }
        headers.insert(RESET, self.reset());
    }

    /// The seconds until it begins anew, rounded up.
    fn reset(&self) -> HeaderValue {
        let part = u64::from(self.resets_in.subsec_nanos() > 0);
        (self.resets_in.as_secs() + part).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_has_so_many_calls_and_the_next_one_has_as_many_again() {
        let start = Instant::now();
        let at = |millis: u64| start + Duration::from_millis(millis);
        let mut quota = Quota::new(2, false);

        assert_eq!(quota.standing(at(0)), Standing { limit: 2, remaining: 2, resets_in: WINDOW });
        assert_eq!(quota.count(at(0)).unwrap().remaining, 1);
        let second = quota.count(at(10_500)).unwrap();
        assert_eq!((second.remaining, second.resets_in), (0, Duration::from_millis(49_500)));
        assert_eq!(second.reset(), "50");
        assert_eq!(quota.count(at(59_999)).unwrap_err().resets_in, Duration::from_millis(1));
        assert_eq!(quota.count(at(60_000)).unwrap(), Standing { limit: 2, remaining: 1, resets_in: WINDOW });
    }

    #[test]
    fn a_quota_of_nothing_refuses_everything() {
        assert_eq!(Quota::new(0, true).count(Instant::now()).unwrap_err().remaining, 0);
    }
}
