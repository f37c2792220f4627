//! Errors that do not say which row they are about: it is found out where that is harmless.

use planhat_sdk::{BulkReport, Company, CompanyPatch, Effect, ExternalId, NewCompany, Outcome};
use planhat_tests::wire::{Act, Seen, Server, answer, broken};
use serde_json::{Value, json};

use crate::client;

fn keyed(name: &str, key: usize) -> CompanyPatch {
    CompanyPatch::new().external_id(ExternalId::new(format!("e{key}"))).name(name)
}

/// Rows with keys; those at some places are called `bad`.
fn rows(count: usize, bad: &[usize]) -> Vec<CompanyPatch> {
    (0..count).map(|place| keyed(if bad.contains(&place) { "bad" } else { "good" }, place)).collect()
}

fn count(request: &Seen, name: &str) -> (usize, usize) {
    let rows = request.json().unwrap();
    let rows = rows.as_array().unwrap();
    (rows.len(), rows.iter().filter(|row| row["name"] == name).count())
}

/// A server on which each good row is as it should be, and that complains of bad ones without saying which.
async fn complaining() -> Server {
    Server::start(|_, request| {
        let (rows, bad) = count(request, "bad");
        let errors = vec![Value::from("the name is not allowed"); bad];
        let status = if bad == 0 { 200 } else { 206 };
        let envelope = json!({"created": 0, "updated": 0, "nonupdates": rows - bad, "updatedErrors": errors});
        answer(status, &envelope.to_string())
    })
    .await
}

fn outcomes(report: &BulkReport<Company>) -> String {
    let letter = |(_, outcome): (usize, &Outcome<Company>)| match outcome {
        Outcome::Created(_) => 'c',
        Outcome::Updated(_) => 'u',
        Outcome::Unchanged => '=',
        Outcome::Failed(_) => 'f',
        _ => '?',
    };
    report.outcomes().map(letter).collect()
}

#[tokio::test]
async fn rows_that_an_error_is_about_are_found_by_sending_halves() {
    let server = complaining().await;
    let report = client(&server).companies().bulk_upsert(rows(16, &[3, 11])).await.unwrap();
    assert_eq!(outcomes(&report), "===f=======f====");
    let failure = report.failures().next().unwrap();
    assert!(failure.to_string().contains("not allowed") && !failure.failure().is_temporary, "{failure}");
    // Two paths of four halvings from the same root.
    assert_eq!((server.seen().len(), report.calls()), (15, 15));
}

#[tokio::test]
async fn each_row_is_sent_in_the_order_of_the_input() {
    let server = complaining().await;
    let report = client(&server).companies().bulk_upsert(rows(4, &[0, 3])).await.unwrap();
    assert_eq!(outcomes(&report), "f==f");
    let first = |request: &Seen| request.json().unwrap()[0]["externalId"].clone();
    let firsts: Vec<_> = server.seen().iter().map(first).collect();
    assert_eq!(firsts, ["e0", "e0", "e0", "e1", "e2", "e2", "e3"]);
}

#[tokio::test]
async fn the_search_can_be_limited_and_switched_off() {
    for (most, calls) in [(0, 1), (1, 1), (2, 3), (5, 5)] {
        let server = complaining().await;
        let upsert = client(&server).companies().bulk_upsert(rows(16, &[3])).max_bisect_calls(most);
        let report = upsert.await.unwrap();
        assert_eq!(server.seen().len(), calls, "{most}");
        let totals = report.totals();
        let left = totals.unknown;
        assert_eq!((totals.unchanged, totals.failed), (16 - left, 0), "what is not found is not known");
        assert!(
            left >= 2 && report.failures().all(|row| row.failure().raw == Some(json!(["the name is not allowed"])))
        );
    }
}

#[tokio::test]
async fn rows_without_a_key_are_not_sent_again_to_find_out_more() {
    let server = complaining().await;
    let rows = ["good", "bad", "good"].map(NewCompany::new);
    let report = client(&server).companies().bulk_upsert(rows).await.unwrap();
    assert_eq!((server.seen().len(), outcomes(&report).as_str()), (1, "???"));
}

