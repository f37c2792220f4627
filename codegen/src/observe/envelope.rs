//! What stands around records in a body, or in their place.

use serde_json::{Map, Value};

/// Keys under which APIs put the list in an envelope.
const LISTS: [&str; 9] = ["data", "docs", "items", "list", "records", "result", "results", "value", "values"];

/// Keys of a bulk response. Two of them distinguish it from a record.
const BULK: [&str; 6] =
    ["createdErrors", "updatedErrors", "insertsKeys", "updatesKeys", "upsertedIds", "permissionErrors"];

/// Keys of the response to a delete.
const DELETED: [&str; 3] = ["n", "ok", "deletedCount"];

/// Whether a body only counts what was done.
pub fn counts(body: &Value) -> bool {
    let Some(object) = body.as_object() else { return false };
    let bulk = BULK.iter().filter(|key| object.contains_key(**key)).count() >= 2;
    bulk || (object.contains_key("n") && object.keys().all(|key| DELETED.contains(&key.as_str())))
}

/// The records in an envelope, if an object is one. Where it is known which keys are fields of records, an object with
/// such a key is a record, and the list has a usual name. Where it is not, the list stands alone, or beside nothing
/// but scalars.
pub fn records<'v>(object: &'v Map<String, Value>, is_field: Option<&dyn Fn(&str) -> bool>) -> Option<&'v [Value]> {
    if let Some(is_field) = is_field {
        let is_record = object.keys().any(|key| is_field(key));
        let list = LISTS.iter().find_map(|key| object.get(*key)?.as_array());
        return list.filter(|_| !is_record).map(Vec::as_slice);
    }
    let is_list = |value: &Value| value.as_array().is_some_and(|items| items.iter().all(Value::is_object));
    let mut lists = object.iter().filter(|(_, value)| is_list(value));
    let (key, list) = lists.next().filter(|_| lists.next().is_none())?;
    let mut others = object.iter().filter(|(name, _)| *name != key).map(|(_, value)| value);
    let is_usual = LISTS.contains(&key.to_lowercase().as_str());
    let is_envelope = object.len() == 1 || (is_usual && others.all(|value| !value.is_object() && !value.is_array()));
    list.as_array().filter(|_| is_envelope).map(Vec::as_slice)
}
