//! When an upload is an error and when only its report tells; where it stops; and how rows are found and sent again.

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll},
};

use futures_core::Stream;
use planhat_sdk::{
    BulkReport, Company, CompanyPatch, Effect, Error, ErrorKind, ExternalId, Failure, IngestReport, NewCompany,
    NewMetric, Outcome,
};
use planhat_tests::wire::{Act, Seen, Server, answer, broken};
use serde_json::{Value, json};

use crate::client;

fn keyed(key: &str) -> CompanyPatch {
    CompanyPatch::new().external_id(ExternalId::new(key)).name("same")
}

fn numbered(rows: usize) -> Vec<CompanyPatch> {
    (0..rows).map(|row| keyed(&format!("e{row}"))).collect()
}

fn unkeyed(rows: usize) -> Vec<NewCompany> {
    (0..rows).map(|row| NewCompany::new(format!("n{row}"))).collect()
}

fn rows_of(request: &Seen) -> Vec<Value> {
    request.json().unwrap().as_array().unwrap().clone()
}

fn created(request: &Seen) -> Act {
    let rows = rows_of(request);
    let keys: Vec<_> = rows.iter().map(|row| json!({"_id": "1", "externalId": row["externalId"]})).collect();
    answer(200, &json!({"created": rows.len(), "updated": 0, "nonupdates": 0, "insertsKeys": keys}).to_string())
}

/// Creates every row except those with these external ids, which it complains about.
fn created_except(request: &Seen, bad: impl Fn(&str) -> bool) -> Act {
    let (bad, good): (Vec<_>, Vec<_>) =
        rows_of(request).into_iter().partition(|row| bad(row["externalId"].as_str().unwrap()));
    let keys: Vec<_> = good.iter().map(|row| json!({"_id": "1", "externalId": row["externalId"]})).collect();
    let errors: Vec<_> = bad.iter().map(|row| json!({"externalId": row["externalId"], "message": "no name"})).collect();
    let response = json!({"created": good.len(), "updated": 0, "nonupdates": 0, "insertsKeys": keys,
        "createdErrors": errors});
    answer(206, &response.to_string())
}

fn report_of(error: &Error) -> &BulkReport<Company> {
    error.report().unwrap_or_else(|| panic!("no report: {error}"))
}

fn effects(report: &BulkReport<Company>) -> Vec<Effect> {
    report.failures().map(|row| row.failure().effect).collect()
}

#[tokio::test]
async fn an_upload_whose_every_row_failed_for_one_reason_is_an_error_that_holds_the_report() {
    let no_permission = r#"{"created": 0, "updated": 0, "nonupdates": 0, "permissionErrors": ["may not create"]}"#;
    for (status, body, kind) in [
        (401, "no", ErrorKind::Unauthorized),
        (403, "may not create", ErrorKind::Forbidden),
        (403, no_permission, ErrorKind::Forbidden),
        (404, "no", ErrorKind::NotFound),
    ] {
        let server = Server::start(move |_, _| answer(status, body)).await;
        let error = client(&server).companies().bulk_upsert(numbered(5)).chunk_items(2).await.unwrap_err();
        assert_eq!((error.kind(), error.status(), error.effect()), (kind, Some(status), Effect::Refused));
        let report = report_of(&error);
        assert_eq!((report.totals().failed, report.failures().count()), (5, 5));
        assert!(error.to_string().contains("not written: 5 rows"), "{error}");
        assert!(kind != ErrorKind::Forbidden || error.to_string().contains("403: may not create;"), "{error}");
    }
}

#[tokio::test]
async fn a_row_that_cannot_be_sent_does_not_hide_why_the_others_failed() {
    let server = Server::start(|_, _| answer(401, "no")).await;
    let unsendable = CompanyPatch::new().mrr(f64::NAN);
    let rows = numbered(4).into_iter().chain([unsendable.clone()]);
    let error = client(&server).companies().bulk_upsert(rows).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unauthorized);
    assert_eq!(report_of(&error).totals().failed, 5);
    // Without a call there is no reason but its content.
    let report = client(&server).companies().bulk_upsert([unsendable]).await.unwrap();
    assert_eq!((report.totals().failed, server.seen().len()), (1, 1));
}

