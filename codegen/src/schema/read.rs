//! From YAML nodes to the structs of [`schema`](crate::schema), reporting every structural error on the way.

use crate::{
    schema::spec::{Key, Spec},
    source,
    source::{FileId, Node, Source, Span, Spanned, Str, Text, Value, diagnostic::Diagnostic, rules},
};

/// What can be read from a node.
pub trait FromYaml: Sized {
    /// Reads a node. Returns `None` if it cannot be read, after reporting the reason.
    fn read(node: &Node, context: &mut Context) -> Option<Self>;

    fn spec() -> Spec;

    /// What it is if its key is missing; nothing if the key must be there.
    fn absent() -> Option<Self> {
        None
    }

    /// What stands in for it where it must be there and is not.
    fn placeholder(_span: Span) -> Option<Self> {
        None
    }
}

/// The key of a doc.
const DOC: &str = "doc";

/// The key of shapes, by which types are looked up.
const SHAPES: &str = "shapes";

/// Collects the errors of one file.
#[derive(Debug, Default)]
pub struct Context {
    pub diagnostics: Vec<Diagnostic>,
    /// Whether something had to be left out of what was read, so that looking things up in it makes no sense.
    pub incomplete: bool,
    /// Whether it was a shape, or something in one.
    lacks_shapes: bool,
}

impl Context {
    /// Reports an error that leaves what was read whole.
    pub fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// Reports an error that leaves a gap.
    pub fn error<T>(&mut self, diagnostic: Diagnostic) -> Option<T> {
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
        self.error(Diagnostic::new(&rules::WRONG_KIND, node.span, format!("expected {expected}, found {found}")))
    }

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
        let mut seen: Vec<&Spanned<String>> = Vec::new();
        for (key, _) in entries {
            if let Some(first) = seen.iter().find(|first| first.value == key.value) {
                let message = format!("duplicate key `{}` in {noun}", key.value);
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
        let diagnostic =
            Diagnostic::new(&rules::WRONG_KIND, node.span, format!("expected {noun}: a map of keys to values"));
        let is_empty = node.value == Value::Null;
        self.error(if is_empty { diagnostic.help("a map without keys is written `{}`") } else { diagnostic })
    }

    fn unknown_key(&mut self, key: &Spanned<String>, noun: &str, keys: &[&str]) {
        let message = format!("unknown key `{}` in {noun}", key.value);
        let diagnostic = Diagnostic::new(&rules::UNKNOWN_KEY, key.span, message)
            .help(format!("the keys are {}", listed(keys)))
            .suggest(key, keys.iter().copied());
        self.report(diagnostic);
    }

    pub fn word<T: Copy>(&mut self, node: &Node, noun: &str, words: &[(&str, T)]) -> Option<Spanned<T>> {
        let text = &self.text(node)?.text;
        if let Some((_, value)) = words.iter().find(|(word, _)| word == text) {
            return Some(node.with(*value));
        }
        let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        let diagnostic = Diagnostic::new(&rules::UNKNOWN_WORD, node.span, format!("unknown {noun} `{text}`"))
            .help(format!("one of {}", listed(&known)))
            .suggest(text, known);
        self.error(diagnostic)
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

/// Describes the key for a field of this type with these lines of documentation.
pub fn key<T: FromYaml>(field: &'static str, doc: &[&str]) -> Key {
    let doc = doc.concat().trim().to_owned();
    Key { name: wire(field), doc, spec: T::spec(), required: T::absent().is_none() }
}

#[derive(Debug)]
pub struct Entries<'a> {
    list: &'a [(Spanned<String>, Node)],
    noun: &'static str,
    /// Where the map starts.
    pub span: Span,
}

impl Entries<'_> {
    pub fn take<T: FromYaml>(&self, key: &str, context: &mut Context) -> Option<T> {
        let key = wire(key);
        match self.list.iter().find(|(name, _)| name.value == key) {
            Some((_, node)) => {
                let before = std::mem::take(&mut context.incomplete);
                let value = T::read(node, context);
                context.lacks_shapes |= context.incomplete && key == SHAPES;
                context.incomplete |= before;
                value
            }
            None => T::absent().or_else(|| {
                let message = format!("missing key `{key}` in {}", self.noun);
                let missing = Diagnostic::new(&rules::MISSING_KEY, self.span, message);
                // Nothing is looked up by a doc, so that the other checks need not wait for it.
                let placeholder = if key == DOC { T::placeholder(self.span) } else { None };
                match placeholder {
                    Some(placeholder) => {
                        context.report(missing);
                        Some(placeholder)
                    }
                    None => context.error(missing),
                }
            }),
        }
    }
}

impl FromYaml for Spanned<String> {
    fn read(node: &Node, context: &mut Context) -> Option<Self> {
        Some(node.with(context.text(node)?.text.clone()))
    }

