use std::{fmt, future::IntoFuture, time::Duration};

use bytes::Bytes;
use futures_core::future::BoxFuture;

use crate::{
    bulk::BulkResponse,
    client::Planhat,
    decode::{self, Reading},
    error::Error,
    list::ListItem,
    operation::{Kind, Operation, Response},
    transport::{Answer, Request, RetryPolicy, is_same},
    value::{Body, Object, Record, Ref},
};

/// A call that is not sent yet. `.await` sends it.
///
/// It is a plain value: it can be cloned, kept and sent as often as you like.
#[must_use = "a call does nothing until it is awaited"]
pub struct Call<T> {
    client: Planhat,
    /// What cannot be sent is known early and told when it is awaited.
    request: Result<Request, Error>,
    decode: Decode<T>,
}

/// Reads the response to a request, or says why it cannot be read.
type Decode<T> = fn(&Request, &Answer, Reading) -> Result<T, String>;

/// What a delete says.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Deleted {
    /// How many records were deleted, if Planhat says so. It does not if the call had to be sent again and
    /// the record was gone by then.
    pub count: Option<u64>,
    /// The answer as it came: an object with counts, or the deleted record, or nothing.
    pub raw: Object,
}

/// What copying records says.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Duplicated {
    /// The counts and keys, if the response has the form that the documentation suggests.
    pub response: Option<BulkResponse>,
    /// The answer as it came, since its form is not documented.
    pub raw: serde_json::Value,
}

/// What the analytics host says.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Ingested {
    /// The answer as it came; for many calls there is none.
    pub raw: Option<serde_json::Value>,
}

impl<T> Call<T> {
    /// Gives one attempt this long instead of what the client says.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        if let Ok(request) = &mut self.request {
            request.options.timeout = Some(timeout);
        }
        self
    }

    /// Sends this call again as often as this policy says, instead of the client's.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        if let Ok(request) = &mut self.request {
            request.options.retry = Some(policy);
        }
        self
    }

    /// Sets how long the call may take as a whole, all waiting included: for the rate limit, for pauses, for a server
    /// that is down. Defaults to the client's
    /// [`deadline`](crate::Builder::deadline).
    ///
    /// What would have to wait longer fails at once, for example with "rate limited, retry in 4000 s".
    pub fn deadline(mut self, deadline: Duration) -> Self {
        if let Ok(request) = &mut self.request {
            request.options.deadline = Some(deadline);
        }
        self
    }

    /// What is called.
    #[must_use]
    pub fn operation(&self) -> Option<&'static Operation> {
        match &self.request {
            Ok(request) => Some(request.operation),
            Err(error) => error.operation(),
        }
    }

    fn with_body(client: &Planhat, operation: &'static Operation, body: &Body, decode: Decode<T>) -> Self {
        let request = encode(body).map(|body| Request { body: Some(body), ..Request::new(operation) });
        Self { client: client.clone(), request: request.map_err(|error| error.at(operation)), decode }
    }

    async fn send(self) -> Result<T, Error> {
        let request = self.request?;
        let transport = self.client.transport();
        let mut answer = transport.call(&request).await?;
        // What people are shown as it came; records are data and stay what they are.
        if matches!(request.operation.kind, Kind::Delete | Kind::Copy | Kind::Ingest) {
            answer.body = Bytes::clone(&transport.said(&answer));
        }
        (self.decode)(&request, &answer, transport.reading)
            .map_err(|problem| transport.unusable(&request, answer, &problem))
    }
}

impl<T: Record + ListItem> Call<T> {
    pub(crate) fn get<M>(client: &Planhat, operation: &'static Operation, id: &Ref<M>) -> Self {
        let request = Request { id: Some(id.to_string()), ..Request::new(operation) };
        Self { client: client.clone(), request: Ok(request), decode: record }
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
        Self { client: client.clone(), request: request.map_err(|error| error.at(operation)), decode: record }
    }
}

impl Call<Deleted> {
    pub(crate) fn delete<M>(client: &Planhat, operation: &'static Operation, id: &Ref<M>) -> Self {
        let request = Request { id: Some(id.to_string()), ..Request::new(operation) };
        Self { client: client.clone(), request: Ok(request), decode: deleted }
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
        Self::with_body(client, operation, &body, copied)
    }
}

impl Call<Ingested> {
    pub(crate) fn send_one(client: &Planhat, operation: &'static Operation, body: impl Into<Body>) -> Self {
        Self::with_body(client, operation, &body.into(), accepted)
    }
}

fn encode(body: &Body) -> Result<Bytes, Error> {
    if let Some(problem) = body.invalid() {
        return Err(Error::invalid(problem));
    }
    serde_json::to_vec(body).map(Bytes::from).map_err(|error| Error::invalid(error.to_string()))
}

/// Planhat refuses an `_id` in the body of an update. One that says the same as the path is left out.
fn without_id(mut body: Body, id: &str) -> Result<Body, Error> {
    match body.remove("_id") {
        Some(other) if other != *id => {
            Err(Error::invalid(format!("the patch is for the record {other}, the call for `{id}`")))
        }
        _ => Ok(body),
    }
}

fn record<T: Record + ListItem>(request: &Request, answer: &Answer, reading: Reading) -> Result<T, String> {
    let record: T = decode::record(&answer.body, reading)?;
    let is_valid = match record.record_id() {
        Some("") => request.operation.response == Response::Object,
        Some(id) => is_same(request.id.as_deref(), id),
        None => true,
    };
    // What exactly is wrong with it is found out by whoever makes an error of it.
    if is_valid { Ok(record) } else { Err("it is not the record".to_owned()) }
}

#[expect(clippy::unnecessary_wraps, reason = "one of several decoders")]
fn deleted(_: &Request, answer: &Answer, _: Reading) -> Result<Deleted, String> {
    let raw: Object = serde_json::from_slice(&answer.body).unwrap_or_default();
    let count = raw.get("deletedCount").or_else(|| raw.get("n")).and_then(serde_json::Value::as_u64);
    Ok(Deleted { count, raw })
}

#[expect(clippy::unnecessary_wraps, reason = "one of several decoders")]
fn copied(_: &Request, answer: &Answer, _: Reading) -> Result<Duplicated, String> {
    let raw = serde_json::from_slice(&answer.body).unwrap_or_default();
    Ok(Duplicated { response: BulkResponse::parse(&answer.body), raw })
}

fn accepted(_: &Request, answer: &Answer, _: Reading) -> Result<Ingested, String> {
    let raw: Option<serde_json::Value> = serde_json::from_slice(&answer.body).ok();
    let said = |name| raw.as_ref().and_then(|raw| raw.get(name));
    let errors = said("errors").and_then(serde_json::Value::as_array).filter(|errors| !errors.is_empty());
    match (said("processed").and_then(serde_json::Value::as_u64), errors) {
        (Some(0), _) => Err("Planhat processed 0 of 1 items".to_owned()),
        (None, Some(_)) => Err("the response names errors".to_owned()),
        _ => Ok(Ingested { raw }),
    }
}

impl<T: 'static> IntoFuture for Call<T> {
    type Output = Result<T, Error>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

impl<T> Clone for Call<T> {
    fn clone(&self) -> Self {
        Self { client: self.client.clone(), request: self.request.clone(), decode: self.decode }
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
