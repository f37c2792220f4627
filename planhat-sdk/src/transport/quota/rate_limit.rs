//! What a response says about the rate limit.

use std::time::{Duration, SystemTime};

use reqwest::header::HeaderMap;

/// A server that names a moment farther away means something else.
const DAY: Duration = Duration::from_secs(86_400);

/// What a response says about the rate limit. Fields that it does not mention are `None`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RateLimitInfo {
    /// Set if the request was refused with 429: how long all callers must pause, which is what the server asks for
    /// or else the client's own backoff.
    pub retry_after: Option<Duration>,
    /// The number of requests that the server allows in its window. Never 0.
    pub limit: Option<u32>,
    /// The number of requests that remain in the server's window.
    pub remaining: Option<u32>,
    /// The time until the server's window starts again.
    pub reset_after: Option<Duration>,
    /// The time from sending the request to its response. The server may have counted at any time in
    /// between. Zero by default.
    pub latency: Duration,
}

impl RateLimitInfo {
    /// Reads the rate limit headers, in both spellings that are known (`X-Rate-Limit-Limit` and
    /// `x-ratelimit-limit`). Invalid values are treated as missing. `retry_after` and
    /// `latency` are not set.
    ///
    /// The reset may be given in seconds from now, or in seconds or milliseconds since 1970.
    #[must_use]
    pub fn from_headers(headers: &HeaderMap) -> Self {
        let since_1970 = SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default();
        Self {
            retry_after: None,
            limit: number(headers, ["x-rate-limit-limit", "x-ratelimit-limit"]).filter(|limit| *limit > 0),
            remaining: number(headers, ["x-rate-limit-remaining", "x-ratelimit-remaining"]),
            reset_after: number(headers, ["x-rate-limit-reset", "x-ratelimit-reset"])
                .and_then(|reset| reset_after(reset, since_1970)),
            latency: Duration::ZERO,
        }
    }
}

fn number<T: std::str::FromStr>(headers: &HeaderMap, spellings: [&str; 2]) -> Option<T> {
    spellings.into_iter().find_map(|name| headers.get(name)?.to_str().ok()?.trim().parse().ok())
}

/// Reads a reset, unless it is in the past: then one of the clocks is wrong.
fn reset_after(reset: u64, since_1970: Duration) -> Option<Duration> {
    let seconds = Duration::from_secs(reset);
    let from_now =
        [Some(seconds), seconds.checked_sub(since_1970), Duration::from_millis(reset).checked_sub(since_1970)];
    from_now.into_iter().flatten().find(|from_now| *from_now <= DAY)
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderName;

    use super::*;

    fn said(headers: &[(&str, &str)]) -> RateLimitInfo {
        let headers = headers.iter().map(|(name, value)| (name.parse::<HeaderName>().unwrap(), value.parse().unwrap()));
        RateLimitInfo::from_headers(&headers.collect())
    }

    #[test]
    fn both_spellings_are_read() {
        let expected = RateLimitInfo {
            limit: Some(200),
            remaining: Some(17),
            reset_after: Some(Duration::from_secs(30)),
            ..RateLimitInfo::default()
        };
        let older = [("X-Rate-Limit-Limit", "200"), ("X-Rate-Limit-Remaining", "17"), ("X-Rate-Limit-Reset", "30")];
        let newer = [("x-ratelimit-limit", "200"), ("x-ratelimit-remaining", " 17 "), ("x-ratelimit-reset", "30")];
        assert_eq!(said(&older), expected);
        assert_eq!(said(&newer), expected);
        assert_eq!(said(&[]), RateLimitInfo::default());
    }

    #[test]
    fn nonsense_is_ignored() {
        for value in ["", "many", "-1", "1.5", "200, 200;w=60", "99999999999999999999999"] {
            let said =
                said(&[("x-ratelimit-limit", value), ("x-ratelimit-remaining", value), ("x-ratelimit-reset", value)]);
            assert_eq!(said, RateLimitInfo::default(), "{value}");
        }
        assert_eq!(said(&[("x-ratelimit-limit", "0")]).limit, None);
        assert_eq!(said(&[("x-ratelimit-remaining", "0")]).remaining, Some(0));
        let one_makes_sense = [("x-rate-limit-limit", "many"), ("x-ratelimit-limit", "100")];
        assert_eq!(said(&one_makes_sense).limit, Some(100));
    }

    #[test]
    fn a_reset_is_from_now_or_a_moment_in_seconds_or_milliseconds() {
        let now = Duration::from_millis(1_795_000_000_250);
        let reset_after = |reset| reset_after(reset, now);
        assert_eq!(reset_after(0), Some(Duration::ZERO));
        assert_eq!(reset_after(59), Some(Duration::from_secs(59)));
        assert_eq!(reset_after(1_795_000_060), Some(Duration::from_millis(59_750)));
        assert_eq!(reset_after(1_795_000_060_000), Some(Duration::from_millis(59_750)));
        for nonsense in [86_401, 1_794_999_999, 1_795_100_000, 1_794_999_999_999, u64::MAX] {
            assert_eq!(reset_after(nonsense), None, "{nonsense}");
        }
    }
}