#[tokio::test]
async fn an_outage_is_one_reason_however_it_shows_and_its_effect_is_unknown_if_that_of_a_row_is() {
    let server = Server::start(|place, _| if place == 1 { broken() } else { answer(503, "out of order") }).await;
    let upsert = client(&server).companies().bulk_upsert(unkeyed(6)).chunk_items(2);
    let watch = upsert.watch();
    let error = upsert.await.unwrap_err();
    assert_eq!((error.effect(), error.kind()), (Effect::Unknown, ErrorKind::Server));
    assert!(error.to_string().contains("out of order; of unknown outcome: "), "{error}");
    assert_eq!(report_of(&error), &watch.report());
    let totals = watch.report().totals();
    assert!(totals.unknown > 0 && totals.unknown + totals.failed == 6, "{totals}");
}

#[tokio::test]
async fn rows_that_are_refused_for_their_content_are_in_the_report_only() {
    let row_error = r#"{"created": 0, "updated": 0, "nonupdates": 0, "createdErrors": [{"message": "no name"}]}"#;
    for (status, body) in [(206, row_error), (400, row_error), (400, "no name"), (413, "too large"), (422, "no")] {
        let server = Server::start(move |_, _| answer(status, body)).await;
        let report = client(&server).companies().bulk_upsert([keyed("a")]).await;
        let report = report.unwrap_or_else(|error| panic!("{status} {body}: {error}"));
        assert_eq!(report.totals().failed, 1, "{status} {body}");
    }
    let server = Server::start(|_, request| created(request)).await;
    let report = client(&server).companies().bulk_upsert([keyed("a").mrr(f64::NAN)]).await.unwrap();
    assert_eq!((report.totals().failed, report.calls()), (1, 0));
    let failure = report.failures().next().unwrap();
    assert_eq!(failure.keys().collect::<Vec<_>>(), [("externalId", "a")], "also what was not sent has its keys");
    let report = client(&server).companies().bulk_upsert(Vec::<CompanyPatch>::new()).await.unwrap();
    assert_eq!((report.outcomes().count(), report.calls()), (0, 0));
}

#[tokio::test]
async fn several_reasons_or_a_row_that_was_written_are_no_error() {
    let server = Server::start(|place, _| if place == 0 { answer(500, "") } else { answer(401, "no") }).await;
    let report = client(&server).companies().bulk_upsert(unkeyed(6)).chunk_items(2).await.unwrap();
    let (unknown, refused, not_sent) = (Effect::Unknown, Effect::Refused, Effect::NotSent);
    assert_eq!(effects(&report), [unknown, unknown, refused, refused, not_sent, not_sent]);

    let server = Server::start(|place, request| if place == 1 { created(request) } else { answer(500, "") }).await;
    let report = client(&server).companies().bulk_upsert(unkeyed(6)).chunk_items(2).await.unwrap();
    assert_eq!((report.totals().unknown, report.totals().created), (4, 2));
}

#[tokio::test]
async fn a_report_can_be_had_always() {
    let server = Server::start(|_, _| answer(401, "no")).await;
    let report = client(&server).companies().bulk_upsert(numbered(3)).always_report().await.unwrap();
    assert_eq!(report.totals().failed, 3);
    let report = client(&server).metrics().insert(metrics(3)).always_report().await.unwrap();
    assert_eq!(report.totals().failed, 3);
}

#[tokio::test]
async fn an_upload_stops_after_a_number_of_failed_rows_in_a_row() {
    // Of each chunk of two, the second row fails; of the fourth and fifth, both.
    let bad = |key: &str| matches!(key, "e1" | "e3" | "e5" | "e6" | "e7" | "e8" | "e9");
    for (limit, calls) in [(1, 1), (2, 4), (3, 4), (4, 5), (5, 5), (6, 10)] {
        let server = Server::start(move |_, request| created_except(request, bad)).await;
        let upsert = client(&server).companies().bulk_upsert(numbered(20)).chunk_items(2);
        let report = upsert.max_bisect_calls(0).stop_after(limit).await.unwrap();
        assert_eq!((server.seen().len(), report.outcomes().count()), (calls, 20), "{limit}");
        let not_sent: Vec<_> =
            report.retryable().filter(|row| row.failure().effect == Effect::NotSent).map(|row| row.index()).collect();
        assert_eq!(not_sent, (2 * calls..20).collect::<Vec<_>>(), "{limit}");
        let rows = if limit == 1 { "a row failed".to_owned() } else { format!("{limit} rows in a row failed") };
        let stopped = format!("the upload was stopped after {rows}");
        let reason = |row: planhat_sdk::RowFailure<'_>| row.failure().reason == stopped;
        assert!(report.failures().filter(|row| row.index() >= 2 * calls).all(reason), "{report}");
    }
}

