//! YAML as a tree of located nodes.
//!
//! No other file names the YAML crate. Its own struct support is not used: that stops at the first error, while a
//! tree lets the `read` module report all of them.

use std::{fmt, ops::Range};

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::{DuplicateKeyPolicy, Location, MergeKeyPolicy, NonFiniteFloatPolicy};

use super::{FileId, Source, Span, Spanned};

/// A YAML node and where it stands. A block collection stands where its first entry starts.
pub type Node = Spanned<Value>;

impl Node {
    /// The value of a key, if this is a map that has it.
    pub fn entry(&self, key: &str) -> Option<&Node> {
        let Value::Map(entries) = &self.value else { return None };
        entries.iter().find(|(name, _)| name.value == key).map(|(_, value)| value)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Nothing, `~` or `null`.
    Null,
    /// A scalar: its text, whatever it looks like. `NO` and `1.10` stay what the author typed.
    Scalar(Text),
    List(Vec<Node>),
    /// A map with all its entries, also those with the same key.
    Map(Vec<(Spanned<String>, Node)>),
}

/// The text of a scalar, which knows where each part of it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    pub text: String,
    /// For every byte of the text, and for its end, the offset in the file.
    offsets: Vec<usize>,
}

impl Text {
    fn new(text: String, slice: &str, start: usize) -> Self {
        let offsets = offsets(&text, slice, start);
        Self { text, offsets }
    }

    /// Where a part of the text stands in the file. `whole` is where all of it does.
    pub fn locate(&self, whole: Span, part: Range<usize>) -> Span {
        let at = |index: usize| self.offsets.get(index).copied();
        // The end of the last byte, since what follows it may be the line break of a folded text.
        let end = if part.is_empty() { at(part.start) } else { at(part.end.wrapping_sub(1)).map(|last| last + 1) };
        match at(part.start).zip(end) {
            Some((start, end)) if start <= end => Span { start, end, ..whole },
            _ => whole,
        }
    }
}

/// Walks the text along the YAML that it was written as: an opening quote and the white space of a folded line have no
/// counterpart. Where an escape gets in the way the result is empty, and all parts are located at the whole text.
fn offsets(text: &str, slice: &str, start: usize) -> Vec<usize> {
    let quoted = slice.starts_with(['"', '\'']) && !text.starts_with(['"', '\'']);
    let mut at = usize::from(quoted);
    let mut offsets = Vec::with_capacity(text.len() + 1);
    for char in text.chars() {
        let rest = slice.get(at..).unwrap_or_default();
        let width = if rest.starts_with(char) {
            char.len_utf8()
        } else if char == ' ' && rest.starts_with(char::is_whitespace) {
            rest.len() - rest.trim_start().len()
        } else {
            return Vec::new();
        };
        offsets.extend((0..char.len_utf8()).map(|byte| start + at + byte));
        at += width;
    }
    offsets.push(start + at);
    offsets
}

/// Text that is no YAML.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    pub message: String,
    pub span: Span,
}

pub fn parse(file: FileId, source: &Source) -> Result<Node, Unreadable> {
    let place = Place { file, text: &source.text };
    // Every entry is handed over, so that duplicate keys can all be reported. Merge keys are not part of the format.
    let options = serde_saphyr::options! {
        duplicate_keys: DuplicateKeyPolicy::PassThrough,
        merge_keys: MergeKeyPolicy::AsOrdinary,
        non_finite_float_policy: NonFiniteFloatPolicy::PassThrough,
        strict_booleans: true,
        with_snippet: false,
    };
    match serde_saphyr::from_str_with_options::<serde_saphyr::Spanned<Raw>>(&source.text, options) {
        Ok(raw) => Ok(place.node(raw)),
        Err(error) => Err(place.unreadable(&error)),
    }
}

/// A file while its tree is built.
struct Place<'a> {
    file: FileId,
    text: &'a str,
}

impl Place<'_> {
    fn node(&self, raw: serde_saphyr::Spanned<Raw>) -> Node {
        let span = self.span(raw.referenced);
        let slice = self.text.get(span.range()).unwrap_or_default();
        let value = match raw.value {
            Raw::Null => Value::Null,
            Raw::Typed => Value::Scalar(Text::new(slice.to_owned(), slice, span.start)),
            Raw::Text(text) => Value::Scalar(Text::new(text, slice, span.start)),
            Raw::List(items) => Value::List(items.into_iter().map(|item| self.node(item)).collect()),
            Raw::Map(entries) => Value::Map(entries.into_iter().map(|(key, value)| self.entry(key, value)).collect()),
        };
        Spanned { value, span }
    }

    fn entry(&self, key: serde_saphyr::Spanned<String>, value: serde_saphyr::Spanned<Raw>) -> (Spanned<String>, Node) {
        (Spanned { value: key.value, span: self.span(key.referenced) }, self.node(value))
    }

    fn span(&self, location: Location) -> Span {
        let start = location.span().byte_offset().and_then(|start| usize::try_from(start).ok());
        let start = start.unwrap_or_else(|| self.offset(location)).min(self.text.len());
        let length = location.span().byte_len().and_then(|length| usize::try_from(length).ok()).unwrap_or_default();
        let slice = self.text.get(start..start + length).unwrap_or_default();
        Span { file: self.file, start, end: start + slice.trim_end().len() }
    }

    /// Errors of the scanner come without byte offsets; lines and columns, in characters, they always have.
    fn offset(&self, location: Location) -> usize {
        let line = usize::try_from(location.line()).unwrap_or_default().saturating_sub(1);
        let column = usize::try_from(location.column()).unwrap_or_default().saturating_sub(1);
        let before: usize = self.text.split_inclusive('\n').take(line).map(str::len).sum();
        let rest = self.text.get(before..).unwrap_or_default();
        before + rest.chars().take(column).map(char::len_utf8).sum::<usize>()
    }

    fn unreadable(&self, error: &serde_saphyr::Error) -> Unreadable {
        let location = error.location().unwrap_or(Location::UNKNOWN);
        let message = error.without_snippet().to_string();
        // The label shows the position already.
        let suffix = format!(" at line {}, column {}", location.line(), location.column());
        let message = message.strip_suffix(&suffix).unwrap_or(&message);
        // Nor is advice on the YAML crate's functions of use to who writes the schema.
        let message = message.split("; use ").next().unwrap_or(message).to_owned();
        Unreadable { message, span: self.span(location) }
    }
}

