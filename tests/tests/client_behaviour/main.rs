//! What the SDK does when the other side misbehaves: servers that follow a script, and break it off.

#![cfg(test)]

mod attempts;
mod bulk;
mod bulk_model;
mod bulk_reports;
mod bulk_search;
mod bulk_upload;
mod certificates;
mod errors;
mod futures;
mod ingest;
mod limits;
mod lists;
mod lists_ahead;
mod lists_split;
mod proxies;
mod quota;
mod repeats;
mod responses;
mod secrets;
mod unsendable;

use std::time::Duration;

use planhat_sdk::{Builder, Planhat, RetryPolicy};
use planhat_tests::wire::Server;

const API_TOKEN: &str = "s3cret-api-token";
const TENANT_TOKEN: &str = "t3nant-0b7c2d1e-aaaa-4bbb";

fn builder(server: &Server) -> Builder {
    Planhat::builder()
        .base_url(server.url())
        .api_token(API_TOKEN)
        .tenant_token(TENANT_TOKEN)
        .without_quota()
        .retry(quick())
}

fn client(server: &Server) -> Planhat {
    builder(server).build().unwrap()
}

/// The usual policy, without the waiting.
fn quick() -> RetryPolicy {
    RetryPolicy::default().backoff(Duration::from_millis(1), Duration::from_millis(2)).outage_after(u32::MAX)
}
