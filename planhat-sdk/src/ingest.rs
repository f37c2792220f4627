use std::{fmt, future::IntoFuture};

use bytes::Bytes;
use serde_json::Value;

use crate::{
    call::BoxFuture,
    client::Planhat,
    error::{Effect, Error},
    generated::BODY_BYTES,
    operation::Operation,
    transport::{Request, Transport},
    value::{Body, Object},
};

/// Many events or data points that are not sent yet. `.await` sends them, in as few calls as their
/// bytes allow.
///
/// Nothing tells the server that an item comes a second time, so a call is sent again only if it was
/// certainly not processed.
#[must_use = "nothing is sent until it is awaited"]
pub struct Ingest {
    client: Planhat,
    operation: &'static Operation,
    items: Box<dyn Iterator<Item = Body> + Send>,
    bytes: usize,
}

/// What became of many items.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct IngestReport {
    /// Items in calls that were carried out.
    pub sent: usize,
    /// How many of them Planhat says it processed; nothing if it says nothing.
    pub processed: Option<u64>,
    /// What Planhat called errors, as it came.
    pub errors: Vec<Value>,
    /// Items that were not sent, or not taken, or of which nobody can tell.
    pub failures: Vec<IngestFailure>,
    /// How many calls it took, retries not counted.
    pub calls: usize,
}

/// A run of items that did not get through.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct IngestFailure {
    /// The positions of the first item and of the one after the last.
    pub items: std::ops::Range<usize>,
    /// Why.
    pub error: Error,
}

impl Ingest {
    pub(crate) fn new<I>(client: &Planhat, operation: &'static Operation, items: I) -> Self
    where
        I: IntoIterator<IntoIter: Send + 'static, Item: Into<Body> + 'static>,
    {
        let items = Box::new(items.into_iter().map(Into::into));
        Self { client: client.clone(), operation, items, bytes: BODY_BYTES }
    }

    /// Sends at most that many bytes with one call; 32 MB unless set, which is the most that Planhat
    /// takes.
    pub fn chunk_bytes(mut self, bytes: usize) -> Self {
        self.bytes = bytes.min(BODY_BYTES);
        self
    }

    async fn send(self) -> Result<IngestReport, Error> {
        let mut report = IngestReport::default();
        let transport = self.client.transport();
        let mut batch = Batch::default();
        let mut encoded = Vec::new();
        for (index, item) in self.items.enumerate() {
            encoded.clear();
            if let Err(error) = encode(&item, self.bytes, &mut encoded) {
                // What came before it keeps its run of positions.
                batch.flush(transport, self.operation, &mut report, index + 1).await;
                report.fail(index..index + 1, error.at(self.operation));
                continue;
            }
            if batch.size() + encoded.len() > self.bytes {
                batch.flush(transport, self.operation, &mut report, index).await;
            }
            batch.push(&encoded);
        }
        batch.flush(transport, self.operation, &mut report, 0).await;
        report.or_error()
    }
}

fn encode(item: &Body, limit: usize, buffer: &mut Vec<u8>) -> Result<(), Error> {
    if let Some(problem) = item.invalid() {
        return Err(Error::invalid(problem));
    }
    serde_json::to_writer(&mut *buffer, item).map_err(|error| Error::invalid(error.to_string()))?;
    // The brackets of an array around it.
    if buffer.len() + 2 > limit {
        return Err(Error::invalid(format!("the item has {} bytes; a request has at most {limit}", buffer.len())));
    }
    Ok(())
}

/// Items of consecutive positions that go into one request.
#[derive(Default)]
struct Batch {
    body: Vec<u8>,
    first: usize,
    count: usize,
}

impl Batch {
    /// The bytes that a request would have with one more, empty item.
    fn size(&self) -> usize {
        self.body.len().max(1) + 2
    }

    fn push(&mut self, encoded: &[u8]) {
        self.body.push(if self.count == 0 { b'[' } else { b',' });
        self.body.extend_from_slice(encoded);
        self.count += 1;
    }

    /// Sends what is there. `next` is the position of the item that comes then.
    async fn flush(
        &mut self,
        transport: &Transport,
        operation: &'static Operation,
        report: &mut IngestReport,
        next: usize,
    ) {
        let mut batch = std::mem::replace(self, Self { first: next, ..Self::default() });
        if batch.count == 0 {
            return;
        }
        batch.body.push(b']');
        let request = Request { body: Some(Bytes::from(batch.body)), ..Request::new(operation) };
        report.calls += 1;
        match transport.call(&request).await {
            Ok(answer) => report.accept(batch.count, &transport.said(&answer)),
            Err(error) => report.fail(batch.first..batch.first + batch.count, error),
        }
    }
}

impl IngestReport {
    /// Planhat documents no answer; some calls answer with counts, others with nothing.
    fn accept(&mut self, count: usize, body: &[u8]) {
        self.sent += count;
        let Ok(answer) = serde_json::from_slice::<Object>(body) else { return };
        if let Some(processed) = answer.get("processed").and_then(Value::as_u64) {
            *self.processed.get_or_insert(0) += processed;
        }
        if let Some(Value::Array(errors)) = answer.get("errors") {
            self.errors.extend_from_slice(errors);
        }
    }

    fn fail(&mut self, items: std::ops::Range<usize>, error: Error) {
        self.failures.push(IngestFailure { items, error });
    }

    /// An error if nothing at all was sent.
    fn or_error(mut self) -> Result<Self, Error> {
        let untouched =
            self.failures.iter().all(|failure| matches!(failure.error.effect(), Effect::NotSent | Effect::Refused));
        if self.sent == 0 && untouched && !self.failures.is_empty() {
            return Err(self.failures.remove(0).error);
        }
        Ok(self)
    }
}

impl IntoFuture for Ingest {
    type Output = Result<IngestReport, Error>;
    type IntoFuture = BoxFuture<Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

impl fmt::Debug for Ingest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ingest").field("operation", &self.operation.name).finish_non_exhaustive()
    }
}
