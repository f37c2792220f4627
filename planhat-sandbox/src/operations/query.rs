//! Query parameters.

use crate::operations::error::ApiError;

/// The query parameters of a request.
pub(crate) struct Query(Vec<(String, String)>);

impl Query {
    /// Parses a query. Parameters without a value are ignored.
    pub(crate) fn parse(raw: &str) -> Self {
        let pairs = form_urlencoded::parse(raw.as_bytes()).into_owned();
        Self(pairs.filter(|(_, value)| !value.is_empty()).collect())
    }

    /// Returns the value of a parameter.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(given, _)| given == name).map(|(_, value)| value.as_str())
    }

    /// Returns the value of a numeric parameter.
    pub(crate) fn number(&self, name: &str) -> Result<Option<usize>, ApiError> {
        let parse = |text: &str| text.parse().map_err(|_| ApiError::bad(format!("{name} must be a number")));
        self.get(name).map(parse).transpose()
    }
}
