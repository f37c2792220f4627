use std::{env, fmt, sync::Arc, time::Duration};

use reqwest::Url;
use secrecy::SecretString;
use tokio::sync::Notify;

use crate::{
    client::Planhat,
    credentials::Credentials,
    decode::Reading,
    error::{Effect, Error, ErrorKind},
    generated::HOSTS,
    operation::Host,
    transport::{
        Breaker, Counters, Http, Notice, PageCaps, ReadLimits, Reserve, RetryBudget, RetryPolicy, Transport,
        http_client, is_loopback, is_planhat,
        quota::{Quota, QuotaSettings, SlidingWindow},
    },
};

/// Sets up a [`Planhat`] client.
///
/// ```
/// use planhat_sdk::Planhat;
///
/// let planhat = Planhat::builder().api_token("secret").region("us3").calls_per_minute(100).build()?;
/// # Ok::<(), planhat_sdk::Error>(())
/// ```
///
/// # Proxies
///
/// Calls go through the proxy that the environment names: `HTTPS_PROXY` for https, `HTTP_PROXY` for plain http,
/// `ALL_PROXY` for both, each also in lower case. `NO_PROXY` lists the hosts that are reached directly, with commas
/// between them. [`no_proxy`](Self::no_proxy) switches them off. What listens on the machine itself (`localhost`,
/// `127.0.0.0/8`, `::1`) is always reached directly.
#[derive(Clone)]
pub struct Builder {
    api_token: Option<SecretString>,
    tenant_token: Option<SecretString>,
    region: Option<String>,
    base_url: Option<String>,
    analytics_url: Option<String>,
    timeout: Duration,
    connect_timeout: Duration,
    deadline: Duration,
    warn_after: Duration,
    read_limits: ReadLimits,
    quota_settings: Option<QuotaSettings>,
    quota: Option<Arc<dyn Quota>>,
    limited: bool,
    retry: RetryPolicy,
    budget: RetryBudget,
    reading: Reading,
    allow_http: bool,
    proxies: bool,
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
    /// What the environment says, for you to add to.
    ///
    /// # Errors
    ///
    /// When a variable is not Unicode.
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

    /// The token of a private app, for the main API.
    #[must_use]
    pub fn api_token(mut self, token: impl Into<String>) -> Self {
        self.api_token = Some(token.into().into());
        self
    }

    /// The tenant's token (a UUID), for the analytics host.
    #[must_use]
    pub fn tenant_token(mut self, token: impl Into<String>) -> Self {
        self.tenant_token = Some(token.into().into());
        self
    }

