//! HTTP: a request comes in, is judged step by step, is answered or has a fault played upon it, and is logged.

use std::{
    error::Error,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use axum::{
    Router,
    body::{Body, Bytes, HttpBody, to_bytes},
    extract::{self, ConnectInfo, DefaultBodyLimit, Request},
    http::{HeaderValue, StatusCode, header, request::Parts},
    middleware::{self, Next},
    response::{IntoResponse, Response},
};
use http_body_util::LengthLimitError;
use jiff::Timestamp;
use percent_encoding::percent_decode_str;
use serde_json::Value;
use tokio::time::timeout;

use crate::{
    demo,
    faults::{Director, Fault, Faults},
    generated::{BODY_BYTES, HOSTS},
    http::{
        auth::Tokens,
        connection::Cutter,
        hosts::Hosts,
        inject::{Answer, play},
        quota::{Quota, Standing},
        request_record::Logged,
    },
    operations::{Call, Tenant, error::Refusal, journal::Log, query::Query, response::Reply, takes_body},
    store::Store,
    tables::router::{Found, Target, router},
};

/// Who is told of each request.
pub(crate) type Watcher = Arc<dyn Fn(&Logged) + Send + Sync>;

/// The most that is read of a body.
const MOST_READ: usize = 4 * BODY_BYTES;

/// How a server behaves, whatever it stores.
#[derive(Clone)]
pub(crate) struct Settings {
    /// How long a connection may take to send the head of a request, the time that it is idle before included.
    pub(crate) head_timeout: Duration,
    /// How long a request may take to send its body.
    pub(crate) body_timeout: Duration,
    /// The names under which it answers.
    pub(crate) hosts: Hosts,
    /// How long each answer is held back.
    pub(crate) latency: Duration,
    /// The routes to look into it and to set it up.
    pub(crate) extra_routes: Option<ExtraRoutes>,
    /// It begins with the demo tenant that this seed makes.
    pub(crate) demo: Option<u64>,
    pub(crate) watcher: Option<Watcher>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            // Longer than usual clients keep a connection that they do not use.
            head_timeout: Duration::from_secs(120),
            body_timeout: Duration::from_secs(60),
            hosts: Hosts::default(),
            latency: Duration::ZERO,
            extra_routes: None,
            demo: None,
            watcher: None,
        }
    }
}

/// What a server remembers.
#[derive(Default)]
pub(crate) struct State {
    pub(crate) tenant: Tenant,
    pub(crate) requests: Log<Logged>,
    pub(crate) quota: Option<Quota>,
    pub(crate) faults: Director,
}

/// Routes beside those of the API.
pub(crate) type ExtraRoutes = fn(Shared) -> Router<Shared>;

/// A server, and the hosts that it answers for on a port.
pub(crate) type Shared = (Arc<Server>, Side);

/// What requests are answered from.
pub(crate) struct Server {
    tokens: Tokens,
    settings: Settings,
    state: Mutex<State>,
}

impl Server {
    /// A server at its beginning.
    pub(crate) fn new(tokens: Tokens, settings: Settings, state: State) -> Self {
        let server = Self { tokens, settings, state: Mutex::new(state) };
        server.reset();
        server
    }

    /// The tokens that it takes.
    pub(crate) fn tokens(&self) -> &Tokens {
        &self.tokens
    }

    /// What it remembers.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How it behaves.
    pub(crate) fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Goes back to its beginning. The plan of faults and the quota begin anew.
    pub(crate) fn reset(&self) {
        let mut state = self.state();
        state.tenant.store = Store::default();
        state.tenant.applied.clear();
        state.requests.clear();
        state.quota = state.quota.as_ref().map(Quota::anew);
        state.faults = Director::new(state.faults.plan().clone());
        if let Some(seed) = self.settings.demo {
            demo::fill(&mut state.tenant.store, seed, Timestamp::now());
        }
    }

    /// The service that answers for it on one side.
    pub(crate) fn service(self: Arc<Self>, side: Side) -> Router {
        let state = (self, side);
        let own = state.0.settings.extra_routes.map_or_else(Router::new, |routes| routes(state.clone()));
        own.fallback(serve)
            .layer(DefaultBodyLimit::max(MOST_READ))
            .layer(middleware::from_fn_with_state(state.clone(), only_known_hosts))
            .with_state(state)
    }

    /// Plays other faults from now on.
    pub(crate) fn set_faults(&self, plan: Faults) {
        self.state().faults = Director::new(plan);
    }

