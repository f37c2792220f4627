//! Never more calls than the quota allows, and no call later than it must be.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::{
    sync::{Mutex as Turnstile, OwnedSemaphorePermit, Semaphore},
    time::{Instant, sleep_until},
};

const MINUTE: Duration = Duration::from_secs(60);
const SECOND: Duration = Duration::from_secs(1);
/// Longer than any window that Planhat documents.
const LONGEST_PAUSE: Duration = Duration::from_secs(3_600);

/// How many calls a client makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct QuotaSettings {
    /// Calls in any 60 seconds.
    pub per_minute: u32,
    /// Calls in any second.
    pub per_second: u32,
    /// Calls under way at once.
    pub in_flight: u32,
}

/// The state that all clones of a client share.
#[derive(Debug)]
pub(crate) struct Quota {
    settings: QuotaSettings,
    window: Mutex<Window>,
    /// First come, first served: whoever holds it waits for the window, the others wait for it.
    turnstile: Turnstile<()>,
    in_flight: Arc<Semaphore>,
}

#[derive(Debug, Default)]
struct Window {
    /// When the calls of the last minute were sent, oldest first.
    sent: VecDeque<Instant>,
    paused_until: Option<Instant>,
}

/// The right to make one call; gives its place in flight back when dropped.
#[derive(Debug)]
pub(crate) struct Place {
    _permit: Option<OwnedSemaphorePermit>,
}

impl Quota {
    pub fn new(settings: QuotaSettings) -> Self {
        let in_flight = Arc::new(Semaphore::new(settings.in_flight.max(1) as usize));
        Self { settings, window: Mutex::default(), turnstile: Turnstile::new(()), in_flight }
    }

    /// Waits until a call may be made. A caller that gives up takes no place.
    pub async fn place(&self) -> Place {
        // The semaphore is never closed, so there always is a permit.
        let permit = Arc::clone(&self.in_flight).acquire_owned().await.ok();
        let _turn = self.turnstile.lock().await;
        while let Some(free) = self.take_or_when_free() {
            sleep_until(free).await;
        }
        Place { _permit: permit }
    }

    /// Holds all callers back, because the server said so.
    pub fn pause(&self, pause: Duration) {
        // A server may ask for more than a clock can hold.
        let until = Instant::now() + pause.min(LONGEST_PAUSE);
        let mut window = self.window.lock().unwrap_or_else(PoisonError::into_inner);
        window.paused_until = window.paused_until.max(Some(until));
    }

    fn take_or_when_free(&self) -> Option<Instant> {
        let now = Instant::now();
        let mut window = self.window.lock().unwrap_or_else(PoisonError::into_inner);
        let free = window.when_free(now, self.settings);
        if free <= now {
            window.sent.push_back(now);
            return None;
        }
        Some(free)
    }
}

impl Window {
    /// When the next call may be made.
    fn when_free(&mut self, now: Instant, settings: QuotaSettings) -> Instant {
        while self.sent.front().is_some_and(|sent| *sent + MINUTE <= now) {
            self.sent.pop_front();
        }
        let free = |calls: u32, span: Duration| {
            let back = self.sent.len().checked_sub(calls.max(1) as usize)?;
            self.sent.get(back).map(|sent| *sent + span)
        };
        let minute = free(settings.per_minute, MINUTE).unwrap_or(now);
        let second = free(settings.per_second, SECOND).unwrap_or(now);
        minute.max(second).max(self.paused_until.unwrap_or(now))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLANHATS: QuotaSettings = QuotaSettings { per_minute: 200, per_second: 150, in_flight: 50 };

    #[tokio::test(start_paused = true)]
    async fn calls_within_the_quota_never_wait() {
        let quota = Quota::new(PLANHATS);
        let started = Instant::now();
        for _ in 0..150 {
            quota.place().await;
        }
        assert_eq!(started.elapsed(), Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn no_minute_and_no_second_ever_holds_more_than_allowed() {
        let quota = Quota::new(PLANHATS);
        let mut sent = Vec::new();
        for _ in 0..1_000 {
            quota.place().await;
            sent.push(Instant::now());
        }
        assert!(sent.windows(201).all(|calls| calls[200] - calls[0] >= MINUTE));
        assert!(sent.windows(151).all(|calls| calls[150] - calls[0] >= SECOND));
        // Five minutes' worth of calls needs four full minutes, and not a moment more than the window's grain.
        assert!(sent[999] - sent[0] <= Duration::from_millis(241_500), "{:?}", sent[999] - sent[0]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_pause_holds_everybody_back() {
        let quota = Quota::new(PLANHATS);
        quota.pause(Duration::from_secs(7));
        let started = Instant::now();
        quota.place().await;
        assert!(started.elapsed() >= Duration::from_secs(7));
    }

    #[tokio::test(start_paused = true)]
    async fn a_caller_that_gives_up_takes_no_place() {
        let quota = Quota::new(QuotaSettings { per_minute: 1, ..PLANHATS });
        quota.place().await;
        let gave_up = tokio::time::timeout(SECOND, quota.place()).await;
        assert!(gave_up.is_err());
        let started = Instant::now();
        quota.place().await;
        assert!(started.elapsed() < MINUTE);
    }

    #[tokio::test(start_paused = true)]
    async fn calls_in_flight_are_limited() {
        let quota = Quota::new(QuotaSettings { in_flight: 2, ..PLANHATS });
        let (_first, _second) = (quota.place().await, quota.place().await);
        assert!(tokio::time::timeout(SECOND, quota.place()).await.is_err());
    }
}
