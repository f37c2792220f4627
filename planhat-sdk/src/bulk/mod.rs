//! Bulk upserts: records in, one outcome a record out.

mod chunk;
mod envelope;
mod outcome;
mod report;

use std::{fmt, future::IntoFuture, marker::PhantomData};

use self::chunk::{Chunk, Chunker, Next};
pub use self::{
    envelope::Envelope,
    outcome::{Failure, Outcome},
    report::{BulkReport, RowFailure, Totals},
};
use crate::{
    call::BoxFuture,
    client::Planhat,
    error::{Effect, Error, ErrorKind},
    generated::{BODY_BYTES, BULK_ITEMS},
    operation::Operation,
    transport::{Answer, Request, Transport},
    value::Body,
};

/// How far a bulk upsert is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// Records that have an outcome.
    pub done: usize,
    /// Calls that were made, retries not counted.
    pub calls: usize,
}

/// A bulk upsert that is not sent yet. `.await` sends it, one chunk after the other.
///
/// A record that matches an existing one by a key changes it; one without a key, or with a key that no
/// record has, is a new record. Records with and without a key are never sent together, so that what has
/// a key can be sent again when a connection breaks.
///
/// The future fails only if nothing was written at all, for example because the token is wrong.
/// Otherwise there is a [`BulkReport`] that tells what became of each record.
#[must_use = "a bulk upsert does nothing until it is awaited"]
pub struct BulkUpsert<M> {
    client: Planhat,
    operation: &'static Operation,
    records: Box<dyn Iterator<Item = Body> + Send>,
    items: usize,
    bytes: usize,
    progress: Option<Box<dyn FnMut(Progress) + Send>>,
    of: PhantomData<fn() -> M>,
}

impl<M: 'static> BulkUpsert<M> {
    pub(crate) fn new<I>(client: &Planhat, operation: &'static Operation, records: I) -> Self
    where
        I: IntoIterator<IntoIter: Send + 'static, Item: Into<Body> + 'static>,
    {
        Self {
            client: client.clone(),
            operation,
            records: Box::new(records.into_iter().map(Into::into)),
            items: BULK_ITEMS,
            bytes: BODY_BYTES,
            progress: None,
            of: PhantomData,
        }
    }

    /// Sends at most that many records with one call; 5,000 unless set, which is the most that Planhat
    /// takes.
    pub fn chunk_items(mut self, records: usize) -> Self {
        self.items = records.clamp(1, BULK_ITEMS);
        self
    }

    /// Sends at most that many bytes with one call; 32 MB unless set, which is the most that Planhat
    /// takes.
    pub fn chunk_bytes(mut self, bytes: usize) -> Self {
        self.bytes = bytes.min(BODY_BYTES);
        self
    }

    /// Is told after each call how far it is.
    pub fn on_progress(mut self, tell: impl FnMut(Progress) + Send + 'static) -> Self {
        self.progress = Some(Box::new(tell));
        self
    }

    async fn send(mut self) -> Result<BulkReport<M>, Error> {
        let mut report = BulkReport::default();
        let mut chunks = Chunker::new(self.records, self.operation.keys, self.items, self.bytes);
        while let Some(next) = chunks.next() {
            match next {
                Next::Unsendable { index, reason } => report.settle(index, Outcome::failed(reason, Effect::NotSent)),
                Next::Chunk(chunk) => {
                    let rows: Vec<usize> = chunk.rows.iter().map(|row| row.index).collect();
                    if let Err(error) = send_chunk(self.client.transport(), self.operation, chunk, &mut report).await {
                        if report.is_untouched() {
                            return Err(error);
                        }
                        give_up(&mut report, rows, &mut chunks, &error);
                    }
                    report.calls += 1;
                    if let Some(tell) = &mut self.progress {
                        tell(Progress { done: report.settled(), calls: report.calls });
                    }
                }
            }
        }
        Ok(report)
    }
}

/// Sends a chunk and settles its rows. An error means that the following ones would fail the same way,
/// and that nothing of this one was written.
async fn send_chunk<M>(
    transport: &Transport,
    operation: &'static Operation,
    chunk: Chunk,
    report: &mut BulkReport<M>,
) -> Result<(), Error> {
    let request = Request { body: Some(chunk.body.clone()), keyed: chunk.keyed, ..Request::new(operation) };
    let error = match transport.send(&request).await {
        Ok(answer) => match read(transport, operation, answer) {
            Ok((envelope, shown)) => {
                let shown = shown.unwrap_or_else(|| envelope.clone());
                outcome::settle(operation.keys, &chunk, &envelope, &shown, report);
                report.keep(shown);
                return Ok(());
            }
            Err(error) => error,
        },
        Err(error) => error,
    };
    if is_hopeless(&error) {
        return Err(error);
    }
    for row in &chunk.rows {
        report.settle(row.index, Outcome::of_error(&error));
    }
    Ok(())
}

/// The envelope that an answer of any status may carry, and the same without tokens if it repeats any:
/// records are found by what came, and people are shown the other.
fn read(
    transport: &Transport,
    operation: &'static Operation,
    answer: Answer,
) -> Result<(Envelope, Option<Envelope>), Error> {
    match Envelope::parse(&answer.body) {
        Some(envelope) => {
            let clean = transport.credentials.redact_body(&answer.body);
            let shown = if clean == answer.body { None } else { Envelope::parse(&clean) };
            Ok((envelope, shown))
        }
        None if (200..300).contains(&answer.status) => {
            Err(transport.unusable(operation, answer, "expected the counts and keys of a bulk upsert"))
        }
        None => Err(transport.refusal(operation, answer)),
    }
}

fn is_hopeless(error: &Error) -> bool {
    use ErrorKind::{Configuration, Connect, Forbidden, Invalid, NotFound, RateLimited, Unauthorized};
    let kind =
        matches!(error.kind(), Configuration | Connect | Forbidden | Invalid | NotFound | RateLimited | Unauthorized);
    kind && matches!(error.effect(), Effect::NotSent | Effect::Refused)
}

/// Settles everything that was not sent and never will be.
fn give_up<M>(report: &mut BulkReport<M>, rows: Vec<usize>, chunks: &mut Chunker, error: &Error) {
    for index in rows.into_iter().chain(chunks.drain()) {
        report.settle(index, Outcome::of_error(error));
    }
}

impl<M: 'static> IntoFuture for BulkUpsert<M> {
    type Output = Result<BulkReport<M>, Error>;
    type IntoFuture = BoxFuture<Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

impl<M> fmt::Debug for BulkUpsert<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BulkUpsert").field("operation", &self.operation.name).finish_non_exhaustive()
    }
}
