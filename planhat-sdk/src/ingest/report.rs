use std::{fmt, ops::Range, sync::Arc};

use serde_json::Value;

use crate::{
    batch::{Chunk, FailedRows, Failure, Report, Summary, not_kept},
    error::{Effect, Error, ErrorKind},
    value::{Body, FromBody, Object},
};

/// The outcome of each item of an ingest.
///
/// Items can have failed although there is a report and no error: look at [`failures`](Self::failures), or turn the
/// report into an error with [`into_result`](Self::into_result). `Display` shows the totals and the first failures.
#[must_use = "items may have failed: look at `failures()`, or use `into_result()`"]
#[derive(Clone, Default)]
pub struct IngestReport {
    totals: IngestTotals,
    /// In the order of their items.
    failures: Vec<IngestFailure>,
    failed: FailedRows,
    errors: Vec<Value>,
    calls: usize,
}

/// The number of items with each outcome.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct IngestTotals {
    /// The number of accepted items. Most responses only say that the call was accepted.
    pub accepted: usize,
    /// The number of items that were not accepted.
    pub failed: usize,
    /// The number of items for which it is unknown whether they were accepted.
    pub unknown: usize,
}

/// A run of items that were not accepted, or not all of them.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct IngestFailure {
    /// The positions of the items in the input.
    pub items: Range<usize>,
    /// The number of failed items among them: all, unless Planhat reports only how many failed, not which.
    pub count: usize,
    /// The reason.
    pub failure: Arc<Failure>,
}

impl IngestReport {
    /// Returns how many items had which outcome. They add up to the items that were taken from the input, which are all of
    /// them unless a stream was left or the future was dropped.
    #[must_use]
    pub fn totals(&self) -> IngestTotals {
        self.totals
    }

    /// Returns the runs of items that were not accepted, or for which that is unknown, in input order.
    #[must_use]
    pub fn failures(&self) -> &[IngestFailure] {
        &self.failures
    }

    /// Returns the positions of the items that are worth sending again: the connection, the token, the rate limit or
    /// the server was the trouble, not the item, and it was certainly not taken.
    pub fn retryable(&self) -> impl Iterator<Item = Range<usize>> {
        self.failures.iter().filter(|run| run.is_retryable()).map(|run| run.items.clone())
    }

    /// Returns the positions of the items of unknown outcome. If such an item was taken, sending it again makes a
    /// second one.
    pub fn retry_may_duplicate(&self) -> impl Iterator<Item = Range<usize>> {
        self.failures.iter().filter(|run| run.is_unknown()).map(|run| run.items.clone())
    }

    /// Returns the items of [`retryable`](Self::retryable), which can be sent again. `T` is the type that was sent.
    ///
    /// ```no_run
    /// # async fn example(
    /// #     planhat: planhat_sdk::Planhat, metrics: Vec<planhat_sdk::NewMetric>,
    /// # ) -> Result<(), planhat_sdk::Error> {
    /// use planhat_sdk::NewMetric;
    ///
    /// let report = planhat.metrics().insert(metrics).keep_failed_items().await?;
    /// let again = planhat.metrics().insert(report.retryable_items::<NewMetric>()?).await?;
    /// println!("{again}");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// If there are such items, and they were not kept: ask for it with
    /// [`keep_failed_items`](crate::Ingest::keep_failed_items).
    pub fn retryable_items<T: FromBody>(&self) -> Result<Vec<T>, Error> {
        self.retryable().flatten().map(|index| self.failed_item(index).ok_or_else(not_kept)).collect()
    }

    /// Returns the item at this position as it was sent, if it failed and was kept by
    /// [`keep_failed_items`](crate::Ingest::keep_failed_items).
    #[must_use]
    pub fn failed_item<T: FromBody>(&self, index: usize) -> Option<T> {
        self.failed.json(index).map(|json| T::from_body(Body::from_json(json)))
    }

    /// Returns the errors in Planhat's responses, as they were received.
    #[must_use]
    pub fn errors(&self) -> &[Value] {
        &self.errors
    }

    /// Returns the number of calls, retries not counted.
    #[must_use]
    pub fn calls(&self) -> usize {
        self.calls
    }

