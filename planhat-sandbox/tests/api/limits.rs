//! Timeouts, early rejections and allowed hosts.

use std::{
    io::{Read, Write},
    net::TcpStream,
    time::Duration,
};

use planhat_sandbox::{Builder, Sandbox};

use crate::client::Client;

/// Longer than any test takes.
const FOREVER: Duration = Duration::from_secs(3600);

/// Short for a sandbox that waits, and never measured.
const SHORT: Duration = Duration::from_millis(50);

fn connect(sandbox: &Sandbox) -> TcpStream {
    TcpStream::connect(sandbox.api_url().trim_start_matches("http://")).unwrap()
}

/// Reads until the sandbox closes the connection, while the client keeps its side open.
fn all_of(stream: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    // A reset is an end, too.
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

/// Reads the head of a response, while the connection may stay open.
fn head_of(stream: &mut TcpStream) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).unwrap();
        head.extend(byte);
    }
    String::from_utf8(head).unwrap()
}

fn patient() -> Builder {
    Sandbox::builder().head_timeout(FOREVER).body_timeout(FOREVER)
}

#[tokio::test]
async fn an_incomplete_head_times_out() {
    let sandbox = patient().head_timeout(SHORT).start().await.unwrap();
    for sent in [&b""[..], b"G", b"GET /companies HTTP/1.1\r\nhost: local"] {
        let mut stream = connect(&sandbox);
        stream.write_all(sent).unwrap();
        assert!(!all_of(&mut stream).contains(" 200 "), "{}", String::from_utf8_lossy(sent));
    }
}

#[tokio::test]
async fn an_incomplete_body_times_out() {
    let sandbox = patient().body_timeout(SHORT).admin(true).start().await.unwrap();
    for (line, length) in [
        ("POST /companies", "content-length: 100"),
        ("PUT /companies", "transfer-encoding: chunked"),
        ("GET /companies", "content-length: 100"),
        ("PUT /_sandbox/state", "content-length: 100"),
    ] {
        let token = sandbox.api_token();
        let head = format!("{line} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {token}\r\n{length}\r\n\r\n");
        let mut stream = connect(&sandbox);
        stream.write_all(head.as_bytes()).unwrap();
        let answer = all_of(&mut stream);
        assert!(answer.starts_with("HTTP/1.1 408 "), "{line}: {answer}");
    }
    assert_eq!(sandbox.applied(), []);
}

#[tokio::test]
async fn a_wrong_token_is_rejected_before_the_body_is_read() {
    let sandbox = patient().start().await.unwrap();
    for (target, authorization, status) in [
        ("POST /companies", "Bearer wrong", 401),
        ("PUT /companies", "", 401),
        ("POST /dimensiondata/wrong", "", 401),
        ("POST /nothing", "Bearer wrong", 404),
        ("PATCH /companies", "Bearer wrong", 405),
    ] {
        let mut stream = connect(&sandbox);
        let head = format!("{target} HTTP/1.1\r\nhost: localhost\r\nauthorization: {authorization}\r\n");
        stream.write_all(format!("{head}content-length: 1000000\r\n\r\n[").as_bytes()).unwrap();
        let answer = head_of(&mut stream);
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{target}: {answer}");
    }
    assert_eq!(sandbox.requests().len(), 5);
}

#[tokio::test]
async fn a_client_that_sends_a_large_body_with_a_wrong_token_gets_the_response() {
    let client = Client::new().await;
    for _ in 0..5 {
        let request = client.bare("PUT", "/companies").bearer_auth("wrong").body(vec![b' '; 20_000_000]);
        assert_eq!(request.send().await.unwrap().status(), 401);
    }
}

#[tokio::test]
async fn a_foreign_host_is_rejected_unless_it_is_allowed() {
    let sandbox = patient().admin(true).allow_host("planhat.test").start().await.unwrap();
    let token = sandbox.api_token();
    for path in ["/companies", "/nothing", "/_sandbox/overview", "/"] {
        for (host, is_refused) in [
            ("host: evil.example:8080\r\n", true),
            ("host: 127.0.0.1.evil.example\r\n", true),
            ("host: \r\n", true),
            ("", true),
            ("host: planhat.test:8080\r\n", false),
            ("host: localhost\r\n", false),
            ("host: 127.0.0.1:8080\r\n", false),
        ] {
            let mut stream = connect(&sandbox);
            let head =
                format!("GET {path} HTTP/1.1\r\n{host}authorization: Bearer {token}\r\nconnection: close\r\n\r\n");
            stream.write_all(head.as_bytes()).unwrap();
            let answer = all_of(&mut stream);
            assert_eq!(answer.starts_with("HTTP/1.1 403 "), is_refused, "{path} {host}: {answer}");
        }
    }
}

#[tokio::test]
async fn tokens_are_not_logged_however_they_are_written() {
    let client = Client::new().await;
    let encoded = |token: &str| token.bytes().fold(String::new(), |all, byte| format!("{all}%{byte:02x}"));
    let (api, tenant) = (encoded(client.sandbox.api_token()), encoded(client.sandbox.tenant_token()));
    client.get(&format!("/companies/{api}?token={}&tenant={tenant}", api.to_uppercase())).await;
    client.bare("POST", &format!("/analytics/{tenant}")).body("{}").send().await.unwrap();
    let log = client.sandbox.requests();
    let shown: Vec<_> = log.iter().map(|logged| (logged.path.as_str(), logged.query.as_str())).collect();
    assert_eq!(shown, [("/companies/{token}", "token={token}&tenant={tenant}"), ("/analytics/{tenant}", "")]);
}
