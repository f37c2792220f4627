//! Bulk upserts: records in, one outcome a record out.

mod attribution;
mod bulk_response;
mod chunk_outcomes;
#[cfg(test)]
mod model;
mod names;
mod outcome;
mod report;
mod response;
mod solver;
mod upload;

use std::{fmt, future::IntoFuture, sync::Arc, time::Duration};

use futures_core::{Stream, future::BoxFuture};

use self::upload::Upload;
pub use self::{
    bulk_response::BulkResponse,
    outcome::Outcome,
    report::{BulkReport, RowFailure, Totals},
};
use crate::{
    batch::{Limits, Progress, Settings, Source, Watch, run},
    client::Planhat,
    error::Error,
    generated::{BODY_BYTES, BULK_ITEMS},
    operation::Operation,
    transport::RetryPolicy,
    value::Body,
};

/// How many additional calls a bulk upsert makes at most to find the rows that errors are about, unless set.
const MAX_BISECT_CALLS: usize = 200;

/// A bulk upsert that is not sent yet. `.await` sends it, one chunk after the other.
///
/// A row that matches an existing record by a key changes it; one without a key, or with a key that no record has,
/// creates a record. Rows with and without a key are never sent together, so that a chunk with keys can be retried
/// when a connection breaks. Two rows with the same key are never in flight together, and go in the order in which
/// they were given. Of the input, no more is held than the calls in flight, a few chunks that are being filled or are
/// ready, and what is bisected.
///
/// # Errors and failed rows
///
/// `.await` returns a [`BulkReport`] with the outcome of each row, **also if rows failed**: rows that Planhat refuses
/// for their content, one or all of them, are in the report only. Check it:
///
/// ```no_run
/// # async fn example(
/// #     planhat: planhat_sdk::Planhat, companies: Vec<planhat_sdk::CompanyPatch>,
/// # ) -> Result<(), planhat_sdk::Error> {
/// let report = planhat.companies().bulk_upsert(companies).await?;
/// for failure in report.failures() {
///     eprintln!("row {}: {failure}", failure.index());
/// }
/// // Or, if each failed row is an error for you:
/// let report = report.into_result()?;
/// # Ok(())
/// # }
/// ```
///
/// `.await` returns an error if no row was written and every call failed for one reason that is not about the rows'
/// content: all calls failed with the same [`ErrorKind`](crate::ErrorKind) and status (a wrong token, a missing
/// permission, a wrong path, the rate limit), or all of them in an outage (no connection, timeouts, broken
/// connections and 5xx, mixed as they may be). A bulk response with status 403 that leaves every row unwritten counts
/// as such a failure; a status 400, 413, 422 or another 4xx does not. Rows that cannot be sent have no call, and so no
/// say in this. The error's effect is unknown if that of any row is. The report is kept: [`Error::report`] and [`watch`](Self::watch) have it.
/// [`always_report`](Self::always_report) switches this off. An upload of no rows returns an empty report.
///
/// An error for which no other call could succeed (a wrong token, a lasting outage) ends the upload at once. Rows that
/// were not sent by then have the effect "not sent"; if other rows were written, that is in the report, not an error.
#[must_use = "a bulk upsert does nothing until it is awaited"]
pub struct BulkUpsert<M> {
    source: Source,
    upload: Upload<M>,
    settings: Settings,
    always_report: bool,
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
        let upload = Upload::new(client, operation, MAX_BISECT_CALLS);
        Self { source, upload, settings: Settings::new(limits), always_report: false }
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

    /// Sets how many additional calls may be made to find out which rows an error is about. Defaults to 200; 0 makes
    /// none. A chunk gets a quarter of them, or 32 if that is more. Each step of bisecting takes two calls.
    ///
    /// Planhat's errors need not say which row they mean. Where that leaves the outcome of rows open, and the rows have
    /// keys, so that sending them again is harmless, the chunk is bisected: sent again in halves until each row's
    /// outcome is known.
    pub fn max_bisect_calls(mut self, calls: usize) -> Self {
        self.upload.max_bisect_calls(calls);
        self
    }

    /// Ends the upload after this many failed rows in a row: rows that were not written, or of which it is unknown
    /// whether they were. Defaults to never. The rows that are left have the effect "not sent", and are retryable.
    ///
    /// Rows are counted when their chunk has ended, in the order of the chunk; chunks count in the order in which they
    /// end, which with a [`concurrency`](Self::concurrency) above 1 need not be that of the input. Calls in flight are
    /// not broken off, so that up to [`chunk_items`](Self::chunk_items) × `concurrency` rows more may be sent. Use
    /// smaller chunks to stop sooner.
    pub fn stop_after(mut self, failed_rows: usize) -> Self {
        self.settings.stop_after = Some(failed_rows.max(1));
        self
    }

    /// Keeps the rows that fail, so that [`BulkReport::retryable_rows`] gives them back. Defaults to off.
    ///
    /// Each failed row takes the memory of its JSON and its keys. If the upload ends before its input does, the rest
    /// of the input is read and kept too, provided that its length is known from the start (as that of a `Vec` is): in
    /// the worst case all of the input is in memory as JSON. Rows of an input of unknown length that were not read are
    /// not part of the report, and stay where they are.
    pub fn keep_failed_rows(mut self) -> Self {
        self.settings.keeps_rows = true;
        self
    }

    /// Returns the report even if every row failed for one reason, instead of an error. Defaults to off.
    pub fn always_report(mut self) -> Self {
        self.always_report = true;
        self
    }

    /// Keeps Planhat's responses for the report, which takes as much memory as they do.
    pub fn keep_responses(mut self) -> Self {
        self.upload.keep_responses = true;
        self
    }

    /// Gives each attempt of a call this long instead of what the client says.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.upload.options.timeout = Some(timeout);
        self
    }

    /// Sends each call again as often as this policy says, instead of the client's.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.upload.options.retry = Some(policy);
        self
    }

    /// Sets how long the upload may take as a whole, all waiting included: for the rate limit, for pauses, for a server
    /// that is down. Rows that are not sent by then
    /// are reported as not sent.
    ///
    /// Unless set, an upload may take any time, and each of its requests as long as the client's
    /// [`deadline`](crate::Builder::deadline) says.
    ///
    /// What would have to wait longer fails at once, for example with "rate limited, retry in 4000 s".
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.upload.options.deadline = Some(deadline);
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

    async fn send(mut self) -> Result<BulkReport<M>, Error> {
        self.upload.until = self.upload.options.until();
        let upload = Arc::new(self.upload);
        run(Arc::clone(&upload), self.source, self.settings).await;
        let reason = upload.causes.common().filter(|_| !self.always_report);
        let report = upload.report.clone();
        drop(upload);
        report.finish().unless_failed(reason)
    }
}

impl<M: 'static> IntoFuture for BulkUpsert<M> {
    type Output = Result<BulkReport<M>, Error>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

impl<M> fmt::Debug for BulkUpsert<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BulkUpsert").field("operation", &self.upload.operation.name).finish_non_exhaustive()
    }
}
