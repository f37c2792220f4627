//! The sandbox does with single and many records what the table says.

use serde_json::{Value, json};

use crate::{
    plain::{BAD_ID, EXTERNAL_KEY, Plain, SOURCE_KEY, segment, with_keys},
    table::{ALL, Form, MODELS, Model, Verb, json as parse},
};

/// What a bulk answer of the newest kind holds.
const ENVELOPE: [&str; 11] = [
    "created",
    "createdErrors",
    "insertsKeys",
    "modified",
    "nonupdates",
    "permissionErrors",
    "updated",
    "updatedErrors",
    "updatesKeys",
    "upsertedIds",
    "validationErrors",
];

fn with(verb: Verb) -> impl Iterator<Item = &'static Model> {
    MODELS.iter().filter(move |model| model.has(verb))
}

/// Whether everything in a part stands in the whole.
fn holds(whole: &Value, part: &Value) -> bool {
    part.as_object().unwrap().iter().all(|(name, value)| match (&whole[name], value) {
        (Value::Number(one), Value::Number(other)) => one.as_f64() == other.as_f64(),
        (one, other) => one == other,
    })
}

#[tokio::test]
async fn a_create_answers_with_the_stored_record() {
    for model in with(Verb::Create) {
        let plain = Plain::new().await;
        let body = with_keys(model, parse(model.create));
        let (status, record) = plain.call("POST", model.path, Some(body.clone())).await;
        assert_eq!(status, 200, "{}: {record}", model.name);
        assert!(record["_id"].as_str().is_some_and(|id| id.len() == 24), "{}: {record}", model.name);
        assert!(holds(&record, &body), "{}: {record}", model.name);
    }
}

#[tokio::test]
async fn a_create_without_a_required_field_is_refused_and_names_it() {
    let plain = Plain::new().await;
    for model in with(Verb::Create) {
        for missing in model.required {
            let mut body = parse(model.create);
            body.as_object_mut().unwrap().remove(*missing);
            let (status, answer) = plain.call("POST", model.path, Some(body)).await;
            assert_eq!(status, 400, "{} without {missing}: {answer}", model.name);
            assert!(answer["message"].as_str().unwrap().contains(missing), "{}: {answer}", model.name);
        }
        assert!(plain.sandbox.records(model.name).is_empty(), "{}", model.name);
    }
}

#[tokio::test]
async fn each_operation_takes_the_documented_forms_of_id_and_no_other() {
    for model in MODELS {
        let plain = Plain::new().await;
        let id = plain.create_with_keys(model).await;
        for verb in [Verb::Get, Verb::Update, Verb::Delete] {
            for form in Form::ALL.into_iter().filter(|_| model.has(verb)) {
                let takes = model.forms(verb).contains(&form);
                // The last form to try, because nothing comes after a delete; and a server that cannot tell
                // a note from a conversation takes for it what it takes for that.
                if (verb == Verb::Delete && takes) || (!takes && model.shares_path()) {
                    continue;
                }
                let path = format!("{}/{}", model.path, segment(form, &id));
                let body = (verb == Verb::Update).then(|| parse(model.change));
                let (status, answer) = plain.call(verb.facts().1, &path, body).await;
                let what = format!("{verb:?} {path}: {status} {answer}");
                if takes {
                    assert_eq!((status, answer["_id"].as_str()), (200, Some(&*id)), "{what}");
                } else {
                    assert_eq!((status, answer["message"].as_str()), (400, Some(BAD_ID)), "{what}");
                }
                assert!(verb != Verb::Update || !takes || holds(&answer, &parse(model.change)), "{what}");
            }
        }
        let path = format!("{}/{id}", model.path);
        let (status, answer) = plain.call("DELETE", &path, None).await;
        assert_eq!((status, answer["n"].as_u64(), answer["ok"].as_u64()), (200, Some(1), Some(1)), "{path}: {answer}");
        assert!(plain.sandbox.records(model.name).is_empty(), "{path}");
    }
}

#[tokio::test]
async fn an_id_that_no_record_has_answers_404() {
    let plain = Plain::new().await;
    for model in MODELS {
        for verb in [Verb::Get, Verb::Update, Verb::Delete].into_iter().filter(|verb| model.has(*verb)) {
            for form in model.forms(verb) {
                let path = format!("{}/{}", model.path, segment(*form, "5f0000000000000000000000"));
                let body = (verb == Verb::Update).then(|| parse(model.change));
                let (status, answer) = plain.call(verb.facts().1, &path, body).await;
                assert_eq!(status, 404, "{verb:?} {path}: {answer}");
                assert!(answer["message"].is_string(), "{path}: {answer}");
            }
        }
    }
}

