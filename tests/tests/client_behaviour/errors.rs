//! What an error tells, whatever the answer was.

use planhat_sdk::{
    CompanyPatch, Effect, Error, ErrorKind, ExternalId, Id, NewActivity, NewCompany, Planhat, SegmentCall,
};
use planhat_tests::wire::{Act, Server, answer, bytes};
use serde_json::json;

use crate::client;

async fn refused_with(status: u16, body: &'static str) -> Error {
    let server = Server::start(move |_, _| answer(status, body)).await;
    client(&server).companies().create(NewCompany::new("Acme")).await.unwrap_err()
}

#[tokio::test]
async fn a_401_mentions_the_region() {
    let error = refused_with(401, r#"{"message": "Unauthorized"}"#).await;
    assert!(error.to_string().contains("region") && error.to_string().contains("Unauthorized"), "{error}");
    assert_eq!((error.kind(), error.attempts().len()), (ErrorKind::Unauthorized, 1));
}

#[tokio::test]
async fn the_words_of_every_form_of_error_body_are_shown() {
    let live = "Params identifier must be planhat _id OR start with extid- or srcid-";
    for body in [
        r#"{"message": "Params identifier must be planhat _id OR start with extid- or srcid-"}"#,
        r#"{"error": "Params identifier must be planhat _id OR start with extid- or srcid-"}"#,
        r#"{"error": {"message": "Params identifier must be planhat _id OR start with extid- or srcid-"}}"#,
        r#""Params identifier must be planhat _id OR start with extid- or srcid-""#,
        "Params identifier must be planhat _id OR start with extid- or srcid-\n",
    ] {
        let error = refused_with(400, body).await;
        assert_eq!((error.message(), error.body()), (live, body.as_bytes()));
        let shown = error.to_string();
        assert!(shown.contains("POST /companies") && shown.contains("400") && shown.contains(live), "{shown}");
        assert!(!shown.contains('\n'), "one line: {shown:?}");
    }
    let error = refused_with(400, r#"{"code": 17, "errors": ["name is taken"]}"#).await;
    assert!(error.to_string().contains("name is taken"), "{error}");
    assert!(!refused_with(400, "").await.message().is_empty());
}

#[tokio::test]
async fn an_error_of_many_lines_is_still_one_line() {
    let error = refused_with(400, "first\nsecond\r\n\tthird").await;
    assert!(!error.to_string().contains('\n'), "{:?}", error.to_string());
}

#[tokio::test]
async fn a_page_of_a_proxy_is_not_taken_for_planhats_words() {
    let page = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>nginx</body></html>";
    let error = refused_with(502, page).await;
    assert!(error.to_string().contains("502") && error.to_string().contains("HTML"), "{error}");
    assert!(!error.to_string().contains("nginx"), "{error}");
    assert_eq!((error.body(), error.effect()), (page.as_bytes(), Effect::Unknown));
}

#[tokio::test]
async fn a_truncated_answer_to_a_create_is_no_reason_to_send_it_again() {
    let server = Server::start(|_, _| {
        let whole = bytes(200, &[], r#"{"_id": "c1", "name": "Acme"}"#);
        Act::AnswerAndClose(whole[..whole.len() - 9].to_vec())
    })
    .await;
    let error = client(&server).companies().create(NewCompany::new("Acme")).await.unwrap_err();
    assert_eq!(server.seen().len(), 1);
    // The status had come: it was carried out.
    assert_eq!((error.kind(), error.effect()), (ErrorKind::Network, Effect::Applied), "{error}");
}

#[tokio::test]
async fn a_response_that_is_not_a_record_leaves_it_open_whether_the_call_was_carried_out() {
    for body in ["", "OK", "[]", r#"{"name": "#, "null", "<html></html>"] {
        let error = refused_with(200, body).await;
        assert_eq!((error.kind(), error.effect()), (ErrorKind::Decode, Effect::Unknown), "{body:?}: {error}");
        assert_eq!(error.body(), body.as_bytes());
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed_and_no_token_goes_elsewhere() {
    let elsewhere = Server::start(|_, _| answer(200, "{}")).await;
    for status in [301, 302, 303, 307, 308] {
        let location = format!("{}/companies", elsewhere.url());
        let server = Server::start(move |_, _| Act::Answer(bytes(status, &[("location", &location)], ""))).await;
        let planhat = client(&server);
        let errors = [
            planhat.companies().get(Id::new("c1")).await.unwrap_err(),
            planhat.companies().create(NewCompany::new("Acme")).await.unwrap_err(),
            planhat.companies().list().collect().await.unwrap_err(),
            planhat.activities().track(NewActivity::with_email("a@example.com")).await.unwrap_err(),
            planhat.activities().segment(SegmentCall::new("track")).await.unwrap_err(),
        ];
        for error in errors {
            assert_eq!((error.status(), error.attempts().len()), (Some(status), 1));
            assert!(error.to_string().contains("redirect"), "{error}");
        }
        let report = planhat.companies().bulk_upsert([NewCompany::new("Acme")]).await.unwrap();
        assert!(report.failures().next().unwrap().to_string().contains("redirect"), "{status}");
        assert_eq!(server.seen().len(), 6, "{status}");
    }
    assert!(elsewhere.seen().is_empty());
}

#[tokio::test]
async fn what_cannot_be_right_is_refused_before_it_is_sent() {
    let server = Server::start(|_, _| answer(200, r#"{"_id": "c1"}"#)).await;
    let companies = client(&server).companies();
    let errors = [
        companies.get(Id::new("")).await.unwrap_err(),
        companies.get(ExternalId::new("")).await.unwrap_err(),
        companies.get(Id::new("..")).await.unwrap_err(),
        companies.get(Id::new(".")).await.unwrap_err(),
        companies.delete(Id::new("")).await.unwrap_err(),
        companies.update(Id::new(""), CompanyPatch::new()).await.unwrap_err(),
        companies.update(Id::new("c1"), CompanyPatch::new().id(Id::new("c2"))).await.unwrap_err(),
        companies.create(NewCompany::new("Acme").mrr(f64::NAN)).await.unwrap_err(),
    ];
    for error in errors {
        assert_eq!((error.kind(), error.effect()), (ErrorKind::Invalid, Effect::NotSent), "{error}");
    }
    assert!(server.seen().is_empty());
    companies.update(Id::new("c1"), CompanyPatch::new().id(Id::new("c1")).name("B")).await.unwrap();
    assert_eq!(server.seen()[0].json(), Some(json!({"name": "B"})));
}

#[tokio::test]
async fn a_missing_token_is_named_with_the_way_to_give_it() {
    let server = Server::start(|_, _| answer(200, "{}")).await;
    let planhat = Planhat::builder().base_url(server.url()).build().unwrap();
    let main = planhat.companies().get(Id::new("c1")).await.unwrap_err();
    let analytics = planhat.activities().track(NewActivity::with_email("a@example.com")).await.unwrap_err();
    let segment = planhat.activities().segment(SegmentCall::new("track")).await.unwrap_err();
    for (error, variable) in
        [(main, "PLANHAT_API_TOKEN"), (analytics, "PLANHAT_TENANT_TOKEN"), (segment, "PLANHAT_TENANT_TOKEN")]
    {
        assert_eq!((error.kind(), error.effect()), (ErrorKind::Configuration, Effect::NotSent));
        assert!(error.to_string().contains(variable), "{error}");
    }
    assert!(server.seen().is_empty());
}
