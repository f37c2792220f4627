//! The quota in memory.

use std::{
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::{
    sync::{Mutex as Queue, Notify},
    time::{Instant, timeout_at},
};

use super::{
    Permit, Quota, QuotaSettings, RateLimitInfo,
    state::{Admission, State},
};
use crate::error::Error;

/// A quota in memory, for the callers of one process.
///
/// - Never more calls than the settings say in *any* 60 seconds, in any second and at once; and no call
///   waits that need not. The spans are kept with a margin of 2 %, since calls take different times to
///   arrive.
/// - First come, first served. A caller that stops waiting gives its turn to the next one.
/// - When the server counts fewer remaining calls than are known of here, others use the same token: their
///   calls count until the reset that the server names (at most two minutes), or else for a minute. A limit
///   below the settings counts for as long. A server that allows more changes nothing.
/// - A 429 stops all callers until its pause is over (at most an hour; a pause never gets shorter). Then
///   they are let through one at a time, and each good answer allows one more at once, until it is as many
///   as before. Another 429 starts this over.
#[derive(Debug)]
pub struct SlidingWindow {
    shared: Arc<Shared>,
    /// Whoever holds it is next and waits for the state; the others queue for it.
    queue: Queue<()>,
}

/// What places share with their quota.
#[derive(Debug)]
struct Shared {
    state: Mutex<State>,
    /// Wakes the one who is next. It keeps a wake-up that comes when nobody waits.
    changed: Notify,
}

impl SlidingWindow {
    /// A quota of which no call has been made.
    ///
    /// # Errors
    ///
    /// When one of the figures is 0.
    pub fn new(settings: QuotaSettings) -> Result<Self, Error> {
        let state = Mutex::new(State::new(settings.checked()?));
        Ok(Self { shared: Arc::new(Shared { state, changed: Notify::new() }), queue: Queue::new(()) })
    }

    async fn wait(&self) -> Permit {
        let _next = self.queue.lock().await;
        loop {
            let turn = self.shared.state().take(Instant::now());
            let changed = self.shared.changed.notified();
            match turn {
                Admission::Admitted(number) => {
                    let shared = Arc::clone(&self.shared);
                    return Permit::new(move |_| shared.change(|state| state.give_back(number)));
                }
                // Awake is awake, by time or by change.
                Admission::At(free) => drop(timeout_at(free, changed).await),
                Admission::AfterChange => changed.await,
            }
        }
    }
}

impl Quota for SlidingWindow {
    fn acquire(&self) -> Pin<Box<dyn Future<Output = Permit> + Send + '_>> {
        Box::pin(self.wait())
    }

    fn on_response(&self, info: &RateLimitInfo) {
        self.shared.change(|state| state.on_response(info, Instant::now()));
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.state());
        self.changed.notify_one();
    }
}

#[cfg(test)]
#[path = "sliding_tests.rs"]
mod tests;