#[tokio::test]
async fn rows_that_cannot_be_sent_count_when_an_upload_stops_and_calls_under_way_are_waited_for() {
    let server = Server::start(|_, request| created(request)).await;
    let rows = (0..20).map(|row| if row < 10 { keyed("a").mrr(f64::NAN) } else { keyed(&format!("e{row}")) });
    let report = client(&server).companies().bulk_upsert(rows.collect::<Vec<_>>()).stop_after(3).await.unwrap();
    assert_eq!((server.seen().len(), report.totals().failed), (0, 20));

    let server = Server::start(|place, request| if place == 0 { answer(422, "no") } else { created(request) }).await;
    let upsert = client(&server).companies().bulk_upsert(numbered(20)).chunk_items(2).concurrency(2);
    let report = upsert.stop_after(2).await.unwrap();
    let totals = report.totals();
    assert_eq!(
        (totals.created, totals.failed, totals.unknown),
        (2 * (server.seen().len() - 1), 20 - totals.created, 0)
    );
    assert!(server.seen().len() <= 3, "{report}");
}

#[tokio::test]
async fn an_ingest_stops_and_fails_like_a_bulk_upsert() {
    let server = Server::start(|_, _| answer(500, "out of order")).await;
    let error = client(&server).metrics().insert(metrics(10)).chunk_items(2).stop_after(4).await.unwrap_err();
    assert_eq!((server.seen().len(), error.effect(), error.kind()), (2, Effect::Unknown, ErrorKind::Server));
    assert!(error.to_string().contains("not written: 6 items, of unknown outcome: 4"), "{error}");
    let report: &IngestReport = error.report().unwrap();
    let runs: Vec<_> = report.failures().iter().map(|run| (run.items.clone(), run.failure.effect)).collect();
    assert_eq!(runs, [(0..2, Effect::Unknown), (2..4, Effect::Unknown), (4..10, Effect::NotSent)]);
    assert!(report.retryable().eq(std::iter::once(4..10)));

    // A chunk of which nobody knows which item failed begins the count anew.
    let some = r#"{"processed": 1, "errors": ["no value"]}"#;
    let server = Server::start(move |place, _| if place == 1 { answer(200, some) } else { answer(422, "no") }).await;
    let report = client(&server).metrics().insert(metrics(10)).chunk_items(2).stop_after(4).await.unwrap();
    assert_eq!(server.seen().len(), 4, "{report}");
}

fn metrics(count: usize) -> Vec<NewMetric> {
    (0..count).map(|item| NewMetric::new(format!("d{item}"), 0.5, "e1")).collect()
}

/// A server that takes a limited number of requests.
async fn leaves_after(requests: usize) -> Server {
    Server::start_for(1, move |place, request| match created(request) {
        Act::Answer(response) if place + 1 == requests => Act::AnswerAndClose(response),
        act => act,
    })
    .await
}

#[tokio::test]
async fn an_outage_ends_an_upload_once_and_every_row_comes_back() {
    let server = leaves_after(2).await;
    let upsert = client(&server).companies().bulk_upsert(numbered(5_000)).chunk_items(100).keep_failed_rows();
    let report = upsert.await.unwrap();
    assert_eq!((report.totals().created, report.totals().failed, report.calls()), (200, 4_800, 3));
    assert!(report.failures().all(|row| row.failure().effect == Effect::NotSent && row.keys().count() == 1));

    let server = Server::start(|_, request| created(request)).await;
    let again = client(&server).companies().bulk_upsert(report.retryable_rows().unwrap()).await.unwrap();
    assert_eq!(again.totals().created, 4_800);
    let sent: Vec<Value> = server.seen().iter().flat_map(rows_of).collect();
    let input: Vec<_> = numbered(5_000).iter().map(|row| serde_json::to_value(row).unwrap()).collect();
    assert_eq!(sent, input[200..], "the input in its order");
}

#[tokio::test]
async fn rows_are_kept_only_if_asked_for() {
    let server = Server::start(|_, _| answer(401, "no")).await;
    let error = client(&server).companies().bulk_upsert(numbered(4)).chunk_items(2).await.unwrap_err();
    assert_eq!(report_of(&error).retryable().count(), 4);
    assert_eq!(report_of(&error).retryable_rows().unwrap_err().kind(), ErrorKind::Invalid);
    let upsert = client(&server).companies().bulk_upsert(numbered(4)).chunk_items(2).keep_failed_rows();
    let error = upsert.await.unwrap_err();
    assert_eq!(report_of(&error).retryable_rows().unwrap(), numbered(4));
}

