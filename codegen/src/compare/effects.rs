//! What becomes of the Rust items, and which change of the schema answers for it.
//!
//! The release that a change demands follows from here as much as from its rule, so that no rule can be too mild. What
//! no change answers for is a change of its own.

use std::collections::BTreeMap;

use super::change::{Change, Direction, Fate, Touched};
use super::rules::{self, Claims};
use crate::emit::sdk::surface::{Part, Surface};

/// How an implementation is written of which a type has one as long as its constructor takes nothing.
const DEFAULT: &str = "impl Default for ";

/// What becomes of a Rust item.
#[derive(Debug, PartialEq, Eq)]
struct Effect {
    touched: Touched,
    /// What in the schema it comes from: the first that a change answers for is to blame.
    origins: Vec<Vec<String>>,
}

/// Finds out what becomes of the Rust items, and has the changes say so.
pub fn attribute(changes: &mut Vec<Change>, was: &Surface, is: &Surface) {
    let (defaults, effects): (Vec<_>, Vec<_>) =
        effects(was, is).into_iter().partition(|effect| effect.touched.path.starts_with(DEFAULT));
    for effect in effects.into_iter().chain(defaults) {
        blame(changes, effect);
    }
    for change in changes.iter_mut() {
        if change.rule.claims == Claims::Nothing {
            let from_it = |parts: &[Part]| parts.first().is_some_and(|part| part.origin == change.item);
            let items = is.iter().filter(|(_, parts)| from_it(parts));
            change.rust = items.map(|(path, _)| Touched { path: path.clone(), fate: Fate::Stays }).collect();
        }
        change.rust.sort();
        let demanded = change.rust.iter().map(|touched| touched.fate.level()).max();
        change.level = demanded.map_or(change.level, |level| level.max(change.level));
    }
}

fn blame(changes: &mut Vec<Change>, effect: Effect) {
    for origins in &effect.origins {
        let to_blame = changes.iter_mut().filter(|change| origins.iter().any(|origin| answers_for(change, origin)));
        let mut any = false;
        for change in to_blame {
            change.rust.push(effect.touched.clone());
            any = true;
        }
        if any {
            return;
        }
    }
    if let Some(ty) = effect.touched.path.strip_prefix(DEFAULT) {
        // Who changed the constructor changed this too.
        let constructor = |touched: &Touched| touched.path == format!("{ty}::new");
        if let Some(change) = changes.iter_mut().find(|change| change.rust.iter().any(constructor)) {
            change.rust.push(effect.touched);
            return;
        }
    }
    let item = effect.origins.first().and_then(|origins| origins.first()).cloned().unwrap_or_default();
    let message = format!(
        "`{}` {}",
        effect.touched.path,
        match effect.touched.fate {
            Fate::Gone => "is gone",
            Fate::New => "is new",
            _ => "looks different",
        }
    );
    let mut change = Change::new(&rules::RUST_ITEM, item, Direction::Both, message);
    change.rust.push(effect.touched);
    changes.push(change);
}

fn answers_for(change: &Change, origin: &str) -> bool {
    let own = |item: &str| item == origin;
    let within = |item: &str| origin.strip_prefix(item).is_some_and(|rest| rest.starts_with('/'));
    match change.rule.claims {
        Claims::Nothing => false,
        Claims::Own => change.items().any(own),
        Claims::Whole => change.items().any(|item| own(item) || within(item)),
    }
}

/// What becomes of the Rust items. What is in something that is gone is not told, nor what is in something new.
fn effects(was: &Surface, is: &Surface) -> Vec<Effect> {
    let mut found = Vec::new();
    for (path, parts) in was {
        match is.get(path) {
            None if has_parent(path, |parent| was.contains_key(parent) && !is.contains_key(parent)) => {}
            None => found.push(one(path, Fate::Gone, parts)),
            Some(new) => found.extend(changed(path, parts, new)),
        }
    }
    for (path, parts) in is.iter().filter(|(path, _)| !was.contains_key(*path)) {
        if !has_parent(path, |parent| is.contains_key(parent) && !was.contains_key(parent)) {
            found.push(one(path, Fate::New, parts));
        }
    }
    found
}

/// Whether something is true of one of the items that an item is in.
fn has_parent(path: &str, is_so: impl Fn(&str) -> bool) -> bool {
    path.match_indices("::").any(|(at, _)| path.get(..at).is_some_and(&is_so))
}

fn one(path: &str, fate: Fate, parts: &[Part]) -> Effect {
    // Whose it is comes first, then what else it is made of.
    let origins = parts.iter().map(|part| vec![part.origin.clone()]).collect();
    Effect { touched: Touched { path: path.to_owned(), fate }, origins }
}

fn changed(path: &str, was: &[Part], is: &[Part]) -> Option<Effect> {
    let text = |parts: &[Part]| parts.iter().map(|part| part.text.as_str()).collect::<String>();
    let (before, after) = (text(was), text(is));
    if before == after {
        return None;
    }
    let takes_all = was.len() == is.len()
        && was.iter().zip(is).all(|(was, is)| was.text == is.text || was.wider.contains(&is.text));
    let fate = if takes_all { Fate::Wider(before, after) } else { Fate::Changed(before, after) };
    // The parts that differ are to blame; if they only stand in another order, their list is.
    let (mut differing, mut all) = (Vec::new(), Vec::new());
    let (was, is) = (by_origin(was), by_origin(is));
    for origin in was.keys().chain(is.keys()) {
        if was.get(origin) != is.get(origin) && !differing.contains(origin) {
            differing.push(origin.clone());
        }
        let list = origin.rsplit_once('/').map_or(origin.as_str(), |(list, _)| list).to_owned();
        all.extend((!all.contains(&list)).then_some(list));
    }
    let owner = is.keys().cloned().collect();
    Some(Effect { touched: Touched { path: path.to_owned(), fate }, origins: vec![differing, all, owner] })
}

/// What the parts from each origin look like, without the commas between them.
fn by_origin(parts: &[Part]) -> BTreeMap<String, Vec<&str>> {
    let mut texts: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for part in parts {
        texts.entry(part.origin.clone()).or_default().push(part.text.trim_start_matches(", "));
    }
    texts
}
