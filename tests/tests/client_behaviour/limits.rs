//! Responses without an end, or with one that never comes.

use std::{io::Write, time::Duration};

use flate2::{Compression, write::GzEncoder};
use planhat_sdk::{CompanyPatch, Effect, ErrorKind, ExternalId, Id, RetryPolicy};
use planhat_tests::wire::{Act, Server, answer};

use crate::{API_TOKEN, builder, client};

const MEBIBYTE: usize = 1 << 20;
/// What a server sends that has no end; a test does not wait for it.
const ENDLESS: usize = 64;

fn head(status: u16, headers: &str) -> Vec<u8> {
    format!("HTTP/1.1 {status} Scripted\r\ncontent-type: application/json\r\n{headers}\r\n").into_bytes()
}

/// A body that ends when the connection does, which it does not for long.
fn endless(status: u16, start: &[u8]) -> Act {
    Act::Repeat([head(status, ""), start.to_vec()].concat(), vec![b'y'; MEBIBYTE], ENDLESS, Duration::ZERO)
}

#[tokio::test]
async fn a_response_beyond_the_limit_is_an_error_and_is_not_asked_for_again() {
    let server = Server::start(|_, _| endless(200, b"{\"_id\": \"c1\", \"name\": \"")).await;
    let planhat = builder(&server).max_response_bytes(100_000).build().unwrap();
    let error = planhat.companies().get(Id::new("c1")).await.unwrap_err();
    assert_eq!((error.kind(), error.status()), (ErrorKind::Decode, Some(200)), "{error}");
    assert!(error.message().contains("100000 bytes") && error.message().contains("`max_response_bytes`"), "{error}");
    let error = planhat.companies().update(Id::new("c1"), CompanyPatch::new().name("B")).await.unwrap_err();
    assert_eq!((error.kind(), error.effect()), (ErrorKind::Decode, Effect::Applied), "{error}");
    assert_eq!(server.seen().len(), 2);
}

#[tokio::test]
async fn a_length_beyond_the_limit_is_not_read_at_all() {
    let server = Server::start(|_, _| Act::Stall(head(200, "content-length: 300000000\r\n"))).await;
    let error = client(&server).companies().get(Id::new("c1")).await.unwrap_err();
    assert_eq!((error.kind(), error.status()), (ErrorKind::Decode, Some(200)), "{error}");
}

#[tokio::test]
async fn a_response_as_long_as_the_limit_is_read() {
    let body = r#"{"_id": "c1", "name": "Acme"}"#;
    let server = Server::start(move |_, _| answer(200, body)).await;
    for (limit, is_read) in [(body.len(), true), (body.len() - 1, false)] {
        let planhat = builder(&server).max_response_bytes(limit).build().unwrap();
        assert_eq!(planhat.companies().get(Id::new("c1")).await.is_ok(), is_read, "{limit}");
    }
}

#[tokio::test]
async fn the_limit_is_for_what_a_body_is_when_it_is_decompressed() {
    let mut bomb = GzEncoder::new(Vec::new(), Compression::best());
    bomb.write_all(b"{\"_id\": \"").unwrap();
    for _ in 0..ENDLESS {
        bomb.write_all(&vec![b'y'; MEBIBYTE]).unwrap();
    }
    bomb.write_all(b"\"}").unwrap();
    let bomb = bomb.finish().unwrap();
    assert!(bomb.len() < MEBIBYTE / 8);
    let server = Server::start(move |place, _| {
        let status = if place == 0 { 200 } else { 404 };
        let head = head(status, &format!("content-encoding: gzip\r\ncontent-length: {}\r\n", bomb.len()));
        Act::Answer([head, bomb.clone()].concat())
    })
    .await;
    let planhat = builder(&server).max_response_bytes(MEBIBYTE).build().unwrap();
    let error = planhat.companies().get(Id::new("c1")).await.unwrap_err();
    assert_eq!((error.kind(), error.status()), (ErrorKind::Decode, Some(200)), "{error}");
    let error = planhat.companies().get(Id::new("c1")).await.unwrap_err();
    assert_eq!((error.kind(), error.status()), (ErrorKind::NotFound, Some(404)), "{error}");
    assert!(error.body().len() <= MEBIBYTE);
}

