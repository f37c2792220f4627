use std::{fmt, sync::Arc};

use serde_json::Value;

use super::{Envelope, Outcome};
use crate::{
    batch::{Failure, Ledger},
    error::{Effect, Error, ErrorKind},
};

/// What became of each record of a bulk upsert.
#[derive(Debug, PartialEq)]
pub struct BulkReport<M> {
    outcomes: Vec<Option<Outcome<M>>>,
    totals: Totals,
    envelopes: Vec<Envelope>,
    other_errors: Vec<Value>,
    calls: usize,
    /// Whether an outcome came from a call, and not from the lack of one.
    has_answers: bool,
}

/// How many records had which outcome.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Totals {
    /// New records.
    pub created: usize,
    /// Changed ones.
    pub updated: usize,
    /// Those that were already as they should be.
    pub unchanged: usize,
    /// Those that were not written.
    pub failed: usize,
    /// Those of which nobody can tell.
    pub unknown: usize,
}

/// A record that was not written, or of which nobody can tell.
#[derive(Debug, Clone, Copy)]
pub struct RowFailure<'a> {
    index: usize,
    failure: &'a Failure,
}

impl<M> Clone for BulkReport<M> {
    fn clone(&self) -> Self {
        Self {
            outcomes: self.outcomes.clone(),
            totals: self.totals,
            envelopes: self.envelopes.clone(),
            other_errors: self.other_errors.clone(),
            calls: self.calls,
            has_answers: self.has_answers,
        }
    }
}

impl<M> Default for BulkReport<M> {
    fn default() -> Self {
        let (outcomes, envelopes, other_errors) = (Vec::new(), Vec::new(), Vec::new());
        Self { outcomes, totals: Totals::default(), envelopes, other_errors, calls: 0, has_answers: false }
    }
}

impl<M> BulkReport<M> {
    /// What became of the record at this position of the input.
    #[must_use]
    pub fn outcome(&self, index: usize) -> Option<&Outcome<M>> {
        self.outcomes.get(index)?.as_ref()
    }

    /// Positions and outcomes, in the order of the input.
    pub fn outcomes(&self) -> impl Iterator<Item = (usize, &Outcome<M>)> {
        self.outcomes.iter().enumerate().filter_map(|(index, outcome)| Some((index, outcome.as_ref()?)))
    }

    /// The records that were not written, and those of which nobody can tell.
    pub fn failures(&self) -> impl Iterator<Item = RowFailure<'_>> {
        self.outcomes().filter_map(|(index, outcome)| match outcome {
            Outcome::Failed(failure) | Outcome::Unknown(failure) => Some(RowFailure { index, failure }),
            _ => None,
        })
    }

    /// The positions of the records that may be taken if they are sent again: the connection, the quota or the
    /// server was the trouble. Of some of them nobody knows whether they were written; such a one, if it has no
    /// key, would become a second record.
    pub fn unfinished(&self) -> impl Iterator<Item = usize> {
        self.failures().filter(|row| row.failure.is_temporary).map(|row| row.index)
    }

    /// How many records had which outcome. They add up to the records that were taken from the input, which are all
    /// of them unless a stream was left or the future was dropped.
    #[must_use]
    pub fn totals(&self) -> Totals {
        self.totals
    }

    /// What Planhat called errors although it wrote the records, such as a value that it left out.
    #[must_use]
    pub fn other_errors(&self) -> &[Value] {
        &self.other_errors
    }

    /// How many calls it took, retries not counted; those that looked for the rows that an error was about are.
    #[must_use]
    pub fn calls(&self) -> usize {
        self.calls
    }

    /// Planhat's answers, as they came, if [`keep_envelopes`](crate::BulkUpsert::keep_envelopes) asked for them.
    #[must_use]
    pub fn envelopes(&self) -> &[Envelope] {
        &self.envelopes
    }

    /// The report if every record was written, an error that counts the others if not.
    ///
    /// # Errors
    ///
    /// When a record was not written, or nobody can tell. Its effect is unknown if others were written.
    pub fn into_result(self) -> Result<Self, Error> {
        let Some(first) = self.failures().next() else { return Ok(self) };
        let Totals { created, updated, unknown, .. } = self.totals;
        // "Refused" would say that nothing changed.
        let effect = if created + updated + unknown > 0 { Effect::Unknown } else { first.failure.effect };
        let message = format!("{}; the first is record {}: {}", self.totals, first.index, first.failure.reason);
        Err(Error::new(ErrorKind::Rejected, effect, message))
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

    /// A call came to something that outcomes tell.
    pub(super) fn was_answered(&mut self) {
        self.has_answers = true;
    }

    pub(super) fn keep(&mut self, envelope: Envelope) {
        self.envelopes.push(envelope);
    }

    pub(super) fn remark(&mut self, errors: Vec<Value>) {
        self.other_errors.extend(errors);
    }
}

impl<M: 'static> Ledger for BulkReport<M> {
    fn fail(&mut self, positions: &mut dyn Iterator<Item = usize>, failure: &Arc<Failure>) {
        for index in positions {
            self.settle(index, Arc::clone(failure).into());
        }
    }

    fn settled(&self) -> usize {
        let Totals { created, updated, unchanged, failed, unknown } = self.totals;
        created + updated + unchanged + failed + unknown
    }

    fn calls(&self) -> usize {
        self.calls
    }

    fn is_untouched(&self) -> bool {
        !self.has_answers
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

impl RowFailure<'_> {
    /// The record's position in the input.
    #[must_use]
    pub fn index(&self) -> usize {
        self.index
    }

    /// Whether nobody can tell if it was written.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        self.failure.effect == Effect::Unknown
    }

    /// The details.
    #[must_use]
    pub fn failure(&self) -> &Failure {
        self.failure
    }
}

impl fmt::Display for RowFailure<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.failure.fmt(f)
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
