use std::{env, fmt, sync::Arc, time::Duration};

use reqwest::Url;
use secrecy::SecretString;
use tokio::sync::Notify;

use crate::{
    client::Planhat,
    credentials::Credentials,
    decode::Reading,
    error::Error,
    generated::HOSTS,
    operation::Host,
    transport::{
        Breaker, Counters, Http, Notice, PageCaps, ReadLimits, RetryBudget, RetryPolicy, TokenBucket, Transport,
        http_client, is_loopback,
        quota::{Quota, QuotaSettings, SlidingWindow},
    },
};

/// Configures and builds a [`Planhat`] client: tokens, region, timeouts, retries, rate limit, proxies and TLS.
///
/// ```
/// use planhat_sdk::Planhat;
///
/// let planhat = Planhat::builder()
///     .api_token("secret")
///     .region("us3")
///     .calls_per_minute(100)
///     .build()?;
/// # Ok::<(), planhat_sdk::Error>(())
/// ```
///
/// # Proxies
///
/// Requests go through the proxy that the environment names: `HTTPS_PROXY` for https, `HTTP_PROXY` for plain http,
/// `ALL_PROXY` for both, each also in lower case. `NO_PROXY` lists the hosts that are reached directly, with commas
/// between them. [`no_proxy`](Self::no_proxy) switches proxies off. Servers on the machine itself (`localhost`,
/// `127.0.0.0/8`, `::1`) are always reached directly.
#[derive(Clone)]
pub struct Builder {
    pub(super) api_token: Option<SecretString>,
    pub(super) tenant_token: Option<SecretString>,
    pub(super) region: Option<String>,
    pub(super) base_url: Option<String>,
    pub(super) analytics_url: Option<String>,
    pub(super) timeout: Duration,
    pub(super) connect_timeout: Duration,
    pub(super) deadline: Duration,
    pub(super) warn_after: Duration,
    pub(super) read_limits: ReadLimits,
    pub(super) quota_settings: Option<QuotaSettings>,
    pub(super) quota: Option<Arc<dyn Quota>>,
    pub(super) limited: bool,
    pub(super) retry: RetryPolicy,
    pub(super) budget: RetryBudget,
    pub(super) reading: Reading,
    pub(super) allow_http: bool,
    pub(super) proxies: bool,
}

impl Default for Builder {
    fn default() -> Self {
        Self {
            api_token: None,
            tenant_token: None,
            region: None,
            base_url: None,
            analytics_url: None,
            timeout: Duration::from_secs(60),
            connect_timeout: Duration::from_secs(10),
            deadline: Duration::from_secs(1_800),
            warn_after: Duration::from_secs(10),
            read_limits: ReadLimits::default(),
            quota_settings: None,
            quota: None,
            limited: true,
            retry: RetryPolicy::default(),
            budget: RetryBudget::default(),
            reading: Reading::default(),
            allow_http: false,
            proxies: true,
        }
    }
}

impl Builder {
    /// Creates a builder from the environment: `PLANHAT_API_TOKEN`, `PLANHAT_TENANT_TOKEN` and `PLANHAT_BASE_URL`, as far
    /// as they are set.
    ///
    /// # Errors
    ///
    /// If a variable is set but not valid Unicode.
    pub fn from_env() -> Result<Self, Error> {
        let mut builder = Self::default();
        if let Some(token) = variable("PLANHAT_API_TOKEN")? {
            builder = builder.api_token(token);
        }
        if let Some(token) = variable("PLANHAT_TENANT_TOKEN")? {
            builder = builder.tenant_token(token);
        }
        if let Some(url) = variable("PLANHAT_BASE_URL")? {
            builder = builder.base_url(url);
        }
        Ok(builder)
    }

