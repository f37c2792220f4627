//! Facts in words, and whether they differ.

use super::{
    change::{Change, Direction},
    rules::Rule,
};
use crate::ir::Model;

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

/// What a new record or item needs: some fields, and one of some others.
pub fn needs(model: &Model, required: &[usize], any_of: &[usize]) -> Option<String> {
    let one_of = list(&model.wires(any_of)).map(|names| format!("one of {names}"));
    list(&[list(&model.wires(required)), one_of].into_iter().flatten().collect::<Vec<_>>())
}
