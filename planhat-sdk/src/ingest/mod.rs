//! Events and data points: items in, as few requests as their bytes allow.

mod delivery;
mod report;

use std::{fmt, future::IntoFuture, sync::Arc, time::Duration};

use futures_core::Stream;

use self::delivery::Delivery;
pub use self::report::{IngestFailure, IngestReport, IngestTotals};
use crate::{
    batch::{Limits, Progress, Settings, Source, Watch, run},
    call::BoxFuture,
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
/// The future fails only if nothing was taken at all, for example because the token is wrong. Otherwise there is an
/// [`IngestReport`].
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
        let settings = Settings { limits, concurrency: 1, progress: None };
        Self { source, delivery: Delivery::new(client, operation), settings }
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

    /// Gives each attempt of a call this long instead of what the client says.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.delivery.timeout = Some(timeout);
        self
    }

    /// Sends each call again as often as this policy says, instead of the client's.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.delivery.retry = Some(policy);
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

    async fn send(self) -> Result<IngestReport, Error> {
        let delivery = Arc::new(self.delivery);
        let report = delivery.report.clone();
        run(delivery, self.source, self.settings).await?;
        Ok(report.finish())
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
        f.debug_struct("Ingest").field("operation", &self.delivery.operation.name).finish_non_exhaustive()
    }
}
