//! The calls under way, and the way back after a 429.

/// How many calls are under way, and how many may be.
///
/// After a 429, calls are let through one at a time, whatever is still under way from before. Each good
/// answer then allows one more at once, so that the throng does not come back in one piece.
#[derive(Debug)]
pub(super) struct InFlight {
    most: u32,
    /// How many of the calls that were let through since the last 429 may be under way.
    at_once: u32,
    since: u32,
    before: u32,
    /// Counts the 429s, so that a call that ends is taken off the right number.
    era: u64,
}

impl InFlight {
    pub fn new(most: u32) -> Self {
        Self { most, at_once: most, since: 0, before: 0, era: 0 }
    }

    pub fn has_room(&self) -> bool {
        self.since < self.at_once && self.since.saturating_add(self.before) < self.most
    }

    /// The era to leave with.
    pub fn enter(&mut self) -> u64 {
        self.since += 1;
        self.era
    }

    pub fn leave(&mut self, era: u64) {
        let calls = if era == self.era { &mut self.since } else { &mut self.before };
        *calls = calls.saturating_sub(1);
    }

    pub fn was_throttled(&mut self) {
        self.era += 1;
        self.before = self.before.saturating_add(self.since);
        self.since = 0;
        self.at_once = 1;
    }

    pub fn went_well(&mut self) {
        // While there are calls from before, it may be the answer to one of them, which says nothing.
        if self.before == 0 {
            self.at_once = self.at_once.saturating_add(1).min(self.most);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn enter_all(calls: &mut InFlight) -> Vec<u64> {
        std::iter::from_fn(|| calls.has_room().then(|| calls.enter())).collect()
    }

    fn leave_all(calls: &mut InFlight, eras: Vec<u64>) {
        for era in eras {
            calls.leave(era);
        }
    }

    #[test]
    fn after_a_429_one_at_a_time_then_one_more_with_each_good_answer() {
        let mut calls = InFlight::new(3);
        let eras = enter_all(&mut calls);
        assert_eq!(eras.len(), 3);
        calls.was_throttled();
        assert!(!calls.has_room(), "three are still under way");
        leave_all(&mut calls, eras);
        for at_once in [1, 2, 3, 3] {
            let eras = enter_all(&mut calls);
            assert_eq!(eras.len(), at_once);
            calls.went_well();
            leave_all(&mut calls, eras);
        }
    }

    #[test]
    fn a_new_429_starts_over() {
        let mut calls = InFlight::new(9);
        for _ in 0..5 {
            calls.was_throttled();
            let era = calls.enter();
            assert!(!calls.has_room());
            calls.went_well();
            calls.leave(era);
        }
        assert_eq!(enter_all(&mut calls).len(), 2);
    }

    #[test]
    fn the_answer_to_a_call_from_before_the_429_says_nothing() {
        let mut calls = InFlight::new(4);
        let [throttled, slow] = [calls.enter(), calls.enter()];
        calls.was_throttled();
        calls.leave(throttled);
        let era = calls.enter();
        calls.went_well();
        calls.leave(slow);
        assert!(!calls.has_room());
        calls.went_well();
        calls.leave(era);
        assert_eq!(enter_all(&mut calls).len(), 2);
    }
}
