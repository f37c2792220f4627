//! All routes of a server.

use std::sync::Arc;

use axum::{
    Router,
    extract::{DefaultBodyLimit, Request, State},
    http::StatusCode,
    middleware::{self, Next},
    response::{IntoResponse, Response},
};

use crate::{
    http::{
        handler::{MAX_READ, serve},
        server::{HostFilter, Server, Shared},
    },
    operations::error::ApiError,
};

/// Creates the service for a port.
pub(crate) fn service(server: Arc<Server>, hosts: HostFilter) -> Router {
    let shared = (server, hosts);
    let extra = shared.0.settings().extra_routes.map_or_else(Router::new, |routes| routes(shared.clone()));
    extra
        .fallback(serve)
        .layer(DefaultBodyLimit::max(MAX_READ))
        .layer(middleware::from_fn_with_state(shared.clone(), check_host))
        .with_state(shared)
}

/// Rejects requests for other hosts, which web pages can send through DNS rebinding.
async fn check_host(State((server, _)): State<Shared>, request: Request, next: Next) -> Response {
    if server.settings().hosts.contains_host_of(request.uri(), request.headers()) {
        return next.run(request).await;
    }
    let message = "the sandbox accepts only requests for localhost, loopback addresses and allowed hosts";
    ApiError::new(StatusCode::FORBIDDEN, message).into_response()
}
