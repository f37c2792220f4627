//! What carries a request to the server and its response back: HTTP, or a script in tests.

use std::fmt;

use futures_core::future::BoxFuture;

use super::{Response, Transport};
use crate::{error::Error, operation::Operation};

/// The response to one request, or what went wrong.
pub(crate) type Exchanged<'a> = BoxFuture<'a, Result<Response, Error>>;

/// Carries one request to the server, and its response back.
pub(crate) trait Exchange: fmt::Debug + Send + Sync {
    fn send<'a>(
        &'a self,
        transport: &'a Transport,
        operation: &'static Operation,
        request: reqwest::Request,
    ) -> Exchanged<'a>;
}

/// By the client's own HTTP client.
#[derive(Debug)]
pub(crate) struct Http;

impl Exchange for Http {
    fn send<'a>(
        &'a self,
        transport: &'a Transport,
        operation: &'static Operation,
        request: reqwest::Request,
    ) -> Exchanged<'a> {
        Box::pin(transport.over_http(operation, request))
    }
}
