//! Shapes, of a model or shared.

use super::{
    change::{Change, Direction},
    fields,
    fields::Owner,
    pair::{Paired, alike, pairs},
    rules,
    types::Side,
    words::either,
};
use crate::ir::{SchemaPath, Shape};

/// How the shapes differ; `models` is the model that they belong to, as it was called and is.
pub fn compare<'a>(
    models: Option<(&str, &str)>,
    (was, before): (&'a [Shape], Side<'a>),
    (is, after): (&'a [Shape], Side<'a>),
) -> Vec<Change> {
    let same_fields = |one: &Shape, other: &Shape| {
        let names = |side: Side<'a>, shape: &Shape| side.api[shape.fields].iter().map(|field| &field.wire);
        names(before, one).eq(names(after, other))
    };
    let found =
        pairs(was, is, |shape| &shape.name, |(_, old), (_, new)| same_fields(old, new) || alike(&old.doc, &new.doc));
    let item_was = |shape: &Shape| SchemaPath::shape(models.map(|(was, _)| was), &shape.name);
    let item_is = |shape: &Shape| SchemaPath::shape(models.map(|(_, is)| is), &shape.name);
    let both = Direction::Both;
    let thing = |item: SchemaPath, shape: &'a Shape| Paired {
        item,
        subject: format!("the shape {}", shape.name),
        name: &shape.name,
        direction: both,
        fact: None,
    };
    let told = (&rules::SHAPE_REMOVED, Some(&rules::SHAPE_RENAMED), &rules::SHAPE_ADDED);
    let mut changes = found.changes(told, |shape| thing(item_was(shape), shape), |shape| thing(item_is(shape), shape));
    for (old, new) in found.both() {
        let (was, is) = (item_was(old), item_is(new));
        let noun = format!("the shape {}", new.name);
        let message = format!("{noun} is described in other words");
        changes.extend(either(&rules::SHAPE_DOC, &is, both, message, Some(&old.doc), Some(&new.doc)));
        let owner = Owner { old: &was, new: &is, noun: &noun };
        let (old, new) = (&before.api[old.fields], &after.api[new.fields]);
        changes.extend(fields::compare(owner, (old, before), (new, after)));
    }
    changes
}
