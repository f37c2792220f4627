//! The published answers: each is read as what the SDK makes of it, and written back.

use planhat_sdk::{
    BulkResponse, Company, Conversation, Deleted, Enduser, Id, License, Metric, Project, Sale, Timesheet, User,
    company::LeanCompany,
};
use planhat_tests::records::{RoundTrip, read, round_trip};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::loopback;

pub const ROWS: &[(&str, RoundTrip)] = &[
    ("bulk__1.response.json", round_trip::<BulkResponse>),
    ("bulk__3.response.json", round_trip::<BulkResponse>),
    ("bulk__created_response.json", round_trip::<BulkResponse>),
    ("company__1.response.json", round_trip::<Company>),
    ("company__4.response.json", round_trip::<Company>),
    ("conversation__2.response.json", round_trip::<Conversation>),
    ("conversation__3.response.json", round_trip::<Conversation>),
    ("conversation__4.response.json", round_trip::<Vec<Conversation>>),
    ("delete__1.response.json", deleted),
    ("delete__count_response.json", deleted),
    ("enduser__1.response.json", round_trip::<Vec<Enduser>>),
    ("enduser__3.response.json", round_trip::<Enduser>),
    ("lean_company__1.response.json", round_trip::<Vec<LeanCompany>>),
    ("license__3.response.json", round_trip::<License>),
    ("metrics__list_response.json", round_trip::<Vec<Metric>>),
    ("project__list_select_response.json", round_trip::<Vec<Project>>),
    ("sale__embedded_in_company.json", round_trip::<Sale>),
    ("timesheet__bulk_upsert_response.json", round_trip::<BulkResponse>),
    ("timesheet__create_response.json", round_trip::<Timesheet>),
    ("timesheet__get_response.json", round_trip::<Timesheet>),
    ("user__create_response.json", round_trip::<User>),
    ("user__get_response.json", round_trip::<User>),
];

/// The response to a delete is not a serde type, so only a call can read it.
fn deleted(text: &str) -> Result<Value, String> {
    let (_, answer) =
        loopback::exchange(text, |planhat| planhat.licenses().delete(Id::new("5df0b2346c7e8e21d74136e0")));
    let Deleted { count, raw, .. } = answer.map_err(|error| error.to_string())?;
    match count {
        Some(1) => Ok(Value::Object(raw)),
        other => Err(format!("one record was deleted, not {other:?}")),
    }
}

#[test]
fn a_company_is_read_for_what_it_says() {
    let company: Company = read(&crate::samples::text("company__1.response.json")).unwrap();
    assert_eq!(company.id().as_str(), "61006bc89a3e0b702ed8ea49");
    assert_eq!(company.owner.unwrap().id(), Some(Id::new("60ccb1c5965cc9e0f3848075")));
    assert_eq!(company.status, Some(planhat_sdk::company::Status::Prospect));
    assert_eq!(company.custom.number("Days until renewal"), Some(364.0));
    assert_eq!(company.customer_to.unwrap().to_string(), "2022-07-27T00:00:00.000Z");
    assert!(company.extra.is_empty(), "the schema lacks {:?}", company.extra);
}

/// What the schema lacks is kept, but it should lack nothing that has been published.
#[test]
fn the_schema_knows_every_published_property() {
    fn unknown<T: DeserializeOwned + Serialize>(file: &str, extra: fn(&T) -> &planhat_sdk::Object) -> Vec<String> {
        let text = crate::samples::text(file);
        let is_list = text.trim_start().starts_with('[');
        let records: Vec<T> = if is_list { read(&text).unwrap() } else { vec![read(&text).unwrap()] };
        records.iter().flat_map(|record| extra(record).keys()).map(|key| format!("{file}: {key}")).collect()
    }
    let unknown = [
        unknown::<Company>("company__1.response.json", |record| &record.extra),
        unknown::<Company>("company__4.response.json", |record| &record.extra),
        unknown::<Conversation>("conversation__2.response.json", |record| &record.extra),
        unknown::<Conversation>("conversation__3.response.json", |record| &record.extra),
        unknown::<Conversation>("conversation__4.response.json", |record| &record.extra),
        unknown::<Enduser>("enduser__1.response.json", |record| &record.extra),
        unknown::<Enduser>("enduser__3.response.json", |record| &record.extra),
        unknown::<LeanCompany>("lean_company__1.response.json", |record| &record.extra),
        unknown::<License>("license__3.response.json", |record| &record.extra),
        unknown::<Metric>("metrics__list_response.json", |record| &record.extra),
        unknown::<Project>("project__list_select_response.json", |record| &record.extra),
        unknown::<Sale>("sale__embedded_in_company.json", |record| &record.extra),
        unknown::<BulkResponse>("timesheet__bulk_upsert_response.json", |record| &record.extra),
        unknown::<Timesheet>("timesheet__create_response.json", |record| &record.extra),
        unknown::<User>("user__create_response.json", |record| &record.extra),
        unknown::<User>("user__get_response.json", |record| &record.extra),
    ]
    .concat();
    assert!(unknown.is_empty(), "{unknown:#?}");
}
