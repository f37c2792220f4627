//! The parameters of a request.

use crate::operations::error::Refusal;

/// The parameters of a request's query.
pub(crate) struct Query(Vec<(String, String)>);

impl Query {
    /// Reads a raw query; a parameter without a value is as good as none.
    pub(crate) fn parse(raw: &str) -> Self {
        let pairs = form_urlencoded::parse(raw.as_bytes()).into_owned();
        Self(pairs.filter(|(_, value)| !value.is_empty()).collect())
    }

    /// The value of a parameter.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(given, _)| given == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn count(&self, name: &str) -> Result<Option<usize>, Refusal> {
        let parse = |text: &str| text.parse().map_err(|_| Refusal::bad(format!("{name} must be a number")));
        self.get(name).map(parse).transpose()
    }
}
