//! What is recorded of writes.

use std::collections::{BTreeMap, VecDeque};

use serde::Serialize;
use serde_json::Value;

use crate::tables::{catalog::Table, record::Record};

/// A write that took effect on one record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WriteRecord {
    /// The operation, such as `companies.create`.
    pub operation: &'static str,
    /// The model of the record. It differs from that of the operation if an event created the end user it is about.
    pub model: &'static str,
    /// The record's `_id`.
    pub id: String,
    /// What happened to the record.
    pub kind: WriteKind,
    /// The key fields in the request, as text. For events and data points: the fields that identify what they are about.
    pub keys: BTreeMap<&'static str, String>,
}

/// What a write does to a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum WriteKind {
    /// The record was created.
    Created,
    /// At least one field changed.
    Updated,
    /// The record already had these values.
    Unchanged,
    /// The record was deleted.
    Deleted,
    /// An event or data point was stored.
    Ingested,
}

/// Key fields with their values as text.
pub(crate) type Keys = BTreeMap<&'static str, String>;

/// A log of the latest entries.
pub(crate) struct Log<T> {
    entries: VecDeque<T>,
    /// The number of entries that were dropped.
    dropped: usize,
    max: usize,
}

impl<T> Default for Log<T> {
    fn default() -> Self {
        Self::new(usize::MAX)
    }
}

impl<T> Log<T> {
    /// Creates a log that keeps at most `max` entries.
    pub(crate) fn new(max: usize) -> Self {
        Self { entries: VecDeque::new(), dropped: 0, max }
    }

    /// Returns whether the log keeps any entries.
    pub(crate) fn is_enabled(&self) -> bool {
        self.max > 0
    }

    /// Adds an entry.
    pub(crate) fn push(&mut self, entry: T) {
        self.entries.push_back(entry);
        if self.entries.len() > self.max {
            self.entries.pop_front();
            self.dropped += 1;
        }
    }

    /// Returns the number of entries, including dropped ones.
    pub(crate) fn count(&self) -> usize {
        self.dropped + self.entries.len()
    }

    /// Returns the entries after the first `count`, except for dropped ones.
    pub(crate) fn since(&self, count: usize) -> impl Iterator<Item = &T> {
        self.entries.iter().skip(count.saturating_sub(self.dropped))
    }

    /// Removes all entries and restarts the count.
    pub(crate) fn clear(&mut self) {
        self.entries.clear();
        self.dropped = 0;
    }
}

/// Records the writes of one operation.
pub(crate) struct Journal<'a> {
    pub(crate) operation: &'static str,
    pub(crate) table: &'static Table,
    pub(crate) applied: &'a mut Log<WriteRecord>,
}

impl Journal<'_> {
    /// Records a write to the model of the operation.
    pub(crate) fn record(&mut self, kind: WriteKind, id: &str, keys: Keys) {
        self.record_for(self.table, kind, id, keys);
    }

    /// Records a write to another model.
    pub(crate) fn record_for(&mut self, table: &Table, kind: WriteKind, id: &str, keys: Keys) {
        let (operation, model) = (self.operation, table.model.name);
        self.applied.push(WriteRecord { operation, model, id: id.to_owned(), kind, keys });
    }
}

/// Returns those of the fields that a body contains, as text.
pub(crate) fn keys(body: &Record, fields: impl IntoIterator<Item = &'static str>) -> Keys {
    let text = |value: &Value| match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    fields.into_iter().filter_map(|field| Some((field, text(body.get(field)?)?))).collect()
}
