//! What all models share: hosts, limits, entities, the API's own words.

use super::{
    change::Change,
    pair::{Paired, pairs},
    rules,
    words::{Common, list},
};
use crate::{
    ir::{Api, Direction, Entity, Host, SchemaPath},
    schema::read::Keyword as _,
};

pub fn compare(old: &Api, new: &Api) -> Vec<Change> {
    let api = Common { old, new, item: &SchemaPath::api(), subject: "the API", direction: None };
    let about = |api: &Api| Some(format!("{}: {}", api.name, api.doc));
    let mut changes: Vec<Change> =
        api.fact(&rules::API_DOC, "is described in other words", about).into_iter().collect();
    changes.extend(hosts(&old.hosts, &new.hosts));
    let limit = |name: &str, value: fn(&Api) -> u32| {
        let (item, subject) = (SchemaPath::limit(name), format!("the limit `{name}`"));
        let limit = Common { item: &item, subject: &subject, direction: Some(Direction::Request), ..api };
        limit.fact(&rules::LIMIT, "has another value", |api| Some(value(api).to_string()))
    };
    changes.extend(limit("bulk_items", |api| api.limits.bulk_items));
    changes.extend(limit("body_bytes", |api| api.limits.body_bytes));
    changes.extend(entities(&old.entities, &new.entities));
    changes
}

/// Something of the API that has a name, in words.
fn thing<'t>(item: SchemaPath, noun: &str, name: &'t str) -> Paired<'t> {
    Paired { item, subject: format!("{noun} {name}"), name, direction: None, fact: None }
}

fn hosts<'a>(old: &'a [Host], new: &'a [Host]) -> Vec<Change> {
    let found = pairs(old, new, |host| &host.name, |_, _| false);
    let thing = |host: &'a Host| thing(SchemaPath::host(&host.name), "the host", &host.name);
    let mut changes = found.changes((&rules::HOST_REMOVED, None, &rules::HOST_ADDED), thing, thing);
    for (old, new) in found.same {
        changes.extend(host(old, new));
    }
    changes
}

fn host(old: &Host, new: &Host) -> impl Iterator<Item = Change> {
    let (item, subject) = (SchemaPath::host(&new.name), format!("the host {}", new.name));
    let host = Common { old, new, item: &item, subject: &subject, direction: None };
    [
        host.fact(&rules::HOST_URL, "has another URL", |host| {
            list([Some(&host.url), host.regional.as_ref()].into_iter().flatten())
        }),
        host.fact(&rules::HOST_REGIONS, "has other regions", |host| list(&host.regions)),
        host.fact(&rules::HOST_AUTH, "requires another authentication", |host| Some(host.auth.keyword())),
        host.fact(&rules::HOST_QUOTA, "has another quota", |host| {
            host.quota.map(|quota| {
                format!("{} a minute, {} a second, {} at once", quota.per_minute, quota.per_second, quota.in_flight)
            })
        }),
        host.fact(&rules::HOST_DOC, "is described in other words", |host| Some(&host.doc)),
    ]
    .into_iter()
    .flatten()
}

fn entities<'a>(old: &'a [Entity], new: &'a [Entity]) -> Vec<Change> {
    let found = pairs(old, new, |entity| &entity.name, |_, _| false);
    let thing = |entity: &'a Entity| thing(SchemaPath::entity(&entity.name), "the entity", &entity.name);
    let mut changes = found.changes((&rules::ENTITY_REMOVED, None, &rules::ENTITY_ADDED), thing, thing);
    for (old, new) in found.same {
        let Paired { item, subject, direction, .. } = thing(new);
        let common = Common { old, new, item: &item, subject: &subject, direction };
        changes.extend(common.fact(&rules::ENTITY_DOC, "is described in other words", |entity| Some(&entity.doc)));
    }
    changes
}
