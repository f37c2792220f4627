//! What a value looks like, in words that do not tell it.

use serde_json::Value;

use crate::{
    observe::text::{is_day, is_id, is_time},
    write::numbers::counted,
};

/// How many keys of an object are named.
const KEYS: usize = 6;

/// How long a name is at most.
const NAME: usize = 40;

/// How much of a value is shown where values may be shown, in characters.
const SHOWN: usize = 80;

/// How many digits a name has at most; more of them are a number that somebody has.
const DIGITS: usize = 4;

/// An example as it may be told: the kind and form of the value, or the value itself.
pub fn example(value: &Value, show: bool) -> String {
    if !show {
        return words(value);
    }
    let text = value.to_string();
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}

/// The kind and form of a value.
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

/// Whether a text may be the name of a field, rather than a piece of data that somebody keeps things by.
pub fn is_key(text: &str) -> bool {
    let plain = |char: char| char.is_ascii_alphanumeric() || "_-$".contains(char);
    is_short(text) && text.chars().all(plain) && !text.starts_with(|first: char| first.is_ascii_digit())
}

/// Whether a text may be a value that somebody chose for a state, rather than a piece of data: short words, of which
/// none but the first is written like a name, and next to no digits.
pub fn is_name(text: &str) -> bool {
    let plain = |char: char| char.is_alphanumeric() || " _-&/()'".contains(char);
    let later = text.split(' ').skip(1);
    is_short(text)
        && text.chars().all(plain)
        && text.starts_with(char::is_alphabetic)
        && !later.into_iter().any(|word| word.starts_with(char::is_uppercase))
}

fn is_short(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    !text.is_empty() && text.chars().count() <= NAME && digits <= DIGITS && !is_id(text)
}

/// Whether a number is whole, possibly with a fraction of zero.
pub fn is_whole(value: &Value) -> bool {
    value.is_i64() || value.is_u64() || value.as_f64().is_some_and(|number| number.fract() == 0.0)
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
            assert_eq!(example(&value, false), expected);
        }
    }

    #[test]
    fn shown_values_are_cut() {
        assert_eq!(example(&json!({"a": "b"}), true), r#"{"a":"b"}"#);
        assert_eq!(example(&json!("é".repeat(100)), true).chars().count(), SHOWN + 1);
    }

    #[test]
    fn names_are_told_from_data() {
        for name in ["closed won", "on-hold", "Größe", "Q3 24", "R&D"] {
            assert!(is_name(name), "{name}");
        }
        for name in ["slaBreached", "_id", "custom-1", "$set"] {
            assert!(is_key(name), "{name}");
        }
        for data in ["John Smith", "+46 70 123 45 67", "10.0.0.1", "https://acme.com/x", "12 Main St", "bob@corp.com"] {
            assert!(!is_name(data) && !is_key(data), "{data}");
        }
        for data in ["", "a@example.com", "5e2704aabf07307b89e48d6a", "4915112345", "<p>", &"x".repeat(41)] {
            assert!(!is_name(data), "{data}");
        }
    }
}
