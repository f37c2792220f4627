mod builder;
mod settings;
mod urls;

#[cfg(test)]
mod tests;

use std::{fmt, sync::Arc};

pub use self::builder::Builder;
use crate::{
    error::Error,
    generated::HOSTS,
    transport::{Stats, Transport, is_loopback, is_planhat},
};

/// A client of a Planhat tenant, and the way in to every model.
///
/// Cloning is cheap; clones share connections, rate limit and retry budget. Create one client per tenant and clone it.
///
/// ```no_run
/// use planhat_sdk::{ExternalId, Planhat};
///
/// # async fn example() -> Result<(), planhat_sdk::Error> {
/// let planhat = Planhat::from_env()?;
/// let company = planhat.companies().get(ExternalId::new("21432948")).await?;
/// println!("{:?}", company.name);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Planhat {
    transport: Arc<Transport>,
}

impl Planhat {
    /// Creates a builder, which configures a client.
    #[must_use]
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// Builds a client from the environment variables `PLANHAT_API_TOKEN`, `PLANHAT_TENANT_TOKEN` and `PLANHAT_BASE_URL`,
    /// as far as they are set.
    ///
    /// # Errors
    ///
    /// If a variable is set but invalid.
    pub fn from_env() -> Result<Self, Error> {
        Builder::from_env()?.build()
    }

    /// Returns statistics about this client and all its clones.
    #[must_use]
    pub fn stats(&self) -> Stats {
        self.transport.counters.read()
    }

    pub(crate) fn new(transport: Transport) -> Self {
        Self { transport: Arc::new(transport) }
    }

    /// Sends requests to a script instead of a server.
    #[cfg(test)]
    pub(crate) fn with_exchange(mut self, exchange: impl crate::transport::Exchange + 'static) -> Self {
        if let Some(transport) = Arc::get_mut(&mut self.transport) {
            transport.exchange = Box::new(exchange);
        }
        self
    }

    pub(crate) fn transport(&self) -> &Transport {
        &self.transport
    }
}

impl fmt::Debug for Planhat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Elsewhere, a token may stand in the URL.
        let is_known = |base: &reqwest::Url| is_loopback(base) || HOSTS.iter().any(|host| is_planhat(base, host));
        let url = |base| if is_known(base) { base.origin().ascii_serialization() } else { "another host".to_owned() };
        let urls: Vec<_> = self.transport.bases.iter().map(url).collect();
        f.debug_struct("Planhat").field("urls", &urls).finish_non_exhaustive()
    }
}
