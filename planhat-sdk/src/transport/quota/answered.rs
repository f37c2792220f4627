//! What an answer says of the quota.

use std::time::{Duration, SystemTime};

use reqwest::header::HeaderMap;

/// A server that names a moment farther away means something else.
const DAY: Duration = Duration::from_secs(86_400);

/// What an answer says of the quota, as far as it says anything.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Answered {
    /// Set if the call was refused with 429: how long all callers shall pause, which is what the server
    /// asks for or else the client's own backoff.
    pub throttled: Option<Duration>,
    /// The calls that the server allows in its window; never 0.
    pub limit: Option<u32>,
    /// The calls that are left of it.
    pub remaining: Option<u32>,
    /// When the server's window begins anew.
    pub resets_in: Option<Duration>,
}

impl Answered {
    /// Reads the rate headers, in both spellings that are known (`X-Rate-Limit-Limit` and
    /// `x-ratelimit-limit`). What makes no sense is taken for absent. `throttled` is not theirs to say.
    ///
    /// The reset may be seconds from now, or seconds or milliseconds since 1970.
    #[must_use]
    pub fn from_headers(headers: &HeaderMap) -> Self {
        let since_1970 = SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default();
        Self {
            throttled: None,
            limit: number(headers, ["x-rate-limit-limit", "x-ratelimit-limit"]).filter(|limit| *limit > 0),
            remaining: number(headers, ["x-rate-limit-remaining", "x-ratelimit-remaining"]),
            resets_in: number(headers, ["x-rate-limit-reset", "x-ratelimit-reset"])
                .and_then(|reset| resets_in(reset, since_1970)),
        }
    }
}

fn number<T: std::str::FromStr>(headers: &HeaderMap, spellings: [&str; 2]) -> Option<T> {
    spellings.into_iter().find_map(|name| headers.get(name)?.to_str().ok()?.trim().parse().ok())
}

/// A moment in the past tells of a clock that goes wrong, ours or theirs, and is no help.
fn resets_in(reset: u64, since_1970: Duration) -> Option<Duration> {
    let seconds = Duration::from_secs(reset);
    let from_now =
        [Some(seconds), seconds.checked_sub(since_1970), Duration::from_millis(reset).checked_sub(since_1970)];
    from_now.into_iter().flatten().find(|from_now| *from_now <= DAY)
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderName;

    use super::*;

    fn said(headers: &[(&str, &str)]) -> Answered {
        let headers = headers.iter().map(|(name, value)| (name.parse::<HeaderName>().unwrap(), value.parse().unwrap()));
        Answered::from_headers(&headers.collect())
    }

    #[test]
    fn both_spellings_are_read() {
        let expected = Answered {
            limit: Some(200),
            remaining: Some(17),
            resets_in: Some(Duration::from_secs(30)),
            throttled: None,
        };
        let older = [("X-Rate-Limit-Limit", "200"), ("X-Rate-Limit-Remaining", "17"), ("X-Rate-Limit-Reset", "30")];
        let newer = [("x-ratelimit-limit", "200"), ("x-ratelimit-remaining", " 17 "), ("x-ratelimit-reset", "30")];
        assert_eq!(said(&older), expected);
        assert_eq!(said(&newer), expected);
        assert_eq!(said(&[]), Answered::default());
    }

    #[test]
    fn nonsense_is_ignored() {
        for value in ["", "many", "-1", "1.5", "200, 200;w=60", "99999999999999999999999"] {
            let said =
                said(&[("x-ratelimit-limit", value), ("x-ratelimit-remaining", value), ("x-ratelimit-reset", value)]);
            assert_eq!(said, Answered::default(), "{value}");
        }
        assert_eq!(said(&[("x-ratelimit-limit", "0")]).limit, None);
        assert_eq!(said(&[("x-ratelimit-remaining", "0")]).remaining, Some(0));
        let one_makes_sense = [("x-rate-limit-limit", "many"), ("x-ratelimit-limit", "100")];
        assert_eq!(said(&one_makes_sense).limit, Some(100));
    }

    #[test]
    fn a_reset_is_from_now_or_a_moment_in_seconds_or_milliseconds() {
        let now = Duration::from_millis(1_795_000_000_250);
        let resets_in = |reset| resets_in(reset, now);
        assert_eq!(resets_in(0), Some(Duration::ZERO));
        assert_eq!(resets_in(59), Some(Duration::from_secs(59)));
        assert_eq!(resets_in(1_795_000_060), Some(Duration::from_millis(59_750)));
        assert_eq!(resets_in(1_795_000_060_000), Some(Duration::from_millis(59_750)));
        for nonsense in [86_401, 1_794_999_999, 1_795_100_000, 1_794_999_999_999, u64::MAX] {
            assert_eq!(resets_in(nonsense), None, "{nonsense}");
        }
    }
}
