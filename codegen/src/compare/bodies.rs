//! Write forms of special endpoints.

use super::{
    change::Change,
    pair::{Paired, alike, pairs},
    rules,
    types::Side,
    words::{Common, list, needs},
};
use crate::ir::{Body, Direction, Model, SchemaPath};

const DIRECTION: Option<Direction> = Some(Direction::Request);

pub fn compare<'a>((old, before): (&'a Model, Side<'a>), (new, after): (&'a Model, Side<'a>)) -> Vec<Change> {
    let found = pairs(
        &before.api[old.bodies],
        &after.api[new.bodies],
        |body| &body.name,
        |(_, one), (_, other)| alike(&one.doc, &other.doc),
    );
    let thing = |model: &Model, body: &'a Body| Paired {
        item: SchemaPath::model(&model.name).body(&body.name),
        subject: format!("the write form {}", body.name),
        name: &body.name,
        direction: DIRECTION,
        fact: None,
    };
    let rules = (&rules::BODY_REMOVED, Some(&rules::BODY_RENAMED), &rules::BODY_ADDED);
    let mut changes = found.changes(rules, |body| thing(old, body), |body| thing(new, body));
    for (body, other) in found.both() {
        let Paired { item, subject, direction, .. } = thing(new, other);
        let (old, new) = ((body, before), (other, after));
        changes.extend(facts(&Common { old, new, item: &item, subject: &subject, direction }));
    }
    changes
}

fn facts<'a>(common: &Common<'a, (&'a Body, Side<'a>)>) -> impl Iterator<Item = Change> {
    [
        common.fact(&rules::BODY_FIELDS, "has other fields", |(body, side)| list(side.api.wires(&body.fields))),
        common.fact(&rules::BODY_NEEDED, "needs other fields", |(body, side)| needs(side.api, &body.needs)),
        common.fact(&rules::BODY_ABOUT, "is about another record", |(body, side)| {
            let about = body.about.as_ref()?;
            let fields = about.fields.iter().map(|(field, from)| format!("{} from {from}", side.api[*field].wire));
            Some(format!("{}: {}", side.name(about.model), fields.collect::<Vec<_>>().join(", ")))
        }),
        common.fact(&rules::BODY_DOC, "is described in other words", |(body, _)| Some(&body.doc)),
    ]
    .into_iter()
    .flatten()
}
