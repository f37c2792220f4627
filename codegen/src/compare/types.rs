//! Types in the words of the schema, and how they differ.

use super::{
    change::{Change, Direction},
    pair::{Paired, pairs, same_thing},
    rules,
};
use crate::{
    ir::{Api, ModelId, SchemaPath, Target, Type, Variant},
    schema::types::written,
};

#[derive(Debug, Clone, Copy)]
pub struct Side<'a> {
    pub api: &'a Api,
    /// Models that have another name on the other side, with that name.
    pub renamed: &'a [(ModelId, &'a str)],
}

impl<'a> Side<'a> {
    /// The latest name of a model.
    pub fn name(self, model: ModelId) -> &'a str {
        self.renamed.iter().find(|(id, _)| *id == model).map_or(&self.api[model].name, |(_, name)| name)
    }

    /// A type as the schema writes it; the values of an enum are left out, since they are compared by themselves.
    pub fn type_name(self, ty: &Type) -> String {
        let target = |target| match target {
            Target::Model(model) => self.name(model),
            other => self.api.target(other),
        };
        written(self.api, ty, &target, &|_| "enum".to_owned())
    }

    /// The same with all targets left out, to see whether only they differ.
    fn without_targets(self, ty: &Type) -> String {
        written(self.api, ty, &|_| "", &|_| "enum".to_owned()).replace("<>", "")
    }
}

/// How the types of the same thing differ: by name, or else by the values of an enum.
pub fn compare(
    (was, is): (&Type, &Type),
    (before, after): (Side<'_>, Side<'_>),
    item: &SchemaPath,
    direction: Direction,
    subject: &str,
) -> Vec<Change> {
    let (old, new) = (before.type_name(was), after.type_name(is));
    if old != new {
        let targets = before.without_targets(was) == after.without_targets(is);
        let (rule, what) = if targets {
            (&rules::TYPE_TARGET, "points at something else")
        } else {
            (&rules::TYPE, "has another type")
        };
        return vec![Change::new(rule, item, direction, format!("{subject} {what}")).from_to(old, new)];
    }
    match (before.api.enum_of(was), after.api.enum_of(is)) {
        (Some(was), Some(is)) => values(&was.variants, &is.variants, item, direction, subject),
        _ => Vec::new(),
    }
}

fn values<'a>(
    was: &'a [Variant],
    is: &'a [Variant],
    item: &SchemaPath,
    direction: Direction,
    subject: &str,
) -> Vec<Change> {
    let found = pairs(
        was,
        is,
        |value| &value.wire,
        |(at, one), (place, other)| same_thing((at, place), (&one.wire, &other.wire), ("", "x")),
    );
    let thing = |value: &'a Variant| Paired {
        item: item.value(&value.wire),
        subject: format!("the value `{}` of {subject}", value.wire),
        name: &value.wire,
        direction,
        fact: None,
    };
    let told = (&rules::VALUE_REMOVED, Some(&rules::VALUE_RENAMED), &rules::VALUE_ADDED);
    let mut changes = found.changes(told, thing, thing);
    if found.moved {
        let message = format!("the values of {subject} stand in another order");
        changes.push(Change::new(&rules::VALUE_MOVED, &item.all("values"), direction, message));
    }
    changes
}
