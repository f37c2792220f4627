//! Malformed requests, byte by byte.

use std::{
    io::{Read, Write},
    net::{Shutdown, TcpStream},
};

use planhat_sandbox::Sandbox;
use serde_json::{Value, json};

use crate::client::Client;

fn connect(sandbox: &Sandbox) -> TcpStream {
    TcpStream::connect(sandbox.api_url().trim_start_matches("http://")).unwrap()
}

/// Returns the status of the response to these bytes, or `None` if the connection ends without one.
fn status(sandbox: &Sandbox, request: &[u8]) -> Option<u16> {
    let mut stream = connect(sandbox);
    // The server may close before it has read everything.
    let _ = stream.write_all(request);
    let _ = stream.shutdown(Shutdown::Write);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    let answer = String::from_utf8_lossy(&answer).into_owned();
    answer.strip_prefix("HTTP/1.1 ").map(|rest| rest[..3].parse().unwrap())
}

/// A request with the API token.
fn request(sandbox: &Sandbox, line: &[u8], headers: &str, body: &[u8]) -> Vec<u8> {
    let head =
        format!(" HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {}\r\n{headers}\r\n", sandbox.api_token());
    [line, head.as_bytes(), body].concat()
}

async fn is_well(client: &Client) {
    assert_eq!(client.get("/companies").await, (200, json!([])));
    assert_eq!(client.sandbox.applied(), []);
}

#[tokio::test]
async fn paths_lead_where_they_say_or_nowhere() {
    let client = Client::new().await;
    client.sandbox.insert("User", json!({ "_id": "..", "nickName": "dots" })).unwrap();
    let paths: [(&[u8], u16); 16] = [
        (b"/companies", 200),
        (b"//companies", 404),
        (b"/companies//", 404),
        (b"/companies/..", 400),
        (b"/users/..", 200),
        (b"/companies/../users", 404),
        (b"/companies%2f5f0000000000000000000000", 404),
        (b"/companies/%2e%2e%2fusers", 400),
        (b"/companies/%00", 400),
        (b"/%00", 404),
        (b"/companies/%ff%fe", 400),
        (b"/companies/%", 400),
        (b"/companies/%zz", 400),
        (b"/companies?limit=%ff", 400),
        (b"/companies?%ff=%ff&sort=%00&select=%ff", 200),
        (b"http://localhost/companies", 200),
    ];
    for (path, expected) in paths {
        let bytes = request(&client.sandbox, &[b"GET ", path].concat(), "connection: close\r\n", b"");
        assert_eq!(status(&client.sandbox, &bytes), Some(expected), "{}", String::from_utf8_lossy(path));
    }
    let raw: [&[u8]; 4] = [b"GET /companies/\xff", b"GET /companies?\x00", b"GET companies", b"G\xffT /companies"];
    for line in raw {
        let bytes = request(&client.sandbox, line, "", b"");
        let status = status(&client.sandbox, &bytes);
        assert!(status.is_none_or(|status| matches!(status, 400 | 403 | 404)), "{line:?}: {status:?}");
    }
    is_well(&client).await;
}

#[tokio::test]
async fn long_texts_do_no_harm() {
    let client = Client::new().await;
    let long = "a".repeat(60_000);
    for query in ["sort", "select", "companyId", "limit", "status"] {
        assert!(client.get(&format!("/companies?{query}={long}")).await.0 <= 400, "{query}");
    }
    assert_eq!(client.get(&format!("/companies/extid-{long}")).await.0, 404);
    let commas = ",a".repeat(15_000);
    assert_eq!(client.get(&format!("/companies?select={commas}&companyId={commas}")).await.0, 200);
    assert_eq!(client.get(&format!("/companies?sort={}", "a.".repeat(30_000))).await.0, 200);
    let line = format!("GET /companies/{}", "a".repeat(100_000));
    assert_eq!(status(&client.sandbox, &request(&client.sandbox, line.as_bytes(), "", b"")), Some(414));
    is_well(&client).await;

    let name = "n".repeat(8_000_000);
    let (status, company) = client.post("/companies", json!({ "name": name, &name: { &name: 1 } })).await;
    assert_eq!((status, company["name"].as_str().map(str::len)), (200, Some(8_000_000)));
    assert_eq!(client.listed("/companies?sort=name&select=name&name=nnn", "name").await.len(), 1);
}

