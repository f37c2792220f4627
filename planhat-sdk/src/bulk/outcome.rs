//! From an envelope to what became of each record. It holds no positions, so records are found by key.

use std::{collections::HashSet, fmt};

use serde_json::Value;

use super::{
    BulkReport, Envelope,
    chunk::{Chunk, text_of},
};
use crate::{
    error::{Effect, Error, shortened},
    value::{Id, Object},
};

/// What became of a record.
#[derive(Debug, PartialEq)]
#[non_exhaustive]
pub enum Outcome<M> {
    /// It is new. Its id is known if it was sent with a key.
    Created(Option<Id<M>>),
    /// It existed and was changed.
    Updated(Option<Id<M>>),
    /// It existed and was already as it should be.
    Unchanged,
    /// It was not written.
    Failed(Box<Failure>),
    /// Nobody can tell.
    Unknown(Box<Failure>),
}

/// Why a record was not written, or why nobody can tell.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Failure {
    /// The reason in words.
    pub reason: String,
    /// What Planhat said, as it came.
    pub raw: Option<Value>,
    /// What is known of the effect.
    pub effect: Effect,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.reason, self.effect)
    }
}

impl<M> Clone for Outcome<M> {
    fn clone(&self) -> Self {
        match self {
            Self::Created(id) => Self::Created(id.clone()),
            Self::Updated(id) => Self::Updated(id.clone()),
            Self::Unchanged => Self::Unchanged,
            Self::Failed(failure) => Self::Failed(failure.clone()),
            Self::Unknown(failure) => Self::Unknown(failure.clone()),
        }
    }
}

impl<M> Outcome<M> {
    pub(super) fn failed(reason: impl Into<String>, effect: Effect) -> Self {
        Self::Failed(Box::new(Failure { reason: reason.into(), raw: None, effect }))
    }

    fn refused(raw: Value) -> Self {
        Self::Failed(Box::new(Failure { reason: reason_of(&raw), raw: Some(raw), effect: Effect::Refused }))
    }

    fn unknown(reason: impl Into<String>, raw: Option<Value>) -> Self {
        Self::Unknown(Box::new(Failure { reason: reason.into(), raw, effect: Effect::Unknown }))
    }

    /// What a failed call says of each of its records.
    pub(super) fn of_error(error: &Error) -> Self {
        match error.effect() {
            effect @ (Effect::NotSent | Effect::Refused) => Self::failed(error.told(), effect),
            _ => Self::unknown(error.told(), None),
        }
    }
}

/// Settles each row of a chunk.
pub(super) fn settle<M>(keys: &[&str], chunk: &Chunk, envelope: &Envelope, report: &mut BulkReport<M>) {
    let mut outcomes: Vec<Option<Outcome<M>>> = chunk.rows.iter().map(|_| None).collect();
    let mut put = |place: Option<usize>, outcome: Outcome<M>| {
        if let Some(slot @ None) = place.and_then(|place| outcomes.get_mut(place)) {
            *slot = Some(outcome);
            return true;
        }
        false
    };
    // A lone record needs no key to be found.
    let lone = (chunk.rows.len() == 1).then_some(0);
    let find = |element: &Object| lone.or_else(|| find(keys, chunk, element));
    for element in &envelope.inserts_keys {
        put(find(element), Outcome::Created(id_in(element)));
    }
    for element in &envelope.updates_keys {
        put(find(element), Outcome::Updated(id_in(element)));
    }
    let mut unassigned = Vec::new();
    for error in envelope.errors() {
        if !put(lone.or_else(|| find_in_error(keys, chunk, error)), Outcome::refused(error.clone())) {
            unassigned.push(error.clone());
        }
    }
    let open = outcomes.iter().filter(|outcome| outcome.is_none()).count();
    let rest = Rest::tell(chunk, envelope, open, unassigned);
    for (row, outcome) in chunk.rows.iter().zip(outcomes) {
        report.settle(row.index, outcome.unwrap_or_else(|| rest.outcome()));
    }
}

