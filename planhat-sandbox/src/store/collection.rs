//! The records of one model and its submodels, indexed.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use serde_json::Value;

use crate::tables::{
    catalog::catalog,
    record::{ID, Record, id_of},
};

/// Records, by a position that grows with each new record.
pub(super) struct Collection {
    records: BTreeMap<u64, Arc<Record>>,
    ids: BTreeMap<String, u64>,
    keys: HashMap<&'static str, HashMap<String, Positions>>,
    next: u64,
}

/// The positions of the records with a key. Most keys have one record, and a set for each would take much memory.
enum Positions {
    One(u64),
    Many(BTreeSet<u64>),
}

impl Collection {
    /// Creates an empty collection with the indexes for its models.
    pub(super) fn new(collection: &'static str) -> Self {
        let keys = catalog().indexed(collection).into_iter().map(|key| (key, HashMap::new())).collect();
        Self { records: BTreeMap::new(), ids: BTreeMap::new(), keys, next: 0 }
    }

    /// Returns the number of records.
    pub(super) fn count(&self) -> usize {
        self.records.len()
    }

    /// Returns the records, oldest first.
    pub(super) fn all(&self) -> impl Iterator<Item = &Arc<Record>> {
        self.records.values()
    }

    /// Returns the records in the order of their ids, without the first ones.
    pub(super) fn all_by_id(&self, descending: bool, skipped: usize) -> Box<dyn Iterator<Item = &Arc<Record>> + '_> {
        let record = |position: &u64| self.records.get(position);
        if descending {
            Box::new(self.ids.values().rev().skip(skipped).filter_map(record))
        } else {
            Box::new(self.ids.values().skip(skipped).filter_map(record))
        }
    }

    /// Returns the record with this id.
    pub(super) fn by_id(&self, id: &str) -> Option<&Arc<Record>> {
        self.records.get(self.ids.get(id)?)
    }

    /// Returns whether a field is indexed.
    pub(super) fn is_indexed(&self, field: &str) -> bool {
        self.keys.contains_key(field)
    }

    /// Returns the records with this value in an indexed field, each with its position.
    pub(super) fn find(&self, field: &str, key: &str) -> impl Iterator<Item = (u64, &Arc<Record>)> + use<'_> {
        let (one, many) = if field == ID {
            (self.ids.get(key).copied(), None)
        } else {
            match self.keys.get(field).and_then(|index| index.get(key)) {
                Some(Positions::One(position)) => (Some(*position), None),
                Some(Positions::Many(positions)) => (None, Some(positions)),
                None => (None, None),
            }
        };
        let positions = one.into_iter().chain(many.into_iter().flatten().copied());
        positions.filter_map(|position| Some((position, self.records.get(&position)?)))
    }

    /// Stores a record. It takes the position of the one with the same id.
    pub(super) fn put(&mut self, record: Record) {
        let position = self.remove(id_of(&record)).unwrap_or_else(|| {
            self.next += 1;
            self.next
        });
        self.ids.insert(id_of(&record).to_owned(), position);
        for (field, index) in &mut self.keys {
            for_each_key(&record, field, |key| match index.get_mut(key) {
                Some(positions) => positions.add(position),
                None => drop(index.insert(key.to_owned(), Positions::One(position))),
            });
        }
        self.records.insert(position, Arc::new(record));
    }

    /// Removes a record and returns its position.
    pub(super) fn remove(&mut self, id: &str) -> Option<u64> {
        let position = self.ids.remove(id)?;
        let record = self.records.remove(&position)?;
        for (field, index) in &mut self.keys {
            for_each_key(&record, field, |key| {
                if index.get_mut(key).is_some_and(|positions| positions.is_empty_without(position)) {
                    index.remove(key);
                }
            });
        }
        Some(position)
    }
}

impl Positions {
    fn add(&mut self, position: u64) {
        match self {
            Self::One(other) if *other == position => {}
            Self::One(other) => *self = Self::Many(BTreeSet::from([*other, position])),
            Self::Many(positions) => drop(positions.insert(position)),
        }
    }

    fn is_empty_without(&mut self, position: u64) -> bool {
        match self {
            Self::One(other) => *other == position,
            Self::Many(positions) => {
                positions.remove(&position);
                positions.is_empty()
            }
        }
    }
}

/// Calls `f` with the keys of a record in a field: its text, the id in its object, or the elements of its list in lower
/// case.
fn for_each_key(record: &Record, field: &str, mut f: impl FnMut(&str)) {
    match record.get(field) {
        Some(Value::String(key)) if !key.is_empty() => f(key),
        Some(Value::Object(object)) => {
            if let Some(id) = object.get(ID).or_else(|| object.get("id")).and_then(Value::as_str) {
                f(id);
            }
        }
        Some(Value::Array(elements)) => {
            elements.iter().filter_map(Value::as_str).for_each(|element| f(&element.to_lowercase()));
        }
        _ => {}
    }
}
