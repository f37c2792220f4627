//! A server sends more than its documentation shows. Reading forgives what is known to occur, and loses
//! nothing of it.

use planhat_sdk::{Asset, Company, Conversation, Enduser, Id, Invoice, License, Task, Timesheet, User};
use planhat_tests::records::{RoundTrip, read, round_trip};
use serde_json::{Value, json};

#[test]
fn unknown_fields_survive_inside_of_records() {
    let records: [(RoundTrip, Value); 7] = [
        (round_trip::<Company>, json!({"shareable": {"team": {"fields": [], "brandNew": 1}, "brandNew": 2}})),
        (round_trip::<Company>, json!({"sunits": {"5b49b52a": {"status": "on", "brandNew": {"deep": true}}}})),
        (round_trip::<Conversation>, json!({"users": [{"id": "1", "brandNew": 1}], "endusers": [{"brandNew": 2}]})),
        (round_trip::<Invoice>, json!({"lineItems": [{"amount": 1, "brandNew": []}]})),
        (round_trip::<License>, json!({"_currency": {"_id": "USD", "brandNew": "text"}})),
        (round_trip::<Task>, json!({"checklist": [{"title": "Call", "brandNew": true}]})),
        (round_trip::<User>, json!({"roles": [{"_id": "1", "brandNew": 1}], "image": {"brandNew": 2}})),
    ];
    for (round_trip, record) in records {
        assert_eq!(round_trip(&record.to_string()).as_ref(), Ok(&record));
    }
}

#[test]
fn values_in_another_form_are_read() {
    let forms: [(&str, RoundTrip, Value, Value); 29] = [
        ("null", round_trip::<Company>, json!({"phase": null, "custom": null}), json!({})),
        (
            "null in custom fields",
            round_trip::<Company>,
            json!({"custom": {"a": null}}),
            json!({"custom": {"a": null}}),
        ),
        ("null in unknown fields", round_trip::<Company>, json!({"new": [null]}), json!({"new": [null]})),
        ("an empty text", round_trip::<Company>, json!({"phase": ""}), json!({"phase": ""})),
        ("an empty text for a boolean", round_trip::<Enduser>, json!({"featured": ""}), json!({})),
        (
            "an id as object",
            round_trip::<License>,
            json!({"companyId": {"_id": "1", "name": "Acme"}}),
            json!({"companyId": "1"}),
        ),
        ("a number as text", round_trip::<Company>, json!({"mrr": "12.5"}), json!({"mrr": 12.5})),
        ("a whole number as text", round_trip::<Company>, json!({"h": " 7 "}), json!({"h": 7})),
        ("a whole number with a fraction of zero", round_trip::<Company>, json!({"h": 7.0}), json!({"h": 7})),
        ("both at once", round_trip::<Company>, json!({"h": "7.0"}), json!({"h": 7})),
        ("an empty text for a number", round_trip::<Company>, json!({"h": "", "mrr": ""}), json!({})),
        ("a number without a fraction", round_trip::<License>, json!({"mrr": 100.0}), json!({"mrr": 100})),
        ("a day as text", round_trip::<Invoice>, json!({"dueDate": "19201"}), json!({"dueDate": 19_201})),
        (
            "a day with a fraction of zero",
            round_trip::<Invoice>,
            json!({"dueDate": 19_201.0}),
            json!({"dueDate": 19_201}),
        ),
        ("a boolean as text", round_trip::<Enduser>, json!({"featured": "true"}), json!({"featured": true})),
        ("a boolean as number", round_trip::<Enduser>, json!({"featured": 0}), json!({"featured": false})),
        ("another one", round_trip::<Enduser>, json!({"featured": 1}), json!({"featured": true})),
        ("a text as number", round_trip::<Company>, json!({"zip": 12_345}), json!({"zip": "12345"})),
        ("a text as boolean", round_trip::<Company>, json!({"phase": true}), json!({"phase": "true"})),
        ("an id as number", round_trip::<Company>, json!({"_id": 1234}), json!({"_id": "1234"})),
        ("a key as number", round_trip::<Asset>, json!({"externalId": 1234}), json!({"externalId": "1234"})),
        ("an empty key", round_trip::<Company>, json!({"externalId": ""}), json!({"externalId": ""})),
        ("a time as number", round_trip::<License>, json!({"toDate": 0}), json!({"toDate": 0})),
        ("an invalid time", round_trip::<License>, json!({"toDate": "soon"}), json!({"toDate": "soon"})),
        ("a text instead of a list", round_trip::<Company>, json!({"tags": "new"}), json!({"tags": ["new"]})),
        ("null in a list", round_trip::<Company>, json!({"tags": ["new", null]}), json!({"tags": ["new"]})),
        ("null in a map", round_trip::<Company>, json!({"sunits": {"a": null}}), json!({"sunits": {}})),
        ("an empty list instead of a map", round_trip::<Company>, json!({"sunits": []}), json!({"sunits": {}})),
        (
            "a linked id as object",
            round_trip::<Timesheet>,
            json!({"timeEntries": [{"_id": "1"}, "2"]}),
            json!({"timeEntries": ["1", "2"]}),
        ),
    ];
    for (what, round_trip, comes, kept) in forms {
        assert_eq!(round_trip(&comes.to_string()), Ok(kept), "{what}");
    }
}

#[test]
fn an_owner_is_an_id_or_an_object() {
    let owners = [
        json!("60ccb1c5965cc9e0f3848075"),
        json!({"_id": "60ccb1c5965cc9e0f3848075", "nickName": "Ann"}),
        json!({"id": "60ccb1c5965cc9e0f3848075", "image": {"path": ""}}),
    ];
    for owner in owners {
        let record = json!({"owner": owner});
        let company: Company = read(&record.to_string()).unwrap();
        assert_eq!(company.owner.as_ref().unwrap().id(), Some(Id::new("60ccb1c5965cc9e0f3848075")), "{owner}");
        assert_eq!(serde_json::to_value(&company).unwrap(), record);
    }
}

#[test]
fn a_form_that_fits_neither_alternative_is_kept() {
    let record = json!({"owner": ["60ccb1c5965cc9e0f3848075"], "coOwner": {"_id": {"deep": 1}}});
    assert_eq!(round_trip::<Company>(&record.to_string()), Ok(record));
}

#[test]
fn what_cannot_be_read_is_named_by_its_path() {
    let records: [(RoundTrip, Value, &str); 4] = [
        (round_trip::<Company>, json!({"mrr": "a lot"}), "$.mrr: "),
        (round_trip::<Company>, json!({"h": 7.5}), "$.h: "),
        (round_trip::<Company>, json!({"shareable": {"enabled": [1]}}), "$.shareable.enabled: "),
        (round_trip::<Invoice>, json!({"lineItems": [{}, {"amount": {}}]}), "$.lineItems[1].amount: "),
    ];
    for (round_trip, record, path) in records {
        let problem = round_trip(&record.to_string()).unwrap_err();
        assert!(problem.starts_with(path), "{problem}");
    }
}
