//! Descriptions of values that do not reveal them.

use serde_json::Value;

use crate::{
    observe::text::{is_day, is_id, is_key, is_time, is_whole},
    write::numbers::counted,
};

/// How many keys of an object are named.
const KEYS: usize = 6;

/// How much of a value is shown where values may be shown, in characters.
const SHOWN: usize = 80;

/// Describes the kind and form of a value, or shows the value itself if it may be shown.
pub fn redact(value: &Value, show: bool) -> String {
    if !show {
        return words(value);
    }
    let text = value.to_string();
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}

fn words(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(_) => "true or false".to_owned(),
        Value::Number(_) if is_whole(value) => {
            let digits = value.to_string().chars().take_while(|char| *char != '.').filter(char::is_ascii_digit).count();
            format!("number of {}", counted(digits, "digit"))
        }
        Value::Number(_) => "number with a fraction".to_owned(),
        Value::String(text) => text_words(text),
        Value::Array(items) => match items.first() {
            None => "empty list".to_owned(),
            Some(first) => format!("list of {} ({})", items.len(), words(first)),
        },
        Value::Object(entries) if entries.is_empty() => "empty object".to_owned(),
        Value::Object(entries) if entries.len() <= KEYS && entries.keys().all(|key| is_key(key)) => {
            let keys: Vec<String> = entries.keys().map(|key| format!("`{key}`")).collect();
            format!("object with {}", keys.join(", "))
        }
        Value::Object(entries) => format!("object with {}", counted(entries.len(), "key")),
    }
}

fn text_words(text: &str) -> String {
    let like = |what: &str| format!("text like {what}");
    if text.is_empty() {
        "empty text".to_owned()
    } else if is_id(text) {
        "text of 24 hex digits".to_owned()
    } else if is_time(text) {
        like("an ISO time")
    } else if is_day(text) {
        like("a day")
    } else if text.trim().parse::<f64>().is_ok() {
        like("a number")
    } else if text.contains('@') && !text.contains(' ') {
        like("a mail address")
    } else if text.starts_with("http://") || text.starts_with("https://") {
        like("a URL")
    } else {
        format!("text of {}", counted(text.chars().count(), "character"))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn words_tell_the_form_and_never_the_value() {
        for (value, expected) in [
            (json!("5e2704aabf07307b89e48d6a"), "text of 24 hex digits"),
            (json!("2021-07-28T10:00:00.000Z"), "text like an ISO time"),
            (json!("2021-07-28"), "text like a day"),
            (json!("2021-13-28"), "text of 10 characters"),
            (json!("12.50"), "text like a number"),
            (json!("somebody@example.com"), "text like a mail address"),
            (json!("é"), "text of 1 character"),
            (json!(""), "empty text"),
            (json!(158_022_996_194_i64), "number of 12 digits"),
            (json!(-3.0), "number of 1 digit"),
            (json!(0.25), "number with a fraction"),
            (json!([]), "empty list"),
            (json!(["a", "b"]), "list of 2 (text of 1 character)"),
            (json!({"id": 1, "name": 2}), "object with `id`, `name`"),
            (json!({"5e2704aabf07307b89e48d6a": 1}), "object with 1 key"),
            (json!({}), "empty object"),
        ] {
            assert_eq!(redact(&value, false), expected);
        }
    }

    #[test]
    fn shown_values_are_cut() {
        assert_eq!(redact(&json!({"a": "b"}), true), r#"{"a":"b"}"#);
        assert_eq!(redact(&json!("é".repeat(100)), true).chars().count(), SHOWN + 1);
    }
}