    /// Whether a request leads to a route, and carries the token for it.
    fn admits(&self, head: &Parts, found: &Found) -> bool {
        matches!(found, Found::Route(target) if self.tokens.admit(target, &head.headers).is_ok())
    }

    /// What is in store for a request that was admitted. One that is too many has no fault played on it.
    fn receive(&self, found: &Found) -> Received {
        let Found::Route(target) = found else { return Received::default() };
        let mut state = self.state();
        let counted = HOSTS.iter().any(|host| host.counted && host.name == target.route.host);
        if let Some(quota) = state.quota.as_mut().filter(|_| counted) {
            match quota.count(Instant::now()) {
                Ok(standing) => {
                    let fault = state.faults.next(target.route.operation);
                    return Received { standing: Some(standing), refusal: None, fault };
                }
                Err(standing) => {
                    let refusal = Some(quota.refusal(&standing));
                    return Received { standing: Some(standing), refusal, fault: None };
                }
            }
        }
        Received { fault: state.faults.next(target.route.operation), ..Received::default() }
    }

    fn answer(&self, head: &Parts, found: &Found, body: &Result<Bytes, Refusal>) -> Reply {
        match found {
            Found::Route(target) => self.call(head, target, body.as_ref()).unwrap_or_else(Reply::from),
            Found::WrongMethod(methods) => wrong_method(head, methods),
            Found::Nothing => {
                Refusal::new(StatusCode::NOT_FOUND, format!("there is nothing at {}", head.uri.path())).into()
            }
        }
    }

    fn call(&self, head: &Parts, target: &Target, body: Result<&Bytes, &Refusal>) -> Result<Reply, Refusal> {
        let allowed = self.tokens.admit(target, &head.headers)?;
        let body = match body {
            Ok(bytes) if takes_body(&target.route.action) => parse(bytes)?,
            Ok(_) => Value::Null,
            Err(why) => return Err(Refusal::new(why.status, why.message.as_str())),
        };
        let query = Query::parse(head.uri.query().unwrap_or_default());
        self.state().tenant.perform(&Call { target, allowed, query, body })
    }

    fn log<'a>(
        &self,
        arrival: &Arrival,
        (head, path): (&'a Parts, &[String]),
        found: &Found,
        fault: Option<Fault>,
        answer: &Answer,
    ) {
        if self.settings.watcher.is_none() && !self.state().requests.keeps() {
            return;
        }
        let target = if let Found::Route(target) = found { Some(target) } else { None };
        let tenant = target.and_then(|target| target.tenant.as_ref()).unwrap_or(&self.tokens.tenant);
        let shown = |(raw, part): (&'a str, &String)| {
            if part == tenant || *part == self.tokens.tenant { "{tenant}" } else { raw }
        };
        let path: Vec<_> = head.uri.path().split('/').skip(1).zip(path).map(shown).collect();
        let logged = Logged {
            at: arrival.at,
            method: head.method.to_string(),
            path: self.tokens.redact(&format!("/{}", path.join("/"))),
            query: self.tokens.redact(head.uri.query().unwrap_or_default()),
            status: answer.status().map_or(0, |status| status.as_u16()),
            operation: target.map(|target| target.route.operation),
            fault,
            took: arrival.clock.elapsed(),
            received: arrival.bytes,
            sent: answer.response.as_ref().and_then(|response| response.body().size_hint().exact()),
        };
        if let Some(watcher) = &self.settings.watcher {
            watcher(&logged);
        }
        self.state().requests.push(logged);
    }
}

/// The hosts that a port serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Both,
    Main,
    Others,
}

impl Side {
    fn find(self, method: &str, path: &[String]) -> Found {
        let is_main = |host: &str| HOSTS.first().is_some_and(|main| main.name == host);
        router().find(method, path, |host| match self {
            Self::Both => true,
            Self::Main => is_main(host),
            Self::Others => !is_main(host),
        })
    }
}

/// What is in store for a request.
#[derive(Default)]
struct Received {
    /// How the quota stands, if the request counts.
    standing: Option<Standing>,
    /// The answer, if it is too many.
    refusal: Option<Reply>,
    fault: Option<Fault>,
}

/// When a request was there as a whole, and how much it was.
struct Arrival {
    at: Timestamp,
    clock: Instant,
    bytes: usize,
}

