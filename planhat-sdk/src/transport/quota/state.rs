//! What is known of the requests, without any waiting.

use std::time::Duration;

use tokio::time::Instant;

use super::{PermitEnd, QuotaSettings, RateLimitInfo, in_flight::InFlight, window::Window};

/// The windows are longer by a thousandth, since the server's clock may be slower than ours: two clocks, each set
/// right at the 500 millionths that NTP allows itself, differ by that much.
pub(super) const MINUTE: Duration = Duration::from_millis(60_060);
pub(super) const SECOND: Duration = Duration::from_millis(1_001);
/// How long a request that was abandoned may still be on its way to the server.
pub(super) const ABANDONED: Duration = Duration::from_secs(10);
/// The longest window that Planhat documents.
pub(super) const LONGEST_WINDOW: Duration = Duration::from_secs(120);
/// A server may ask for more than a clock can hold.
pub(super) const LONGEST_PAUSE: Duration = Duration::from_secs(7_200);

#[derive(Debug)]
pub(super) struct State {
    settings: QuotaSettings,
    /// Our requests, and those of others as far as the server tells of them. It never holds more than
    /// `per_minute`.
    minute: Window,
    second: Window,
    in_flight: InFlight,
    server_limit: Option<ServerLimit>,
    paused_until: Option<Instant>,
}

/// A limit below ours, and how long it holds.
#[derive(Debug)]
struct ServerLimit {
    limit: u32,
    until: Instant,
}

/// What comes of asking for a permit.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Admission {
    /// It is granted, to be released with this epoch.
    Admitted(u64),
    /// Ask again then, or after a change.
    At(Instant),
    /// Ask again after a change.
    AfterChange,
}

impl State {
    pub fn new(settings: QuotaSettings) -> Self {
        Self {
            settings,
            minute: Window::new(MINUTE),
            second: Window::new(SECOND),
            in_flight: InFlight::new(settings.in_flight),
            server_limit: None,
            paused_until: None,
        }
    }

    pub fn admit(&mut self, now: Instant) -> Admission {
        self.evict_expired(now);
        if !self.in_flight.has_room() {
            return self.in_flight.next_leaves_at().map_or(Admission::AfterChange, Admission::At);
        }
        if let Some(free) = self.free_at(now) {
            return Admission::At(free);
        }
        self.minute.enter();
        self.second.enter();
        Admission::Admitted(self.in_flight.enter())
    }

    pub fn release(&mut self, epoch: u64, end: PermitEnd, now: Instant) {
        let over = match end {
            PermitEnd::Completed => {
                self.in_flight.leave(epoch);
                now
            }
            PermitEnd::Abandoned => {
                self.in_flight.leave_at(now + ABANDONED, epoch);
                now + ABANDONED
            }
        };
        self.minute.leave(over);
        self.second.leave(over);
    }

    pub fn on_response(&mut self, info: &RateLimitInfo, now: Instant) {
        self.evict_expired(now);
        match info.retry_after {
            Some(pause) => {
                self.paused_until = self.paused_until.max(Some(now + pause.min(LONGEST_PAUSE)));
                self.in_flight.on_throttled();
            }
            None => self.in_flight.on_success(),
        }
        // Given in whole seconds, a reset that is near may look as if it were now.
        let until = now + info.reset_after.map_or(MINUTE, |reset| reset.clamp(SECOND, LONGEST_WINDOW));
        if let Some(limit) = info.limit.filter(|limit| *limit > 0 && *limit < self.settings.per_minute) {
            self.server_limit = Some(ServerLimit { limit, until });
        }
        if let Some(others) = self.others(info, now) {
            self.minute.count(others, until);
        }
    }

    /// How many requests of others the server counts and we do not yet. The server counted at some time since the
    /// request was sent, so whatever was in the window since then may be ours.
    fn others(&self, info: &RateLimitInfo, now: Instant) -> Option<u32> {
        let counted = self.limit().saturating_sub(info.remaining?);
        let ours = self.minute.requests_since(now.checked_sub(info.latency)?, now)?;
        let room = self.settings.per_minute.saturating_sub(self.minute.requests());
        Some(counted.saturating_sub(ours).min(room))
    }

    /// How long a request waits at least that is to be sent now, as far as that is a matter of time.
    pub fn wait_hint(&mut self, now: Instant) -> Option<Duration> {
        self.evict_expired(now);
        self.free_at(now).map(|free| free - now)
    }

    fn evict_expired(&mut self, now: Instant) {
        self.minute.evict_expired(now);
        self.second.evict_expired(now);
        self.in_flight.evict_expired(now);
        self.server_limit.take_if(|limit| limit.until <= now);
    }

    fn limit(&self) -> u32 {
        self.server_limit.as_ref().map_or(self.settings.per_minute, |server| server.limit)
    }

    /// The earliest time at which the windows and the pause may let a request through; `None` is now.
    fn free_at(&self, now: Instant) -> Option<Instant> {
        let mut minute = self.minute.next_slot_at(self.settings.per_minute, now);
        if let Some(ServerLimit { limit, until }) = self.server_limit {
            minute = minute.max(Some(until)).min(self.minute.next_slot_at(limit, now));
        }
        let second = self.second.next_slot_at(self.settings.per_second, now);
        minute.max(second).max(self.paused_until).filter(|free| *free > now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_remembered_stays_bounded_whatever_the_server_says() {
        let mut now = Instant::now();
        let mut state = State::new(QuotaSettings::default().per_minute(100));
        let mut epochs = Vec::new();
        for step in 0..1_000_u32 {
            let info = RateLimitInfo {
                retry_after: None,
                limit: Some(60 + step % 150),
                remaining: Some(step * 7 % 100),
                reset_after: Some(Duration::from_secs(u64::from(step * 13 % 500))),
                latency: Duration::from_secs(u64::from(step * 11 % 200)),
            };
            if let Admission::Admitted(epoch) = state.admit(now) {
                epochs.push(epoch);
            }
            state.on_response(&info, now);
            assert!(state.minute.requests() <= 100, "{state:?}");
            if step % 3 == 0 {
                let end = if step % 2 == 0 { PermitEnd::Completed } else { PermitEnd::Abandoned };
                epochs.pop().into_iter().for_each(|epoch| state.release(epoch, end, now));
                now += Duration::from_millis(u64::from(step * 17 % 1_000));
            }
        }
    }

    #[test]
    fn without_a_limit_a_count_of_others_takes_no_memory() {
        let now = Instant::now();
        let most = QuotaSettings { per_minute: u32::MAX, per_second: u32::MAX, in_flight: u32::MAX };
        let mut state = State::new(most);
        state.on_response(&RateLimitInfo { remaining: Some(0), ..RateLimitInfo::default() }, now);
        assert_eq!(state.minute.requests(), u32::MAX);
        assert_eq!(state.admit(now), Admission::At(now + MINUTE));
    }
}
