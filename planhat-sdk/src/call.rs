use std::{fmt, future::IntoFuture};

use bytes::Bytes;
use futures_util::future::BoxFuture;

use crate::{
    bulk::BulkResponse,
    client::Planhat,
    decode::{self, Reading},
    error::Error,
    list::ListItem,
    macros::call_settings::call_settings,
    operation::{Kind, Operation, ResponseKind},
    transport::{CallOptions, Request, Response, is_same},
    value::{Body, Object, Record, Ref},
};

/// A call that is not sent yet. Nothing is sent until you `.await` it.
///
/// A call can be cloned, stored and sent any number of times.
///
/// # Errors
///
/// `.await` returns an [`Error`] that says in one line what happened, and whether the call was carried out.
///
/// # Examples
///
/// ```no_run
/// # async fn example(planhat: planhat_sdk::Planhat) -> Result<(), planhat_sdk::Error> {
/// use std::time::Duration;
///
/// use planhat_sdk::{ExternalId, RetryPolicy};
///
/// let call = planhat.companies().get(ExternalId::new("21432948")).timeout(Duration::from_secs(5));
/// let company = call.retry(RetryPolicy::none()).await?;
/// println!("{:?}", company.name);
/// # Ok(())
/// # }
/// ```
#[must_use = "a call does nothing until it is awaited"]
pub struct Call<T> {
    client: Planhat,
    /// The request, or the error that `.await` returns.
    request: Result<Request, Error>,
    options: CallOptions,
    decode: Decode<T>,
}

/// Decodes the response to a request, or says why it cannot be decoded.
type Decode<T> = fn(&Request, &Response, Reading) -> Result<T, String>;

/// The response to a delete.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Deleted {
    /// The number of deleted records, if Planhat reports it. It does not if a retry found the record gone.
    pub count: Option<u64>,
    /// The response as it was received: an object with counts, the deleted record, or nothing.
    pub raw: Object,
}

/// The response to copying records.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Duplicated {
    /// The counts and keys, if the response has the form that the documentation suggests.
    pub response: Option<BulkResponse>,
    /// The response as it was received, since its form is not documented.
    pub raw: serde_json::Value,
}

/// The response of the analytics host.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Ingested {
    /// The response as it was received, if it has a body; most have none.
    pub raw: Option<serde_json::Value>,
}

impl<T> Call<T> {
    /// Returns the operation that is called.
    #[must_use]
    pub fn operation(&self) -> Option<&'static Operation> {
        match &self.request {
            Ok(request) => Some(request.operation),
            Err(error) => error.operation(),
        }
    }

    fn new(
        client: &Planhat,
        operation: &'static Operation,
        request: Result<Request, Error>,
        decode: Decode<T>,
    ) -> Self {
        let request = request.map_err(|error| error.at(operation));
        Self { client: client.clone(), request, options: CallOptions::default(), decode }
    }

    fn with_id<M>(client: &Planhat, operation: &'static Operation, id: &Ref<M>, decode: Decode<T>) -> Self {
        let request = Request { id: Some(id.to_string()), ..Request::new(operation) };
        Self::new(client, operation, Ok(request), decode)
    }

    fn with_body(client: &Planhat, operation: &'static Operation, body: &Body, decode: Decode<T>) -> Self {
        let request = encode(body).map(|body| Request { body: Some(body), ..Request::new(operation) });
        Self::new(client, operation, request, decode)
    }

    async fn send(self) -> Result<T, Error> {
        let request = Request { options: self.options, ..self.request? };
        let transport = self.client.transport();
        let mut response = transport.call(&request).await?;
        // Users are shown these as they are; records are data and stay unchanged.
        if matches!(request.operation.kind, Kind::Delete | Kind::Copy | Kind::Ingest) {
            response.body = Bytes::clone(&transport.redacted_body(&response));
        }
        (self.decode)(&request, &response, transport.reading)
            .map_err(|problem| transport.decode_error(&request, response, &problem))
    }
}

impl<T: Record + ListItem> Call<T> {
    pub(crate) fn get<M>(client: &Planhat, operation: &'static Operation, id: &Ref<M>) -> Self {
        Self::with_id(client, operation, id, record)
    }

    pub(crate) fn create(client: &Planhat, operation: &'static Operation, body: impl Into<Body>) -> Self {
        Self::with_body(client, operation, &body.into(), record)
    }

