//! Bulk upserts: every answer is read, and every record has one outcome.

use std::collections::BTreeSet;

use planhat_sdk::{
    AssetPatch, BulkReport, Company, CompanyPatch, Effect, ErrorKind, ExternalId, Id, NewCompany, Outcome,
};
use planhat_tests::wire::{Act, Seen, Server, answer, broken};
use serde_json::{Value, json};

use crate::client;

fn keyed(key: &str) -> CompanyPatch {
    CompanyPatch::new().external_id(ExternalId::new(key)).name(key)
}

/// What Planhat says when it has created all rows.
fn all_created(request: &Seen) -> Act {
    let rows = request.json().unwrap();
    let rows = rows.as_array().unwrap();
    let keys: Vec<_> = rows
        .iter()
        .enumerate()
        .map(|(place, row)| json!({"_id": format!("id-{place}"), "externalId": row["externalId"]}))
        .collect();
    let ids: Vec<_> = keys.iter().map(|key| key["_id"].clone()).collect();
    let envelope = json!({"created": rows.len(), "insertsKeys": keys, "upsertedIds": ids, "createdErrors": []});
    answer(200, &envelope.to_string())
}

/// Each position has an outcome, and the totals count each once.
fn check_complete(report: &BulkReport<Company>, records: usize) {
    let places: Vec<usize> = report.outcomes().map(|(place, _)| place).collect();
    assert_eq!(places, (0..records).collect::<Vec<_>>());
    let totals = report.totals();
    assert_eq!(totals.created + totals.updated + totals.unchanged + totals.failed + totals.unknown, records);
}

async fn answered(status: u16, envelope: Value, keys: &[&str]) -> BulkReport<Company> {
    let server = Server::start(move |_, _| answer(status, &envelope.to_string())).await;
    let records: Vec<_> = keys.iter().map(|key| keyed(key)).collect();
    let report = client(&server).companies().bulk_upsert(records).keep_responses().max_bisect_calls(0).await.unwrap();
    assert_eq!(server.seen().len(), 1);
    check_complete(&report, keys.len());
    report
}

#[tokio::test]
async fn a_206_tells_of_each_record_what_became_of_it() {
    let envelope = json!({
        "created": 1, "insertsKeys": [{"_id": "1", "externalId": "c"}], "upsertedIds": ["1"],
        "updated": 1, "updatesKeys": [{"_id": "2", "externalId": "a"}], "modified": ["2"],
        "nonupdates": 1,
        "createdErrors": [{"externalId": "d", "message": "name is required"}], "updatedErrors": [],
        "somethingNew": {"kept": true},
    });
    let report = answered(206, envelope, &["a", "b", "c", "d"]).await;
    assert_eq!(report.outcome(0), Some(&Outcome::Updated(Some(Id::new("2")))));
    assert_eq!(report.outcome(1), Some(&Outcome::Unchanged));
    assert_eq!(report.outcome(2), Some(&Outcome::Created(Some(Id::new("1")))));
    let failures: Vec<_> = report.failures().collect();
    assert_eq!((failures.len(), failures[0].index(), failures[0].is_unknown()), (1, 3, false));
    assert!(failures[0].to_string().contains("name is required"), "{}", failures[0]);
    assert_eq!(report.responses()[0].extra["somethingNew"], json!({"kept": true}));
}

#[tokio::test]
async fn a_400_with_an_envelope_is_a_report_and_no_error() {
    let envelope = json!({
        "created": 0, "updated": 0, "nonupdates": 0,
        "createdErrors": [{"externalId": "a", "message": "name is required"}],
        "updatedErrors": ["duplicated externalId b"],
    });
    let report = answered(400, envelope, &["a", "b"]).await;
    assert_eq!((report.totals().failed, report.totals().unknown), (2, 0));
    let reasons: Vec<_> = report.failures().map(|failure| failure.to_string()).collect();
    assert!(reasons[0].contains("name is required") && reasons[1].contains("duplicated"), "{reasons:?}");
    assert!(report.failures().all(|failure| failure.failure().effect == Effect::Refused));
    assert!(report.into_result().unwrap_err().to_string().contains("name is required"));
}

