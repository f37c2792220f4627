//! One record is created, changed, removed or copied.

use std::collections::HashSet;

use jiff::Timestamp;
use serde_json::Value;

use crate::{
    operations::{
        coerce::{accept, from_text},
        computed::{derive, is_time_of_write, refresh, shown_elsewhere, touch},
        error::Refusal,
    },
    store::Store,
    tables::{
        catalog::{Table, catalog},
        record::{ID, Record, VERSION, id_of, key_of},
    },
};

/// What a new record must have.
pub(crate) struct Needs<'a> {
    pub(crate) required: &'a [&'static str],
    pub(crate) any_of: &'a [&'static str],
}

impl Needs<'_> {
    fn check(&self, record: &Record) -> Result<(), Refusal> {
        if let Some(name) = self.required.iter().find(|name| lacks(record, name)) {
            return Err(Refusal::bad(format!("{name} is required")));
        }
        if !self.any_of.is_empty() && self.any_of.iter().all(|name| lacks(record, name)) {
            return Err(Refusal::bad(format!("one of {} is required", self.any_of.join(", "))));
        }
        Ok(())
    }
}

/// Whether a field is not there, null or empty text.
fn lacks(record: &Record, name: &str) -> bool {
    record.get(name).is_none_or(|value| value.is_null() || value.as_str() == Some(""))
}

/// Writes to one model.
pub(crate) struct Writer<'a> {
    pub(crate) store: &'a mut Store,
    pub(crate) table: &'static Table,
    pub(crate) now: Timestamp,
}

/// What an update came to.
pub(crate) enum Outcome {
    Updated,
    Unchanged,
}

impl Writer<'_> {
    /// A new record, not stored yet. An id, if there is one, is kept.
    pub(crate) fn build(&mut self, body: &Record, id: Option<&str>, needs: &Needs) -> Result<Record, Refusal> {
        if id.is_some_and(|id| self.store.has(id)) {
            return Err(Refusal::bad(format!("duplicate {ID}: it is another record's")));
        }
        let mut record = accept(self.store, self.table, body)?;
        let sent = record.keys().cloned().collect();
        self.complete(&mut record, id, &sent);
        needs.check(&record)?;
        self.check_unique(&record)?;
        Ok(record)
    }

    /// Stores a new record and says which id it has.
    pub(crate) fn create(&mut self, body: &Record, id: Option<&str>, needs: &Needs) -> Result<String, Refusal> {
        let record = self.build(body, id, needs)?;
        Ok(self.store(record))
    }

    /// Stores a record as it is, with whatever a new one gets that it has not.
    pub(crate) fn seed(&mut self, mut record: Record) -> String {
        let id = key_of(&record, ID).map(str::to_owned);
        self.complete(&mut record, id.as_deref(), &HashSet::new());
        self.store(record)
    }

    /// Stores a copy of a record, with an id of its own and without the keys, which are the original's.
    pub(crate) fn copy(&mut self, id: &str) -> Result<String, Refusal> {
        let original = self.store.by_id(self.table, id);
        let mut record =
            original.map(|record| Record::clone(record)).ok_or_else(|| Refusal::unknown(self.table.model.name, id))?;
        record.remove(ID);
        let times = self.table.model.fields.iter().filter(|field| is_time_of_write(field));
        for name in self.table.unique().chain(times.map(|field| field.name)) {
            record.remove(name);
        }
        Ok(self.seed(record))
    }

    /// Changes the fields that are sent.
    pub(crate) fn update(&mut self, id: &str, body: &Record) -> Result<Outcome, Refusal> {
        let patch = accept(self.store, self.table, body)?;
        let stored = self.store.by_id(self.table, id);
        let mut record =
            stored.map(|record| Record::clone(record)).ok_or_else(|| Refusal::unknown(self.table.model.name, id))?;
        let mut changed = merge(&mut record, patch, self.table.custom);
        self.belong(&mut record);
        if self.store.by_id(self.table, id).is_some_and(|stored| **stored == record) {
            changed.clear();
        }
        if changed.is_empty() {
            return Ok(Outcome::Unchanged);
        }
        let own = catalog().own(self.table, &record);
        derive(self.store, own, &mut record, &changed, self.now);
        touch(own, &mut record, self.now);
        self.check_unique(&record)?;
        self.put(record);
        Ok(Outcome::Updated)
    }

    /// Gives a new record what it does not have yet: defaults, an id, derived fields.
    fn complete(&mut self, record: &mut Record, id: Option<&str>, sent: &HashSet<String>) {
        self.belong(record);
        fill_in(self.table, record);
        let own = catalog().own(self.table, record);
        fill_in(own, record);
        let id = id.map_or_else(|| self.store.new_id(), str::to_owned);
        record.insert(ID.to_owned(), id.into());
        derive(self.store, own, record, sent, self.now);
    }

    /// Gives a record of a part the value that makes it one.
    fn belong(&self, record: &mut Record) {
        if let Some(part) = &self.table.model.part_of {
            record.insert(part.field.to_owned(), part.value.into());
        }
    }

    fn check_unique(&self, record: &Record) -> Result<(), Refusal> {
        for field in self.table.unique() {
            let Some(key) = key_of(record, field) else { continue };
            let mut others =
                self.store.all_by_key(self.table, field, key).filter(|other| id_of(other) != id_of(record));
            if others.any(|other| self.table.share_scope(field, other, record)) {
                return Err(Refusal::bad(format!("duplicate {field}: {key} is another record's")));
            }
        }
        Ok(())
    }

    /// Stores a new record and says which id it has.
    pub(crate) fn store(&mut self, record: Record) -> String {
        let id = id_of(&record).to_owned();
        self.put(record);
        id
    }

    /// Stores a record, and shows its name and keys wherever those are shown.
    fn put(&mut self, record: Record) {
        let id = id_of(&record).to_owned();
        let before = self.store.by_id(self.table, &id).cloned();
        let same =
            before.is_some_and(|before| shown_elsewhere(self.table, &before).eq(shown_elsewhere(self.table, &record)));
        self.store.put(self.table, record);
        if !same {
            refresh(self.store, self.table, &id, self.now);
        }
    }
}

/// Gives a new record the defaults of a model.
fn fill_in(table: &Table, record: &mut Record) {
    for field in table.model.fields {
        if let Some(text) = field.default.filter(|_| !record.contains_key(field.name)) {
            record.insert(field.name.to_owned(), from_text(field.kind, text));
        }
    }
    if table.field(VERSION).is_some() {
        record.entry(VERSION).or_insert_with(|| 0.into());
    }
}

/// Applies a partial update and names the fields that it changed. The map of custom fields is merged key by key.
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

/// Numbers are doubles to Planhat, so two that are the same double are the same.
fn replace(stored: &mut Value, value: Value) -> bool {
    let same = *stored == value || stored.as_f64().is_some_and(|number| value.as_f64() == Some(number));
    if !same {
        *stored = value;
    }
    !same
}
