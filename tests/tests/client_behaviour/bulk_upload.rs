//! Bulk upserts under way: in order or several at once, from iterators and streams, watched and cut off.

use std::{
    collections::{BTreeSet, VecDeque},
    pin::Pin,
    sync::{Arc, Mutex},
    task::{Context, Poll},
    time::Duration,
};

use futures_core::Stream;
use planhat_sdk::{CompanyPatch, Effect, ExternalId, Outcome, Progress, RetryPolicy, quota::QuotaSettings};
use planhat_tests::wire::{Act, Seen, Server, answer, bytes};
use serde_json::json;
use tokio::sync::{Barrier, mpsc};

use crate::{API_TOKEN, builder, client};

fn keyed(key: &str) -> CompanyPatch {
    CompanyPatch::new().external_id(ExternalId::new(key)).name("same")
}

fn numbered(count: usize) -> impl Iterator<Item = CompanyPatch> {
    (0..count).map(|key| keyed(&format!("e{key}")))
}

fn keys(request: &Seen) -> Vec<String> {
    let rows = request.json().unwrap();
    rows.as_array().unwrap().iter().map(|row| row["externalId"].as_str().unwrap().to_owned()).collect()
}

fn created(request: &Seen) -> Vec<u8> {
    let keys: Vec<_> = keys(request).iter().map(|key| json!({"_id": key, "externalId": key})).collect();
    bytes(200, &[], &json!({"created": keys.len(), "insertsKeys": keys}).to_string())
}

#[tokio::test]
async fn calls_come_one_after_the_other_unless_more_are_asked_for() {
    // It responds only once this number of calls has arrived, and would hang with fewer.
    let barrier = Arc::new(Barrier::new(3));
    let server = Server::start(move |_, request| {
        let barrier = Arc::clone(&barrier);
        Act::Later(Box::pin(async move { _ = barrier.wait().await }), created(request))
    })
    .await;
    let upsert = client(&server).companies().bulk_upsert(numbered(12)).chunk_items(2).concurrency(3);
    assert_eq!(upsert.await.unwrap().totals().created, 12);

    let under_way = Arc::new(Mutex::new(0));
    let server = Server::start(move |_, request| {
        *under_way.lock().unwrap() += 1;
        assert_eq!(*under_way.lock().unwrap(), 1);
        let under_way = Arc::clone(&under_way);
        let done = async move {
            for _ in 0..20 {
                tokio::task::yield_now().await;
            }
            *under_way.lock().unwrap() -= 1;
        };
        Act::Later(Box::pin(done), created(request))
    })
    .await;
    let report = client(&server).companies().bulk_upsert(numbered(12)).chunk_items(2).await.unwrap();
    assert_eq!((report.totals().created, server.seen().len()), (12, 6));
}

#[tokio::test]
async fn records_of_one_key_are_never_under_way_together() {
    let under_way = Arc::new(Mutex::new(BTreeSet::new()));
    let server = Server::start(move |_, request| {
        let keys = keys(request);
        for key in &keys {
            assert!(under_way.lock().unwrap().insert(key.clone()), "{key} is under way twice");
        }
        let (under_way, answer) = (Arc::clone(&under_way), created(request));
        let done = async move {
            for _ in 0..50 {
                tokio::task::yield_now().await;
            }
            assert!(keys.iter().all(|key| under_way.lock().unwrap().remove(key)));
        };
        Act::Later(Box::pin(done), answer)
    })
    .await;
    let order = ["a", "b", "c", "d", "a", "e", "f", "g", "a", "b", "h", "a"];
    let records = order.iter().enumerate().map(|(place, key)| keyed(key).name(format!("{place}")));
    let records: Vec<_> = records.collect();
    let report = client(&server).companies().bulk_upsert(records).chunk_items(2).concurrency(4).await.unwrap();
    assert_eq!(report.totals().created, 12);
    // And each key's records come in their order.
    for key in ["a", "b"] {
        let rows = server.seen().into_iter().flat_map(|call| call.json().unwrap().as_array().unwrap().clone());
        let places: Vec<usize> = rows
            .filter(|row| row["externalId"] == key)
            .map(|row| row["name"].as_str().unwrap().parse().unwrap())
            .collect();
        assert!(places.is_sorted() && places.len() > 1, "{key}: {places:?}");
    }
}

/// What a channel gives, as a stream.
struct Received(mpsc::Receiver<CompanyPatch>);

