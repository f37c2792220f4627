//! Whether a call is sent again.

use std::time::Duration;

use reqwest::header::HeaderMap;

use super::{quota::RateLimitInfo, response::Response, retry_after::retry_after};
use crate::{
    error::{Effect, Error, ErrorKind},
    operation::Operation,
};

/// What to do after an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Give the outcome to the caller.
    Return,
    /// Send again, after the pause that the server asks for, if it does.
    Retry(Option<Duration>),
}

/// Judges an attempt. `idempotent`: sending it again is harmless even if it was processed.
pub(super) fn judge(operation: &Operation, outcome: &Result<Response, Error>, idempotent: bool) -> Verdict {
    match outcome {
        Ok(response) => match response.status {
            // Counted and thrown away: certainly not processed.
            429 => Verdict::Retry(retry_after(&response.headers).or_else(|| reset(&response.headers))),
            408 | 425 | 500.. if idempotent => Verdict::Retry(retry_after(&response.headers)),
            _ if idempotent && response.is_unusable(operation) => Verdict::Retry(None),
            _ => Verdict::Return,
        },
        Err(error) => match error.kind() {
            ErrorKind::Connect if error.effect() == Effect::NotSent => Verdict::Retry(None),
            ErrorKind::Connect | ErrorKind::Timeout | ErrorKind::Network if idempotent => Verdict::Retry(None),
            _ => Verdict::Return,
        },
    }
}

/// The time until the quota begins anew, if the server says it.
fn reset(headers: &HeaderMap) -> Option<Duration> {
    RateLimitInfo::from_headers(headers).reset_after.filter(|reset| !reset.is_zero())
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderName;

    use super::*;
    use crate::operation::Host;
    #[test]
    fn a_429_without_a_pause_may_name_the_reset_of_the_quota() {
        let refused = |name: &'static str, value: &str| {
            let headers = HeaderMap::from_iter([(HeaderName::from_static(name), value.parse().unwrap())]);
            judge(&GET, &Ok(Response { status: 429, headers, body: bytes::Bytes::new(), earlier: Vec::new() }), false)
        };
        assert_eq!(refused("x-ratelimit-reset", "17"), Verdict::Retry(Some(Duration::from_secs(17))));
        assert_eq!(refused("x-ratelimit-reset", "0"), Verdict::Retry(None));
        assert_eq!(refused("retry-after", "3"), Verdict::Retry(Some(Duration::from_secs(3))));
    }

    static HOST: Host = Host::new(0, "api", "http://127.0.0.1");
    static GET: Operation = Operation::get(&HOST, "things.get", "/things/{id}");
    static DELETE: Operation = Operation::delete(&HOST, "things.delete", "/things/{id}");

    fn judged(status: u16, body: &'static str, operation: &Operation, idempotent: bool) -> Verdict {
        let body = bytes::Bytes::from_static(body.as_bytes());
        judge(operation, &Ok(Response { status, headers: HeaderMap::new(), body, earlier: Vec::new() }), idempotent)
    }

    fn answered(status: u16, idempotent: bool) -> Verdict {
        judged(status, "{}", &GET, idempotent)
    }

    fn failed(kind: ErrorKind, effect: Effect, idempotent: bool) -> Verdict {
        judge(&GET, &Err(Error::new(kind, effect, "")), idempotent)
    }

    #[test]
    fn what_may_have_been_processed_is_repeated_only_where_that_is_harmless() {
        for status in [408, 425].into_iter().chain(500..=599) {
            assert_eq!(answered(status, true), Verdict::Retry(None));
            assert_eq!(answered(status, false), Verdict::Return);
        }
        for status in [200, 206, 301, 302, 303, 307, 308, 400, 401, 403, 404, 409, 413, 422] {
            assert_eq!(answered(status, true), Verdict::Return);
        }
        for kind in [ErrorKind::Timeout, ErrorKind::Network] {
            assert_eq!(failed(kind, Effect::Unknown, true), Verdict::Retry(None));
            assert_eq!(failed(kind, Effect::Unknown, false), Verdict::Return);
        }
    }

    #[test]
    fn what_was_certainly_not_processed_is_always_repeated() {
        assert_eq!(answered(429, false), Verdict::Retry(None));
        assert_eq!(failed(ErrorKind::Connect, Effect::NotSent, false), Verdict::Retry(None));
    }

    #[test]
    fn an_answer_that_tells_nothing_is_asked_for_again_where_that_is_harmless() {
        for body in ["", " \n", "<html></html>", r#"{"_id": "5e"#, "[{}, {", "OK"] {
            assert_eq!(judged(200, body, &GET, true), Verdict::Retry(None), "{body}");
            assert_eq!(judged(200, body, &GET, false), Verdict::Return, "{body}");
        }
        for body in ["{}", " [1, 2]\n", r#""done""#, "null"] {
            assert_eq!(judged(200, body, &GET, true), Verdict::Return, "{body}");
        }
        assert_eq!(judged(204, "", &GET, true), Verdict::Return);
        assert_eq!(judged(200, "", &DELETE, true), Verdict::Return, "a delete may response with nothing");
    }
}
