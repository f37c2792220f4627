//! Which calls read a few records of each model.

use crate::ir::{Api, Auth, Item, Kind, List, Model};

/// The paths and queries of the lists to read, a few records of each, of one model or of all.
///
/// Lists that are not paged are left out: they would answer with everything.
#[must_use]
pub fn calls(api: &Api, only: Option<usize>, records: u32) -> Vec<String> {
    let models = api.models.iter().enumerate().filter(|(index, _)| only.is_none_or(|only| only == *index));
    models.flat_map(|(_, model)| calls_of(api, model, records)).collect()
}

fn calls_of(api: &Api, model: &Model, records: u32) -> impl Iterator<Item = String> {
    model.operations.iter().filter_map(move |operation| {
        let Kind::List(List { item, paging: Some(paging), .. }) = &operation.kind else { return None };
        let bearer = api.hosts.get(operation.host).is_some_and(|host| host.auth == Auth::Bearer);
        if !bearer || operation.path.contains('{') {
            return None;
        }
        let part = api.discriminator(model).filter(|_| *item == Item::Record);
        let part = part.map(|part| format!("{}={}&", part.field, part.value)).unwrap_or_default();
        Some(format!("{}?{part}limit={}", operation.path, records.min(paging.max)))
    })
}

/// How many calls may be made at most: half of what a minute allows, since others may use the token too.
#[must_use]
pub fn most_calls(api: &Api) -> u32 {
    let quota = api.hosts.first().and_then(|host| host.quota);
    quota.map_or(100, |quota| quota.per_minute / 2)
}