/// A node as the YAML crate hands it over.
enum Raw {
    Null,
    /// A number or a boolean. Its text is looked up in the source, for `1.10` is not `1.1`.
    Typed,
    Text(String),
    List(Vec<serde_saphyr::Spanned<Raw>>),
    Map(Vec<(serde_saphyr::Spanned<String>, serde_saphyr::Spanned<Raw>)>),
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RawVisitor)
    }
}

struct RawVisitor;

impl<'de> Visitor<'de> for RawVisitor {
    type Value = Raw;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a YAML value")
    }

    fn visit_bool<E>(self, _: bool) -> Result<Raw, E> {
        Ok(Raw::Typed)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Raw, E> {
        Ok(Raw::Typed)
    }

    fn visit_i128<E>(self, _: i128) -> Result<Raw, E> {
        Ok(Raw::Typed)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Raw, E> {
        Ok(Raw::Typed)
    }

    fn visit_u128<E>(self, _: u128) -> Result<Raw, E> {
        Ok(Raw::Typed)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Raw, E> {
        Ok(Raw::Typed)
    }

    fn visit_str<E>(self, text: &str) -> Result<Raw, E> {
        Ok(Raw::Text(text.to_owned()))
    }

    fn visit_unit<E>(self) -> Result<Raw, E> {
        Ok(Raw::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Raw, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Raw::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Raw, A::Error> {
        let mut map = Vec::new();
        while let Some(entry) = entries.next_entry()? {
            map.push(entry);
        }
        Ok(Raw::Map(map))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceMap;

    fn node(text: &str) -> (SourceMap, Node) {
        let sources = SourceMap::new(vec![Source::new("schema/planhat.yaml", text)]);
        let (file, source) = sources.iter().next().unwrap();
        let node = parse(file, source).unwrap();
        (sources, node)
    }

    fn value(text: &str) -> (Text, Span) {
        let (_, node) = node(text);
        let Value::Map(entries) = node.value else { panic!("a map") };
        let (_, value) = entries.into_iter().next().unwrap();
        let Value::Scalar(scalar) = value.value else { panic!("a scalar") };
        (scalar, value.span)
    }

    fn part(yaml: &str, part: &str) -> String {
        let (text, whole) = value(yaml);
        let start = text.text.find(part).unwrap();
        yaml[text.locate(whole, start..start + part.len()).range()].to_owned()
    }

    fn lines(sources: &SourceMap, node: &Node, count: &mut usize) {
        *count += 1;
        assert!(sources.line(node.span) >= 1);
        match &node.value {
            Value::List(items) => items.iter().for_each(|item| lines(sources, item, count)),
            Value::Map(entries) => entries.iter().for_each(|(key, value)| {
                assert!(sources.line(key.span) >= 1);
                lines(sources, value, count);
            }),
            Value::Null | Value::Scalar(_) => {}
        }
    }

    #[test]
    fn every_node_has_a_line() {
        let (sources, root) = node("a: {b: [c, 1, ~]}\nd:\n- e: f\n- g\nh:\n");
        let mut count = 0;
        lines(&sources, &root, &mut count);
        assert_eq!(count, 11);
    }

    #[test]
    fn scalars_keep_their_text() {
        for text in ["NO", "010", "1.10", "true", ".nan", "2fa"] {
            assert_eq!(value(&format!("a: {text}")).0.text, text);
        }
    }

    #[test]
    fn parts_are_located_whatever_the_style() {
        assert_eq!(part("é: id<Usr>", "Usr"), "Usr");
        assert_eq!(part("a: 'id<Usr>'", "Usr"), "Usr");
        assert_eq!(part("a: enum(x,\n  Größe, z)", "Größe"), "Größe");
        assert_eq!(part("a: enum(x,\n  Größe, z)", "z"), "z");
        assert_eq!(part("a: \"\\u0041 Usr\"", "Usr"), "\"\\u0041 Usr\"");
    }

    #[test]
    fn broken_text_is_located() {
        let sources = SourceMap::new(vec![Source::new("schema/planhat.yaml", "é: x\ny: é: z\n")]);
        let (file, source) = sources.iter().next().unwrap();
        let unreadable = parse(file, source).unwrap_err();
        assert_eq!(unreadable.message, "mapping values are not allowed in this context");
        assert_eq!(&source.text[..unreadable.span.start], "é: x\ny: é");
    }
}
