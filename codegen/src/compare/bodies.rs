//! Write forms of special endpoints.

use super::change::{Change, Direction};
use super::pair::{alike, pairs};
use super::rules;
use super::scope::Scope;
use super::words::{either, list, needs};
use crate::ir::{Body, Model};
use crate::origin;

const WAY: Direction = Direction::Write;

/// How the write forms of a model differ.
pub fn compare((was, before): (&Model, Scope<'_>), (is, after): (&Model, Scope<'_>)) -> Vec<Change> {
    let found = pairs(&was.bodies, &is.bodies, |body| &body.name, |(_, old), (_, new)| alike(&old.doc, &new.doc));
    let mut changes = Vec::new();
    for body in &found.removed {
        let item = origin::body(&was.name, &body.name);
        changes.push(Change::new(&rules::BODY_REMOVED, item, WAY, format!("the write form {} is gone", body.name)));
    }
    for (old, new) in &found.renamed {
        let message = format!("the write form {} is now called {}", old.name, new.name);
        let change = Change::new(&rules::BODY_RENAMED, origin::body(&was.name, &old.name), WAY, message);
        changes.push(change.renamed(origin::body(&is.name, &new.name)));
    }
    for body in &found.added {
        let item = origin::body(&is.name, &body.name);
        changes.push(Change::new(&rules::BODY_ADDED, item, WAY, format!("the write form {} is new", body.name)));
    }
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
    let item = origin::body(&is.0.name, &is.2.name);
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