    /// Builds the client.
    ///
    /// # Errors
    ///
    /// If a URL is invalid or is plain http to another machine, a token cannot be sent, a quota allows no call, or the system has no usable certificates. Which token
    /// is needed depends on the calls, so a missing one is only an error of the call that needs it.
    pub fn build(self) -> Result<Planhat, Error> {
        for (token, name) in [(&self.api_token, "API"), (&self.tenant_token, "tenant")] {
            check_token(token.as_ref(), name)?;
        }
        let bases = self.bases()?;
        if !self.allow_http && bases.iter().any(|base| base.scheme() == "http" && !is_loopback(base)) {
            return Err(Error::misconfigured(
                "a base URL with plain http would send the tokens unencrypted; write https, or allow it by `allow_http`",
            ));
        }
        let quotas = HOSTS.iter().map(|host| self.quota_of(host)).collect::<Result<_, _>>()?;
        Ok(Planhat::new(Transport {
            http: self.http_clients(&bases)?,
            exchange: Box::new(Http),
            bases,
            quotas,
            breakers: HOSTS.iter().map(|_| Breaker::default()).collect(),
            credentials: Credentials::new(self.api_token, self.tenant_token),
            retry: self.retry,
            budget: TokenBucket::new(self.budget),
            counters: Counters::default(),
            caps: PageCaps::default(),
            timeout: self.timeout,
            reading: self.reading,
            deadline: self.deadline,
            notice: Notice::new(self.warn_after),
            throttled: Notify::new(),
            read_limits: self.read_limits,
        }))
    }

    /// The HTTP client of each base. Those that need the same share it.
    fn http_clients(&self, bases: &[Url]) -> Result<Vec<reqwest::Client>, Error> {
        let (mut direct, mut proxied) = (None, None);
        let client = |base: &Url| {
            let is_direct = !self.proxies || is_loopback(base);
            let slot: &mut Option<reqwest::Client> = if is_direct { &mut direct } else { &mut proxied };
            match slot {
                Some(client) => Ok(client.clone()),
                None => Ok(slot.insert(http_client(self.connect_timeout, is_direct)?).clone()),
            }
        };
        bases.iter().map(client).collect()
    }

    fn quota_of(&self, host: &Host) -> Result<Option<Arc<dyn Quota>>, Error> {
        let Some(limits) = host.quota.filter(|_| self.limited) else { return Ok(None) };
        match (&self.quota, self.quota_settings) {
            (Some(_), Some(_)) => Err(Error::misconfigured("a `quota` has its own settings; give it or the settings")),
            (Some(quota), None) => Ok(Some(Arc::clone(quota))),
            (None, settings) => {
                let settings = settings.unwrap_or_else(|| limits.into());
                Ok(Some(Arc::new(SlidingWindow::new(settings)?)))
            }
        }
    }
}

fn check_token(token: Option<&SecretString>, name: &str) -> Result<(), Error> {
    use secrecy::ExposeSecret;

    let Some(token) = token.map(ExposeSecret::expose_secret) else { return Ok(()) };
    if matches!(token, "." | "..") {
        // URLs take dots for a place in the path.
        return Err(Error::misconfigured(format!("the {name} token consists of dots; was it copied whole?")));
    }
    if token.is_empty() || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(Error::misconfigured(format!(
            "the {name} token is empty or holds a blank or control character; was it copied whole?"
        )));
    }
    Ok(())
}

fn variable(name: &str) -> Result<Option<String>, Error> {
    match env::var(name) {
        Ok(value) if value.is_empty() => Ok(None),
        Ok(value) => Ok(Some(value)),
        Err(env::VarError::NotPresent) => Ok(None),
        Err(env::VarError::NotUnicode(_)) => Err(Error::misconfigured(format!("{name} is set, but not valid Unicode"))),
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder")
            .field("api_token", &self.api_token.is_some())
            .field("tenant_token", &self.tenant_token.is_some())
            .field("region", &self.region.is_some())
            .field("timeout", &self.timeout)
            .field("quota_settings", &self.quota_settings)
            .field("quota", &self.quota)
            .field("retry", &self.retry)
            .finish_non_exhaustive()
    }
}
