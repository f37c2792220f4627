//! YAML as the schema's files have it.

pub use crate::write::json::quoted;

/// How long a line is at most, in characters.
const WIDTH: usize = 120;

/// Words that mean something else than their text.
const WORDS: [&str; 9] = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"];

/// A scalar: in quotes if it could be read as anything else, also inside a flow map.
pub fn scalar(text: &str) -> String {
    let inner = |char: char| char.is_alphanumeric() || "_-.<> ".contains(char);
    let first = text.starts_with(|first: char| first.is_alphabetic() || first == '_');
    let plain =
        first && !text.ends_with(' ') && text.chars().all(inner) && !WORDS.contains(&text.to_lowercase().as_str());
    if plain { text.to_owned() } else { quoted(text) }
}

/// An entry of a list: a map of keys and what is written behind them, on a line if it fits, or else with one key per line.
pub fn entry(indent: &str, keys: &[(&str, String)], newline: &str) -> String {
    let keys: Vec<String> = keys.iter().map(|(key, value)| format!("{key}: {value}")).collect();
    let line = format!("{indent}- {{{}}}", keys.join(", "));
    if line.chars().count() <= WIDTH {
        return line + newline;
    }
    format!("{indent}- {}{newline}", keys.join(&format!("{newline}{indent}  ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_one_line_where_it_fits() {
        let keys = |name: &str| [("name", scalar(name)), ("doc", quoted("What it is."))];
        assert_eq!(entry("  ", &keys("seats"), "\n"), "  - {name: seats, doc: \"What it is.\"}\n");
        let long = "seat".repeat(30);
        let expected = format!("  - name: {long}\r\n    doc: \"What it is.\"\r\n");
        assert_eq!(entry("  ", &keys(&long), "\r\n"), expected);
    }

    #[test]
    fn what_yaml_would_read_otherwise_is_quoted() {
        for (text, expected) in [
            ("__v", "__v"),
            ("no", "\"no\""),
            ("2fa", "\"2fa\""),
            ("a: b", "\"a: b\""),
            ("a\"b", "\"a\\\"b\""),
            ("a b", "a b"),
            ("Größe", "Größe"),
            ("id<Pet Owner>", "id<Pet Owner>"),
            ("one_of<id, object>", "\"one_of<id, object>\""),
        ] {
            assert_eq!(scalar(text), expected);
        }
    }
}
