//! Shapes, of a model or shared.

use super::change::{Change, Direction};
use super::fields::{self, Owner};
use super::pair::{alike, pairs};
use super::rules;
use super::scope::Scope;
use super::words::either;
use crate::ir::Shape;
use crate::origin;

/// How the shapes differ; `models` is the model that they belong to, as it was called and is.
pub fn compare(
    models: Option<(&str, &str)>,
    (was, before): (&[Shape], Scope<'_>),
    (is, after): (&[Shape], Scope<'_>),
) -> Vec<Change> {
    let same_fields = |one: &Shape, other: &Shape| {
        one.fields.iter().map(|field| &field.wire).eq(other.fields.iter().map(|field| &field.wire))
    };
    let found =
        pairs(was, is, |shape| &shape.name, |(_, old), (_, new)| same_fields(old, new) || alike(&old.doc, &new.doc));
    let item_was = |shape: &Shape| origin::shape(models.map(|(was, _)| was), &shape.name);
    let item_is = |shape: &Shape| origin::shape(models.map(|(_, is)| is), &shape.name);
    let both = Direction::Both;
    let mut changes = Vec::new();
    for shape in &found.removed {
        let message = format!("the shape {} is gone", shape.name);
        changes.push(Change::new(&rules::SHAPE_REMOVED, item_was(shape), both, message));
    }
    for (old, new) in &found.renamed {
        let message = format!("the shape {} is now called {}", old.name, new.name);
        changes.push(Change::new(&rules::SHAPE_RENAMED, item_was(old), both, message).renamed(item_is(new)));
    }
    for shape in &found.added {
        let message = format!("the shape {} is new", shape.name);
        changes.push(Change::new(&rules::SHAPE_ADDED, item_is(shape), both, message));
    }
    for (old, new) in found.both() {
        let (was, is) = (item_was(old), item_is(new));
        let noun = format!("the shape {}", new.name);
        let message = format!("{noun} is described in other words");
        changes.extend(either(&rules::SHAPE_DOC, &is, both, message, Some(&old.doc), Some(&new.doc)));
        let owner = Owner { was: &was, is: &is, noun: &noun };
        let (before, after) = (before.within(old), after.within(new));
        changes.extend(fields::compare(owner, (&old.fields, before), (&new.fields, after)));
    }
    changes
}
