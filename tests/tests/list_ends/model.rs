//! What honest servers must be asked, by a model of one call after the other.

use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};

use crate::{
    ids,
    world::{Outcome, Pages, Universe, World, is_likely_cap, worlds},
};

/// The number of cases, multiplied by `PLANHAT_LONG`.
pub fn runner(cases: u32) -> TestRunner {
    let factor = std::env::var("PLANHAT_LONG").ok().and_then(|factor| factor.parse().ok()).unwrap_or(1);
    TestRunner::new(Config { cases: cases.saturating_mul(factor), failure_persistence: None, ..Config::default() })
}

/// Checks what comes of each world.
pub fn check(
    cases: u32,
    strategy: impl Strategy<Value = World>,
    property: impl Fn(&World, &Outcome) -> Result<(), TestCaseError>,
) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let universe = runtime.block_on(Universe::start());
    let outcome = |world: &World| runtime.block_on(universe.read(world));
    runner(cases).run(&strategy, |world| property(&world, &outcome(&world))).unwrap();
}

/// How many records come, and in how many calls, if each is made after the one before.
fn expected(world: &World) -> (usize, usize) {
    let (mut at, mut calls, mut pages) = (world.offset, 0, 0);
    let (mut longest, mut before, mut cap) = (0, 0, usize::MAX);
    let end = world.offset + world.take.unwrap_or(usize::MAX - world.offset);
    while at < end && pages < world.max_pages.unwrap_or(usize::MAX) {
        let limit = world.page_size.min(cap).min(end - at);
        let came = limit.min(world.cap).min(world.records.saturating_sub(at));
        calls += 1;
        at += came;
        if came == 0 {
            break;
        }
        pages += 1;
        if came == limit {
            before = 0;
        } else if came == before {
            cap = if came < 10 { cap } else { came };
        } else if world.prove_end || (came >= longest && is_likely_cap(came)) {
            before = came;
        } else {
            break;
        }
        longest = longest.max(came);
    }
    (at - world.offset, calls)
}

#[test]
fn honest_servers_with_likely_caps_send_every_record_once_and_in_order() {
    check(120, worlds(Just(Pages::Honest), false), |world, outcome| {
        let (records, calls) = expected(world);
        prop_assert_eq!(&outcome.error, &None);
        prop_assert_eq!(&outcome.came, &ids(world.offset..world.offset + records));
        let all = world.max_pages.is_some() || records == world.wanted();
        prop_assert!(all, "the model itself loses records");
        // What was asked for ahead at the wrong place is thrown away twice at most: when the first page is short, and at
        // the end.
        let most = calls + 2 * world.prefetch.saturating_sub(1);
        prop_assert!((calls.min(outcome.calls)..=most).contains(&outcome.calls), "{} of {calls}", outcome.calls);
        if world.prefetch < 2 {
            prop_assert_eq!(outcome.calls, calls);
        }
        Ok(())
    });
}

#[test]
fn honest_servers_with_odd_caps_end_early_only_where_it_is_documented() {
    check(120, worlds(Just(Pages::Honest), true), |world, outcome| {
        prop_assert_eq!(&outcome.error, &None);
        let came = outcome.came.len();
        prop_assert_eq!(&outcome.came, &ids(world.offset..world.offset + came));
        let (records, _) = expected(world);
        prop_assert!(came >= records);
        // More is known where a second page was read ahead.
        let has_second = world.prefetch > 1 && world.records - world.offset > world.page_size;
        if world.max_pages.is_none() && (world.prove_end || (has_second && world.take.is_none())) {
            prop_assert_eq!(came, world.wanted());
        }
        Ok(())
    });
}
