//! What happened: the requests that came in, and the writes that they led to.

use std::collections::{BTreeMap, VecDeque};

use serde_json::Value;

use crate::tables::{catalog::Table, record::Record};

/// A write that took effect on one record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applied {
    /// The operation that wrote.
    pub operation: &'static str,
    /// The model that was written: the one that the operation belongs to, or that of a person whom an event made known.
    pub model: &'static str,
    /// The record's `_id`.
    pub id: String,
    /// What became of the record.
    pub kind: Kind,
    /// The keys that the request named the record by, as text. For an ingest: the fields that its items must have.
    pub keys: BTreeMap<&'static str, String>,
}

/// What a write does to a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// It is new.
    Created,
    /// It changed.
    Updated,
    /// It was written as it already was.
    Unchanged,
    /// It is gone.
    Deleted,
    /// It is a new event or data point.
    Ingested,
}

/// What happened, up to so many entries: the latest ones.
pub(crate) struct Log<T> {
    entries: VecDeque<T>,
    /// The entries that had to make room.
    gone: usize,
    most: usize,
}

impl<T> Default for Log<T> {
    fn default() -> Self {
        Self::new(usize::MAX)
    }
}

impl<T> Log<T> {
    /// A log that keeps so many entries.
    pub(crate) fn new(most: usize) -> Self {
        Self { entries: VecDeque::new(), gone: 0, most }
    }

    /// Whether it keeps anything.
    pub(crate) fn keeps(&self) -> bool {
        self.most > 0
    }

    /// Adds an entry.
    pub(crate) fn push(&mut self, entry: T) {
        if self.entries.len() >= self.most {
            self.entries.pop_front();
            self.gone += 1;
        }
        if self.keeps() {
            self.entries.push_back(entry);
        }
    }

    /// How many entries there were, also those that are gone.
    pub(crate) fn count(&self) -> usize {
        self.gone + self.entries.len()
    }

    /// The entries after the first so many, as far as they are still there.
    pub(crate) fn since(&self, count: usize) -> impl Iterator<Item = &T> {
        self.entries.iter().skip(count.saturating_sub(self.gone))
    }

    /// Forgets everything.
    pub(crate) fn clear(&mut self) {
        self.entries.clear();
        self.gone = 0;
    }
}

/// The account of writes, as one operation keeps it.
pub(crate) struct Account<'a> {
    pub(crate) operation: &'static str,
    pub(crate) table: &'static Table,
    pub(crate) applied: &'a mut Log<Applied>,
}

impl Account<'_> {
    /// Enters a write.
    pub(crate) fn enter(&mut self, kind: Kind, id: &str, keys: BTreeMap<&'static str, String>) {
        self.enter_other(self.table, kind, id, keys);
    }

    /// Enters a write on another model that the operation brought about.
    pub(crate) fn enter_other(&mut self, table: &Table, kind: Kind, id: &str, keys: BTreeMap<&'static str, String>) {
        let (operation, model) = (self.operation, table.model.name);
        self.applied.push(Applied { operation, model, id: id.to_owned(), kind, keys });
    }
}

/// Those of some fields that a body has, as text.
pub(crate) fn keys(body: &Record, fields: impl IntoIterator<Item = &'static str>) -> BTreeMap<&'static str, String> {
    let text = |value: &Value| match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    fields.into_iter().filter_map(|field| Some((field, text(body.get(field)?)?))).collect()
}
