//! Tokens and authorization.

use axum::http::{HeaderMap, StatusCode, header};
use base64::{Engine as _, engine::general_purpose::STANDARD};

use crate::{
    operations::{
        error::ApiError,
        permissions::{Allowed, Rights},
    },
    tables::{
        registry::{Action, Ingest},
        router::MatchedRoute,
    },
};

/// The tokens that the sandbox accepts.
#[derive(Clone)]
pub(crate) struct Tokens {
    pub(crate) api: String,
    pub(crate) tenant: String,
    /// API tokens with limited permissions.
    pub(crate) limited: Vec<(String, Rights)>,
}

/// The length from which a token is recognized anywhere in a text.
const LONG: usize = 12;

/// Returns whether text that equals a token is one. A short one may be part of any word, and must be a whole path
/// segment or query value.
fn stands_alone(token: &str, before: Option<char>, after: Option<char>) -> bool {
    let begins = before.is_none_or(|before| "/=".contains(before));
    let ends = after.is_none_or(|after| "/&".contains(after));
    token.len() >= LONG || (begins && ends)
}

/// Strips a token from the start of a text, even if some of its bytes are percent-encoded.
fn strip_encoded<'a>(text: &'a str, token: &str) -> Option<&'a str> {
    let mut rest = text.as_bytes();
    for byte in token.bytes() {
        rest = match rest {
            [b'%', high, low, after @ ..] if hex(*high).zip(hex(*low)) == Some((byte >> 4, byte & 15)) => after,
            [first, after @ ..] if *first == byte => after,
            _ => return None,
        };
    }
    text.get(text.len() - rest.len()..)
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

impl Tokens {
    /// Replaces all tokens in a text, plain or percent-encoded.
    pub(crate) fn redact(&self, text: &str) -> String {
        let limited = self.limited.iter().map(|(token, _)| (token.as_str(), "{token}"));
        let all = limited.chain([(self.api.as_str(), "{token}"), (self.tenant.as_str(), "{tenant}")]);
        let all: Vec<_> = all.filter(|(token, _)| !token.is_empty()).collect();
        let (mut redacted, mut rest, mut before) = (String::new(), text, None);
        while let Some(first) = rest.chars().next() {
            let here = all.iter().filter_map(|(token, shown)| {
                let after = strip_encoded(rest, token)?;
                stands_alone(token, before, after.chars().next()).then_some((*token, *shown, after))
            });
            if let Some((token, shown, after)) = here.max_by_key(|(token, ..)| token.len()) {
                redacted.push_str(shown);
                (rest, before) = (after, token.chars().next_back());
            } else {
                redacted.push(first);
                (rest, before) = (rest.strip_prefix(first).unwrap_or_default(), Some(first));
            }
        }
        redacted
    }

    /// Returns the permissions of a request on the model of its route, or an error without a valid token.
    pub(crate) fn authorize(&self, route: &MatchedRoute, headers: &HeaderMap) -> Result<Allowed, ApiError> {
        let allowed = match &route.route.action {
            Action::Ingest(Ingest { basic: true, .. }) => self.with_tenant_token(user_name(headers).as_deref()),
            Action::Ingest(_) => self.with_tenant_token(route.tenant.as_deref()),
            _ => match bearer(headers) {
                Some(token) => self.with_api_token(token, route),
                None => user_name(headers).and_then(|name| self.with_api_token(&name, route)),
            },
        };
        allowed.ok_or_else(|| ApiError::new(StatusCode::UNAUTHORIZED, "the token is missing or invalid"))
    }

    fn with_tenant_token(&self, token: Option<&str>) -> Option<Allowed> {
        (token == Some(&self.tenant)).then_some(Allowed::ALL)
    }

    fn with_api_token(&self, token: &str, route: &MatchedRoute) -> Option<Allowed> {
        if token == self.api {
            return Some(Allowed::ALL);
        }
        let (_, rights) = self.limited.iter().find(|(other, _)| other == token)?;
        Some(rights.on(route.table))
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    credentials(headers, "bearer")
}

/// Returns the user name of Basic authentication, whose password must be empty.
fn user_name(headers: &HeaderMap) -> Option<String> {
    let decoded = STANDARD.decode(credentials(headers, "basic")?).ok()?;
    Some(String::from_utf8(decoded).ok()?.strip_suffix(':')?.to_owned())
}

fn credentials<'a>(headers: &'a HeaderMap, wanted: &str) -> Option<&'a str> {
    let (scheme, credentials) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case(wanted).then(|| credentials.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_tokens_are_not_found_within_words() {
        let tokens = Tokens {
            api: "tok".to_owned(),
            tenant: "11111111-2222-3333-4444-555555555555".to_owned(),
            limited: vec![("ro".to_owned(), Rights::none())],
        };
        for (text, redacted) in [
            ("/projects", "/projects"),
            ("/companies/ro", "/companies/{token}"),
            ("apiKey=tok&token=tok&tok=1", "apiKey={token}&token={token}&tok=1"),
            ("/x11111111-2222-3333-4444-555555555555y/tok", "/x{tenant}y/{token}"),
            ("/companies/%72o", "/companies/{token}"),
            ("q=%31%31111111%2d2222%2D3333-4444-55555555555%35", "q={tenant}"),
            ("/100%/%7/%zz/%e2%82%ac", "/100%/%7/%zz/%e2%82%ac"),
        ] {
            assert_eq!(tokens.redact(text), redacted);
        }
    }
}
