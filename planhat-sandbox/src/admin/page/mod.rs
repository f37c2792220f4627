//! The web page with the records and the requests. It loads no external resources.

use axum::{
    Router,
    body::Body,
    extract::{ConnectInfo, State},
    http::{HeaderMap, Method, header, request::Parts},
    response::{IntoResponse, Response},
    routing::{any, get},
};

use crate::http::{connection::ConnectionHandle, handler::serve, server::Shared};

const PAGE: &str = include_str!("page.html");
const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");
const ICON: &str = include_str!("icon.svg");

/// The content security policy: the page may load its own files and send requests to the sandbox. Nothing in a record is
/// executed.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Creates the routes of the page and its files.
pub(crate) fn routes() -> Router<Shared> {
    Router::new()
        .route("/", any(front))
        .route("/_sandbox", get(async || file("text/html", PAGE)))
        .route("/_sandbox/page.css", get(async || file("text/css", STYLE)))
        .route("/_sandbox/page.js", get(async || file("text/javascript", SCRIPT)))
        .route("/_sandbox/icon.svg", get(async || file("image/svg+xml", ICON)))
}

/// Serves the page to browsers, and the API to other clients.
async fn front(server: State<Shared>, connection: ConnectInfo<ConnectionHandle>, head: Parts, body: Body) -> Response {
    if head.method == Method::GET && wants_html(&head.headers) {
        return file("text/html", PAGE).into_response();
    }
    serve(server, connection, head, body).await
}

fn wants_html(headers: &HeaderMap) -> bool {
    let coerce = headers.get(header::ACCEPT).and_then(|coerce| coerce.to_str().ok());
    coerce.is_some_and(|coerce| coerce.contains("text/html"))
}

fn file(kind: &str, text: &'static str) -> impl IntoResponse + use<> {
    let headers = [
        (header::CONTENT_TYPE, format!("{kind}; charset=utf-8")),
        (header::CONTENT_SECURITY_POLICY, POLICY.to_owned()),
        (header::REFERRER_POLICY, "no-referrer".to_owned()),
    ];
    (headers, text)
}