#[tokio::test]
async fn a_long_error_body_is_cut_and_the_error_stays_the_servers() {
    let server = Server::start(|_, _| endless(404, b"no such company, ")).await;
    let error = client(&server).companies().get(Id::new("c1")).await.unwrap_err();
    assert_eq!((error.kind(), error.status()), (ErrorKind::NotFound, Some(404)), "{error}");
    assert!(error.message().starts_with("no such company, yyy"), "{error}");
    assert!(error.message().ends_with("(the body was cut after 1 MiB)"), "{error}");
    assert!(error.body().len() <= MEBIBYTE && error.body().ends_with(b"[cut after 1 MiB]"));
}

#[tokio::test]
async fn a_token_at_the_cut_is_not_shown_in_part() {
    for before in [1, 4, 7, 8, 12, API_TOKEN.len() - 1, 4_000, 8_185, 8_190, 8_196] {
        let start = [vec![b'x'; MEBIBYTE - before], API_TOKEN.as_bytes().to_vec()].concat();
        let server = Server::start(move |_, _| endless(404, &start)).await;
        let error = client(&server).companies().get(Id::new("c1")).await.unwrap_err();
        let shown = String::from_utf8_lossy(error.body());
        assert!(!shown.contains('s') && !shown.contains("ret-api"), "{before}: {}", &shown[shown.len() - 100..]);
    }
}

#[tokio::test]
async fn a_body_that_stalls_ends_after_the_read_timeout() {
    let half = |status| [head(status, "content-length: 50\r\n"), b"{\"message\": \"half".to_vec()].concat();
    let server = Server::start(move |place, _| match place {
        0 | 2 => Act::Stall(half(200)),
        1 => answer(200, r#"{"_id": "c1"}"#),
        _ => Act::Stall(half(503)),
    })
    .await;
    let planhat = builder(&server).read_timeout(Duration::from_millis(50)).build().unwrap();
    planhat.companies().get(Id::new("c1")).await.expect("the second attempt");

    let once = || RetryPolicy::none();
    let update = || planhat.companies().update(Id::new("c1"), CompanyPatch::new().name("B")).retry(once());
    let error = update().await.unwrap_err();
    assert_eq!((error.kind(), error.effect()), (ErrorKind::Timeout, Effect::Applied), "{error}");
    assert!(error.message().contains("`read_timeout`"), "{error}");
    let error = update().await.unwrap_err();
    assert_eq!((error.kind(), error.status()), (ErrorKind::Server, Some(503)), "{error}");
}

#[tokio::test]
async fn the_timeout_of_an_attempt_ends_a_body_that_goes_on_and_on() {
    let drop_by_drop = || Act::Repeat(head(200, ""), b" ".to_vec(), 2_000, Duration::from_millis(5));
    let server = Server::start(move |_, _| drop_by_drop()).await;
    let planhat = builder(&server).retry(RetryPolicy::none()).build().unwrap();
    let error = planhat.companies().get(Id::new("c1")).timeout(Duration::from_millis(200)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
}

#[tokio::test]
async fn a_head_without_an_end_is_not_read() {
    let line = "x-filler: yes\r\n".repeat(1_000).into_bytes();
    let server =
        Server::start(move |_, _| Act::Repeat(b"HTTP/1.1 200 OK\r\n".to_vec(), line.clone(), 4_000, Duration::ZERO))
            .await;
    let planhat = builder(&server).retry(RetryPolicy::none()).build().unwrap();
    let error = planhat.companies().get(Id::new("c1")).await.unwrap_err();
    assert_eq!((error.kind(), error.status()), (ErrorKind::Network, None), "{error}");
}

#[tokio::test]
async fn an_error_response_that_holds_outcomes_is_read_as_a_whole() {
    let errors = format!(r#"[{{"externalId": "a", "message": "{}"}}]"#, "no ".repeat(MEBIBYTE));
    let body = format!(r#"{{"created": 0, "updated": 0, "nonupdates": 0, "createdErrors": {errors}}}"#);
    let server = Server::start(move |_, _| answer(400, &body)).await;
    let row = || [CompanyPatch::new().external_id(ExternalId::new("a")).name("A")];
    let report = client(&server).companies().bulk_upsert(row()).await.unwrap();
    assert_eq!(report.totals().failed, 1, "{:?}", report.totals());

    let planhat = builder(&server).max_response_bytes(MEBIBYTE).retry(RetryPolicy::none()).build().unwrap();
    let error = planhat.companies().bulk_upsert(row()).await.unwrap_err();
    assert_eq!((error.kind(), error.effect()), (ErrorKind::Decode, Effect::Unknown), "{error}");
}
