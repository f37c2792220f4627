//! What a client sees of each fault, and what is recorded of it.

use std::{
    io::{ErrorKind, Read, Write},
    net::{Shutdown, TcpStream},
    time::Duration,
};

use planhat_sandbox::{Fault, Faults, FaultsError, RetryAfter, Sandbox, StartError, WriteRecord};
use reqwest::header::RETRY_AFTER;
use serde_json::{Value, json};

use crate::client::{Client, message, wait_until};

/// Longer than any test takes.
const FOREVER: Duration = Duration::from_secs(3600);

const CREATE: &str = "companies.create";

async fn with(plan: Faults) -> Client {
    let sandbox = Sandbox::builder().faults(plan).start().await.unwrap();
    Client { sandbox, http: reqwest::Client::new() }
}

async fn always(fault: Fault) -> Client {
    with(Faults::new().random(fault, 1.0)).await
}

/// Sends a request on a connection of its own.
fn send(sandbox: &Sandbox, method: &str, path: &str, body: &Value) -> TcpStream {
    let mut stream = TcpStream::connect(sandbox.api_url().trim_start_matches("http://")).unwrap();
    let body = body.to_string();
    let (token, length) = (sandbox.api_token(), body.len());
    let head = format!("{method} {path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {token}");
    write!(stream, "{head}\r\ncontent-length: {length}\r\n\r\n{body}").unwrap();
    stream
}

fn create(sandbox: &Sandbox) -> TcpStream {
    send(sandbox, "POST", "/companies", &json!({ "name": "Acme" }))
}

/// Reads until the connection ends or breaks, and returns the error if it breaks.
fn read(mut stream: TcpStream) -> (Vec<u8>, Option<ErrorKind>) {
    let mut bytes = Vec::new();
    let broken = stream.read_to_end(&mut bytes).err().map(|why| why.kind());
    (bytes, broken)
}

/// Returns the `Content-Length` of a response, and its body.
fn parts(answer: &[u8]) -> (usize, &[u8]) {
    let end = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n").unwrap() + 4;
    let head = std::str::from_utf8(&answer[..end]).unwrap();
    let length = head.split("content-length: ").nth(1).and_then(|rest| rest.lines().next());
    (length.unwrap().parse().unwrap(), &answer[end..])
}

/// Returns what was recorded of the only request.
fn logged(sandbox: &Sandbox) -> (u16, Option<Fault>) {
    let log = sandbox.requests();
    assert_eq!(log.len(), 1);
    assert_eq!(log[0].operation, Some(CREATE));
    (log[0].status, log[0].fault.clone())
}

/// Returns the number of companies, which equals the number of writes.
fn stored(sandbox: &Sandbox) -> usize {
    let stored = sandbox.records("Company").len();
    assert_eq!(sandbox.applied_count(), stored);
    stored
}

#[tokio::test]
async fn a_429_may_have_a_retry_after_header() {
    for after in [RetryAfter::Omitted, RetryAfter::Seconds(3), RetryAfter::Date(3)] {
        let client = always(Fault::RateLimited(after)).await;
        let request = client.bare("POST", "/companies").bearer_auth(client.sandbox.api_token());
        let response = request.json(&json!({ "name": "Acme" })).send().await.unwrap();
        assert_eq!(response.status(), 429);
        let header = response.headers().get(RETRY_AFTER).map(|value| value.to_str().unwrap().to_owned());
        match after {
            RetryAfter::Omitted => assert_eq!(header, None),
            RetryAfter::Seconds(_) => assert_eq!(header.as_deref(), Some("3")),
            RetryAfter::Date(_) => assert!(header.unwrap().ends_with(" GMT")),
        }
        assert_eq!(response.json::<Value>().await.unwrap(), json!({ "message": "too many requests" }));
        assert_eq!(stored(&client.sandbox), 0);
        assert_eq!(logged(&client.sandbox), (429, Some(Fault::RateLimited(after))));
    }
}

#[tokio::test]
async fn errors_come_before_or_after_the_work() {
    for status in [500, 502, 503, 504] {
        for (fault, expected) in [(Fault::ErrorBefore(status), 0), (Fault::ErrorAfter(status), 1)] {
            let client = always(fault.clone()).await;
            let (answered, body) = client.post("/companies", json!({ "name": "Acme" })).await;
            assert_eq!(answered, status);
            assert!(!message(&body).is_empty());
            assert_eq!(stored(&client.sandbox), expected, "{fault}");
            assert_eq!(logged(&client.sandbox), (status, Some(fault)));
        }
    }
}

