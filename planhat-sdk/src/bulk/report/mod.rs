#[cfg(test)]
mod tests;

use std::{fmt, sync::Arc};

use serde_json::Value;

use super::{BulkResponse, Outcome};
use crate::{
    batch::{FailedRows, Failure, Report, RowKey, Summary, not_kept},
    error::{Effect, Error, ErrorKind},
    value::{Body, FromBody, Patched},
};

/// The outcome of each row of a bulk upsert.
///
/// Rows can have failed although there is a report and no error: look at [`failures`](Self::failures), or turn the
/// report into an error with [`into_result`](Self::into_result). `Display` shows the totals and the first failures.
#[must_use = "rows may have failed: look at `failures()`, or use `into_result()`"]
#[derive(PartialEq)]
pub struct BulkReport<M> {
    outcomes: Vec<Option<Outcome<M>>>,
    totals: Totals,
    failed: FailedRows,
    responses: Vec<BulkResponse>,
    warnings: Vec<Value>,
    calls: usize,
}

/// The number of records with each outcome.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Totals {
    /// New records. One whose first response was lost counts as `updated` or `unchanged`, as the retry found it.
    pub created: usize,
    /// Changed records.
    pub updated: usize,
    /// Records that were already as they should be; it may be an earlier attempt of this upload that made them so.
    pub unchanged: usize,
    /// Records that were not written.
    pub failed: usize,
    /// Records of which it is unknown whether they were written.
    pub unknown: usize,
}

/// A row that was not written, or of which it is unknown whether it was.
#[derive(Debug, Clone, Copy)]
pub struct RowFailure<'a> {
    index: usize,
    failure: &'a Failure,
    keys: &'a [RowKey],
    is_superseded: bool,
}

impl<M> Clone for BulkReport<M> {
    fn clone(&self) -> Self {
        Self {
            outcomes: self.outcomes.clone(),
            totals: self.totals,
            failed: self.failed.clone(),
            responses: self.responses.clone(),
            warnings: self.warnings.clone(),
            calls: self.calls,
        }
    }
}

impl<M> Default for BulkReport<M> {
    fn default() -> Self {
        let (outcomes, responses, warnings) = (Vec::new(), Vec::new(), Vec::new());
        Self { outcomes, totals: Totals::default(), failed: FailedRows::default(), responses, warnings, calls: 0 }
    }
}

impl<M> BulkReport<M> {
    /// Returns the outcome of the row at this position of the input.
    #[must_use]
    pub fn outcome(&self, index: usize) -> Option<&Outcome<M>> {
        self.outcomes.get(index)?.as_ref()
    }

    /// Returns positions and outcomes, in the order of the input.
    pub fn outcomes(&self) -> impl Iterator<Item = (usize, &Outcome<M>)> {
        self.outcomes.iter().enumerate().filter_map(|(index, outcome)| Some((index, outcome.as_ref()?)))
    }

    /// Returns the rows that were not written, and those of which it is unknown whether they were, in the order of the
    /// input.
    pub fn failures(&self) -> impl Iterator<Item = RowFailure<'_>> {
        self.outcomes().filter_map(|(index, outcome)| match outcome {
            Outcome::Failed(failure) | Outcome::Unknown(failure) => {
                let (keys, is_superseded) = (self.failed.keys(index), self.failed.is_superseded(index));
                Some(RowFailure { index, failure, keys, is_superseded })
            }
            _ => None,
        })
    }

    /// Returns the rows that are worth sending again, in the order of the input: the connection, the token, the rate
    /// limit or the server was the trouble, not the row, and sending it again is harmless.
    ///
    /// Left out are rows of unknown outcome without a key, since they could become a second record (see
    /// [`retry_may_duplicate`](Self::retry_may_duplicate)), and rows of whose key a later row of the upload was
    /// written, since they would undo it.
    pub fn retryable(&self) -> impl Iterator<Item = RowFailure<'_>> {
        self.failures().filter(RowFailure::is_retryable)
    }

    /// Returns the rows of unknown outcome that have no key. If such a row was written, sending it again makes a
    /// second record.
    pub fn retry_may_duplicate(&self) -> impl Iterator<Item = RowFailure<'_>> {
        self.failures().filter(RowFailure::may_duplicate)
    }

    /// Returns the rows of [`retryable`](Self::retryable) as patches, which can be given to a bulk upsert again.
    ///
    /// ```no_run
    /// # async fn example(
    /// #     planhat: planhat_sdk::Planhat, patches: Vec<planhat_sdk::CompanyPatch>,
    /// # ) -> Result<(), planhat_sdk::Error> {
    /// let report = planhat.companies().bulk_upsert(patches).keep_failed_rows().await?;
    /// let again = planhat.companies().bulk_upsert(report.retryable_rows()?).await?;
    /// println!("{again}");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// If there are such rows, and they were not kept: ask for it with
    /// [`keep_failed_rows`](crate::BulkUpsert::keep_failed_rows).
    pub fn retryable_rows(&self) -> Result<Vec<M::Patch>, Error>
    where
        M: Patched,
    {
        let row = |row: RowFailure<'_>| self.failed_row(row.index).ok_or_else(not_kept);
        self.retryable().map(row).collect()
    }

    /// Returns the row at this position as it was sent, if it failed and was kept by
    /// [`keep_failed_rows`](crate::BulkUpsert::keep_failed_rows).
    #[must_use]
    pub fn failed_row(&self, index: usize) -> Option<M::Patch>
    where
        M: Patched,
    {
        self.failed.json(index).map(|json| M::Patch::from_body(Body::from_json(json)))
    }

    /// Returns how many rows had which outcome. The numbers add up to the rows that were taken from the input, which
    /// are all of them unless a stream was left or the future was dropped.
    #[must_use]
    pub fn totals(&self) -> Totals {
        self.totals
    }

    /// Returns the warnings: the row was written, but Planhat reported a problem, such as a value that it left out.
    #[must_use]
    pub fn warnings(&self) -> &[Value] {
        &self.warnings
    }

    /// Returns the number of calls, retries not counted. Calls that bisected a chunk are included.
    #[must_use]
    pub fn calls(&self) -> usize {
        self.calls
    }

    /// Returns Planhat's responses as they were received, if [`keep_responses`](crate::BulkUpsert::keep_responses) was set.
    #[must_use]
    pub fn responses(&self) -> &[BulkResponse] {
        &self.responses
    }

    /// Returns the report if every row was written, and an error that summarises the failures if not. The error holds
    /// the report: [`Error::report`].
    ///
    /// # Errors
    ///
    /// If a row was not written, or it is unknown whether it was. The error's effect is unknown if other rows were
    /// written.
    pub fn into_result(self) -> Result<Self, Error>
    where
        M: 'static,
    {
        let Some(first) = self.failures().next() else { return Ok(self) };
        let Totals { created, updated, unknown, .. } = self.totals;
        // "Refused" would say that nothing changed.
        let effect = if created + updated + unknown > 0 { Effect::Unknown } else { self.effect() };
        let error = Error::new(ErrorKind::Rejected, effect, self.totals.to_string());
        let summary = format!("the first is row {}: {}", first.index, first.reason());
        Err(error.with_report(effect, &summary, self))
    }

    pub(super) fn settle(&mut self, index: usize, outcome: Outcome<M>) {
        if self.outcomes.len() <= index {
            self.outcomes.resize_with(index + 1, || None);
        }
        if let Some(slot @ None) = self.outcomes.get_mut(index) {
            self.totals.count(&outcome);
            *slot = Some(outcome);
        }
    }

    pub(super) fn count_call(&mut self) {
        self.calls += 1;
    }

    pub(super) fn keep(&mut self, response: BulkResponse) {
        self.responses.push(response);
    }

    pub(super) fn warn(&mut self, warnings: Vec<Value>) {
        self.warnings.extend(warnings);
    }
}

