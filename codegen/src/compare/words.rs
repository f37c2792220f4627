//! Facts in words, and whether they differ.

use super::{
    change::{Change, Direction},
    rules::Rule,
};
use crate::ir::{Api, Needs, SchemaPath};

/// A change of a fact, which either side may lack.
pub fn either(
    rule: &'static Rule,
    item: &SchemaPath,
    direction: Direction,
    message: String,
    old: Option<impl Into<String>>,
    new: Option<impl Into<String>>,
) -> Option<Change> {
    let (old, new) = (old.map(Into::into), new.map(Into::into));
    (old != new).then(|| Change { old, new, ..Change::new(rule, item, direction, message) })
}

/// Names with commas between them; nothing if there are none.
pub fn list(names: impl IntoIterator<Item: AsRef<str>>) -> Option<String> {
    names.into_iter().map(|name| name.as_ref().to_owned()).reduce(|names, name| names + ", " + &name)
}

/// What a new record or item needs: some fields, and one of some others.
pub fn needs(api: &Api, needs: &Needs) -> Option<String> {
    let one_of = list(api.wires(&needs.any_of)).map(|names| format!("one of {names}"));
    list([list(api.wires(&needs.required)), one_of].into_iter().flatten())
}
