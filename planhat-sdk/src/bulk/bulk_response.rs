use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use crate::value::{Object, wire::Wire};

/// What Planhat answers to a bulk upsert, as it came. Every part of it is optional, and a part of an
/// unexpected form costs none of the others.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct BulkResponse {
    /// How many records were created.
    #[serde(deserialize_with = "count")]
    pub created: Option<u64>,
    /// Why others were not. The form of the elements is not documented.
    #[serde(deserialize_with = "many")]
    pub created_errors: Vec<Value>,
    /// The `_id` of each created record, and the keys that were sent with it.
    #[serde(deserialize_with = "many")]
    pub inserts_keys: Vec<Value>,
    /// How many records were changed.
    #[serde(deserialize_with = "count")]
    pub updated: Option<u64>,
    /// Why others were not.
    #[serde(deserialize_with = "many")]
    pub updated_errors: Vec<Value>,
    /// The `_id` of each changed record, and the keys that were sent with it.
    #[serde(deserialize_with = "many")]
    pub updates_keys: Vec<Value>,
    /// How many records matched, and were already as they should be.
    #[serde(deserialize_with = "count")]
    pub nonupdates: Option<u64>,
    /// The ids of the changed records.
    #[serde(deserialize_with = "many")]
    pub modified: Vec<Value>,
    /// The ids of the created records.
    #[serde(deserialize_with = "many")]
    pub upserted_ids: Vec<Value>,
    /// What the token may not do.
    #[serde(deserialize_with = "many")]
    pub permission_errors: Vec<Value>,
    /// What does not fit a rule of the tenant.
    #[serde(deserialize_with = "many")]
    pub validation_errors: Vec<Value>,
    /// What this version of the SDK does not know.
    #[serde(flatten)]
    pub extra: Object,
}

fn count<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    Ok(count_of(&Value::deserialize(deserializer)?))
}

/// A count in any form; nothing if it is none.
pub(super) fn count_of(value: &Value) -> Option<u64> {
    i64::read(value).ok().flatten().and_then(|count| u64::try_from(count).ok())
}

/// A list; something else is a list of one, unless it says nothing.
fn many<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Value>, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::Array(values) => values,
        blank if is_blank(&blank) => Vec::new(),
        other => vec![other],
    })
}

/// Whether a value says nothing: `null`, `false`, and empty texts, lists and objects.
pub(super) fn is_blank(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Bool(is_set) => !is_set,
        Value::Number(_) => false,
        Value::String(text) => text.is_empty(),
        Value::Array(values) => values.is_empty(),
        Value::Object(map) => map.is_empty(),
    }
}

/// The keys, of which an envelope has at least one.
const MARKS: [&str; 11] = [
    "created",
    "createdErrors",
    "insertsKeys",
    "updated",
    "updatedErrors",
    "updatesKeys",
    "nonupdates",
    "modified",
    "upsertedIds",
    "permissionErrors",
    "validationErrors",
];

impl BulkResponse {
    /// The envelope in an answer, whatever its status.
    pub(crate) fn parse(body: &[u8]) -> Option<Self> {
        let map: Object = serde_json::from_slice(body).ok()?;
        if Self::is_in(&map) { serde_json::from_value(Value::Object(map)).ok() } else { None }
    }

    /// Whether an object is an envelope.
    pub(crate) fn is_in(map: &Object) -> bool {
        MARKS.iter().any(|key| map.contains_key(*key))
    }
}
