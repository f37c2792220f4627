//! Authorization, routing and logging.

use planhat_sandbox::Sandbox;
use serde_json::json;

use crate::client::{Client, answer, message};

#[tokio::test]
async fn the_api_token_is_a_bearer_token_or_a_basic_user_name() {
    let client = Client::new().await;
    let token = client.sandbox.api_token();
    let status = async |request| answer(request).await.0;

    assert_eq!(status(client.bare("GET", "/companies").bearer_auth(token)).await, 200);
    assert_eq!(status(client.bare("GET", "/companies").basic_auth(token, Some(""))).await, 200);
    assert_eq!(status(client.bare("GET", "/companies")).await, 401);
    assert_eq!(status(client.bare("GET", "/companies").bearer_auth("other")).await, 401);
    assert_eq!(status(client.bare("GET", "/companies").basic_auth(token, Some("password"))).await, 401);
    assert_eq!(status(client.bare("GET", "/companies").header("authorization", "Basic %%%")).await, 401);
    assert_eq!(status(client.bare("GET", "/companies").bearer_auth(client.sandbox.tenant_token())).await, 401);
}

#[tokio::test]
async fn the_analytics_host_takes_the_tenant_token() {
    let client = Client::new().await;
    let event = json!({ "email": "ann@example.org", "action": "Logged in" });

    assert_eq!(client.ingest("/analytics", event.clone()).await.0, 200);
    let other = client.bare("POST", "/analytics/another").bearer_auth(client.sandbox.api_token());
    assert_eq!(answer(other.json(&event)).await.0, 401);

    let call = json!({ "type": "identify", "traits": { "email": "ann@example.org" } });
    let basic = client.bare("POST", "/dock/segment").basic_auth(client.sandbox.tenant_token(), Some(""));
    assert_eq!(answer(basic.json(&call)).await.0, 200);
    assert_eq!(answer(client.bare("POST", "/dock/segment").json(&call)).await.0, 401);
}

#[tokio::test]
async fn tokens_and_the_port_can_be_chosen() {
    let sandbox = Sandbox::builder().api_token("key").tenant_token("tenant").start().await.unwrap();
    assert_eq!((sandbox.api_token(), sandbox.tenant_token()), ("key", "tenant"));
    let port: u16 = sandbox.api_url().rsplit(':').next().unwrap().parse().unwrap();

    let taken = Sandbox::builder().port(port).start().await.unwrap_err();
    assert_eq!(taken.to_string(), format!("cannot listen on 127.0.0.1:{port}"));

    drop(sandbox);
    Sandbox::builder().port(port).start().await.unwrap();
}

#[tokio::test]
async fn the_hosts_may_have_a_port_each() {
    let sandbox = Sandbox::builder().analytics_port(0).start().await.unwrap();
    let client = Client { sandbox, http: reqwest::Client::new() };
    let (api, analytics) = (client.sandbox.api_url(), client.sandbox.analytics_url());
    assert_ne!(api, analytics);
    let post = async |url: &str| {
        let path = format!("{url}/analytics/{}", client.sandbox.tenant_token());
        answer(client.http.post(path).json(&json!({ "email": "ann@example.org" }))).await.0
    };
    let list = async |url: &str| {
        answer(client.http.get(format!("{url}/dimensiondata")).bearer_auth(client.sandbox.api_token())).await.0
    };
    assert_eq!((post(&api).await, post(&analytics).await), (404, 200));
    assert_eq!((list(&api).await, list(&analytics).await), (200, 404));

    client.sandbox.go_offline();
    assert!(client.http.get(format!("{analytics}/dimensiondata")).send().await.is_err());
    client.sandbox.go_online().unwrap();
    assert_eq!((client.sandbox.api_url(), client.sandbox.analytics_url()), (api, analytics.clone()));
    assert_eq!(post(&analytics).await, 200);

    let used: u16 = analytics.rsplit(':').next().unwrap().parse().unwrap();
    let taken = Sandbox::builder().analytics_port(used).start().await.unwrap_err();
    assert_eq!(taken.to_string(), format!("cannot listen on 127.0.0.1:{used}"));
}

#[tokio::test]
async fn dropping_a_sandbox_ends_it_although_a_request_is_half_sent() {
    use std::{io::Write, net::TcpStream};

    let sandbox = Sandbox::start().await.unwrap();
    let address = sandbox.api_url().trim_start_matches("http://").to_owned();
    let mut stream = TcpStream::connect(&address).unwrap();
    stream.write_all(b"POST /companies HTTP/1.1\r\nhost: localhost\r\ncontent-length: 100\r\n\r\n{").unwrap();

    drop(sandbox);
    assert!(TcpStream::connect(&address).is_err());
}

#[tokio::test]
async fn unknown_paths_and_wrong_methods_are_told_apart() {
    let client = Client::new().await;
    let (status, body) = client.get("/nothing").await;
    assert_eq!((status, message(&body)), (404, "no route for /nothing"));

    let patch = client.bare("PATCH", "/companies").bearer_auth(client.sandbox.api_token());
    let response = patch.send().await.unwrap();
    assert_eq!(response.status(), 405);
    assert_eq!(response.headers()["allow"], "GET, POST, PUT");

    assert_eq!(client.get("/companies/").await.0, 404);
    // A path that only POST has is an id for GET.
    assert_eq!(client.get("/timeentries/duplicate").await.0, 400);
    assert_eq!(client.post("/timeentries/duplicate", json!({ "ids": [] })).await.0, 200);
}

#[tokio::test]
async fn requests_are_logged_without_the_tenant_token() {
    let client = Client::new().await;
    client.get("/companies?limit=5").await;
    client.ingest("/analytics", json!({ "email": "ann@example.org" })).await;
    client.ingest("/wrong", json!({})).await;

    let log = client.sandbox.requests();
    assert_eq!((log[0].method.as_str(), log[0].path.as_str(), log[0].query.as_str()), ("GET", "/companies", "limit=5"));
    assert_eq!((log[0].status, log[0].operation), (200, Some("companies.list")));
    assert_eq!(log[1].path, "/analytics/{tenant}");
    assert!(log[1].operation.is_some());
    assert_eq!((log[2].path.as_str(), log[2].status, log[2].operation), ("/wrong/{tenant}", 404, None));
    assert!(!format!("{log:?} {:?}", client.sandbox).contains(client.sandbox.tenant_token()));

    client.sandbox.clear_requests();
    assert_eq!(client.sandbox.requests(), []);
}
