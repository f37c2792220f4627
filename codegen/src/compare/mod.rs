//! What changed in the API that the SDK offers, by meaning and not by line.
//!
//! One module per part of the schema finds the changes; `effects` finds what becomes of the Rust items and which
//! change answers for it.

pub mod accepted;
mod bodies;
pub mod change;
pub mod changelog;
mod effects;
mod fields;
mod filters;
mod models;
mod operations;
mod pair;
pub mod places;
pub mod report;
pub mod rules;
mod shapes;
mod shared;
mod types;
pub mod version;
mod words;

use std::cmp::Reverse;

pub use self::{
    change::{AffectedItem, Change, ItemChange},
    places::Place,
    version::Level,
};
use self::{places::Places, types::Side};
use crate::{emit::sdk::items::items, ir::ModelId, schema::load::Loaded};

/// What changed, the weightiest first, then by what it is about.
pub fn compare(old: &Loaded, new: &Loaded) -> Vec<Change> {
    let (before, after) = (&old.api, &new.api);
    let mut changes = shared::compare(before, after);
    let models = models::paired(before, after);
    let renamed: Vec<(ModelId, &str)> = models.renamed.iter().map(|(old, new)| (old.id, new.name.as_str())).collect();
    let (old_side, new_side) = (Side { api: before, renamed: &renamed }, Side { api: after, renamed: &[] });
    changes.extend(shapes::compare(None, (&before[before.shared], old_side), (&after[after.shared], new_side)));
    changes.extend(models::compare(&models, old_side, new_side));
    effects::attribute(&mut changes, &items(before), &items(after));
    let places = [old, new].map(|side| Places::new(&side.schema, &side.sources));
    for change in &mut changes {
        change.place = place(&places, change);
    }
    changes.sort_by_cached_key(|change| {
        let owner = change.owner().map(str::to_owned);
        let about = (change.rule.id, change.item.clone(), change.message.clone());
        (Reverse(change.level), owner.is_none(), owner, about)
    });
    changes
}

/// Where the schema says so: as it is, or as it was if it no longer does.
fn place([old, new]: &[Places; 2], change: &Change) -> Option<Place> {
    let item = change.latest();
    let here = |(file, line): (&str, usize), before| Place { file: file.to_owned(), line, before };
    if let Some(found) = new.exact(item) {
        return Some(here(found, false));
    }
    if let Some(found) = old.exact(&change.item) {
        return Some(here(found, true));
    }
    new.nearest(item).map(|found| here(found, false))
}
