//! The records, in memory.

mod collection;
pub(crate) mod time;

use std::{collections::HashMap, sync::Arc};

use collection::Collection;

use crate::tables::{
    catalog::{Table, catalog},
    record::{ID, Record},
};

/// Every collection.
#[derive(Default)]
pub(crate) struct Store {
    collections: HashMap<&'static str, Collection>,
    ids: u64,
}

impl Store {
    /// An id that nothing has: 24 hex digits, the same ones in every run.
    pub(crate) fn new_id(&mut self) -> String {
        loop {
            self.ids += 1;
            let id = format!("5eed{:020x}", self.ids);
            if !self.has(&id) {
                return id;
            }
        }
    }

    /// Whether a record has this id, whatever its model.
    pub(crate) fn has(&self, id: &str) -> bool {
        self.collections.values().any(|home| home.by_id(id).is_some())
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
    pub(crate) fn all<'a>(&'a self, table: &'a Table) -> impl Iterator<Item = &'a Arc<Record>> {
        let records = self.collections.get(table.home).into_iter().flat_map(Collection::all);
        records.filter(|record| table.holds(record))
    }

    /// How many records a model has.
    pub(crate) fn count(&self, table: &Table) -> usize {
        match (&table.model.part_of, self.collections.get(table.home)) {
            // What is counted already need not be looked at: there may be a million of them.
            (None, Some(home)) => home.count(),
            _ => self.all(table).count(),
        }
    }

    /// A model's records by their ids, without the first few of its collection.
    pub(crate) fn all_by_id<'a>(
        &'a self,
        table: &'a Table,
        descending: bool,
        skipped: usize,
    ) -> impl Iterator<Item = &'a Arc<Record>> {
        let home = self.collections.get(table.home).into_iter();
        home.flat_map(move |home| home.all_by_id(descending, skipped)).filter(|record| table.holds(record))
    }

    /// The record with this id.
    pub(crate) fn by_id(&self, table: &Table, id: &str) -> Option<&Arc<Record>> {
        self.collections.get(table.home)?.by_id(id).filter(|record| table.holds(record))
    }

    /// The oldest record with this value in a key field.
    pub(crate) fn by_key(&self, table: &Table, field: &str, key: &str) -> Option<&Arc<Record>> {
        self.places(table, field, key).find(|record| table.holds(record))
    }

    /// The records with this value in a key field, oldest first.
    pub(crate) fn all_by_key<'a>(
        &'a self,
        table: &'a Table,
        field: &str,
        key: &str,
    ) -> impl Iterator<Item = &'a Arc<Record>> + use<'a> {
        self.places(table, field, key).filter(|record| table.holds(record))
    }

    /// The records with one of these values in a field, oldest first; nothing if the field is no key.
    pub(crate) fn all_by_keys<'a>(
        &'a self,
        table: &Table,
        field: &str,
        keys: impl Iterator<Item = &'a str>,
    ) -> Option<Vec<&'a Arc<Record>>> {
        let Some(home) = self.collections.get(table.home) else { return Some(Vec::new()) };
        if field != ID && !home.is_key(field) {
            return None;
        }
        let mut found: Vec<_> = keys.flat_map(|key| home.places(field, key)).collect();
        found.sort_unstable_by_key(|(place, _)| *place);
        found.dedup_by_key(|(place, _)| *place);
        Some(found.into_iter().map(|(_, record)| record).filter(|record| table.holds(record)).collect())
    }

    /// The record with this id, whatever its model.
    pub(crate) fn anywhere(&self, id: &str) -> Option<(&'static Table, &Arc<Record>)> {
        catalog().homes().find_map(|table| Some((table, self.by_id(table, id)?)))
    }

    fn places(&self, table: &Table, field: &str, key: &str) -> impl Iterator<Item = &Arc<Record>> + use<'_> {
        let found = self.collections.get(table.home).map(|home| home.places(field, key));
        found.into_iter().flatten().map(|(_, record)| record)
    }
}
