//! Write forms of special endpoints.

use super::{
    change::{Change, Direction},
    pair::{Paired, alike, pairs},
    rules,
    types::Side,
    words::{either, list, needs},
};
use crate::ir::{Body, Model, SchemaPath};

const DIRECTION: Direction = Direction::Write;

pub fn compare<'a>((was, before): (&'a Model, Side<'a>), (is, after): (&'a Model, Side<'a>)) -> Vec<Change> {
    let found = pairs(
        &before.api[was.bodies],
        &after.api[is.bodies],
        |body| &body.name,
        |(_, old), (_, new)| alike(&old.doc, &new.doc),
    );
    let thing = |model: &Model, body: &'a Body| Paired {
        item: SchemaPath::model(&model.name).body(&body.name),
        subject: format!("the write form {}", body.name),
        name: &body.name,
        direction: DIRECTION,
        fact: None,
    };
    let told = (&rules::BODY_REMOVED, Some(&rules::BODY_RENAMED), &rules::BODY_ADDED);
    let mut changes = found.changes(told, |body| thing(was, body), |body| thing(is, body));
    for (old, new) in found.both() {
        changes.extend(one((was, before, old), (is, after, new)));
    }
    changes
}

type Whole<'a> = (&'a Model, Side<'a>, &'a Body);

fn one(was: Whole<'_>, is: Whole<'_>) -> impl Iterator<Item = Change> {
    let fields = |(_, side, body): Whole<'_>| list(side.api.wires(&body.fields));
    let needed = |(_, side, body): Whole<'_>| needs(side.api, &body.needs);
    let about = |(_, side, body): Whole<'_>| {
        let about = body.about.as_ref()?;
        let fields = about.fields.iter().map(|(field, from)| format!("{} from {from}", side.api[*field].wire));
        Some(format!("{}: {}", side.name(about.model), fields.collect::<Vec<_>>().join(", ")))
    };
    let item = SchemaPath::model(&is.0.name).body(&is.2.name);
    let say = |what: &str| format!("the write form {} {what}", is.2.name);
    [
        either(&rules::BODY_FIELDS, &item, DIRECTION, say("has other fields"), fields(was), fields(is)),
        either(&rules::BODY_NEEDED, &item, DIRECTION, say("needs other fields"), needed(was), needed(is)),
        either(&rules::BODY_ABOUT, &item, DIRECTION, say("is about another record"), about(was), about(is)),
        either(
            &rules::BODY_DOC,
            &item,
            DIRECTION,
            say("is described in other words"),
            Some(&was.2.doc),
            Some(&is.2.doc),
        ),
    ]
    .into_iter()
    .flatten()
}