#[tokio::test]
async fn html_comes_instead_of_json() {
    for status in [200, 502] {
        let client = always(Fault::Html(status)).await;
        let (answered, page) = client.post("/companies", json!({ "name": "Acme" })).await;
        assert_eq!(answered, status);
        assert!(page.as_str().unwrap().starts_with("<!DOCTYPE html>"));
        assert_eq!(stored(&client.sandbox), 0);
        assert_eq!(logged(&client.sandbox), (status, Some(Fault::Html(status))));
    }
}

#[tokio::test]
async fn a_custom_body_comes_instead_of_the_response() {
    for text in [r#"{"error":"no permission"}"#, "\"é\""] {
        let fault = Fault::Body(200, text.to_owned());
        let client = always(fault.clone()).await;
        let (answered, body) = client.post("/companies", json!({ "name": "Acme" })).await;
        assert_eq!((answered, body.to_string().as_str()), (200, text));
        assert_eq!(stored(&client.sandbox), 0);
        assert_eq!(logged(&client.sandbox), (200, Some(fault)));
    }
}

#[tokio::test]
async fn resets_come_before_or_after_the_work_and_without_a_byte() {
    for (fault, expected) in [(Fault::ResetBefore, 0), (Fault::ResetAfter, 1)] {
        let sandbox = always(fault.clone()).await.sandbox;
        assert_eq!(read(create(&sandbox)), (Vec::new(), Some(ErrorKind::ConnectionReset)), "{fault}");
        assert_eq!(stored(&sandbox), expected);
        assert_eq!(logged(&sandbox), (0, Some(fault)));
    }
}

#[tokio::test]
async fn a_reset_waits_until_the_request_is_complete() {
    let sandbox = always(Fault::ResetBefore).await.sandbox;
    // More than the system keeps for a connection: sending it would fail if the reset came before the end.
    let rows: Value = (0..5000).map(|n| json!({ "name": "A".repeat(1000), "externalId": n })).collect();
    let stream = send(&sandbox, "PUT", "/companies", &rows);
    assert_eq!(read(stream), (Vec::new(), Some(ErrorKind::ConnectionReset)));
    assert_eq!(stored(&sandbox), 0);
}

#[tokio::test]
async fn a_truncated_response_ends_in_the_middle_of_its_body() {
    let sandbox = always(Fault::Truncate).await.sandbox;
    let (answer, broken) = read(create(&sandbox));
    let (length, body) = parts(&answer);
    assert!(answer.starts_with(b"HTTP/1.1 200 OK\r\n"));
    assert_eq!((body.len(), broken), (length / 2, None));
    assert!(body.starts_with(b"{"));
    assert_eq!(stored(&sandbox), 1);
    assert_eq!(logged(&sandbox), (200, Some(Fault::Truncate)));
}

#[tokio::test]
async fn large_responses_are_truncated_in_the_middle_too() {
    let sandbox = always(Fault::Truncate).await.sandbox;
    for count in [60, 2000] {
        for n in 0..count {
            sandbox.insert("Company", json!({ "name": "A".repeat(5000), "externalId": n.to_string() })).unwrap();
        }
        sandbox.clear_requests();
        let stream = send(&sandbox, "GET", "/companies?limit=5000", &Value::Null);
        // A client that reads late.
        wait_until(|| sandbox.requests().len() == 1).await;
        let (answer, broken) = read(stream);
        let (length, body) = parts(&answer);
        assert!(length > count * 5000);
        assert_eq!((body.len(), broken), (length / 2, None));
    }
}

#[tokio::test]
async fn invalid_json_arrives_whole() {
    let client = always(Fault::InvalidJson).await;
    let (status, body) = client.post("/companies", json!({ "name": "Acme" })).await;
    assert_eq!(status, 200);
    assert!(body.as_str().unwrap().starts_with("{\""), "{body}");
    assert_eq!(stored(&client.sandbox), 1);
    assert_eq!(logged(&client.sandbox), (200, Some(Fault::InvalidJson)));
}

#[tokio::test]
async fn an_empty_response_has_no_body() {
    let client = always(Fault::Empty).await;
    assert_eq!(client.post("/companies", json!({ "name": "Acme" })).await, (200, "".into()));
    assert_eq!(stored(&client.sandbox), 1);
    assert_eq!(logged(&client.sandbox), (200, Some(Fault::Empty)));
}

