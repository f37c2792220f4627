//! Shapes, of a model or shared.

use super::{
    change::Change,
    fields,
    fields::Owner,
    pair::{Paired, alike, pairs},
    rules,
    types::Side,
    words::Common,
};
use crate::ir::{SchemaPath, Shape};

/// How the shapes differ; `models` is the model that they belong to, under its old and its new name.
pub fn compare<'a>(
    models: Option<(&str, &str)>,
    (old, before): (&'a [Shape], Side<'a>),
    (new, after): (&'a [Shape], Side<'a>),
) -> Vec<Change> {
    let same_fields = |one: &Shape, other: &Shape| {
        let names = |side: Side<'a>, shape: &Shape| side.api[shape.fields].iter().map(|field| &field.wire);
        names(before, one).eq(names(after, other))
    };
    let found = pairs(
        old,
        new,
        |shape| &shape.name,
        |(_, one), (_, other)| same_fields(one, other) || alike(&one.doc, &other.doc),
    );
    let old_item = |shape: &Shape| SchemaPath::shape(models.map(|(old, _)| old), &shape.name);
    let new_item = |shape: &Shape| SchemaPath::shape(models.map(|(_, new)| new), &shape.name);
    let thing = |item: SchemaPath, shape: &'a Shape| Paired {
        item,
        subject: format!("the shape {}", shape.name),
        name: &shape.name,
        direction: None,
        fact: None,
    };
    let rules = (&rules::SHAPE_REMOVED, Some(&rules::SHAPE_RENAMED), &rules::SHAPE_ADDED);
    let mut changes =
        found.changes(rules, |shape| thing(old_item(shape), shape), |shape| thing(new_item(shape), shape));
    for (old, new) in found.both() {
        let (old_item, item) = (old_item(old), new_item(new));
        let subject = format!("the shape {}", new.name);
        let common = Common { old, new, item: &item, subject: &subject, direction: None };
        changes.extend(common.fact(&rules::SHAPE_DOC, "is described in other words", |shape| Some(&shape.doc)));
        let owner = Owner { old: &old_item, new: &item, noun: &subject };
        let (old, new) = (&before.api[old.fields], &after.api[new.fields]);
        changes.extend(fields::compare(owner, (old, before), (new, after)));
    }
    changes
}