    /// The region of the main API, such as `eu2` or `us3`. A token of another region is refused.
    #[must_use]
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.region = Some(region.into());
        self
    }

    /// The URL of the main API, instead of Planhat's general one.
    ///
    /// If it is not one of Planhat's own, the other hosts are taken to be there too, so that what is
    /// meant for a test server never reaches the real one.
    #[must_use]
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = Some(url.into());
        self
    }

    /// The URL of the analytics host.
    #[must_use]
    pub fn analytics_url(mut self, url: impl Into<String>) -> Self {
        self.analytics_url = Some(url.into());
        self
    }

    /// How long one attempt may take, 60 seconds unless set. A call can set its own.
    ///
    /// What a call waits for the quota is not part of it. With less than the connect timeout, a host that does not
    /// answer at all looks like one that answers too late, so that the outcome is unknown.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// How long connecting may take, 10 seconds unless set.
    #[must_use]
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// Sets how long a call may take as a whole, all waiting included: for the rate limit, for pauses, for a server
    /// that is down. Defaults to 30 minutes. A call can set its own.
    ///
    /// A call that would have to wait longer fails at once, for example with "rate limited, retry in 4000 s", and
    /// the last attempt gets the time that is left. For lists and uploads, it holds for each of their requests; they
    /// have a deadline of their own for the whole. With the default quota, 30 minutes are enough for 6,000 calls
    /// that are started at once.
    #[must_use]
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// Sets how long calls must wait for the rate limit until that is logged as a warning, once and not for each
    /// call. Defaults to 10 seconds.
    #[must_use]
    pub fn warn_after(mut self, wait: Duration) -> Self {
        self.warn_after = wait;
        self
    }

    /// Sets how long the body of a response may stall: the longest time without a byte. Defaults to 30 seconds.
    ///
    /// The call then fails with [`ErrorKind::Timeout`](crate::ErrorKind::Timeout), and is retried like any other
    /// timeout. A body that keeps arriving, however slowly, ends with the [`timeout`](Self::timeout) of the attempt.
    #[must_use]
    pub fn read_timeout(mut self, timeout: Duration) -> Self {
        self.read_limits.timeout = timeout;
        self
    }

    /// Sets the longest body that a response may have, in bytes after decompression. Defaults to 256 MiB, which no
    /// page reaches: the largest one that Planhat documents holds 10,000 records, and they may have 26 kB each.
    ///
    /// A longer response of success is an error ([`ErrorKind::Decode`](crate::ErrorKind::Decode)) and not retried,
    /// since the next one would be as long. What has been read by then is dropped, so one response never takes more
    /// memory than the limit. The body of an error response is cut after 1 MiB, whatever the limit.
    ///
    /// Responses are decoded on the task that awaits the call.
    #[must_use]
    pub fn max_response_bytes(mut self, bytes: usize) -> Self {
        self.read_limits.max_bytes = bytes;
        self
    }

    /// How many calls the main API gets in any 60 seconds, 200 unless set. Use less if others share the
    /// token.
    #[must_use]
    pub fn calls_per_minute(mut self, calls: u32) -> Self {
        self.quota_settings = Some(self.quota_settings.unwrap_or_default().per_minute(calls));
        self
    }

    /// How many calls the main API gets in a minute, in a second and at once.
    #[must_use]
    pub fn quota_settings(mut self, settings: QuotaSettings) -> Self {
        self.quota_settings = Some(settings);
        self
    }

    /// A quota of your own, such as one that several clients share; see [`quota`](crate::quota). It serves
    /// the hosts that limit their calls, which the analytics host does not.
    #[must_use]
    pub fn quota(mut self, quota: impl Quota + 'static) -> Self {
        self.quota = Some(Arc::new(quota));
        self
    }

    /// Does not limit the calls, for test servers.
    #[must_use]
    pub fn without_quota(mut self) -> Self {
        self.limited = false;
        self
    }

    /// How often and how long a call is sent again.
    #[must_use]
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// How many of all calls are sent again at most, so that a storm of failures ends.
    #[must_use]
    pub fn retry_budget(mut self, budget: RetryBudget) -> Self {
        self.budget = budget;
        self
    }

    /// Makes a field of a response that cannot be read an error of its record, with the JSON path. Defaults to `false`:
    /// the record is read without the field, whose JSON is kept in `extra`, written back, and listed by the record's
    /// `unreadable()`. A response that had to be repaired to be valid JSON is an error as well.
    ///
    /// An error costs its own record only: a stream of a list yields it and continues.
    #[must_use]
    pub fn strict_decoding(mut self, strict: bool) -> Self {
        self.reading = if strict { Reading::Strict } else { Reading::Forgiving };
        self
    }

    /// Allows base URLs with plain http to other machines, to which tokens and records then go unencrypted.
    ///
    /// Without it, [`build`](Self::build) refuses them. Plain http to the machine itself (`localhost`, `127.0.0.0/8`,
    /// `::1`) is always allowed.
    #[must_use]
    pub fn allow_http(mut self) -> Self {
        self.allow_http = true;
        self
    }

    /// Connects directly, whatever proxy the environment names.
    #[must_use]
    pub fn no_proxy(mut self) -> Self {
        self.proxies = false;
        self
    }

    /// The client.
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
            return Err(misconfigured(
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
            reserve: Reserve::new(self.budget),
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
            (Some(_), Some(_)) => Err(misconfigured("a `quota` has its own settings; give it or the settings")),
            (Some(quota), None) => Ok(Some(Arc::clone(quota))),
            (None, settings) => {
                let settings = settings.unwrap_or_else(|| limits.into());
                Ok(Some(Arc::new(SlidingWindow::new(settings)?)))
            }
        }
    }

    /// The base URL of each host. The first host is the main one.
    fn bases(&self) -> Result<Vec<Url>, Error> {
        let main = self.main_url()?;
        HOSTS
            .iter()
            .enumerate()
            .map(|(index, host)| {
                if index == 0 {
                    return Ok(main.clone());
                }
                match (&self.analytics_url, HOSTS.first()) {
                    (Some(url), _) => parse(url),
                    (None, Some(first)) if is_planhat(&main, first) => parse(host.url),
                    (None, _) => Ok(main.clone()),
                }
            })
            .collect()
    }

    fn main_url(&self) -> Result<Url, Error> {
        let host = HOSTS.first().ok_or_else(|| misconfigured("the schema names no host"))?;
        match (&self.base_url, &self.region) {
            (Some(_), Some(_)) => Err(misconfigured("`base_url` and `region` both name a host; give one of them")),
            (Some(url), None) => parse(url),
            (None, Some(region)) if !is_region(region) => {
                // Not repeated, since it may be a token in the wrong place.
                Err(misconfigured("`region` is not one; regions are called `eu2` or `us3`"))
            }
            (None, Some(region)) => match host.regional {
                Some(template) => parse(&template.replace("{region}", region)),
                None => Err(misconfigured("this host has no regions")),
            },
            (None, None) => parse(host.url),
        }
    }
}

/// The longest name of a region: longer than those that are known, and shorter than a token.
const LONGEST_REGION: usize = 8;

fn is_region(text: &str) -> bool {
    (1..=LONGEST_REGION).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// The text is not repeated in messages, since it may hold a secret.
fn parse(text: &str) -> Result<Url, Error> {
    if text.contains('@') {
        return Err(misconfigured("a base URL holds no user name or password; give tokens to the builder"));
    }
    Err(misconfigured(match Url::parse(text) {
        Ok(url) if !matches!(url.scheme(), "http" | "https") || url.cannot_be_a_base() => {
            "a base URL is an http or https URL, such as `https://api.planhat.com`"
        }
        Ok(url) if url.query().is_some() || url.fragment().is_some() => "a base URL has no query and no fragment",
        Ok(url) => return Ok(url),
        Err(_) => "a base URL is not a valid URL; one is written like `https://api.planhat.com`",
    }))
}

fn check_token(token: Option<&SecretString>, name: &str) -> Result<(), Error> {
    use secrecy::ExposeSecret;

    let Some(token) = token.map(ExposeSecret::expose_secret) else { return Ok(()) };
    if matches!(token, "." | "..") {
        // URLs take dots for a place in the path.
        return Err(misconfigured(format!("the {name} token consists of dots; was it copied whole?")));
    }
    if token.is_empty() || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(misconfigured(format!(
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
        Err(env::VarError::NotUnicode(_)) => Err(misconfigured(format!("{name} is set to something that is no text"))),
    }
}

fn misconfigured(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Configuration, Effect::NotSent, message)
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

#[cfg(test)]
mod tests;
