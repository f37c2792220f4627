use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard},
};

use crate::lock::lock;

/// A handle to the report of an upload that is running or was dropped.
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
    /// Returns the current report, with each record that has an outcome. Once the upload has ended or was dropped, these
    /// are all records that were taken from the input.
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
    /// Returns the report, without copying it if there is no other handle.
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
