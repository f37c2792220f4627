//! Errors in a schema, and how they are shown.

use std::{cmp::Ordering, collections::BTreeSet, fmt};

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use crate::{
    source::{FileId, SourceMap, Span, rules::Rule},
    write::numbers::counted,
};

/// How alike two names must be for one to be suggested in place of the other.
const ALIKE: f32 = 0.6;

/// An error in a schema. There are no warnings: what need not be fixed need not be said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    pub rule: &'static Rule,
    pub message: String,
    /// Where; the first place is the one to fix.
    pub labels: Vec<Label>,
    pub help: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Label {
    pub span: Span,
    /// What is there.
    pub text: Option<String>,
}

impl Diagnostic {
    pub fn nowhere(rule: &'static Rule, message: impl Into<String>) -> Self {
        Self { rule, message: message.into(), labels: Vec::new(), help: None }
    }

    pub fn new(rule: &'static Rule, span: Span, message: impl Into<String>) -> Self {
        Self { labels: vec![Label { span, text: None }], ..Self::nowhere(rule, message) }
    }

    pub fn also(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label { span, text: Some(text.into()) });
        self
    }

    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Suggests the name that is most like the one that is wrong, if there is one.
    pub fn suggest<'a>(self, wrong: &str, names: impl IntoIterator<Item = &'a str>) -> Self {
        let names: Vec<&str> = names.into_iter().collect();
        match most_alike(wrong, &names) {
            Some(name) => self.help(format!("did you mean `{name}`?")),
            None => self,
        }
    }

    fn order(&self, other: &Self) -> Ordering {
        let place = |diagnostic: &Self| diagnostic.labels.first().map(|label| label.span);
        (place(self), self.rule.id, &self.message).cmp(&(place(other), other.rule.id, &other.message))
    }

    /// The report of annotate-snippets: one snippet per file, in the order in which the labels name the files.
    fn group<'a>(&'a self, sources: &'a SourceMap) -> Group<'a> {
        let mut group = Group::with_title(Level::ERROR.primary_title(self.message.as_str()).id(self.rule.id));
        for file in self.files() {
            let Some(source) = sources.get(file) else { continue };
            let mut snippet = Snippet::source(source.text.as_str()).path(source.path.as_str());
            for (index, label) in self.labels.iter().enumerate().filter(|(_, label)| label.span.file == file) {
                let kind = if index == 0 { AnnotationKind::Primary } else { AnnotationKind::Context };
                snippet = snippet.annotation(kind.span(label.span.range()).label(label.text.as_deref()));
            }
            group = group.element(snippet);
        }
        match &self.help {
            Some(help) => group.element(Level::HELP.message(help.as_str())),
            None => group,
        }
    }

    fn files(&self) -> Vec<FileId> {
        let mut files = Vec::new();
        for label in &self.labels {
            if !files.contains(&label.span.file) {
                files.push(label.span.file);
            }
        }
        files
    }
}

/// The name that is most like the given one, whatever the case, if any is.
pub(crate) fn most_alike<'a>(wrong: &str, names: &[&'a str]) -> Option<&'a str> {
    let wrong = wrong.to_lowercase();
    let lower: Vec<String> = names.iter().map(|name| name.to_lowercase()).collect();
    let candidates: Vec<&str> = lower.iter().map(String::as_str).collect();
    let best = *similar::get_close_matches(wrong.as_str(), &candidates, 1, ALIKE).first()?;
    lower.iter().zip(names).find(|(lower, _)| *lower == best).map(|(_, name)| *name)
}

/// All errors in a schema, by file and place.
#[derive(Debug, Clone, thiserror::Error)]
pub struct Diagnostics {
    sources: SourceMap,
    list: Vec<Diagnostic>,
}

impl Diagnostics {
    /// Sorts the errors; the same one twice is one.
    pub fn new(sources: SourceMap, mut list: Vec<Diagnostic>) -> Self {
        list.sort_by(Diagnostic::order);
        list.dedup();
        Self { sources, list }
    }

    pub fn list(&self) -> &[Diagnostic] {
        &self.list
    }

    pub fn sources(&self) -> &SourceMap {
        &self.sources
    }

    /// The errors as plain text, as rustc would show them.
    pub fn render(&self) -> String {
        self.render_with(&Renderer::plain())
    }

    pub fn render_coloured(&self) -> String {
        self.render_with(&Renderer::styled())
    }

    fn render_with(&self, renderer: &Renderer) -> String {
        let mut text = String::new();
        for diagnostic in &self.list {
            text.push_str(&renderer.render(&[diagnostic.group(&self.sources)]));
            text.push_str("\n\n");
        }
        text + &self.closing() + "\n"
    }

    pub fn render_one(&self, diagnostic: &Diagnostic) -> String {
        Renderer::plain().render(&[diagnostic.group(&self.sources)])
    }

    fn closing(&self) -> String {
        let files: BTreeSet<FileId> =
            self.list.iter().filter_map(|diagnostic| Some(diagnostic.labels.first()?.span.file)).collect();
        let diagnostics = counted(self.list.len(), "error");
        match files.len() {
            0 => format!("{diagnostics} in the schema"),
            files => format!("{diagnostics} in {}", counted(files, "file")),
        }
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render())
    }
}
