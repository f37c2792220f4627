//! Which operations a recorded call is of.

use super::text;
use crate::ir::{Api, Direction, Host, Item, Kind, ModelId, Operation, Owner};

/// Where a call went.
#[derive(Debug, Clone, PartialEq)]
pub enum Route<'a> {
    /// To another host.
    Elsewhere,
    /// To a path that the schema does not have. Redacted.
    Unknown(String),
    /// To operations of these models; several where they share a path.
    Known(Vec<(ModelId, &'a Operation)>),
}

/// Finds the operations by a method and a URL, or the path of one.
pub fn route<'a>(api: &'a Api, method: &str, url: &str) -> Route<'a> {
    let (host, path) = split(url);
    let is_asked = |found: &Host| host.is_none_or(|name| is_host(found, name));
    if !api.hosts.iter().any(is_asked) {
        return Route::Elsewhere;
    }
    let mut found: Vec<(ModelId, &Operation)> = Vec::new();
    for model in &api.models {
        let fits = |operation: &&Operation| {
            is_asked(&api[operation.host]) && operation.kind.method() == method && matches(&operation.path, path)
        };
        found.extend(model.operations.iter().filter(fits).map(|operation| (model.id, operation)));
    }
    // `/tasks/done` is a path of its own although `/tasks/{id}` would fit it.
    let fewest = found.iter().map(|(_, operation)| placeholders(&operation.path)).min();
    found.retain(|(_, operation)| Some(placeholders(&operation.path)) == fewest);
    if found.is_empty() { Route::Unknown(format!("{method} {}", redacted(path))) } else { Route::Known(found) }
}

/// The host and the path of a URL. A path alone has no host.
fn split(url: &str) -> (Option<&str>, &str) {
    let end = url.find(['?', '#']).unwrap_or(url.len());
    let url = url.get(..end).unwrap_or_default();
    let Some((_, rest)) = url.split_once("://") else { return (None, url) };
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    (Some(authority.rsplit('@').next().unwrap_or_default()), path)
}

/// Whether a host of the schema has a name, in whatever region.
fn is_host(host: &Host, name: &str) -> bool {
    let regional = host.regional.as_ref().and_then(|url| split(url).0?.split_once("{region}"));
    split(&host.url).0 == Some(name)
        || regional.is_some_and(|(before, after)| name.starts_with(before) && name.ends_with(after))
}

fn matches(template: &str, path: &str) -> bool {
    let path = path.strip_suffix('/').unwrap_or(path);
    let (mut template, mut path) = (template.split('/'), path.split('/'));
    loop {
        match (template.next(), path.next()) {
            (None, None) => return true,
            (Some(expected), Some(part)) if is_placeholder(expected) && !part.is_empty() => {}
            (Some(expected), Some(part)) if expected == part => {}
            _ => return false,
        }
    }
}

fn placeholders(template: &str) -> usize {
    template.split('/').filter(|part| is_placeholder(part)).count()
}

fn is_placeholder(part: &str) -> bool {
    part.starts_with('{') && part.ends_with('}')
}

/// A path without what may be an id, a name or a token: of what the schema does not know, only the collection is shown.
fn redacted(path: &str) -> String {
    let part = |(place, part): (usize, &str)| {
        let plain = part.bytes().all(|byte| byte.is_ascii_lowercase());
        if part.is_empty() || (place == 1 && plain && text::is_key(part)) {
            part.to_owned()
        } else {
            "{…}".to_owned()
        }
    };
    path.split('/').enumerate().map(part).collect::<Vec<_>>().join("/")
}

/// What the body of a call holds, by its operation: records of the model, or of a shape of it. Some hold none: an
/// envelope of counts, or nothing.
pub fn body(model: ModelId, operation: &Operation, direction: Direction) -> Option<Owner> {
    let record = Some(Owner::Model(model));
    match (&operation.kind, direction) {
        (Kind::List(list), Direction::Response) => match list.item {
            Item::Record => record,
            Item::Shape(shape) => Some(Owner::Shape(shape)),
        },
        (Kind::Create(_) | Kind::Update(_), _)
        | (Kind::Get(_), Direction::Response)
        | (Kind::BulkUpsert(_) | Kind::Ingest(_), Direction::Request) => record,
        _ => None,
    }
}
