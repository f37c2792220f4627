//! Two hosts that take everything, and a client for them.

use std::sync::Mutex;

use planhat_sdk::{Error, ExternalId, Id, Planhat, SourceId};
use planhat_tests::wire::{Seen, Server, answer};
use reqwest::Url;
use serde_json::json;

use crate::table::Host;

pub const API_TOKEN: &str = "api-token";
pub const TENANT: &str = "0b7c2d1e-aaaa-4bbb-8ccc-1234567890ab";

/// A key with everything that has a meaning of its own in a URL, and how it must stand there.
pub const KEY: &str = "a/b c?d#e%é";
pub const KEY_IN_PATH: &str = "a%2Fb%20c%3Fd%23e%25%C3%A9";

pub fn own<M>() -> Id<M> {
    Id::new(KEY)
}

pub fn external() -> ExternalId {
    ExternalId::new(KEY)
}

pub fn source() -> SourceId {
    SourceId::new(KEY)
}

/// A request that an operation of the SDK made.
pub struct Sent {
    pub operation: &'static str,
    pub host: Host,
    pub request: Seen,
}

pub struct Recorder {
    pub planhat: Planhat,
    api: Server,
    analytics: Server,
    sent: Mutex<Vec<Sent>>,
}

impl Recorder {
    pub async fn new() -> Self {
        let api = Server::start(|_, request| {
            let is_list = request.verb == "GET" && request.path().matches('/').count() == 1;
            // A record and an envelope at once.
            let one = || json!({"_id": id_in(request.path()), "nonupdates": 1}).to_string();
            answer(200, &if is_list { "[]".to_owned() } else { one() })
        })
        .await;
        let analytics = Server::start(|_, _| answer(200, "{}")).await;
        let planhat = Planhat::builder()
            .base_url(api.url())
            .analytics_url(analytics.url())
            .api_token(API_TOKEN)
            .tenant_token(TENANT)
            .without_quota()
            .build()
            .unwrap();
        Self { planhat, api, analytics, sent: Mutex::default() }
    }

    /// Makes a call, which must end well and be one request to one host.
    pub async fn call<T>(&self, operation: &'static str, call: impl IntoFuture<Output = Result<T, Error>>) {
        let before = [self.api.seen().len(), self.analytics.seen().len()];
        if let Err(error) = call.await {
            panic!("{operation}: {error}");
        }
        let hosts = [(&self.api, Host::Api), (&self.analytics, Host::Analytics)];
        let new = hosts.into_iter().zip(before).flat_map(|((server, host), before)| {
            server.seen().into_iter().skip(before).map(move |request| Sent { operation, host, request })
        });
        let new: Vec<_> = new.collect();
        assert_eq!(new.len(), 1, "{operation} is one request");
        self.sent.lock().unwrap().extend(new);
    }

    pub fn into_sent(self) -> Vec<Sent> {
        self.sent.into_inner().unwrap()
    }
}

/// The id that a path names, decoded; another one if it names none.
fn id_in(path: &str) -> String {
    let segment = path.split('/').nth(2).unwrap_or("r1").replace('+', "%2B");
    let url = Url::parse(&format!("http://server/?{segment}")).unwrap();
    url.query_pairs().next().map(|(id, _)| id.into_owned()).unwrap_or_default()
}
