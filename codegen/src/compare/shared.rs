//! What all models share: hosts, limits, entities, the API's own words.

use super::{
    change::{Change, Direction},
    pair::{Paired, pairs},
    rules,
    words::{either, list},
};
use crate::{
    ir::{Api, Entity, Host, Limits, SchemaPath},
    schema::read::Keyword as _,
};

const DIRECTION: Direction = Direction::Both;

pub fn compare(was: &Api, is: &Api) -> Vec<Change> {
    let about = |api: &Api| Some(format!("{}: {}", api.name, api.doc));
    let message = "the API is described in other words".to_owned();
    let mut changes: Vec<Change> =
        either(&rules::API_DOC, &SchemaPath::api(), DIRECTION, message, about(was), about(is)).into_iter().collect();
    changes.extend(hosts(&was.hosts, &is.hosts));
    changes.extend(limits(was.limits, is.limits));
    changes.extend(entities(&was.entities, &is.entities));
    changes
}

/// Something of the API that has a name, in words.
fn thing<'t>(item: SchemaPath, noun: &str, name: &'t str) -> Paired<'t> {
    Paired { item, subject: format!("{noun} {name}"), name, direction: DIRECTION, fact: None }
}

fn hosts<'a>(was: &'a [Host], is: &'a [Host]) -> Vec<Change> {
    let found = pairs(was, is, |host| &host.name, |_, _| false);
    let thing = |host: &'a Host| thing(SchemaPath::host(&host.name), "the host", &host.name);
    let mut changes = found.changes((&rules::HOST_REMOVED, None, &rules::HOST_ADDED), thing, thing);
    for (old, new) in found.same {
        changes.extend(host(old, new));
    }
    changes
}

fn host(was: &Host, is: &Host) -> impl Iterator<Item = Change> {
    let item = SchemaPath::host(&is.name);
    let say = |what: &str| format!("the host {} {what}", is.name);
    let urls = |host: &Host| list([Some(&host.url), host.regional.as_ref()].into_iter().flatten());
    let quota = |host: &Host| {
        host.quota.map(|quota| {
            format!("{} a minute, {} a second, {} at once", quota.per_minute, quota.per_second, quota.in_flight)
        })
    };
    [
        either(&rules::HOST_URL, &item, DIRECTION, say("has another URL"), urls(was), urls(is)),
        either(&rules::HOST_REGIONS, &item, DIRECTION, say("has other regions"), list(&was.regions), list(&is.regions)),
        either(
            &rules::HOST_AUTH,
            &item,
            DIRECTION,
            say("asks for another identification"),
            Some(was.auth.keyword()),
            Some(is.auth.keyword()),
        ),
        either(&rules::HOST_QUOTA, &item, DIRECTION, say("takes another number of calls"), quota(was), quota(is)),
        either(&rules::HOST_DOC, &item, DIRECTION, say("is described in other words"), Some(&was.doc), Some(&is.doc)),
    ]
    .into_iter()
    .flatten()
}

fn limits(was: Limits, is: Limits) -> impl Iterator<Item = Change> {
    let limit = |name: &str, was: u32, is: u32| {
        let message = format!("the limit `{name}` is another");
        either(
            &rules::LIMIT,
            &SchemaPath::limit(name),
            Direction::Write,
            message,
            Some(was.to_string()),
            Some(is.to_string()),
        )
    };
    [limit("bulk_items", was.bulk_items, is.bulk_items), limit("body_bytes", was.body_bytes, is.body_bytes)]
        .into_iter()
        .flatten()
}

fn entities<'a>(was: &'a [Entity], is: &'a [Entity]) -> Vec<Change> {
    let found = pairs(was, is, |entity| &entity.name, |_, _| false);
    let thing = |entity: &'a Entity| thing(SchemaPath::entity(&entity.name), "the entity", &entity.name);
    let mut changes = found.changes((&rules::ENTITY_REMOVED, None, &rules::ENTITY_ADDED), thing, thing);
    for (old, new) in found.same {
        let message = format!("the entity {} is described in other words", new.name);
        let item = SchemaPath::entity(&new.name);
        changes.extend(either(&rules::ENTITY_DOC, &item, DIRECTION, message, Some(&old.doc), Some(&new.doc)));
    }
    changes
}