#[tokio::test]
async fn a_403_with_an_envelope_is_a_report_that_says_what_is_not_permitted() {
    let envelope = json!({
        "created": 0, "createdErrors": [], "updated": 1, "updatesKeys": [{"_id": "1", "externalId": "a"}],
        "nonupdates": 0, "permissionErrors": ["no permission to create companies"],
    });
    let report = answered(403, envelope, &["a", "b"]).await;
    assert_eq!(report.outcome(0), Some(&Outcome::Updated(Some(Id::new("1")))));
    let failures: Vec<_> = report.failures().map(|failure| (failure.index(), failure.to_string())).collect();
    assert_eq!(failures.len(), 1);
    assert!(failures[0].0 == 1 && failures[0].1.contains("no permission"), "{failures:?}");
}

/// Every key of the envelope is optional.
#[tokio::test]
async fn an_envelope_of_nothing_but_errors_is_an_envelope() {
    for name in ["createdErrors", "updatedErrors", "permissionErrors", "validationErrors"] {
        for status in [206, 400, 403] {
            let envelope = json!({name: [{"externalId": "a", "message": "not like this"}]});
            let server = Server::start(move |_, _| answer(status, &envelope.to_string())).await;
            let report = client(&server).companies().bulk_upsert([keyed("a")]).always_report().await;
            let report = report.unwrap_or_else(|error| panic!("{status} with {name}: {error}"));
            let failures: Vec<_> = report.failures().map(|failure| failure.to_string()).collect();
            assert_eq!(failures.len(), 1, "{status} with {name}");
            assert!(failures[0].contains("not like this"), "{status} with {name}: {failures:?}");
        }
    }
}

#[tokio::test]
async fn what_an_envelope_does_not_tell_is_unknown_and_never_taken_for_done() {
    let report = answered(206, json!({"created": 1, "createdErrors": ["something failed"]}), &["a", "b"]).await;
    assert_eq!((report.totals().unknown, report.totals().failed), (2, 0));
    let report = answered(200, json!({"created": 0, "updated": 0, "nonupdates": 0}), &["a", "b"]).await;
    assert_eq!(report.totals().unknown, 2);
}

#[tokio::test]
async fn results_are_matched_by_key_and_never_by_position() {
    let inserts = json!([
        {"_id": "3", "externalId": "c"}, {"_id": "1", "externalId": "a"}, {"_id": "2", "externalId": "b"},
    ]);
    let report = answered(200, json!({"created": 3, "insertsKeys": inserts}), &["a", "b", "c"]).await;
    for (place, id) in ["1", "2", "3"].into_iter().enumerate() {
        assert_eq!(report.outcome(place), Some(&Outcome::Created(Some(Id::new(id)))));
    }
}

#[tokio::test]
async fn twelve_thousand_and_one_records_are_three_calls_of_at_most_5000() {
    let server = Server::start(|_, request| all_created(request)).await;
    let records = (0..12_001).map(|record| keyed(&format!("e{record}")));
    let report = client(&server).companies().bulk_upsert(records).await.unwrap();
    let sizes: Vec<_> = server.seen().iter().map(|call| call.json().unwrap().as_array().unwrap().len()).collect();
    assert_eq!((sizes, report.calls()), (vec![5_000, 5_000, 2_001], 3));
    check_complete(&report, 12_001);
    assert_eq!(report.totals().created, 12_001);
    assert_eq!(report.outcome(5_007), Some(&Outcome::Created(Some(Id::new("id-7")))));
}

