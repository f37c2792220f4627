//! Models, and what they hold beside fields and operations.

use super::{
    bodies,
    change::{Change, Direction},
    fields,
    fields::Owner,
    operations,
    pair::{Paired, Pairs, alike, pairs},
    rules, shapes,
    types::Side,
    words::{either, list},
};
use crate::ir::{Api, Model, SchemaPath};

/// Which models belong together.
pub fn paired<'a>(was: &'a Api, is: &'a Api) -> Pairs<'a, Model> {
    pairs(
        &was.models,
        &is.models,
        |model| &model.name,
        |(_, old), (_, new)| old.path == new.path || alike(&old.doc, &new.doc) && alike(&old.name, &new.name),
    )
}

pub fn compare<'a>(found: &Pairs<'a, Model>, was: Side<'a>, is: Side<'a>) -> Vec<Change> {
    let thing = |model: &'a Model| Paired {
        item: SchemaPath::model(&model.name),
        subject: format!("the model {}", model.name),
        name: &model.name,
        direction: Direction::Both,
        fact: Some(model.path.clone()),
    };
    // Its name is one of several that it has: see below.
    let mut changes = found.changes((&rules::MODEL_REMOVED, None, &rules::MODEL_ADDED), thing, thing);
    for (old, new) in found.both() {
        changes.extend(one((old, was), (new, is)));
    }
    changes
}

fn one((was, before): (&Model, Side<'_>), (is, after): (&Model, Side<'_>)) -> Vec<Change> {
    let mut changes: Vec<Change> = own((was, before), (is, after)).into_iter().flatten().collect();
    let items = [was, is].map(|model| SchemaPath::model(&model.name));
    let owner = Owner { old: &items[0], new: &items[1], noun: &is.name };
    changes.extend(fields::compare(owner, (&before.api[was.fields], before), (&after.api[is.fields], after)));
    changes.extend(operations::compare((was, before), (is, after)));
    changes.extend(bodies::compare((was, before), (is, after)));
    changes.extend(shapes::compare(
        Some((&was.name, &is.name)),
        (&before.api[was.shapes], before),
        (&after.api[is.shapes], after),
    ));
    changes.extend(not_offered(was, is));
    changes
}

fn own((was, before): (&Model, Side<'_>), (is, after): (&Model, Side<'_>)) -> [Option<Change>; 4] {
    let item = SchemaPath::model(&is.name);
    let both = Direction::Both;
    let names = |model: &Model| {
        let names = &model.names;
        list([&model.name, &names.record, &names.handle, &names.module])
    };
    let called = format!("the model {} is called differently", was.name);
    let renamed = either(&rules::MODEL_RENAMED, &SchemaPath::model(&was.name), both, called, names(was), names(is));
    let renamed = renamed.map(|change| if was.name == is.name { change } else { change.renamed(item.clone()) });
    let keys = |model: &Model, side: Side<'_>| {
        let fields = [
            ("external", model.external),
            ("source", model.source),
            ("within", model.within),
            ("domains", model.domains),
        ];
        list(fields.into_iter().filter_map(|(key, field)| Some(format!("{key}: {}", side.api[field?].wire))))
    };
    let part = |model: &Model, side: Side<'_>| {
        let part = model.part_of.as_ref()?;
        let (whole, field) = (side.name(part.model), &side.api[part.field].wire);
        Some(format!("{whole} in which `{field}` is `{}`", part.value))
    };
    let say = |what: &str| format!("{} {what}", is.name);
    [
        renamed,
        either(
            &rules::MODEL_KEYS,
            &item,
            both,
            say("holds its keys in other fields"),
            keys(was, before),
            keys(is, after),
        ),
        either(
            &rules::MODEL_PART_OF,
            &item,
            both,
            say("is part of something else"),
            part(was, before),
            part(is, after),
        ),
        either(&rules::MODEL_DOC, &item, both, say("is described in other words"), Some(&was.doc), Some(&is.doc)),
    ]
}

fn not_offered(was: &Model, is: &Model) -> Vec<Change> {
    let operations = was.not_offered.iter().chain(&is.not_offered).map(|entry| entry.operation.as_str());
    let operations: std::collections::BTreeSet<&str> = operations.collect();
    let reason = |model: &Model, operation: &str| {
        model.not_offered.iter().find(|entry| entry.operation == operation).map(|entry| entry.reason.clone())
    };
    let one = |operation| {
        let item = SchemaPath::model(&is.name).not_offered(operation);
        let message = format!("why the SDK leaves out `{operation}` is another");
        either(
            &rules::MODEL_NOT_OFFERED,
            &item,
            Direction::Both,
            message,
            reason(was, operation),
            reason(is, operation),
        )
    };
    operations.into_iter().filter_map(one).collect()
}