impl Stream for Received {
    type Item = CompanyPatch;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<CompanyPatch>> {
        self.0.poll_recv(cx)
    }
}

#[tokio::test]
async fn records_may_come_from_a_stream_as_they_are_made() {
    let server = Server::start(|_, request| Act::Answer(created(request))).await;
    let (send, receive) = mpsc::channel(1);
    let upsert = client(&server).companies().bulk_upsert_stream(Received(receive)).chunk_items(3);
    let made = tokio::spawn(async move {
        for record in numbered(8) {
            send.send(record).await.unwrap();
            tokio::task::yield_now().await;
        }
    });
    let report = upsert.await.unwrap();
    made.await.unwrap();
    assert_eq!((report.totals().created, report.calls()), (8, 3));
}

#[tokio::test]
async fn a_stream_that_never_ends_is_left_when_there_is_no_point_in_going_on() {
    let server = Server::start(|place, request| match place {
        0 => Act::Answer(created(request)),
        _ => answer(401, "the token has been revoked"),
    })
    .await;
    let (send, receive) = mpsc::channel(1);
    let endless = tokio::spawn(async move {
        let mut count = 0;
        for record in numbered(usize::MAX) {
            if send.send(record).await.is_err() {
                return count;
            }
            count += 1;
        }
        count
    });
    let report = client(&server).companies().bulk_upsert_stream(Received(receive)).chunk_items(2).await.unwrap();
    let taken = report.outcomes().count();
    assert_eq!((report.totals().created, report.totals().failed), (2, taken - 2));
    // The one in the channel was not taken.
    assert!(endless.await.unwrap() <= taken + 1 && taken < 20, "{taken}");
}

#[tokio::test]
async fn an_iterator_that_never_ends_is_left_too_and_what_was_refused_can_be_sent_again() {
    let server = Server::start(|place, request| match place {
        0 => Act::Answer(created(request)),
        _ => answer(401, "the token has been revoked"),
    })
    .await;
    let endless = (0..).map(|key| keyed(&format!("e{key}")));
    let report = client(&server).companies().bulk_upsert(endless).chunk_items(2).await.unwrap();
    let retryable: Vec<_> = report.retryable().map(|row| row.index()).collect();
    assert_eq!((report.totals().created, report.calls()), (2, 2));
    assert_eq!(retryable, (2..report.outcomes().count()).collect::<Vec<_>>());
}

#[tokio::test]
async fn whoever_stops_waiting_still_learns_what_was_done() {
    let server =
        Server::start(|place, request| if place == 1 { Act::Hang } else { Act::Answer(created(request)) }).await;
    let upsert = client(&server).companies().bulk_upsert(numbered(100)).chunk_items(2);
    let watch = upsert.watch();
    let sent = async { server.wait_for(2).await };
    tokio::select! {
        _ = upsert.into_future() => panic!("it hangs"),
        () = sent => {}
    }
    let report = watch.report();
    let effect = |place| match report.outcome(place) {
        Some(Outcome::Failed(failure) | Outcome::Unknown(failure)) => Some(failure.effect),
        _ => None,
    };
    assert_eq!(report.outcome(1), Some(&Outcome::Created(Some(planhat_sdk::Id::new("e1")))));
    assert_eq!((effect(2), effect(3)), (Some(Effect::Unknown), Some(Effect::Unknown)), "it was under way");
    assert_eq!((effect(4), effect(5)), (Some(Effect::NotSent), Some(Effect::NotSent)), "it was made ready");
    assert_eq!(report.outcome(8), None, "it was not taken from the input");
    let retryable: Vec<_> = report.retryable().map(|row| row.index()).collect();
    assert_eq!(retryable, (2..report.outcomes().count()).collect::<Vec<_>>());
}

