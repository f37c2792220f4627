//! A page for browsers that shows what is stored and what happens. It is made of files that need nothing from
//! elsewhere.

use axum::{
    Router,
    body::Body,
    extract::{ConnectInfo, State},
    http::{HeaderMap, Method, header, request::Parts},
    response::{IntoResponse, Response},
    routing::{any, get},
};

use crate::http::{
    connection::Cutter,
    server::{Shared, serve},
};

const PAGE: &str = include_str!("page.html");
const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");
const ICON: &str = include_str!("icon.svg");

/// What the page may do: use its own files and ask the sandbox. What is in a record can do nothing.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The page and its files.
pub(crate) fn routes() -> Router<Shared> {
    Router::new()
        .route("/", any(front))
        .route("/_sandbox", get(async || file("text/html", PAGE)))
        .route("/_sandbox/page.css", get(async || file("text/css", STYLE)))
        .route("/_sandbox/page.js", get(async || file("text/javascript", SCRIPT)))
        .route("/_sandbox/icon.svg", get(async || file("image/svg+xml", ICON)))
}

/// The page for a browser; for everybody else, what Planhat has there.
async fn front(server: State<Shared>, cutter: ConnectInfo<Cutter>, head: Parts, body: Body) -> Response {
    if head.method == Method::GET && wants_html(&head.headers) {
        return file("text/html", PAGE).into_response();
    }
    serve(server, cutter, head, body).await
}

fn wants_html(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok());
    accept.is_some_and(|accept| accept.contains("text/html"))
}

fn file(kind: &str, text: &'static str) -> impl IntoResponse + use<> {
    let headers = [
        (header::CONTENT_TYPE, format!("{kind}; charset=utf-8")),
        (header::CONTENT_SECURITY_POLICY, POLICY.to_owned()),
        (header::REFERRER_POLICY, "no-referrer".to_owned()),
    ];
    (headers, text)
}