    fn spec() -> Spec {
        Spec::Text
    }

    fn placeholder(span: Span) -> Option<Self> {
        Some(Spanned { span, value: ".".to_owned() })
    }
}

impl FromYaml for Spanned<u32> {
    fn read(node: &Node, context: &mut Context) -> Option<Self> {
        match context.text(node)?.text.parse() {
            Ok(number) => Some(node.with(number)),
            Err(_) => context.error(Diagnostic::new(&rules::WRONG_KIND, node.span, "expected a whole number")),
        }
    }

    fn spec() -> Spec {
        Spec::Number
    }
}

impl FromYaml for bool {
    fn read(node: &Node, context: &mut Context) -> Option<Self> {
        match context.text(node)?.text.as_str() {
            "true" => Some(true),
            "false" => Some(false),
            _ => context.error(Diagnostic::new(&rules::WRONG_KIND, node.span, "expected `true` or `false`")),
        }
    }

    fn spec() -> Spec {
        Spec::Boolean
    }

    fn absent() -> Option<Self> {
        Some(false)
    }
}

impl<T: FromYaml> FromYaml for Option<T> {
    fn read(node: &Node, context: &mut Context) -> Option<Self> {
        T::read(node, context).map(Some)
    }

    fn spec() -> Spec {
        T::spec()
    }

    fn absent() -> Option<Self> {
        Some(None)
    }
}

impl<T: FromYaml> FromYaml for Vec<T> {
    /// Elements that cannot be read are left out, so that the others are looked at all the same.
    fn read(node: &Node, context: &mut Context) -> Option<Self> {
        match &node.value {
            Value::List(items) => Some(items.iter().filter_map(|item| T::read(item, context)).collect()),
            _ => context.wrong_kind(node, "a list"),
        }
    }

    fn spec() -> Spec {
        Spec::List(Box::new(T::spec()))
    }

    fn absent() -> Option<Self> {
        Some(Vec::new())
    }
}

/// A list that must be there, unlike a [`Vec`].
impl<T: FromYaml> FromYaml for Spanned<Vec<T>> {
    fn read(node: &Node, context: &mut Context) -> Option<Self> {
        Some(node.with(Vec::read(node, context)?))
    }

    fn spec() -> Spec {
        Vec::<T>::spec()
    }
}

/// What is one of some words in YAML.
pub trait Keyword {
    fn keyword(self) -> &'static str;
}

#[derive(Debug)]
pub struct File<T> {
    /// What it says, if all of it could be read.
    pub content: Option<T>,
    /// What could be read of it otherwise, if that is enough to judge what is there by itself.
    pub part: Option<T>,
    /// The name in it, which others may use even if the rest could not be read.
    pub name: Option<String>,
}

pub fn file<T: FromYaml>(file: FileId, source: &Source, diagnostics: &mut Vec<Diagnostic>) -> File<T> {
    let node = match source::parse(file, source) {
        Ok(node) => node,
        Err(error) => {
            diagnostics.push(Diagnostic::new(&rules::UNREADABLE, error.span, error.message));
            return File { content: None, part: None, name: None };
        }
    };
    let mut context = Context::default();
    let read = T::read(&node, &mut context);
    let (whole, part) = if context.incomplete { (None, read.filter(|_| !context.lacks_shapes)) } else { (read, None) };
    diagnostics.append(&mut context.diagnostics);
    let name = node.entry("name").and_then(|name| Str::read(name, &mut Context::default()));
    File { content: whole, part, name: name.map(|name| name.value) }
}
