//! Fields of models and shapes.

use super::{
    change::Change,
    pair::{Paired, pairs, same_thing},
    rules,
    rules::Rule,
    types::{self, Side},
    words::Common,
};
use crate::{
    ir::{Direction, Field, SchemaPath},
    schema::read::Keyword as _,
};

/// Whose fields they are.
#[derive(Debug, Clone, Copy)]
pub struct Owner<'a> {
    pub old: &'a SchemaPath,
    pub new: &'a SchemaPath,
    /// In words.
    pub noun: &'a str,
}

pub fn compare<'a>(owner: Owner<'_>, old: (&'a [Field], Side<'a>), new: (&'a [Field], Side<'a>)) -> Vec<Change> {
    let found = pairs(
        old.0,
        new.0,
        |field| &field.wire,
        |(at, field), (place, other)| {
            old.1.type_name(&field.ty) == new.1.type_name(&other.ty)
                && same_thing((at, place), (&field.wire, &other.wire), (&field.doc, &other.doc))
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
    let rules = (&rules::FIELD_REMOVED, Some(&rules::FIELD_RENAMED), &rules::FIELD_ADDED);
    let mut changes =
        found.changes(rules, |field| thing(owner.old, field, old.1), |field| thing(owner.new, field, new.1));
    for (field, other) in found.both() {
        let (item, subject, direction) = (owner.new.field(&other.wire), subject(other), direction(other));
        let common = Common { old: (field, old.1), new: (other, new.1), item: &item, subject: &subject, direction };
        changes.extend(flags(&common));
        changes.extend(facts(common));
        changes.extend(types::compare((&field.ty, &other.ty), (old.1, new.1), &item, direction, &subject));
    }
    if found.moved {
        let message = format!("the fields of {} stand in another order", owner.noun);
        changes.push(Change::new(&rules::FIELD_MOVED, &owner.new.all("fields"), None, message));
    }
    changes
}

/// The direction of a field; `None` for both.
pub fn direction(field: &Field) -> Option<Direction> {
    match (field.computed, field.write_only) {
        (true, _) => Some(Direction::Response),
        (_, true) => Some(Direction::Request),
        _ => None,
    }
}

/// A flag, and the rule and the message for either change of it.
type Flag = (fn(&Field) -> bool, Direction, [(&'static Rule, &'static str); 2]);

static FLAGS: [Flag; 3] = [
    (
        |field| field.required,
        Direction::Request,
        [(&rules::FIELD_REQUIRED, "must be sent now"), (&rules::FIELD_OPTIONAL, "need no longer be sent")],
    ),
    (
        |field| field.computed,
        Direction::Request,
        [(&rules::FIELD_COMPUTED, "is now set by the server alone"), (&rules::FIELD_WRITABLE, "can be written now")],
    ),
    (
        |field| field.write_only,
        Direction::Response,
        [(&rules::FIELD_WRITE_ONLY, "is no longer returned"), (&rules::FIELD_RETURNED, "is returned now")],
    ),
];

fn flags<'a>(common: &Common<'a, (&'a Field, Side<'a>)>) -> impl Iterator<Item = Change> {
    FLAGS.iter().filter_map(move |(flag, direction, [set, unset])| {
        let (rule, what) = match (flag(common.old.0), flag(common.new.0)) {
            (false, true) => set,
            (true, false) => unset,
            _ => return None,
        };
        Some(Change::new(rule, common.item, Some(*direction), format!("{} {what}", common.subject)))
    })
}

fn facts<'a>(common: Common<'a, (&'a Field, Side<'a>)>) -> impl Iterator<Item = Change> {
    let sent = Common { direction: Some(Direction::Request), ..common };
    let returned = Common { direction: Some(Direction::Response), ..common };
    [
        sent.fact(&rules::FIELD_DEFAULT, "has another default", |(field, _)| field.default.as_ref()),
        returned.fact(&rules::FIELD_DERIVE, "is computed in another way", |(field, side)| {
            field.derive.as_ref().map(|derive| side.api.derive_words(derive))
        }),
        common.fact(&rules::FIELD_DOC, "is described in other words", |(field, _)| Some(&field.doc)),
        common.fact(&rules::FIELD_EVIDENCE, "has other evidence", |(field, _)| Some(field.evidence.keyword())),
    ]
    .into_iter()
    .flatten()
}
