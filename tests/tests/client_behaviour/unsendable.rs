//! What cannot be sent is refused before it is sent, with words that say why.

use planhat_sdk::{
    Company, CompanyPatch, Effect, EnduserPatch, Error, ErrorKind, ExternalId, Id, Link, NewCompany, NewEnduser,
    NewTimesheet, Outcome, Planhat, Ref, SourceId, TimesheetPatch,
};
use planhat_tests::wire::{Server, answer};

use crate::client;

fn check(error: &Error, words: &str) {
    assert_eq!(
        (error.kind(), error.effect(), error.attempts().len()),
        (ErrorKind::Invalid, Effect::NotSent, 0),
        "{error}"
    );
    assert!(error.to_string().contains(words), "{words}: {error}");
}

async fn unreached() -> (Server, Planhat) {
    let server = Server::start(|_, _| answer(200, r#"{"_id": "c1"}"#)).await;
    let planhat = client(&server);
    (server, planhat)
}

#[tokio::test]
async fn empty_keys_are_refused_by_every_write() {
    let (server, planhat) = unreached().await;
    let companies = planhat.companies();
    let patches = [
        CompanyPatch::new().external_id(""),
        CompanyPatch::new().source_id(""),
        CompanyPatch::new().external_id(ExternalId::default()),
        CompanyPatch::new().source_id(SourceId::new("")),
    ];
    for patch in patches {
        check(&companies.update(Id::new("c1"), patch).await.unwrap_err(), "an empty key");
    }
    check(&companies.create(NewCompany::new("Acme").external_id("")).await.unwrap_err(), "`externalId`");
    check(&companies.create(NewCompany::new("Acme").source_id("")).await.unwrap_err(), "`sourceId`");
    let people = planhat.endusers();
    let nobodys: [Ref<Company>; 5] = [
        ExternalId::new("").into(),
        SourceId::new("").into(),
        Id::new("").into(),
        Id::new("extid-").into(),
        Id::new("srcid-").into(),
    ];
    for company in nobodys {
        check(
            &people.create(NewEnduser::with_email("a@example.com").company_id(company.clone())).await.unwrap_err(),
            "`companyId`",
        );
        check(&people.update(Id::new("e1"), EnduserPatch::new().company_id(company)).await.unwrap_err(), "`companyId`");
    }
    let sheets = planhat.timesheets();
    check(&sheets.create(NewTimesheet::new().time_entries([Link(Id::new(""))])).await.unwrap_err(), "`timeEntries`");
    let patch = TimesheetPatch::new().time_entries([Link(Id::new("t1")), Link(Id::new(""))]);
    check(&sheets.update(Id::new("s1"), patch).await.unwrap_err(), "`timeEntries`");
    check(&companies.lean_list().external_id([""]).collect().await.unwrap_err(), "externalId");
    assert!(server.seen().is_empty());
}

#[tokio::test]
async fn a_row_with_an_empty_key_is_not_sent_and_costs_no_other_row() {
    let server =
        Server::start(|_, _| answer(200, r#"{"created": 1, "insertsKeys": [{"_id": "c1", "externalId": "b"}]}"#)).await;
    let rows = [
        CompanyPatch::from(NewCompany::new("A").external_id("")),
        CompanyPatch::from(NewCompany::new("B").external_id("b")),
        CompanyPatch::new().id(Id::new("")).name("C"),
    ];
    let report = client(&server).companies().bulk_upsert(rows).await.unwrap();
    let totals = report.totals();
    assert_eq!((totals.created, totals.failed, totals.unknown), (1, 2, 0), "{totals}");
    let not_sent: Vec<_> = report.failures().map(|failure| (failure.index(), failure.failure().effect)).collect();
    assert_eq!(not_sent, [(0, Effect::NotSent), (2, Effect::NotSent)]);
    assert_eq!(server.seen()[0].json().unwrap().as_array().unwrap().len(), 1);
    assert!(matches!(report.outcome(1), Some(Outcome::Created(Some(_)))));
}

#[tokio::test]
async fn a_filter_value_with_a_comma_is_refused_where_commas_separate_values() {
    let (server, planhat) = unreached().await;
    let companies = planhat.companies();
    check(&companies.lean_list().external_id(["c", "a,b"]).collect().await.unwrap_err(), "`a,b` has a comma");
    check(&companies.lean_list().status(["customer", "lost,prospect"]).collect().await.unwrap_err(), "comma");
    check(&companies.lean_list().external_id(["c", ""]).collect().await.unwrap_err(), "empty");
    assert!(server.seen().is_empty());
}

#[tokio::test]
async fn what_is_too_long_for_a_url_is_refused() {
    let (server, planhat) = unreached().await;
    let companies = planhat.companies();
    for length in [8_000, 100_000] {
        let id = "x".repeat(length);
        let errors = [
            companies.get(Id::new(id.as_str())).await.unwrap_err(),
            companies.get(ExternalId::new(id.as_str())).await.unwrap_err(),
            companies.update(Id::new(id.as_str()), CompanyPatch::new().name("B")).await.unwrap_err(),
            companies.delete(Id::new(id.as_str())).await.unwrap_err(),
            companies.lean_list().external_id([id.as_str()]).collect().await.unwrap_err(),
            companies.list().query_param("name", &id).collect().await.unwrap_err(),
        ];
        for error in errors {
            check(&error, "bytes long");
            assert!(error.to_string().len() < 300, "{error}");
        }
    }
    assert!(server.seen().is_empty());
    companies.get(ExternalId::new("x".repeat(7_000))).await.unwrap();
}

#[test]
fn a_tenant_token_that_is_a_place_in_the_path_is_refused() {
    for token in [".", ".."] {
        let error = Planhat::builder().tenant_token(token).build().unwrap_err();
        assert_eq!((error.kind(), error.effect()), (ErrorKind::Configuration, Effect::NotSent));
        assert!(error.to_string().contains("tenant token"), "{error}");
    }
}
