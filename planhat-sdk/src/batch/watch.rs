use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard},
};

use crate::lock::lock;

/// Sees what has become of the records so far, also if nobody waits for the end.
///
/// ```no_run
/// # async fn example(planhat: planhat_sdk::Planhat, licenses: Vec<planhat_sdk::LicensePatch>) {
/// use std::time::Duration;
///
/// let upsert = planhat.licenses().bulk_upsert(licenses);
/// let watch = upsert.watch();
/// if tokio::time::timeout(Duration::from_secs(600), upsert.into_future()).await.is_err() {
///     println!("stopped: {}", watch.report().totals());
/// }
/// # }
/// # use std::future::IntoFuture;
/// ```
pub struct Watch<R> {
    report: Arc<Mutex<R>>,
}

impl<R: Clone> Watch<R> {
    /// What is known now: each record that has an outcome, and no other. Once the upload has ended or was dropped,
    /// these are all records that were taken from the input.
    #[must_use]
    pub fn report(&self) -> R {
        self.lock().clone()
    }
}

impl<R> Watch<R> {
    pub(crate) fn new(report: R) -> Self {
        Self { report: Arc::new(Mutex::new(report)) }
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, R> {
        lock(&self.report)
    }
}

impl<R: Clone + Default> Watch<R> {
    /// The report; without a copy if nobody else looks at it.
    pub(crate) fn finish(&self) -> R {
        if Arc::strong_count(&self.report) == 1 { std::mem::take(&mut *self.lock()) } else { self.report() }
    }
}

impl<R> Clone for Watch<R> {
    fn clone(&self) -> Self {
        Self { report: Arc::clone(&self.report) }
    }
}

impl<R> fmt::Debug for Watch<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watch").finish_non_exhaustive()
    }
}
