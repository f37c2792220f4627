use std::{fmt, ops::Range, sync::Arc};

use serde_json::Value;

use crate::{
    batch::{Chunk, Failure, Ledger},
    error::{Effect, Error, ErrorKind},
    value::Object,
};

/// What became of many items.
#[derive(Debug, Clone, Default)]
pub struct IngestReport {
    totals: IngestTotals,
    /// In the order of their items.
    failures: Vec<IngestFailure>,
    errors: Vec<Value>,
    calls: usize,
    has_answers: bool,
}

/// How many items had which outcome.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct IngestTotals {
    /// Taken, as far as Planhat says: most of its answers say nothing more than that the call was.
    pub accepted: usize,
    /// Not taken.
    pub failed: usize,
    /// Those of which nobody can tell.
    pub unknown: usize,
}

/// A run of items that did not get through, or not all of them.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct IngestFailure {
    /// The positions of the first item and of the one after the last.
    pub items: Range<usize>,
    /// How many of them it concerns: all, unless Planhat says how many, but not which.
    pub count: usize,
    /// Why.
    pub failure: Arc<Failure>,
}

impl IngestReport {
    /// How many items had which outcome. They add up to the items that were taken from the input, which are all of
    /// them unless a stream was left or the future was dropped.
    #[must_use]
    pub fn totals(&self) -> IngestTotals {
        self.totals
    }

    /// The items that were not taken, or of which nobody can tell, in the order of the input.
    #[must_use]
    pub fn failures(&self) -> &[IngestFailure] {
        &self.failures
    }

    /// The positions of the items that may be taken if they are sent again: the connection, the quota or the server
    /// was the trouble. Those of unknown effect may come a second time then; leave them out where that matters.
    pub fn unfinished(&self) -> impl Iterator<Item = Range<usize>> {
        self.failures.iter().filter(|run| run.failure.is_temporary).map(|run| run.items.clone())
    }

    /// What Planhat called errors, as it came.
    #[must_use]
    pub fn errors(&self) -> &[Value] {
        &self.errors
    }

    /// How many calls it took, retries not counted.
    #[must_use]
    pub fn calls(&self) -> usize {
        self.calls
    }

    /// The report if every item was taken, an error that counts the others if not.
    ///
    /// # Errors
    ///
    /// When an item was not taken, or nobody can tell. Its effect is unknown if others were taken.
    pub fn into_result(self) -> Result<Self, Error> {
        let Some(IngestFailure { items, failure, .. }) = self.failures.first() else { return Ok(self) };
        let IngestTotals { accepted, unknown, .. } = self.totals;
        // "Refused" would say that nothing changed.
        let effect = if accepted + unknown > 0 { Effect::Unknown } else { failure.effect };
        let (first, last) = (items.start, items.end.saturating_sub(1));
        let message = format!("{}; the first are items {first} to {last}: {}", self.totals, failure.reason);
        Err(Error::new(ErrorKind::Rejected, effect, message))
    }

    pub(super) fn count_call(&mut self) {
        self.calls += 1;
    }

    /// A call came to something that outcomes tell.
    pub(super) fn was_answered(&mut self) {
        self.has_answers = true;
    }

