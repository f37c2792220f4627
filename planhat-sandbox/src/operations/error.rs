//! Errors that requests get.

use axum::http::StatusCode;
use serde_json::Value;

use crate::operations::journal::Keys;

/// Why a request, or one row of it, failed.
#[derive(Debug, Clone)]
pub(crate) struct ApiError {
    pub(crate) status: StatusCode,
    pub(crate) message: String,
}

impl ApiError {
    /// Creates an error with a status and a message.
    pub(crate) fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self { status, message: message.into() }
    }

    /// Creates a 400 error.
    pub(crate) fn bad(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }

    /// Creates a 404 error for a record.
    pub(crate) fn unknown(model: &str, id: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, format!("there is no {model} {id}"))
    }

    /// Returns the error of a row, with the keys of the row.
    pub(crate) fn with_keys(&self, keys: &Keys) -> Value {
        let keys = keys.iter().map(|(field, key)| (*field, key.as_str()));
        keys.chain([("message", self.message.as_str())]).collect()
    }
}
