//! A record, and how to look into it.

use serde_json::{Map, Value};

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

/// The value at a property, or at a dotted path such as `custom.Region`.
pub(crate) fn at<'a>(record: &'a Map<String, Value>, path: &str) -> Option<&'a Value> {
    let inside = || {
        let (head, rest) = path.split_once('.')?;
        at(record.get(head)?.as_object()?, rest)
    };
    record.get(path).or_else(inside)
}
