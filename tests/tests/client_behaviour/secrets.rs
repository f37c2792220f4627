//! No token in anything that people read, even if the server sends it back.

use std::{
    fmt::Debug,
    sync::{Arc, Mutex},
};

use planhat_sdk::{Error, Id, NewActivity, NewCompany, Planhat, RetryPolicy, SegmentCall};
use planhat_tests::wire::{Act, Server, answer, bytes};

use crate::{API_TOKEN, TENANT_TOKEN, builder, client};

fn check(what: &str, shown: &str) {
    for token in [API_TOKEN, TENANT_TOKEN] {
        assert!(!shown.contains(token), "{what} shows a token: {shown}");
    }
}

fn check_debug(what: &str, value: &impl Debug) {
    check(what, &format!("{value:?}"));
    check(what, &format!("{value:#?}"));
}

/// Everything that an error shows or holds.
fn check_error(what: &str, error: &Error) {
    check_debug("the headers of an error", error.headers());
    check_words(what, error);
}

fn check_words(what: &str, error: &Error) {
    check(what, &error.to_string());
    check_debug(what, error);
    check(what, error.message());
    check(what, &String::from_utf8_lossy(error.body()));
    if let Some(record) = error.record() {
        check_debug(what, record);
    }
}

/// A client that makes an error of a field that cannot be read.
fn strict(server: &Server) -> Planhat {
    builder(server).strict_decoding(true).build().unwrap()
}

/// A server that puts the tokens into headers and body.
async fn echo(status: u16, body: String) -> Server {
    Server::start(move |_, _| {
        let authorization = format!("Bearer {API_TOKEN}");
        let location = format!("http://127.0.0.1/analytics/{TENANT_TOKEN}");
        Act::Answer(bytes(status, &[("x-echo", &authorization), ("location", &location)], &body))
    })
    .await
}

