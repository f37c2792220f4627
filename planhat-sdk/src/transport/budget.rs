//! A retry budget: when everything fails, sending everything again makes it worse.

use std::sync::{Mutex, PoisonError};

/// How many of its calls a client sends again at most, all its clones together.
///
/// It is a reserve that each repeated call takes one from, and that each new call fills up again by a
/// share. Calls that Planhat put off with 429 do not count: they wait for the quota, and all others with them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RetryBudget {
    reserve: f64,
    share: f64,
}

impl Default for RetryBudget {
    /// A reserve of 100, filled up by a tenth with each new call.
    fn default() -> Self {
        Self { reserve: 100.0, share: 0.1 }
    }
}

impl RetryBudget {
    /// So many repeated calls in reserve.
    #[must_use]
    pub fn reserve(mut self, calls: u32) -> Self {
        self.reserve = f64::from(calls);
        self
    }

    /// Each new call allows for this share of a repeated one, from 0 to 1; in the long run it is the share of
    /// calls that are sent again.
    #[must_use]
    pub fn share(mut self, share: f64) -> Self {
        self.share = if share.is_finite() { share.clamp(0.0, 1.0) } else { 1.0 };
        self
    }

    /// Never says no.
    #[must_use]
    pub fn unlimited() -> Self {
        Self { reserve: f64::INFINITY, share: 0.0 }
    }
}

/// What is left of a budget.
#[derive(Debug)]
pub(crate) struct Reserve {
    budget: RetryBudget,
    left: Mutex<f64>,
}

impl Reserve {
    pub fn new(budget: RetryBudget) -> Self {
        Self { budget, left: Mutex::new(budget.reserve) }
    }

    /// A new call fills it up.
    pub fn earn(&self) {
        let mut left = self.left.lock().unwrap_or_else(PoisonError::into_inner);
        *left = (*left + self.budget.share).min(self.budget.reserve);
    }

    /// Whether there is one for a repeated call; it is taken then.
    pub fn spend(&self) -> bool {
        let mut left = self.left.lock().unwrap_or_else(PoisonError::into_inner);
        let enough = *left >= 1.0;
        if enough {
            *left -= 1.0;
        }
        enough
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_storm_ends_and_a_calm_refills_the_reserve() {
        let reserve = Reserve::new(RetryBudget::default().reserve(3).share(0.25));
        assert_eq!((0..5).filter(|_| reserve.spend()).count(), 3);
        (0..4).for_each(|_| reserve.earn());
        assert_eq!((0..5).filter(|_| reserve.spend()).count(), 1);
        (0..1_000).for_each(|_| reserve.earn());
        assert_eq!((0..9).filter(|_| reserve.spend()).count(), 3, "it never holds more than its reserve");
    }

    #[test]
    fn without_a_limit_it_never_says_no() {
        let reserve = Reserve::new(RetryBudget::unlimited());
        assert!((0..10_000).all(|_| reserve.spend()));
    }

    #[test]
    fn a_reserve_of_nothing_says_no_to_the_first() {
        assert!(!Reserve::new(RetryBudget::default().reserve(0)).spend());
    }
}
