use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use crate::value::Object;

/// What Planhat answers to a bulk upsert, as it came.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct Envelope {
    /// How many records were created.
    #[serde(deserialize_with = "or_default")]
    pub created: u64,
    /// Why others were not. The form of the elements is not documented.
    #[serde(deserialize_with = "or_default")]
    pub created_errors: Vec<Value>,
    /// The `_id` of each created record, and the keys that were sent with it.
    #[serde(deserialize_with = "or_default")]
    pub inserts_keys: Vec<Object>,
    /// How many records were changed.
    #[serde(deserialize_with = "or_default")]
    pub updated: u64,
    /// Why others were not.
    #[serde(deserialize_with = "or_default")]
    pub updated_errors: Vec<Value>,
    /// The `_id` of each changed record, and the keys that were sent with it.
    #[serde(deserialize_with = "or_default")]
    pub updates_keys: Vec<Object>,
    /// How many records matched, and were already as they should be.
    #[serde(deserialize_with = "or_default")]
    pub nonupdates: u64,
    /// The ids of the changed records.
    #[serde(deserialize_with = "or_default")]
    pub modified: Vec<Value>,
    /// The ids of the created records.
    #[serde(deserialize_with = "or_default")]
    pub upserted_ids: Vec<Value>,
    /// What the token may not do.
    #[serde(deserialize_with = "or_default")]
    pub permission_errors: Vec<Value>,
    /// What does not fit a rule of the tenant.
    #[serde(deserialize_with = "or_default")]
    pub validation_errors: Vec<Value>,
    /// What this version of the SDK does not know.
    #[serde(flatten)]
    pub extra: Object,
}

/// `null` is nothing.
fn or_default<'de, T: Default + Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
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

impl Envelope {
    /// The envelope in an answer, whatever its status. Missing keys and `null` are nothing.
    pub(crate) fn parse(body: &[u8]) -> Option<Self> {
        let map: Object = serde_json::from_slice(body).ok()?;
        let is_envelope = MARKS.iter().any(|key| map.contains_key(*key));
        if is_envelope { serde_json::from_value(Value::Object(map)).ok() } else { None }
    }

    /// Everything that is called an error, in one list.
    pub fn errors(&self) -> impl Iterator<Item = &Value> {
        [&self.created_errors, &self.updated_errors, &self.permission_errors, &self.validation_errors]
            .into_iter()
            .flatten()
    }
}
