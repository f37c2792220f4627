//! Handles a request: route, authorization, body, quota, fault, operation, log.

use std::{error::Error, time::Instant};

use axum::{
    body::{Body, Bytes, HttpBody, to_bytes},
    extract::{ConnectInfo, State},
    http::{HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use http_body_util::LengthLimitError;
use jiff::Timestamp;
use percent_encoding::percent_decode_str;
use serde_json::Value;
use tokio::time::{sleep, timeout};

use crate::{
    faults::Fault,
    generated::{BODY_BYTES, HOSTS},
    http::{
        connection::ConnectionHandle,
        inject::{Delivery, inject},
        quota::QuotaStatus,
        request_record::RequestRecord,
        server::{Server, Shared},
    },
    operations::{Call, error::ApiError, query::Query, response::ApiResponse, takes_body},
    tables::router::{MatchedRoute, RouteMatch},
};

/// The maximum number of bytes that are read of a body. A body that is somewhat too large is read completely, because a
/// client that is still sending would see a broken connection instead of the response.
pub(crate) const MAX_READ: usize = 4 * BODY_BYTES;

/// Handles a request.
pub(crate) async fn serve(
    State((server, hosts)): State<Shared>,
    ConnectInfo(connection): ConnectInfo<ConnectionHandle>,
    head: Parts,
    body: Body,
) -> Response {
    let path = segments(head.uri.path());
    let route = hosts.find(head.method.as_str(), &path);
    let is_authorized =
        matches!(&route, RouteMatch::Route(route) if server.tokens().authorize(route, &head.headers).is_ok());
    let body = if is_authorized {
        match timeout(server.settings().body_timeout, read(body)).await {
            Ok(Some(body)) => body,
            Ok(None) => return ApiError::bad("the body is incomplete").into_response(),
            Err(_) => return body_timeout().into_response(),
        }
    } else {
        if !body.is_end_stream() {
            connection.leave_unread();
        }
        Ok(Bytes::new())
    };
    let bytes = body.as_ref().map_or(0, Bytes::len);
    let request = Received { head, path, route, body, bytes, at: Timestamp::now(), clock: Instant::now() };
    // Nothing is awaited between here and the log, so that a dropped connection stops a request before or after it.
    let admission = if is_authorized { request.admit(&server) } else { Admission::default() };
    let mut delivery: Delivery = match (admission.rejection, admission.fault.clone()) {
        (Some(rejection), _) => rejection.into(),
        (None, Some(fault)) => inject(fault, &connection, || request.process(&server)),
        (None, None) => request.process(&server).into(),
    };
    if let (Some(status), Some(response)) = (admission.quota, &mut delivery.response) {
        status.set_headers(response.headers_mut());
    }
    request.log(&server, admission.fault, &delivery);
    let delay = server.settings().latency + delivery.delay;
    // Sleeping for no time would take a millisecond.
    if !delay.is_zero() {
        sleep(delay).await;
    }
    delivery.response.unwrap_or_else(|| {
        connection.reset();
        // It is not sent: writing it resets the connection.
        StatusCode::OK.into_response()
    })
}

/// A request that was received completely.
struct Received {
    head: Parts,
    /// The decoded segments of the path.
    path: Vec<String>,
    route: RouteMatch,
    body: Result<Bytes, ApiError>,
    bytes: usize,
    at: Timestamp,
    clock: Instant,
}

/// What the quota and the fault plan have for a request.
#[derive(Default)]
struct Admission {
    /// The quota, if the request counts.
    quota: Option<QuotaStatus>,
    /// The response, if the quota is exceeded.
    rejection: Option<ApiResponse>,
    fault: Option<Fault>,
}

impl Received {
    fn route(&self) -> Option<&MatchedRoute> {
        if let RouteMatch::Route(route) = &self.route { Some(route) } else { None }
    }

    /// Counts the request. A request beyond the quota does not count for the fault plan.
    fn admit(&self, server: &Server) -> Admission {
        let Some(MatchedRoute { route, .. }) = self.route() else { return Admission::default() };
        let mut state = server.state();
        let mut admission = Admission::default();
        if HOSTS.iter().any(|host| host.counted && host.name == route.host)
            && let Some(quota) = &mut state.quota
        {
            let (Ok(status) | Err(status)) = quota.count(Instant::now()).inspect_err(|status| {
                admission.rejection = Some(quota.rejection(status));
            });
            admission.quota = Some(status);
        }
        if admission.rejection.is_none() {
            admission.fault = state.faults.next(route.operation);
        }
        admission
    }

    fn process(&self, server: &Server) -> ApiResponse {
        match &self.route {
            RouteMatch::Route(route) => self.call(server, route).unwrap_or_else(ApiResponse::from),
            RouteMatch::WrongMethod(methods) => self.wrong_method(methods),
            RouteMatch::None => {
                ApiError::new(StatusCode::NOT_FOUND, format!("no route for {}", self.head.uri.path())).into()
            }
        }
    }

    fn call(&self, server: &Server, route: &MatchedRoute) -> Result<ApiResponse, ApiError> {
        let allowed = server.tokens().authorize(route, &self.head.headers)?;
        let body = match &self.body {
            Ok(bytes) if takes_body(&route.route.action) => serde_json::from_slice(bytes)
                .map_err(|error| ApiError::bad(format!("invalid JSON in the body: {error}")))?,
            Ok(_) => Value::Null,
            Err(error) => return Err(error.clone()),
        };
        let query = Query::parse(self.head.uri.query().unwrap_or_default());
        server.state().tenant.perform(&Call { route, allowed, query, body })
    }

    fn wrong_method(&self, methods: &[&str]) -> ApiResponse {
        let allowed = methods.join(", ");
        let message = format!("{} does not support {}, only {allowed}", self.head.uri.path(), self.head.method);
        let response = ApiResponse::from(ApiError::new(StatusCode::METHOD_NOT_ALLOWED, message));
        match HeaderValue::from_str(&allowed) {
            Ok(allowed) => response.with(header::ALLOW, allowed),
            Err(_) => response,
        }
    }

    fn log(&self, server: &Server, fault: Option<Fault>, delivery: &Delivery) {
        let on_request = server.settings().on_request.as_ref();
        if on_request.is_none() && !server.state().requests.is_enabled() {
            return;
        }
        let record = RequestRecord {
            at: self.at,
            method: self.head.method.to_string(),
            path: self.redacted_path(server),
            query: server.tokens().redact(self.head.uri.query().unwrap_or_default()),
            status: delivery.response.as_ref().map_or(0, |response| response.status().as_u16()),
            operation: self.route().map(|route| route.route.operation),
            fault,
            took: self.clock.elapsed(),
            received: self.bytes,
            sent: delivery.response.as_ref().and_then(|response| response.body().size_hint().exact()),
        };
        if let Some(on_request) = on_request {
            on_request(&record);
        }
        server.state().requests.push(record);
    }

    fn redacted_path(&self, server: &Server) -> String {
        let tenant = self.route().and_then(|route| route.tenant.as_ref());
        let raw = self.head.uri.path().split('/').skip(1);
        let shown = raw.zip(&self.path).map(|(raw, decoded)| {
            let is_tenant = Some(decoded) == tenant || *decoded == server.tokens().tenant;
            if is_tenant { "{tenant}" } else { raw }
        });
        server.tokens().redact(&format!("/{}", shown.collect::<Vec<_>>().join("/")))
    }
}

/// Decodes the segments of a path.
fn segments(path: &str) -> Vec<String> {
    path.split('/').skip(1).map(|segment| percent_decode_str(segment).decode_utf8_lossy().into_owned()).collect()
}

/// Reads a body, or returns `None` if the connection ended before the body did.
async fn read(body: Body) -> Option<Result<Bytes, ApiError>> {
    match to_bytes(body, MAX_READ).await {
        Ok(bytes) if bytes.len() <= BODY_BYTES => Some(Ok(bytes)),
        Err(error) if !error.source().is_some_and(<dyn Error>::is::<LengthLimitError>) => None,
        _ => {
            let message = format!("a request body takes at most {BODY_BYTES} bytes");
            Some(Err(ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, message)))
        }
    }
}

/// The response to a request whose body takes too long.
pub(crate) fn body_timeout() -> ApiResponse {
    let response = ApiResponse::from(ApiError::new(StatusCode::REQUEST_TIMEOUT, "the request body takes too long"));
    response.with(header::CONNECTION, HeaderValue::from_static("close"))
}
