//! A circuit breaker for each host: when the server is down, one call probes it, and the others wait.
//!
//! It knows no sockets: callers ask before each attempt and report after it.

use std::{
    collections::VecDeque,
    pin::pin,
    sync::{
        Mutex, MutexGuard,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

use tokio::{
    sync::Notify,
    time::{Instant, timeout_at},
};

use super::RetryPolicy;
use crate::lock::lock;

/// The breaker of one host.
#[derive(Debug, Default)]
pub(crate) struct Breaker {
    state: Mutex<State>,
    /// Wakes the waiting calls when the outage is over or another call is next.
    changed: Notify,
    callers: AtomicU64,
}

/// A call as the breaker sees it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Caller {
    id: u64,
    /// Whether it may be retried after an unknown outcome. Such calls probe first.
    is_idempotent: bool,
    /// Whether it is part of a list or an upload, which waits even if no other call shows that the server is down.
    is_part: bool,
    /// Whether an attempt has failed. It does not probe any more once the outage lasts too long for it.
    pub has_failed: bool,
}

/// The health of the server, as far as an attempt shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Health {
    /// It responds, with any status.
    Up,
    /// It seems to be down.
    Down {
        /// Whether there was no connection, which concerns every call.
        no_connection: bool,
        /// The cause in a few words.
        cause: String,
        /// The pause that it asks for.
        asked: Option<Duration>,
    },
    /// The attempt shows nothing, for example if the deadline ended it.
    Unknown,
}

/// The permission to send an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pass {
    Free,
    Probe,
}

/// An outage that lasts longer than the call waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Down {
    pub since: Duration,
    pub cause: String,
}

#[derive(Debug, Default)]
struct State {
    /// Whether it has ever responded. If not, the URL may be wrong, and calls do not wait for it.
    has_responded: bool,
    streak: Option<Streak>,
    outage: Option<Outage>,
    /// The call that failed alone while the server responded to others, so that it is not a sign of an outage.
    blamed: Option<u64>,
    /// The waiting calls, in order.
    queue: VecDeque<Caller>,
}

/// Failures without a success between them.
#[derive(Debug)]
struct Streak {
    failures: u32,
    no_connection: u32,
    first: u64,
    /// Whether several calls have failed.
    by_several: bool,
    since: Instant,
}

#[derive(Debug)]
struct Outage {
    since: Instant,
    cause: String,
    /// The one call that has failed so far, if the cause may be the call. Others are let through and find out.
    lone: Option<u64>,
    probes: u32,
    next_probe: Instant,
}

/// Whether a call may be sent.
enum Admission {
    Admitted(Pass),
    /// Ask again at this time, or after a change.
    At(Instant),
    Rejected(Down),
}

impl Breaker {
    pub(super) fn caller(&self, is_idempotent: bool, is_part: bool) -> Caller {
        Caller { id: self.callers.fetch_add(1, Relaxed), is_idempotent, is_part, has_failed: false }
    }

    /// Waits while the server is down, unless this call is the next to probe it.
    ///
    /// # Errors
    ///
    /// If the outage lasts longer than the policy's total time, or than the call may wait.
    pub(super) async fn pass(&self, caller: Caller, policy: &RetryPolicy, deadline: Instant) -> Result<Pass, Down> {
        let _queued = Queued { breaker: self, id: caller.id };
        loop {
            let mut changed = pin!(self.changed.notified());
            // From here on, no change is missed.
            changed.as_mut().enable();
            let now = Instant::now();
            let admission = self.state().admit(caller, policy, now, deadline);
            match admission {
                Admission::Admitted(pass) => return Ok(pass),
                Admission::Rejected(down) => return Err(down),
                Admission::At(when) => drop(timeout_at(when, changed).await),
            }
        }
    }

    /// Returns whether the call would have to wait now.
    pub(super) fn holds(&self, caller: Caller) -> bool {
        self.state().outage_of(caller).is_some()
    }