pub(crate) async fn serve(
    extract::State((server, side)): extract::State<Shared>,
    ConnectInfo(cutter): ConnectInfo<Cutter>,
    head: Parts,
    body: Body,
) -> Response {
    let path = segments(head.uri.path());
    let found = side.find(head.method.as_str(), &path);
    // Nobody has to be listened to who does not get in anyway.
    let is_admitted = server.admits(&head, &found);
    let body = if is_admitted {
        match timeout(server.settings.body_timeout, whole(body)).await {
            Ok(Some(body)) => body,
            // It was no request yet. Most likely, nobody is there to read this.
            Ok(None) => return Reply::from(Refusal::bad("the request does not come to its end")).into_response(),
            Err(_) => return body_timed_out().into_response(),
        }
    } else {
        if !body.is_end_stream() {
            cutter.leave_unread();
        }
        Ok(Bytes::new())
    };
    let bytes = body.as_ref().map_or(0, Bytes::len);
    let arrival = Arrival { at: Timestamp::now(), clock: Instant::now(), bytes };
    // From here to the log nothing waits: a client that goes away stops a request before all of it, or after.
    let Received { standing, refusal, fault } = if is_admitted { server.receive(&found) } else { Received::default() };
    let process = || server.answer(&head, &found, &body);
    let mut answer: Answer = match (refusal, fault.clone()) {
        (Some(refusal), _) => refusal.into(),
        (None, Some(fault)) => play(fault, &cutter, process),
        (None, None) => process().into(),
    };
    if let (Some(standing), Some(response)) = (standing, &mut answer.response) {
        standing.show(response.headers_mut());
    }
    server.log(&arrival, (&head, &path), &found, fault, &answer);
    hold_back(server.settings.latency + answer.wait).await;
    answer.response.unwrap_or_else(|| {
        cutter.reset();
        // It is never sent, but trying to is what ends the connection.
        StatusCode::OK.into_response()
    })
}

async fn hold_back(time: Duration) {
    // Even no time at all would be rounded up to a millisecond.
    if !time.is_zero() {
        tokio::time::sleep(time).await;
    }
}

/// The decoded segments of a path.
fn segments(path: &str) -> Vec<String> {
    path.split('/').skip(1).map(|segment| percent_decode_str(segment).decode_utf8_lossy().into_owned()).collect()
}

/// What is read of a body; nothing if the connection ended in the middle of it. One that is somewhat too large is read
/// all the same: a client that is still sending would see a broken connection instead of the answer.
async fn whole(body: Body) -> Option<Result<Bytes, Refusal>> {
    match to_bytes(body, MOST_READ).await {
        Ok(bytes) if bytes.len() <= BODY_BYTES => Some(Ok(bytes)),
        Err(why) if !is_too_long(&why) => None,
        _ => {
            let message = format!("a request body takes at most {BODY_BYTES} bytes");
            Some(Err(Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, message)))
        }
    }
}

fn is_too_long(error: &axum::Error) -> bool {
    error.source().is_some_and(<dyn Error>::is::<LengthLimitError>)
}

/// The answer to a request whose body does not come in time.
pub(crate) fn body_timed_out() -> Reply {
    let reply = Reply::from(Refusal::new(StatusCode::REQUEST_TIMEOUT, "the body of the request does not come in time"));
    reply.with(header::CONNECTION, HeaderValue::from_static("close"))
}

/// Refuses requests under a foreign name.
async fn only_known_hosts(
    extract::State((server, _)): extract::State<Shared>,
    request: Request,
    next: Next,
) -> Response {
    if server.settings.hosts.admit(request.uri(), request.headers()) {
        return next.run(request).await;
    }
    let message = "the sandbox answers to names of this machine only, such as localhost; others must be allowed";
    Refusal::new(StatusCode::FORBIDDEN, message).into_response()
}

fn parse(bytes: &[u8]) -> Result<Value, Refusal> {
    serde_json::from_slice(bytes).map_err(|why| Refusal::bad(format!("the body is not valid JSON: {why}")))
}

fn wrong_method(head: &Parts, methods: &[&str]) -> Reply {
    let allowed = methods.join(", ");
    let message = format!("{} does not take {}, only {allowed}", head.uri.path(), head.method);
    let reply = Reply::from(Refusal::new(StatusCode::METHOD_NOT_ALLOWED, message));
    match HeaderValue::from_str(&allowed) {
        Ok(allowed) => reply.with(header::ALLOW, allowed),
        Err(_) => reply,
    }
}
