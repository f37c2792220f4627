//! The records of one model and its parts, indexed so that a look-up need not read them all.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use serde_json::Value;

use crate::tables::{
    catalog::catalog,
    record::{ID, Record, id_of},
};

/// Records, each at a place of its own. Who came first has the smaller one.
pub(super) struct Collection {
    records: BTreeMap<u64, Arc<Record>>,
    ids: BTreeMap<String, u64>,
    keys: HashMap<&'static str, HashMap<String, Places>>,
    next: u64,
}

/// Where the records are that have a key. Most keys are those of one record, and millions of sets would take much room.
enum Places {
    One(u64),
    Many(BTreeSet<u64>),
}

impl Collection {
    /// No records yet, of a model whose name this is.
    pub(super) fn new(home: &'static str) -> Self {
        let keys = catalog().indexed(home).into_iter().map(|key| (key, HashMap::new())).collect();
        Self { records: BTreeMap::new(), ids: BTreeMap::new(), keys, next: 0 }
    }

    /// How many records there are.
    pub(super) fn count(&self) -> usize {
        self.records.len()
    }

    /// The records, oldest first.
    pub(super) fn all(&self) -> impl Iterator<Item = &Arc<Record>> {
        self.records.values()
    }

    /// The records by their ids, without the first few.
    pub(super) fn all_by_id(&self, descending: bool, skipped: usize) -> Box<dyn Iterator<Item = &Arc<Record>> + '_> {
        let record = |place: &u64| self.records.get(place);
        if descending {
            Box::new(self.ids.values().rev().skip(skipped).filter_map(record))
        } else {
            Box::new(self.ids.values().skip(skipped).filter_map(record))
        }
    }

    /// The record with this id.
    pub(super) fn by_id(&self, id: &str) -> Option<&Arc<Record>> {
        self.records.get(self.ids.get(id)?)
    }

    /// Whether there is an index of a field.
    pub(super) fn is_key(&self, field: &str) -> bool {
        self.keys.contains_key(field)
    }

    /// The records with this value in a key field, each with its place.
    pub(super) fn places(&self, field: &str, key: &str) -> impl Iterator<Item = (u64, &Arc<Record>)> + use<'_> {
        let (one, many) = if field == ID {
            (self.ids.get(key).copied(), None)
        } else {
            match self.keys.get(field).and_then(|index| index.get(key)) {
                Some(Places::One(place)) => (Some(*place), None),
                Some(Places::Many(places)) => (None, Some(places)),
                None => (None, None),
            }
        };
        let places = one.into_iter().chain(many.into_iter().flatten().copied());
        places.filter_map(|place| Some((place, self.records.get(&place)?)))
    }

    /// Stores a record, at the place of the one that has its id.
    pub(super) fn put(&mut self, record: Record) {
        let place = self.take(id_of(&record)).unwrap_or_else(|| {
            self.next += 1;
            self.next
        });
        self.ids.insert(id_of(&record).to_owned(), place);
        for (field, index) in &mut self.keys {
            for_each_key(&record, field, |key| match index.get_mut(key) {
                Some(places) => places.add(place),
                None => drop(index.insert(key.to_owned(), Places::One(place))),
            });
        }
        self.records.insert(place, Arc::new(record));
    }

    /// Takes a record out.
    pub(super) fn remove(&mut self, id: &str) {
        self.take(id);
    }

    /// Takes a record out and says where it was.
    fn take(&mut self, id: &str) -> Option<u64> {
        let place = self.ids.remove(id)?;
        let record = self.records.remove(&place)?;
        for (field, index) in &mut self.keys {
            for_each_key(&record, field, |key| {
                if index.get_mut(key).is_some_and(|places| places.is_empty_without(place)) {
                    index.remove(key);
                }
            });
        }
        Some(place)
    }
}

impl Places {
    fn add(&mut self, place: u64) {
        match self {
            Self::One(other) if *other == place => {}
            Self::One(other) => *self = Self::Many(BTreeSet::from([*other, place])),
            Self::Many(places) => drop(places.insert(place)),
        }
    }

    fn is_empty_without(&mut self, place: u64) -> bool {
        match self {
            Self::One(other) => *other == place,
            Self::Many(places) => {
                places.remove(&place);
                places.is_empty()
            }
        }
    }
}

/// The keys that a record has in a field: its text, the id of its object, or the elements of its list, upper and lower
/// case alike.
fn for_each_key(record: &Record, field: &str, mut take: impl FnMut(&str)) {
    match record.get(field) {
        Some(Value::String(key)) if !key.is_empty() => take(key),
        Some(Value::Object(object)) => {
            if let Some(id) = object.get(ID).or_else(|| object.get("id")).and_then(Value::as_str) {
                take(id);
            }
        }
        Some(Value::Array(elements)) => {
            elements.iter().filter_map(Value::as_str).for_each(|element| take(&element.to_lowercase()));
        }
        _ => {}
    }
}
