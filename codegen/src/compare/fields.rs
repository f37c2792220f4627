//! Fields of models and shapes.

use super::{
    change::{Change, Direction},
    pair::{Paired, pairs, same_thing},
    rules,
    rules::Rule,
    types::{self, Side},
    words::either,
};
use crate::{
    ir::{Field, SchemaPath},
    schema::read::Keyword as _,
};

#[derive(Debug, Clone, Copy)]
pub struct Owner<'a> {
    /// As it was, such as `Company`.
    pub old: &'a SchemaPath,
    /// As it is.
    pub new: &'a SchemaPath,
    pub noun: &'a str,
}

pub fn compare<'a>(owner: Owner<'_>, was: (&'a [Field], Side<'_>), is: (&'a [Field], Side<'_>)) -> Vec<Change> {
    let found = pairs(
        was.0,
        is.0,
        |field| &field.wire,
        |(at, old), (place, new)| {
            was.1.type_name(&old.ty) == is.1.type_name(&new.ty)
                && same_thing((at, place), (&old.wire, &new.wire), (&old.doc, &new.doc))
        },
    );
    let subject = |field: &Field| format!("`{}` of {}", field.wire, owner.noun);
    let thing = |list: &SchemaPath, field: &'a Field, side: Side<'_>| {
        let needed = if field.required { ", which must be sent" } else { "" };
        Paired {
            item: list.field(&field.wire),
            subject: subject(field),
            name: &field.wire,
            direction: direction(field),
            fact: Some(side.type_name(&field.ty) + needed),
        }
    };
    let told = (&rules::FIELD_REMOVED, Some(&rules::FIELD_RENAMED), &rules::FIELD_ADDED);
    let mut changes =
        found.changes(told, |field| thing(owner.old, field, was.1), |field| thing(owner.new, field, is.1));
    for (old, new) in found.both() {
        let item = owner.new.field(&new.wire);
        let subject = subject(new);
        changes.extend(RULES.iter().filter_map(|rule| rule(old, new, &item, &subject)));
        changes.extend(derive((old, was.1), (new, is.1), &item, &subject));
        changes.extend(types::compare((&old.ty, &new.ty), (was.1, is.1), &item, direction(new), &subject));
    }
    if found.moved {
        let message = format!("the fields of {} stand in another order", owner.noun);
        changes.push(Change::new(&rules::FIELD_MOVED, &owner.new.all("fields"), Direction::Both, message));
    }
    changes
}

pub fn direction(field: &Field) -> Direction {
    match (field.computed, field.write_only) {
        (true, _) => Direction::Read,
        (_, true) => Direction::Write,
        _ => Direction::Both,
    }
}

/// What is compared of a field that both sides have: the field as it was and is, its item and its name in words.
type FieldRule = fn(&Field, &Field, &SchemaPath, &str) -> Option<Change>;

const RULES: [FieldRule; 6] = [required, computed, write_only, default, doc, sureness];

/// A change of a flag, which is another kind of change either way.
fn flag(
    (was, is): (bool, bool),
    (set, unset): (&'static Rule, &'static Rule),
    (item, direction): (&SchemaPath, Direction),
    (now, no_longer): (String, String),
) -> Option<Change> {
    match (was, is) {
        (false, true) => Some(Change::new(set, item, direction, now)),
        (true, false) => Some(Change::new(unset, item, direction, no_longer)),
        _ => None,
    }
}

fn required(was: &Field, is: &Field, item: &SchemaPath, subject: &str) -> Option<Change> {
    flag(
        (was.required, is.required),
        (&rules::FIELD_REQUIRED, &rules::FIELD_OPTIONAL),
        (item, Direction::Write),
        (format!("{subject} must be sent now"), format!("{subject} need no longer be sent")),
    )
}

fn computed(was: &Field, is: &Field, item: &SchemaPath, subject: &str) -> Option<Change> {
    flag(
        (was.computed, is.computed),
        (&rules::FIELD_COMPUTED, &rules::FIELD_WRITABLE),
        (item, Direction::Write),
        (format!("{subject} is now set by the server alone"), format!("{subject} can be written now")),
    )
}

fn write_only(was: &Field, is: &Field, item: &SchemaPath, subject: &str) -> Option<Change> {
    flag(
        (was.write_only, is.write_only),
        (&rules::FIELD_WRITE_ONLY, &rules::FIELD_COMES_BACK),
        (item, Direction::Read),
        (format!("{subject} no longer comes back"), format!("{subject} comes back now")),
    )
}

fn default(was: &Field, is: &Field, item: &SchemaPath, subject: &str) -> Option<Change> {
    let message = format!("the server assumes something else for {subject}");
    either(&rules::FIELD_DEFAULT, item, Direction::Write, message, was.default.as_ref(), is.default.as_ref())
}

fn derive(was: (&Field, Side<'_>), is: (&Field, Side<'_>), item: &SchemaPath, subject: &str) -> Option<Change> {
    let text = |(field, side): (&Field, Side<'_>)| field.derive.as_ref().map(|derive| side.api.derive_words(derive));
    let message = format!("the server fills {subject} in in another way");
    either(&rules::FIELD_DERIVE, item, Direction::Read, message, text(was), text(is))
}

fn doc(was: &Field, is: &Field, item: &SchemaPath, subject: &str) -> Option<Change> {
    let message = format!("{subject} is described in other words");
    either(&rules::FIELD_DOC, item, direction(is), message, Some(&was.doc), Some(&is.doc))
}

fn sureness(was: &Field, is: &Field, item: &SchemaPath, subject: &str) -> Option<Change> {
    let message = format!("how sure we are of {subject} is another");
    let (was, new) = (was.evidence.keyword(), is.evidence.keyword());
    either(&rules::FIELD_EVIDENCE, item, direction(is), message, Some(was), Some(new))
}
