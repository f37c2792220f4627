//! A server sends more than its documentation shows. Reading forgives what is known to occur, and loses
//! nothing of it.

use planhat_sdk::{
    Asset, Campaign, Churn, Company, Conversation, CustomField, Enduser, Id, Invoice, Issue, License, MODELS, Metric,
    Note, Nps, Objective, Opportunity, Project, Sale, Task, Ticket, TimeEntry, Timesheet, User, Workspace, company,
    conversation, custom_field, invoice, license, metrics, note, operation::Kind, opportunity, task, time_entry,
    timesheet,
};
use serde_json::{Value, json};

use crate::answers::{RoundTrip, read, round_trip};

/// What each model is read as.
const RECORDS: &[(&str, RoundTrip)] = &[
    ("Asset", round_trip::<Asset>),
    ("Campaign", round_trip::<Campaign>),
    ("Churn", round_trip::<Churn>),
    ("Company", round_trip::<Company>),
    ("Conversation", round_trip::<Conversation>),
    ("Custom Field", round_trip::<CustomField>),
    ("Enduser", round_trip::<Enduser>),
    ("Invoice", round_trip::<Invoice>),
    ("Issue", round_trip::<Issue>),
    ("License", round_trip::<License>),
    ("Metrics", round_trip::<Metric>),
    ("Note", round_trip::<Note>),
    ("NPS", round_trip::<Nps>),
    ("Objective", round_trip::<Objective>),
    ("Opportunity", round_trip::<Opportunity>),
    ("Project", round_trip::<Project>),
    ("Sale", round_trip::<Sale>),
    ("Task", round_trip::<Task>),
    ("Ticket", round_trip::<Ticket>),
    ("Time Entry", round_trip::<TimeEntry>),
    ("Timesheet", round_trip::<Timesheet>),
    ("User", round_trip::<User>),
    ("Workspace", round_trip::<Workspace>),
];

fn fields(model: &str) -> &'static [&'static str] {
    MODELS.iter().find(|info| info.name == model).unwrap().fields
}

#[test]
fn the_table_names_every_model_that_can_be_read() {
    let readable =
        MODELS.iter().filter(|model| model.operations.iter().any(|o| matches!(o.kind, Kind::Get | Kind::List)));
    let readable: Vec<&str> = readable.map(|model| model.name).collect();
    let listed: Vec<&str> = RECORDS.iter().map(|(model, _)| *model).collect();
    assert_eq!(listed, readable);
}

#[test]
fn null_in_any_field_loses_no_record() {
    for (model, round_trip) in RECORDS {
        for field in fields(model) {
            let back = round_trip(&json!({*field: null}).to_string());
            let back = back.unwrap_or_else(|problem| panic!("{model}: {problem}"));
            assert!(back.as_object().unwrap().values().all(Value::is_null), "{model}: {field} became {back}");
        }
    }
}

#[test]
fn null_in_all_fields_at_once_loses_no_record() {
    for (model, round_trip) in RECORDS {
        let nulls: Value = fields(model).iter().map(|field| ((*field).to_owned(), Value::Null)).collect();
        let back = round_trip(&nulls.to_string()).unwrap_or_else(|problem| panic!("{model}: {problem}"));
        assert!(back.as_object().unwrap().values().all(Value::is_null), "{model}: {back}");
    }
}

#[test]
fn unknown_fields_survive() {
    let record = json!({"_id": "1", "brandNew": {"deep": [1, null, "text", 0.5]}, "alsoNew": null});
    for (model, round_trip) in RECORDS {
        assert_eq!(round_trip(&record.to_string()).as_ref(), Ok(&record), "{model}");
    }
}

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

const NEW: &str = "nobody told us";

/// Reads a record whose field has a value that nobody told us about, and tells whether it is kept as such.
type KeepsUnknown = fn(&str) -> bool;

const OPEN_ENUMS: &[(&str, &str, KeepsUnknown)] = &[
    ("Company", "status", |text| unknown(record::<Company>(text).status, company::Status::Unknown)),
    ("Conversation", "category", |text| {
        unknown(record::<Conversation>(text).category, conversation::Category::Unknown)
    }),
    ("Custom Field", "type", |text| unknown(record::<CustomField>(text).r#type, custom_field::Type::Unknown)),
    ("Invoice", "status", |text| unknown(record::<Invoice>(text).status, invoice::Status::Unknown)),
    ("License", "renewalStatus", |text| {
        unknown(record::<License>(text).renewal_status, license::RenewalStatus::Unknown)
    }),
    ("Metrics", "model", |text| unknown(record::<Metric>(text).model, metrics::ModelValue::Unknown)),
    ("Note", "type", |text| unknown(record::<Note>(text).r#type, note::Type::Unknown)),
    ("Opportunity", "status", |text| unknown(record::<Opportunity>(text).status, opportunity::Status::Unknown)),
    ("Task", "mainType", |text| unknown(record::<Task>(text).main_type, task::MainType::Unknown)),
    ("Task", "repeat", |text| unknown(record::<Task>(text).repeat, task::Repeat::Unknown)),
    ("Time Entry", "timesheetStatus", |text| {
        unknown(record::<TimeEntry>(text).timesheet_status, time_entry::TimesheetStatus::Unknown)
    }),
    ("Timesheet", "status", |text| unknown(record::<Timesheet>(text).status, timesheet::Status::Unknown)),
    ("Timesheet", "assignedModel", |text| {
        unknown(record::<Timesheet>(text).assigned_model, timesheet::AssignedModel::Unknown)
    }),
];

fn record<T: serde::de::DeserializeOwned>(text: &str) -> T {
    read(text).unwrap()
}

fn unknown<E: PartialEq>(value: Option<E>, unknown: fn(Box<str>) -> E) -> bool {
    value.is_some_and(|value| value == unknown(NEW.into()))
}

#[test]
fn unknown_values_of_enums_survive() {
    for (model, field, keeps_unknown) in OPEN_ENUMS {
        let record = json!({*field: NEW});
        let (_, round_trip) = RECORDS.iter().find(|(name, _)| name == model).unwrap();
        assert!(keeps_unknown(&record.to_string()), "{model}.{field}");
        assert_eq!(round_trip(&record.to_string()).as_ref(), Ok(&record), "{model}.{field}");
    }
}

#[test]
fn values_in_another_form_are_read() {
    let forms: [(&str, RoundTrip, Value, Value); 28] = [
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
        ("a text as number", round_trip::<Company>, json!({"zip": 12_345}), json!({"zip": "12345"})),
        ("a text as boolean", round_trip::<Company>, json!({"phase": true}), json!({"phase": "true"})),
        ("an id as number", round_trip::<Company>, json!({"_id": 1234}), json!({"_id": "1234"})),
        ("a key as number", round_trip::<Asset>, json!({"externalId": 1234}), json!({"externalId": "1234"})),
        ("an empty key", round_trip::<Company>, json!({"externalId": ""}), json!({"externalId": ""})),
        ("a time as number", round_trip::<License>, json!({"toDate": 0}), json!({"toDate": 0})),
        ("a time that is none", round_trip::<License>, json!({"toDate": "soon"}), json!({"toDate": "soon"})),
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
