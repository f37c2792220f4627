//! Whether a call is sent again.

use std::time::Duration;

use reqwest::header::HeaderMap;

use super::{quota::RateLimitInfo, response::Answer, retry_after::retry_after};
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

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderName;

    use super::*;
    use crate::operation::Host;
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
