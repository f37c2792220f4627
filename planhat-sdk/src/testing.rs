//! What unit tests of several modules use.

use std::time::Duration;

/// Returns the factor by which `PLANHAT_LONG` multiplies the cases of tests with random input.
pub fn long() -> u32 {
    std::env::var("PLANHAT_LONG").ok().and_then(|factor| factor.parse().ok()).unwrap_or(1)
}

pub fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}
