//! Injects faults into requests.

use std::{convert::Infallible, future::ready, task::Poll, time::Duration};

use axum::{
    body::{Body, Bytes},
    http::{HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use futures_util::{StreamExt as _, stream};
use jiff::{SignedDuration, Timestamp, fmt::rfc2822::DateTimePrinter};

use crate::{
    faults::{Fault, RetryAfter},
    http::connection::ConnectionHandle,
    operations::{error::ApiError, response::ApiResponse},
};

/// What the client gets.
pub(crate) struct Delivery {
    /// The delay of the response.
    pub(crate) delay: Duration,
    /// The response. Without one, the connection is reset.
    pub(crate) response: Option<Response>,
}

impl Delivery {
    fn reset() -> Self {
        Self { delay: Duration::ZERO, response: None }
    }
}

impl<R: IntoResponse> From<R> for Delivery {
    fn from(response: R) -> Self {
        Self { delay: Duration::ZERO, response: Some(response.into_response()) }
    }
}

/// Injects a fault. `process` processes the request, if the fault lets it.
pub(crate) fn inject(fault: Fault, connection: &ConnectionHandle, process: impl FnOnce() -> ApiResponse) -> Delivery {
    match fault {
        Fault::RateLimited(after) => rate_limited(after).into(),
        Fault::ErrorBefore(status) => error(status).into(),
        Fault::ErrorAfter(status) => {
            process();
            error(status).into()
        }
        Fault::Html(status) => html(status).into(),
        Fault::Body(status, text) => (code(status), text).into(),
        Fault::ResetBefore => Delivery::reset(),
        Fault::ResetAfter => {
            process();
            Delivery::reset()
        }
        Fault::Truncate => process().map_body(|text| truncated(text, connection)).into(),
        Fault::InvalidJson => process().map_body(|text| Body::from(half(&whole(text)))).into(),
        Fault::Empty => process().map_body(|_| Body::empty()).into(),
        Fault::Slow(time) => Delivery { delay: time, ..process().into() },
    }
}

fn rate_limited(after: RetryAfter) -> ApiResponse {
    let response = ApiError::new(StatusCode::TOO_MANY_REQUESTS, "too many requests").into();
    let value = match after {
        RetryAfter::Omitted => None,
        RetryAfter::Seconds(seconds) => Some(HeaderValue::from(seconds)),
        RetryAfter::Date(seconds) => http_date(Timestamp::now(), seconds),
    };
    match value {
        Some(value) => ApiResponse::with(response, header::RETRY_AFTER, value),
        None => response,
    }
}

/// Formats the date some seconds after a time, rounded up to a whole second.
fn http_date(now: Timestamp, seconds: u32) -> Option<HeaderValue> {
    let part = i32::from(now.subsec_nanosecond() > 0);
    let date = now.checked_add(SignedDuration::from_secs(i64::from(seconds) + i64::from(part))).ok()?;
    HeaderValue::from_str(&DateTimePrinter::new().timestamp_to_rfc9110_string(&date).ok()?).ok()
}

fn error(status: u16) -> ApiResponse {
    let status = code(status);
    ApiError::new(status, status.canonical_reason().unwrap_or("unknown error")).into()
}

fn html(status: u16) -> impl IntoResponse {
    let status = code(status);
    let page = format!(
        "<!DOCTYPE html>\n<html>\n<head><title>{status}</title></head>\n<body><h1>{status}</h1></body>\n</html>\n"
    );
    (status, Html(page))
}

/// The status is valid, because the plan was checked.
fn code(status: u16) -> StatusCode {
    StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// A body that announces its full length, but ends the connection after its first half.
fn truncated(text: Vec<u8>, connection: &ConnectionHandle) -> impl IntoResponse {
    let whole = whole(text);
    let length = HeaderValue::from(whole.len());
    let half = stream::once(ready(Ok::<_, Infallible>(half(&whole))));
    let connection = connection.clone();
    // An error would end it, too, but drop what is not sent yet.
    let end = stream::poll_fn(move |_| {
        connection.end();
        Poll::Pending
    });
    ([(header::CONTENT_LENGTH, length)], Body::from_stream(half.chain(end)))
}

/// A body that can be cut: `{}` instead of an empty one.
fn whole(text: Vec<u8>) -> Bytes {
    if text.is_empty() { Bytes::from_static(b"{}") } else { text.into() }
}

fn half(whole: &Bytes) -> Bytes {
    whole.slice(..whole.len() / 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_rounded_up() {
        let date = |now: &str, seconds| http_date(now.parse().unwrap(), seconds).unwrap();
        assert_eq!(date("2026-01-31T23:59:58Z", 3), "Sun, 01 Feb 2026 00:00:01 GMT");
        assert_eq!(date("2026-01-31T23:59:58.001Z", 3), "Sun, 01 Feb 2026 00:00:02 GMT");
    }

    #[test]
    fn half_a_body_is_invalid_json() {
        for text in ["", "[]", "{}", "null", r#"[{"_id":"a"},{"_id":"b"}]"#, "\"é\""] {
            assert!(
                serde_json::from_slice::<serde_json::Value>(&half(&whole(text.as_bytes().to_vec()))).is_err(),
                "{text}"
            );
        }
    }
}
