//! Records, and access to their fields.

use serde_json::{Map, Value};

/// The id field of all models.
pub(crate) const ID: &str = "_id";

/// The document version field of some models.
pub(crate) const VERSION: &str = "__v";

/// A record: a JSON object.
pub(crate) type Record = Map<String, Value>;

/// Returns the id of a record.
pub(crate) fn id_of(record: &Record) -> &str {
    record.get(ID).and_then(Value::as_str).unwrap_or_default()
}

/// Returns the value of a key field, unless it is empty.
pub(crate) fn key_of<'a>(record: &'a Record, field: &str) -> Option<&'a str> {
    record.get(field).and_then(Value::as_str).filter(|key| !key.is_empty())
}

/// Returns the value of a field, or at a dotted path such as `custom.Region`.
pub(crate) fn value_at<'a>(record: &'a Map<String, Value>, path: &str) -> Option<&'a Value> {
    let inside = || {
        let (head, rest) = path.split_once('.')?;
        value_at(record.get(head)?.as_object()?, rest)
    };
    record.get(path).or_else(inside)
}
