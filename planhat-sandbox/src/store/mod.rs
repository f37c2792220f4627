//! The records.

mod collection;
pub(crate) mod time;

use std::{collections::HashMap, sync::Arc};

use collection::Collection;

use crate::tables::{
    catalog::{Table, catalog},
    record::{ID, Record},
};

/// All records, in collections.
#[derive(Default)]
pub(crate) struct Store {
    collections: HashMap<&'static str, Collection>,
    ids: u64,
}

impl Store {
    /// Returns an unused id: 24 hex digits, the same in every run.
    pub(crate) fn new_id(&mut self) -> String {
        loop {
            self.ids += 1;
            let id = format!("5eed{:020x}", self.ids);
            if !self.has(&id) {
                return id;
            }
        }
    }

    /// Returns whether any record has this id.
    pub(crate) fn has(&self, id: &str) -> bool {
        self.collections.values().any(|collection| collection.by_id(id).is_some())
    }

    /// Stores a record. It replaces the one with the same id.
    pub(crate) fn put(&mut self, table: &Table, record: Record) {
        self.collections.entry(table.collection).or_insert_with(|| Collection::new(table.collection)).put(record);
    }

    /// Removes a record.
    pub(crate) fn remove(&mut self, table: &Table, id: &str) {
        if let Some(collection) = self.collections.get_mut(table.collection) {
            collection.remove(id);
        }
    }

    /// Returns the records of a model, oldest first.
    pub(crate) fn all<'a>(&'a self, table: &'a Table) -> impl Iterator<Item = &'a Arc<Record>> {
        let records = self.collections.get(table.collection).into_iter().flat_map(Collection::all);
        records.filter(|record| table.holds(record))
    }

    /// Returns the number of records of a model.
    pub(crate) fn count(&self, table: &Table) -> usize {
        match (&table.model.part_of, self.collections.get(table.collection)) {
            // A whole collection is counted without looking at each record.
            (None, Some(collection)) => collection.count(),
            _ => self.all(table).count(),
        }
    }

    /// Returns the records of a model in the order of their ids, without the first ones of the collection.
    pub(crate) fn all_by_id<'a>(
        &'a self,
        table: &'a Table,
        descending: bool,
        skipped: usize,
    ) -> impl Iterator<Item = &'a Arc<Record>> {
        let collection = self.collections.get(table.collection).into_iter();
        collection
            .flat_map(move |collection| collection.all_by_id(descending, skipped))
            .filter(|record| table.holds(record))
    }

    /// Returns the record with this id.
    pub(crate) fn by_id(&self, table: &Table, id: &str) -> Option<&Arc<Record>> {
        self.collections.get(table.collection)?.by_id(id).filter(|record| table.holds(record))
    }

    /// Returns the oldest record with this value in an indexed field.
    pub(crate) fn by_key(&self, table: &Table, field: &str, key: &str) -> Option<&Arc<Record>> {
        self.find(table, field, key).find(|record| table.holds(record))
    }

    /// Returns the records with this value in an indexed field, oldest first.
    pub(crate) fn all_by_key<'a>(
        &'a self,
        table: &'a Table,
        field: &str,
        key: &str,
    ) -> impl Iterator<Item = &'a Arc<Record>> + use<'a> {
        self.find(table, field, key).filter(|record| table.holds(record))
    }

    /// Returns the records with one of these values in a field, oldest first, or `None` if the field is not indexed.
    pub(crate) fn all_by_keys<'a>(
        &'a self,
        table: &Table,
        field: &str,
        keys: impl Iterator<Item = &'a str>,
    ) -> Option<Vec<&'a Arc<Record>>> {
        let Some(collection) = self.collections.get(table.collection) else { return Some(Vec::new()) };
        if field != ID && !collection.is_indexed(field) {
            return None;
        }
        let mut found: Vec<_> = keys.flat_map(|key| collection.find(field, key)).collect();
        found.sort_unstable_by_key(|(position, _)| *position);
        found.dedup_by_key(|(position, _)| *position);
        Some(found.into_iter().map(|(_, record)| record).filter(|record| table.holds(record)).collect())
    }

    /// Returns the record with this id, of any model.
    pub(crate) fn anywhere(&self, id: &str) -> Option<(&'static Table, &Arc<Record>)> {
        catalog().collections().find_map(|table| Some((table, self.by_id(table, id)?)))
    }

    fn find(&self, table: &Table, field: &str, key: &str) -> impl Iterator<Item = &Arc<Record>> + use<'_> {
        let found = self.collections.get(table.collection).map(|collection| collection.find(field, key));
        found.into_iter().flatten().map(|(_, record)| record)
    }
}
