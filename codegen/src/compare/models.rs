//! Models, and what they hold beside fields and operations.

use std::collections::BTreeSet;

use super::{
    bodies,
    change::Change,
    fields,
    fields::Owner,
    operations,
    pair::{Paired, Pairs, alike, pairs},
    rules, shapes,
    types::Side,
    words::{Common, list},
};
use crate::ir::{Api, Model, SchemaPath};

/// Which models belong together.
pub fn paired<'a>(old: &'a Api, new: &'a Api) -> Pairs<'a, Model> {
    pairs(
        &old.models,
        &new.models,
        |model| &model.name,
        |(_, one), (_, other)| one.path == other.path || alike(&one.doc, &other.doc) && alike(&one.name, &other.name),
    )
}

pub fn compare<'a>(found: &Pairs<'a, Model>, before: Side<'a>, after: Side<'a>) -> Vec<Change> {
    let thing = |model: &'a Model| Paired {
        item: SchemaPath::model(&model.name),
        subject: format!("the model {}", model.name),
        name: &model.name,
        direction: None,
        fact: Some(model.path.clone()),
    };
    // Its name is one of several that it has: see below.
    let mut changes = found.changes((&rules::MODEL_REMOVED, None, &rules::MODEL_ADDED), thing, thing);
    for (old, new) in found.both() {
        changes.extend(one((old, before), (new, after)));
    }
    changes
}

fn one<'a>((old, before): (&'a Model, Side<'a>), (new, after): (&'a Model, Side<'a>)) -> Vec<Change> {
    let (old_item, item) = (SchemaPath::model(&old.name), SchemaPath::model(&new.name));
    let mut changes: Vec<Change> = renamed(old, new, &old_item, &item).into_iter().collect();
    changes.extend(facts(&Common {
        old: (old, before),
        new: (new, after),
        item: &item,
        subject: &new.name,
        direction: None,
    }));
    let owner = Owner { old: &old_item, new: &item, noun: &new.name };
    changes.extend(fields::compare(owner, (&before.api[old.fields], before), (&after.api[new.fields], after)));
    changes.extend(operations::compare((old, before), (new, after)));
    changes.extend(bodies::compare((old, before), (new, after)));
    changes.extend(shapes::compare(
        Some((&old.name, &new.name)),
        (&before.api[old.shapes], before),
        (&after.api[new.shapes], after),
    ));
    changes.extend(not_offered(old, new));
    changes
}

fn renamed(old: &Model, new: &Model, old_item: &SchemaPath, item: &SchemaPath) -> Option<Change> {
    let subject = format!("the model {}", old.name);
    let common = Common { old, new, item: old_item, subject: &subject, direction: None };
    let change = common.fact(&rules::MODEL_RENAMED, "is called differently", |model| {
        let names = &model.names;
        list([&model.name, &names.record, &names.handle, &names.module])
    })?;
    Some(if old.name == new.name { change } else { change.renamed(item.clone()) })
}

fn facts<'a>(common: &Common<'a, (&'a Model, Side<'a>)>) -> impl Iterator<Item = Change> {
    [
        common.fact(&rules::MODEL_KEYS, "holds its keys in other fields", |(model, side)| {
            let fields = [
                ("external", model.external),
                ("source", model.source),
                ("within", model.within),
                ("domains", model.domains),
            ];
            list(fields.into_iter().filter_map(|(key, field)| Some(format!("{key}: {}", side.api[field?].wire))))
        }),
        common.fact(&rules::MODEL_PART_OF, "is part of something else", |(model, side)| {
            let part = model.part_of.as_ref()?;
            let (whole, field) = (side.name(part.model), &side.api[part.field].wire);
            Some(format!("{whole} in which `{field}` is `{}`", part.value))
        }),
        common.fact(&rules::MODEL_DOC, "is described in other words", |(model, _)| Some(&model.doc)),
    ]
    .into_iter()
    .flatten()
}

fn not_offered(old: &Model, new: &Model) -> Vec<Change> {
    let operations = old.not_offered.iter().chain(&new.not_offered).map(|entry| entry.operation.as_str());
    let operations: BTreeSet<&str> = operations.collect();
    let one = |operation: &str| {
        let (item, subject) = (SchemaPath::model(&new.name).not_offered(operation), format!("`{operation}`"));
        let common = Common { old, new, item: &item, subject: &subject, direction: None };
        common.fact(&rules::MODEL_NOT_OFFERED, "is left out of the SDK for another reason", |model| {
            model.not_offered.iter().find(|entry| entry.operation == operation).map(|entry| &entry.reason)
        })
    };
    operations.into_iter().filter_map(one).collect()
}
