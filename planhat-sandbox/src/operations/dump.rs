//! All that a tenant has stored, as one JSON value: its models' names, each with an array of records.

use jiff::Timestamp;
use serde_json::Value;

use crate::{
    operations::{
        coerce::{Prefix, prefixed},
        write::Writer,
    },
    store::Store,
    tables::{
        catalog::{Table, catalog, pointee},
        record::{Record, id_of},
        registry::Type,
    },
};

/// Why a JSON value is no tenant. Nothing of it is stored then.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ImportError {
    /// It is not an object that has records by model.
    #[error("it must be a JSON object with an array of records under each model's name")]
    NotAnObject,
    /// The schema has no model with this name.
    #[error("there is no model {0}")]
    UnknownModel(String),
    /// A model's records are not in an array.
    #[error("{0} must be an array of records")]
    NotAnArray(String),
    /// A record is not an object.
    #[error("{model}: record {index} must be a JSON object")]
    NotARecord {
        /// The model.
        model: String,
        /// The record's place in the array; the first is 0.
        index: usize,
    },
}

/// What a store holds. Models without records are left out, and parts are found in the model that they belong to.
pub(crate) fn export(store: &Store) -> Value {
    let homes = crate::tables::models().iter().filter(|model| model.part_of.is_none());
    let tables = homes.filter_map(|model| catalog().table(model.name));
    let filled = tables.filter_map(|table| {
        let records: Vec<_> = store.all(table).map(|record| Value::Object(Record::clone(record))).collect();
        (!records.is_empty()).then(|| (table.model.name.to_owned(), Value::Array(records)))
    });
    Value::Object(filled.collect())
}

/// Stores what was exported, or written by hand, beside what is there. A record that has the `_id` of another one takes
/// its place.
pub(crate) fn import(store: &mut Store, tenant: Value, now: Timestamp) -> Result<(), ImportError> {
    let mut stored = Vec::new();
    for (table, records) in check(tenant)? {
        stored.extend(records.into_iter().map(|record| (table, Writer { store, table, now }.seed(record))));
    }
    // A record may point at one that comes later. Now all are there.
    for (table, id) in stored {
        let Some(record) = store.by_id(table, &id) else { continue };
        let mut record = Record::clone(record);
        resolve(store, table, &mut record);
        Writer { store, table, now }.seed(record);
    }
    Ok(())
}

fn check(tenant: Value) -> Result<Vec<(&'static Table, Vec<Record>)>, ImportError> {
    let Value::Object(models) = tenant else { return Err(ImportError::NotAnObject) };
    let check = |(model, records): (String, Value)| {
        let table = catalog().table(&model).ok_or_else(|| ImportError::UnknownModel(model.clone()))?;
        let Value::Array(records) = records else { return Err(ImportError::NotAnArray(model)) };
        let record = |(index, record)| match record {
            Value::Object(record) => Ok(record),
            _ => Err(ImportError::NotARecord { model: model.clone(), index }),
        };
        Ok((table, records.into_iter().enumerate().map(record).collect::<Result<_, _>>()?))
    };
    models.into_iter().map(check).collect()
}

/// Puts ids in place of references such as `extid-acme`. One to a record that is not there stays as it is.
fn resolve(store: &Store, table: &Table, record: &mut Record) {
    for field in table.model.fields {
        let kind = if let Type::List(kind) = field.kind { *kind } else { field.kind };
        let Some(target) = pointee(kind).and_then(|model| catalog().table(model)) else { continue };
        match record.get_mut(field.name) {
            Some(Value::Array(ids)) => ids.iter_mut().for_each(|id| resolve_one(store, target, id)),
            Some(id) => resolve_one(store, target, id),
            None => {}
        }
    }
}

fn resolve_one(store: &Store, target: &Table, id: &mut Value) {
    let found = id.as_str().and_then(prefixed).and_then(|(prefix, key)| {
        let field = if prefix == Prefix::External { target.model.external } else { target.model.source };
        store.by_key(target, field?, key)
    });
    if let Some(record) = found {
        *id = id_of(record).into();
    }
}
