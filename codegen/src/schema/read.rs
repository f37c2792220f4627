//! From YAML nodes to the structs of [`schema`](crate::schema), reporting every structural mistake on the way.

use crate::{
    schema::spec::Form,
    source,
    source::{FileId, Node, Source, Sp, Span, Str, Text, Value, diagnostic::Diagnostic, rules},
};

/// What can be read from a node.
pub trait Read: Sized {
    /// Reads it. Nothing comes back if it cannot be read, and then the reason was reported.
    fn read(node: &Node, reader: &mut Reader) -> Option<Self>;

    /// What it is read from.
    fn form() -> Form;

    /// What it is if its key is missing; nothing if the key must be there.
    #[must_use]
    fn absent() -> Option<Self> {
        None
    }

    /// What stands in for it where it must be there and is not.
    #[must_use]
    fn stand_in(_span: Span) -> Option<Self> {
        None
    }
}

/// The key of a doc.
const DOC: &str = "doc";

/// The key of shapes, by which types are looked up.
const SHAPES: &str = "shapes";

/// Collects the mistakes of one file.
#[derive(Debug, Default)]
pub struct Reader {
    /// The mistakes.
    pub diagnostics: Vec<Diagnostic>,
    /// Whether something had to be left out of what was read, so that looking things up in it makes no sense.
    pub incomplete: bool,
    /// Whether it was a shape, or something in one.
    lacks_shapes: bool,
}

impl Reader {
    /// Reports a mistake that leaves what was read whole.
    pub fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// Reports a mistake that leaves a gap.
    pub fn gap<T>(&mut self, diagnostic: Diagnostic) -> Option<T> {
        self.diagnostics.push(diagnostic);
        self.incomplete = true;
        None
    }

    /// Reports a node of the wrong kind.
    pub fn wrong_kind<T>(&mut self, node: &Node, expected: &str) -> Option<T> {
        let found = match node.value {
            Value::Null => "nothing",
            Value::Scalar(_) => "a single value",
            Value::List(_) => "a list",
            Value::Map(_) => "a map",
        };
        self.gap(Diagnostic::new(&rules::WRONG_KIND, node.span, format!("expected {expected}, found {found}")))
    }

    /// The text of a scalar.
    pub fn text<'a>(&mut self, node: &'a Node) -> Option<&'a Text> {
        match &node.value {
            Value::Scalar(text) => Some(text),
            _ => self.wrong_kind(node, "text"),
        }
    }

    /// The entries of a map whose keys are known.
    pub fn map<'a>(&mut self, node: &'a Node, noun: &'static str, keys: &[&str]) -> Option<Entries<'a>> {
        let Value::Map(entries) = &node.value else {
            return self.no_map(node, noun);
        };
        let keys: Vec<&str> = keys.iter().map(|key| wire(key)).collect();
        let mut seen: Vec<&Sp<String>> = Vec::new();
        for (key, _) in entries {
            if let Some(first) = seen.iter().find(|first| first.value == key.value) {
                let message = format!("the key `{}` stands twice in {noun}", key.value);
                self.report(Diagnostic::new(&rules::DUPLICATE_KEY, key.span, message).also(first.span, "first here"));
            } else if !keys.contains(&key.as_str()) {
                self.unknown_key(key, noun, &keys);
            }
            seen.push(key);
        }
        let span = entries.first().map_or(node.span, |(key, _)| key.span);
        Some(Entries { list: entries, noun, span })
    }

    fn no_map<T>(&mut self, node: &Node, noun: &str) -> Option<T> {
        let diagnostic = Diagnostic::new(&rules::WRONG_KIND, node.span, format!("{noun} is a map of keys to values"));
        let is_empty = node.value == Value::Null;
        self.gap(if is_empty { diagnostic.help("a map without keys is written `{}`") } else { diagnostic })
    }

    fn unknown_key(&mut self, key: &Sp<String>, noun: &str, keys: &[&str]) {
        let message = format!("{noun} has no key `{}`", key.value);
        let diagnostic = Diagnostic::new(&rules::UNKNOWN_KEY, key.span, message)
            .help(format!("the keys are {}", listed(keys)))
            .suggest(key, keys.iter().copied());
        self.report(diagnostic);
    }

    /// One of some words.
    pub fn word<T: Copy>(&mut self, node: &Node, noun: &str, words: &[(&str, T)]) -> Option<Sp<T>> {
        let text = &self.text(node)?.text;
        if let Some((_, value)) = words.iter().find(|(word, _)| word == text) {
            return Some(node.with(*value));
        }
        let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        let diagnostic = Diagnostic::new(&rules::UNKNOWN_WORD, node.span, format!("`{text}` is no {noun}"))
            .help(format!("one of {}", listed(&known)))
            .suggest(text, known);
        self.gap(diagnostic)
    }
}

