//! Responses.

use axum::{
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use serde_json::{Value, json};

use crate::operations::{error::ApiError, projection::ProjectedRecord};

/// A response of the API.
#[derive(Debug)]
pub(crate) struct ApiResponse {
    pub(crate) status: StatusCode,
    headers: HeaderMap,
    body: Option<Body>,
}

/// A body that is serialized when the response is sent.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Body {
    Json(Value),
    Record(ProjectedRecord),
    Records(Vec<ProjectedRecord>),
}

impl ApiResponse {
    /// Creates a 200 response with a body.
    pub(crate) fn ok(body: impl Into<Value>) -> Self {
        Self::new(StatusCode::OK, body)
    }

    /// Creates a 200 response without a body.
    pub(crate) fn empty() -> Self {
        Self { status: StatusCode::OK, headers: HeaderMap::new(), body: None }
    }

    /// Creates a response with a status and a body.
    pub(crate) fn new(status: StatusCode, body: impl Into<Value>) -> Self {
        Self { status, headers: HeaderMap::new(), body: Some(Body::Json(body.into())) }
    }

    /// Creates a 200 response with a record.
    pub(crate) fn record(record: ProjectedRecord) -> Self {
        Self { body: Some(Body::Record(record)), ..Self::empty() }
    }

    /// Creates a 200 response with records.
    pub(crate) fn records(records: Vec<ProjectedRecord>) -> Self {
        Self { body: Some(Body::Records(records)), ..Self::empty() }
    }

    /// Adds a header.
    pub(crate) fn with(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }

    /// Converts it to an HTTP response with a changed body. A missing body is passed as empty text.
    pub(crate) fn map_body<R: IntoResponse>(mut self, f: impl FnOnce(Vec<u8>) -> R) -> Response {
        if self.body.is_some() {
            let json = HeaderValue::from_static("application/json; charset=utf-8");
            self.headers.insert(header::CONTENT_TYPE, json);
        }
        // Serializing JSON values cannot fail.
        let text = self.body.and_then(|body| serde_json::to_vec(&body).ok()).unwrap_or_default();
        let mut response = f(text).into_response();
        *response.status_mut() = self.status;
        response.headers_mut().extend(self.headers);
        response
    }
}

impl IntoResponse for ApiResponse {
    fn into_response(self) -> Response {
        self.map_body(|text| text)
    }
}

impl From<ApiError> for ApiResponse {
    fn from(error: ApiError) -> Self {
        Self::new(error.status, json!({ "message": error.message }))
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        ApiResponse::from(self).into_response()
    }
}
