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
    /// Wakes those who wait: the outage is over, or another one is next.
    changed: Notify,
    callers: AtomicU64,
}

/// A call, as the breaker knows it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Caller {
    id: u64,
    /// Whether its attempt does no harm if the server hangs. Such calls probe first.
    is_idempotent: bool,
    /// Whether it is a part of something long, which waits even if no other call says that the server is down.
    is_part: bool,
    /// Whether it has been sent in vain before. It does not probe any more once the outage lasts too long for it.
    pub has_failed: bool,
}

/// What an attempt says of the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Sign {
    /// It responds, whatever it says.
    Alive,
    /// It seems to be down.
    Down {
        /// No connection: it concerns every call, not only this one.
        no_connection: bool,
        /// In a few words.
        cause: String,
        /// How long it asks to be left alone.
        asked: Option<Duration>,
    },
    /// Nothing, for example if the deadline ended the attempt.
    Nothing,
}

/// The leave to send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pass {
    Free,
    Probe,
}

/// The server is down for longer than the call waits.
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
    /// Who waits, in order.
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

enum Turn {
    Go(Pass),
    /// Ask again then, or after a change.
    At(Instant),
    Down(Down),
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
            let turn = self.state().turn(caller, policy, now, deadline);
            match turn {
                Turn::Go(pass) => return Ok(pass),
                Turn::Down(down) => return Err(down),
                Turn::At(when) => drop(timeout_at(when, changed).await),
            }
        }
    }

    /// Whether the call would have to wait now.
    pub(super) fn holds(&self, caller: Caller) -> bool {
        self.state().outage_of(caller).is_some()
    }

    /// Takes note of an attempt. Returns whether the server is down, so that the attempt does not count.
    pub(super) fn report(&self, caller: Caller, pass: Pass, policy: &RetryPolicy, sign: Sign) -> bool {
        match sign {
            Sign::Nothing => self.holds(caller),
            Sign::Alive => {
                let outage = self.state().responded();
                if let Some(outage) = outage {
                    self.changed.notify_waiters();
                    tracing::info!(lasted = ?outage.since.elapsed(), "the server responds again");
                }
                false
            }
            Sign::Down { no_connection, cause, asked } => {
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

    /// Whether the server counts as down.
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

    fn turn(&mut self, caller: Caller, policy: &RetryPolicy, now: Instant, deadline: Instant) -> Turn {
        let Some(outage) = self.outage_of(caller) else { return Turn::Go(Pass::Free) };
        let ends = policy.outage_ends(outage.since).min(deadline);
        let down = Down { since: now.duration_since(outage.since), cause: outage.cause.clone() };
        if self.queue.iter().all(|queued| queued.id != caller.id) {
            self.queue.push_back(caller);
        }
        let next = self.queue.iter().find(|queued| queued.is_idempotent).or(self.queue.front());
        let is_next = next.is_some_and(|next| next.id == caller.id);
        match &mut self.outage {
            _ if deadline <= now => Turn::Down(down),
            Some(outage) if is_next && outage.next_probe <= now && (now < ends || !caller.has_failed) => {
                outage.probes = outage.probes.saturating_add(1);
                // If it hangs, the next one does not wait for it.
                outage.next_probe = now + policy.probe_interval;
                Turn::Go(Pass::Probe)
            }
            _ if ends <= now => Turn::Down(down),
            Some(outage) if is_next => Turn::At(outage.next_probe.min(ends)),
            _ => Turn::At(ends),
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

/// Leaves the queue when it is dropped, so that whoever is behind moves up.
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