#[tokio::test]
async fn empty_responses_can_be_truncated_too() {
    let client = with(Faults::new().on("any", 1, Fault::InvalidJson).on("any", 2, Fault::Truncate)).await;
    client.sandbox.insert("Enduser", json!({ "email": "ann@example.org" })).unwrap();
    let event = json!({ "email": "ann@example.org", "action": "Logged in" });
    assert_eq!(client.ingest("/analytics", event.clone()).await, (200, "{".into()));
    let path = format!("/analytics/{}", client.sandbox.tenant_token());
    let (answer, broken) = read(send(&client.sandbox, "POST", &path, &event));
    assert_eq!((parts(&answer), broken), ((2, &b"{"[..]), None));
    assert_eq!(client.ingest("/analytics", event).await, (200, "".into()));
    assert_eq!(client.sandbox.applied_count(), 3);
}

#[tokio::test]
async fn a_delayed_response_does_not_delay_others() {
    let client = with(Faults::new().first(CREATE, 3, Fault::Slow(FOREVER))).await;
    let held: Vec<_> = (0..3).map(|_| create(&client.sandbox)).collect();
    wait_until(|| stored(&client.sandbox) == 3).await;
    assert_eq!(client.post("/companies", json!({ "name": "Quick" })).await.0, 200);
    assert_eq!(client.listed("/companies", "name").await, ["Acme", "Acme", "Acme", "Quick"]);
    for mut stream in held {
        stream.set_nonblocking(true).unwrap();
        assert_eq!(stream.read(&mut [0]).unwrap_err().kind(), ErrorKind::WouldBlock);
    }
    assert_eq!(client.sandbox.requests()[0].fault, Some(Fault::Slow(FOREVER)));
}

#[tokio::test]
async fn a_request_is_processed_once_even_if_the_client_disconnects() {
    let sandbox = always(Fault::Slow(FOREVER)).await.sandbox;
    let large = json!({ "name": "A".repeat(1_000_000) });
    for n in 1..=50 {
        drop(if n % 5 == 0 { send(&sandbox, "POST", "/companies", &large) } else { create(&sandbox) });
        wait_until(|| sandbox.requests().len() == n).await;
        assert_eq!(stored(&sandbox), n);
    }
}

#[tokio::test]
async fn a_delayed_response_arrives() {
    let client = always(Fault::Slow(Duration::from_millis(5))).await;
    assert_eq!(client.post("/companies", json!({ "name": "Acme" })).await.0, 200);
}

#[tokio::test]
async fn latency_delays_every_response() {
    let sandbox = Sandbox::builder().latency(FOREVER).start().await.unwrap();
    let mut created = create(&sandbox);
    let mut nothing = send(&sandbox, "GET", "/nothing", &Value::Null);
    wait_until(|| sandbox.requests().len() == 2).await;
    for stream in [&mut created, &mut nothing] {
        stream.set_nonblocking(true).unwrap();
        assert_eq!(stream.read(&mut [0]).unwrap_err().kind(), ErrorKind::WouldBlock);
    }
    assert_eq!(stored(&sandbox), 1);

    let sandbox = Sandbox::builder().latency(Duration::from_millis(1)).start().await.unwrap();
    let mut first = [0; 15];
    create(&sandbox).read_exact(&mut first).unwrap();
    assert_eq!(&first, b"HTTP/1.1 200 OK");
}

#[tokio::test]
async fn an_error_stays_an_error_in_a_broken_response() {
    let client = with(Faults::new().on(CREATE, 1, Fault::ResetAfter).on(CREATE, 2, Fault::Empty)).await;
    let refused = json!({ "phase": "Live" });
    let (_, broken) = read(send(&client.sandbox, "POST", "/companies", &refused));
    assert_eq!(broken, Some(ErrorKind::ConnectionReset));
    assert_eq!(client.post("/companies", refused).await, (400, "".into()));
    assert_eq!(stored(&client.sandbox), 0);
}

