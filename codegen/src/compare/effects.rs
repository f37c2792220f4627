//! What becomes of the Rust items, and which change of the schema answers for it.
//!
//! The release that a change demands follows from here as much as from its rule, so that no rule can be too mild. What
//! no change answers for is a change of its own.

use std::{cmp::Reverse, collections::BTreeMap};

use super::{
    change::{AffectedItem, Change, ItemChange},
    rules,
    rules::Attribution,
};
use crate::{
    emit::sdk::items::{Items, Part},
    ir::SchemaPath,
};

/// What becomes of a Rust item.
#[derive(Debug, PartialEq, Eq)]
struct Effect {
    touched: AffectedItem,
    /// What in the schema it comes from: the first that a change answers for is to blame.
    origins: Vec<Vec<SchemaPath>>,
}

/// Finds out what becomes of the Rust items, and has the changes say so.
pub fn attribute(changes: &mut Vec<Change>, old: &Items, new: &Items) {
    let unexplained: Vec<Effect> = effects(old, new).into_iter().filter_map(|effect| blame(changes, effect)).collect();
    for effect in unexplained {
        follow(changes, effect);
    }
    for change in changes.iter_mut() {
        if change.rule.attribution == Attribution::Nothing {
            let from_it = |parts: &[Part]| parts.first().is_some_and(|part| part.origin == change.item);
            let items = new.iter().filter(|(_, parts)| from_it(parts));
            change.rust =
                items.map(|(path, _)| AffectedItem { path: path.clone(), change: ItemChange::Stays }).collect();
        }
        // What breaks comes first, since the end of a long list may not be shown.
        change.rust.sort_by_cached_key(|touched| (Reverse(touched.change.level()), touched.clone()));
        let demanded = change.rust.iter().map(|touched| touched.change.level()).max();
        change.level = demanded.map_or(change.level, |level| level.max(change.level));
    }
}

/// Has the changes that answer for an effect say so; if there is none, returns the effect.
fn blame(changes: &mut [Change], effect: Effect) -> Option<Effect> {
    for origins in &effect.origins {
        let answers = |change: &&mut Change| origins.iter().any(|origin| answers_for(change, origin));
        let mut to_blame = changes.iter_mut().filter(answers).peekable();
        if to_blame.peek().is_some() {
            to_blame.for_each(|change| change.rust.push(effect.touched.clone()));
            return None;
        }
    }
    Some(effect)
}

/// Has the change say so of which an effect is a consequence; if there is none, it is a change of its own.
fn follow(changes: &mut Vec<Change>, effect: Effect) {
    let path = effect.touched.path.as_str();
    if let Some(change) = changes.iter_mut().find(|change| entails(change, &effect.touched)) {
        change.rust.push(effect.touched);
        return;
    }
    let Some(item) = effect.origins.iter().flatten().next().cloned() else { return };
    let what = match effect.touched.change {
        ItemChange::Gone => "is gone",
        ItemChange::New => "is new",
        _ => "looks different",
    };
    let mut change = Change::new(&rules::RUST_ITEM, &item, None, format!("`{path}` {what}"));
    change.rust.push(effect.touched);
    changes.push(change);
}

/// Whether an effect follows from what a change does to other items: a type without required fields has a default
/// value, and what names a type looks different if that is called differently.
fn entails(change: &Change, touched: &AffectedItem) -> bool {
    if let Some(ty) = touched.path.strip_prefix("impl Default for ") {
        return change.rust.iter().any(|other| other.path == format!("{ty}::new"));
    }
    let ItemChange::Changed(old, new) = &touched.change else { return false };
    let named = |text: &str, item_change: &ItemChange| {
        let names = change.rust.iter().filter(|other| other.change == *item_change).map(|other| &other.path);
        let mut names = names.filter_map(|path| path.rsplit("::").next());
        names.any(|name| text.split(|character: char| !character.is_alphanumeric()).any(|word| word == name))
    };
    named(old, &ItemChange::Gone) && named(new, &ItemChange::New)
}

fn answers_for(change: &Change, origin: &SchemaPath) -> bool {
    match change.rule.attribution {
        Attribution::Nothing => false,
        Attribution::Own => change.items().any(|item| item == origin),
        Attribution::Whole => change.items().any(|item| item.contains(origin)),
    }
}

/// What becomes of the Rust items. What is in something that is gone is left out, and so is what is in something new.
fn effects(old: &Items, new: &Items) -> Vec<Effect> {
    let mut found = Vec::new();
    for (path, parts) in old {
        match new.get(path) {
            None if has_parent(path, |parent| old.contains_key(parent) && !new.contains_key(parent)) => {}
            None => found.push(one(path, ItemChange::Gone, parts)),
            Some(others) => found.extend(changed(path, parts, others)),
        }
    }
    for (path, parts) in new.iter().filter(|(path, _)| !old.contains_key(*path)) {
        if !has_parent(path, |parent| new.contains_key(parent) && !old.contains_key(parent)) {
            found.push(one(path, ItemChange::New, parts));
        }
    }
    found
}

/// Whether something is true of one of the items that an item is in.
fn has_parent(path: &str, is_so: impl Fn(&str) -> bool) -> bool {
    path.match_indices("::").any(|(at, _)| path.get(..at).is_some_and(&is_so))
}

fn one(path: &str, change: ItemChange, parts: &[Part]) -> Effect {
    // Whose it is comes first, then what else it is made of.
    let origins = parts.iter().map(|part| vec![part.origin.clone()]).collect();
    Effect { touched: AffectedItem { path: path.to_owned(), change }, origins }
}

fn changed(path: &str, old: &[Part], new: &[Part]) -> Option<Effect> {
    let text = |parts: &[Part]| parts.iter().map(|part| part.text.as_str()).collect::<String>();
    let (before, after) = (text(old), text(new));
    if before == after {
        return None;
    }
    let takes_all = old.len() == new.len()
        && old.iter().zip(new).all(|(old, new)| old.text == new.text || old.wider.contains(&new.text));
    let change = if takes_all { ItemChange::Wider(before, after) } else { ItemChange::Changed(before, after) };
    // The parts that differ are to blame; if they only stand in another order, their list is.
    let (mut differing, mut all) = (Vec::new(), Vec::new());
    let (old, new) = (by_origin(old), by_origin(new));
    for origin in old.keys().chain(new.keys()) {
        if old.get(origin) != new.get(origin) && !differing.contains(origin) {
            differing.push(origin.clone());
        }
        let list = origin.parent().unwrap_or_else(|| origin.clone());
        all.extend((!all.contains(&list)).then_some(list));
    }
    let owner = new.keys().cloned().collect();
    Some(Effect { touched: AffectedItem { path: path.to_owned(), change }, origins: vec![differing, all, owner] })
}

/// What the parts from each origin look like, without the commas between them.
fn by_origin(parts: &[Part]) -> BTreeMap<SchemaPath, Vec<&str>> {
    let mut texts: BTreeMap<SchemaPath, Vec<&str>> = BTreeMap::new();
    for part in parts {
        texts.entry(part.origin.clone()).or_default().push(part.text.trim_start_matches(", "));
    }
    texts
}
