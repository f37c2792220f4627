//! The rate limit: never more requests than the server allows, and no request later than it must be.
//!
//! A client keeps the quota of its host in memory, in a [`SlidingWindow`] that all its clones share. Several
//! clients of one token can share one too:
//!
//! ```
//! use std::sync::Arc;
//!
//! use planhat_sdk::{Planhat, quota::{QuotaSettings, SlidingWindow}};
//!
//! let quota = Arc::new(SlidingWindow::new(QuotaSettings::default().per_minute(120))?);
//! let reads = Planhat::builder().api_token("secret").quota(Arc::clone(&quota)).build()?;
//! let writes = Planhat::builder().api_token("secret").quota(quota).build()?;
//! # Ok::<(), planhat_sdk::Error>(())
//! ```
//!
//! Several processes share one through whatever they all reach: implement [`Quota`] on it.
//!
//! # Why the server never sees more than the limit
//!
//! A client knows when a request departed, and when its response was received; the server counts it at some time in
//! between. So a request takes its place in a window from its departure until the window's length *after* its
//! response. Suppose that the server counted one request too many within a window's length. At the departure of the
//! last of them, none of the others was over for that length: each was counted less than a window's length before
//! the last one was, and its response was received even later. So all of them still had their places, and the last
//! one would not have departed. However long requests and responses are on their way, this holds.
//!
//! It costs the latency: with a limit of 200 requests per 60 seconds and a latency of 300 ms, the rate is 200 requests
//! per 60.3 seconds, half a percent less. Windows are also kept a thousandth longer than they are, for clocks that run
//! at different rates.
//!
//! A request without a response ([`PermitEnd::Abandoned`]) may be counted later than the client gave it up: it may
//! still be in a buffer or be sent again by the network. It counts as over 10 seconds after it was given up. That is
//! an assumption, the only one: a request that arrives even later is not accounted for.

mod in_flight;
mod permit;
mod rate_limit;
mod settings;
mod sliding;
mod state;
mod window;

#[cfg(test)]
mod properties;

use std::{fmt, sync::Arc, time::Duration};

use futures_core::future::BoxFuture;

pub use self::{
    permit::{Permit, PermitEnd},
    rate_limit::RateLimitInfo,
    settings::QuotaSettings,
    sliding::SlidingWindow,
};

/// Decides when a request may be sent.
///
/// Every attempt of a call acquires a permit of its own.
pub trait Quota: fmt::Debug + Send + Sync {
    /// Waits until a request may be sent. A caller that stops waiting takes no permit.
    ///
    /// It cannot fail: a store that is out of reach must decide whether to wait or to let the request through.
    fn acquire(&self) -> BoxFuture<'_, Permit>;

    /// Called with the rate limit information of each response, before the permit of its request ends. Not called
    /// for requests that got no response.
    fn on_response(&self, info: &RateLimitInfo);

    /// Returns a lower bound of how long a caller that asks now would wait, if one is known.
    ///
    /// A call with a deadline fails at once if the hint exceeds what is left of it. Defaults to `None`.
    fn wait_hint(&self) -> Option<Duration> {
        None
    }
}

impl<Q: Quota + ?Sized> Quota for Arc<Q> {
    fn acquire(&self) -> BoxFuture<'_, Permit> {
        (**self).acquire()
    }

    fn on_response(&self, info: &RateLimitInfo) {
        (**self).on_response(info);
    }

    fn wait_hint(&self) -> Option<Duration> {
        (**self).wait_hint()
    }
}
