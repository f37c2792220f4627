//! Who may call.

use axum::http::{HeaderMap, StatusCode, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::permissions::{Allowed, Rights};
use crate::registry::{Action, Ingest};
use crate::reply::Refusal;
use crate::router::Target;

/// The tokens that open the sandbox.
#[derive(Clone)]
pub(crate) struct Tokens {
    pub(crate) api: String,
    pub(crate) tenant: String,
    /// Other tokens that open the API, for some purposes.
    pub(crate) others: Vec<(String, Rights)>,
}

impl Tokens {
    /// A text without tokens, wherever somebody put them.
    pub(crate) fn redact(&self, text: &str) -> String {
        let others = self.others.iter().map(|(token, _)| (token, "{token}"));
        let all = others.chain([(&self.api, "{token}"), (&self.tenant, "{tenant}")]);
        let all = all.filter(|(token, _)| !token.is_empty());
        all.fold(text.to_owned(), |text, (token, shown)| text.replace(token.as_str(), shown))
    }

    /// What a request may do with the model of its route. One that does not carry the token that its route asks for is
    /// refused.
    pub(crate) fn admit(&self, target: &Target, headers: &HeaderMap) -> Result<Allowed, Refusal> {
        let allowed = match &target.route.action {
            Action::Ingest(Ingest { basic: true, .. }) => self.with_tenant_token(user_name(headers).as_deref()),
            Action::Ingest(_) => self.with_tenant_token(target.tenant.as_deref()),
            _ => match bearer(headers) {
                Some(token) => self.with_api_token(token, target),
                None => user_name(headers).and_then(|name| self.with_api_token(&name, target)),
            },
        };
        allowed.ok_or_else(|| Refusal::new(StatusCode::UNAUTHORIZED, "the token is missing or not valid"))
    }

    fn with_tenant_token(&self, token: Option<&str>) -> Option<Allowed> {
        (token == Some(&self.tenant)).then_some(Allowed::ALL)
    }

    fn with_api_token(&self, token: &str, target: &Target) -> Option<Allowed> {
        if token == self.api {
            return Some(Allowed::ALL);
        }
        let (_, rights) = self.others.iter().find(|(other, _)| other == token)?;
        Some(rights.on(target.table))
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    credentials(headers, "bearer")
}

/// The user name of Basic authentication; the password must be empty.
fn user_name(headers: &HeaderMap) -> Option<String> {
    let decoded = STANDARD.decode(credentials(headers, "basic")?).ok()?;
    Some(String::from_utf8(decoded).ok()?.strip_suffix(':')?.to_owned())
}

fn credentials<'a>(headers: &'a HeaderMap, wanted: &str) -> Option<&'a str> {
    let (scheme, credentials) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case(wanted).then(|| credentials.trim())
}
