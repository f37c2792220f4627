//! What was seen, counted.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{evidence::Evidence, redact};
use crate::ir::{Direction, Owner};

/// How many different examples of one thing are kept.
const EXAMPLES: usize = 3;

/// How many new values of one enum are kept. With more of them it hardly is an enum.
pub const VALUES: usize = 50;

/// What records are, and which way they went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Subject {
    /// A model, or a shape that a list of the model returns.
    pub owner: Owner,
    pub direction: Direction,
}

/// Where a record was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The file, as a number.
    pub file: usize,
    /// Where in it.
    pub at: At,
}

/// Where in a file a record was seen; all numbers start with 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum At {
    /// The file is the record.
    Whole,
    Line(usize),
    Entry(usize),
    Record(usize),
}

/// What differs from the schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Difference {
    NoObject,
    Unknown,
    Mismatch,
    /// A value that an enum does not have.
    NewValue,
    /// A response contains a field that is declared as `write_only`.
    Returned,
    /// A form that the SDK reads, but that the schema does not declare.
    Forgiven(&'static str),
    /// `null` in a field without which no record can be made.
    Null,
}

impl Difference {
    /// Whether it is only worth a note: the schema need not be changed for it.
    pub fn is_note(self) -> bool {
        matches!(self, Self::Forgiven(_) | Self::Null)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    pub subject: Subject,
    /// The path inside a record, such as `lineItems[].unit`.
    pub path: String,
    /// What.
    pub difference: Difference,
}

#[derive(Debug, Clone)]
pub struct Tally {
    pub records: usize,
    /// The last of them, so that none is counted twice.
    last: usize,
    pub first: Place,
    /// Some different values, redacted unless values may be shown.
    pub examples: BTreeSet<String>,
    /// What the values have in common.
    pub evidence: Evidence,
    /// Whether all of them are whole or broken numbers.
    pub numbers: bool,
    /// The new values of an enum, and in how many records each is.
    pub values: BTreeMap<String, usize>,
    /// Where the field is declared, or would be.
    pub owner: Owner,
    pub field: String,
}

/// The records of one kind.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    pub records: usize,
    /// Which of their fields, in the order of the schema.
    pub fields: Vec<bool>,
}

/// All that was seen.
#[derive(Debug, Default)]
pub struct Tallies {
    pub differences: BTreeMap<Key, Tally>,
    pub seen: BTreeMap<Subject, Seen>,
}

/// A value that differs, and where it stands.
#[derive(Debug, Clone, Copy)]
pub struct Observation<'a> {
    pub record: usize,
    pub place: Place,
    /// Where the field is declared, or would be.
    pub owner: Owner,
    pub field: &'a str,
    pub value: &'a Value,
    pub show: bool,
}

impl Tallies {
    pub fn add(&mut self, key: Key, observation: Observation<'_>) {
        let tally = self.differences.entry(key).or_insert_with(|| Tally {
            records: 0,
            last: 0,
            first: observation.place,
            examples: BTreeSet::new(),
            evidence: Evidence::default(),
            numbers: true,
            values: BTreeMap::new(),
            owner: observation.owner,
            field: observation.field.to_owned(),
        });
        if tally.last != observation.record {
            tally.records += 1;
            tally.last = observation.record;
        }
        tally.evidence.add(observation.value);
        tally.numbers &= observation.value.is_number();
        if tally.examples.len() < EXAMPLES {
            tally.examples.insert(redact::redact(observation.value, observation.show));
        }
    }

    /// Counts a new value of an enum.
    pub fn add_value(&mut self, key: &Key, text: &str, observation: Observation<'_>) {
        self.add(key.clone(), observation);
        let Some(tally) = self.differences.get_mut(key) else { return };
        if let Some(count) = tally.values.get_mut(text) {
            *count += 1;
        } else if tally.values.len() <= VALUES {
            tally.values.insert(text.to_owned(), 1);
        }
    }
}
