use std::fmt;

use serde_json::Value;

use super::{Envelope, Failure, Outcome};
use crate::error::{Effect, Error, ErrorKind};

/// What became of each record of a bulk upsert.
#[derive(Debug, Clone, PartialEq)]
pub struct BulkReport<M> {
    outcomes: Vec<Option<Outcome<M>>>,
    envelopes: Vec<Envelope>,
    pub(super) other_errors: Vec<Value>,
    pub(super) calls: usize,
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

impl<M> Default for BulkReport<M> {
    fn default() -> Self {
        Self { outcomes: Vec::new(), envelopes: Vec::new(), other_errors: Vec::new(), calls: 0 }
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

    /// How many records had which outcome. They add up to the records that were given.
    #[must_use]
    pub fn totals(&self) -> Totals {
        let mut totals = Totals::default();
        for (_, outcome) in self.outcomes() {
            let count = match outcome {
                Outcome::Created(_) => &mut totals.created,
                Outcome::Updated(_) => &mut totals.updated,
                Outcome::Unchanged => &mut totals.unchanged,
                Outcome::Failed(_) => &mut totals.failed,
                Outcome::Unknown(_) => &mut totals.unknown,
            };
            *count += 1;
        }
        totals
    }

    /// What Planhat called errors although it wrote the records, such as a value that it left out.
    #[must_use]
    pub fn other_errors(&self) -> &[Value] {
        &self.other_errors
    }

    /// How many calls it took, retries not counted.
    #[must_use]
    pub fn calls(&self) -> usize {
        self.calls
    }

    /// Planhat's answers, as they came.
    #[must_use]
    pub fn envelopes(&self) -> &[Envelope] {
        &self.envelopes
    }

    /// The report if every record was written, an error that counts the others if not.
    ///
    /// # Errors
    ///
    /// When a record was not written, or nobody can tell.
    pub fn into_result(self) -> Result<Self, Error> {
        let Totals { failed, unknown, .. } = self.totals();
        let Some(first) = self.failures().next() else { return Ok(self) };
        let effect = if unknown > 0 { Effect::Unknown } else { first.failure.effect };
        let message = format!(
            "{failed} records failed and {unknown} are unknown; the first is record {}: {}",
            first.index, first.failure.reason
        );
        Err(Error::new(ErrorKind::Rejected, effect, message))
    }

    /// Whether nothing was written.
    pub(super) fn is_untouched(&self) -> bool {
        self.outcomes()
            .all(|(_, outcome)| matches!(outcome, Outcome::Failed(failure) if failure.effect == Effect::NotSent))
    }

    pub(super) fn settled(&self) -> usize {
        self.outcomes().count()
    }

    pub(super) fn settle(&mut self, index: usize, outcome: Outcome<M>) {
        if self.outcomes.len() <= index {
            self.outcomes.resize_with(index + 1, || None);
        }
        if let Some(slot @ None) = self.outcomes.get_mut(index) {
            *slot = Some(outcome);
        }
    }

    pub(super) fn keep(&mut self, envelope: Envelope) {
        self.envelopes.push(envelope);
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
