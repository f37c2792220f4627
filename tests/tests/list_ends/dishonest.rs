//! Servers that do not page as they say: their lists end with an error, or whole, and never go on for ever.

use planhat_sdk::{Effect, ErrorKind};
use planhat_tests::wire::{Server, answer};
use proptest::prelude::*;

use crate::{
    client, ids,
    model::check,
    world::{Outcome, Pages, World, worlds},
};

/// How many more calls there may be than pages that are read.
fn ahead(world: &World) -> usize {
    world.prefetch.max(1)
}

/// Nothing is missing that was wanted, as far as there is no error.
fn is_whole_or_an_error(world: &World, outcome: &Outcome) -> Result<(), TestCaseError> {
    if outcome.error.is_none() && world.max_pages.is_none() {
        prop_assert_eq!(&outcome.came, &ids(0..world.wanted()));
    }
    Ok(())
}

/// From the beginning: a server that ignores the offset looks like one that has these records there.
fn from_the_start(pages: Pages) -> impl Strategy<Value = World> {
    worlds(Just(pages), false).prop_map(|world| World { offset: 0, ..world })
}

#[test]
fn a_server_that_ignores_the_limit_sends_its_list_once() {
    check(60, worlds(Just(Pages::IgnoresLimit), false), |world, outcome| {
        prop_assert_eq!(&outcome.error, &None);
        if world.max_pages.is_none() {
            prop_assert_eq!(&outcome.came, &ids(world.offset..world.offset + world.wanted()));
        }
        Ok(())
    });
}

#[test]
fn a_server_that_ignores_the_offset_is_recognized_by_its_second_page() {
    check(60, from_the_start(Pages::IgnoresOffset), |world, outcome| {
        is_whole_or_an_error(world, outcome)?;
        // A lone record may come twice.
        let lone = usize::from(world.page_size.min(world.records).min(world.take.unwrap_or(2)) == 1);
        let twice = outcome.came.len() > world.records.min(world.page_size).min(world.cap) + lone;
        prop_assert!(!twice, "{:?}", outcome);
        prop_assert!(outcome.calls <= 2 + lone + ahead(world), "{:?}", outcome);
        Ok(())
    });
}

#[test]
fn a_server_that_ignores_both_sends_its_list_once_or_ends_with_an_error() {
    check(60, from_the_start(Pages::IgnoresBoth), |world, outcome| {
        is_whole_or_an_error(world, outcome)?;
        prop_assert!(outcome.calls <= 3 + 2 * ahead(world), "{:?}", outcome);
        Ok(())
    });
}

#[test]
fn pages_that_alternate_end_with_an_error() {
    // A smaller last request would get another page.
    let worlds = from_the_start(Pages::Alternates).prop_map(|world| World { take: None, ..world });
    check(60, worlds, |world, outcome| {
        let is_full = world.records >= 2 * world.page_size.min(world.cap);
        if is_full && world.max_pages.unwrap_or(3) > 2 {
            prop_assert!(outcome.error.is_some(), "{:?}", outcome);
        }
        prop_assert!(outcome.calls <= 4 + 2 * ahead(world), "{:?}", outcome);
        Ok(())
    });
}

#[test]
fn a_last_page_that_comes_again_and_again_ends_with_an_error() {
    // A smaller last request would get the last record alone, as if another one had been put in front of it.
    let worlds = from_the_start(Pages::RepeatsTheEnd).prop_map(|world| World { take: None, ..world });
    check(60, worlds, |world, outcome| {
        is_whole_or_an_error(world, outcome)?;
        let most = world.records / world.page_size.min(world.cap) + 4 + 2 * ahead(world);
        prop_assert!(outcome.calls <= most, "{:?}", outcome);
        Ok(())
    });
}

#[tokio::test]
async fn the_error_names_operation_and_offset() {
    let page = |from: usize| ids(from..from + 5).into_iter().map(|id| format!(r#"{{"_id": "{id}"}}"#));
    let server =
        Server::start(move |place, _| answer(200, &format!("[{}]", page(place % 2 * 5).collect::<Vec<_>>().join(","))))
            .await;
    let error = client(&server.url()).assets().list().page_size(5).collect().await.unwrap_err();
    assert_eq!((error.kind(), error.effect()), (ErrorKind::Decode, Effect::Applied));
    let text = error.to_string();
    assert!(text.contains("GET /assets") && text.contains("offset 10") && text.contains("same record"), "{text}");
}
