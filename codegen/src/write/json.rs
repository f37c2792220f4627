//! JSON as text that reads well in a review: keys in the order in which they were set, and an object or an array on
//! one line where it fits.

use std::fmt::Write as _;

/// How long a line may be, in characters.
const WIDTH: usize = 120;

#[derive(Debug, Clone, PartialEq)]
pub enum Json {
    /// Nothing.
    Null,
    Boolean(bool),
    Integer(i64),
    /// A number; one that JSON has no form for becomes `null`.
    Number(f64),
    Text(String),
    Array(Vec<Json>),
    Object(Vec<(String, Json)>),
}

/// Writes JSON as JSON; values of Rust stand in parentheses.
macro_rules! json {
    ({ $($key:tt : $value:tt),* $(,)? }) => {
        $crate::write::json::Json::Object(vec![$(($crate::write::json::key!($key), $crate::write::json::json!($value))),*])
    };
    ([ $($value:tt),* $(,)? ]) => { $crate::write::json::Json::Array(vec![$($crate::write::json::json!($value)),*]) };
    (($value:expr)) => { $crate::write::json::Json::from($value) };
    ($value:expr) => { $crate::write::json::Json::from($value) };
}

/// A key: text, or an expression in parentheses.
macro_rules! key {
    (($key:expr)) => {
        String::from($key)
    };
    ($key:expr) => {
        String::from($key)
    };
}

pub(crate) use json;
pub(crate) use key;

impl Json {
    pub fn object() -> Self {
        Self::Object(Vec::new())
    }

    /// The object with one more property. Only objects have any: other values stay as they are.
    pub fn with(mut self, key: impl Into<String>, value: impl Into<Self>) -> Self {
        if let Self::Object(properties) = &mut self {
            properties.push((key.into(), value.into()));
        }
        self
    }

    /// The object with one more property, if there is a value for it.
    pub fn maybe(self, key: &str, value: Option<impl Into<Self>>) -> Self {
        match value {
            Some(value) => self.with(key, value),
            None => self,
        }
    }

    /// The text of a file.
    pub fn file(&self) -> String {
        let mut text = String::new();
        self.lay_out(&mut text, 0, 0);
        text.push('\n');
        text
    }

    /// Writes the value; `used` characters of its line are taken by what stands around it.
    fn lay_out(&self, out: &mut String, indent: usize, used: usize) {
        let line = self.line();
        if line.chars().count() + used <= WIDTH {
            out.push_str(&line);
            return;
        }
        match self {
            Self::Array(items) => broken(out, indent, '[', ']', items, |out, item| {
                item.lay_out(out, indent + 2, indent + 3);
            }),
            Self::Object(properties) => broken(out, indent, '{', '}', properties, |out, (key, value)| {
                let key = format!("{}: ", quoted(key));
                out.push_str(&key);
                value.lay_out(out, indent + 2, indent + 3 + key.chars().count());
            }),
            _ => out.push_str(&line),
        }
    }

    fn line(&self) -> String {
        match self {
            Self::Boolean(value) => value.to_string(),
            Self::Integer(value) => value.to_string(),
            Self::Number(value) if value.is_finite() => value.to_string(),
            Self::Null | Self::Number(_) => "null".to_owned(),
            Self::Text(text) => quoted(text),
            Self::Array(items) => format!("[{}]", items.iter().map(Self::line).collect::<Vec<_>>().join(", ")),
            Self::Object(properties) => {
                let property = |(key, value): &(String, Self)| format!("{}: {}", quoted(key), value.line());
                format!("{{{}}}", properties.iter().map(property).collect::<Vec<_>>().join(", "))
            }
        }
    }
}

fn broken<T>(out: &mut String, indent: usize, open: char, close: char, parts: &[T], part: impl Fn(&mut String, &T)) {
    out.push(open);
    for (index, value) in parts.iter().enumerate() {
        out.push_str(if index == 0 { "\n" } else { ",\n" });
        out.push_str(&" ".repeat(indent + 2));
        part(out, value);
    }
    out.push('\n');
    out.push_str(&" ".repeat(indent));
    out.push(close);
}

/// A text in quotes, as JSON and YAML write it.
pub fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for character in text.chars() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            // Writing to a `String` cannot fail.
            control if control.is_control() => drop(write!(quoted, "\\u{:04x}", u32::from(control))),
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}

impl From<bool> for Json {
    fn from(value: bool) -> Self {
        Self::Boolean(value)
    }
}

impl From<usize> for Json {
    fn from(value: usize) -> Self {
        // A file has no more of anything.
        Self::Integer(i64::try_from(value).unwrap_or(i64::MAX))
    }
}

impl From<u32> for Json {
    fn from(value: u32) -> Self {
        Self::Integer(value.into())
    }
}

impl From<i32> for Json {
    fn from(value: i32) -> Self {
        Self::Integer(value.into())
    }
}

impl From<&str> for Json {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<&String> for Json {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}

impl From<String> for Json {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl<T: Into<Json>> FromIterator<T> for Json {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        Self::Array(items.into_iter().map(Into::into).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fits_stands_on_one_line_and_the_rest_is_broken() {
        let long = "a long text ".repeat(10);
        let value =
            json!({"small": {"a": 1, "b": [true, "x"]}, "large": [(long.as_str()), {}], (format!("k{}", 1)): 2});
        let expected = format!(
            "{{\n  \"small\": {{\"a\": 1, \"b\": [true, \"x\"]}},\n  \"large\": [\n    \"{long}\",\n    {{}}\n  ],\n  \"k1\": 2\n}}\n"
        );
        assert_eq!(value.file(), expected);
    }

    #[test]
    fn a_line_with_its_comma_is_never_longer_than_the_width() {
        let item = |length: usize| json!({"k": [("x".repeat(length))], "end": ("y".repeat(WIDTH))}).file();
        // `  "k": ["…"],` is eleven characters and the text.
        assert!(item(WIDTH - 12).starts_with("{\n  \"k\": [\"x"));
        assert!(item(WIDTH - 11).starts_with("{\n  \"k\": [\n"));
    }

    #[test]
    fn text_is_escaped_as_a_parser_expects_it() {
        let text = "quote \" backslash \\ line\n tab\t nul\0 ü \u{7f}";
        let parsed: serde_json::Value = serde_json::from_str(&Json::from(text).file()).unwrap();
        assert_eq!(parsed, text);
    }

    #[test]
    fn numbers_are_those_of_json() {
        let value = json!([1, (Json::Number(0.5)), (Json::Number(f64::NAN)), (Json::Number(3.0))]);
        assert_eq!(value.file(), "[1, 0.5, null, 3]\n");
    }
}
