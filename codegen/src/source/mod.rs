//! The schema's text, places in it, and its reading as a tree of located YAML nodes.

use std::ops::{Deref, Range};

pub mod cursor;
pub mod diagnostic;
pub mod edit;
pub mod report;
pub mod rules;
mod yaml;

pub use self::yaml::{Node, Text, Unreadable, Value, parse};

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Source {
    /// Its path relative to the root of the repository, with forward slashes, such as `schema/models/company.yaml`.
    pub path: String,
    pub text: String,
}

impl Source {
    pub fn new(path: impl Into<String>, text: impl Into<String>) -> Self {
        Self { path: path.into(), text: text.into() }
    }

    /// The name without folders and ending.
    pub fn stem(&self) -> &str {
        let name = self.path.rsplit('/').next().unwrap_or_default();
        name.strip_suffix(".yaml").unwrap_or(name)
    }
}

/// Several files in one text, each after a line `# file: <path>`, as the examples of errors have them.
pub fn bundled(text: &str) -> Vec<Source> {
    let files = text.split("# file: ").skip(1);
    files.filter_map(|file| file.split_once('\n')).map(|(path, text)| Source::new(path, text)).collect()
}

/// All files of the schema, sorted by path.
#[derive(Debug, Clone, Default)]
pub struct SourceMap {
    files: Vec<Source>,
}

impl SourceMap {
    pub fn new(mut files: Vec<Source>) -> Self {
        files.sort();
        Self { files }
    }

    pub fn iter(&self) -> impl Iterator<Item = (FileId, &Source)> {
        self.files.iter().enumerate().map(|(index, source)| (FileId(index), source))
    }

    /// A file, if it is one of these.
    pub fn get(&self, file: FileId) -> Option<&Source> {
        self.files.get(file.0)
    }

    /// The line of a place, from 1; 0 if there is no such place.
    pub fn line(&self, span: Span) -> usize {
        let before = self.get(span.file).and_then(|source| source.text.get(..span.start));
        before.map_or(0, |text| text.matches('\n').count() + 1)
    }
}

/// A file of a [`SourceMap`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(usize);

/// A place in a file, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    pub file: FileId,
    pub start: usize,
    pub end: usize,
}

impl Span {
    pub fn range(self) -> Range<usize> {
        self.start..self.end
    }
}

/// A text with its place.
pub type Str = Spanned<String>;

/// A value and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spanned<T> {
    pub value: T,
    pub span: Span,
}

impl<T> Deref for Spanned<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> Spanned<T> {
    pub fn with<U>(&self, value: U) -> Spanned<U> {
        Spanned { value, span: self.span }
    }
}
