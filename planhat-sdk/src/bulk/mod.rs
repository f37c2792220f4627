//! Bulk upserts: records in, one outcome a record out.

mod envelope;
mod outcome;
mod report;
mod settled;
mod told;
mod upload;

use std::{fmt, future::IntoFuture, sync::Arc, time::Duration};

use futures_core::Stream;

use self::upload::Upload;
pub use self::{
    envelope::Envelope,
    outcome::Outcome,
    report::{BulkReport, RowFailure, Totals},
};
use crate::{
    batch::{Limits, Progress, Settings, Source, Watch, run},
    call::BoxFuture,
    client::Planhat,
    error::Error,
    generated::{BODY_BYTES, BULK_ITEMS},
    operation::Operation,
    transport::RetryPolicy,
    value::Body,
};

/// How many calls more a bulk upsert makes at most to find the rows that errors are about, unless set.
const SEARCHES: usize = 200;

/// A bulk upsert that is not sent yet. `.await` sends it, one chunk after the other.
///
/// A record that matches an existing one by a key changes it; one without a key, or with a key that no
/// record has, is a new record. Records with and without a key are never sent together, so that what has
/// a key can be sent again when a connection breaks. Two records of one key are never under way together, and
/// go in the order in which they were given.
///
/// The future fails only if nothing was written at all, for example because the token is wrong.
/// Otherwise there is a [`BulkReport`] that tells what became of each record. Of the input, no more is held than the
/// calls under way, a few chunks that are being filled or are ready, and what is sent again in halves.
#[must_use = "a bulk upsert does nothing until it is awaited"]
pub struct BulkUpsert<M> {
    source: Source,
    upload: Upload<M>,
    settings: Settings,
}

impl<M: 'static> BulkUpsert<M> {
    pub(crate) fn new<I>(client: &Planhat, operation: &'static Operation, records: I) -> Self
    where
        I: IntoIterator<IntoIter: Send + 'static, Item: Into<Body> + 'static>,
    {
        Self::of(client, operation, Source::iterator(records))
    }

    pub(crate) fn of_stream<S, P>(client: &Planhat, operation: &'static Operation, records: S) -> Self
    where
        S: Stream<Item: Into<P>> + Send + 'static,
        P: Into<Body> + 'static,
    {
        Self::of(client, operation, Source::stream::<S, P>(records))
    }

    fn of(client: &Planhat, operation: &'static Operation, source: Source) -> Self {
        let limits = Limits { items: BULK_ITEMS, bytes: BODY_BYTES };
        let settings = Settings { limits, concurrency: 1, progress: None };
        Self { source, upload: Upload::new(client, operation, SEARCHES), settings }
    }

    /// Sends at most that many records with one call; 5,000 unless set, which is the most that Planhat
    /// takes.
    pub fn chunk_items(mut self, records: usize) -> Self {
        self.settings.limits.items = records.clamp(1, BULK_ITEMS);
        self
    }

    /// Sends at most that many bytes with one call; 32 MB unless set, which is the most that Planhat
    /// takes.
    pub fn chunk_bytes(mut self, bytes: usize) -> Self {
        self.settings.limits.bytes = bytes.min(BODY_BYTES);
        self
    }

    /// Has so many calls under way at once; 1 unless set, as Planhat advises. Each takes the memory of a chunk.
    pub fn concurrency(mut self, calls: usize) -> Self {
        self.settings.concurrency = calls.max(1);
        self
    }

    /// Makes at most so many calls more to find out which rows an error is about; 200 unless set, 0 to make none. A
    /// chunk gets a quarter of them, or 32 if that is more. A search takes two calls at a time.
    ///
    /// Planhat's errors need not say which record they mean. Where that leaves rows open, and the rows have keys, so
    /// that sending them again is harmless, they are sent again in halves until each row's outcome is known.
    pub fn search_calls(mut self, calls: usize) -> Self {
        self.upload.searches(calls);
        self
    }

    /// Keeps Planhat's answers for the report, which takes as much memory as they do.
    pub fn keep_envelopes(mut self) -> Self {
        self.upload.keep_envelopes = true;
        self
    }

    /// Gives each attempt of a call this long instead of what the client says.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.upload.timeout = Some(timeout);
        self
    }

    /// Sends each call again as often as this policy says, instead of the client's.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.upload.retry = Some(policy);
        self
    }

    /// Is told how far it is, whenever a call is made ready or comes to an end.
    pub fn on_progress(mut self, tell: impl FnMut(Progress) + Send + 'static) -> Self {
        self.settings.progress = Some(Box::new(tell));
        self
    }

    /// Sees the report while it is made, and still when the future was dropped half-way.
    #[must_use]
    pub fn watch(&self) -> Watch<BulkReport<M>> {
        self.upload.report.clone()
    }

    async fn send(self) -> Result<BulkReport<M>, Error> {
        let upload = Arc::new(self.upload);
        let report = upload.report.clone();
        run(upload, self.source, self.settings).await?;
        Ok(report.finish())
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
        f.debug_struct("BulkUpsert").field("operation", &self.upload.operation.name).finish_non_exhaustive()
    }
}
