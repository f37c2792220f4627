//! Where lists end: on servers that send less than they are asked for, more, or the same again and again.

#![cfg(test)]

mod caps;
mod dishonest;
mod model;
mod world;

use planhat_sdk::{Planhat, RetryPolicy};

fn client(url: &str) -> Planhat {
    let builder = Planhat::builder().base_url(url).api_token("list-ends-api-token").without_quota();
    builder.retry(RetryPolicy::none()).build().unwrap()
}

fn ids(range: std::ops::Range<usize>) -> Vec<String> {
    range.map(|id| id.to_string()).collect()
}