#[tokio::test]
async fn an_update_leaves_alone_what_it_does_not_name_and_merges_custom_fields() {
    let plain = Plain::new().await;
    for model in with(Verb::Update).filter(|model| !matches!(model.name, "Custom Field" | "Time Entry" | "Timesheet")) {
        let mut create = parse(model.create);
        create["custom"] = json!({"Kept": 1, "Changed": "old"});
        let (_, before) = plain.call("POST", model.path, Some(create)).await;
        let path = format!("{}/{}", model.path, before["_id"].as_str().unwrap());
        let body = json!({"custom": {"Changed": "new"}, "custom.Dotted name": true});
        let (status, after) = plain.call("PUT", &path, Some(body)).await;
        assert_eq!(status, 200, "{path}: {after}");
        assert_eq!(after["custom"], json!({"Kept": 1, "Changed": "new", "Dotted name": true}), "{path}");
        assert!(holds(&after, &parse(model.create)), "{path}: {after}");
        let (status, answer) = plain.call("PUT", &path, Some(json!({"_id": "5f0000000000000000000000"}))).await;
        assert_eq!(status, 400, "{path}: {answer}");
        let (status, answer) = plain.call("PUT", &path, Some(json!({"custom": {"One": 1, "ONE": 2}}))).await;
        assert_eq!(status, 400, "{path}: {answer}");
    }
}

#[tokio::test]
async fn a_bulk_upsert_matches_by_each_documented_key_and_by_no_other() {
    for model in with(Verb::Bulk) {
        for key in ["_id", "sourceId", "externalId", "extId", "email"] {
            let plain = Plain::new().await;
            let id = plain.create_with_keys(model).await;
            let stored = plain.sandbox.records(model.name)[0].clone();
            let matches = model.keys.contains(&key);
            if stored[key].is_null() || (!matches && model.shares_path()) {
                continue;
            }
            let mut row = parse(model.change);
            row[key] = stored[key].clone();
            let (status, envelope) = plain.call("PUT", model.path, Some(json!([row]))).await;
            let what = format!("{} by {key}: {status} {envelope}", model.name);
            assert_eq!(envelope["updated"], json!(u8::from(matches)), "{what}");
            if matches {
                assert_eq!((status, &envelope["updatesKeys"][0]["_id"]), (200, &json!(id)), "{what}");
                assert_eq!(envelope["modified"], json!([id]), "{what}");
            }
        }
    }
}

#[tokio::test]
async fn the_first_key_that_matches_wins() {
    let plain = Plain::new().await;
    let insert = |record: Value| plain.sandbox.insert("Company", record).unwrap();
    let own = insert(json!({"name": "A"}));
    let source = insert(json!({"name": "B", "sourceId": "s"}));
    insert(json!({"name": "C", "externalId": "e"}));
    let rows = json!([{"sourceId": "s", "externalId": "e", "description": "1"}]);
    let (_, envelope) = plain.call("PUT", "/companies", Some(rows)).await;
    // The source id comes before the external id, which another company has already.
    assert_eq!((&envelope["updated"], &envelope["created"]), (&json!(0), &json!(0)), "{envelope}");
    let rows = json!([{"_id": own, "description": "1"}, {"sourceId": "s", "description": "2"}]);
    let (_, envelope) = plain.call("PUT", "/companies", Some(rows)).await;
    assert_eq!(envelope["modified"], json!([own, source]), "{envelope}");
}

#[tokio::test]
async fn a_bulk_answer_has_the_envelope_and_200_206_or_400() {
    for model in with(Verb::Bulk) {
        let plain = Plain::new().await;
        // It has no key in common with the rows below.
        let id = plain.sandbox.insert(model.name, json!({})).unwrap();
        let unchanged = json!({"_id": id});
        let (status, envelope) = plain.call("PUT", model.path, Some(json!([unchanged]))).await;
        let names: Vec<_> = envelope.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(names, ENVELOPE, "{}", model.name);
        assert_eq!((status, &envelope["nonupdates"]), (200, &json!(1)), "{}: {envelope}", model.name);
        for missing in model.bulk_required {
            let mut row = parse(model.create);
            row.as_object_mut().unwrap().remove(*missing);
            let (status, envelope) = plain.call("PUT", model.path, Some(json!([row]))).await;
            let errors = envelope["createdErrors"].as_array().unwrap();
            assert_eq!((status, errors.len()), (400, 1), "{} without {missing}: {envelope}", model.name);
            let (status, envelope) = plain.call("PUT", model.path, Some(json!([row, unchanged]))).await;
            assert_eq!(status, 206, "{} without {missing}: {envelope}", model.name);
            assert_eq!(envelope["nonupdates"], json!(1), "{}: {envelope}", model.name);
        }
        assert_eq!(plain.sandbox.records(model.name).len(), 1, "{}", model.name);
    }
}

