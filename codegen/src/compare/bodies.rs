//! Write forms of special endpoints.

use super::{
    change::{Change, Direction},
    pair::{Thing, alike, pairs},
    rules,
    scope::Scope,
    words::{either, list, needs},
};
use crate::ir::{Body, Model, path};

const WAY: Direction = Direction::Write;

/// How the write forms of a model differ.
pub fn compare<'a>((was, before): (&'a Model, Scope<'a>), (is, after): (&'a Model, Scope<'a>)) -> Vec<Change> {
    let found = pairs(&was.bodies, &is.bodies, |body| &body.name, |(_, old), (_, new)| alike(&old.doc, &new.doc));
    let thing = |model: &Model, body: &'a Body| Thing {
        item: path::body(&model.name, &body.name),
        subject: format!("the write form {}", body.name),
        name: &body.name,
        direction: WAY,
        fact: None,
    };
    let told = (&rules::BODY_REMOVED, Some(&rules::BODY_RENAMED), &rules::BODY_ADDED);
    let mut changes = found.changes(told, |body| thing(was, body), |body| thing(is, body));
    for (old, new) in found.both() {
        changes.extend(one((was, before, old), (is, after, new)));
    }
    changes
}

/// A body of a model.
type Whole<'a> = (&'a Model, Scope<'a>, &'a Body);

fn one(was: Whole<'_>, is: Whole<'_>) -> impl Iterator<Item = Change> {
    let fields = |(model, _, body): Whole<'_>| list(&model.wires(&body.fields));
    let needed = |(model, _, body): Whole<'_>| needs(model, &body.required, &body.any_of);
    let about = |(_, scope, body): Whole<'_>| {
        let about = body.about.as_ref()?;
        let model = scope.known_as(&scope.api.models.get(about.model)?.name);
        let told: Vec<_> = about.fields.iter().map(|(name, from)| format!("{name} from {from}")).collect();
        Some(format!("{model}: {}", told.join(", ")))
    };
    let item = path::body(&is.0.name, &is.2.name);
    let say = |what: &str| format!("the write form {} {what}", is.2.name);
    [
        either(&rules::BODY_FIELDS, &item, WAY, say("has other fields"), fields(was), fields(is)),
        either(&rules::BODY_NEEDED, &item, WAY, say("needs other fields"), needed(was), needed(is)),
        either(&rules::BODY_ABOUT, &item, WAY, say("is about another record"), about(was), about(is)),
        either(&rules::BODY_DOC, &item, WAY, say("is described in other words"), Some(&was.2.doc), Some(&is.2.doc)),
    ]
    .into_iter()
    .flatten()
}
