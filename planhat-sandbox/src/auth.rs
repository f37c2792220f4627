//! Who may call.

use axum::http::{HeaderMap, StatusCode, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::registry::{Action, Ingest};
use crate::reply::Refusal;
use crate::router::Target;

/// The tokens that open the sandbox.
#[derive(Clone)]
pub(crate) struct Tokens {
    pub(crate) api: String,
    pub(crate) tenant: String,
}

impl Tokens {
    /// Refuses a request that does not carry the token that its route asks for.
    pub(crate) fn check(&self, target: &Target, headers: &HeaderMap) -> Result<(), Refusal> {
        let admitted = match &target.route.action {
            Action::Ingest(Ingest { basic: true, .. }) => user_name(headers).as_deref() == Some(&self.tenant),
            Action::Ingest(_) => target.tenant.as_deref() == Some(&self.tenant),
            _ => bearer(headers) == Some(&self.api) || user_name(headers).as_deref() == Some(&self.api),
        };
        if admitted { Ok(()) } else { Err(Refusal::new(StatusCode::UNAUTHORIZED, "the token is missing or not valid")) }
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