#[tokio::test]
async fn a_new_row_is_named_by_its_id_and_the_keys_that_were_sent() {
    for model in with(Verb::Bulk) {
        let plain = Plain::new().await;
        let row = with_keys(model, parse(model.create));
        let (status, envelope) = plain.call("PUT", model.path, Some(json!([row]))).await;
        let named = &envelope["insertsKeys"][0];
        assert_eq!((status, &envelope["created"]), (200, &json!(1)), "{}: {envelope}", model.name);
        assert_eq!(envelope["upsertedIds"], json!([named["_id"]]), "{}: {envelope}", model.name);
        for (name, value) in [(model.external, EXTERNAL_KEY), (model.source, SOURCE_KEY)] {
            if let Some(name) = name.filter(|name| model.keys.contains(name)) {
                assert_eq!(named[name], value, "{}: {envelope}", model.name);
            }
        }
    }
}

#[tokio::test]
async fn more_than_5000_rows_are_refused_and_5000_are_taken() {
    let plain = Plain::new().await;
    for model in with(Verb::Bulk) {
        let rows = vec![json!({}); 5_001];
        let (status, answer) = plain.call("PUT", model.path, Some(json!(rows))).await;
        assert_eq!(status, 400, "{}", model.name);
        assert!(answer["message"].as_str().unwrap().contains("5000"), "{}: {answer}", model.name);
    }
    let rows: Vec<Value> = (0..5_000).map(|row| json!({"name": format!("Company {row}")})).collect();
    let (status, envelope) = plain.call("PUT", "/companies", Some(json!(rows))).await;
    assert_eq!((status, &envelope["created"]), (200, &json!(5_000)));
}

#[tokio::test]
async fn verbs_that_are_not_documented_do_not_exist() {
    let plain = Plain::new().await;
    for model in MODELS.iter().filter(|model| !model.shares_path()) {
        let id = plain.create_with_keys(model).await;
        let record = format!("{}/{id}", model.path);
        for path in [model.path, &record] {
            let (status, answer) = plain.call("PATCH", path, Some(parse(model.change))).await;
            assert_eq!(status, 405, "PATCH {path}: {answer}");
        }
        for verb in ALL.iter().filter(|verb| !model.has(**verb)) {
            let (_, method, tail) = verb.facts();
            let path = if tail.is_empty() { model.path } else { &record };
            let (status, answer) = plain.call(method, path, Some(parse(model.create))).await;
            assert!(matches!(status, 404 | 405), "{method} {path}: {status} {answer}");
        }
        assert_eq!(plain.call("DELETE", model.path, None).await.0, 405, "{}", model.path);
        assert_eq!(plain.call("POST", &record, Some(json!({}))).await.0, 405, "{record}");
    }
}

#[tokio::test]
async fn paths_that_mislead_are_not_there() {
    let plain = Plain::new().await;
    for path in ["/notes", "/activities", "/churns", "/metrics", "/v1/companies", "/companies/", "/"] {
        for verb in ["GET", "POST", "PUT"] {
            assert_eq!(plain.call(verb, path, Some(json!({}))).await.0, 404, "{verb} {path}");
        }
    }
}

#[tokio::test]
async fn notes_and_tickets_are_conversations_of_their_type() {
    let plain = Plain::new().await;
    let note = json!({"companyId": "c1", "type": "note"});
    let (_, note) = plain.call("POST", "/conversations", Some(note)).await;
    let ticket = json!([{"sourceId": "t1", "email": "a@example.com", "domains": ["example.com"]}]);
    plain.call("PUT", "/tickets", Some(ticket)).await;
    assert_eq!(plain.ids("/conversations?type=note").await, [note["_id"].as_str().unwrap()]);
    let tickets = plain.ids("/tickets").await;
    assert_eq!(tickets.len(), 1);
    assert_eq!(plain.ids("/conversations?type=ticket").await, tickets);
}
