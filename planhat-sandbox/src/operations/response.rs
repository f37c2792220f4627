//! What the sandbox answers.

use axum::{
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use crate::operations::{
    error::Refusal,
    projection::{Selection, Shown},
};

/// An answer.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    headers: HeaderMap,
    body: Option<Body>,
}

/// A body that is written when the answer is sent.
#[derive(Debug)]
enum Body {
    Json(Value),
    Record(Shown),
    Records(Vec<Shown>, Selection),
}

impl Reply {
    /// 200 with a body.
    pub(crate) fn ok(body: impl Into<Value>) -> Self {
        Self::new(StatusCode::OK, body)
    }

    /// 200 without a body.
    pub(crate) fn empty() -> Self {
        Self { status: StatusCode::OK, headers: HeaderMap::new(), body: None }
    }

    /// A status with a body.
    pub(crate) fn new(status: StatusCode, body: impl Into<Value>) -> Self {
        Self { status, headers: HeaderMap::new(), body: Some(Body::Json(body.into())) }
    }

    /// 200 with a record.
    pub(crate) fn record(record: Shown) -> Self {
        Self { body: Some(Body::Record(record)), ..Self::empty() }
    }

    /// 200 with what is selected of some records.
    pub(crate) fn records(records: Vec<Shown>, selection: Selection) -> Self {
        Self { body: Some(Body::Records(records, selection)), ..Self::empty() }
    }

    /// The same with a header.
    pub(crate) fn with(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }

    /// The response, with something else made of its body. Where there is no body, its text is empty.
    pub(crate) fn reshaped<R: IntoResponse>(mut self, shape: impl FnOnce(Vec<u8>) -> R) -> Response {
        if self.body.is_some() {
            let json = HeaderValue::from_static("application/json; charset=utf-8");
            self.headers.insert(header::CONTENT_TYPE, json);
        }
        let text = self.body.map(Body::text).unwrap_or_default();
        let mut response = shape(text).into_response();
        *response.status_mut() = self.status;
        response.headers_mut().extend(self.headers);
        response
    }
}

impl IntoResponse for Reply {
    fn into_response(self) -> Response {
        self.reshaped(|text| text)
    }
}

impl Body {
    fn text(self) -> Vec<u8> {
        match self {
            Self::Json(value) => value.to_string().into_bytes(),
            Self::Record(record) => {
                let mut text = Vec::new();
                record.write(&Selection::default(), &mut text);
                text
            }
            Self::Records(records, selection) => {
                let mut text = vec![b'['];
                for (place, record) in records.iter().enumerate() {
                    if place > 0 {
                        text.push(b',');
                    }
                    record.write(&selection, &mut text);
                }
                text.push(b']');
                text
            }
        }
    }
}

impl From<Refusal> for Reply {
    fn from(refusal: Refusal) -> Self {
        Self::new(refusal.status, json!({ "message": refusal.message }))
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        Reply::from(self).into_response()
    }
}