#[tokio::test]
async fn planned_faults_are_injected_in_order() {
    let plan = Faults::new().on("companies.list", 2, Fault::Empty).first(CREATE, 2, Fault::ErrorBefore(503)).on(
        CREATE,
        4,
        Fault::ErrorAfter(500),
    );
    let client = with(plan).await;
    let mut statuses = Vec::new();
    for n in 0..5 {
        statuses.push(client.post("/companies", json!({ "name": "A", "externalId": n.to_string() })).await.0);
        client.get("/companies").await;
    }
    assert_eq!(statuses, [503, 503, 200, 500, 200]);
    let keys: Vec<_> = client.sandbox.applied().into_iter().map(|applied| applied.keys["externalId"].clone()).collect();
    assert_eq!(keys, ["2", "3", "4"]);
    let lists = client.sandbox.requests().into_iter().filter(|logged| logged.operation == Some("companies.list"));
    let faults: Vec<_> = lists.map(|logged| logged.fault).collect();
    assert_eq!(faults, [None, Some(Fault::Empty), None, None, None]);
}

#[tokio::test]
async fn only_authorized_requests_count() {
    let client = with(Faults::new().on("any", 1, Fault::ErrorBefore(503))).await;
    assert_eq!(client.get("/nothing").await.0, 404);
    assert_eq!(client.send("PATCH", "/companies", None).await.0, 405);
    assert_eq!(client.bare("GET", "/companies").bearer_auth("other").send().await.unwrap().status(), 401);
    assert_eq!(client.get("/companies").await.0, 503);
    assert_eq!(client.get("/companies").await.0, 200);
    let faults: Vec<_> = client.sandbox.requests().into_iter().filter_map(|logged| logged.fault).collect();
    assert_eq!(faults, [Fault::ErrorBefore(503)]);
}

#[tokio::test]
async fn an_incomplete_request_does_not_count() {
    let client = with(Faults::new().on("any", 1, Fault::ErrorBefore(503))).await;
    for sent in ["", "{", "{ \"name\": \"Acme\" "] {
        let (address, token) = (client.sandbox.api_url().replace("http://", ""), client.sandbox.api_token());
        let mut stream = TcpStream::connect(address).unwrap();
        let head = format!("POST /companies HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {token}");
        write!(stream, "{head}\r\ncontent-length: 100\r\n\r\n{sent}").unwrap();
        stream.shutdown(Shutdown::Write).unwrap();
        // Once the connection is over, nothing more can come of it.
        read(stream);
    }
    assert_eq!(client.sandbox.requests(), []);
    assert_eq!(client.get("/companies").await.0, 503);
}

#[tokio::test]
async fn random_faults_are_the_same_for_the_same_seed() {
    let statuses = async |seed| {
        let client = with(Faults::new().seed(seed).random(Fault::ErrorBefore(503), 0.5)).await;
        let mut statuses = Vec::new();
        for _ in 0..40 {
            statuses.push(client.get("/companies").await.0);
        }
        statuses
    };
    let seven = statuses(7).await;
    assert_eq!(seven, statuses(7).await);
    assert_ne!(seven, statuses(8).await);
}

#[tokio::test]
async fn the_plan_can_change() {
    let client = always(Fault::ErrorBefore(503)).await;
    assert_eq!(client.get("/companies").await.0, 503);
    client.sandbox.set_faults(Faults::new().on("any", 2, Fault::ErrorBefore(500))).unwrap();
    for expected in [200, 500, 200] {
        assert_eq!(client.get("/companies").await.0, expected);
    }
}

#[tokio::test]
async fn an_invalid_plan_is_an_error_and_the_old_one_stays() {
    let plan = Faults::new().on("companies.nothing", 1, Fault::Empty);
    let unknown = FaultsError::UnknownOperation("companies.nothing".to_owned());
    let why = Sandbox::builder().faults(plan.clone()).start().await.unwrap_err();
    assert!(matches!(why, StartError::Faults(why) if why == unknown));

    let client = always(Fault::ErrorBefore(503)).await;
    assert_eq!(client.sandbox.set_faults(plan), Err(unknown));
    assert_eq!(client.get("/companies").await.0, 503);
}

#[tokio::test]
async fn writes_can_be_read_from_an_index_and_cleared() {
    let client = Client::new().await;
    client.post("/companies", json!({ "name": "One" })).await;
    let before = client.sandbox.applied_count();
    assert_eq!(client.sandbox.applied_since(before), []);
    client.post("/companies", json!({ "name": "Two" })).await;
    let since = client.sandbox.applied_since(before);
    assert_eq!(since.iter().map(|WriteRecord { operation, .. }| *operation).collect::<Vec<_>>(), [CREATE]);
    assert_eq!(client.sandbox.applied_since(5), []);

    client.sandbox.clear_applied();
    assert_eq!(client.sandbox.applied(), []);
    assert_eq!(client.sandbox.records("Company").len(), 2);
}
