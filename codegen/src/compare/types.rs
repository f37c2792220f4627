//! Types in the words of the schema, and how they differ.

use super::{
    change::{Change, Direction},
    pair::{Thing, pairs, same_thing},
    rules,
    scope::Scope,
};
use crate::{
    ir::{Enum, Target, Type, Variant, enums, path},
    schema::types::{Named, written},
};

/// A type as the schema writes it; the values of an enum are left out, since they are compared by themselves.
pub fn name(ty: &Type, scope: Scope<'_>) -> String {
    let api = scope.api;
    written(ty, &|named| match named {
        Named::Target(target) => scope.known_as(api.target(target)).to_owned(),
        Named::Enum(_) => "enum".to_owned(),
        Named::Shape(ty) => api.shape(scope.model, ty).map_or_else(String::new, |shape| shape.name.clone()),
    })
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
        Type::Enum(index) => enums(scope.model, scope.shape).get(*index),
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

fn values<'a>(was: &'a [Variant], is: &'a [Variant], item: &str, direction: Direction, subject: &str) -> Vec<Change> {
    let found = pairs(
        was,
        is,
        |value| &value.wire,
        |(at, one), (place, other)| same_thing((at, place), (&one.wire, &other.wire), ("", "x")),
    );
    let thing = |value: &'a Variant| Thing {
        item: path::value(item, &value.wire),
        subject: format!("the value `{}` of {subject}", value.wire),
        name: &value.wire,
        direction,
        fact: None,
    };
    let told = (&rules::VALUE_REMOVED, Some(&rules::VALUE_RENAMED), &rules::VALUE_ADDED);
    let mut changes = found.changes(told, thing, thing);
    if found.moved {
        let message = format!("the values of {subject} stand in another order");
        changes.push(Change::new(&rules::VALUE_MOVED, format!("{item}/values"), direction, message));
    }
    changes
}
