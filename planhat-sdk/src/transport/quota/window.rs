//! One sliding window.

use std::{collections::VecDeque, time::Duration};

use tokio::time::Instant;

/// The requests that count in a window: those in flight, and those that are over for less than its length.
#[derive(Debug)]
pub(super) struct Window {
    length: Duration,
    in_flight: u32,
    /// When how many requests leave the window, soonest first.
    leaving: VecDeque<(Instant, u32)>,
    /// How many requests `leaving` holds.
    over: u32,
    /// What left the window when, as long ago as `MEMORY` at most.
    left: VecDeque<(Instant, u32)>,
}

/// How long a window remembers what left it.
const MEMORY: Duration = Duration::from_secs(120);

impl Window {
    pub fn new(length: Duration) -> Self {
        Self { length, in_flight: 0, leaving: VecDeque::new(), over: 0, left: VecDeque::new() }
    }

    /// Moves what has left the window to what is remembered, and forgets what is too old for that.
    pub fn evict_expired(&mut self, now: Instant) {
        let expired = self.leaving.partition_point(|(when, _)| *when <= now);
        for (when, requests) in self.leaving.drain(..expired) {
            self.over = self.over.saturating_sub(requests);
            self.left.push_back((when, requests));
        }
        let forgotten = self.left.partition_point(|(when, _)| *when + MEMORY < now);
        self.left.drain(..forgotten);
    }

    /// The number of requests in it.
    pub fn requests(&self) -> u32 {
        self.in_flight.saturating_add(self.over)
    }

    /// The number of requests that were in it at any time since then; `None` if that is too long ago to remember.
    pub fn requests_since(&self, then: Instant, now: Instant) -> Option<u32> {
        let left = self.left.iter().filter(|(when, _)| *when > then).map(|(_, requests)| *requests);
        (then + MEMORY >= now).then(|| left.fold(self.requests(), u32::saturating_add))
    }

    /// The earliest time at which it may hold fewer requests than the limit; `None` if it does now.
    pub fn next_slot_at(&self, limit: u32, now: Instant) -> Option<Instant> {
        let mut requests = self.requests();
        if requests < limit {
            return None;
        }
        let enough = self.leaving.iter().find(|(_, leave)| {
            requests = requests.saturating_sub(*leave);
            requests < limit
        });
        // A request in flight leaves a window's length from now, if it is over at once.
        let in_flight = (self.in_flight > 0).then(|| now + self.length);
        let enough = enough.map(|(when, _)| *when);
        enough.into_iter().chain(in_flight).min()
    }

    /// Counts a request that is in flight from now on.
    pub fn enter(&mut self) {
        self.in_flight = self.in_flight.saturating_add(1);
    }

    /// Counts a request in flight as over at that time.
    pub fn leave(&mut self, over: Instant) {
        self.in_flight = self.in_flight.saturating_sub(1);
        self.count(1, over + self.length);
    }

    /// Counts requests that leave the window at the same time.
    pub fn count(&mut self, requests: u32, when: Instant) {
        if requests > 0 {
            let place = self.leaving.partition_point(|(other, _)| *other <= when);
            self.leaving.insert(place, (when, requests));
            self.over = self.over.saturating_add(requests);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LENGTH: Duration = Duration::from_secs(60);

    #[test]
    fn requests_leave_in_time_whatever_the_order_they_were_counted_in() {
        let start = Instant::now();
        let after = |seconds| start + Duration::from_secs(seconds);
        let mut window = Window::new(LENGTH);
        for (requests, leave) in [(1, 5), (2, 9), (1, 3), (1, 5), (0, 1)] {
            window.count(requests, after(leave));
        }
        assert_eq!(window.requests(), 5);
        let slots = [(6, None), (5, Some(3)), (4, Some(5)), (3, Some(5)), (2, Some(9)), (1, Some(9))];
        for (limit, seconds) in slots {
            assert_eq!(window.next_slot_at(limit, start), seconds.map(after), "{limit}");
        }
        window.evict_expired(after(5));
        assert_eq!(window.requests(), 2);
        window.evict_expired(after(9));
        assert_eq!(window.next_slot_at(1, after(9)), None);
    }

    #[test]
    fn a_request_leaves_a_windows_length_after_it_is_over() {
        let start = Instant::now();
        let after = |seconds| start + Duration::from_secs(seconds);
        let mut window = Window::new(LENGTH);
        window.enter();
        window.enter();
        for now in [start, after(1_000)] {
            window.evict_expired(now);
            assert_eq!(window.requests(), 2);
            assert_eq!(window.next_slot_at(2, now), Some(now + LENGTH), "if it is over at once");
        }
        window.leave(after(1_000));
        window.evict_expired(after(1_010));
        assert_eq!(window.next_slot_at(2, after(1_010)), Some(after(1_060)));
        assert_eq!(window.next_slot_at(1, after(1_010)), Some(after(1_070)));
        window.leave(after(1_030));
        assert_eq!(window.next_slot_at(1, after(1_030)), Some(after(1_090)));
        window.evict_expired(after(1_060));
        assert_eq!(window.requests(), 1);
    }

    #[test]
    fn what_left_is_remembered_for_a_while() {
        let start = Instant::now();
        let after = |seconds| start + Duration::from_secs(seconds);
        let mut window = Window::new(LENGTH);
        window.enter();
        window.count(2, after(10));
        window.count(4, after(20));
        window.evict_expired(after(20));
        let now = after(20);
        for (then, requests) in [(20, 1), (15, 5), (10, 5), (9, 7), (0, 7)] {
            assert_eq!(window.requests_since(after(then), now), Some(requests), "{then}");
        }
        window.evict_expired(after(135));
        assert_eq!(window.requests_since(after(15), after(135)), Some(5));
        assert_eq!(window.requests_since(after(14), after(135)), None);
        window.evict_expired(after(141));
        assert!(window.left.is_empty());
    }
}
