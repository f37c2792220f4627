//! What to write into the schema for what was found.

use std::collections::BTreeMap;

use super::{
    evidence::Evidence,
    guess::Guesser,
    tally::{Difference, Key, Tallies, Tally, VALUES},
    text,
    walk::SOME_ID,
};
use crate::{
    ir::{Api, Direction, EnumId, Owner, Type},
    schema::types::written,
    write::{
        yaml,
        yaml::{quoted, scalar},
    },
};

/// What a new field is said to be until somebody knows.
const DOC: &str = "Meaning unknown.";

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// Where the field is, or is to be, declared.
    pub(super) owner: Owner,
    pub file: String,
    /// The same in words, such as ``the shape `Owner` ``.
    pub within: String,
    pub field: String,
    pub change: Change,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    Add {
        ty: String,
    },
    /// Its enum gets more values.
    Values {
        values: Vec<String>,
        /// The whole type afterwards.
        ty: String,
    },
    /// Its `integer` becomes a `number`. Every integer is a number, so nothing is lost by it; without it, the SDK
    /// cannot read the record.
    Widen {
        /// The whole type afterwards.
        ty: String,
    },
}

/// Describes a model or a shape, such as ``the shape `Owner` ``.
pub fn described(api: &Api, owner: Owner) -> String {
    let noun = if matches!(owner, Owner::Model(_)) { "the model" } else { "the shape" };
    format!("{noun} `{}`", api.name(owner))
}

/// A type as the schema writes it, with more values in its enum.
pub fn type_text(api: &Api, ty: &Type, more: &[String]) -> String {
    let values = |id: EnumId| {
        let values = api[id].variants.iter().map(|value| &value.wire).chain(more);
        format!("enum({})", values.map(String::as_str).collect::<Vec<_>>().join(", "))
    };
    written(api, ty, &|target| api.target(target), &values)
}

/// The changes that responses ask for. Requests ask for none: they say what somebody believed, not what is so.
pub fn proposals<'t>(api: &Api, tallies: &'t Tallies) -> Vec<Proposal> {
    let mut unknown: BTreeMap<(Owner, &'t str), Evidence> = BTreeMap::new();
    let mut changes: BTreeMap<(Owner, &'t str), Change> = BTreeMap::new();
    for (key, tally) in tallies.differences.iter().filter(|(key, _)| key.subject.direction == Direction::Response) {
        let place = (tally.owner, tally.field.as_str());
        match key.difference {
            Difference::Unknown if tally.field != SOME_ID => unknown.entry(place).or_default().merge(&tally.evidence),
            Difference::NewValue => {
                changes.extend(add_values(api, tally, changes.get(&place)).map(|change| (place, change)));
            }
            Difference::Mismatch => changes.extend(widened(api, tally).map(|change| (place, change))),
            _ => {}
        }
    }
    let guesser = Guesser { api, model: None };
    let add = |((owner, field), evidence): ((Owner, &'t str), Evidence)| {
        ((owner, field), Change::Add { ty: guesser.field(field, &evidence).ty })
    };
    changes.extend(unknown.into_iter().map(add));
    let proposal = |((owner, field), change): ((Owner, &str), Change)| {
        let file = api.file(owner).to_owned();
        Proposal { owner, file, within: described(api, owner), field: field.to_owned(), change }
    };
    changes.into_iter().map(proposal).collect()
}

/// The new values of an enum that may be names, beside those that are to be added already.
fn add_values(api: &Api, tally: &Tally, before: Option<&Change>) -> Option<Change> {
    let mut values = match before {
        Some(Change::Values { values, .. }) => values.clone(),
        _ => Vec::new(),
    };
    if tally.values.len() <= VALUES {
        let fits = |value: &&String| text::is_value(value) && !value.contains(',') && value.trim() == value.as_str();
        values.extend(tally.values.keys().filter(fits).cloned());
    }
    values.sort();
    values.dedup();
    let field = api.field(tally.owner, &tally.field)?;
    let ty = type_text(api, &field.ty, &values);
    (!values.is_empty()).then_some(Change::Values { values, ty })
}

/// An `integer` of which a value has a fraction.
fn widened(api: &Api, tally: &Tally) -> Option<Change> {
    let field = api.field(tally.owner, &tally.field)?;
    let ty = type_text(api, &field.ty, &[]);
    let once = ty.matches("integer").count() == 1;
    (tally.numbers && once).then(|| Change::Widen { ty: ty.replace("integer", "number") })
}

impl Proposal {
    /// Whether nothing is left of a difference once this is done.
    pub(super) fn fixes(&self, key: &Key, tally: &Tally) -> bool {
        let place = (self.owner, self.field.as_str()) == (tally.owner, tally.field.as_str());
        let kind = match &self.change {
            Change::Add { .. } => key.difference == Difference::Unknown,
            Change::Values { values, .. } => {
                key.difference == Difference::NewValue && tally.values.keys().all(|value| values.contains(value))
            }
            Change::Widen { .. } => key.difference == Difference::Mismatch && tally.numbers,
        };
        place && kind && key.subject.direction == Direction::Response
    }

    /// Where it is to be written, in words.
    pub fn words(&self) -> String {
        match &self.change {
            Change::Add { .. } => format!("{}: at the end of the fields of {}", self.file, self.within),
            Change::Values { .. } => format!("{}: the type of `{}` of {}", self.file, self.field, self.within),
            Change::Widen { .. } => {
                format!(
                    "{}: the type of `{}` of {}, of which a value has a fraction",
                    self.file, self.field, self.within
                )
            }
        }
    }

    pub fn yaml(&self) -> String {
        match &self.change {
            Change::Add { ty } => entry(&self.field, ty, matches!(self.owner, Owner::Model(_)), "  ", "\n"),
            Change::Values { ty, .. } | Change::Widen { ty } => format!("    type: {}\n", scalar(ty)),
        }
    }
}

/// The YAML of all changes, with that for one place together: the place in words, and the text.
pub fn by_place(proposals: &[Proposal]) -> Vec<(String, String)> {
    let mut places: Vec<(String, String)> = Vec::new();
    for proposal in proposals {
        let words = proposal.words();
        match places.last_mut().filter(|(last, _)| *last == words) {
            Some((_, yaml)) => yaml.push_str(&proposal.yaml()),
            None => places.push((words, proposal.yaml())),
        }
    }
    places
}

pub fn entry(name: &str, ty: &str, in_model: bool, indent: &str, newline: &str) -> String {
    let mut keys = vec![("name", scalar(name)), ("type", scalar(ty))];
    keys.extend(in_model.then(|| ("evidence", "example".to_owned())));
    keys.push(("doc", quoted(DOC)));
    let comment = format!("{indent}# Guessed from recorded responses: check the type and describe the field.{newline}");
    comment + &yaml::entry(indent, &keys, newline)
}