#[tokio::test]
async fn what_all_rows_failed_for_is_not_searched() {
    let server = complaining().await;
    let report = client(&server).companies().bulk_upsert(rows(3, &[0, 1, 2])).await.unwrap();
    assert_eq!((server.seen().len(), outcomes(&report).as_str()), (1, "fff"));

    let server = Server::start(|_, _| answer(403, r#"{"created": 0, "permissionErrors": ["may not create"]}"#)).await;
    client(&server).companies().bulk_upsert(rows(8, &[])).await.unwrap_err();
    assert_eq!(server.seen().len(), 1, "what is not permitted is not permitted in halves either");
}

/// Takes a request only if it is small enough, and creates what it takes.
fn at_most(rows: usize, request: &Seen) -> Act {
    let sent = request.json().unwrap();
    let sent = sent.as_array().unwrap();
    if sent.len() > rows {
        return answer(413, "too large");
    }
    let keys: Vec<_> = sent.iter().map(|row| json!({"_id": "1", "externalId": row["externalId"]})).collect();
    answer(200, &json!({"created": sent.len(), "updated": 0, "nonupdates": 0, "insertsKeys": keys}).to_string())
}

#[tokio::test]
async fn what_is_too_large_is_sent_in_smaller_requests_with_or_without_keys() {
    let server = Server::start(|_, request| at_most(3, request)).await;
    let report = client(&server).companies().bulk_upsert(rows(10, &[])).await.unwrap();
    assert_eq!(outcomes(&report), "cccccccccc");

    let server = Server::start(|_, request| at_most(1, request)).await;
    let report = client(&server).companies().bulk_upsert(["a", "b", "c"].map(NewCompany::new)).await.unwrap();
    assert_eq!(outcomes(&report), "ccc");
}

#[tokio::test]
async fn a_row_that_has_a_request_refused_does_not_take_the_others_with_it() {
    let server = Server::start(|_, request| match count(request, "bad") {
        (_, 0) => at_most(100, request),
        _ => answer(400, r#"{"message": "name is required"}"#),
    })
    .await;
    let report = client(&server).companies().bulk_upsert(rows(8, &[5])).await.unwrap();
    assert_eq!(outcomes(&report), "cccccfcc");
    let failure = report.failures().next().unwrap();
    assert!(failure.to_string().contains("name is required"), "{failure}");
    assert_eq!(failure.failure().effect, Effect::Refused);
}

#[tokio::test]
async fn a_search_that_is_cut_off_leaves_what_was_known_before() {
    let server = Server::start(|place, request| {
        let (rows, bad) = count(request, "bad");
        let envelope = json!({"created": 0, "updated": 0, "nonupdates": rows - bad, "updatedErrors": ["no"]});
        if place == 0 { answer(206, &envelope.to_string()) } else { answer(401, "the token has been revoked") }
    })
    .await;
    let report = client(&server).companies().bulk_upsert(rows(4, &[1])).await.unwrap();
    // Three of them are as they should be, so that "failed" would not be true.
    assert_eq!(outcomes(&report), "????");
}

#[tokio::test]
async fn a_half_whose_answer_gets_lost_may_have_been_written() {
    let server = Server::start(|place, _| match place {
        0 => answer(400, r#"{"created": 0, "updated": 0, "nonupdates": 0, "createdErrors": ["no"]}"#),
        _ => broken(),
    })
    .await;
    let report = client(&server).companies().bulk_upsert(rows(4, &[])).await.unwrap();
    assert_eq!(outcomes(&report), "????");
}

#[tokio::test]
async fn a_refusal_after_a_lost_answer_does_not_say_that_nothing_was_written() {
    let refused = r#"{"created": 0, "updated": 0, "nonupdates": 0, "permissionErrors": ["may not update"]}"#;
    let server = Server::start(|place, _| if place == 0 { broken() } else { answer(403, refused) }).await;
    let report = client(&server).companies().bulk_upsert(rows(2, &[])).always_report().await.unwrap();
    assert_eq!((outcomes(&report).as_str(), server.seen().len()), ("??", 2), "the first attempt may have created them");
}

#[tokio::test]
async fn a_single_row_that_is_left_open_is_looked_at_too() {
    let server = Server::start(|place, request| match (place, count(request, "good")) {
        (0, _) => {
            let written =
                r#"{"created": 0, "updated": 1, "updatesKeys": [{"externalId": "e0"}], "updatedErrors": ["no"]}"#;
            answer(206, written)
        }
        (_, (rows, _)) => answer(200, &json!({"created": 0, "updated": 0, "nonupdates": rows}).to_string()),
    })
    .await;
    let report = client(&server).companies().bulk_upsert(rows(2, &[])).await.unwrap();
    assert_eq!((outcomes(&report).as_str(), server.seen().len()), ("u=", 2));
}

#[tokio::test]
async fn a_remark_on_a_record_that_was_written_is_kept() {
    let server =
        Server::start(|_, _| answer(200, r#"{"updated": 1, "validationErrors": ["custom.Tier ignored"]}"#)).await;
    let report = client(&server).companies().bulk_upsert(rows(1, &[])).await.unwrap();
    assert_eq!((outcomes(&report).as_str(), report.warnings()), ("u", [json!("custom.Tier ignored")].as_slice()));
}

#[tokio::test]
async fn one_chunk_of_bad_rows_leaves_searches_to_the_others() {
    let server = complaining().await;
    // Half of the first chunk's rows are bad, and one of the second's.
    let bad: Vec<usize> = (0..400).step_by(2).chain([511]).collect();
    let report = client(&server).companies().bulk_upsert(rows(800, &bad)).chunk_items(400).await.unwrap();
    assert!(matches!(report.outcome(511), Some(Outcome::Failed(_))), "{:?}", report.outcome(511));
    assert_eq!(report.outcomes().skip(400).filter(|(_, outcome)| **outcome == Outcome::Unchanged).count(), 399);
}
