//! A server without sockets, for tests in virtual time: it is up, throttled or down, by the clock.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use bytes::Bytes;
use reqwest::header::{HeaderMap, RETRY_AFTER};
use tokio::time::{Instant, sleep};

use super::super::{Exchange, Response, Transport, exchange::Exchanged};
use crate::{
    Planhat, RetryPolicy,
    error::{Effect, Error, ErrorKind},
    operation::{Kind, Operation},
};

/// What a request meets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weather {
    Up,
    /// No connection.
    Refused,
    /// A gateway without a server behind it.
    Status(u16),
    /// No response, and nothing is carried out.
    Hangs,
    /// It is carried out, and the connection breaks.
    Breaks,
    /// 429, with this `Retry-After`.
    Throttled(&'static str),
}

/// A request that came, or would have come.
#[derive(Debug, Clone)]
pub struct Sent {
    pub operation: &'static Operation,
    pub body: String,
    pub weather: Weather,
}

impl Sent {
    pub fn is_carried_out(&self) -> bool {
        matches!(self.weather, Weather::Up | Weather::Breaks)
    }
}

type Forecast = Box<dyn Fn(Duration, &Operation, &str) -> Weather + Send + Sync>;

/// The server. Clones share it.
#[derive(Clone)]
pub struct World(Arc<Shared>);

struct Shared {
    started: Instant,
    latency: Duration,
    forecast: Forecast,
    sent: Mutex<Vec<Sent>>,
}

impl std::fmt::Debug for World {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("World")
    }
}

/// How many records its lists have.
pub const LISTED: usize = 1_000;

impl World {
    /// `forecast` is given the time since the start, the operation and the URL.
    pub fn new(forecast: impl Fn(Duration, &Operation, &str) -> Weather + Send + Sync + 'static) -> Self {
        let (started, latency, sent) = (Instant::now(), Duration::from_millis(200), Mutex::default());
        Self(Arc::new(Shared { started, latency, forecast: Box::new(forecast), sent }))
    }

    /// A client of it.
    pub fn client(&self, policy: RetryPolicy) -> Planhat {
        let builder = Planhat::builder().base_url("http://127.0.0.1:9").api_token("token").tenant_token("tenant");
        self.serve(builder.without_quota().timeout(Duration::from_secs(10)).retry(policy).build().unwrap())
    }

    pub fn serve(&self, planhat: Planhat) -> Planhat {
        planhat.with_exchange(self.clone())
    }

    pub fn sent(&self) -> Vec<Sent> {
        self.0.sent.lock().unwrap().clone()
    }

    pub fn now(&self) -> Duration {
        self.0.started.elapsed()
    }

    pub fn since(&self, before: Duration) -> Duration {
        self.now().saturating_sub(before)
    }

    async fn response(&self, operation: &'static Operation, request: reqwest::Request) -> Result<Response, Error> {
        let timeout = request.timeout().copied().unwrap();
        let latency = self.0.latency.min(timeout);
        sleep(latency).await;
        let url = request.url().to_string();
        let weather = (self.0.forecast)(self.now(), operation, &url);
        let body = request.body().and_then(reqwest::Body::as_bytes).unwrap_or_default();
        let body = String::from_utf8(body.to_vec()).unwrap();
        self.0.sent.lock().unwrap().push(Sent { operation, body: body.clone(), weather });
        let failed = |kind, effect, message| Err(Error::new(kind, effect, message).at(operation));
        match weather {
            Weather::Up => Ok(response(200, HeaderMap::new(), &good(operation, request.url(), &body))),
            Weather::Refused => failed(ErrorKind::Connect, Effect::NotSent, "no connection: refused"),
            Weather::Status(status) => Ok(response(status, HeaderMap::new(), "out of order")),
            Weather::Hangs => {
                sleep(timeout.saturating_sub(latency)).await;
                failed(ErrorKind::Timeout, Effect::Unknown, "no response in time")
            }
            Weather::Breaks => failed(ErrorKind::Network, Effect::Unknown, "the connection broke"),
            Weather::Throttled(pause) => {
                Ok(response(429, HeaderMap::from_iter([(RETRY_AFTER, pause.parse().unwrap())]), "slow down"))
            }
        }
    }
}

impl Exchange for World {
    fn send<'a>(&'a self, _: &'a Transport, operation: &'static Operation, request: reqwest::Request) -> Exchanged<'a> {
        Box::pin(self.response(operation, request))
    }
}

fn response(status: u16, headers: HeaderMap, body: &str) -> Response {
    Response { status, headers, body: Bytes::from(body.to_owned()), earlier: Vec::new() }
}

fn good(operation: &Operation, url: &reqwest::Url, body: &str) -> String {
    match operation.kind {
        Kind::BulkUpsert => {
            let rows = serde_json::from_str::<Vec<serde_json::Value>>(body).unwrap().len();
            serde_json::json!({ "created": 0, "updated": 0, "nonupdates": rows }).to_string()
        }
        Kind::List => {
            let number = |name| {
                let mut pairs = url.query_pairs();
                pairs.find(|(found, _)| found == name).map_or(0, |(_, value)| value.parse().unwrap())
            };
            let (offset, limit): (usize, usize) = (number("offset"), number("limit"));
            let records = (offset..(offset + limit).min(LISTED)).map(|place| serde_json::json!({"_id": id(place)}));
            serde_json::Value::Array(records.collect()).to_string()
        }
        Kind::Get | Kind::Update | Kind::Delete => {
            serde_json::json!({"_id": url.path_segments().unwrap().next_back()}).to_string()
        }
        _ => serde_json::json!({"_id": "c1"}).to_string(),
    }
}

/// The id of a listed record.
pub fn id(place: usize) -> String {
    format!("c{place:06}")
}