#[tokio::test]
async fn a_refusal_that_repeats_the_tokens_does_not_show_them() {
    for status in [307, 400, 401, 403, 404, 418, 500] {
        for body in [
            format!(r#"{{"message": "token {API_TOKEN} of tenant {TENANT_TOKEN} is not valid"}}"#),
            format!("no such path: /analytics/{TENANT_TOKEN}, Authorization: Bearer {API_TOKEN}"),
            format!("\"{API_TOKEN}{TENANT_TOKEN}\""),
        ] {
            let server = echo(status, body).await;
            let planhat = client(&server);
            let errors = [
                planhat.companies().create(NewCompany::new("Acme")).await.unwrap_err(),
                planhat.activities().track(NewActivity::with_email("a@example.com")).await.unwrap_err(),
                planhat.activities().segment(SegmentCall::new("track")).await.unwrap_err(),
            ];
            for error in errors {
                check_error(&format!("a {status}"), &error);
            }
        }
    }
}

#[tokio::test]
async fn an_answer_that_cannot_be_read_and_is_a_token_does_not_show_it() {
    for body in [format!("{API_TOKEN} {TENANT_TOKEN}"), format!(r#""{API_TOKEN}""#), format!("[{TENANT_TOKEN}")] {
        let server = echo(200, body.clone()).await;
        let error = strict(&server).companies().create(NewCompany::new("Acme")).await.unwrap_err();
        check_words(&body, &error);
    }
}

#[tokio::test]
async fn a_field_that_cannot_be_read_and_is_a_token_does_not_show_it() {
    for body in [
        format!(r#"{{"_id": "c1", "mrr": "{API_TOKEN}"}}"#),
        format!(r#"{{"_id": "c1", "mrr": {{"{TENANT_TOKEN}": 1}}}}"#),
    ] {
        let server = echo(200, body.clone()).await;
        let error = strict(&server).companies().create(NewCompany::new("Acme")).await.unwrap_err();
        check_words(&body, &error);
    }
}

#[tokio::test]
async fn the_headers_of_an_answer_that_cannot_be_read_do_not_show_the_tokens() {
    let server = echo(200, "OK".to_owned()).await;
    let error = client(&server).companies().create(NewCompany::new("Acme")).await.unwrap_err();
    check_error("an unreadable answer", &error);
}

#[tokio::test]
async fn a_record_that_cannot_be_read_and_repeats_the_tokens_does_not_show_them() {
    for body in [
        format!(r#"[{{"_id": "c1", "mrr": "{TENANT_TOKEN}"}}]"#),
        format!(r#"[{{"_id": "c1", "name": "{API_TOKEN}", "mrr": {{}}}}]"#),
    ] {
        let server = echo(200, body.clone()).await;
        let error = strict(&server).companies().list().items().try_next().await.unwrap_err();
        assert!(error.record().is_some());
        check_words(&body, &error);
    }
}

/// The header is as good as the token: anybody can decode it.
#[tokio::test]
async fn the_header_of_basic_authentication_is_not_shown_when_it_is_sent_back() {
    const ENCODED: &str = "dDNuYW50LTBiN2MyZDFlLWFhYWEtNGJiYjo=";
    let server = Server::start(|_, request| {
        let sent = request.header("authorization").unwrap();
        Act::Answer(bytes(400, &[("x-echo", sent)], &format!(r#"{{"message": "not valid: {sent}"}}"#)))
    })
    .await;
    let error = client(&server).activities().segment(SegmentCall::new("track")).await.unwrap_err();
    assert_eq!(server.seen()[0].header("authorization"), Some(&*format!("Basic {ENCODED}")));
    for shown in [error.to_string(), format!("{error:?}"), format!("{:?}", error.headers())] {
        assert!(!shown.contains(ENCODED.trim_end_matches('=')), "{shown}");
    }
}

#[tokio::test]
async fn a_bulk_answer_that_repeats_the_tokens_does_not_show_them_as_a_reason() {
    let body = format!(r#"{{"created": 0, "createdErrors": ["{API_TOKEN} may not create"], "updated": 0}}"#);
    let server = echo(400, body).await;
    let report = client(&server).companies().bulk_upsert([NewCompany::new("Acme")]).await.unwrap();
    let failures: Vec<_> = report.failures().map(|failure| format!("{failure} {failure:?}")).collect();
    assert_eq!(failures.len(), 1);
    check("a failed row", &failures[0]);
    check_error("the report as an error", &report.into_result().unwrap_err());
}

#[tokio::test]
async fn a_bulk_answer_that_cannot_be_read_does_not_show_the_tokens_either() {
    for status in [200, 400, 500] {
        let server = echo(status, format!("{API_TOKEN} {TENANT_TOKEN}")).await;
        match client(&server).companies().bulk_upsert([NewCompany::new("Acme")]).await {
            Err(error) => check_error("a bulk upsert", &error),
            Ok(report) => {
                for failure in report.failures() {
                    check("a failed row", &format!("{failure} {failure:?}"));
                }
            }
        }
    }
}

#[tokio::test]
async fn a_failed_connection_does_not_show_the_path_with_the_tenant_token() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let policy = RetryPolicy::none();
    let nobody =
        Planhat::builder().base_url(format!("http://{free}")).tenant_token(TENANT_TOKEN).retry(policy).build().unwrap();
    let hangs = Server::start(|_, _| Act::Hang).await;
    let hangs = builder(&hangs).timeout(std::time::Duration::from_millis(200)).build().unwrap();
    let garbage = Server::start(|_, request| Act::AnswerAndClose(request.target.clone().into_bytes())).await;
    let breaks = Server::start(|_, _| planhat_tests::wire::broken()).await;
    for planhat in [nobody, hangs, client(&garbage), client(&breaks)] {
        let error = planhat.activities().track(NewActivity::with_email("a@example.com")).await.unwrap_err();
        check_error("a failed connection", &error);
        let report = planhat.activities().track_bulk([]).await;
        check_debug("a report", &report);
    }
}

#[tokio::test]
async fn nothing_that_makes_a_call_shows_a_token() {
    let server = Server::start(|_, _| answer(200, "{}")).await;
    let builder = builder(&server);
    check_debug("the builder", &builder);
    let planhat = builder.build().unwrap();
    check_debug("the client", &planhat);
    check_debug("a handle", &planhat.companies());
    check_debug("a call", &planhat.companies().get(Id::new("c1")));
    check_debug("a call in the tenant's path", &planhat.activities().track(NewActivity::with_email("a@example.com")));
    check_debug("a list", &planhat.companies().list());
    check_debug("the pages of a list", &planhat.companies().list().pages());
    check_debug("the items of a list", &planhat.companies().list().items());
    check_debug("a bulk upsert", &planhat.companies().bulk_upsert([NewCompany::new("Acme")]));
    check_debug("an ingest", &planhat.activities().track_bulk([]));
}

#[test]
fn a_token_that_cannot_be_sent_is_not_repeated() {
    let error = Planhat::builder().api_token(format!("{API_TOKEN}\n")).build().unwrap_err();
    check_error("a bad token", &error);
    let error = Planhat::builder().base_url(format!("http://{API_TOKEN}@127.0.0.1")).build().unwrap_err();
    check_error("a token in a URL", &error);
}

#[test]
fn a_token_in_the_place_of_a_region_or_a_url_is_not_repeated() {
    let builders = [
        Planhat::builder().region(API_TOKEN),
        Planhat::builder().region("s3cretapitoken0123456789"),
        Planhat::builder().base_url(API_TOKEN),
        Planhat::builder().base_url(format!("ftp://{API_TOKEN}")),
        Planhat::builder().base_url(format!("http://planhat.invalid/{API_TOKEN}")),
        Planhat::builder().analytics_url(format!("{API_TOKEN} {TENANT_TOKEN}")),
    ];
    for builder in builders {
        check_debug("the builder", &builder);
        let error = builder.build().unwrap_err();
        check_error("the error of a builder", &error);
        assert!(!error.to_string().contains("s3cret"), "{error}");
    }
    for url in [format!("https://planhat.invalid/{API_TOKEN}"), format!("https://{API_TOKEN}")] {
        let client = Planhat::builder().base_url(url).build().unwrap();
        check_debug("the client", &client);
    }
}

#[tokio::test]
async fn a_token_of_one_letter_garbles_no_message() {
    let words = "a name is needed, and an owner";
    let server = echo(400, format!(r#"{{"message": "{words}"}}"#)).await;
    let planhat = builder(&server).api_token("a").tenant_token("n").build().unwrap();
    let error = planhat.companies().create(NewCompany::new("Acme")).await.unwrap_err();
    assert_eq!(error.message(), words);
}

/// The API token in each form in which it may come back, with the shortest beginning of it that tells too much.
fn forms() -> Vec<(String, usize)> {
    let every = |write: fn(u8) -> String| API_TOKEN.bytes().map(write).collect::<String>();
    vec![
        (API_TOKEN.to_owned(), 8),
        (every(|byte| format!("\\u{byte:04x}")), 48),
        (every(|byte| format!("%{byte:02X}")), 24),
        (every(|byte| format!("%{byte:02x}")), 24),
        // The header of Basic authentication.
        ("czNjcmV0LWFwaS10b2tlbjo=".to_owned(), 8),
    ]
}

/// Whatever is cut: a message is made of what is left after the tokens are gone.
#[tokio::test]
async fn no_part_of_a_token_is_shown_wherever_a_message_is_cut() {
    let current = Arc::new(Mutex::new(String::new()));
    let text = Arc::clone(&current);
    let server = Server::start(move |place, _| {
        let status = if place % 2 == 0 { 400 } else { 200 };
        planhat_tests::wire::answer(status, &text.lock().unwrap())
    })
    .await;
    let planhat = builder(&server).retry(RetryPolicy::none()).build().unwrap();
    for (form, enough) in forms() {
        let shown = |what: String| {
            assert!(!what.contains(&form[..enough]) && !what.contains(&API_TOKEN[..8]), "{form}: {what}");
        };
        // Messages are cut after 300 characters.
        for offset in (0..10).chain((270..305).step_by(3)) {
            let padding = "x".repeat(offset);
            for body in [
                format!("{padding}{form} and more"),
                format!("{padding}{form}"),
                format!(r#"{{"message": "{padding}{form} and more"}}"#),
                format!(r#"{{"created": 0, "createdErrors": ["{padding}{form}", {{"message": "{padding}{form}"}}]}}"#),
                format!(r#"{{"error": "{padding}{}"#, &form[..form.len() - 1]),
                format!(r#"[{{"_id": "c1", "mrr": "{padding}{form}"}}]"#),
            ] {
                (*current.lock().unwrap()).clone_from(&body);
                for _ in 0..2 {
                    let error = planhat.companies().create(NewCompany::new("Acme")).await.unwrap_err();
                    shown(format!("{error} {error:?} {}", String::from_utf8_lossy(error.body())));
                    error.attempts().iter().for_each(|attempt| shown(format!("{attempt} {attempt:?}")));
                }
                for _ in 0..2 {
                    match planhat.companies().bulk_upsert([NewCompany::new("Acme")]).await {
                        Ok(report) => report.failures().for_each(|failure| shown(format!("{failure} {failure:?}"))),
                        Err(error) => shown(format!("{error} {error:?}")),
                    }
                }
            }
        }
    }
}
