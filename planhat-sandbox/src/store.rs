//! The records, in memory.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::{Map, Value};

use crate::catalog::{Table, catalog};

/// The field that holds a record's id, in every model.
pub(crate) const ID: &str = "_id";

/// The counter of document versions that some models show.
pub(crate) const VERSION: &str = "__v";

/// A record.
pub(crate) type Record = Map<String, Value>;

/// A record's id.
pub(crate) fn id_of(record: &Record) -> &str {
    record.get(ID).and_then(Value::as_str).unwrap_or_default()
}

/// A key as it is looked up: an empty one is none.
pub(crate) fn key_of<'a>(record: &'a Record, field: &str) -> Option<&'a str> {
    record.get(field).and_then(Value::as_str).filter(|key| !key.is_empty())
}

/// Every collection.
#[derive(Default)]
pub(crate) struct Store {
    collections: HashMap<&'static str, Collection>,
    ids: u64,
}

impl Store {
    /// An id that nothing has: 24 hex digits, the same ones in every run.
    pub(crate) fn new_id(&mut self, table: &Table) -> String {
        loop {
            self.ids += 1;
            let id = format!("5eed{:020x}", self.ids);
            if !self.has(table, &id) {
                return id;
            }
        }
    }

    /// Whether the model's collection has a record with this id, be it of this model or of another part.
    pub(crate) fn has(&self, table: &Table, id: &str) -> bool {
        self.collections.get(table.home).is_some_and(|home| home.ids.contains_key(id))
    }

    /// Stores a record, in place of the one that has its id.
    pub(crate) fn put(&mut self, table: &Table, record: Record) {
        self.collections.entry(table.home).or_insert_with(|| Collection::new(table.home)).put(record);
    }

    /// Takes a record out.
    pub(crate) fn remove(&mut self, table: &Table, id: &str) {
        if let Some(collection) = self.collections.get_mut(table.home) {
            collection.remove(id);
        }
    }

    /// A model's records, oldest first.
    pub(crate) fn all<'a>(&'a self, table: &'a Table) -> impl Iterator<Item = &'a Record> {
        let records = self.collections.get(table.home).into_iter().flat_map(|home| home.records.values());
        records.filter(|record| table.holds(record))
    }

    /// The record with this id.
    pub(crate) fn by_id(&self, table: &Table, id: &str) -> Option<&Record> {
        let home = self.collections.get(table.home)?;
        home.records.get(home.ids.get(id)?).filter(|record| table.holds(record))
    }

    /// The oldest record with this value in a key field.
    pub(crate) fn by_key(&self, table: &Table, field: &str, key: &str) -> Option<&Record> {
        if field == ID {
            return self.by_id(table, key);
        }
        let records = &self.collections.get(table.home)?.records;
        self.places(table, field, key).filter_map(|place| records.get(place)).find(|record| table.holds(record))
    }

    /// The record with this id, whatever its model.
    pub(crate) fn anywhere(&self, id: &str) -> Option<(&'static Table, &Record)> {
        catalog().homes().find_map(|table| Some((table, self.by_id(table, id)?)))
    }

    /// Whether another record has this value in a key field.
    pub(crate) fn taken(&self, table: &Table, field: &str, key: &str, by: &str) -> bool {
        let records = self.collections.get(table.home).map(|home| &home.records);
        let mut others = self.places(table, field, key).filter_map(|place| records?.get(place));
        others.any(|record| id_of(record) != by && table.holds(record))
    }

    /// Where the records are that have this value in a key field.
    fn places(&self, table: &Table, field: &str, key: &str) -> impl Iterator<Item = &u64> + use<'_> {
        let home = self.collections.get(table.home);
        home.and_then(|home| home.keys.get(field)?.get(key)).into_iter().flatten()
    }
}

/// The records of one model and its parts, indexed so that a look-up need not read them all.
struct Collection {
    records: BTreeMap<u64, Record>,
    ids: HashMap<String, u64>,
    keys: HashMap<&'static str, HashMap<String, BTreeSet<u64>>>,
    places: u64,
}

impl Collection {
    fn new(home: &'static str) -> Self {
        let keys = catalog().keys_of(home).into_iter().map(|key| (key, HashMap::new())).collect();
        Self { records: BTreeMap::new(), ids: HashMap::new(), keys, places: 0 }
    }

    fn put(&mut self, record: Record) {
        let place = self.take(id_of(&record)).unwrap_or_else(|| {
            self.places += 1;
            self.places
        });
        self.ids.insert(id_of(&record).to_owned(), place);
        for (field, index) in &mut self.keys {
            if let Some(key) = key_of(&record, field) {
                index.entry(key.to_owned()).or_default().insert(place);
            }
        }
        self.records.insert(place, record);
    }

    fn remove(&mut self, id: &str) {
        self.take(id);
    }

    /// Removes a record and says where it was.
    fn take(&mut self, id: &str) -> Option<u64> {
        let place = self.ids.remove(id)?;
        let record = self.records.remove(&place)?;
        for (field, index) in &mut self.keys {
            let Some(key) = key_of(&record, field) else { continue };
            let Some(places) = index.get_mut(key) else { continue };
            places.remove(&place);
            if places.is_empty() {
                index.remove(key);
            }
        }
        Some(place)
    }
}
