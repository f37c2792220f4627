//! Which calls read a few records of each model.

use crate::ir::{Api, Auth, Item, Model, ModelId};

/// The paths and queries of the lists to read, a few records of each, of one model or of all.
///
/// Lists that are not paged are left out: they would return everything.
pub fn calls(api: &Api, only: Option<ModelId>, records: u32) -> Vec<String> {
    let models = api.models.iter().filter(|model| only.is_none_or(|only| only == model.id));
    models.flat_map(|model| calls_of(api, model, records)).collect()
}

fn calls_of(api: &Api, model: &Model, records: u32) -> impl Iterator<Item = String> {
    model.lists().filter_map(move |(operation, list)| {
        let paging = list.paging?;
        if api[operation.host].auth != Auth::Bearer || operation.path.contains('{') {
            return None;
        }
        let part = api.discriminator(model).filter(|_| list.item == Item::Record);
        let part = part.map(|part| format!("{}={}&", api[part.field].wire, part.value)).unwrap_or_default();
        Some(format!("{}?{part}limit={}", operation.path, records.min(paging.max)))
    })
}

/// How many calls may be made at most: half of what a minute allows, since others may use the token too.
pub fn most_calls(api: &Api) -> u32 {
    let quota = api.hosts.first().and_then(|host| host.quota);
    quota.map_or(100, |quota| quota.per_minute / 2)
}
