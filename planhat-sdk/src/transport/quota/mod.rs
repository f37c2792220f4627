//! Never more calls than the quota allows, and no call later than it must be.
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

mod answered;
mod in_flight;
mod settings;
mod sliding;
mod state;
mod window;

#[cfg(test)]
mod properties;

use std::{any::Any, fmt, pin::Pin, sync::Arc};

pub use self::{answered::Answered, settings::QuotaSettings, sliding::SlidingWindow};

/// Decides when a call may be made.
///
/// Every attempt asks for a place, so a call that is sent again asks again.
pub trait Quota: fmt::Debug + Send + Sync {
    /// Waits until a call may be made. The place is given back when it is dropped; a caller that gives up
    /// waiting takes none.
    ///
    /// It cannot fail: a store that is out of reach must decide whether to wait or to let the call through.
    fn place(&self) -> Pin<Box<dyn Future<Output = Place> + Send + '_>>;

    /// Is told of each answer, before the place of its call is given back. Not of calls that got none.
    fn answered(&self, answer: &Answered);
}

impl<Q: Quota + ?Sized> Quota for Arc<Q> {
    fn place(&self) -> Pin<Box<dyn Future<Output = Place> + Send + '_>> {
        (**self).place()
    }

    fn answered(&self, answer: &Answered) {
        (**self).answered(answer);
    }
}

/// The right to make one call, given back when dropped.
#[derive(Debug)]
pub struct Place {
    _held: Box<dyn Any + Send>,
}

impl Place {
    /// A place that is given back by the drop of what it holds.
    #[must_use]
    pub fn new(held: impl Send + 'static) -> Self {
        Self { _held: Box::new(held) }
    }
}
