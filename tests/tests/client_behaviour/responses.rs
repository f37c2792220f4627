//! A status of success is not enough: the response has to be what the operation answers with.

use std::sync::{Arc, Mutex};

use planhat_sandbox::{Fault, Faults, Sandbox};
use planhat_sdk::{
    BulkActivity, CompanyPatch, Effect, Error, ErrorKind, ExternalId, Id, IngestReport, NewActivity, NewCompany,
    NewMetric, Planhat, RetryPolicy, SegmentCall,
};
use planhat_tests::wire::{Act, Server, answer};
use proptest::{
    prelude::{Just, Strategy, any, prop_oneof},
    strategy::ValueTree,
    test_runner::TestRunner,
};
use serde_json::{Value, json};

use crate::{builder, client};

/// Bodies that are no record.
const NO_RECORDS: [&str; 14] = [
    "{}",
    r#"{"error": "no permission"}"#,
    r#"{"message": "no permission"}"#,
    r#"{"success": false}"#,
    r#"{"_id": "", "name": "Acme"}"#,
    r#"{"_id": null}"#,
    r#"{"name": "Acme"}"#,
    "[]",
    r#"[{"_id": "c1"}]"#,
    "null",
    "7",
    r#""no permission""#,
    "no permission",
    "<html><body>maintenance</body></html>",
];

/// Bodies that say of nothing that it was done.
const DENIALS: [&str; 8] = [
    r#"{"error": "no permission"}"#,
    r#"{"message": "no permission"}"#,
    r#"{"success": false}"#,
    r#"{"ok": 0, "n": 1}"#,
    r#""no permission""#,
    "no permission",
    r#"{"n": 1"#,
    "<html><body>maintenance</body></html>",
];

async fn answering(status: u16, body: &'static str) -> (Server, Planhat) {
    let server = Server::start(move |_, _| answer(status, body)).await;
    let planhat = builder(&server).retry(RetryPolicy::none()).build().unwrap();
    (server, planhat)
}

fn new_metric() -> NewMetric {
    NewMetric::new("d", 1.0, "e")
}

fn by_mail() -> NewActivity {
    NewActivity::with_email("a@example.com")
}

#[tokio::test]
async fn what_is_no_record_is_not_the_success_of_a_create_a_get_or_an_update() {
    for body in NO_RECORDS {
        let (_server, planhat) = answering(200, body).await;
        let companies = planhat.companies();
        let get = companies.get(Id::new("c1")).await.expect_err(body);
        let create = companies.create(NewCompany::new("Acme")).await.expect_err(body);
        let update = companies.update(Id::new("c1"), CompanyPatch::new().name("B")).await.expect_err(body);
        for error in [&get, &create, &update] {
            assert_eq!((error.kind(), error.status(), error.body()), (ErrorKind::Decode, Some(200), body.as_bytes()));
            if body.contains("no permission") {
                assert!(error.to_string().contains("no permission"), "{error}");
            }
        }
        for error in [create, update] {
            assert_eq!(error.effect(), Effect::Unknown, "{body}: {error}");
        }
    }
}