#[tokio::test]
async fn absurd_headers_are_refused() {
    let client = Client::new().await;
    let get = |headers: &str| status(&client.sandbox, &request(&client.sandbox, b"GET /companies", headers, b""));
    let post = |headers: &str, body: &[u8]| {
        status(&client.sandbox, &request(&client.sandbox, b"POST /companies", headers, body))
    };
    assert_eq!(get("connection: close\r\n"), Some(200));
    assert_eq!(get(&"x: y\r\n".repeat(5_000)), Some(431));
    assert_eq!(get(&format!("x: {}\r\n", "y".repeat(2_000_000))), Some(431));
    assert_eq!(get(&format!("connection: close\r\nx: {}\r\n", "y".repeat(60_000))), Some(200));
    assert_eq!(get("no colon\r\n"), Some(400));
    assert_eq!(get("x: \u{0}\r\n"), Some(400));
    assert_eq!(post("content-length: -1\r\n", b"{}"), Some(400));
    assert_eq!(post("content-length: 99999999999999999999999\r\n", b"{}"), Some(400));
    assert_eq!(post("content-length: 2\r\ncontent-length: 3\r\n", b"{}"), Some(400));
    assert_eq!(post("transfer-encoding: chunked\r\n", b"zz\r\n{}\r\n"), Some(400));
    assert_eq!(post("transfer-encoding: chunked\r\n", b"ffffffffffffffffff\r\n{}\r\n"), Some(400));
    assert_eq!(post("connection: close\r\ntransfer-encoding: chunked\r\n", b"2\r\n{}\r\n0\r\n\r\n"), Some(400));
    for token in ["Bearer", "Bearer \u{e9}", "Basic", "Basic =", "Basic /w==", "", " "] {
        let bytes = format!(
            "GET /companies HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\nauthorization: {token}\r\n\r\n"
        );
        assert_eq!(status(&client.sandbox, bytes.as_bytes()), Some(401), "{token}");
    }
    let noise: Vec<u8> = (0..10_000_u32).map(|n| (n * 7919 % 251) as u8).collect();
    assert!(status(&client.sandbox, &noise).is_none_or(|status| status == 400));
    is_well(&client).await;
}

#[tokio::test]
async fn half_a_body_writes_nothing_and_holds_nobody_up() {
    let client = Client::new().await;
    let half = |line: &[u8], headers: &str| request(&client.sandbox, line, headers, b"{\"name\": \"Half\"");
    let mut open = Vec::new();
    for (line, headers) in [
        (&b"POST /companies"[..], "content-length: 1000\r\n"),
        (b"PUT /companies", "content-length: 33554432\r\n"),
        (b"POST /companies", "transfer-encoding: chunked\r\n"),
        (b"GET /companies", "content-length: 15\r\n"),
    ] {
        for _ in 0..50 {
            let mut stream = connect(&client.sandbox);
            stream.write_all(&half(line, headers)).unwrap();
            open.push(stream);
        }
    }
    for bytes in [&b"G"[..], b"GET /companies HTTP/1.1\r\nhost", b"\r\n\r\n"] {
        let mut stream = connect(&client.sandbox);
        stream.write_all(bytes).unwrap();
        open.push(stream);
    }
    is_well(&client).await;
    drop(open);
    is_well(&client).await;
}

#[tokio::test]
async fn a_body_that_comes_slowly_counts_once_it_is_there() {
    let client = Client::new().await;
    let body = json!({ "name": "Slow" }).to_string();
    let headers = format!("connection: close\r\ncontent-length: {}\r\n", body.len());
    let bytes = request(&client.sandbox, b"POST /companies", &headers, body.as_bytes());
    let mut stream = connect(&client.sandbox);
    stream.set_nodelay(true).unwrap();
    let (last, first) = bytes.split_last().unwrap();
    for byte in first {
        stream.write_all(std::slice::from_ref(byte)).unwrap();
    }
    is_well(&client).await;
    stream.write_all(std::slice::from_ref(last)).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    assert_eq!(client.sandbox.applied_count(), 1);
}

#[tokio::test]
async fn deep_and_wide_json_does_no_harm() {
    let client = Client::new().await;
    let nested = |depth: usize| {
        let (open, close) = ("{\"a\":".repeat(depth), "}".repeat(depth));
        format!("{{\"name\":\"A\",\"custom\":{open}1{close}}}")
    };
    let post = async |body: String| {
        let request = client.bare("POST", "/companies").bearer_auth(client.sandbox.api_token());
        crate::client::answer(request.body(body)).await
    };
    // The parser's own limit is 128.
    for (depth, expected) in [(100, 200), (130, 400), (100_000, 400), (4_000_000, 400)] {
        let (status, body) = post(nested(depth)).await;
        assert_eq!(status, expected, "{depth}");
        assert!(status == 200 || body["message"].as_str().unwrap().contains("recursion limit"), "{body}");
    }
    assert_eq!(client.listed(&format!("/companies?sort=custom{}", ".a".repeat(10_000)), "name").await, ["A"]);

    let wide: serde_json::Map<String, Value> = (0..200_000).map(|n| (format!("k{n}"), json!(n))).collect();
    assert_eq!(post(json!({ "name": "Wide", "custom": wide }).to_string()).await.0, 200);
    let same = format!("{{{}\"name\":\"Same\"}}", "\"name\":1,".repeat(200_000));
    assert_eq!(post(same).await.1["name"], "Same");
    let rows = format!("[{}]", vec!["[]"; 5_000].join(","));
    let request = client.bare("PUT", "/companies").bearer_auth(client.sandbox.api_token()).body(rows);
    let (status, report) = crate::client::answer(request).await;
    assert_eq!((status, report["validationErrors"].as_array().map(Vec::len)), (400, Some(5_000)));
}
