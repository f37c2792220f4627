//! What is known of the calls, without any waiting.

use std::time::Duration;

use tokio::time::Instant;

use super::{QuotaSettings, RateLimitInfo, in_flight::InFlight, window::Window};

/// The spans have a margin of two hundredths. Of two calls, the later one may travel faster, so that they
/// arrive at the server closer together than they left. It costs the longest job two hundredths of its time.
pub(super) const MINUTE: Duration = Duration::from_millis(61_200);
pub(super) const SECOND: Duration = Duration::from_millis(1_020);
/// The longest window that Planhat documents.
pub(super) const LONGEST_WINDOW: Duration = Duration::from_secs(120);
/// A server may ask for more than a clock can hold.
pub(super) const LONGEST_PAUSE: Duration = Duration::from_secs(3_600);

#[derive(Debug)]
pub(super) struct State {
    settings: QuotaSettings,
    /// Our calls, and those of others as far as the server tells of them. It never holds more than
    /// `per_minute`.
    minute: Window,
    second: Window,
    in_flight: InFlight,
    server_limit: Option<ServerLimit>,
    paused_until: Option<Instant>,
}

/// A limit below ours, and how long the server's word counts.
#[derive(Debug)]
struct ServerLimit {
    limit: u32,
    until: Instant,
}

/// What comes of asking for a place.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Admission {
    /// It is taken, to be given back with this number.
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
            minute: Window::default(),
            second: Window::default(),
            in_flight: InFlight::new(settings.in_flight),
            server_limit: None,
            paused_until: None,
        }
    }

    pub fn take(&mut self, now: Instant) -> Admission {
        self.evict_expired(now);
        if !self.in_flight.has_room() {
            return Admission::AfterChange;
        }
        if let Some(free) = self.free_at().filter(|free| *free > now) {
            return Admission::At(free);
        }
        self.minute.count(1, now + MINUTE);
        self.second.count(1, now + SECOND);
        Admission::Admitted(self.in_flight.enter())
    }

    pub fn give_back(&mut self, number: u64) {
        self.in_flight.leave(number);
    }

    pub fn on_response(&mut self, answer: &RateLimitInfo, now: Instant) {
        self.evict_expired(now);
        match answer.retry_after {
            Some(pause) => {
                self.paused_until = self.paused_until.max(Some(now + pause.min(LONGEST_PAUSE)));
                self.in_flight.on_throttled();
            }
            None => self.in_flight.on_success(),
        }
        // Told in whole seconds, a reset that is near may look as if it were now.
        let until = now + answer.reset_after.map_or(MINUTE, |reset| reset.clamp(SECOND, LONGEST_WINDOW));
        if let Some(limit) = answer.limit.filter(|limit| *limit > 0 && *limit < self.settings.per_minute) {
            self.server_limit = Some(ServerLimit { limit, until });
        }
        if let Some(remaining) = answer.remaining {
            let believed = self.limit().saturating_sub(self.minute.calls());
            self.minute.count(believed.saturating_sub(remaining), until);
        }
    }

    fn evict_expired(&mut self, now: Instant) {
        self.minute.evict_expired(now);
        self.second.evict_expired(now);
        self.server_limit.take_if(|server_limit| server_limit.until <= now);
    }

    fn limit(&self) -> u32 {
        self.server_limit.as_ref().map_or(self.settings.per_minute, |server_limit| server_limit.limit)
    }

    /// When a call may be made, as far as that is a matter of time; `None` and what is past mean now.
    fn free_at(&self) -> Option<Instant> {
        let mut minute = self.minute.next_slot_at(self.settings.per_minute);
        if let Some(ServerLimit { limit, until }) = self.server_limit {
            minute = minute.max(Some(until)).min(self.minute.next_slot_at(limit));
        }
        minute.max(self.second.next_slot_at(self.settings.per_second)).max(self.paused_until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_remembered_stays_bounded_whatever_the_server_says() {
        let now = Instant::now();
        let mut state = State::new(QuotaSettings::default().per_minute(100));
        for step in 0..1_000_u32 {
            let answer = RateLimitInfo {
                retry_after: None,
                limit: Some(60 + step % 150),
                remaining: Some(step * 7 % 100),
                reset_after: Some(Duration::from_secs(u64::from(step * 13 % 500))),
            };
            let _ = state.take(now);
            state.on_response(&answer, now);
            assert!(state.minute.calls() <= 100, "{state:?}");
        }
    }

    #[test]
    fn without_a_limit_a_count_of_others_takes_no_memory() {
        let now = Instant::now();
        let most = QuotaSettings { per_minute: u32::MAX, per_second: u32::MAX, in_flight: u32::MAX };
        let mut state = State::new(most);
        state.on_response(&RateLimitInfo { remaining: Some(0), ..RateLimitInfo::default() }, now);
        assert_eq!(state.minute.calls(), u32::MAX);
        assert_eq!(state.take(now), Admission::At(now + MINUTE));
    }
}
