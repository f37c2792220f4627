//! The calls that a custom quota receives.

use std::{
    pin::Pin,
    sync::{Arc, Mutex},
    time::Duration,
};

use planhat_sdk::{
    Id, NewActivity, Planhat,
    quota::{Permit, PermitEnd, Quota, RateLimitInfo},
};
use planhat_tests::wire::{Act, Server, answer, bytes};

use crate::{API_TOKEN, TENANT_TOKEN, quick};

/// Lets everybody through, and writes down what it sees.
#[derive(Debug, Default)]
struct Recorder(Arc<Mutex<Vec<String>>>);

impl Quota for Recorder {
    fn acquire(&self) -> Pin<Box<dyn Future<Output = Permit> + Send + '_>> {
        self.0.lock().unwrap().push("acquired".to_owned());
        let seen = Arc::clone(&self.0);
        Box::pin(async {
            Permit::new(move |end| {
                let end = if end == PermitEnd::Completed { "completed" } else { "abandoned" };
                seen.lock().unwrap().push(end.to_owned());
            })
        })
    }

    fn on_response(&self, info: &RateLimitInfo) {
        let seen =
            format!("throttled: {}, {:?} left", info.retry_after.is_some_and(|pause| !pause.is_zero()), info.remaining);
        self.0.lock().unwrap().push(seen);
    }
}

fn client(server: &Server, quota: &Arc<Recorder>) -> Planhat {
    let builder = Planhat::builder().base_url(server.url()).api_token(API_TOKEN).tenant_token(TENANT_TOKEN);
    builder.retry(quick()).quota(Arc::clone(quota)).build().unwrap()
}

#[tokio::test]
async fn a_quota_hears_of_each_response_before_its_permit_ends() {
    let server = Server::start(|place, _| match place {
        0 => Act::Answer(bytes(429, &[("retry-after", "0"), ("x-ratelimit-remaining", "0")], "")),
        _ => Act::Answer(bytes(200, &[("X-Rate-Limit-Remaining", "17")], r#"{"_id": "c1"}"#)),
    })
    .await;
    let quota = Arc::new(Recorder::default());
    client(&server, &quota).companies().get(Id::new("c1")).await.unwrap();
    let expected = [
        "acquired",
        "throttled: true, Some(0) left",
        "completed",
        "acquired",
        "throttled: false, Some(17) left",
        "completed",
    ];
    assert_eq!(*quota.0.lock().unwrap(), expected);
}

#[tokio::test]
async fn a_call_without_a_response_abandons_its_permit() {
    let server = Server::start(|_, _| Act::Hang).await;
    let quota = Arc::new(Recorder::default());
    let planhat = client(&server, &quota);
    let call = planhat.companies().get(Id::new("c1"));
    tokio::time::timeout(Duration::from_millis(200), call).await.unwrap_err();
    assert_eq!(*quota.0.lock().unwrap(), ["acquired", "abandoned"]);
}

#[tokio::test]
async fn the_analytics_host_asks_no_quota() {
    let server = Server::start(|_, _| answer(200, "")).await;
    let quota = Arc::new(Recorder::default());
    client(&server, &quota).activities().track(NewActivity::with_email("ada@acme.com")).await.unwrap();
    assert!(quota.0.lock().unwrap().is_empty());
}
