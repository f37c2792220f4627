//! Bulk upserts: records in, one outcome per record out.

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

use futures_util::Stream;

pub(crate) use self::bulk_response::is_blank;
use self::upload::Upload;
pub use self::{
    bulk_response::BulkResponse,
    outcome::Outcome,
    report::{BulkReport, RowFailure, Totals},
};
use crate::{
    batch::{Limits, Settings, Source},
    client::Planhat,
    generated::{BODY_BYTES, BULK_ITEMS},
    macros::upload::upload,
    operation::Operation,
    value::Body,
};

/// The default number of additional calls that may be made to find the rows that errors are about.
const MAX_BISECT_CALLS: usize = 200;

/// A bulk upsert that is not sent yet. Nothing is sent until you `.await` it; then chunks of rows are sent, one after
/// the other unless [`concurrency`](Self::concurrency) is set.
///
/// A row that matches an existing record by a key changes it; one without a key, or with a key that no record has,
/// creates a record. Rows with and without a key are never sent together, so that a chunk with keys is idempotent and
/// can be retried. Two rows with the same key are never in flight together, and are sent in input order. Of the input,
/// only the calls in flight, a few chunks that are being filled or are ready, and what is bisected are held in memory.
///
/// # Errors
///
/// `.await` returns a [`BulkReport`] with the outcome of each row, **also if rows failed**: rows that Planhat refuses
/// for their content, one or all of them, are in the report only.
///
/// It returns an error if no row was written and every call failed for one reason that is not about the rows' content:
/// all calls failed with the same [`ErrorKind`](crate::ErrorKind) and status (a wrong token, a missing permission, a
/// wrong path, the rate limit), or all of them in an outage (no connection, timeouts, broken connections and 5xx in any
/// mixture). A bulk response with status 403 that leaves every row unwritten counts as such a failure; a status 400,
/// 413, 422 or another 4xx does not. Rows that cannot be sent are not considered. The error's effect is unknown if that
/// of any row is. The report is kept: [`Error::report`](crate::Error::report) and [`watch`](Self::watch) return it.
/// [`always_report`](Self::always_report) switches this off. An upload of no rows returns an empty report.
///
/// An error with which every other call would fail too (a wrong token, a lasting outage) ends the upload at once. Rows
/// that were not sent by then have the effect "not sent"; if other rows were written, the report says so, and there is
/// no error.
///
/// # Examples
///
/// ```no_run
/// # async fn example(planhat: planhat_sdk::Planhat) -> Result<(), planhat_sdk::Error> {
/// use planhat_sdk::CompanyPatch;
///
/// let rows = ["1", "2"].map(|key| CompanyPatch::new().external_id(key).phase("Onboarding"));
/// let report = planhat.companies().bulk_upsert(rows).await?;
/// for failure in report.failures() {
///     eprintln!("row {}: {failure}", failure.index());
/// }
/// // Turns failed rows into an error:
/// let report = report.into_result()?;
/// # Ok(())
/// # }
/// ```
#[must_use = "a bulk upsert does nothing until it is awaited"]
pub struct BulkUpsert<M> {
    source: Source,
    sender: Upload<M>,
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
        let sender = Upload::new(client, operation, MAX_BISECT_CALLS);
        Self { source, sender, settings: Settings::new(limits) }
    }

    /// Sets the maximum number of rows per chunk. Defaults to 5,000, the maximum that Planhat accepts.
    pub fn chunk_items(mut self, records: usize) -> Self {
        self.settings.limits.items = records.clamp(1, BULK_ITEMS);
        self
    }

    /// Sets the number of concurrent calls. Defaults to 1, as Planhat advises. Each holds a chunk in memory.
    pub fn concurrency(mut self, calls: usize) -> Self {
        self.settings.concurrency = calls.max(1);
        self
    }

    /// Sets the maximum number of additional calls that find out which rows an error is about. Defaults to 200; with 0,
    /// none are made. A chunk gets a quarter of them, or 32 if that is more. Each step of bisecting takes two calls.
    ///
    /// Planhat's errors need not say which row they mean. Where that leaves the outcome of rows open, and the rows have
    /// keys, so that sending them again is harmless, the chunk is bisected: sent again in halves until each row's
    /// outcome is known.
    pub fn max_bisect_calls(mut self, calls: usize) -> Self {
        self.sender.max_bisect_calls(calls);
        self
    }

    /// Ends the upload after this number of consecutive failed rows: rows that were not written, or for which it is
    /// unknown whether they were. Defaults to never. The rows that are left have the effect "not sent", and are
    /// retryable.
    ///
    /// Rows are counted when their chunk has ended, in the order of the chunk; chunks count in the order in which they
    /// end, which with a [`concurrency`](Self::concurrency) above 1 may differ from the input order. Calls in flight are
    /// not cancelled, so that up to [`chunk_items`](Self::chunk_items) × `concurrency` more rows may be sent. Use
    /// smaller chunks to stop sooner.
    pub fn stop_after(mut self, failed_rows: usize) -> Self {
        self.settings.stop_after = Some(failed_rows.max(1));
        self
    }

    /// Keeps the rows that fail, so that [`BulkReport::retryable_rows`] can return them. Defaults to off.
    ///
    /// Each failed row takes the memory of its JSON and its keys. If the upload ends before its input does, the rest
    /// of the input is read and kept too, provided that its length is known from the start, as that of a `Vec` is. In
    /// the worst case, all of the input is in memory as JSON. Rows of an input of unknown length that were not read are
    /// not part of the report, and remain in the input.
    pub fn keep_failed_rows(mut self) -> Self {
        self.settings.keeps_rows = true;
        self
    }

    /// Keeps Planhat's responses, which [`BulkReport::responses`] returns. Defaults to off.
    pub fn keep_responses(mut self) -> Self {
        self.sender.keep_responses = true;
        self
    }
}

upload!(
    BulkUpsert<M> => BulkReport<M>,
    sender.channel,
    "row",
    "Sets how long the upload may take as a whole. Rows that are not sent by then are reported as not sent. Unless set, an upload may take any time, and each of its requests as long as the client's [`deadline`](crate::Builder::deadline) allows."
);