impl<M: 'static> Report for BulkReport<M> {
    const NOUN: &'static str = "row";

    fn fail(&mut self, positions: &mut dyn Iterator<Item = usize>, failure: &Arc<Failure>) {
        for index in positions {
            self.settle(index, Arc::clone(failure).into());
        }
    }

    fn is_failed(&self, index: usize) -> bool {
        matches!(self.outcome(index), Some(Outcome::Failed(_) | Outcome::Unknown(_)))
    }

    fn failed_rows(&mut self) -> &mut FailedRows {
        &mut self.failed
    }

    fn counts(&self) -> [usize; 3] {
        let Totals { created, updated, unchanged, failed, unknown } = self.totals;
        [created + updated + unchanged, failed, unknown]
    }

    fn has_refused(&self) -> bool {
        self.failures().any(|row| row.failure.effect == Effect::Refused)
    }

    fn calls(&self) -> usize {
        self.calls
    }
}

impl Totals {
    fn count<M>(&mut self, outcome: &Outcome<M>) {
        let count = match outcome {
            Outcome::Created(_) => &mut self.created,
            Outcome::Updated(_) => &mut self.updated,
            Outcome::Unchanged => &mut self.unchanged,
            Outcome::Failed(_) => &mut self.failed,
            Outcome::Unknown(_) => &mut self.unknown,
        };
        *count += 1;
    }
}

impl<'a> RowFailure<'a> {
    /// Returns the row's position in the input, from 0.
    #[must_use]
    pub fn index(&self) -> usize {
        self.index
    }

    /// Returns the row's keys in matching order, such as `("externalId", "a")`. There are none if the row has no key,
    /// or was not taken from the input; while the upload runs, they come when the row's chunk has ended.
    pub fn keys(&self) -> impl Iterator<Item = (&'static str, &'a str)> + use<'a> {
        self.keys.iter().map(|(name, text)| (*name, &**text))
    }

    /// Returns whether it is unknown if the row was written.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        self.failure.effect.may_have_changed()
    }

    /// Returns why the row failed.
    #[must_use]
    pub fn failure(&self) -> &'a Failure {
        self.failure
    }

    fn is_retryable(&self) -> bool {
        self.failure.is_temporary && !self.is_superseded && !self.may_duplicate()
    }

    fn may_duplicate(&self) -> bool {
        self.is_unknown() && self.keys.is_empty()
    }

    /// Returns the keys and the reason in one line.
    fn reason(&self) -> String {
        let keys = self.keys().map(|(name, text)| format!("{name} {text:?}")).collect::<Vec<_>>().join(", ");
        let separator = if keys.is_empty() { "" } else { ": " };
        format!("{keys}{separator}{}", self.failure.reason)
    }
}

impl fmt::Display for RowFailure<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.reason(), self.failure.effect)
    }
}

impl fmt::Display for Totals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} created, {} updated, {} unchanged, {} failed, {} unknown",
            self.created, self.updated, self.unchanged, self.failed, self.unknown
        )
    }
}

impl<M> BulkReport<M> {
    fn summary(&self) -> Summary {
        let mut summary = Summary::new(self.totals, self.calls, self.warnings.len());
        for row in self.failures() {
            summary.add(|| format!("row {}: {row}", row.index));
        }
        summary
    }
}

/// A few lines: the totals, and the first failures.
impl<M> fmt::Display for BulkReport<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.summary().fmt(f)
    }
}

/// As short as `Display`, however many rows there are.
impl<M> fmt::Debug for BulkReport<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.summary().debug("BulkReport", f)
    }
}
