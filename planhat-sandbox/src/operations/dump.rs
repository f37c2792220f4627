//! Export and import of all records as one JSON object.

use jiff::Timestamp;
use serde_json::Value;

use crate::{
    operations::{coerce::parse_prefixed_id, write::Writer},
    store::Store,
    tables::{
        catalog::{Table, catalog, referenced_model},
        record::{Record, id_of},
        registry::Type,
    },
};

/// An error of importing records. Nothing is stored then.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ImportError {
    /// The value is not an object.
    #[error("expected a JSON object with an array of records for each model")]
    NotAnObject,
    /// The schema has no model of this name.
    #[error("unknown model `{0}`")]
    UnknownModel(String),
    /// The records of a model are not in an array.
    #[error("{0} must be an array of records")]
    NotAnArray(String),
    /// A record is not an object.
    #[error("{model}: record {index} must be a JSON object")]
    NotARecord {
        /// The model.
        model: String,
        /// The index of the record in the array.
        index: usize,
    },
}

/// Returns all records by model. Models without records are left out, and the records of submodels are in the array of
/// the model that they are part of.
pub(crate) fn export(store: &Store) -> Value {
    let homes = crate::tables::models().iter().filter(|model| model.part_of.is_none());
    let tables = homes.filter_map(|model| catalog().table(model.name));
    let filled = tables.filter_map(|table| {
        let records: Vec<_> = store.all(table).map(|record| Value::Object(Record::clone(record))).collect();
        (!records.is_empty()).then(|| (table.model.name.to_owned(), Value::Array(records)))
    });
    Value::Object(filled.collect())
}

/// Adds records. A record replaces the one with the same `_id`.
pub(crate) fn import(store: &mut Store, tenant: Value, now: Timestamp) -> Result<(), ImportError> {
    let mut stored = Vec::new();
    for (table, records) in check(tenant)? {
        stored.extend(records.into_iter().map(|record| (table, Writer { store, table, now }.insert(record))));
    }
    // A record may refer to a later one, so references are resolved when all are stored.
    for (table, id) in stored {
        let Some(record) = store.by_id(table, &id) else { continue };
        let mut record = Record::clone(record);
        resolve(store, table, &mut record);
        Writer { store, table, now }.insert(record);
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

/// Replaces references such as `extid-acme` by ids. References to missing records are left unchanged.
fn resolve(store: &Store, table: &Table, record: &mut Record) {
    for field in table.model.fields {
        let kind = if let Type::List(kind) = field.kind { *kind } else { field.kind };
        let Some(target) = referenced_model(kind).and_then(|model| catalog().table(model)) else { continue };
        match record.get_mut(field.name) {
            Some(Value::Array(ids)) => ids.iter_mut().for_each(|id| resolve_one(store, target, id)),
            Some(id) => resolve_one(store, target, id),
            None => {}
        }
    }
}

fn resolve_one(store: &Store, target: &Table, id: &mut Value) {
    let found = id.as_str().and_then(parse_prefixed_id);
    let found = found.and_then(|(prefix, key)| store.by_key(target, prefix.field(target)?, key));
    if let Some(record) = found {
        *id = id_of(record).into();
    }
}
