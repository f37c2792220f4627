//! Events and data points: items in, as few requests as their bytes allow.

mod delivery;
mod report;

use std::{fmt, future::IntoFuture, sync::Arc, time::Duration};

use futures_core::{Stream, future::BoxFuture};

use self::delivery::Delivery;
pub use self::report::{IngestFailure, IngestReport, IngestTotals};
use crate::{
    batch::{Limits, Progress, Settings, Source, Watch, run},
    client::Planhat,
    error::Error,
    generated::BODY_BYTES,
    operation::Operation,
    transport::RetryPolicy,
    value::Body,
};

/// Many events or data points that are not sent yet. `.await` sends them, in as few calls as their
/// bytes allow.
///
/// Nothing tells the server that an item comes a second time, so a call is sent again only if it was
/// certainly not processed.
///
/// # Errors and failed items
///
/// `.await` returns an [`IngestReport`], **also if items failed**. Check it:
///
/// ```no_run
/// # async fn example(
/// #     planhat: planhat_sdk::Planhat, metrics: Vec<planhat_sdk::NewMetric>,
/// # ) -> Result<(), planhat_sdk::Error> {
/// let report = planhat.metrics().insert(metrics).await?;
/// for failure in report.failures() {
///     eprintln!("{failure}");
/// }
/// // Or, if each failed item is an error for you:
/// let report = report.into_result()?;
/// # Ok(())
/// # }
/// ```
///
/// `.await` returns an error if no item was taken and every call failed for one reason that is not about the items'
/// content: all calls failed with the same [`ErrorKind`](crate::ErrorKind) and status (a wrong token, the rate limit),
/// or all of them in an outage (no connection, timeouts, broken connections and 5xx, mixed as they may be). A status
/// 400, 413, 422 or another 4xx is in the report only. Items that cannot be sent have no call, and so no say in this.
/// The error's effect is unknown if that of any item is. The report is kept: [`Error::report`] and [`watch`](Self::watch) have it.
/// [`always_report`](Self::always_report) switches this off. An upload of no items returns an empty report.
#[must_use = "nothing is sent until it is awaited"]
pub struct Ingest {
    source: Source,
    delivery: Delivery,
    settings: Settings,
    always_report: bool,
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
        Self { source, delivery, settings: Settings::new(limits), always_report: false }
    }

    /// Sends at most that many items with one call; as many as the bytes allow unless set, since Planhat names no
    /// number.
    pub fn chunk_items(mut self, items: usize) -> Self {
        self.settings.limits.items = items.max(1);
        self
    }

    /// Sends at most that many bytes with one call; 32 MB unless set, which is the most that Planhat
    /// takes.
    pub fn chunk_bytes(mut self, bytes: usize) -> Self {
        self.settings.limits.bytes = bytes.min(BODY_BYTES);
        self
    }

    /// Has so many calls under way at once; 1 unless set. Each takes the memory of a chunk.
    pub fn concurrency(mut self, calls: usize) -> Self {
        self.settings.concurrency = calls.max(1);
        self
    }

    /// Ends the upload after this many failed items in a row: items that were not taken, or of which it is unknown
    /// whether they were. Defaults to never. The items that are left have the effect "not sent", and are retryable.
    ///
    /// Items are counted when their chunk has ended; chunks count in the order in which they end, which with a
    /// [`concurrency`](Self::concurrency) above 1 need not be that of the input. Calls in flight are not broken off.
    /// Where Planhat says how many items of a chunk failed but not which, the count starts anew.
    pub fn stop_after(mut self, failed_items: usize) -> Self {
        self.settings.stop_after = Some(failed_items.max(1));
        self
    }

    /// Keeps the items that fail, so that [`IngestReport::retryable_items`] gives them back. Defaults to off.
    ///
    /// Each failed item takes the memory of its JSON. If the upload ends before its input does, the rest of the input
    /// is read and kept too, provided that its length is known from the start (as that of a `Vec` is): in the worst
    /// case all of the input is in memory as JSON.
    pub fn keep_failed_items(mut self) -> Self {
        self.settings.keeps_rows = true;
        self
    }

    /// Returns the report even if every item failed for one reason, instead of an error. Defaults to off.
    pub fn always_report(mut self) -> Self {
        self.always_report = true;
        self
    }

    /// Gives each attempt of a call this long instead of what the client says.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.delivery.options.timeout = Some(timeout);
        self
    }

    /// Sends each call again as often as this policy says, instead of the client's.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.delivery.options.retry = Some(policy);
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
        self.delivery.options.deadline = Some(deadline);
        self
    }

    /// Is told how far it is, whenever a call is made ready or comes to an end.
    pub fn on_progress(mut self, tell: impl FnMut(Progress) + Send + 'static) -> Self {
        self.settings.progress = Some(Box::new(tell));
        self
    }

    /// Sees the report while it is made, and still when the future was dropped half-way.
    #[must_use]
    pub fn watch(&self) -> Watch<IngestReport> {
        self.delivery.report.clone()
    }

    async fn send(mut self) -> Result<IngestReport, Error> {
        self.delivery.until = self.delivery.options.until();
        let delivery = Arc::new(self.delivery);
        run(Arc::clone(&delivery), self.source, self.settings).await;
        let reason = delivery.causes.common().filter(|_| !self.always_report);
        let report = delivery.report.clone();
        drop(delivery);
        report.finish().unless_failed(reason)
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