/// Names in code marks, separated by commas.
fn listed(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// A key as it is written in YAML; in Rust it may be a raw identifier.
pub fn wire(key: &str) -> &str {
    key.strip_prefix("r#").unwrap_or(key)
}

/// The entries of a map.
#[derive(Debug)]
pub struct Entries<'a> {
    list: &'a [(Sp<String>, Node)],
    noun: &'static str,
    /// Where the map starts.
    pub span: Span,
}

impl Entries<'_> {
    /// Reads the value of a key.
    pub fn take<T: Read>(&self, key: &str, reader: &mut Reader) -> Option<T> {
        let key = wire(key);
        match self.list.iter().find(|(name, _)| name.value == key) {
            Some((_, node)) => {
                let before = std::mem::take(&mut reader.incomplete);
                let value = T::read(node, reader);
                reader.lacks_shapes |= reader.incomplete && key == SHAPES;
                reader.incomplete |= before;
                value
            }
            None => T::absent().or_else(|| {
                let message = format!("{} lacks the key `{key}`", self.noun);
                let missing = Diagnostic::new(&rules::MISSING_KEY, self.span, message);
                // Nothing is looked up by a doc, so that the other checks need not wait for it.
                let stand_in = if key == DOC { T::stand_in(self.span) } else { None };
                match stand_in {
                    Some(stand_in) => {
                        reader.report(missing);
                        Some(stand_in)
                    }
                    None => reader.gap(missing),
                }
            }),
        }
    }
}

impl Read for Sp<String> {
    fn read(node: &Node, reader: &mut Reader) -> Option<Self> {
        Some(node.with(reader.text(node)?.text.clone()))
    }

    fn form() -> Form {
        Form::Text
    }

    fn stand_in(span: Span) -> Option<Self> {
        Some(Sp { span, value: ".".to_owned() })
    }
}

impl Read for Sp<u32> {
    fn read(node: &Node, reader: &mut Reader) -> Option<Self> {
        match reader.text(node)?.text.parse() {
            Ok(number) => Some(node.with(number)),
            Err(_) => reader.gap(Diagnostic::new(&rules::WRONG_KIND, node.span, "expected a whole number")),
        }
    }

    fn form() -> Form {
        Form::Number
    }
}

impl Read for bool {
    fn read(node: &Node, reader: &mut Reader) -> Option<Self> {
        match reader.text(node)?.text.as_str() {
            "true" => Some(true),
            "false" => Some(false),
            _ => reader.gap(Diagnostic::new(&rules::WRONG_KIND, node.span, "expected `true` or `false`")),
        }
    }

    fn form() -> Form {
        Form::Boolean
    }

    fn absent() -> Option<Self> {
        Some(false)
    }
}

impl<T: Read> Read for Option<T> {
    fn read(node: &Node, reader: &mut Reader) -> Option<Self> {
        T::read(node, reader).map(Some)
    }

    fn form() -> Form {
        T::form()
    }

    fn absent() -> Option<Self> {
        Some(None)
    }
}

impl<T: Read> Read for Vec<T> {
    /// Elements that cannot be read are left out, so that the others are looked at all the same.
    fn read(node: &Node, reader: &mut Reader) -> Option<Self> {
        match &node.value {
            Value::List(items) => Some(items.iter().filter_map(|item| T::read(item, reader)).collect()),
            _ => reader.wrong_kind(node, "a list"),
        }
    }

    fn form() -> Form {
        Form::List(Box::new(T::form()))
    }

    fn absent() -> Option<Self> {
        Some(Vec::new())
    }
}

/// A list that must be there, unlike a [`Vec`].
impl<T: Read> Read for Sp<Vec<T>> {
    fn read(node: &Node, reader: &mut Reader) -> Option<Self> {
        Some(node.with(Vec::read(node, reader)?))
    }

    fn form() -> Form {
        Vec::<T>::form()
    }
}

/// What is one of some words in YAML.
pub trait Word {
    /// The word.
    fn word(self) -> &'static str;
}

/// What came of reading a file.
#[derive(Debug)]
pub struct File<T> {
    /// What it says, if all of it could be read.
    pub content: Option<T>,
    /// What could be read of it otherwise, if that is enough to judge what is there by itself.
    pub part: Option<T>,
    /// The name in it, which others may use even if the rest could not be read.
    pub name: Option<String>,
}

/// Reads a whole file.
pub fn file<T: Read>(file: FileId, source: &Source, diagnostics: &mut Vec<Diagnostic>) -> File<T> {
    let node = match source::parse(file, source) {
        Ok(node) => node,
        Err(error) => {
            diagnostics.push(Diagnostic::new(&rules::UNREADABLE, error.span, error.message));
            return File { content: None, part: None, name: None };
        }
    };
    let mut reader = Reader::default();
    let read = T::read(&node, &mut reader);
    let (content, part) = if reader.incomplete { (None, read.filter(|_| !reader.lacks_shapes)) } else { (read, None) };
    diagnostics.append(&mut reader.diagnostics);
    let name = node.entry("name").and_then(|name| Str::read(name, &mut Reader::default()));
    File { content, part, name: name.map(|name| name.value) }
}
