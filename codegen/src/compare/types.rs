//! Types in the words of the schema, and how they differ.

use super::{
    change::Change,
    pair::{Paired, pairs, same_thing},
    rules,
};
use crate::{
    ir::{Api, Direction, ModelId, SchemaPath, Target, Type, Variant},
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
    (old, new): (&Type, &Type),
    (before, after): (Side<'_>, Side<'_>),
    item: &SchemaPath,
    direction: Option<Direction>,
    subject: &str,
) -> Vec<Change> {
    let (old_name, new_name) = (before.type_name(old), after.type_name(new));
    if old_name != new_name {
        let targets = before.without_targets(old) == after.without_targets(new);
        let (rule, what) = if targets {
            (&rules::TYPE_TARGET, "points at something else")
        } else {
            (&rules::TYPE, "has another type")
        };
        return vec![Change::new(rule, item, direction, format!("{subject} {what}")).from_to(old_name, new_name)];
    }
    match (before.api.enum_of(old), after.api.enum_of(new)) {
        (Some(old), Some(new)) => values(&old.variants, &new.variants, item, direction, subject),
        _ => Vec::new(),
    }
}

fn values<'a>(
    old: &'a [Variant],
    new: &'a [Variant],
    item: &SchemaPath,
    direction: Option<Direction>,
    subject: &str,
) -> Vec<Change> {
    let found = pairs(
        old,
        new,
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
    let rules = (&rules::VALUE_REMOVED, Some(&rules::VALUE_RENAMED), &rules::VALUE_ADDED);
    let mut changes = found.changes(rules, thing, thing);
    if found.moved {
        let message = format!("the values of {subject} stand in another order");
        changes.push(Change::new(&rules::VALUE_MOVED, &item.all("values"), direction, message));
    }
    changes
}
