//! One sliding window.

use std::collections::VecDeque;

use tokio::time::Instant;

/// The calls that count in a window.
#[derive(Debug, Default)]
pub(super) struct Window {
    /// When how many calls leave it, soonest first.
    leaving: VecDeque<(Instant, u32)>,
    calls: u32,
}

impl Window {
    /// Forgets what has left.
    pub fn evict_expired(&mut self, now: Instant) {
        while let Some((when, calls)) = self.leaving.front()
            && *when <= now
        {
            self.calls = self.calls.saturating_sub(*calls);
            self.leaving.pop_front();
        }
    }

    /// The calls in it.
    pub fn calls(&self) -> u32 {
        self.calls
    }

    /// When it holds fewer calls than the limit; `None` if it does.
    pub fn next_slot_at(&self, limit: u32) -> Option<Instant> {
        let mut calls = self.calls;
        if calls < limit {
            return None;
        }
        let enough = self.leaving.iter().find(|(_, leave)| {
            calls = calls.saturating_sub(*leave);
            calls < limit
        });
        enough.map(|(when, _)| *when)
    }

    /// Counts calls that leave at the same moment.
    pub fn count(&mut self, calls: u32, when: Instant) {
        if calls > 0 {
            let place = self.leaving.partition_point(|(other, _)| *other <= when);
            self.leaving.insert(place, (when, calls));
            self.calls = self.calls.saturating_add(calls);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn calls_leave_in_time_whatever_the_order_they_were_counted_in() {
        let start = Instant::now();
        let after = |seconds| start + Duration::from_secs(seconds);
        let mut window = Window::default();
        for (calls, leave) in [(1, 5), (2, 9), (1, 3), (1, 5), (0, 1)] {
            window.count(calls, after(leave));
        }
        assert_eq!(window.calls(), 5);
        let room = [(6, None), (5, Some(3)), (4, Some(5)), (3, Some(5)), (2, Some(9)), (1, Some(9))];
        for (limit, seconds) in room {
            assert_eq!(window.next_slot_at(limit), seconds.map(after), "{limit}");
        }
        window.evict_expired(after(5));
        assert_eq!(window.calls(), 2);
        window.evict_expired(after(9));
        assert_eq!(window.next_slot_at(1), None);
    }
}
