//! The settings of a client.

use std::{sync::Arc, time::Duration};

use super::builder::Builder;
use crate::{
    decode::Reading,
    transport::{
        RetryBudget, RetryPolicy,
        quota::{Quota, QuotaSettings},
    },
};

impl Builder {
    /// Sets the API token of a private app, for the main API.
    #[must_use]
    pub fn api_token(mut self, token: impl Into<String>) -> Self {
        self.api_token = Some(token.into().into());
        self
    }

    /// Sets the tenant token (a UUID), for the analytics host.
    #[must_use]
    pub fn tenant_token(mut self, token: impl Into<String>) -> Self {
        self.tenant_token = Some(token.into().into());
        self
    }

    /// Sets the region of the main API, such as `eu2` or `us3`. A token of another region is refused.
    #[must_use]
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.region = Some(region.into());
        self
    }

    /// Sets the base URL of the main API. Defaults to Planhat's general one.
    ///
    /// If it is not one of Planhat's own, it is used for the other hosts too, so that calls meant for a test server never
    /// reach the real one.
    #[must_use]
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = Some(url.into());
        self
    }

    /// Sets the base URL of the analytics host.
    #[must_use]
    pub fn analytics_url(mut self, url: impl Into<String>) -> Self {
        self.analytics_url = Some(url.into());
        self
    }

    /// Sets the timeout of one attempt. Defaults to 60 seconds. A call can set its own.
    ///
    /// Time spent waiting for the rate limit does not count. If it is shorter than the connect timeout, a host that does
    /// not respond at all looks like one that responds too late, so that the outcome is unknown.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Sets the timeout for connecting. Defaults to 10 seconds.
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

    /// Sets the rate limit: the number of requests to the main API in any 60 seconds. Defaults to 200. Use less if other
    /// clients share the token.
    #[must_use]
    pub fn calls_per_minute(mut self, calls: u32) -> Self {
        self.quota_settings = Some(self.quota_settings.unwrap_or_default().per_minute(calls));
        self
    }

    /// Sets the rate limit of the main API: requests per minute, per second and in flight.
    #[must_use]
    pub fn quota_settings(mut self, settings: QuotaSettings) -> Self {
        self.quota_settings = Some(settings);
        self
    }

    /// Sets a quota of your own, such as one that several clients share; see [`quota`](crate::quota). It applies to hosts
    /// with a rate limit, which the analytics host does not have.
    #[must_use]
    pub fn quota(mut self, quota: impl Quota + 'static) -> Self {
        self.quota = Some(Arc::new(quota));
        self
    }

    /// Removes the rate limit, for test servers.
    #[must_use]
    pub fn without_quota(mut self) -> Self {
        self.limited = false;
        self
    }

    /// Sets how often and how long calls are retried.
    #[must_use]
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// Sets the retry budget, which caps the retries of all calls together.
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
}