    pub(crate) fn update<M>(
        client: &Planhat,
        operation: &'static Operation,
        id: &Ref<M>,
        body: impl Into<Body>,
    ) -> Self {
        let id = id.to_string();
        let request = without_id(body.into(), &id)
            .and_then(|body| Ok(Request { id: Some(id), body: Some(encode(&body)?), ..Request::new(operation) }));
        Self::new(client, operation, request, record)
    }
}

impl Call<Deleted> {
    pub(crate) fn delete<M>(client: &Planhat, operation: &'static Operation, id: &Ref<M>) -> Self {
        Self::with_id(client, operation, id, deleted)
    }
}

impl Call<Duplicated> {
    pub(crate) fn copy<M>(
        client: &Planhat,
        operation: &'static Operation,
        property: &'static str,
        ids: impl IntoIterator<Item = impl Into<crate::Id<M>>>,
    ) -> Self {
        let mut body = Body::default();
        body.set(property, ids.into_iter().map(Into::into).collect::<Vec<crate::Id<M>>>());
        Self::with_body(client, operation, &body, duplicated)
    }
}

impl Call<Ingested> {
    pub(crate) fn send_one(client: &Planhat, operation: &'static Operation, body: impl Into<Body>) -> Self {
        Self::with_body(client, operation, &body.into(), ingested)
    }
}

fn encode(body: &Body) -> Result<Bytes, Error> {
    if let Some(problem) = body.invalid() {
        return Err(Error::invalid(problem));
    }
    serde_json::to_vec(body).map(Bytes::from).map_err(|error| Error::invalid(error.to_string()))
}

/// Removes the `_id` from the body of an update, where Planhat refuses it.
///
/// # Errors
///
/// If it is not the id in the path.
fn without_id(mut body: Body, id: &str) -> Result<Body, Error> {
    match body.remove("_id") {
        Some(other) if other != *id => {
            Err(Error::invalid(format!("the patch is for the record {other}, the call for `{id}`")))
        }
        _ => Ok(body),
    }
}

fn record<T: Record + ListItem>(request: &Request, response: &Response, reading: Reading) -> Result<T, String> {
    let record: T = decode::record(&response.body, reading)?;
    let is_valid = match record.record_id() {
        Some("") => request.operation.response == ResponseKind::Object,
        Some(id) => is_same(request.id.as_deref(), id),
        None => true,
    };
    // The caller finds out what exactly is wrong, and makes an error of it.
    if is_valid { Ok(record) } else { Err("it is not the record".to_owned()) }
}

#[expect(clippy::unnecessary_wraps, reason = "one of several decoders")]
fn deleted(_: &Request, response: &Response, _: Reading) -> Result<Deleted, String> {
    let raw: Object = serde_json::from_slice(&response.body).unwrap_or_default();
    let count = raw.get("deletedCount").or_else(|| raw.get("n")).and_then(serde_json::Value::as_u64);
    Ok(Deleted { count, raw })
}

#[expect(clippy::unnecessary_wraps, reason = "one of several decoders")]
fn duplicated(_: &Request, response: &Response, _: Reading) -> Result<Duplicated, String> {
    let raw = serde_json::from_slice(&response.body).unwrap_or_default();
    Ok(Duplicated { response: BulkResponse::parse(&response.body), raw })
}

fn ingested(_: &Request, response: &Response, _: Reading) -> Result<Ingested, String> {
    let raw: Option<serde_json::Value> = serde_json::from_slice(&response.body).ok();
    let member = |name| raw.as_ref().and_then(|raw| raw.get(name));
    let errors = member("errors").and_then(serde_json::Value::as_array).filter(|errors| !errors.is_empty());
    match (member("processed").and_then(serde_json::Value::as_u64), errors) {
        (Some(0), _) => Err("Planhat processed 0 of 1 items".to_owned()),
        (None, Some(_)) => Err("the response names errors".to_owned()),
        _ => Ok(Ingested { raw }),
    }
}

call_settings!(
    Call<T>,
    options,
    "Sets how long the call may take as a whole. Defaults to the client's [`deadline`](crate::Builder::deadline)."
);

impl<T: 'static> IntoFuture for Call<T> {
    type Output = Result<T, Error>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

impl<T> Clone for Call<T> {
    fn clone(&self) -> Self {
        Self {
            client: self.client.clone(),
            request: self.request.clone(),
            options: self.options.clone(),
            decode: self.decode,
        }
    }
}

impl<T> fmt::Debug for Call<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("Call");
        debug.field("operation", &self.operation().map(|operation| operation.name));
        if let Ok(request) = &self.request {
            debug.field("id", &request.id);
        }
        debug.finish_non_exhaustive()
    }
}
