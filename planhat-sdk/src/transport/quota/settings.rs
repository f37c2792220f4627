//! The figures of a quota.

use crate::{error::Error, generated::HOSTS, operation::Limits};

/// The rate limit of a quota.
///
/// Defaults to what Planhat's main API allows for one token: 200 requests per minute, 150 per second, 50 in flight.
///
/// ```
/// use planhat_sdk::quota::QuotaSettings;
///
/// let settings = QuotaSettings::default().per_minute(100).in_flight(10);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct QuotaSettings {
    /// The number of requests in any 60 seconds.
    pub per_minute: u32,
    /// The number of requests in any second.
    pub per_second: u32,
    /// The number of requests in flight.
    pub in_flight: u32,
}

impl Default for QuotaSettings {
    fn default() -> Self {
        let none = Self { per_minute: u32::MAX, per_second: u32::MAX, in_flight: u32::MAX };
        HOSTS.iter().find_map(|host| host.quota).map_or(none, Self::from)
    }
}

impl From<Limits> for QuotaSettings {
    fn from(limits: Limits) -> Self {
        Self { per_minute: limits.per_minute, per_second: limits.per_second, in_flight: limits.in_flight }
    }
}

impl QuotaSettings {
    /// Sets the number of requests in any 60 seconds.
    #[must_use]
    pub fn per_minute(mut self, calls: u32) -> Self {
        self.per_minute = calls;
        self
    }

    /// Sets the number of requests in any second.
    #[must_use]
    pub fn per_second(mut self, calls: u32) -> Self {
        self.per_second = calls;
        self
    }

    /// Sets the number of requests in flight.
    #[must_use]
    pub fn in_flight(mut self, calls: u32) -> Self {
        self.in_flight = calls;
        self
    }

    /// Returns the settings unless they allow no request at all.
    pub(super) fn checked(self) -> Result<Self, Error> {
        let figures = [("per minute", self.per_minute), ("per second", self.per_second), ("in flight", self.in_flight)];
        let Some((figure, _)) = figures.iter().find(|(_, calls)| *calls == 0) else { return Ok(self) };
        Err(Error::misconfigured(format!("the quota allows 0 calls {figure}, so that no call could ever be made")))
    }
}