#[tokio::test]
async fn the_record_that_a_call_names_is_the_one_that_must_come() {
    let (_server, planhat) = answering(200, r#"{"_id": "c2"}"#).await;
    let companies = planhat.companies();
    let error = companies.get(Id::new("c1")).await.unwrap_err();
    assert!(error.to_string().contains("another record, `c2`"), "{error}");
    let error = companies.update(Id::new("c1"), CompanyPatch::new().name("B")).await.unwrap_err();
    assert_eq!((error.kind(), error.effect()), (ErrorKind::Decode, Effect::Unknown));
    let error = companies.delete(Id::new("c1")).await.unwrap_err();
    assert_eq!((error.kind(), error.effect()), (ErrorKind::Decode, Effect::Unknown));
    // A key of the caller's says nothing about the `_id`.
    for id in ["extid-7", "srcid-7", "c2"] {
        assert_eq!(companies.get(Id::new(id)).await.unwrap().id().as_str(), "c2");
    }
    assert_eq!(companies.get(ExternalId::new("7")).await.unwrap().id().as_str(), "c2");
    assert_eq!(companies.create(NewCompany::new("Acme")).await.unwrap().id().as_str(), "c2");
}

#[tokio::test]
async fn hexadecimal_ids_are_the_same_in_either_case() {
    let (_server, planhat) = answering(200, r#"{"_id": "61006bc89a3e0b702ed8ea49"}"#).await;
    planhat.companies().get(Id::new("61006BC89A3E0B702ED8EA49")).await.unwrap();
}

#[tokio::test]
async fn a_record_that_came_and_cannot_be_read_was_written() {
    let server = Server::start(|_, _| answer(200, r#"{"_id": "c1", "mrr": {"a": 1}}"#)).await;
    let planhat = builder(&server).strict_decoding(true).build().unwrap();
    let error = planhat.companies().create(NewCompany::new("Acme")).await.unwrap_err();
    assert_eq!((error.kind(), error.effect()), (ErrorKind::Decode, Effect::Applied), "{error}");
    assert!(error.to_string().contains("mrr"), "{error}");
}

#[tokio::test]
async fn a_record_behind_a_byte_order_mark_or_with_a_broken_letter_is_a_record() {
    for body in [&b"\xef\xbb\xbf{\"_id\": \"c1\"}"[..], b"{\"_id\": \"c1\", \"name\": \"a\xff\tb\"}"] {
        let mut response = format!("HTTP/1.1 200 Scripted\r\ncontent-length: {}\r\n\r\n", body.len()).into_bytes();
        response.extend_from_slice(body);
        let server = Server::start(move |_, _| Act::Answer(response.clone())).await;
        let company = client(&server).companies().get(Id::new("c1")).await.unwrap();
        assert_eq!((company.id().as_str(), server.seen().len()), ("c1", 1));
    }
}

#[tokio::test]
async fn a_status_that_says_it_all_needs_no_body() {
    for (status, effect) in [(200, Effect::Unknown), (201, Effect::Applied), (204, Effect::Applied)] {
        let (_server, planhat) = answering(status, "").await;
        let error = planhat.companies().create(NewCompany::new("Acme")).await.unwrap_err();
        assert_eq!((error.kind(), error.effect()), (ErrorKind::Decode, effect), "{status}: {error}");
        planhat.companies().delete(Id::new("c1")).await.unwrap();
    }
}

#[tokio::test]
async fn a_delete_succeeds_with_what_is_documented_only() {
    for (body, count) in [
        ("", None),
        ("{}", None),
        (r#"{"_id": "c1", "name": "Acme"}"#, None),
        (r#"{"n": 1, "ok": 1}"#, Some(1)),
        (r#"{"n": 1, "ok": 1, "deletedCount": 1}"#, Some(1)),
        (r#"{"n": 0, "ok": 1, "deletedCount": 0}"#, Some(0)),
    ] {
        let (_server, planhat) = answering(200, body).await;
        assert_eq!(planhat.companies().delete(Id::new("c1")).await.expect(body).count, count, "{body}");
    }
    for body in DENIALS.into_iter().chain(["[]", "7", r#"{"name": "Acme"}"#]) {
        let (_server, planhat) = answering(200, body).await;
        let error = planhat.companies().delete(Id::new("c1")).await.expect_err(body);
        assert_eq!((error.kind(), error.effect()), (ErrorKind::Decode, Effect::Unknown), "{body}: {error}");
    }
}

#[tokio::test]
async fn an_ingest_is_of_unknown_outcome_if_the_response_is_an_error_or_a_page() {
    for body in DENIALS {
        let (_server, planhat) = answering(200, body).await;
        let many = planhat.activities().track_bulk([BulkActivity::with_email("a@example.com")]);
        let many = many.always_report().await.unwrap();
        let metrics = planhat.metrics().insert([new_metric(), new_metric()]).always_report().await.unwrap();
        assert_eq!((many.totals().accepted, many.totals().unknown), (0, 1), "{body}");
        assert_eq!((metrics.totals().accepted, metrics.totals().unknown), (0, 2), "{body}");
        let one = planhat.activities().track(by_mail()).await.expect_err(body);
        let segment = planhat.activities().segment(SegmentCall::new("track")).await.expect_err(body);
        let copy = planhat.time_entries().duplicate([Id::new("t1")]).await.expect_err(body);
        for error in [one, segment, copy] {
            assert_eq!((error.kind(), error.effect()), (ErrorKind::Decode, Effect::Unknown), "{body}: {error}");
        }
    }
    for body in ["", "{}", "null", "[]", r#"{"processed": 1, "errors": []}"#, r#"{"success": true}"#] {
        let (_server, planhat) = answering(200, body).await;
        let many = planhat.activities().track_bulk([BulkActivity::with_email("a@example.com")]).await.unwrap();
        assert_eq!(many.totals().accepted, 1, "{body}");
        planhat.activities().track(by_mail()).await.expect(body);
        planhat.activities().segment(SegmentCall::new("track")).await.expect(body);
    }
}

#[tokio::test]
async fn an_item_that_was_not_processed_is_not_the_success_of_a_call_for_one() {
    for body in [r#"{"processed": 0, "errors": ["no such user"]}"#, r#"{"errors": ["no such user"]}"#] {
        let (_server, planhat) = answering(200, body).await;
        let error = planhat.activities().track(by_mail()).await.expect_err(body);
        assert!(error.effect() == Effect::Unknown && error.to_string().contains("no such user"), "{error}");
    }
}

#[tokio::test]
async fn a_list_tells_what_the_server_says_instead() {
    let (_server, planhat) = answering(200, r#"{"error": "no permission"}"#).await;
    let error = planhat.companies().list().collect().await.unwrap_err();
    assert!(error.kind() == ErrorKind::Decode && error.to_string().contains("no permission"), "{error}");
}

#[tokio::test]
async fn what_is_not_json_is_asked_for_again_and_what_the_server_says_in_json_is_not() {
    let good = r#"{"_id": "c1"}"#;
    for (body, requests) in [("maintenance", 2), ("<html></html>", 2), ("", 2), (r#"{"error": "no"}"#, 1), ("{}", 1)] {
        let server = Server::start(move |place, _| answer(200, if place == 0 { body } else { good })).await;
        let outcome = client(&server).companies().get(Id::new("c1")).await;
        assert_eq!((outcome.is_ok(), server.seen().len()), (requests == 2, requests), "{body}");
        let server = Server::start(move |_, _| answer(200, body)).await;
        client(&server).companies().create(NewCompany::new("Acme")).await.expect_err(body);
        assert_eq!(server.seen().len(), 1, "{body}");
    }
}

#[tokio::test]
async fn the_sandbox_plays_a_body_of_ones_own() {
    let fault = Fault::Body(200, r#"{"error": "no permission"}"#.to_owned());
    let sandbox = Sandbox::builder().faults(Faults::new().on("companies.create", 1, fault)).start().await.unwrap();
    let planhat = Planhat::builder().base_url(sandbox.api_url()).api_token(sandbox.api_token()).build().unwrap();
    let error = planhat.companies().create(NewCompany::new("Acme")).await.unwrap_err();
    assert_eq!(error.effect(), Effect::Unknown);
    assert!(error.to_string().contains("no permission"), "{error}");
    planhat.companies().create(NewCompany::new("Acme")).await.unwrap();
    assert_eq!(sandbox.records("Company").len(), 1);
}

/// A response of success: JSON of the words that matter, or something else.
fn body() -> impl Strategy<Value = String> {
    let names = [
        "_id",
        "error",
        "message",
        "success",
        "ok",
        "n",
        "deletedCount",
        "processed",
        "errors",
        "created",
        "updatedErrors",
        "name",
    ];
    let leaf = prop_oneof![
        Just(json!("c1")),
        Just(json!("c2")),
        Just(json!("")),
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (0_u8..3).prop_map(Value::from),
        Just(json!([])),
        Just(json!(["no permission"])),
        Just(json!({"message": "no permission"})),
    ];
    let field = (proptest::sample::select(names.to_vec()), leaf.clone());
    let object = proptest::collection::vec(field, 0..4)
        .prop_map(|fields| Value::Object(fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()));
    let json =
        prop_oneof![8 => object.clone(), 1 => leaf, 1 => proptest::collection::vec(object, 0..3).prop_map(Value::from)];
    let text = json.prop_map(|json| json.to_string());
    let cut = (text.clone(), any::<proptest::sample::Index>()).prop_map(|(text, end)| {
        let end = end.index(text.len() + 1);
        text.get(..end).unwrap_or_default().to_owned()
    });
    prop_oneof![10 => text, 2 => cut, 1 => Just("<html></html>".to_owned()), 1 => "[ -~]{0,20}"]
}

/// Whether somebody who reads the body would say that something went wrong.
fn complains(json: &Value) -> bool {
    let is_no = |name: &str| json[name] == false || json[name] == 0;
    let error = &json["error"];
    let has_error = !(error.is_null() || *error == false || *error == 0 || *error == "" || *error == json!([]));
    is_no("success") || is_no("ok") || has_error || json.is_string() || *json == false
}

/// The effects of calls that did not end well must not be those of calls that came to nothing.
fn check_failure(body: &str, error: &Error, writes: bool) {
    assert_eq!(error.kind(), ErrorKind::Decode, "{body}: {error}");
    if writes {
        assert!(matches!(error.effect(), Effect::Unknown | Effect::Applied), "{body}: {error}");
    }
}

fn accepted(report: Result<IngestReport, Error>) -> usize {
    report.map_or(0, |report| report.totals().accepted)
}

#[tokio::test]
async fn no_body_of_any_form_is_a_success_that_it_does_not_say() {
    let factor: u32 = std::env::var("PLANHAT_LONG").ok().and_then(|factor| factor.parse().ok()).unwrap_or(1);
    let current = Arc::new(Mutex::new(String::new()));
    let text = Arc::clone(&current);
    let server = Server::start(move |_, _| answer(200, &text.lock().unwrap())).await;
    let planhat = builder(&server).retry(RetryPolicy::none()).build().unwrap();
    let companies = planhat.companies();
    let mut runner = TestRunner::deterministic();
    for _ in 0..200 * factor {
        let body = body().new_tree(&mut runner).unwrap().current();
        (*current.lock().unwrap()).clone_from(&body);
        let json: Option<Value> = serde_json::from_str(&body).ok();
        let reply = json.clone().unwrap_or_else(|| json!("no JSON"));
        let id = reply.get("_id").and_then(Value::as_str).filter(|id| !id.is_empty());
        let is_empty = body.trim().is_empty();

        let get = companies.get(Id::new("c1")).await;
        let update = companies.update(Id::new("c1"), CompanyPatch::new().name("B")).await;
        let create = companies.create(NewCompany::new("Acme")).await;
        // Numbers and objects are read as ids, too.
        if id.is_some() || reply.get("_id").is_none() {
            for (ended_well, should) in [(get.is_ok(), id == Some("c1")), (create.is_ok(), id.is_some())] {
                // Another field may be unreadable.
                assert!(!ended_well || should, "{body}");
            }
            assert_eq!(update.is_ok(), get.is_ok(), "{body}");
        }
        for (error, writes) in [(get.err(), false), (update.err(), true), (create.err(), true)] {
            if let Some(error) = &error {
                check_failure(&body, error, writes);
            }
        }

        let deleted = companies.delete(Id::new("c1")).await;
        let counts = reply["n"].is_u64() || reply["deletedCount"].is_u64();
        let says_so = is_empty || reply.is_null() || reply == json!({}) || id == Some("c1") || counts;
        if id.is_some() || reply.get("_id").is_none() {
            assert_eq!(
                deleted.is_ok(),
                says_so && (is_empty || id.is_some() || !complains(&reply)),
                "{body}: {deleted:?}"
            );
        }

        let one = planhat.activities().track(by_mail()).await;
        let many = planhat.activities().track_bulk([BulkActivity::with_email("a@example.com")]).await;
        let metrics = planhat.metrics().insert([new_metric()]).await;
        let copy = planhat.time_entries().duplicate([Id::new("t1")]).await;
        let is_wrong = !is_empty && (json.is_none() || complains(&reply));
        for ended_well in [one.is_ok(), accepted(many) > 0, accepted(metrics) > 0, copy.is_ok()] {
            assert!(!(ended_well && is_wrong), "{body}");
        }

        assert!(companies.list().collect().await.is_err() || reply.is_array(), "{body}");
        let report = companies.bulk_upsert([NewCompany::new("Acme")]).await;
        let is_envelope = reply.get("created").is_some() || reply.get("updatedErrors").is_some();
        let written = report.map_or(0, |report| {
            let totals = report.totals();
            totals.created + totals.updated + totals.unchanged
        });
        assert!(written == 0 || is_envelope, "{body}");
    }
}
