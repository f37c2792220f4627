//! Why something is not done.

use axum::http::StatusCode;

/// Why a request, or one record of it, is not done.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) status: StatusCode,
    pub(crate) message: String,
}

impl Refusal {
    /// A status with a message.
    pub(crate) fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self { status, message: message.into() }
    }

    /// Something about the payload is wrong.
    pub(crate) fn bad(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }

    /// There is no such record.
    pub(crate) fn unknown(model: &str, id: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, format!("there is no {model} {id}"))
    }
}
