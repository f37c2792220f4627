//! The calls under way, and the way back after a 429.

/// How many calls are under way, and how many may be.
///
/// After a 429, calls are let through one at a time, whatever is still under way from before. Each good
/// answer then allows one more at once, so that the throng does not come back in one piece.
#[derive(Debug)]
pub(super) struct InFlight {
    most: u32,
    /// How many of the calls that were let through since the last 429 may be under way.
    max_in_flight: u32,
    since: u32,
    before: u32,
    /// Counts the 429s, so that a call that ends is taken off the right number.
    epoch: u64,
}

impl InFlight {
    pub fn new(most: u32) -> Self {
        Self { most, max_in_flight: most, since: 0, before: 0, epoch: 0 }
    }

    pub fn has_room(&self) -> bool {
        self.since < self.max_in_flight && self.since.saturating_add(self.before) < self.most
    }

    /// The epoch to leave with.
    pub fn enter(&mut self) -> u64 {
        self.since += 1;
        self.epoch
    }

    pub fn leave(&mut self, epoch: u64) {
        let calls = if epoch == self.epoch { &mut self.since } else { &mut self.before };
        *calls = calls.saturating_sub(1);
    }

    pub fn on_throttled(&mut self) {
        self.epoch += 1;
        self.before = self.before.saturating_add(self.since);
        self.since = 0;
        self.max_in_flight = 1;
    }

    pub fn on_success(&mut self) {
        // While there are calls from before, it may be the answer to one of them, which says nothing.
        if self.before == 0 {
            self.max_in_flight = self.max_in_flight.saturating_add(1).min(self.most);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn enter_all(calls: &mut InFlight) -> Vec<u64> {
        std::iter::from_fn(|| calls.has_room().then(|| calls.enter())).collect()
    }

    fn leave_all(calls: &mut InFlight, epochs: Vec<u64>) {
        for epoch in epochs {
            calls.leave(epoch);
        }
    }

    #[test]
    fn after_a_429_one_at_a_time_then_one_more_with_each_good_answer() {
        let mut calls = InFlight::new(3);
        let epochs = enter_all(&mut calls);
        assert_eq!(epochs.len(), 3);
        calls.on_throttled();
        assert!(!calls.has_room(), "three are still under way");
        leave_all(&mut calls, epochs);
        for max_in_flight in [1, 2, 3, 3] {
            let epochs = enter_all(&mut calls);
            assert_eq!(epochs.len(), max_in_flight);
            calls.on_success();
            leave_all(&mut calls, epochs);
        }
    }

    #[test]
    fn a_new_429_starts_over() {
        let mut calls = InFlight::new(9);
        for _ in 0..5 {
            calls.on_throttled();
            let epoch = calls.enter();
            assert!(!calls.has_room());
            calls.on_success();
            calls.leave(epoch);
        }
        assert_eq!(enter_all(&mut calls).len(), 2);
    }

    #[test]
    fn the_answer_to_a_call_from_before_the_429_says_nothing() {
        let mut calls = InFlight::new(4);
        let [throttled, slow] = [calls.enter(), calls.enter()];
        calls.on_throttled();
        calls.leave(throttled);
        let epoch = calls.enter();
        calls.on_success();
        calls.leave(slow);
        assert!(!calls.has_room());
        calls.on_success();
        calls.leave(epoch);
        assert_eq!(enter_all(&mut calls).len(), 2);
    }
}
