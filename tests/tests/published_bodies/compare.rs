//! Compares a published body with ours, key by key, and says where they differ.

use serde_json::{Map, Value};

/// A difference that the documentation of the SDK names.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Allowed {
    /// A field that was `null` is left out.
    NullLeftOut,
    /// An external or source id that was a number is text.
    KeyAsText,
    /// An envelope has every list of errors, also one that an older server did not know.
    EmptyErrors,
}

/// What may differ once an answer is read and written back.
pub const IN_ANSWERS: &[Allowed] = &[Allowed::NullLeftOut, Allowed::EmptyErrors];

/// What may differ between a published request and ours.
pub const IN_REQUESTS: &[Allowed] = &[Allowed::KeyAsText];

impl Allowed {
    /// Whether it covers that a key held `theirs` and holds `ours`.
    fn covers(self, key: &str, theirs: Option<&Value>, ours: Option<&Value>) -> bool {
        match (self, theirs, ours) {
            (Self::NullLeftOut, Some(Value::Null), None) => true,
            (Self::KeyAsText, Some(Value::Number(number)), Some(Value::String(text))) => {
                ["externalId", "sourceId"].contains(&key) && number.to_string() == *text
            }
            (Self::EmptyErrors, None, Some(Value::Array(errors))) => key.ends_with("Errors") && errors.is_empty(),
            _ => false,
        }
    }
}

/// Every difference that is not allowed, with its JSON path.
pub fn differences(theirs: &Value, ours: &Value, allowed: &[Allowed]) -> Vec<String> {
    let mut found = Vec::new();
    compare("$", "", Some(theirs), Some(ours), allowed, &mut found);
    found
}

/// Whether two bodies differ in this way.
pub fn occurs(allowed: Allowed, theirs: &Value, ours: &Value) -> bool {
    differences(theirs, ours, &[allowed]).len() < differences(theirs, ours, &[]).len()
}

fn compare(
    path: &str,
    key: &str,
    theirs: Option<&Value>,
    ours: Option<&Value>,
    allowed: &[Allowed],
    found: &mut Vec<String>,
) {
    if theirs == ours || allowed.iter().any(|allowed| allowed.covers(key, theirs, ours)) {
        return;
    }
    match (theirs, ours) {
        (Some(Value::Object(theirs)), Some(Value::Object(ours))) => {
            for key in keys(theirs, ours) {
                compare(&format!("{path}.{key}"), key, theirs.get(key), ours.get(key), allowed, found);
            }
        }
        (Some(Value::Array(theirs)), Some(Value::Array(ours))) => {
            for index in 0..theirs.len().max(ours.len()) {
                compare(&format!("{path}[{index}]"), "", theirs.get(index), ours.get(index), allowed, found);
            }
        }
        _ => found.push(format!("{path}: published {}, ours {}", shown(theirs), shown(ours))),
    }
}

/// The keys of both, each once.
fn keys<'a>(theirs: &'a Map<String, Value>, ours: &'a Map<String, Value>) -> impl Iterator<Item = &'a String> {
    theirs.keys().chain(ours.keys().filter(|key| !theirs.contains_key(*key)))
}

fn shown(value: Option<&Value>) -> String {
    value.map_or_else(|| "nothing".to_owned(), Value::to_string)
}

#[test]
fn what_differs_is_named_by_its_path() {
    let theirs = serde_json::json!({"a": [{"b": 1}], "c": null, "d": "x"});
    let ours = serde_json::json!({"a": [{"b": 1.5}, 2], "e": true, "d": "x"});
    let expected = [
        "$.a[0].b: published 1, ours 1.5",
        "$.a[1]: published nothing, ours 2",
        "$.c: published null, ours nothing",
        "$.e: published nothing, ours true",
    ];
    assert_eq!(differences(&theirs, &ours, &[]), expected);
    assert_eq!(differences(&theirs, &ours, &[Allowed::NullLeftOut]).len(), 3);
}

#[test]
fn an_allowance_covers_nothing_else() {
    let differ = |theirs, ours, allowed| !differences(&theirs, &ours, &[allowed]).is_empty();
    let json = |text| serde_json::from_str::<Value>(text).unwrap();
    assert!(!differ(json(r#"{"externalId": 12}"#), json(r#"{"externalId": "12"}"#), Allowed::KeyAsText));
    assert!(differ(json(r#"{"externalId": 12}"#), json(r#"{"externalId": "13"}"#), Allowed::KeyAsText));
    assert!(differ(json(r#"{"value": 12}"#), json(r#"{"value": "12"}"#), Allowed::KeyAsText));
    assert!(differ(json(r#"{"value": 12}"#), json("{}"), Allowed::NullLeftOut));
    assert!(differ(json("{}"), json(r#"{"value": null}"#), Allowed::NullLeftOut));
    assert!(differ(json("{}"), json(r#"{"createdErrors": [1]}"#), Allowed::EmptyErrors));
}
