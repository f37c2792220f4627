//! Breaks that are meant: `schema/accepted-breaks.yaml`.

use jiff::civil::Date;
use semver::Version;

use super::{change::Change, rules};
use crate::{
    schema::read,
    source::{
        Source, SourceMap, Str,
        diagnostic::{Diagnostic, Diagnostics},
        rules::Rule,
    },
};

pub const FILE: &str = "schema/accepted-breaks.yaml";

/// An entry is one that the format knows.
pub static BAD_ENTRY: Rule =
    Rule { id: "PD130", summary: "An accepted break names a rule, and says until when it is accepted." };

/// An entry is valid no longer.
pub static EXPIRED: Rule = Rule { id: "PD131", summary: "No accepted break has expired." };

/// An entry accepts nothing.
pub static UNUSED: Rule = Rule { id: "PD132", summary: "Every accepted break is there." };

yaml_struct! {
    /// The file.
    File, "the list of accepted breaks" {
        /// Its entries.
        accepted: Vec<Entry>,
    }
}

yaml_struct! {
    /// An accepted break.
    Entry, "an accepted break" {
        /// The rule.
        rule: Str,
        /// What changes.
        item: Str,
        /// Why it is meant.
        reason: Str,
        /// The last day on which it is accepted.
        expires: Option<Str>,
        /// The first version for which it is no longer accepted.
        until: Option<Str>,
    }
}

/// The breaks that are meant.
#[derive(Debug, Default)]
pub struct Accepted {
    sources: SourceMap,
    breaks: Vec<Break>,
}

#[derive(Debug)]
struct Break {
    entry: Entry,
    expires: Option<Date>,
    until: Option<Version>,
}

/// An entry that accepts nothing, or no longer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stale {
    pub rule: &'static Rule,
    pub message: String,
    /// The line in the file.
    pub line: usize,
}

impl Accepted {
    pub fn parse(text: &str) -> Result<Self, Diagnostics> {
        let sources = SourceMap::new(vec![Source::new(FILE, text)]);
        let mut diagnostics = Vec::new();
        let mut breaks = Vec::new();
        // Nothing but comments accepts nothing.
        let says =
            |source: &Source| source.text.lines().any(|line| !matches!(line.trim().chars().next(), None | Some('#')));
        if let Some((id, source)) = sources.iter().next().filter(|(_, source)| says(source)) {
            let file = read::file::<File>(id, source, &mut diagnostics);
            let entries = file.content.map(|file| file.accepted).unwrap_or_default();
            breaks.extend(entries.into_iter().map(|entry| checked(entry, &mut diagnostics)));
        }
        if diagnostics.is_empty() { Ok(Self { sources, breaks }) } else { Err(Diagnostics::new(sources, diagnostics)) }
    }

    /// Marks the changes that are accepted. Returns the entries that accept nothing, or no longer.
    pub fn apply(&self, changes: &mut [Change], today: Date, version: Option<&Version>) -> Vec<Stale> {
        self.breaks.iter().filter_map(|accepted| self.one(accepted, changes, today, version)).collect()
    }

    fn one(&self, accepted: &Break, changes: &mut [Change], today: Date, version: Option<&Version>) -> Option<Stale> {
        let Entry { rule, item, reason, span, .. } = &accepted.entry;
        let line = self.sources.line(*span);
        let late = accepted.expires.filter(|last| today > *last).map(|last| format!("expired on {last}"));
        let passed = accepted.until.as_ref().filter(|first| version.is_some_and(|version| version >= *first));
        let passed = passed.map(|first| format!("is no longer accepted since {first}"));
        if let Some(why) = late.or(passed) {
            let message = format!(
                "the accepted break `{}` of `{}` {why}: take it out of the list, and raise the version if the break is still there",
                rule.value, item.value
            );
            return Some(Stale { rule: &EXPIRED, message, line });
        }
        let mut found = false;
        for change in changes.iter_mut() {
            if change.rule.id == rule.value && change.items().any(|known| known.to_string() == item.value) {
                change.accepted = Some(reason.value.trim().to_owned());
                found = true;
            }
        }
        let message = format!("no change `{}` of `{}`: remove it from the list", rule.value, item.value);
        (!found).then_some(Stale { rule: &UNUSED, message, line })
    }
}

fn checked(entry: Entry, diagnostics: &mut Vec<Diagnostic>) -> Break {
    if !rules::ALL.iter().any(|rule| rule.id == entry.rule.value) {
        let message = format!("unknown rule `{}`", entry.rule.value);
        let ids = rules::ALL.iter().map(|rule| rule.id);
        diagnostics.push(Diagnostic::new(&BAD_ENTRY, entry.rule.span, message).suggest(&entry.rule.value, ids));
    }
    if entry.reason.value.trim().is_empty() {
        diagnostics.push(Diagnostic::new(&BAD_ENTRY, entry.reason.span, "missing reason of an accepted break"));
    }
    if entry.expires.is_none() && entry.until.is_none() {
        let message = "missing `expires` or `until` of an accepted break";
        let help = "add `expires` with a day, such as `2030-01-31`, or `until` with a version, such as `0.3.0`";
        diagnostics.push(Diagnostic::new(&BAD_ENTRY, entry.span, message).help(help));
    }
    let expires = parsed(entry.expires.as_ref(), "a day, such as `2030-01-31`", diagnostics);
    let until = parsed(entry.until.as_ref(), "a version, such as `0.3.0`", diagnostics);
    Break { entry, expires, until }
}

fn parsed<T: std::str::FromStr>(text: Option<&Str>, what: &str, diagnostics: &mut Vec<Diagnostic>) -> Option<T> {
    let text = text?;
    let value = text.value.parse().ok();
    if value.is_none() {
        let message = format!("invalid value `{}`: expected {what}", text.value);
        diagnostics.push(Diagnostic::new(&BAD_ENTRY, text.span, message));
    }
    value
}
