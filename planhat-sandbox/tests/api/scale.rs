//! Many records.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::client::Client;

/// Far more than linear work takes, far less than quadratic work.
const SOON: Duration = Duration::from_secs(20);

#[tokio::test]
async fn full_bulk_requests_are_quick() {
    let client = Client::new().await;
    let started = Instant::now();
    for version in 0..2 {
        let row = |n: usize| json!({ "name": "A", "externalId": n, "email": "same@x.org", "custom": { "v": version } });
        let rows: Value = (0..5000).map(row).collect();
        assert_eq!(client.put("/companies", rows).await.0, 200);
    }
    assert_eq!(client.sandbox.records("Company").len(), 5000);
    assert!(started.elapsed() < SOON, "{:?}", started.elapsed());
}

#[tokio::test]
async fn pages_far_into_a_large_collection_are_quick() {
    let client = Client::new().await;
    for n in 0..200_000 {
        client.sandbox.insert("License", json!({ "externalId": n.to_string() })).unwrap();
    }
    let started = Instant::now();
    for page in 0..10 {
        let path = format!("/licenses?limit=2000&sort=_id&offset={}", 199_000 - page);
        assert_eq!(client.listed(&path, "externalId").await.len(), (1000 + page).min(2000));
    }
    assert!(started.elapsed() < SOON, "{:?}", started.elapsed());
}

#[tokio::test]
async fn concurrent_writes_do_not_conflict() {
    let client = std::sync::Arc::new(Client::new().await);
    let mut tasks = tokio::task::JoinSet::new();
    for n in 0..100 {
        let client = std::sync::Arc::clone(&client);
        tasks.spawn(async move { client.post("/companies", json!({ "name": "A", "externalId": n % 50 })).await.0 });
    }
    let mut statuses = tasks.join_all().await;
    statuses.sort_unstable();
    assert_eq!(statuses, [[200; 50], [400; 50]].concat());
    assert_eq!(client.sandbox.records("Company").len(), 50);
}
