//! Events and data points: items in, as few requests as their bytes allow.

mod delivery;
mod report;

use std::{fmt, future::IntoFuture};

use futures_util::{Stream, future::BoxFuture};

use self::delivery::Delivery;
pub use self::report::{IngestFailure, IngestReport, IngestTotals};
use crate::{
    batch::{Limits, Progress, Settings, Source, Watch, run},
    client::Planhat,
    error::Error,
    generated::BODY_BYTES,
    operation::Operation,
    transport::{CallOptions, HasOptions},
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
/// if that of any item is. The report is kept: [`Error::report`] and [`watch`](Self::watch) return it.
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
    delivery: Delivery,
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
        let delivery = Delivery::new(client, operation);
        Self { source, delivery, settings: Settings::new(limits) }
    }

    /// Sets the maximum number of items per chunk. Defaults to as many as the bytes allow, since Planhat names no limit.
    pub fn chunk_items(mut self, items: usize) -> Self {
        self.settings.limits.items = items.max(1);
        self
    }

    /// Sets the maximum number of bytes per chunk. Defaults to 32 MB, the maximum that Planhat accepts.
    pub fn chunk_bytes(mut self, bytes: usize) -> Self {
        self.settings.limits.bytes = bytes.min(BODY_BYTES);
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

    /// Returns the report even if every item failed for one reason, instead of an error. Defaults to off.
    pub fn always_report(mut self) -> Self {
        self.settings.always_report = true;
        self
    }

    /// Calls `f` with the progress whenever a call starts or ends.
    pub fn on_progress(mut self, f: impl FnMut(Progress) + Send + 'static) -> Self {
        self.settings.on_progress = Some(Box::new(f));
        self
    }

    /// Returns a handle to the report, which can be read while the upload runs and after its future was dropped.
    #[must_use]
    pub fn watch(&self) -> Watch<IngestReport> {
        self.delivery.report.clone()
    }

    async fn send(mut self) -> Result<IngestReport, Error> {
        self.delivery.options.start();
        run(self.delivery, self.source, self.settings).await
    }
}

impl HasOptions for Ingest {
    fn options(&mut self) -> &mut CallOptions {
        &mut self.delivery.options
    }
}

impl IntoFuture for Ingest {
    type Output = Result<IngestReport, Error>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

impl fmt::Debug for Ingest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ingest").field("operation", &self.delivery.operation.name).finish_non_exhaustive()
    }
}
