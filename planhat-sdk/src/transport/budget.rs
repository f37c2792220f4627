//! A retry budget: when everything fails, retrying everything makes it worse.

use std::sync::Mutex;

use crate::lock::lock;

/// A retry budget: a token bucket that caps the retries of a client and all its clones together.
///
/// Each retry takes a token, and each new call puts a fraction of one back. Retries after a 429 are free, since they
/// wait for the rate limit together with all other calls.
///
/// ```
/// use planhat_sdk::{Planhat, RetryBudget};
///
/// let budget = RetryBudget::default().capacity(20).refill_ratio(0.2);
/// let planhat = Planhat::builder().api_token("secret").retry_budget(budget).build()?;
/// # Ok::<(), planhat_sdk::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RetryBudget {
    capacity: f64,
    refill_ratio: f64,
}

impl Default for RetryBudget {
    /// Allows 100 retries, with a refill ratio of 0.1.
    fn default() -> Self {
        Self { capacity: 100.0, refill_ratio: 0.1 }
    }
}

impl RetryBudget {
    /// Sets the number of tokens that the full bucket holds. Defaults to 100.
    #[must_use]
    pub fn capacity(mut self, retries: u32) -> Self {
        self.capacity = f64::from(retries);
        self
    }

    /// Sets the fraction of a token that each new call puts back, from 0 to 1. Defaults to 0.1. In the long run, it is
    /// the highest ratio of retries to calls.
    #[must_use]
    pub fn refill_ratio(mut self, ratio: f64) -> Self {
        self.refill_ratio = if ratio.is_finite() { ratio.clamp(0.0, 1.0) } else { 1.0 };
        self
    }

    /// Creates a budget that allows every retry.
    #[must_use]
    pub fn unlimited() -> Self {
        Self { capacity: f64::INFINITY, refill_ratio: 0.0 }
    }
}

/// The tokens left of a budget.
#[derive(Debug)]
pub(crate) struct TokenBucket {
    budget: RetryBudget,
    tokens: Mutex<f64>,
}

impl TokenBucket {
    pub fn new(budget: RetryBudget) -> Self {
        Self { budget, tokens: Mutex::new(budget.capacity) }
    }

    /// Puts back what a new call is worth.
    pub fn deposit(&self) {
        let mut tokens = lock(&self.tokens);
        *tokens = (*tokens + self.budget.refill_ratio).min(self.budget.capacity);
    }

    /// Takes a token for a retry. Returns whether there was one.
    pub fn withdraw(&self) -> bool {
        let mut tokens = lock(&self.tokens);
        let is_enough = *tokens >= 1.0;
        if is_enough {
            *tokens -= 1.0;
        }
        is_enough
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_storm_ends_and_a_calm_refills_the_bucket() {
        let bucket = TokenBucket::new(RetryBudget::default().capacity(3).refill_ratio(0.25));
        let withdrawn = |most: usize| (0..most).filter(|_| bucket.withdraw()).count();
        assert_eq!(withdrawn(5), 3);
        (0..4).for_each(|_| bucket.deposit());
        assert_eq!(withdrawn(5), 1);
        (0..1_000).for_each(|_| bucket.deposit());
        assert_eq!(withdrawn(9), 3, "it never holds more than its capacity");
    }

    #[test]
    fn an_unlimited_budget_allows_every_retry_and_an_empty_one_none() {
        let unlimited = TokenBucket::new(RetryBudget::unlimited());
        assert!((0..10_000).all(|_| unlimited.withdraw()));
        assert!(!TokenBucket::new(RetryBudget::default().capacity(0)).withdraw());
    }
}