#[tokio::test]
async fn what_waits_for_the_quota_when_it_is_dropped_was_not_sent() {
    let server = Server::start(|_, request| Act::Answer(created(request))).await;
    let planhat = planhat_sdk::Planhat::builder().base_url(server.url()).api_token(API_TOKEN);
    let planhat = planhat.quota_settings(QuotaSettings::default().per_minute(1)).build().unwrap();
    let upsert = planhat.companies().bulk_upsert(numbered(4)).chunk_items(2);
    let watch = upsert.watch();
    let done = async {
        while watch.report().totals().created < 2 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    tokio::select! {
        _ = upsert.into_future() => panic!("the second call has to wait for a minute"),
        () = done => {}
    }
    let totals = watch.report().totals();
    assert_eq!((totals.created, totals.failed, totals.unknown, server.seen().len()), (2, 2, 0, 1));
}

#[tokio::test]
async fn what_waits_to_be_sent_again_after_it_came_to_nothing_was_not_sent_either() {
    let hours = RetryPolicy::default().backoff(Duration::from_secs(7_200), Duration::from_secs(7_200));
    let hours = hours.max_elapsed(Duration::from_secs(36_000));
    let put_off = Server::start(|_, _| answer(429, "")).await;
    let broken = Server::start(|_, _| planhat_tests::wire::broken()).await;
    for (server, effect) in [(put_off, Effect::NotSent), (broken, Effect::Unknown)] {
        let planhat = builder(&server).retry(hours.clone()).deadline(Duration::from_secs(36_000)).build().unwrap();
        let upsert = planhat.companies().bulk_upsert(numbered(2));
        let watch = upsert.watch();
        let first_attempt = async {
            while planhat.stats().retries == 0 {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        tokio::select! {
            _ = upsert.into_future() => panic!("it waits for hours"),
            () = first_attempt => {}
        }
        assert!(watch.report().failures().all(|row| row.failure().effect == effect), "{effect}");
        assert_eq!(watch.report().failures().count(), 2);
    }
}

#[tokio::test]
async fn progress_tells_how_far_it_is() {
    let server = Server::start(|_, request| Act::Answer(created(request))).await;
    let reported = Arc::new(Mutex::new(Vec::new()));
    let heard = Arc::clone(&reported);
    let upsert = client(&server).companies().bulk_upsert(numbered(5).collect::<Vec<_>>()).chunk_items(2);
    let report = upsert.on_progress(move |progress| heard.lock().unwrap().push(progress)).await.unwrap();
    assert_eq!(report.totals().created, 5);
    let reported: Vec<_> = reported
        .lock()
        .unwrap()
        .iter()
        .map(|Progress { done, total, calls, in_flight, .. }| (*done, *total, *calls, *in_flight))
        .collect();
    let total = Some(5);
    let made_ready = [(0, total, 0, 2), (2, total, 1, 2), (4, total, 2, 1)];
    let done = [(2, total, 1, 0), (4, total, 2, 0), (5, total, 3, 0)];
    assert_eq!(reported, [made_ready[0], done[0], made_ready[1], done[1], made_ready[2], done[2]]);

    let reported = Arc::new(Mutex::new(VecDeque::new()));
    let heard = Arc::clone(&reported);
    let unknown = numbered(9).filter(|_| true);
    let upsert = client(&server).companies().bulk_upsert(unknown).chunk_items(2).concurrency(2);
    let report = upsert.on_progress(move |progress| heard.lock().unwrap().push_back(progress)).await.unwrap();
    assert_eq!(report.totals().created, 9);
    let reported = reported.lock().unwrap();
    assert!(reported.iter().all(|progress| progress.total.is_none() && progress.in_flight <= 4));
    assert!(reported.iter().any(|progress| progress.in_flight == 4), "two calls at once");
    assert_eq!(reported.back().map(|last| (last.done, last.calls, last.in_flight)), Some((9, 5, 0)));
}

#[tokio::test]
async fn a_record_that_cannot_be_sent_fails_alone() {
    let server = Server::start(|_, request| Act::Answer(created(request))).await;
    let records = [keyed("a"), keyed("b").mrr(f64::NAN), keyed("c").name("x".repeat(2_000)), keyed("d")];
    let report = client(&server).companies().bulk_upsert(records).chunk_bytes(1_000).await.unwrap();
    let failures: Vec<_> = report.failures().map(|row| (row.index(), row.to_string())).collect();
    assert_eq!((failures.len(), failures[0].0, failures[1].0, report.totals().created), (2, 1, 2, 2));
    assert!(failures[0].1.contains("mrr") && failures[1].1.contains("1000"), "{failures:?}");
    assert_eq!(report.retryable().count(), 0);
}

#[tokio::test]
async fn answers_are_kept_only_if_they_are_asked_for() {
    let server = Server::start(|_, request| Act::Answer(created(request))).await;
    let upsert = || client(&server).companies().bulk_upsert(numbered(4)).chunk_items(2);
    assert!(upsert().await.unwrap().responses().is_empty());
    assert_eq!(upsert().keep_responses().await.unwrap().responses().len(), 2);
}