    /// Records an attempt. Returns whether the server is down, so that the attempt does not count.
    pub(super) fn report(&self, caller: Caller, pass: Pass, policy: &RetryPolicy, health: Health) -> bool {
        match health {
            Health::Unknown => self.holds(caller),
            Health::Up => {
                let outage = self.state().responded();
                if let Some(outage) = outage {
                    self.changed.notify_waiters();
                    tracing::info!(lasted = ?outage.since.elapsed(), "the server responds again");
                }
                false
            }
            Health::Down { no_connection, cause, asked } => {
                let mut state = self.state();
                let was_open = state.outage.is_some();
                let is_held = state.failed(caller, pass, policy, (no_connection, &cause, asked));
                if !was_open && state.outage.is_some() {
                    tracing::warn!(cause, "the server seems to be down: one call probes it, the others wait");
                }
                drop(state);
                if pass == Pass::Probe {
                    self.changed.notify_waiters();
                }
                is_held
            }
        }
    }

    /// Returns whether the server counts as down.
    #[cfg(test)]
    pub(super) fn is_open(&self) -> bool {
        self.state().outage.is_some()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }
}

impl State {
    fn outage_of(&self, caller: Caller) -> Option<&Outage> {
        self.outage.as_ref().filter(|outage| outage.lone.is_none_or(|lone| lone == caller.id))
    }

    fn admit(&mut self, caller: Caller, policy: &RetryPolicy, now: Instant, deadline: Instant) -> Admission {
        let Some(outage) = self.outage_of(caller) else { return Admission::Admitted(Pass::Free) };
        let ends = policy.outage_ends(outage.since).min(deadline);
        let down = Down { since: now.duration_since(outage.since), cause: outage.cause.clone() };
        if self.queue.iter().all(|queued| queued.id != caller.id) {
            self.queue.push_back(caller);
        }
        let next = self.queue.iter().find(|queued| queued.is_idempotent).or(self.queue.front());
        let is_next = next.is_some_and(|next| next.id == caller.id);
        match &mut self.outage {
            _ if deadline <= now => Admission::Rejected(down),
            Some(outage) if is_next && outage.next_probe <= now && (now < ends || !caller.has_failed) => {
                outage.probes = outage.probes.saturating_add(1);
                // If it hangs, the next one does not wait for it.
                outage.next_probe = now + policy.probe_interval;
                Admission::Admitted(Pass::Probe)
            }
            _ if ends <= now => Admission::Rejected(down),
            Some(outage) if is_next => Admission::At(outage.next_probe.min(ends)),
            _ => Admission::At(ends),
        }
    }

    fn responded(&mut self) -> Option<Outage> {
        self.has_responded = true;
        self.streak = None;
        let outage = self.outage.take();
        self.blamed = outage.as_ref().and_then(|outage| outage.lone).or(self.blamed);
        outage
    }

    fn failed(
        &mut self,
        caller: Caller,
        pass: Pass,
        policy: &RetryPolicy,
        (no_connection, cause, asked): (bool, &str, Option<Duration>),
    ) -> bool {
        let now = Instant::now();
        if let Some(outage) = &mut self.outage {
            if outage.lone.is_some_and(|lone| lone != caller.id) {
                outage.lone = None;
            }
            if pass == Pass::Probe {
                cause.clone_into(&mut outage.cause);
                outage.next_probe = now + policy.probe_pause(outage.probes, asked);
            }
            return true;
        }
        let streak = self.streak.get_or_insert(Streak {
            failures: 0,
            no_connection: 0,
            first: caller.id,
            by_several: false,
            since: now,
        });
        streak.failures = streak.failures.saturating_add(1);
        streak.no_connection = streak.no_connection.saturating_add(u32::from(no_connection));
        streak.by_several |= streak.first != caller.id;
        let is_certain = streak.by_several || streak.no_connection >= policy.outage_after;
        let may_be_alone = caller.is_part && self.blamed != Some(caller.id);
        if !self.has_responded || streak.failures < policy.outage_after || !(is_certain || may_be_alone) {
            return false;
        }
        self.outage = Some(Outage {
            since: streak.since,
            cause: cause.to_owned(),
            lone: (!is_certain).then_some(caller.id),
            probes: 0,
            next_probe: now + policy.probe_pause(0, asked),
        });
        true
    }
}

/// A place in the queue, which is left when this is dropped.
struct Queued<'a> {
    breaker: &'a Breaker,
    id: u64,
}

impl Drop for Queued<'_> {
    fn drop(&mut self) {
        let mut state = self.breaker.state();
        let before = state.queue.len();
        state.queue.retain(|queued| queued.id != self.id);
        let has_left = state.queue.len() < before;
        drop(state);
        if has_left {
            self.breaker.changed.notify_waiters();
        }
    }
}