    /// Enters a call that was carried out. Planhat documents no answer; some calls answer with counts, others with
    /// nothing.
    pub(super) fn accept(&mut self, chunk: &Chunk, body: &[u8]) {
        self.was_answered();
        let count = chunk.rows.len();
        let answer = match serde_json::from_slice::<Object>(body) {
            Ok(answer) => answer,
            // Half an answer; the other half may have named errors.
            Err(_) if body.trim_ascii_start().starts_with(b"{") => {
                return self.fail(&mut chunk.positions(), &Arc::new(Failure::untold(None)));
            }
            Err(_) => Object::new(),
        };
        let processed = answer.get("processed").and_then(Value::as_u64).and_then(|count| usize::try_from(count).ok());
        let errors = answer.get("errors").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        self.errors.extend_from_slice(errors);
        let accepted = match processed {
            Some(processed) => processed.min(count),
            None if errors.is_empty() => count,
            // Nobody knows how many items an error is about.
            None => {
                let failure = Failure::untold(Some(errors.to_vec().into()));
                return self.fail(&mut chunk.positions(), &Arc::new(failure));
            }
        };
        self.totals.accepted += accepted;
        let refused = count - accepted;
        if refused > 0 {
            let reason = format!("Planhat processed {accepted} of these {count} items");
            let raw = (!errors.is_empty()).then(|| errors.to_vec().into());
            let failure = Failure { reason, ..Failure::refused(raw.unwrap_or_default()) };
            self.totals.failed += refused;
            let runs = runs(&mut chunk.positions());
            let (start, end) = (runs.first().map_or(0, |run| run.start), runs.last().map_or(0, |run| run.end));
            self.insert(IngestFailure { items: start..end, count: refused, failure: Arc::new(failure) });
        }
    }

    fn insert(&mut self, failure: IngestFailure) {
        let place = self.failures.partition_point(|run| run.items.start < failure.items.start);
        self.failures.insert(place, failure);
    }
}

impl Ledger for IngestReport {
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

    fn settled(&self) -> usize {
        let IngestTotals { accepted, failed, unknown } = self.totals;
        accepted + failed + unknown
    }

    fn calls(&self) -> usize {
        self.calls
    }

    fn is_untouched(&self) -> bool {
        !self.has_answers
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
        let Range { start, end } = self.items;
        write!(f, "items {start} to {}: {}", end.saturating_sub(1), self.failure)
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

    fn accepted(count: usize, answer: &str) -> IngestReport {
        let mut report = IngestReport::default();
        report.accept(&chunk_of(&[], &vec![json!({}); count]), answer.as_bytes());
        report
    }

    fn totals(report: &IngestReport) -> (usize, usize, usize) {
        (report.totals.accepted, report.totals.failed, report.totals.unknown)
    }

    #[test]
    fn an_answer_that_says_nothing_means_that_the_items_were_taken() {
        for answer in ["", "{}", "null", "OK", r#"{"processed": 3, "errors": []}"#] {
            assert_eq!(totals(&accepted(3, answer)), (3, 0, 0), "{answer}");
        }
    }

    #[test]
    fn an_answer_that_counts_less_tells_how_many_failed_and_not_which() {
        let report = accepted(3, r#"{"processed": 2, "errors": ["no value"]}"#);
        assert_eq!(totals(&report), (2, 1, 0));
        let run = &report.failures()[0];
        assert_eq!((run.items.clone(), run.count, run.failure.effect), (0..3, 1, Effect::Refused));
        assert!(run.to_string().contains("2 of these 3"), "{run}");
        assert_eq!(report.errors(), [json!("no value")]);
        assert!(report.into_result().unwrap_err().to_string().contains("1 failed"));
    }

    #[test]
    fn errors_without_a_count_leave_it_open() {
        assert_eq!(totals(&accepted(3, r#"{"errors": ["no value"]}"#)), (0, 0, 3));
        assert_eq!(totals(&accepted(3, r#"{"errors": [{"message": "no value"}"#)), (0, 0, 3), "half an answer");
        assert_eq!(totals(&accepted(3, r#"{"processed": 9}"#)), (3, 0, 0));
    }

    #[test]
    fn failures_are_runs_in_the_order_of_the_input() {
        let mut report = IngestReport::default();
        let failure = Arc::new(Failure::cut_off(true));
        report.fail(&mut [7, 8, 10].into_iter(), &failure);
        report.fail(&mut (0..3), &failure);
        let items: Vec<_> = report.failures().iter().map(|run| run.items.clone()).collect();
        assert_eq!(items, [0..3, 7..9, 10..11]);
        assert_eq!(totals(&report), (0, 0, 6));
        assert_eq!(report.unfinished().count(), 3);
    }
}
