//! The quota in memory.

use std::{
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use futures_core::future::BoxFuture;
use tokio::{
    sync::{Mutex as Queue, Notify},
    time::{Instant, timeout_at},
};

use super::{
    Permit, Quota, QuotaSettings, RateLimitInfo,
    state::{Admission, State},
};
use crate::{error::Error, lock::lock};

/// A quota in memory, for the callers of one process.
///
/// - The server never receives more requests than the settings allow in *any* 60 seconds, in any second and at
///   once, however long requests and responses are on their way; see the [module](super) for why, and what it
///   costs. No request waits longer than that takes.
/// - First come, first served. A caller that stops waiting gives its turn to the next one.
/// - A request that was abandoned keeps its place in flight, too, for 10 more seconds.
/// - If the server counts more requests than this client can have sent, others use the same token. Their requests
///   count until the reset that the server names (at most two minutes), or else for a minute. A limit below the
///   settings counts for as long. A server that allows more changes nothing.
/// - A 429 stops all callers until its pause is over (at most two hours; a pause never gets shorter). Then
///   they are let through one at a time, and each success allows one more in flight, until it is as many
///   as before. Another 429 starts this over.
#[derive(Debug)]
pub struct SlidingWindow {
    shared: Arc<Shared>,
    /// Whoever holds it is next and waits for the state; the others wait for it.
    queue: Queue<()>,
}

/// What permits share with their quota.
#[derive(Debug)]
struct Shared {
    state: Mutex<State>,
    /// Wakes the next caller. A wake-up is kept if no caller waits.
    changed: Notify,
}

impl SlidingWindow {
    /// Creates a quota of which no request has been sent.
    ///
    /// # Errors
    ///
    /// If one of the figures is 0.
    pub fn new(settings: QuotaSettings) -> Result<Self, Error> {
        let state = Mutex::new(State::new(settings.checked()?));
        Ok(Self { shared: Arc::new(Shared { state, changed: Notify::new() }), queue: Queue::new(()) })
    }

    async fn wait(&self) -> Permit {
        let _next = self.queue.lock().await;
        loop {
            let admission = self.shared.state().admit(Instant::now());
            let changed = self.shared.changed.notified();
            match admission {
                Admission::Admitted(epoch) => {
                    let shared = Arc::clone(&self.shared);
                    return Permit::new(move |end| shared.change(|state| state.release(epoch, end, Instant::now())));
                }
                // Awake is awake, by time or by change.
                Admission::At(free) => drop(timeout_at(free, changed).await),
                Admission::AfterChange => changed.await,
            }
        }
    }
}

impl Quota for SlidingWindow {
    fn acquire(&self) -> BoxFuture<'_, Permit> {
        Box::pin(self.wait())
    }

    fn on_response(&self, info: &RateLimitInfo) {
        self.shared.change(|state| state.on_response(info, Instant::now()));
    }

    /// What the windows and the pause after a 429 make a caller wait. Callers that wait already are not counted, nor
    /// is the limit of requests in flight, since it is unknown when they end.
    fn wait_hint(&self) -> Option<Duration> {
        self.shared.state().wait_hint(Instant::now())
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.state());
        self.changed.notify_one();
    }
}

#[cfg(test)]
mod tests;
