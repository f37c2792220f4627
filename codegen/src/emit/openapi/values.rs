//! The schemas that all models share: value types, and what answers are made of.

use super::records::Named;
use crate::write::json::{Json, json};

/// The types of values. Each allows `null`, since any property of an answer may be that.
pub fn types() -> Vec<Named> {
    vec![
        named(
            "Timestamp",
            &json!({
                "type": ["string", "null"],
                "format": "date-time",
                "description": "A point in time in ISO 8601. Answers have it in UTC with milliseconds and `Z`; send the full form too, since days alone were refused in places. Old records hold other forms.",
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
                "description": "Planhat's own id of a record, usually 24 hexadecimal digits; do not rely on that. `x-planhat-of` says of what.",
                "examples": ["5f0000000000000000000001"],
            }),
        ),
        named(
            "Ref",
            &json!({
                "type": ["string", "null"],
                "description": "A record, by its id, by `extid-` and your own key, or by `srcid-` and the source system's key. Answers have the id.",
                "examples": ["5f0000000000000000000001", "extid-key-1", "srcid-key-1"],
            }),
        ),
        named(
            "Link",
            &json!({
                "type": ["object", "null"],
                "properties": {"_id": {"type": "string"}},
                "required": ["_id"],
                "description": "A record, by an object with its id.",
            }),
        ),
        named(
            "ExternalId",
            &json!({
                "type": ["string", "number", "null"],
                "description": "A key of your own. Text, although numbers are taken, and occur in answers.",
            }),
        ),
        named(
            "SourceId",
            &json!({
                "type": ["string", "number", "null"],
                "description": "A key of the system that a record came from. Text, although numbers are taken, and occur in answers.",
            }),
        ),
        named(
            "Custom",
            &json!({
                "type": ["object", "null"],
                "description": "Custom fields by name: text, numbers, true or false, ids, times, epoch days, lists of texts or ids. An update merges it key by key.",
                "additionalProperties": true,
            }),
        ),
    ]
}

/// What answers are made of that no model describes.
pub fn answers() -> Vec<Named> {
    vec![
        named(
            "Error",
            &json!({
                "description": "Why something is not done; its form is not documented.",
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
                    "n": {"type": "integer", "description": "How many records were found."},
                    "ok": {"type": "integer", "description": "1 if it worked."},
                    "deletedCount": {"type": "integer", "description": "How many records were deleted."},
                },
                "additionalProperties": true,
            }),
        ),
        named(
            "Processed",
            &json!({
                "type": "object",
                "properties": {
                    "processed": {"type": "integer", "description": "How many items were taken."},
                    "errors": {"type": "array", "items": {}, "description": "What is wrong with the others."},
                },
                "additionalProperties": true,
            }),
        ),
    ]
}

/// The answer to a bulk upsert. It says nothing of positions: rows are found by their keys.
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
        "description": "What became of the records of a bulk write. Any key may be missing. There are no positions: find your records by their keys.",
        "properties": {
            "created": (count("How many records are new.")),
            "createdErrors": (errors("Why others could not be created. The form of an element is not documented.")),
            "insertsKeys": (keys("The ids of the new records, with the keys that were sent.")),
            "updated": (count("How many records were changed.")),
            "updatedErrors": (errors("Why others could not be changed.")),
            "updatesKeys": (keys("The ids of the changed records, with the keys that were sent.")),
            "nonupdates": (count("How many records were found and already had all that was sent.")),
            "modified": (ids("The ids of the changed records.")),
            "upsertedIds": (ids("The ids of the new records.")),
            "permissionErrors": (errors("What the token may not do.")),
            "validationErrors": (errors("What is not valid.")),
        },
        "additionalProperties": true,
    })
}

fn named(name: &str, schema: &Json) -> Named {
    (name.to_owned(), schema.clone())
}
