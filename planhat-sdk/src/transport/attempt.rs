//! One attempt: bytes out, bytes in.

use std::time::Duration;

use bytes::Bytes;
use reqwest::{Url, header};
use tracing::{Instrument, field::Empty};

use super::{Request, Response, Transport, connection::failure, send::record};
use crate::{
    error::Error,
    operation::{Auth, Method, Operation},
};

impl Transport {
    /// `retries`: how often the call was sent before.
    pub(super) async fn attempt(
        &self,
        request: &Request,
        url: Url,
        retries: usize,
        timeout: Duration,
    ) -> Result<Response, Error> {
        let operation = request.operation;
        let span = tracing::debug_span!(
            "planhat.attempt",
            "otel.name" = operation.span_name(),
            "otel.kind" = "client",
            "otel.status_code" = Empty,
            "http.request.method" = operation.method.as_str(),
            "http.request.resend_count" = (retries > 0).then_some(retries),
            "http.request.body.size" = request.body.as_ref().map(Bytes::len),
            "http.response.body.size" = Empty,
            "http.response.status_code" = Empty,
            "server.address" = url.host_str(),
            "server.port" = url.port_or_known_default(),
            "url.template" = operation.path,
            "error.type" = Empty,
        );
        let outcome = self.exchange(request, url, timeout).instrument(span.clone()).await;
        if let Ok(response) = &outcome {
            span.record("http.response.body.size", response.body.len());
        }
        record(&span, &outcome);
        outcome
    }

    async fn exchange(&self, request: &Request, url: Url, timeout: Duration) -> Result<Response, Error> {
        let built = self.build(request, url, timeout).map_err(|error| error.at(request.operation))?;
        self.exchange.send(self, request.operation, built).await
    }

    /// Sends a request over HTTP.
    pub(super) async fn over_http(
        &self,
        operation: &'static Operation,
        request: reqwest::Request,
    ) -> Result<Response, Error> {
        let bytes = request.body().and_then(reqwest::Body::as_bytes).map_or(0, <[u8]>::len);
        self.counters.count(|stats| stats.bytes_sent += bytes as u64);
        let mut response =
            self.http(operation)?.execute(request).await.map_err(|error| failure(error, None, operation))?;
        let status = response.status().as_u16();
        let headers = std::mem::take(response.headers_mut());
        let body = self.read_body(response, operation).await?;
        self.counters.count(|stats| stats.bytes_received += body.len() as u64);
        Ok(Response { status, headers, body, earlier: Vec::new() })
    }

    fn build(&self, request: &Request, url: Url, timeout: Duration) -> Result<reqwest::Request, Error> {
        let auth = request.operation.auth;
        let method = match request.operation.method {
            Method::Get => reqwest::Method::GET,
            Method::Post => reqwest::Method::POST,
            Method::Put => reqwest::Method::PUT,
            Method::Delete => reqwest::Method::DELETE,
        };
        let mut builder = self.http(request.operation)?.request(method, url).timeout(timeout);
        builder = match auth {
            Auth::ApiToken => builder.bearer_auth(self.credentials.token(auth)?),
            Auth::TenantAsUser => builder.basic_auth(self.credentials.token(auth)?, Some("")),
            // It is part of the URL.
            Auth::TenantInPath => builder,
        };
        if let Some(body) = &request.body {
            builder = builder.header(header::CONTENT_TYPE, "application/json").body(body.clone());
        }
        builder.build().map_err(|error| Error::invalid(format!("the call cannot be made: {}", error.without_url())))
    }
}
