//! Writes of single records.

use std::collections::HashSet;

use jiff::Timestamp;
use serde_json::Value;

use crate::{
    operations::{
        coerce::{coerce, from_text},
        computed::{compute, copied_values, is_time_of_write, refresh_copies, set_update_times},
        error::ApiError,
        journal::WriteKind,
    },
    store::Store,
    tables::{
        catalog::{Table, catalog},
        record::{ID, Record, VERSION, id_of, key_of},
    },
};

/// The fields that a new record must have.
pub(crate) struct Requirements<'a> {
    pub(crate) required: &'a [&'static str],
    pub(crate) any_of: &'a [&'static str],
}

impl Requirements<'_> {
    fn check(&self, record: &Record) -> Result<(), ApiError> {
        if let Some(name) = self.required.iter().find(|name| is_missing(record, name)) {
            return Err(ApiError::bad(format!("{name} is required")));
        }
        if !self.any_of.is_empty() && self.any_of.iter().all(|name| is_missing(record, name)) {
            return Err(ApiError::bad(format!("one of {} is required", self.any_of.join(", "))));
        }
        Ok(())
    }
}

/// Returns whether a field is absent, null or empty text.
fn is_missing(record: &Record, name: &str) -> bool {
    record.get(name).is_none_or(|value| value.is_null() || value.as_str() == Some(""))
}

/// Writes records of one model.
pub(crate) struct Writer<'a> {
    pub(crate) store: &'a mut Store,
    pub(crate) table: &'static Table,
    pub(crate) now: Timestamp,
}

impl Writer<'_> {
    /// Builds and validates a new record without storing it. The id defaults to a new one.
    pub(crate) fn build(
        &mut self,
        body: &Record,
        id: Option<&str>,
        requirements: &Requirements,
    ) -> Result<Record, ApiError> {
        if id.is_some_and(|id| self.store.has(id)) {
            return Err(ApiError::bad(format!("duplicate {ID}: another record has it")));
        }
        let mut record = coerce(self.store, self.table, body)?;
        let sent = record.keys().cloned().collect();
        self.fill_in(&mut record, id, &sent);
        requirements.check(&record)?;
        self.check_unique(&record)?;
        Ok(record)
    }

    /// Creates a record and returns its id.
    pub(crate) fn create(
        &mut self,
        body: &Record,
        id: Option<&str>,
        requirements: &Requirements,
    ) -> Result<String, ApiError> {
        let record = self.build(body, id, requirements)?;
        Ok(self.store(record))
    }

    /// Stores a record without validation and returns its id. Missing fields get their defaults or are computed.
    pub(crate) fn insert(&mut self, mut record: Record) -> String {
        let id = key_of(&record, ID).map(str::to_owned);
        self.fill_in(&mut record, id.as_deref(), &HashSet::new());
        self.store(record)
    }

    /// Creates a copy of a record, with a new id and without the keys of the original, and returns its id.
    pub(crate) fn copy(&mut self, id: &str) -> Result<String, ApiError> {
        let mut record = self.stored(id)?;
        record.remove(ID);
        let times = self.table.model.fields.iter().filter(|field| is_time_of_write(field));
        for name in self.table.unique().chain(times.map(|field| field.name)) {
            record.remove(name);
        }
        Ok(self.insert(record))
    }

    /// Changes the fields in a body.
    pub(crate) fn update(&mut self, id: &str, body: &Record) -> Result<WriteKind, ApiError> {
        let patch = coerce(self.store, self.table, body)?;
        let stored = self.stored(id)?;
        let mut record = stored.clone();
        let mut changed = merge(&mut record, patch, self.table.custom);
        self.set_submodel_field(&mut record);
        if stored == record {
            changed.clear();
        }
        if changed.is_empty() {
            return Ok(WriteKind::Unchanged);
        }
        let table = catalog().resolve_submodel(self.table, &record);
        compute(self.store, table, &mut record, &changed, self.now);
        set_update_times(table, &mut record, self.now);
        self.check_unique(&record)?;
        self.put(record);
        Ok(WriteKind::Updated)
    }

    fn stored(&self, id: &str) -> Result<Record, ApiError> {
        let record = self.store.by_id(self.table, id).ok_or_else(|| ApiError::unknown(self.table.model.name, id))?;
        Ok(Record::clone(record))
    }

    /// Adds the id, the defaults and the computed fields of a new record.
    fn fill_in(&mut self, record: &mut Record, id: Option<&str>, sent: &HashSet<String>) {
        self.set_submodel_field(record);
        apply_defaults(self.table, record);
        let table = catalog().resolve_submodel(self.table, record);
        apply_defaults(table, record);
        let id = id.map_or_else(|| self.store.new_id(), str::to_owned);
        record.insert(ID.to_owned(), id.into());
        compute(self.store, table, record, sent, self.now);
    }

    /// Sets the field that marks a record as one of the submodel.
    fn set_submodel_field(&self, record: &mut Record) {
        if let Some(part) = &self.table.model.part_of {
            record.insert(part.field.to_owned(), part.value.into());
        }
    }

    fn check_unique(&self, record: &Record) -> Result<(), ApiError> {
        for field in self.table.unique() {
            let Some(key) = key_of(record, field) else { continue };
            let mut others =
                self.store.all_by_key(self.table, field, key).filter(|other| id_of(other) != id_of(record));
            if others.any(|other| self.table.share_scope(field, other, record)) {
                return Err(ApiError::bad(format!("duplicate {field}: another record has `{key}`")));
            }
        }
        Ok(())
    }

    /// Stores a new record and returns its id.
    pub(crate) fn store(&mut self, record: Record) -> String {
        let id = id_of(&record).to_owned();
        self.put(record);
        id
    }

    /// Stores a record, and updates the copies of its name and keys in other records.
    fn put(&mut self, record: Record) {
        let id = id_of(&record).to_owned();
        let before = self.store.by_id(self.table, &id).cloned();
        let same =
            before.is_some_and(|before| copied_values(self.table, &before).eq(copied_values(self.table, &record)));
        self.store.put(self.table, record);
        if !same {
            refresh_copies(self.store, self.table, &id, self.now);
        }
    }
}

/// Sets the default values of a model in a new record.
fn apply_defaults(table: &Table, record: &mut Record) {
    for field in table.model.fields {
        if let Some(text) = field.default.filter(|_| !record.contains_key(field.name)) {
            record.insert(field.name.to_owned(), from_text(field.kind, text));
        }
    }
    if table.field(VERSION).is_some() {
        record.entry(VERSION).or_insert_with(|| 0.into());
    }
}

/// Applies a partial update and returns the changed fields. The map of custom fields is merged key by key.
fn merge(record: &mut Record, patch: Record, custom: Option<&str>) -> HashSet<String> {
    let mut changed = HashSet::new();
    for (name, value) in patch {
        let done = match (record.get_mut(&name), value) {
            (Some(Value::Object(stored)), Value::Object(sent)) if custom == Some(name.as_str()) => {
                !merge(stored, sent, None).is_empty()
            }
            (Some(stored), value) => replace(stored, value),
            (None, Value::Null) => false,
            (None, value) => record.insert(name.clone(), value).is_none(),
        };
        if done {
            changed.insert(name);
        }
    }
    changed
}

/// Replaces a value and returns whether it changed. Planhat's numbers are doubles, so equal doubles are equal.
fn replace(stored: &mut Value, value: Value) -> bool {
    let same = *stored == value || stored.as_f64().is_some_and(|number| value.as_f64() == Some(number));
    if !same {
        *stored = value;
    }
    !same
}
