//! The tokens, and keeping them out of everything that people read.

use std::borrow::Cow;

use base64::{Engine, prelude::BASE64_STANDARD};
use bytes::Bytes;
use reqwest::header::{HeaderMap, HeaderValue};
use secrecy::{ExposeSecret, SecretString};

use crate::{
    error::{Effect, Error, ErrorKind},
    operation::Auth,
};

#[derive(Debug, Default)]
pub struct Credentials {
    api_token: Option<SecretString>,
    tenant_token: Option<SecretString>,
    /// The tokens in every form in which they are sent.
    secrets: Vec<SecretString>,
}

const BLACKED_OUT: &str = "[token]";

impl Credentials {
    pub fn new(api_token: Option<SecretString>, tenant_token: Option<SecretString>) -> Self {
        let tokens = [&api_token, &tenant_token].into_iter().flatten().map(ExposeSecret::expose_secret);
        let mut forms: Vec<String> = tokens
            .flat_map(|token| {
                [token.to_owned(), BASE64_STANDARD.encode(format!("{token}:")), in_path(token), in_json(token)]
            })
            .collect();
        // The longest first: a form may hold another one.
        forms.sort_by_key(|form| std::cmp::Reverse(form.len()));
        forms.dedup();
        let secrets = forms.into_iter().map(SecretString::from).collect();
        Self { api_token, tenant_token, secrets }
    }

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

    /// The text with the tokens blacked out, since a server may repeat what it was sent.
    pub fn redact<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let mut text = Cow::Borrowed(text);
        for secret in self.secrets.iter().map(ExposeSecret::expose_secret) {
            if text.contains(secret) {
                text = Cow::Owned(text.replace(secret, BLACKED_OUT));
            }
        }
        text
    }

    pub fn redact_body(&self, body: &Bytes) -> Bytes {
        // What is not text is made text only if that shows a token.
        match self.redact(&String::from_utf8_lossy(body)) {
            Cow::Borrowed(_) => body.clone(),
            Cow::Owned(clean) => Bytes::from(clean),
        }
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

/// The token as a segment of a path.
fn in_path(token: &str) -> String {
    let mut url = reqwest::Url::parse("http://host").ok();
    if let Some(Ok(mut segments)) = url.as_mut().map(reqwest::Url::path_segments_mut) {
        segments.push(token);
    }
    url.map(|url| url.path().trim_start_matches('/').to_owned())
        .filter(|path| !path.is_empty())
        .unwrap_or_else(|| token.to_owned())
}

/// The token inside of a JSON text.
fn in_json(token: &str) -> String {
    let text = serde_json::Value::from(token).to_string();
    text.trim_matches('"').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn credentials() -> Credentials {
        Credentials::new(Some("s3cret".to_owned().into()), Some("t3nant".to_owned().into()))
    }

    #[test]
    fn tokens_are_blacked_out_in_every_form_in_which_they_are_sent() {
        let basic = BASE64_STANDARD.encode("t3nant:");
        let text = format!("Bearer s3cret, /analytics/t3nant, Basic {basic}");
        assert_eq!(credentials().redact(&text), "Bearer [token], /analytics/[token], Basic [token]");
        let odd = Credentials::new(None, Some("t3n/a%nt\\".to_owned().into()));
        assert_eq!(
            odd.redact(r#"/dimensiondata/t3n%2Fa%25nt%5C {"t": "t3n/a%nt\\"}"#),
            r#"/dimensiondata/[token] {"t": "[token]"}"#
        );
    }

    #[test]
    fn a_body_without_tokens_stays_as_it_is() {
        let bytes = Bytes::from_static(b"\xff plain");
        assert_eq!(credentials().redact_body(&bytes), bytes);
        assert_eq!(credentials().redact_body(&Bytes::from_static(b"\xff s3cret")), "\u{fffd} [token]");
    }
}
