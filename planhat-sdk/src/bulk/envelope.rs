use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::value::Object;

/// What Planhat answers to a bulk upsert, as it came.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct Envelope {
    /// How many records were created.
    pub created: u64,
    /// Why others were not. The form of the elements is not documented.
    pub created_errors: Vec<Value>,
    /// The `_id` of each created record, and the keys that were sent with it.
    pub inserts_keys: Vec<Object>,
    /// How many records were changed.
    pub updated: u64,
    /// Why others were not.
    pub updated_errors: Vec<Value>,
    /// The `_id` of each changed record, and the keys that were sent with it.
    pub updates_keys: Vec<Object>,
    /// How many records matched, and were already as they should be.
    pub nonupdates: u64,
    /// The ids of the changed records.
    pub modified: Vec<Value>,
    /// The ids of the created records.
    pub upserted_ids: Vec<Value>,
    /// What the token may not do.
    pub permission_errors: Vec<Value>,
    /// What does not fit a rule of the tenant.
    pub validation_errors: Vec<Value>,
    /// What this version of the SDK does not know.
    #[serde(flatten)]
    pub extra: Object,
}

/// Keys of which an envelope has at least one.
const MARKS: [&str; 4] = ["created", "updated", "nonupdates", "createdErrors"];

impl Envelope {
    /// The envelope in an answer, whatever its status. Missing keys and `null` are nothing.
    pub(crate) fn parse(body: &[u8]) -> Option<Self> {
        let mut map: Object = serde_json::from_slice(body).ok()?;
        if !MARKS.iter().any(|key| map.contains_key(*key)) {
            return None;
        }
        map.retain(|_, value| !value.is_null());
        serde_json::from_value(Value::Object(map)).ok()
    }

    /// Everything that is called an error, in one list.
    pub fn errors(&self) -> impl Iterator<Item = &Value> {
        [&self.created_errors, &self.updated_errors, &self.permission_errors, &self.validation_errors]
            .into_iter()
            .flatten()
    }
}
