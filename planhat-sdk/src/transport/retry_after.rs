//! The `Retry-After` header.

use std::time::{Duration, SystemTime};

use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};

/// Longer than any server means.
const YEAR: Duration = Duration::from_secs(365 * 86_400);

/// The pause that the server asks for, in seconds or as a date; none if that is over.
///
/// A date is compared with the response's own `Date`, since the clocks may differ, and with the local clock otherwise.
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
    use super::*;

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
}
