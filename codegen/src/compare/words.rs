//! Facts in words, and whether they differ.

use super::change::{Change, Direction};
use super::rules::Rule;
use crate::ir::Evidence;

/// A change of a fact, which either side may lack.
pub fn either(
    rule: &'static Rule,
    item: &str,
    direction: Direction,
    message: String,
    was: Option<impl Into<String>>,
    is: Option<impl Into<String>>,
) -> Option<Change> {
    let (was, is) = (was.map(Into::into), is.map(Into::into));
    (was != is).then(|| Change { was, is, ..Change::new(rule, item, direction, message) })
}

/// Names with commas between them; nothing if there are none.
pub fn list<T: AsRef<str>>(names: &[T]) -> Option<String> {
    let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
    (!names.is_empty()).then(|| names.join(", "))
}

/// How sure we are, as the schema writes it.
pub fn evidence(evidence: Evidence) -> &'static str {
    match evidence {
        Evidence::Docs => "docs",
        Evidence::DocsTableCopy => "docs-table-copy",
        Evidence::Example => "example",
        Evidence::Peer => "peer",
    }
}

/// A fact that has no words of its own in the schema's format but those of its Rust name: `AtLeast`, `at_least`.
pub fn word(fact: &impl std::fmt::Debug) -> String {
    use heck::ToSnakeCase;
    format!("{fact:?}").to_snake_case()
}