    /// Returns the report if every item was taken, and an error that summarises the failures if not. The error holds
    /// the report: [`Error::report`].
    ///
    /// # Errors
    ///
    /// If an item was not taken, or it is unknown whether it was. The error's effect is unknown if other items were
    /// taken.
    pub fn into_result(self) -> Result<Self, Error> {
        let Some(IngestFailure { items, failure, .. }) = self.failures.first() else { return Ok(self) };
        // "Refused" would say that nothing changed.
        let effect = if self.totals.accepted > 0 { Effect::Unknown } else { self.effect() };
        let (first, last) = (items.start, items.end.saturating_sub(1));
        let summary = format!("the first are items {first} to {last}: {}", failure.reason);
        let error = Error::new(ErrorKind::Rejected, effect, self.totals.to_string());
        Err(error.with_report(effect, &summary, self))
    }

    fn summary(&self) -> Summary {
        let mut summary = Summary::new(self.totals, self.calls, self.errors.len());
        for run in &self.failures {
            summary.add(|| run.to_string());
        }
        summary
    }

    pub(super) fn count_call(&mut self) {
        self.calls += 1;
    }

    /// Enters a call that was carried out. Planhat documents no response; some have counts, others are empty.
    pub(super) fn accept(&mut self, chunk: &Chunk, body: &[u8]) {
        let count = chunk.rows.len();
        let response = match serde_json::from_slice::<Object>(body) {
            Ok(response) => response,
            // A truncated response may have listed errors in the missing part.
            Err(_) if body.trim_ascii_start().starts_with(b"{") => {
                return self.fail(&mut chunk.positions(), &Arc::new(Failure::unattributed(None)));
            }
            Err(_) => Object::new(),
        };
        let processed = response.get("processed").and_then(Value::as_u64).and_then(|count| usize::try_from(count).ok());
        let errors = response.get("errors").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        self.errors.extend_from_slice(errors);
        let accepted = match processed {
            Some(processed) => processed.min(count),
            None if errors.is_empty() => count,
            // It is unknown how many items an error is about.
            None => {
                let failure = Failure::unattributed(Some(errors.to_vec().into()));
                return self.fail(&mut chunk.positions(), &Arc::new(failure));
            }
        };
        self.totals.accepted += accepted;
        let refused = count - accepted;
        if refused > 0 {
            let mut reason = format!("Planhat processed {accepted} of these {count} items");
            if let Some(first) = errors.first() {
                reason.push_str(": ");
                reason.push_str(&Failure::reason_of(first));
            }
            let raw = (!errors.is_empty()).then(|| errors.to_vec().into());
            let failure = Failure { reason, ..Failure::refused(raw.unwrap_or_default()) };
            self.totals.failed += refused;
            let runs = runs(&mut chunk.positions());
            let (start, end) = (runs.first().map_or(0, |run| run.start), runs.last().map_or(0, |run| run.end));
            self.insert(IngestFailure { items: start..end, count: refused, failure: Arc::new(failure) });
        }
    }

    /// Inserts a run, or extends the one before it if that has the same failure and ends where this one starts.
    fn insert(&mut self, failure: IngestFailure) {
        let place = self.failures.partition_point(|run| run.items.start < failure.items.start);
        let before = place.checked_sub(1).and_then(|before| self.failures.get_mut(before));
        match before.filter(|run| run.is_continued_by(&failure)) {
            Some(run) => {
                run.items.end = failure.items.end;
                run.count += failure.count;
            }
            None => self.failures.insert(place, failure),
        }
    }
}

impl IngestFailure {
    fn is_unknown(&self) -> bool {
        self.failure.effect.may_have_changed()
    }

    fn is_retryable(&self) -> bool {
        self.failure.is_temporary && !self.is_unknown()
    }

    /// Whether it concerns all of its items.
    fn is_complete(&self) -> bool {
        self.count == self.items.len()
    }

    fn is_continued_by(&self, next: &Self) -> bool {
        let is_same = Arc::ptr_eq(&self.failure, &next.failure) && self.is_complete() && next.is_complete();
        is_same && self.items.end == next.items.start
    }
}

impl Report for IngestReport {
    const NOUN: &'static str = "item";

    fn fail(&mut self, positions: &mut dyn Iterator<Item = usize>, failure: &Arc<Failure>) {
        for items in runs(positions) {
            let count = items.len();
            let total = match failure.effect {
                Effect::NotSent | Effect::Refused => &mut self.totals.failed,
                Effect::Applied | Effect::Unknown => &mut self.totals.unknown,
            };
            *total += count;
            self.insert(IngestFailure { items, count, failure: Arc::clone(failure) });
        }
    }

