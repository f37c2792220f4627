//! The rate limit.

use planhat_sandbox::{Builder, QuotaStatus, Sandbox};
use reqwest::header::HeaderMap;
use serde_json::json;

use crate::client::{Client, message};

async fn with(settings: Builder) -> Client {
    Client { sandbox: settings.start().await.unwrap(), http: reqwest::Client::new() }
}

async fn headers(client: &Client, token: &str) -> (u16, HeaderMap) {
    let response = client.bare("GET", "/companies").bearer_auth(token).send().await.unwrap();
    (response.status().as_u16(), response.headers().clone())
}

fn numbers(headers: &HeaderMap) -> Vec<Option<u64>> {
    let number = |name: &&str| headers.get(*name).and_then(|value| value.to_str().unwrap().parse().ok());
    let names = ["x-rate-limit-limit", "x-rate-limit-remaining", "x-ratelimit-limit", "x-ratelimit-remaining"];
    names.iter().map(number).collect()
}

#[tokio::test]
async fn responses_have_the_remaining_quota_and_requests_beyond_it_get_429() {
    let client = with(Sandbox::builder().quota(3)).await;
    let token = client.sandbox.api_token();
    for remaining in [2, 1, 0] {
        let (status, headers) = headers(&client, token).await;
        let (limit, remaining) = (Some(3), Some(remaining));
        assert_eq!((status, numbers(&headers)), (200, vec![limit, remaining, limit, remaining]));
        let reset: u64 = headers["x-ratelimit-reset"].to_str().unwrap().parse().unwrap();
        assert!((1..=60).contains(&reset), "{reset}");
    }
    let (status, headers) = headers(&client, token).await;
    assert_eq!((status, numbers(&headers)), (429, vec![Some(3), Some(0), Some(3), Some(0)]));
    assert_eq!(headers.get("retry-after"), None);
    let (status, body) = client.post("/companies", json!({ "name": "A" })).await;
    assert_eq!((status, message(&body)), (429, "the limit of 3 requests per minute is exceeded"));

    assert_eq!(client.sandbox.records("Company").len(), 0);
    assert_eq!(
        client.sandbox.requests().iter().map(|request| request.status).collect::<Vec<_>>(),
        [200, 200, 200, 429, 429]
    );
    let QuotaStatus { limit, remaining, reset_after } = client.sandbox.quota().unwrap();
    assert_eq!((limit, remaining), (3, 0));
    assert!(reset_after.as_secs() <= 60, "{reset_after:?}");
}

#[tokio::test]
async fn a_429_may_have_a_retry_after_header() {
    let client = with(Sandbox::builder().quota(0).quota_retry_after()).await;
    let (status, headers) = headers(&client, client.sandbox.api_token()).await;
    assert_eq!((status, &headers["retry-after"]), (429, &headers["x-ratelimit-reset"]));
}

#[tokio::test]
async fn unauthorized_requests_and_the_analytics_host_are_not_counted() {
    let client = with(Sandbox::builder().quota(1)).await;
    for _ in 0..3 {
        assert_eq!(client.ingest("/analytics", json!({ "email": "a@x.org" })).await.0, 200);
        let (status, headers) = headers(&client, "another").await;
        assert_eq!((status, numbers(&headers)), (401, vec![None; 4]));
    }
    assert_eq!(client.get("/nothing").await.0, 404);
    assert_eq!(client.get("/companies").await.0, 200);
    assert_eq!(client.get("/companies").await.0, 429);
    assert_eq!(client.ingest("/analytics", json!({ "email": "a@x.org" })).await.0, 200);
}

#[tokio::test]
async fn without_a_quota_nothing_is_counted() {
    let client = Client::new().await;
    let (status, headers) = headers(&client, client.sandbox.api_token()).await;
    assert_eq!((status, numbers(&headers)), (200, vec![None; 4]));
    assert_eq!(client.sandbox.quota(), None);
}

#[tokio::test]
async fn logs_can_be_kept_short() {
    let client = with(Sandbox::builder().log_requests(2).log_writes(3)).await;
    for name in ["A", "B", "C", "D"] {
        client.post("/companies", json!({ "name": name, "externalId": name })).await;
        client.get(&format!("/companies/extid-{name}")).await;
    }
    let paths: Vec<_> = client.sandbox.requests().into_iter().map(|request| request.path).collect();
    assert_eq!(paths, ["/companies", "/companies/extid-D"]);
    let written = |applied: Vec<planhat_sandbox::WriteRecord>| {
        applied.iter().map(|applied| applied.keys["externalId"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(written(client.sandbox.applied()), ["B", "C", "D"]);
    assert_eq!(client.sandbox.applied_count(), 4);
    assert_eq!(written(client.sandbox.applied_since(3)), ["D"]);
    assert_eq!(written(client.sandbox.applied_since(0)), ["B", "C", "D"]);
    client.sandbox.clear_applied();
    assert_eq!(client.sandbox.applied_count(), 0);

    let client = with(Sandbox::builder().log_requests(0).log_writes(0)).await;
    assert_eq!(client.post("/companies", json!({ "name": "A" })).await.0, 200);
    assert_eq!((client.sandbox.requests().len(), client.sandbox.applied().len()), (0, 0));
    assert_eq!(client.sandbox.applied_count(), 1);
}
