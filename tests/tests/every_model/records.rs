//! Every record reads `null` in any field, and keeps fields and values of enums that it does not know.

use std::collections::BTreeSet;

use planhat_sdk::{MODELS, operation::Kind};
use planhat_tests::{
    generated::records::{ENUMS, RECORDS},
    records::{Readable, UNKNOWN},
};
use serde_json::{Value, json};

fn fields(model: &str) -> &'static [&'static str] {
    MODELS.iter().find(|info| info.name == model).unwrap().fields
}

#[test]
fn the_table_names_every_model_that_can_be_read() {
    let readable =
        MODELS.iter().filter(|model| model.operations.iter().any(|o| matches!(o.kind, Kind::Get | Kind::List)));
    let readable: Vec<&str> = readable.map(|model| model.name).collect();
    let listed: Vec<&str> = RECORDS.iter().map(|readable| readable.model).collect();
    assert_eq!(listed, readable);
}

#[test]
fn null_in_any_field_loses_no_record() {
    for Readable { model, round_trip, .. } in RECORDS {
        for field in fields(model) {
            let back = round_trip(&json!({*field: null}).to_string());
            let back = back.unwrap_or_else(|problem| panic!("{model}: {problem}"));
            assert!(back.as_object().unwrap().values().all(Value::is_null), "{model}: {field} became {back}");
        }
    }
}

#[test]
fn null_in_all_fields_at_once_loses_no_record() {
    for Readable { model, round_trip, .. } in RECORDS {
        let nulls: Value = fields(model).iter().map(|field| ((*field).to_owned(), Value::Null)).collect();
        let back = round_trip(&nulls.to_string()).unwrap_or_else(|problem| panic!("{model}: {problem}"));
        assert!(back.as_object().unwrap().values().all(Value::is_null), "{model}: {back}");
    }
}

#[test]
fn unknown_fields_survive() {
    let record = json!({"_id": "1", "brandNew": {"deep": [1, null, "text", 0.5]}, "alsoNew": null});
    for Readable { model, round_trip, .. } in RECORDS {
        assert_eq!(round_trip(&record.to_string()).as_ref(), Ok(&record), "{model}");
    }
}

#[test]
fn unknown_values_of_enums_survive() {
    let with_enums: BTreeSet<_> = ENUMS.iter().map(|(model, ..)| model).collect();
    assert!(with_enums.len() > 10, "{with_enums:?}");
    for (model, field, is_unknown) in ENUMS {
        let record = json!({*field: UNKNOWN});
        let Readable { round_trip, .. } = RECORDS.iter().find(|readable| readable.model == *model).unwrap();
        assert!(is_unknown(&record.to_string()), "{model}.{field}");
        assert_eq!(round_trip(&record.to_string()).as_ref(), Ok(&record), "{model}.{field}");
    }
}
