//! What the SDK does when the other side misbehaves: servers that follow a script, and break it off.

#![cfg(test)]

#[path = "client_behaviour/attempts.rs"]
mod attempts;
#[path = "client_behaviour/bulk.rs"]
mod bulk;
#[path = "client_behaviour/bulk_model.rs"]
mod bulk_model;
#[path = "client_behaviour/bulk_reports.rs"]
mod bulk_reports;
#[path = "client_behaviour/bulk_search.rs"]
mod bulk_search;
#[path = "client_behaviour/bulk_upload.rs"]
mod bulk_upload;
#[path = "client_behaviour/certificates.rs"]
mod certificates;
#[path = "client_behaviour/errors.rs"]
mod errors;
#[path = "client_behaviour/futures.rs"]
mod futures;
#[path = "client_behaviour/ingest.rs"]
mod ingest;
#[path = "client_behaviour/limits.rs"]
mod limits;
#[path = "client_behaviour/lists.rs"]
mod lists;
#[path = "client_behaviour/lists_ahead.rs"]
mod lists_ahead;
#[path = "client_behaviour/lists_split.rs"]
mod lists_split;
#[path = "client_behaviour/proxies.rs"]
mod proxies;
#[path = "client_behaviour/quota.rs"]
mod quota;
#[path = "client_behaviour/repeats.rs"]
mod repeats;
#[path = "client_behaviour/responses.rs"]
mod responses;
#[path = "client_behaviour/secrets.rs"]
mod secrets;
#[path = "client_behaviour/unsendable.rs"]
mod unsendable;
#[path = "http_contract/wire.rs"]
mod wire;

use std::time::Duration;

use planhat_sdk::{Builder, Planhat, RetryPolicy};

const API_TOKEN: &str = "s3cret-api-token";
const TENANT_TOKEN: &str = "t3nant-0b7c2d1e-aaaa-4bbb";

fn builder(server: &wire::Server) -> Builder {
    Planhat::builder()
        .base_url(server.url())
        .api_token(API_TOKEN)
        .tenant_token(TENANT_TOKEN)
        .without_quota()
        .retry(quick())
}

fn client(server: &wire::Server) -> Planhat {
    builder(server).build().unwrap()
}

/// The usual policy, without the waiting.
fn quick() -> RetryPolicy {
    RetryPolicy::default().backoff(Duration::from_millis(1), Duration::from_millis(2)).outage_after(u32::MAX)
}