/// What became of the rows that no element of the envelope names.
enum Rest {
    Created,
    Unchanged,
    Refused(Vec<Value>),
    Unknown(Vec<Value>),
}

impl Rest {
    fn tell(chunk: &Chunk, envelope: &Envelope, open: usize, unassigned: Vec<Value>) -> Self {
        let open = open as u64;
        let named = chunk.rows.len() as u64 - open;
        if unassigned.is_empty() && envelope.nonupdates == open {
            return Self::Unchanged;
        }
        if !chunk.keyed && unassigned.is_empty() && envelope.created == named + open {
            return Self::Created;
        }
        // As many errors as rows, or errors and nothing done: these are the ones that failed.
        let nothing_done = envelope.created + envelope.updated + envelope.nonupdates <= named;
        if !unassigned.is_empty() && envelope.nonupdates == 0 && nothing_done {
            return Self::Refused(unassigned);
        }
        Self::Unknown(unassigned)
    }

    fn outcome<M>(&self) -> Outcome<M> {
        match self {
            Self::Created => Outcome::Created(None),
            Self::Unchanged => Outcome::Unchanged,
            Self::Refused(errors) => match errors.as_slice() {
                [error] => Outcome::refused(error.clone()),
                errors => Outcome::refused(Value::Array(errors.to_vec())),
            },
            Self::Unknown(errors) => {
                let reason = "Planhat's answer does not tell what became of this record";
                Outcome::unknown(reason, (!errors.is_empty()).then(|| Value::Array(errors.clone())))
            }
        }
    }
}

fn id_in<M>(element: &Object) -> Option<Id<M>> {
    element.get("_id").and_then(text_of).map(Id::new)
}

/// The row that an element names by one of its keys, the first key first.
fn find(keys: &[&str], chunk: &Chunk, element: &Object) -> Option<usize> {
    keys.iter().enumerate().find_map(|(place, name)| {
        let text = text_of(element.get(*name)?)?;
        chunk.by_key.get(&(place, text)).copied()
    })
}

/// The row that an error names. Its form is not documented: the keys may stand at any depth.
fn find_in_error(keys: &[&str], chunk: &Chunk, error: &Value) -> Option<usize> {
    match error {
        Value::Object(map) => {
            find(keys, chunk, map).or_else(|| map.values().find_map(|inner| find_in_error(keys, chunk, inner)))
        }
        Value::Array(values) => values.iter().find_map(|inner| find_in_error(keys, chunk, inner)),
        Value::String(text) => find_in_text(chunk, text),
        _ => None,
    }
}

/// The only row one of whose keys stands in a text as a word of its own.
fn find_in_text(chunk: &Chunk, text: &str) -> Option<usize> {
    let named = chunk.by_key.iter().filter(|((_, key), _)| holds_word(text, key));
    let places: HashSet<usize> = named.map(|(_, place)| *place).collect();
    let mut places = places.into_iter();
    places.next().filter(|_| places.next().is_none())
}

fn holds_word(text: &str, word: &str) -> bool {
    let boundary = |character: Option<char>| !character.is_some_and(|c| c.is_alphanumeric() || "-_.@".contains(c));
    text.match_indices(word).any(|(start, _)| {
        let before = text.get(..start).and_then(|before| before.chars().next_back());
        let after = text.get(start + word.len()..).and_then(|after| after.chars().next());
        boundary(before) && boundary(after)
    })
}

fn reason_of(raw: &Value) -> String {
    let said = match raw {
        Value::String(text) => Some(text.clone()),
        Value::Object(map) => {
            let words = ["message", "error", "reason", "errmsg"].iter().find_map(|key| map.get(*key)?.as_str());
            words.map(str::to_owned)
        }
        _ => None,
    };
    shortened(said.unwrap_or_else(|| raw.to_string()))
}