#[tokio::test]
async fn records_with_and_without_a_key_travel_apart() {
    let server = Server::start(|_, request| all_created(request)).await;
    let records = [
        keyed("a"),
        CompanyPatch::new().name("no key"),
        CompanyPatch::new().name("no key either"),
        CompanyPatch::new().name("b").id(Id::new("c1")),
    ];
    let report = client(&server).companies().bulk_upsert(records).await.unwrap();
    let calls: BTreeSet<Vec<String>> = server.seen().iter().map(names).collect();
    let expected = [vec!["a", "b"], vec!["no key", "no key either"]];
    assert_eq!(calls, expected.map(|call| call.into_iter().map(str::to_owned).collect()).into());
    check_complete(&report, 4);
}

fn names(call: &Seen) -> Vec<String> {
    let rows = call.json().unwrap();
    rows.as_array().unwrap().iter().map(|row| row["name"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_chunk_with_keys_is_sent_again_and_one_without_is_not() {
    for failure in [|| answer(500, "out of order"), broken] {
        let server =
            Server::start(move |place, request| if place == 0 { failure() } else { all_created(request) }).await;
        let report = client(&server).companies().bulk_upsert([keyed("a")]).await.unwrap();
        assert_eq!((server.seen().len(), report.totals().created), (2, 1));

        let server = Server::start(move |_, _| failure()).await;
        let report =
            client(&server).companies().bulk_upsert(["A", "B"].map(NewCompany::new)).always_report().await.unwrap();
        assert_eq!((server.seen().len(), report.totals().unknown), (1, 2));
        check_complete(&report, 2);
    }
}

#[tokio::test]
async fn after_a_chunk_that_failed_the_others_are_still_sent() {
    let server =
        Server::start(|place, request| if place == 1 { answer(422, "too bad") } else { all_created(request) }).await;
    let records = (0..6).map(|record| keyed(&format!("e{record}")));
    let report = client(&server).companies().bulk_upsert(records).chunk_items(2).await.unwrap();
    check_complete(&report, 6);
    let failed: Vec<_> = report.failures().map(|failure| failure.index()).collect();
    assert_eq!((failed, report.totals().created, server.seen().len()), (vec![2, 3], 4, 3));
}

#[tokio::test]
async fn a_token_that_stops_working_ends_the_job_and_no_record_is_lost() {
    let server =
        Server::start(|place, request| if place == 1 { answer(401, "no") } else { all_created(request) }).await;
    let records = (0..10).map(|record| keyed(&format!("e{record}")));
    let report = client(&server).companies().bulk_upsert(records).chunk_items(2).await.unwrap();
    check_complete(&report, 10);
    assert_eq!((report.totals().created, report.totals().failed, server.seen().len()), (2, 8, 2));
}

#[tokio::test]
async fn a_refusal_of_the_first_chunk_is_an_error() {
    for (status, kind) in [(401, ErrorKind::Unauthorized), (403, ErrorKind::Forbidden)] {
        let server = Server::start(move |_, _| answer(status, "no")).await;
        let error = client(&server).companies().bulk_upsert([keyed("a")]).await.unwrap_err();
        assert_eq!((error.kind(), error.effect(), server.seen().len()), (kind, Effect::Refused, 1));
    }
}

#[tokio::test]
async fn two_records_of_one_key_are_never_in_one_call() {
    let server = Server::start(|_, request| all_created(request)).await;
    let records = ["a", "b", "a", "a"].map(keyed);
    let report = client(&server).companies().bulk_upsert(records).await.unwrap();
    let calls: Vec<_> = server.seen().iter().map(names).collect();
    assert_eq!(calls, [vec!["a", "b"], vec!["a"], vec!["a"]]);
    check_complete(&report, 4);
}

#[tokio::test]
async fn nothing_to_send_is_no_call() {
    let server = Server::start(|_, request| all_created(request)).await;
    let report = client(&server).assets().bulk_upsert(Vec::<AssetPatch>::new()).await.unwrap();
    assert_eq!((report.calls(), report.outcomes().count(), server.seen().len()), (0, 0, 0));
}
