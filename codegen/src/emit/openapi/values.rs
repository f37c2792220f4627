//! The schemas that all models share: value types and parts of responses.

use super::records::Named;
use crate::write::json::{Json, json};

/// The types of values. Each allows `null`, since any property of a response can be `null`.
pub fn types() -> Vec<Named> {
    vec![
        named(
            "Timestamp",
            &json!({
                "type": ["string", "null"],
                "format": "date-time",
                "description": "A point in time in ISO 8601. Responses use UTC with milliseconds and `Z`. Send the full form as well: dates without a time were rejected in places. Old records contain other forms.",
                "examples": ["2026-01-31T09:00:00.000Z"],
            }),
        ),
        named(
            "EpochDays",
            &json!({
                "type": ["integer", "null"],
                "description": "Whole days since 1970-01-01.",
                "examples": [20_484],
            }),
        ),
        named(
            "Id",
            &json!({
                "type": ["string", "null"],
                "description": "Planhat id of a record, usually 24 hexadecimal digits; treat it as opaque. `x-planhat-of` names the model.",
                "examples": ["5f0000000000000000000001"],
            }),
        ),
        named(
            "Ref",
            &json!({
                "type": ["string", "null"],
                "description": "Reference to a record: its id, `extid-` and its external id, or `srcid-` and its source id. Responses contain the id.",
                "examples": ["5f0000000000000000000001", "extid-key-1", "srcid-key-1"],
            }),
        ),
        named(
            "Link",
            &json!({
                "type": ["object", "null"],
                "properties": {"_id": {"type": "string"}},
                "required": ["_id"],
                "description": "Reference to a record as an object with its id.",
            }),
        ),
        named(
            "ExternalId",
            &json!({
                "type": ["string", "number", "null"],
                "description": "External id: the id of a record in your own system. Text; numbers are accepted and occur in responses.",
            }),
        ),
        named(
            "SourceId",
            &json!({
                "type": ["string", "number", "null"],
                "description": "Source id: the id of a record in the system that it is synchronized from. Text; numbers are accepted and occur in responses.",
            }),
        ),
        named(
            "Custom",
            &json!({
                "type": ["object", "null"],
                "description": "Custom fields by name: text, numbers, booleans, ids, timestamps, epoch days, and lists of text or ids. An update merges them key by key.",
                "additionalProperties": true,
            }),
        ),
    ]
}

/// Parts of responses that do not depend on the model.
pub fn answers() -> Vec<Named> {
    vec![
        named(
            "Error",
            &json!({
                "description": "The reason of the failure. The form is not documented.",
                "anyOf": [
                    {
                        "type": "object",
                        "properties": {"message": {"type": "string"}, "error": {}},
                        "additionalProperties": true,
                    },
                    {"type": "string"},
                ],
            }),
        ),
        named("Envelope", &envelope()),
        named(
            "Deleted",
            &json!({
                "type": ["object", "null"],
                "properties": {
                    "n": {"type": "integer", "description": "Number of matched records."},
                    "ok": {"type": "integer", "description": "1 on success."},
                    "deletedCount": {"type": "integer", "description": "Number of deleted records."},
                },
                "additionalProperties": true,
            }),
        ),
        named(
            "Processed",
            &json!({
                "type": "object",
                "properties": {
                    "processed": {"type": "integer", "description": "Number of accepted items."},
                    "errors": {"type": "array", "items": {}, "description": "Errors of the rejected items."},
                },
                "additionalProperties": true,
            }),
        ),
    ]
}

/// The response of a bulk upsert. It contains no positions: rows are found by their keys.
fn envelope() -> Json {
    let count = |about: &str| json!({"type": "integer", "description": about});
    let ids = |about: &str| json!({"type": "array", "items": {"type": "string"}, "description": about});
    let errors = |about: &str| json!({"type": "array", "items": {}, "description": about});
    let keys = |about: &str| {
        json!({
            "type": "array",
            "items": {"type": "object", "properties": {"_id": {"type": "string"}}, "additionalProperties": true},
            "description": about,
        })
    };
    json!({
        "type": "object",
        "description": "The result of a bulk upsert. Any key can be missing. It contains no row numbers; match it to the sent records by their keys.",
        "properties": {
            "created": (count("Number of created records.")),
            "createdErrors": (errors("Errors of records that could not be created. The form of an element is not documented.")),
            "insertsKeys": (keys("Ids of the created records, with the keys that were sent.")),
            "updated": (count("Number of updated records.")),
            "updatedErrors": (errors("Errors of records that could not be updated.")),
            "updatesKeys": (keys("Ids of the updated records, with the keys that were sent.")),
            "nonupdates": (count("Number of matched records that did not change.")),
            "modified": (ids("Ids of the updated records.")),
            "upsertedIds": (ids("Ids of the created records.")),
            "permissionErrors": (errors("Missing permissions.")),
            "validationErrors": (errors("Validation errors.")),
        },
        "additionalProperties": true,
    })
}

fn named(name: &str, schema: &Json) -> Named {
    (name.to_owned(), schema.clone())
}
