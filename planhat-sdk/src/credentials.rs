//! The tokens, and keeping them out of messages and logs.

use std::borrow::Cow;

use bytes::Bytes;
use reqwest::header::{HeaderMap, HeaderValue};
use secrecy::{ExposeSecret, SecretString};

use crate::{
    error::Error,
    operation::Auth,
    redact::{REDACTED, Redacted, Secrets},
};

#[derive(Debug, Default)]
pub struct Credentials {
    api_token: Option<SecretString>,
    tenant_token: Option<SecretString>,
    secrets: Secrets,
}

impl Credentials {
    pub fn new(api_token: Option<SecretString>, tenant_token: Option<SecretString>) -> Self {
        let tokens = [&api_token, &tenant_token].into_iter().flatten().map(ExposeSecret::expose_secret);
        let secrets = Secrets::of(tokens);
        Self { api_token, tenant_token, secrets }
    }

    /// Returns the token that a call needs.
    pub fn token(&self, auth: Auth) -> Result<&str, Error> {
        let (token, name, method, variable) = match auth {
            Auth::ApiToken => (&self.api_token, "API token", "api_token", "PLANHAT_API_TOKEN"),
            Auth::TenantInPath | Auth::TenantAsUser => {
                (&self.tenant_token, "tenant token", "tenant_token", "PLANHAT_TENANT_TOKEN")
            }
        };
        token.as_ref().map(ExposeSecret::expose_secret).ok_or_else(|| {
            let message =
                format!("this call needs the {name}: give it to `Planhat::builder().{method}(…)` or set {variable}");
            Error::misconfigured(message)
        })
    }

    /// Returns the text with the tokens redacted, since a server may repeat what it was sent.
    pub fn redact<'a>(&self, text: &'a str) -> Cow<'a, str> {
        self.secrets.redact(text)
    }

    pub fn redact_body(&self, body: &Bytes) -> Redacted {
        self.secrets.redact_body(body)
    }

    pub fn redact_headers(&self, mut headers: HeaderMap) -> HeaderMap {
        for value in headers.values_mut() {
            let text = String::from_utf8_lossy(value.as_bytes());
            if let Cow::Owned(clean) = self.redact(&text) {
                *value = HeaderValue::from_str(&clean).unwrap_or(HeaderValue::from_static(REDACTED));
            }
        }
        headers
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_tokens_are_redacted_wherever_they_are_sent() {
        let credentials = Credentials::new(Some("s3cret-api".to_owned().into()), Some("t3nant-uuid".to_owned().into()));
        // The user name of Basic authentication, `t3nant-uuid:`.
        let basic = "dDNuYW50LXV1aWQ6";
        let text = format!("Bearer s3cret-api, /analytics/t3nant-uuid, Basic {basic}");
        assert_eq!(credentials.redact(&text), "Bearer [token], /analytics/[token], Basic [token]");
        let headers = HeaderMap::from_iter([(reqwest::header::SERVER, text.parse().unwrap())]);
        let shown = format!("{:?}", credentials.redact_headers(headers));
        assert!(!shown.contains("s3cret") && !shown.contains("t3nant") && !shown.contains(basic), "{shown}");
    }
}
