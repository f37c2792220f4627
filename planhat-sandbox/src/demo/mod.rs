//! A believable tenant, to have something to look at. The same seed makes the same one, with dates around today.

mod make;
mod plan;

use fastrand::Rng;
use jiff::Timestamp;

use crate::store::{Store, time};

/// Stores the tenant that a seed makes.
pub(crate) fn fill(store: &mut Store, seed: u64, now: Timestamp) {
    let millis = now.as_millisecond();
    // Whoever starts it twice on a day gets the same.
    let today = Timestamp::from_millisecond(millis - millis.rem_euclid(time::DAY)).unwrap_or(now);
    make::Maker::new(store, today, Rng::with_seed(seed), plan::plan()).run();
}