    fn is_failed(&self, index: usize) -> bool {
        let place = self.failures.partition_point(|run| run.items.start <= index);
        let run = place.checked_sub(1).and_then(|place| self.failures.get(place));
        run.is_some_and(|run| run.items.contains(&index) && run.is_complete())
    }

    fn failed_rows(&mut self) -> &mut FailedRows {
        &mut self.failed
    }

    fn counts(&self) -> [usize; 3] {
        let IngestTotals { accepted, failed, unknown } = self.totals;
        [accepted, failed, unknown]
    }

    fn has_refused(&self) -> bool {
        self.failures.iter().any(|run| run.failure.effect == Effect::Refused)
    }

    fn calls(&self) -> usize {
        self.calls
    }
}

/// Positions in order, as runs without gaps.
fn runs(positions: &mut dyn Iterator<Item = usize>) -> Vec<Range<usize>> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    for index in positions {
        match runs.last_mut() {
            Some(run) if run.end == index => run.end += 1,
            _ => runs.push(index..index + 1),
        }
    }
    runs
}

impl fmt::Display for IngestFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (first, last) = (self.items.start, self.items.end.saturating_sub(1));
        match self.count {
            1 if first == last => write!(f, "item {first}: {}", self.failure),
            _ if self.is_complete() => write!(f, "items {first} to {last}: {}", self.failure),
            count => write!(f, "{count} of the items {first} to {last}: {}", self.failure),
        }
    }
}

/// A few lines: the totals, and the first failures.
impl fmt::Display for IngestReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.summary().fmt(f)
    }
}

/// As short as `Display`, however many items there are.
impl fmt::Debug for IngestReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.summary().debug("IngestReport", f)
    }
}

impl fmt::Display for IngestTotals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} accepted, {} failed, {} unknown", self.accepted, self.failed, self.unknown)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::batch::chunk_of;

    fn accepted(count: usize, response: &str) -> IngestReport {
        let mut report = IngestReport::default();
        report.accept(&chunk_of(&[], &vec![json!({}); count]), response.as_bytes());
        report
    }

    fn totals(report: &IngestReport) -> (usize, usize, usize) {
        (report.totals.accepted, report.totals.failed, report.totals.unknown)
    }

    #[test]
    fn an_answer_that_says_nothing_means_that_the_items_were_taken() {
        for response in ["", "{}", "null", "OK", r#"{"processed": 3, "errors": []}"#] {
            assert_eq!(totals(&accepted(3, response)), (3, 0, 0), "{response}");
        }
    }

    #[test]
    fn an_answer_that_counts_less_tells_how_many_failed_and_not_which() {
        let report = accepted(3, r#"{"processed": 2, "errors": ["no value"]}"#);
        assert_eq!(totals(&report), (2, 1, 0));
        let run = &report.failures()[0];
        assert_eq!((run.items.clone(), run.count, run.failure.effect), (0..3, 1, Effect::Refused));
        assert_eq!(run.to_string(), "1 of the items 0 to 2: Planhat processed 2 of these 3 items: no value (refused)");
        assert_eq!(report.errors(), [json!("no value")]);
        assert!(report.into_result().unwrap_err().to_string().contains("1 failed"));
    }

    #[test]
    fn errors_without_a_count_leave_it_open() {
        assert_eq!(totals(&accepted(3, r#"{"errors": ["no value"]}"#)), (0, 0, 3));
        assert_eq!(totals(&accepted(3, r#"{"errors": [{"message": "no value"}"#)), (0, 0, 3), "half a response");
        assert_eq!(totals(&accepted(3, r#"{"processed": 9}"#)), (3, 0, 0));
    }

    #[test]
    fn failures_are_runs_in_the_order_of_the_input() {
        let mut report = IngestReport::default();
        let failure = Arc::new(Failure::dropped(true));
        report.fail(&mut [7, 8, 10].into_iter(), &failure);
        report.fail(&mut (0..3), &failure);
        let items: Vec<_> = report.failures().iter().map(|run| run.items.clone()).collect();
        assert_eq!(items, [0..3, 7..9, 10..11]);
        assert_eq!(totals(&report), (0, 0, 6));
        assert_eq!(report.retry_may_duplicate().count(), 3);
    }
}