#[tokio::test]
async fn a_row_without_a_key_and_of_unknown_outcome_is_not_among_those_to_send_again() {
    let server = Server::start(|place, request| if place == 0 { broken() } else { created(request) }).await;
    let upsert = client(&server).companies().bulk_upsert(unkeyed(6)).chunk_items(2).keep_failed_rows();
    let report = upsert.await.unwrap();
    assert_eq!(report.retryable_rows().unwrap(), []);
    let doubtful: Vec<_> = report.retry_may_duplicate().map(|row| report.failed_row(row.index()).unwrap()).collect();
    assert_eq!(doubtful, unkeyed(2).into_iter().map(CompanyPatch::from).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_row_that_a_later_one_of_its_key_has_overwritten_is_not_sent_again() {
    let server = Server::start(
        |_, request| if rows_of(request)[0]["name"] == "old" { answer(500, "") } else { created(request) },
    )
    .await;
    let rows = ["a", "b"].map(|key| keyed(key).name("old")).into_iter().chain([keyed("a").name("new"), keyed("c")]);
    let upsert = client(&server).companies().bulk_upsert(rows.collect::<Vec<_>>()).chunk_items(2).keep_failed_rows();
    let report = upsert.await.unwrap();
    assert_eq!((report.totals().unknown, report.totals().created), (2, 2));
    assert_eq!(report.retryable_rows().unwrap(), [keyed("b").name("old")]);
}

#[tokio::test]
async fn items_of_an_ingest_come_back_if_they_were_certainly_not_taken() {
    let server = Server::start(|place, _| match place {
        0 => broken(),
        _ => answer(401, "the token has been revoked"),
    })
    .await;
    let insert = client(&server).metrics().insert(metrics(9)).chunk_items(2).keep_failed_items();
    let report = insert.await.unwrap();
    assert_eq!(report.retryable_items::<NewMetric>().unwrap(), metrics(9)[2..]);
    assert!(report.retry_may_duplicate().eq(std::iter::once(0..2)));
    assert_eq!(report.failed_item(1), Some(metrics(2).remove(1)));
    let error = client(&server).metrics().insert(metrics(9)).chunk_items(2).await.unwrap_err();
    let report: &IngestReport = error.report().unwrap();
    assert_eq!(report.retryable_items::<NewMetric>().unwrap_err().kind(), ErrorKind::Invalid);
}

/// Rows without an end.
struct Endless(Arc<AtomicUsize>);

impl Stream for Endless {
    type Item = CompanyPatch;

    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<CompanyPatch>> {
        Poll::Ready(Some(keyed(&format!("e{}", self.0.fetch_add(1, Ordering::SeqCst)))))
    }
}

#[tokio::test]
async fn an_input_without_an_end_is_left_also_if_failed_rows_are_kept() {
    let server = Server::start(|_, _| answer(401, "no")).await;
    let count = Arc::new(AtomicUsize::new(0));
    let upsert = client(&server).companies().bulk_upsert_stream(Endless(Arc::clone(&count))).chunk_items(2);
    let error = upsert.keep_failed_rows().await.unwrap_err();
    let taken = count.load(Ordering::SeqCst);
    assert!(taken < 20, "{taken}");
    assert_eq!(report_of(&error).retryable_rows().unwrap(), numbered(taken));
}

#[tokio::test]
async fn every_failed_row_names_its_keys_whatever_it_failed_for() {
    let key = |outcome: &Outcome<Company>, failure: fn(&Failure) -> bool| match outcome {
        Outcome::Failed(reason) | Outcome::Unknown(reason) => failure(reason),
        _ => false,
    };
    let server = Server::start(|place, request| match place {
        0 => created_except(request, |key| key == "e1"),
        1 => answer(422, "too bad"),
        _ => answer(401, "no"),
    })
    .await;
    let upsert = client(&server).companies().bulk_upsert(numbered(6)).chunk_items(2).keep_failed_rows();
    let report = upsert.await.unwrap();
    let keys: Vec<_> = report
        .failures()
        .flat_map(|row| row.keys().map(|(name, text)| (row.index(), name, text)).collect::<Vec<_>>())
        .collect();
    let expected = [(1, "e1"), (2, "e2"), (3, "e3"), (4, "e4"), (5, "e5")];
    assert_eq!(keys, expected.map(|(index, text)| (index, "externalId", text)));
    assert!(key(report.outcome(1).unwrap(), |failure| failure.reason == "no name"));
}
