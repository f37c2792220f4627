//! Events and data points: items in, as few requests as their bytes allow.

mod delivery;
mod report;

use futures_util::Stream;

pub use self::report::{IngestFailure, IngestReport, IngestTotals};
use crate::{
    batch::{Channel, Limits, Settings, Source},
    client::Planhat,
    generated::BODY_BYTES,
    macros::upload::upload,
    operation::Operation,
    value::Body,
};

/// Many events or data points that are not sent yet. Nothing is sent until you `.await` it; then they are sent in as few
/// calls as their bytes allow.
///
/// A call is not idempotent, since the server cannot recognise an item that it receives twice. It is retried only if it
/// was certainly not processed.
///
/// # Errors
///
/// `.await` returns an [`IngestReport`], **also if items failed**.
///
/// It returns an error if no item was accepted and every call failed for one reason that is not about the items'
/// content: all calls failed with the same [`ErrorKind`](crate::ErrorKind) and status (a wrong token, the rate limit),
/// or all of them in an outage (no connection, timeouts, broken connections and 5xx in any mixture). A status 400, 413,
/// 422 or another 4xx is in the report only. Items that cannot be sent are not considered. The error's effect is unknown
/// if that of any item is. The report is kept: [`Error::report`](crate::Error::report) and [`watch`](Self::watch) return it.
/// [`always_report`](Self::always_report) switches this off. An upload of no items returns an empty report.
///
/// # Examples
///
/// ```no_run
/// # async fn example(
/// #     planhat: planhat_sdk::Planhat, metrics: Vec<planhat_sdk::NewMetric>,
/// # ) -> Result<(), planhat_sdk::Error> {
/// let report = planhat.metrics().insert(metrics).await?;
/// for failure in report.failures() {
///     eprintln!("{failure}");
/// }
/// // Turns failed items into an error:
/// let report = report.into_result()?;
/// # Ok(())
/// # }
/// ```
#[must_use = "nothing is sent until it is awaited"]
pub struct Ingest {
    source: Source,
    sender: Channel<IngestReport>,
    settings: Settings,
}

impl Ingest {
    pub(crate) fn new<I>(client: &Planhat, operation: &'static Operation, items: I) -> Self
    where
        I: IntoIterator<IntoIter: Send + 'static, Item: Into<Body> + 'static>,
    {
        Self::of(client, operation, Source::iterator(items))
    }

    pub(crate) fn of_stream<S>(client: &Planhat, operation: &'static Operation, items: S) -> Self
    where
        S: Stream<Item: Into<Body> + 'static> + Send + 'static,
    {
        Self::of(client, operation, Source::stream::<S, S::Item>(items))
    }

    fn of(client: &Planhat, operation: &'static Operation, source: Source) -> Self {
        let limits = Limits { items: usize::MAX, bytes: BODY_BYTES };
        let sender = Channel::new(client, operation);
        Self { source, sender, settings: Settings::new(limits) }
    }

    /// Sets the maximum number of items per chunk. Defaults to as many as the bytes allow, since Planhat names no limit.
    pub fn chunk_items(mut self, items: usize) -> Self {
        self.settings.limits.items = items.max(1);
        self
    }

    /// Sets the number of concurrent calls. Defaults to 1. Each holds a chunk in memory.
    pub fn concurrency(mut self, calls: usize) -> Self {
        self.settings.concurrency = calls.max(1);
        self
    }

    /// Ends the upload after this number of consecutive failed items: items that were not accepted, or for which it is
    /// unknown whether they were. Defaults to never. The items that are left have the effect "not sent", and are
    /// retryable.
    ///
    /// Items are counted when their chunk has ended; chunks count in the order in which they end, which with a
    /// [`concurrency`](Self::concurrency) above 1 may differ from the input order. Calls in flight are not cancelled.
    /// If Planhat reports how many items of a chunk failed but not which, the count starts again.
    pub fn stop_after(mut self, failed_items: usize) -> Self {
        self.settings.stop_after = Some(failed_items.max(1));
        self
    }

    /// Keeps the items that fail, so that [`IngestReport::retryable_items`] can return them. Defaults to off.
    ///
    /// Each failed item takes the memory of its JSON. If the upload ends before its input does, the rest of the input
    /// is read and kept too, provided that its length is known from the start, as that of a `Vec` is. In the worst case,
    /// all of the input is in memory as JSON.
    pub fn keep_failed_items(mut self) -> Self {
        self.settings.keeps_rows = true;
        self
    }
}

upload!(
    Ingest => IngestReport,
    sender,
    "item",
    "Sets how long the upload may take as a whole. Items that are not sent by then are reported as not sent. Unless set, an upload may take any time, and each of its requests as long as the client's [`deadline`](crate::Builder::deadline) allows."
);
