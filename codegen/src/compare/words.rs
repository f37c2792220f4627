//! Facts in words, and whether they differ.

use super::{change::Change, rules::Rule};
use crate::ir::{Api, Direction, Needs, SchemaPath};

/// Something that both sides have, and what to call it.
#[derive(Debug, Clone, Copy)]
pub struct Common<'a, T> {
    pub old: T,
    pub new: T,
    pub item: &'a SchemaPath,
    /// The first words of messages about it.
    pub subject: &'a str,
    pub direction: Option<Direction>,
}

impl<'a, T> Common<'a, T> {
    /// A part of the same thing.
    pub fn of<U>(&self, old: U, new: U) -> Common<'a, U> {
        Common { old, new, item: self.item, subject: self.subject, direction: self.direction }
    }
}

impl<T: Copy> Common<'_, T> {
    /// The change of a fact, which either side may lack. `what` follows the subject in the message.
    pub fn fact<S: Into<String>>(
        &self,
        rule: &'static Rule,
        what: &str,
        fact: impl Fn(T) -> Option<S>,
    ) -> Option<Change> {
        let (old, new) = (fact(self.old).map(Into::into), fact(self.new).map(Into::into));
        let message = format!("{} {what}", self.subject);
        (old != new).then(|| Change { old, new, ..Change::new(rule, self.item, self.direction, message) })
    }
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
