//! A server that goes away in the middle of an upload or a list, and comes back: nothing is lost.
//!
//! Nothing here depends on how fast it goes. What depends on time is tested in virtual time, beside the loop.

#![cfg(test)]

use std::{sync::Arc, time::Duration};

use planhat_sandbox::Sandbox;
use planhat_sdk::{CompanyPatch, Effect, ErrorKind, ExternalId, Id, NewCompany, Planhat, RetryPolicy};
use serde_json::json;

/// The usual policy with short pauses.
fn policy() -> RetryPolicy {
    RetryPolicy::default()
        .backoff(Duration::from_millis(1), Duration::from_millis(5))
        .probe_interval(Duration::from_millis(5))
}

async fn stage(policy: RetryPolicy) -> (Arc<Sandbox>, Planhat) {
    let sandbox = Sandbox::start().await.unwrap();
    let planhat = Planhat::builder()
        .base_url(sandbox.api_url())
        .api_token(sandbox.api_token())
        .tenant_token(sandbox.tenant_token())
        .without_quota()
        .retry(policy)
        .build()
        .unwrap();
    (Arc::new(sandbox), planhat)
}

/// Goes offline three times, each time until the client has retried `tries` times.
async fn come_and_go(sandbox: Arc<Sandbox>, planhat: Planhat, tries: u64) {
    for outage in 1..=3 {
        while sandbox.requests().len() < outage * 8 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        sandbox.go_offline();
        let before = planhat.stats().retries;
        while planhat.stats().retries < before + tries {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        sandbox.go_online().unwrap();
    }
}

fn rows(count: usize) -> impl Iterator<Item = CompanyPatch> + Send + 'static {
    (0..count).map(|place| CompanyPatch::new().external_id(ExternalId::new(format!("c{place}"))).name("Acme"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_upload_survives_a_server_that_goes_away_and_comes_back() {
    for concurrency in [1, 4] {
        let (sandbox, planhat) = stage(policy()).await;
        let outages = tokio::spawn(come_and_go(Arc::clone(&sandbox), planhat.clone(), 40));
        let report =
            planhat.companies().bulk_upsert(rows(1_000)).chunk_items(10).concurrency(concurrency).await.unwrap();
        outages.await.unwrap();
        let totals = report.totals();
        // A chunk whose response was lost is sent again, and finds the records that it has created.
        assert_eq!((totals.failed, totals.unknown), (0, 0), "{totals}; {:?}", report.failures().next());
        assert_eq!(sandbox.records("Company").len(), 1_000, "{totals}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_list_survives_a_server_that_goes_away_and_comes_back() {
    let (sandbox, planhat) = stage(policy()).await;
    for place in 0..500 {
        sandbox.insert("Company", json!({"name": format!("Acme {place}")})).unwrap();
    }
    let outages = tokio::spawn(come_and_go(Arc::clone(&sandbox), planhat.clone(), 40));
    let companies = planhat.companies().list().page_size(10).prefetch(4).collect().await.unwrap();
    outages.await.unwrap();
    let mut ids: Vec<_> = companies.iter().map(|company| company.id().to_string()).collect();
    ids.dedup();
    assert_eq!(ids.len(), 500);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_upload_to_a_server_that_stays_away_ends_once_and_says_what_was_not_sent() {
    let (sandbox, planhat) = stage(policy().max_elapsed(Duration::from_millis(200))).await;
    let upload = planhat.companies().bulk_upsert(rows(20_000)).chunk_items(10).concurrency(4);
    let upload = tokio::spawn(upload.into_future());
    while sandbox.requests().len() < 8 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    sandbox.go_offline();
    let report = upload.await.unwrap().unwrap();
    let totals = report.totals();
    let written = totals.created + totals.updated + totals.unchanged;
    assert_eq!(written + totals.failed + totals.unknown, 20_000, "{totals}");
    // Only what was under way may be unknown.
    assert!(totals.failed > 0 && totals.unknown <= 40, "{totals}");
    assert!(report.failures().all(|row| matches!(row.failure().effect, Effect::NotSent | Effect::Unknown)), "{totals}");
    // 2,000 chunks with five attempts each would be many more.
    assert!(planhat.stats().retries < 1_000, "{:?}", planhat.stats());

    // What comes later fails at once.
    let retries = planhat.stats().retries;
    for _ in 0..50 {
        let error = planhat.companies().create(NewCompany::new("Acme")).await.unwrap_err();
        assert_eq!((error.kind(), error.effect()), (ErrorKind::Connect, Effect::NotSent), "{error}");
    }
    assert_eq!(planhat.stats().retries, retries);
    // And it is found when it is back.
    sandbox.go_online().unwrap();
    while planhat.companies().get(Id::new("nobody")).await.is_err_and(|error| error.kind() == ErrorKind::Connect) {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    planhat.companies().create(NewCompany::new("Acme")).await.unwrap();
}
