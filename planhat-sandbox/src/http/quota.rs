//! The rate limit.

use std::time::{Duration, Instant};

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};

use crate::operations::{error::ApiError, response::ApiResponse};

/// The window starts with the first request that is counted.
const WINDOW: Duration = Duration::from_secs(60);

/// The headers with the limit and the remaining requests, in both known spellings.
const LIMIT: [&str; 2] = ["x-rate-limit-limit", "x-ratelimit-limit"];
const REMAINING: [&str; 2] = ["x-rate-limit-remaining", "x-ratelimit-remaining"];

/// The header with the number of seconds until the window ends.
const RESET: &str = "x-ratelimit-reset";

/// A limit on the number of requests per minute.
#[derive(Debug, Clone)]
pub(crate) struct Quota {
    per_minute: u32,
    retry_after: bool,
    started: Option<Instant>,
    used: u32,
}

/// The state of the rate limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuotaStatus {
    /// The number of requests per minute.
    pub limit: u32,
    /// The number of requests that are left until the reset.
    pub remaining: u32,
    /// The time until all of them are available again.
    pub reset_after: Duration,
}

impl Quota {
    /// Creates an unused quota. With `retry_after`, rejections carry a `Retry-After` header.
    pub(crate) fn new(per_minute: u32, retry_after: bool) -> Self {
        Self { per_minute, retry_after, started: None, used: 0 }
    }

    /// Returns the quota with no request counted.
    pub(crate) fn restarted(&self) -> Self {
        Self::new(self.per_minute, self.retry_after)
    }

    /// Returns the state at a time.
    pub(crate) fn status(&self, now: Instant) -> QuotaStatus {
        let passed = self.started.map_or(Duration::ZERO, |started| now.saturating_duration_since(started));
        let used = if passed < WINDOW { self.used } else { 0 };
        let reset_after = if used == 0 { WINDOW } else { WINDOW.saturating_sub(passed) };
        QuotaStatus { limit: self.per_minute, remaining: self.per_minute.saturating_sub(used), reset_after }
    }

    /// Counts a request, or returns an error if the limit is reached.
    pub(crate) fn count(&mut self, now: Instant) -> Result<QuotaStatus, QuotaStatus> {
        let status = self.status(now);
        if status.remaining == 0 {
            return Err(status);
        }
        if status.remaining == self.per_minute {
            (self.started, self.used) = (Some(now), 0);
        }
        self.used += 1;
        Ok(self.status(now))
    }

    /// The response to a request beyond the limit.
    pub(crate) fn rejection(&self, status: &QuotaStatus) -> ApiResponse {
        let message = format!("the limit of {} requests per minute is exceeded", status.limit);
        let response = ApiResponse::from(ApiError::new(StatusCode::TOO_MANY_REQUESTS, message));
        if self.retry_after { response.with(header::RETRY_AFTER, status.reset_seconds()) } else { response }
    }
}

impl QuotaStatus {
    /// Adds the rate limit headers to a response.
    pub(crate) fn set_headers(&self, headers: &mut HeaderMap) {
        for (names, value) in [(LIMIT, self.limit), (REMAINING, self.remaining)] {
            for name in names {
                headers.insert(name, value.into());
            }
        }
        headers.insert(RESET, self.reset_seconds());
    }

    /// The seconds until the reset, rounded up.
    fn reset_seconds(&self) -> HeaderValue {
        let part = u64::from(self.reset_after.subsec_nanos() > 0);
        (self.reset_after.as_secs() + part).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_minute_has_its_own_requests() {
        let start = Instant::now();
        let at = |millis: u64| start + Duration::from_millis(millis);
        let mut quota = Quota::new(2, false);

        assert_eq!(quota.status(at(0)), QuotaStatus { limit: 2, remaining: 2, reset_after: WINDOW });
        assert_eq!(quota.count(at(0)).unwrap().remaining, 1);
        let second = quota.count(at(10_500)).unwrap();
        assert_eq!((second.remaining, second.reset_after), (0, Duration::from_millis(49_500)));
        assert_eq!(second.reset_seconds(), "50");
        assert_eq!(quota.count(at(59_999)).unwrap_err().reset_after, Duration::from_millis(1));
        assert_eq!(quota.count(at(60_000)).unwrap(), QuotaStatus { limit: 2, remaining: 1, reset_after: WINDOW });
    }

    #[test]
    fn a_quota_of_zero_rejects_everything() {
        assert_eq!(Quota::new(0, true).count(Instant::now()).unwrap_err().remaining, 0);
    }
}
