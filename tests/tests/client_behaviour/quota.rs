//! What a quota of one's own is asked and told.

use std::{
    pin::Pin,
    sync::{Arc, Mutex},
    time::Duration,
};

use planhat_sdk::{
    Id, NewActivity, Planhat,
    quota::{Answered, Place, Quota},
};

use crate::{
    API_TOKEN, TENANT_TOKEN, quick,
    wire::{Act, Server, answer, bytes},
};

/// Lets everybody through, and writes down what it sees.
#[derive(Debug, Default)]
struct Recorder(Arc<Mutex<Vec<String>>>);

struct GivenBack(Arc<Mutex<Vec<String>>>);

impl Drop for GivenBack {
    fn drop(&mut self) {
        self.0.lock().unwrap().push("given back".to_owned());
    }
}

impl Quota for Recorder {
    fn place(&self) -> Pin<Box<dyn Future<Output = Place> + Send + '_>> {
        self.0.lock().unwrap().push("taken".to_owned());
        Box::pin(async { Place::new(GivenBack(Arc::clone(&self.0))) })
    }

    fn answered(&self, answer: &Answered) {
        let told = format!("throttled {:?}, {:?} left", answer.throttled, answer.remaining);
        self.0.lock().unwrap().push(told);
    }
}

fn client(server: &Server, quota: &Arc<Recorder>) -> Planhat {
    let builder = Planhat::builder().base_url(server.url()).api_token(API_TOKEN).tenant_token(TENANT_TOKEN);
    builder.retry(quick()).quota(Arc::clone(quota)).build().unwrap()
}

#[tokio::test]
async fn a_quota_hears_of_each_answer_before_the_place_comes_back() {
    let server = Server::start(|place, _| match place {
        0 => Act::Answer(bytes(429, &[("retry-after", "0"), ("x-ratelimit-remaining", "0")], "")),
        _ => Act::Answer(bytes(200, &[("X-Rate-Limit-Remaining", "17")], r#"{"_id": "c1"}"#)),
    })
    .await;
    let quota = Arc::new(Recorder::default());
    client(&server, &quota).companies().get(Id::new("c1")).await.unwrap();
    let zero = Duration::ZERO;
    let expected = [
        "taken",
        &format!("throttled Some({zero:?}), Some(0) left"),
        "given back",
        "taken",
        "throttled None, Some(17) left",
        "given back",
    ];
    assert_eq!(*quota.0.lock().unwrap(), expected);
}

#[tokio::test]
async fn a_call_without_an_answer_gives_its_place_back_too() {
    let server = Server::start(|_, _| Act::Hang).await;
    let quota = Arc::new(Recorder::default());
    let planhat = client(&server, &quota);
    let call = planhat.companies().get(Id::new("c1"));
    tokio::time::timeout(Duration::from_millis(200), call).await.unwrap_err();
    assert_eq!(*quota.0.lock().unwrap(), ["taken", "given back"]);
}

#[tokio::test]
async fn the_analytics_host_asks_no_quota() {
    let server = Server::start(|_, _| answer(200, "")).await;
    let quota = Arc::new(Recorder::default());
    client(&server, &quota).activities().track(NewActivity::with_email("ada@acme.com")).await.unwrap();
    assert!(quota.0.lock().unwrap().is_empty());
}
