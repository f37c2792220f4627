//! A fault is played.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use axum::{
    body::{Body, Bytes},
    http::{HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use futures_core::Stream;
use jiff::{SignedDuration, Timestamp, fmt::rfc2822::DateTimePrinter};

use crate::{
    faults::{Fault, RetryAfter},
    http::connection::Cutter,
    operations::{error::Refusal, response::Reply},
};

/// What a client gets to see of its request.
pub(crate) struct Answer {
    /// How long it is held back.
    pub(crate) wait: Duration,
    /// The response; if there is none, the connection is reset.
    pub(crate) response: Option<Response>,
}

impl Answer {
    /// The status, if there is one.
    pub(crate) fn status(&self) -> Option<StatusCode> {
        self.response.as_ref().map(Response::status)
    }

    fn reset() -> Self {
        Self { wait: Duration::ZERO, response: None }
    }
}

impl<R: IntoResponse> From<R> for Answer {
    fn from(response: R) -> Self {
        Self { wait: Duration::ZERO, response: Some(response.into_response()) }
    }
}

/// Plays a fault on a request of this connection. `process` does what the request asks for; whether it runs is up to the fault.
pub(crate) fn play(fault: Fault, cutter: &Cutter, process: impl FnOnce() -> Reply) -> Answer {
    match fault {
        Fault::TooMany(after) => too_many(after).into(),
        Fault::ErrorBefore(status) => error(status).into(),
        Fault::ErrorAfter(status) => {
            process();
            error(status).into()
        }
        Fault::Html(status) => html(status).into(),
        Fault::Body(status, text) => (code(status), text).into(),
        Fault::ResetBefore => Answer::reset(),
        Fault::ResetAfter => {
            process();
            Answer::reset()
        }
        Fault::Truncate => process().reshaped(|text| truncated(text, cutter)).into(),
        Fault::InvalidJson => process().reshaped(|text| Body::from(half(&whole(text)))).into(),
        Fault::Empty => process().reshaped(|_| Body::empty()).into(),
        Fault::Slow(time) => Answer { wait: time, ..process().into() },
    }
}

fn too_many(after: RetryAfter) -> Reply {
    let reply = Refusal::new(StatusCode::TOO_MANY_REQUESTS, "too many requests").into();
    let value = match after {
        RetryAfter::Unsaid => None,
        RetryAfter::Seconds(seconds) => Some(HeaderValue::from(seconds)),
        RetryAfter::Date(seconds) => http_date(Timestamp::now(), seconds),
    };
    match value {
        Some(value) => Reply::with(reply, header::RETRY_AFTER, value),
        None => reply,
    }
}

/// The first whole second that is so many seconds after a time, or later.
fn http_date(now: Timestamp, seconds: u32) -> Option<HeaderValue> {
    let part = i32::from(now.subsec_nanosecond() > 0);
    let date = now.checked_add(SignedDuration::from_secs(i64::from(seconds) + i64::from(part))).ok()?;
    HeaderValue::from_str(&DateTimePrinter::new().timestamp_to_rfc9110_string(&date).ok()?).ok()
}

fn error(status: u16) -> Reply {
    let status = code(status);
    Refusal::new(status, status.canonical_reason().unwrap_or("something is wrong")).into()
}

fn html(status: u16) -> impl IntoResponse {
    let status = code(status);
    let page = format!(
        "<!DOCTYPE html>\n<html>\n<head><title>{status}</title></head>\n<body><h1>{status}</h1></body>\n</html>\n"
    );
    (status, Html(page))
}

/// A plan was checked before, so that its statuses are some.
fn code(status: u16) -> StatusCode {
    StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// A body with the length that it should have, of which half comes.
fn truncated(text: Vec<u8>, cutter: &Cutter) -> impl IntoResponse {
    let whole = whole(text);
    let length = HeaderValue::from(whole.len());
    ([(header::CONTENT_LENGTH, length)], Body::from_stream(Stump { half: Some(half(&whole)), cutter: cutter.clone() }))
}

/// A body that can be cut: an empty object in place of nothing.
fn whole(text: Vec<u8>) -> Bytes {
    if text.is_empty() { Bytes::from_static(b"{}") } else { text.into() }
}

fn half(whole: &Bytes) -> Bytes {
    whole.slice(..whole.len() / 2)
}

/// A body that ends its connection after its first half.
struct Stump {
    half: Option<Bytes>,
    cutter: Cutter,
}

impl Stream for Stump {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if let Some(half) = self.half.take() {
            return Poll::Ready(Some(Ok(half)));
        }
        // To fail would be quicker, but what is not sent yet would be dropped.
        self.cutter.end();
        Poll::Pending
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_not_before_its_time() {
        let date = |now: &str, seconds| http_date(now.parse().unwrap(), seconds).unwrap();
        assert_eq!(date("2026-01-31T23:59:58Z", 3), "Sun, 01 Feb 2026 00:00:01 GMT");
        assert_eq!(date("2026-01-31T23:59:58.001Z", 3), "Sun, 01 Feb 2026 00:00:02 GMT");
    }

    #[test]
    fn half_a_body_is_no_json() {
        for text in ["", "[]", "{}", "null", r#"[{"_id":"a"},{"_id":"b"}]"#, "\"é\""] {
            assert!(
                serde_json::from_slice::<serde_json::Value>(&half(&whole(text.as_bytes().to_vec()))).is_err(),
                "{text}"
            );
        }
    }
}
