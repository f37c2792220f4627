//! Types in the words of the schema, and how they differ.

use super::change::{Change, Direction};
use super::pair::{pairs, same_thing};
use super::rules;
use super::scope::Scope;
use crate::ir::{Enum, Target, Type, Variant};
use crate::origin;

/// A type as the schema writes it; the values of an enum are left out, since they are compared by themselves.
pub fn name(ty: &Type, scope: Scope<'_>) -> String {
    let api = scope.api;
    let of = |word: &str, target: Target| match target {
        Target::Model(index) => {
            format!("{word}<{}>", api.models.get(index).map_or("", |model| scope.known_as(&model.name)))
        }
        Target::Entity(index) => format!("{word}<{}>", api.entities.get(index).map_or("", |entity| &entity.name)),
        Target::Anything => word.to_owned(),
    };
    match ty {
        Type::Id(target) => of("id", *target),
        Type::Ref(target) => of("ref", *target),
        Type::Link(target) => of("link", *target),
        Type::List(item) => format!("list<{}>", name(item, scope)),
        Type::Map(value) => format!("map<{}>", name(value, scope)),
        Type::OneOf(first, second) => format!("one_of<{}, {}>", name(first, scope), name(second, scope)),
        Type::Enum(_) => "enum".to_owned(),
        Type::SharedShape(index) => api.shapes.get(*index).map_or("", |shape| &shape.name).to_owned(),
        Type::OwnShape(index) => scope.shapes().get(*index).map_or("", |shape| &shape.name).to_owned(),
        plain => {
            let known = crate::types::PLAIN.iter().find(|(_, known)| known == plain);
            known.map_or("json", |(word, _)| word).to_owned()
        }
    }
}

/// The same with all targets left out, to see whether only they differ.
fn without_targets(ty: &Type) -> Type {
    let inner = |ty: &Type| Box::new(without_targets(ty));
    match ty {
        Type::Id(_) => Type::Id(Target::Anything),
        Type::Link(_) => Type::Link(Target::Anything),
        Type::List(item) => Type::List(inner(item)),
        Type::Map(value) => Type::Map(inner(value)),
        Type::OneOf(first, second) => Type::OneOf(inner(first), inner(second)),
        other => other.clone(),
    }
}

/// The enum in a type, if there is one.
fn enum_of<'a>(ty: &Type, scope: Scope<'a>) -> Option<&'a Enum> {
    match ty {
        Type::Enum(index) => scope.enums().get(*index),
        Type::List(inner) | Type::Map(inner) => enum_of(inner, scope),
        Type::OneOf(first, second) => enum_of(first, scope).or_else(|| enum_of(second, scope)),
        _ => None,
    }
}

/// How the types of the same thing differ: by name, or else by the values of an enum.
pub fn compare(
    (was, is): (&Type, &Type),
    (before, after): (Scope<'_>, Scope<'_>),
    item: &str,
    direction: Direction,
    subject: &str,
) -> Vec<Change> {
    let (old, new) = (name(was, before), name(is, after));
    if old != new {
        let targets = without_targets(was) == without_targets(is);
        let (rule, what) = if targets {
            (&rules::TYPE_TARGET, "points at something else")
        } else {
            (&rules::TYPE, "has another type")
        };
        return vec![Change::new(rule, item, direction, format!("{subject} {what}")).from_to(old, new)];
    }
    match (enum_of(was, before), enum_of(is, after)) {
        (Some(was), Some(is)) => values(&was.variants, &is.variants, item, direction, subject),
        _ => Vec::new(),
    }
}

fn values(was: &[Variant], is: &[Variant], item: &str, direction: Direction, subject: &str) -> Vec<Change> {
    let found = pairs(
        was,
        is,
        |value| &value.wire,
        |(at, one), (place, other)| same_thing((at, place), (&one.wire, &other.wire), ("", "x")),
    );
    let change = |rule, value: &Variant, message: String| {
        Change::new(rule, origin::value(item, &value.wire), direction, message)
    };
    let mut changes = Vec::new();
    for value in &found.removed {
        let message = format!("{subject} no longer has the value `{}`", value.wire);
        changes.push(change(&rules::VALUE_REMOVED, value, message));
    }
    for (old, new) in &found.renamed {
        let message = format!("the value `{}` of {subject} is now `{}`", old.wire, new.wire);
        changes.push(change(&rules::VALUE_RENAMED, old, message).renamed(origin::value(item, &new.wire)));
    }
    for value in &found.added {
        let message = format!("{subject} has a new value `{}`", value.wire);
        changes.push(change(&rules::VALUE_ADDED, value, message));
    }
    if found.moved {
        let message = format!("the values of {subject} stand in another order");
        changes.push(Change::new(&rules::VALUE_MOVED, format!("{item}/values"), direction, message));
    }
    changes
}
