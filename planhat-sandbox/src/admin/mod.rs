//! The admin API, below a path that Planhat does not have. It needs no token: only this machine can reach it, and requests
//! from other web pages are rejected.

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
    http::{handler::body_timeout, server::Shared},
    operations::{dump, error::ApiError, query::Query, response::ApiResponse},
    store::Store,
};

/// Creates the routes of the admin API and of the web page.
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
    routes.layer(middleware::from_fn_with_state(state, check_origin))
}

/// Rejects requests from other web pages.
async fn check_origin(State((server, _)): State<Shared>, request: Request, next: Next) -> Response {
    if !is_same_origin(request.headers()) {
        let message = "the admin API is only for this machine and for the sandbox's own page";
        return ApiError::new(StatusCode::FORBIDDEN, message).into_response();
    }
    let Ok(mut response) = timeout(server.settings().body_timeout, next.run(request)).await else {
        return body_timeout().into_response();
    };
    // Records are untrusted: browsers must not interpret them.
    response.headers_mut().insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Returns whether a request was not sent by another web page. Its host was checked before.
fn is_same_origin(headers: &HeaderMap) -> bool {
    let text = |name: HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    text(header::ORIGIN).is_none_or(|origin| origin.strip_prefix("http://") == text(header::HOST))
}

async fn export(State((server, _)): State<Shared>) -> ApiResponse {
    ApiResponse::ok(dump::export(&server.state().tenant.store))
}

async fn import(State((server, _)): State<Shared>, body: Bytes) -> Result<ApiResponse, ApiError> {
    let given = json_of(&body)?;
    dump::import(&mut server.state().tenant.store, given, Timestamp::now()).map_err(|error| bad(&error))?;
    Ok(done())
}

async fn replace(State((server, _)): State<Shared>, body: Bytes) -> Result<ApiResponse, ApiError> {
    let mut store = Store::default();
    dump::import(&mut store, json_of(&body)?, Timestamp::now()).map_err(|error| bad(&error))?;
    server.state().tenant.store = store;
    Ok(done())
}

async fn reset(State((server, _)): State<Shared>) -> ApiResponse {
    server.reset();
    done()
}

async fn faults(State((server, _)): State<Shared>) -> String {
    server.state().faults.plan().to_string()
}

async fn set_faults(State((server, _)): State<Shared>, body: String) -> Result<ApiResponse, ApiError> {
    let plan: Faults = body.trim().parse().map_err(|error: FaultsError| bad(&error))?;
    server.set_faults(plan);
    Ok(done())
}

async fn overview(State((server, _)): State<Shared>) -> ApiResponse {
    ApiResponse::ok(view::overview(&server))
}

async fn records(State((server, _)): State<Shared>, uri: Uri) -> Result<ApiResponse, ApiError> {
    view::records(&server.state().tenant.store, &query(&uri)).map(ApiResponse::ok)
}

async fn requests(State((server, _)): State<Shared>, uri: Uri) -> Result<ApiResponse, ApiError> {
    let since = query(&uri).number("since")?.unwrap_or(0);
    Ok(ApiResponse::ok(view::requests(&server.state(), since)))
}

async fn applied(State((server, _)): State<Shared>, uri: Uri) -> Result<ApiResponse, ApiError> {
    let since = query(&uri).number("since")?.unwrap_or(0);
    Ok(ApiResponse::ok(view::applied(&server.state(), since)))
}

fn query(uri: &Uri) -> Query {
    Query::parse(uri.query().unwrap_or_default())
}

fn json_of(body: &[u8]) -> Result<Value, ApiError> {
    serde_json::from_slice(body).map_err(|error| bad(&error))
}

fn bad(error: &impl ToString) -> ApiError {
    ApiError::bad(error.to_string())
}

fn done() -> ApiResponse {
    ApiResponse::ok(json!({ "ok": true }))
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
        is_same_origin(&headers)
    }

    #[test]
    fn only_the_sandboxs_own_page_is_accepted() {
        assert!(admits("127.0.0.1:8080", None));
        assert!(admits("localhost:8080", Some("http://localhost:8080")));
        assert!(admits("localhost", None));
        assert!(!admits("127.0.0.1:8080", Some("https://evil.example")));
        assert!(!admits("127.0.0.1:8080", Some("http://127.0.0.1:3000")));
        assert!(!admits("127.0.0.1:8080", Some("null")));
    }
}
