//! What is sent again and what is not. A silent duplicate is the worst that could happen.

use std::time::{Duration, Instant};

use planhat_sdk::{
    BulkActivity, CompanyPatch, Effect, Error, ErrorKind, Id, IngestReport, NewActivity, NewCompany, NewMetric,
    Planhat, RetryPolicy,
};
use planhat_tests::wire::{Act, Server, answer, broken, bytes};

use crate::{builder, client, quick};

/// Far more than anything here takes, far less than a wait that should not be.
const SOON: Duration = Duration::from_secs(20);

async fn create(planhat: &Planhat) -> Error {
    planhat.companies().create(NewCompany::new("Acme")).await.unwrap_err()
}

/// Fails that often, then answers.
async fn recovering(failures: usize, failure: fn() -> Act) -> Server {
    Server::start(move |place, _| if place < failures { failure() } else { answer(200, r#"{"_id": "c1"}"#) }).await
}

#[tokio::test]
async fn a_create_is_sent_once_on_a_server_error_and_its_outcome_is_unknown() {
    for status in [500, 502, 503, 504] {
        let server = Server::start(move |_, _| answer(status, r#"{"message": "out of order"}"#)).await;
        let error = create(&client(&server)).await;
        assert_eq!(server.seen().len(), 1, "{status}");
        assert_eq!((error.kind(), error.effect(), error.attempts().len()), (ErrorKind::Server, Effect::Unknown, 1));
        assert!(error.to_string().contains("out of order") && error.to_string().contains("unknown"), "{error}");
    }
}

#[tokio::test]
async fn every_5xx_and_408_and_425_is_sent_again_where_that_is_harmless() {
    for status in [408, 425, 500, 501, 505, 507, 511, 520, 524, 529, 599] {
        let server =
            Server::start(move |place, _| answer(if place % 2 == 0 { status } else { 200 }, r#"{"_id": "c1"}"#)).await;
        let planhat = client(&server);
        planhat.companies().get(Id::new("c1")).await.unwrap();
        planhat.companies().update(Id::new("c1"), CompanyPatch::new().name("B")).await.unwrap();
        assert_eq!(server.seen().len(), 4, "{status}");
        let error = create(&planhat).await;
        assert_eq!((error.status(), server.seen().len()), (Some(status), 5), "{error}");
        assert!(error.is_temporary(), "{error}");
        // RFC 8470: a server that says 425 has not processed the request.
        let effect = if status == 425 { Effect::Refused } else { Effect::Unknown };
        assert_eq!(error.effect(), effect, "{error}");
    }
}

#[tokio::test]
async fn a_redirect_leaves_a_write_unknown_unless_it_says_that_it_was_not_carried_out() {
    for (status, effect) in [
        (301, Effect::Unknown),
        (302, Effect::Unknown),
        (303, Effect::Unknown),
        (304, Effect::Unknown),
        (307, Effect::Refused),
        (308, Effect::Refused),
    ] {
        let server = Server::start(move |_, _| Act::Answer(bytes(status, &[("location", "/elsewhere")], ""))).await;
        let planhat = client(&server);
        assert_eq!(create(&planhat).await.effect(), effect, "{status}");
        let copied = planhat.time_entries().duplicate([Id::new("t1")]).await.unwrap_err();
        assert_eq!(copied.effect(), effect, "{status}");
        let rows = planhat.companies().bulk_upsert([NewCompany::new("Acme")]).await.unwrap();
        assert_eq!(rows.totals().unknown, usize::from(effect == Effect::Unknown), "{status}");
        let read = planhat.companies().get(Id::new("c1")).await.unwrap_err();
        assert_eq!(read.effect(), Effect::Refused, "{status}: reading changes nothing");
        assert_eq!(server.seen().len(), 4, "{status}");
    }
}

#[tokio::test]
async fn a_create_is_sent_once_when_the_connection_breaks_after_it_was_read() {
    let server = Server::start(|_, _| broken()).await;
    let error = create(&client(&server)).await;
    assert_eq!(server.seen().len(), 1);
    assert_eq!((error.kind(), error.effect()), (ErrorKind::Network, Effect::Unknown), "{error}");
}

#[tokio::test]
async fn a_create_is_sent_once_when_no_answer_comes_in_time() {
    let server = Server::start(|_, _| Act::Hang).await;
    let planhat = builder(&server).timeout(Duration::from_millis(200)).build().unwrap();
    let error = create(&planhat).await;
    assert_eq!(server.seen().len(), 1);
    assert_eq!((error.kind(), error.effect()), (ErrorKind::Timeout, Effect::Unknown), "{error}");
}

#[tokio::test]
async fn a_call_has_a_timeout_of_its_own() {
    let server = Server::start(|_, _| Act::Hang).await;
    let planhat = builder(&server).retry(RetryPolicy::none()).build().unwrap();
    let call = planhat.companies().get(Id::new("c1")).timeout(Duration::from_millis(200));
    assert_eq!(call.await.unwrap_err().kind(), ErrorKind::Timeout);
}

#[tokio::test]
async fn a_get_is_sent_again_on_server_errors_and_broken_connections() {
    let truncated = || {
        let mut whole = bytes(200, &[], r#"{"_id": "c1"}"#);
        whole.truncate(whole.len() - 5);
        Act::AnswerAndClose(whole)
    };
    for failure in [|| answer(503, ""), || answer(500, ""), || answer(502, ""), broken, truncated] {
        let server = recovering(2, failure).await;
        let company = client(&server).companies().get(Id::new("c1")).await.unwrap();
        assert_eq!((company.id().as_str(), server.seen().len()), ("c1", 3));
    }
}

#[tokio::test]
async fn a_get_is_sent_again_when_the_connection_closes_before_anything_was_read() {
    let server = Server::start_after_closing(2, |_, _| answer(200, r#"{"_id": "c1"}"#)).await;
    let company = client(&server).companies().get(Id::new("c1")).await.unwrap();
    assert_eq!((company.id().as_str(), server.seen().len()), ("c1", 1));
}

#[tokio::test]
async fn updates_and_deletes_are_sent_again_unchanged() {
    let server = recovering(1, broken).await;
    let planhat = client(&server);
    planhat.companies().update(Id::new("c1"), CompanyPatch::new().name("B")).await.unwrap();
    let seen = server.seen();
    assert_eq!(seen.len(), 2);
    assert_eq!((&seen[0].target, seen[0].json()), (&seen[1].target, seen[1].json()));
    let server = recovering(1, || answer(503, "")).await;
    client(&server).companies().delete(Id::new("c1")).await.unwrap();
    assert_eq!(server.seen().len(), 2);
}

#[tokio::test]
async fn copies_activities_and_metrics_are_sent_once() {
    for failure in [|| answer(503, ""), broken] {
        let server = Server::start(move |_, _| failure()).await;
        let planhat = client(&server);
        let copy = planhat.time_entries().duplicate([Id::new("t1")]).await.unwrap_err();
        let activity = planhat.activities().track(NewActivity::with_email("a@example.com")).await.unwrap_err();
        let many = planhat.activities().track_bulk([BulkActivity::with_email("a@example.com")]).await;
        let metrics = planhat.metrics().insert([NewMetric::new("d", 1.0, "e")]).await;
        assert_eq!((copy.effect(), activity.effect()), (Effect::Unknown, Effect::Unknown));
        for error in [many.unwrap_err(), metrics.unwrap_err()] {
            let report: &IngestReport = error.report().unwrap();
            let totals = report.totals();
            assert_eq!((totals.accepted, totals.failed, totals.unknown), (0, 0, 1));
            let failures = report.failures();
            assert_eq!((failures.len(), failures[0].items.clone()), (1, 0..1));
            assert_eq!(failures[0].failure.effect, Effect::Unknown);
        }
        assert_eq!(server.seen().len(), 4);
    }
}

#[tokio::test]
async fn a_create_is_sent_again_after_429() {
    let server = recovering(2, || answer(429, "")).await;
    let created = client(&server).companies().create(NewCompany::new("Acme")).await.unwrap();
    assert_eq!((created.id().as_str(), server.seen().len()), ("c1", 3));
}

#[tokio::test]
async fn the_pause_that_429_asks_for_is_kept_and_takes_the_place_of_our_own() {
    // Our own pauses would be an hour.
    let hours = RetryPolicy::default()
        .backoff(Duration::from_secs(7_200), Duration::from_secs(7_200))
        .max_elapsed(Duration::from_secs(30_000));
    for (asked, at_least) in [("1", Duration::from_secs(1)), ("0", Duration::ZERO)] {
        let server = Server::start(move |place, _| match place {
            0 => Act::Answer(bytes(429, &[("retry-after", asked)], "")),
            _ => answer(200, r#"{"_id": "c1"}"#),
        })
        .await;
        let planhat = builder(&server).retry(hours.clone()).build().unwrap();
        let started = Instant::now();
        planhat.companies().create(NewCompany::new("Acme")).await.unwrap();
        assert!(started.elapsed() >= at_least && started.elapsed() < SOON, "{:?}", started.elapsed());
        assert_eq!(server.seen().len(), 2);
    }
}

#[tokio::test]
async fn a_pause_may_be_asked_for_as_a_date() {
    let past = "Sun, 06 Nov 1994 08:49:37 GMT";
    let server = Server::start(move |place, _| match place {
        0 => Act::Answer(bytes(429, &[("retry-after", past)], "")),
        _ => answer(200, r#"{"_id": "c1"}"#),
    })
    .await;
    let hour = Duration::from_secs(3_600);
    let policy = RetryPolicy::default().backoff(hour, hour).max_elapsed(2 * hour);
    let planhat = builder(&server).retry(policy).build().unwrap();
    let started = Instant::now();
    planhat.companies().create(NewCompany::new("Acme")).await.unwrap();
    assert!(started.elapsed() < SOON);
}

#[tokio::test]
async fn a_pause_longer_than_our_patience_is_not_waited_for() {
    let server = Server::start(|_, _| Act::Answer(bytes(429, &[("retry-after", "100000")], "slow down"))).await;
    let started = Instant::now();
    let error = create(&client(&server)).await;
    assert!(started.elapsed() < SOON);
    assert_eq!((error.kind(), error.effect()), (ErrorKind::RateLimited, Effect::Refused));
    assert_eq!(error.retry_after(), Some(Duration::from_secs(100_000)));
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn attempts_end_and_are_counted() {
    let server = Server::start(|_, _| answer(429, "slow down")).await;
    let planhat = builder(&server).retry(quick().max_attempts(3)).build().unwrap();
    let error = create(&planhat).await;
    assert_eq!((error.attempts().len(), server.seen().len()), (3, 3));
    assert_eq!((error.kind(), error.effect()), (ErrorKind::RateLimited, Effect::Refused));
    assert!(error.to_string().contains("3 attempts") && error.to_string().contains("slow down"), "{error}");
    assert!(error.is_temporary());
}

#[tokio::test]
async fn refusals_are_not_sent_again() {
    let kinds = [
        (400, ErrorKind::Rejected),
        (401, ErrorKind::Unauthorized),
        (403, ErrorKind::Forbidden),
        (404, ErrorKind::NotFound),
        (413, ErrorKind::Rejected),
    ];
    for (status, kind) in kinds {
        let server = Server::start(move |_, _| answer(status, "no")).await;
        let error = client(&server).companies().get(Id::new("c1")).await.unwrap_err();
        assert_eq!((error.kind(), error.effect(), error.status()), (kind, Effect::Refused, Some(status)));
        assert_eq!(server.seen().len(), 1, "{status}");
        assert!(!error.is_temporary(), "{status}");
    }
}

#[tokio::test]
async fn nobody_there_means_not_sent_also_for_a_create() {
    let url = format!("http://{}", std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap());
    let planhat = Planhat::builder().base_url(url).api_token("token").retry(quick().max_attempts(2)).build().unwrap();
    let error = create(&planhat).await;
    assert_eq!(
        (error.kind(), error.effect(), error.attempts().len()),
        (ErrorKind::Connect, Effect::NotSent, 2),
        "{error}"
    );
}

#[tokio::test]
async fn a_delete_whose_answer_got_lost_is_done_when_the_record_is_gone() {
    let gone = || answer(404, r#"{"message": "no such company"}"#);
    let server = Server::start(move |place, _| if place == 0 { broken() } else { gone() }).await;
    let deleted = client(&server).companies().delete(Id::new("c1")).await.unwrap();
    assert_eq!((deleted.count, server.seen().len()), (None, 2));

    let server = Server::start(move |_, _| gone()).await;
    let error = client(&server).companies().delete(Id::new("c1")).await.unwrap_err();
    assert!(error.is_not_found() && server.seen().len() == 1, "{error}");
}
