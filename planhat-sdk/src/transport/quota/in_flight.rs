//! The requests in flight, and how their number grows again after a 429.

use std::collections::VecDeque;

use tokio::time::Instant;

/// How many requests are in flight, and how many may be.
///
/// After a 429, requests are let through one at a time, whatever is still in flight from before. Each success then
/// allows one more, so that the throng does not come back in one piece.
#[derive(Debug)]
pub(super) struct InFlight {
    limit: u32,
    /// How many of the requests that were let through since the last 429 may be in flight.
    allowed: u32,
    since: u32,
    before: u32,
    /// Counts the 429s, so that a request that ends is taken off the right number.
    epoch: u64,
    /// When and with which epoch abandoned requests leave, soonest first.
    leaving: VecDeque<(Instant, u64)>,
}

impl InFlight {
    pub fn new(limit: u32) -> Self {
        Self { limit, allowed: limit, since: 0, before: 0, epoch: 0, leaving: VecDeque::new() }
    }

    pub fn has_room(&self) -> bool {
        self.since < self.allowed && self.since.saturating_add(self.before) < self.limit
    }

    /// When the next abandoned request leaves.
    pub fn next_leaves_at(&self) -> Option<Instant> {
        self.leaving.front().map(|(when, _)| *when)
    }

    /// Returns the epoch to leave with.
    pub fn enter(&mut self) -> u64 {
        self.since += 1;
        self.epoch
    }

    pub fn leave(&mut self, epoch: u64) {
        let requests = if epoch == self.epoch { &mut self.since } else { &mut self.before };
        *requests = requests.saturating_sub(1);
    }

    /// Lets a request leave at a later time, which never lies before that of an earlier one.
    pub fn leave_at(&mut self, when: Instant, epoch: u64) {
        self.leaving.push_back((when, epoch));
    }

    pub fn evict_expired(&mut self, now: Instant) {
        while let Some((when, epoch)) = self.leaving.front().copied()
            && when <= now
        {
            self.leaving.pop_front();
            self.leave(epoch);
        }
    }

    pub fn on_throttled(&mut self) {
        self.epoch += 1;
        self.before = self.before.saturating_add(self.since);
        self.since = 0;
        self.allowed = 1;
    }

    pub fn on_success(&mut self) {
        // While there are requests from before, it may be the response to one of them, which says nothing.
        if self.before == 0 {
            self.allowed = self.allowed.saturating_add(1).min(self.limit);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn enter_all(requests: &mut InFlight) -> Vec<u64> {
        std::iter::from_fn(|| requests.has_room().then(|| requests.enter())).collect()
    }

    fn leave_all(requests: &mut InFlight, epochs: Vec<u64>) {
        for epoch in epochs {
            requests.leave(epoch);
        }
    }

    #[test]
    fn after_a_429_one_at_a_time_then_one_more_with_each_success() {
        let mut requests = InFlight::new(3);
        let epochs = enter_all(&mut requests);
        assert_eq!(epochs.len(), 3);
        requests.on_throttled();
        assert!(!requests.has_room(), "three are still in flight");
        leave_all(&mut requests, epochs);
        for allowed in [1, 2, 3, 3] {
            let epochs = enter_all(&mut requests);
            assert_eq!(epochs.len(), allowed);
            requests.on_success();
            leave_all(&mut requests, epochs);
        }
    }

    #[test]
    fn a_new_429_starts_over() {
        let mut requests = InFlight::new(9);
        for _ in 0..5 {
            requests.on_throttled();
            let epoch = requests.enter();
            assert!(!requests.has_room());
            requests.on_success();
            requests.leave(epoch);
        }
        assert_eq!(enter_all(&mut requests).len(), 2);
    }

    #[test]
    fn the_response_to_a_request_from_before_the_429_says_nothing() {
        let mut requests = InFlight::new(4);
        let [throttled, slow] = [requests.enter(), requests.enter()];
        requests.on_throttled();
        requests.leave(throttled);
        let epoch = requests.enter();
        requests.on_success();
        requests.leave(slow);
        assert!(!requests.has_room());
        requests.on_success();
        requests.leave(epoch);
        assert_eq!(enter_all(&mut requests).len(), 2);
    }

    #[test]
    fn an_abandoned_request_leaves_later_and_with_its_own_epoch() {
        let start = Instant::now();
        let after = |seconds| start + Duration::from_secs(seconds);
        let mut requests = InFlight::new(2);
        let [abandoned, throttled] = [requests.enter(), requests.enter()];
        requests.leave_at(after(10), abandoned);
        requests.on_throttled();
        requests.leave(throttled);
        let epoch = requests.enter();
        assert_eq!(requests.next_leaves_at(), Some(after(10)));
        requests.evict_expired(after(10));
        assert_eq!(requests.next_leaves_at(), None);
        assert_eq!((requests.before, requests.since), (0, 1));
        requests.leave(epoch);
    }
}
