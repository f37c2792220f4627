//! Routes of the sandbox's own, below a path that Planhat cannot have. They need no token: whoever may reach them owns
//! the machine, and pages from elsewhere are kept out.

mod page;
mod view;

use axum::{
    Router,
    body::Bytes,
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use jiff::Timestamp;
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::{
    faults::{Faults, FaultsError},
    http::server::{Shared, body_timed_out},
    operations::{dump, error::Refusal, query::Query, response::Reply},
    store::Store,
};

/// The routes, the page for browsers among them.
pub(crate) fn routes(state: Shared) -> Router<Shared> {
    let routes = Router::new()
        .route("/_sandbox/state", get(export).post(import).put(replace))
        .route("/_sandbox/reset", post(reset))
        .route("/_sandbox/faults", get(faults).put(set_faults))
        .route("/_sandbox/requests", get(requests))
        .route("/_sandbox/applied", get(applied))
        .route("/_sandbox/overview", get(overview))
        .route("/_sandbox/records", get(records))
        .merge(page::routes());
    routes.layer(middleware::from_fn_with_state(state, only_from_here))
}

/// Refuses what a page from elsewhere has a browser send, be it across origins or under a name that leads here.
async fn only_from_here(State((server, _)): State<Shared>, request: Request, next: Next) -> Response {
    if !is_from_here(request.headers()) {
        let message = "this is for the machine that the sandbox runs on, and for its own page";
        return Refusal::new(StatusCode::FORBIDDEN, message).into_response();
    }
    // What takes its time is the body.
    let Ok(mut response) = timeout(server.settings().body_timeout, next.run(request)).await else {
        return body_timed_out().into_response();
    };
    // Records are what anybody wrote: no browser is to take them for anything else.
    response.headers_mut().insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Whether no page from elsewhere sent it. That the host is one of the sandbox's own is known by then.
fn is_from_here(headers: &HeaderMap) -> bool {
    let text = |name: HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    text(header::ORIGIN).is_none_or(|origin| origin.strip_prefix("http://") == text(header::HOST))
}

async fn export(State((server, _)): State<Shared>) -> Reply {
    Reply::ok(dump::export(&server.state().tenant.store))
}

async fn import(State((server, _)): State<Shared>, body: Bytes) -> Result<Reply, Refusal> {
    let given = json_of(&body)?;
    dump::import(&mut server.state().tenant.store, given, Timestamp::now()).map_err(|why| bad(&why))?;
    Ok(done())
}

async fn replace(State((server, _)): State<Shared>, body: Bytes) -> Result<Reply, Refusal> {
    let mut store = Store::default();
    dump::import(&mut store, json_of(&body)?, Timestamp::now()).map_err(|why| bad(&why))?;
    server.state().tenant.store = store;
    Ok(done())
}

async fn reset(State((server, _)): State<Shared>) -> Reply {
    server.reset();
    done()
}

async fn faults(State((server, _)): State<Shared>) -> String {
    server.state().faults.plan().to_string()
}

async fn set_faults(State((server, _)): State<Shared>, body: String) -> Result<Reply, Refusal> {
    let plan: Faults = body.trim().parse().map_err(|why: FaultsError| bad(&why))?;
    server.set_faults(plan);
    Ok(done())
}

async fn overview(State((server, _)): State<Shared>) -> Reply {
    Reply::ok(view::overview(&server))
}

async fn records(State((server, _)): State<Shared>, uri: Uri) -> Result<Reply, Refusal> {
    view::records(&server.state().tenant.store, &query(&uri)).map(Reply::ok)
}

async fn requests(State((server, _)): State<Shared>, uri: Uri) -> Result<Reply, Refusal> {
    let since = view::number(&query(&uri), "since", 0)?;
    Ok(Reply::ok(view::requests(&server.state(), since)))
}

async fn applied(State((server, _)): State<Shared>, uri: Uri) -> Result<Reply, Refusal> {
    let since = view::number(&query(&uri), "since", 0)?;
    Ok(Reply::ok(view::applied(&server.state(), since)))
}

fn query(uri: &Uri) -> Query {
    Query::parse(uri.query().unwrap_or_default())
}

fn json_of(body: &[u8]) -> Result<Value, Refusal> {
    serde_json::from_slice(body).map_err(|why| bad(&why))
}

fn bad(why: &impl ToString) -> Refusal {
    Refusal::bad(why.to_string())
}

fn done() -> Reply {
    Reply::ok(json!({ "ok": true }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admits(host: &'static str, origin: Option<&'static str>) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, HeaderValue::from_static(host));
        if let Some(origin) = origin {
            headers.insert(header::ORIGIN, HeaderValue::from_static(origin));
        }
        is_from_here(&headers)
    }

    #[test]
    fn only_the_own_page_gets_in() {
        assert!(admits("127.0.0.1:8080", None));
        assert!(admits("localhost:8080", Some("http://localhost:8080")));
        assert!(admits("localhost", None));
        assert!(!admits("127.0.0.1:8080", Some("https://evil.example")));
        assert!(!admits("127.0.0.1:8080", Some("http://127.0.0.1:3000")));
        assert!(!admits("127.0.0.1:8080", Some("null")));
    }
}
