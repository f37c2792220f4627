use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use crate::value::{Object, wire::Wire};

/// The response to a bulk upsert, as it was received. Every part is optional, and a part of an unexpected form does not
/// affect the others.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct BulkResponse {
    /// The number of created records.
    #[serde(deserialize_with = "count")]
    pub created: Option<u64>,
    /// Errors about records that were not created. The form of the elements is not documented.
    #[serde(deserialize_with = "many")]
    pub created_errors: Vec<Value>,
    /// The `_id` of each created record, and the keys that were sent with it.
    #[serde(deserialize_with = "many")]
    pub inserts_keys: Vec<Value>,
    /// The number of changed records.
    #[serde(deserialize_with = "count")]
    pub updated: Option<u64>,
    /// Errors about records that were not changed.
    #[serde(deserialize_with = "many")]
    pub updated_errors: Vec<Value>,
    /// The `_id` of each changed record, and the keys that were sent with it.
    #[serde(deserialize_with = "many")]
    pub updates_keys: Vec<Value>,
    /// The number of records that matched and needed no change.
    #[serde(deserialize_with = "count")]
    pub nonupdates: Option<u64>,
    /// The ids of the changed records.
    #[serde(deserialize_with = "many")]
    pub modified: Vec<Value>,
    /// The ids of the created records.
    #[serde(deserialize_with = "many")]
    pub upserted_ids: Vec<Value>,
    /// Errors about missing permissions.
    #[serde(deserialize_with = "many")]
    pub permission_errors: Vec<Value>,
    /// Errors about rules of the tenant.
    #[serde(deserialize_with = "many")]
    pub validation_errors: Vec<Value>,
    /// Parts unknown to this version of the SDK.
    #[serde(flatten)]
    pub extra: Object,
}

fn count<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    Ok(count_of(&Value::deserialize(deserializer)?))
}

/// Reads a count in any form; `None` if it is not a count.
pub(super) fn count_of(value: &Value) -> Option<u64> {
    i64::read(value).ok().flatten().and_then(|count| u64::try_from(count).ok())
}

/// Reads a list. Anything else is a list of one, unless it is blank.
fn many<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Value>, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::Array(values) => values,
        blank if is_blank(&blank) => Vec::new(),
        other => vec![other],
    })
}

/// Returns whether a value is blank: `null`, `false`, and empty texts, lists and objects.
pub(crate) fn is_blank(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Bool(is_set) => !is_set,
        Value::Number(_) => false,
        Value::String(text) => text.is_empty(),
        Value::Array(values) => values.is_empty(),
        Value::Object(map) => map.is_empty(),
    }
}

/// The keys of a bulk response, which has at least one of them.
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
    /// Parses the body of a response of any status.
    pub(crate) fn parse(body: &[u8]) -> Option<Self> {
        let map: Object = serde_json::from_slice(body).ok()?;
        if Self::is_in(&map) { serde_json::from_value(Value::Object(map)).ok() } else { None }
    }

    /// Returns whether an object is a bulk response.
    pub(crate) fn is_in(map: &Object) -> bool {
        MARKS.iter().any(|key| map.contains_key(*key))
    }
}
