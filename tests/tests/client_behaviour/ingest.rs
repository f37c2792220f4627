//! Events and data points: in as few calls as their bytes allow, and nothing twice.

use std::sync::Arc;

use planhat_sdk::{BulkActivity, Effect, ErrorKind, NewMetric};
use planhat_tests::wire::{Act, Seen, Server, answer, bytes};
use serde_json::json;
use tokio::sync::Barrier;

use crate::client;

fn metric(dimension: &str) -> NewMetric {
    NewMetric::new(dimension, 1.0, "e1")
}

fn items(request: &Seen) -> usize {
    request.json().unwrap().as_array().unwrap().len()
}

#[tokio::test]
async fn calls_are_filled_to_the_true_size_whatever_the_largest_item() {
    let server = Server::start(|_, _| answer(200, "")).await;
    let small = |count: usize| (0..count).map(|_| metric("d"));
    let large = metric(&"x".repeat(20_000));
    let all = small(500).chain([large]).chain(small(500));
    let report = client(&server).metrics().insert(all).chunk_bytes(100_000).await.unwrap();
    let one = serde_json::to_vec(&metric("d")).unwrap().len() + 1;
    let bytes = 1_000 * one + 20_000 + one;
    assert_eq!(report.calls(), bytes.div_ceil(100_000));
    let requests = server.seen();
    assert!(requests.iter().all(|request| request.body.len() <= 100_000));
    assert_eq!(requests.iter().map(items).sum::<usize>(), 1_001);
    assert_eq!(report.totals().accepted, 1_001);
}

#[tokio::test]
async fn items_can_be_limited_and_sent_at_once() {
    let barrier = Arc::new(Barrier::new(2));
    let server = Server::start(move |_, _| {
        let barrier = Arc::clone(&barrier);
        Act::Later(Box::pin(async move { _ = barrier.wait().await }), bytes(200, &[], ""))
    })
    .await;
    let activities = (0..8).map(|user| BulkActivity::with_email(format!("{user}@example.com")));
    let report = client(&server).activities().track_bulk(activities).chunk_items(2).concurrency(2).await.unwrap();
    assert_eq!((report.calls(), report.totals().accepted), (4, 8));
    assert!(server.seen().iter().all(|request| items(request) == 2));
}

#[tokio::test]
async fn a_call_that_fails_costs_its_own_items_only() {
    let server = Server::start(|place, request| match place {
        1 => answer(500, "out of order"),
        _ => answer(200, &json!({"processed": items(request), "errors": []}).to_string()),
    })
    .await;
    let all = (0..6).map(|_| metric("d"));
    let report = client(&server).metrics().insert(all).chunk_items(2).await.unwrap();
    let totals = report.totals();
    assert_eq!((totals.accepted, totals.failed, totals.unknown, server.seen().len()), (4, 0, 2, 3));
    let failure = &report.failures()[0];
    assert_eq!((failure.items.clone(), failure.failure.effect), (2..4, Effect::Unknown));
    assert!(report.into_result().unwrap_err().to_string().contains("out of order"));
}

#[tokio::test]
async fn an_answer_of_a_proxy_is_no_sign_that_items_were_taken() {
    let server = Server::start(|_, _| answer(200, "<html>a proxy</html>")).await;
    let report = client(&server).metrics().insert([metric("d")]).always_report().await.unwrap();
    assert_eq!((report.totals().accepted, report.totals().unknown, server.seen().len()), (0, 1, 1));
}

#[tokio::test]
async fn a_token_that_is_wrong_is_an_error_and_one_that_stops_working_loses_no_item() {
    let server = Server::start(|_, _| answer(401, "no")).await;
    let all = || (0..6).map(|_| metric("d"));
    let error = client(&server).metrics().insert(all()).chunk_items(2).await.unwrap_err();
    assert_eq!((error.kind(), server.seen().len()), (ErrorKind::Unauthorized, 1));

    let server = Server::start(|place, _| if place == 0 { answer(200, "") } else { answer(401, "no") }).await;
    let report = client(&server).metrics().insert(all()).chunk_items(2).await.unwrap();
    let totals = report.totals();
    assert_eq!((totals.accepted, totals.failed, totals.unknown, server.seen().len()), (2, 4, 0, 2));
    let effects: Vec<_> = report.failures().iter().map(|run| (run.items.clone(), run.failure.effect)).collect();
    assert_eq!(effects, [(2..4, Effect::Refused), (4..6, Effect::NotSent)]);
}

#[tokio::test]
async fn an_item_that_cannot_be_sent_fails_alone() {
    let server = Server::start(|_, _| answer(200, "")).await;
    let all = [metric("d"), NewMetric::new("d", f64::NAN, "e1"), metric("d"), metric(&"x".repeat(900)), metric("d")];
    let report = client(&server).metrics().insert(all).chunk_bytes(500).await.unwrap();
    let failed: Vec<_> = report.failures().iter().map(|run| run.items.clone()).collect();
    assert_eq!((failed, report.totals().accepted, report.calls()), (vec![1..2, 3..4], 3, 1));
}

#[tokio::test]
async fn whoever_stops_waiting_still_learns_what_was_taken() {
    let server = Server::start(|place, _| if place == 0 { answer(200, "") } else { Act::Hang }).await;
    let upsert = client(&server).metrics().insert((0..100).map(|_| metric("d"))).chunk_items(2);
    let watch = upsert.watch();
    tokio::select! {
        _ = upsert.into_future() => panic!("it hangs"),
        () = server.wait_for(2) => {}
    }
    let report = watch.report();
    assert_eq!(report.totals().accepted, 2);
    let effects: Vec<_> = report.failures().iter().map(|run| run.failure.effect).collect();
    assert_eq!(effects, [Effect::Unknown, Effect::NotSent]);
}
