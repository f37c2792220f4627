//! The HTTP client under everything.

use std::time::Duration;

use crate::error::Error;

/// Longer than Planhat's load balancers keep a connection is too long: a call on a connection that the
/// other side is closing fails.
const IDLE: Duration = Duration::from_secs(50);

/// A client, which is `direct` if it leaves the proxies of the environment alone.
pub(crate) fn http_client(connect_timeout: Duration, direct: bool) -> Result<reqwest::Client, Error> {
    let builder = reqwest::Client::builder()
        .user_agent(concat!("planhat-sdk/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(connect_timeout)
        .pool_idle_timeout(IDLE)
        // What may be repeated is for us to know.
        .retry(reqwest::retry::never())
        // Tokens follow no redirect.
        .redirect(reqwest::redirect::Policy::none());
    let builder = if direct { builder.no_proxy() } else { builder };
    #[cfg(feature = "rustls-ring")]
    let builder = builder.tls_backend_preconfigured(rustls_config()?);
    builder.build().map_err(unusable)
}

fn unusable(error: impl std::fmt::Display) -> Error {
    Error::misconfigured(format!("no HTTP client can be made: {error}"))
}

/// Names its provider, so that it neither needs nor disturbs the one of the process.
#[cfg(feature = "rustls-ring")]
fn rustls_config() -> Result<rustls::ClientConfig, Error> {
    use std::sync::Arc;

    use rustls_platform_verifier::BuilderVerifierExt;

    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(unusable)?
        .with_platform_verifier()
        .map_err(unusable)?
        .with_no_client_auth();
    Ok(config)
}
