//! The tokens, and keeping them out of everything that people read.

use std::borrow::Cow;

use bytes::Bytes;
use reqwest::header::{HeaderMap, HeaderValue};
use secrecy::{ExposeSecret, SecretString};

use crate::{
    error::{Effect, Error, ErrorKind},
    operation::Auth,
};

#[derive(Debug, Default)]
pub struct Credentials {
    pub api_token: Option<SecretString>,
    pub tenant_token: Option<SecretString>,
}

const BLACKED_OUT: &str = "[token]";

impl Credentials {
    /// The token that a call needs.
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
            Error::new(ErrorKind::Configuration, Effect::NotSent, message)
        })
    }

    fn tokens(&self) -> impl Iterator<Item = &str> {
        [&self.api_token, &self.tenant_token].into_iter().flatten().map(ExposeSecret::expose_secret)
    }

    /// The text with the tokens blacked out, since a server may repeat what it was sent.
    pub fn redact<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let mut text = Cow::Borrowed(text);
        for token in self.tokens().filter(|token| !token.is_empty()) {
            if text.contains(token) {
                text = Cow::Owned(text.replace(token, BLACKED_OUT));
            }
        }
        text
    }

    pub fn redact_body(&self, body: Bytes) -> Bytes {
        let clean = match std::str::from_utf8(&body) {
            Ok(text) => match self.redact(text) {
                Cow::Borrowed(_) => None,
                Cow::Owned(clean) => Some(clean),
            },
            // Not text: nobody can find a token in it piecewise, so none of it is shown if it may hold one.
            Err(_) => Some(self.redact(&String::from_utf8_lossy(&body)).into_owned()),
        };
        clean.map_or(body, Bytes::from)
    }

    pub fn redact_headers(&self, headers: &mut HeaderMap) {
        for value in headers.values_mut() {
            let text = String::from_utf8_lossy(value.as_bytes());
            if let Cow::Owned(clean) = self.redact(&text) {
                *value = HeaderValue::from_str(&clean).unwrap_or(HeaderValue::from_static(BLACKED_OUT));
            }
        }
    }
}
