//! From an envelope to what became of each record. It holds no positions, so records are found by key.

use std::{collections::HashSet, fmt};

use serde_json::Value;

use super::{
    BulkReport, Envelope,
    chunk::{Chunk, text_of},
};
use crate::{
    error::{Effect, Error, shortened},
    value::Id,
};

/// What became of a record.
#[derive(Debug, PartialEq)]
#[non_exhaustive]
pub enum Outcome<M> {
    /// It is new. Its id is known if it was sent with a key.
    Created(Option<Id<M>>),
    /// It existed and was changed.
    Updated(Option<Id<M>>),
    /// It existed and was already as it should be. If the call had to be sent again, it may have been the
    /// first attempt that made it so.
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

/// Settles each row of a chunk. `shown` is the same envelope without tokens that it may repeat.
pub(super) fn settle<M>(
    keys: &[&str],
    chunk: &Chunk,
    envelope: &Envelope,
    shown: &Envelope,
    report: &mut BulkReport<M>,
) {
    let mut slots = Slots { outcomes: chunk.rows.iter().map(|_| None).collect() };
    let places = Places { keys, chunk };
    for element in &envelope.inserts_keys {
        slots.put(places.of(element), Outcome::Created(id_in(element)));
    }
    for element in &envelope.updates_keys {
        slots.put(places.of(element), Outcome::Updated(id_in(element)));
    }
    let counts = Counts::left(envelope, &slots);
    if let (1, Some(outcome)) = (chunk.rows.len(), counts.only()) {
        // What is written is written, whatever else is called an error.
        slots.put(Some(0), outcome);
    }
    let mut unassigned = Vec::new();
    let mut guessed = false;
    for (error, shown) in envelope.errors().zip(shown.errors()) {
        let sure = places.named_by(error);
        let place = sure.or_else(|| places.quoted_by(error));
        if slots.put(place, Outcome::refused(shown.clone())) {
            guessed |= sure.is_none();
        } else {
            unassigned.push(shown.clone());
        }
    }
    let rest = Rest::tell(&counts, slots.open(), &unassigned, guessed);
    if !matches!(rest, Rest::Refused(_) | Rest::Unknown(_)) || slots.open() == 0 {
        report.other_errors.append(&mut unassigned);
    }
    for (row, outcome) in chunk.rows.iter().zip(slots.outcomes) {
        report.settle(row.index, outcome.unwrap_or_else(|| rest.outcome()));
    }
}

/// What is known of each row so far. What comes first, counts.
struct Slots<M> {
    outcomes: Vec<Option<Outcome<M>>>,
}

impl<M> Slots<M> {
    fn put(&mut self, place: Option<usize>, outcome: Outcome<M>) -> bool {
        if let Some(slot @ None) = place.and_then(|place| self.outcomes.get_mut(place)) {
            *slot = Some(outcome);
            return true;
        }
        false
    }

    fn open(&self) -> u64 {
        self.outcomes.iter().filter(|outcome| outcome.is_none()).count() as u64
    }

    fn count(&self, wanted: fn(&Outcome<M>) -> bool) -> u64 {
        self.outcomes.iter().flatten().filter(|outcome| wanted(outcome)).count() as u64
    }
}

/// How many rows, beside those that were named, the envelope counts as done; nothing where it does not count.
struct Counts {
    created: Option<u64>,
    updated: Option<u64>,
    unchanged: Option<u64>,
}

impl Counts {
    fn left<M>(envelope: &Envelope, slots: &Slots<M>) -> Self {
        let created = slots.count(|outcome| matches!(outcome, Outcome::Created(_)));
        let updated = slots.count(|outcome| matches!(outcome, Outcome::Updated(_)));
        Self {
            created: envelope.created.map(|count| count.saturating_sub(created)),
            updated: envelope.updated.map(|count| count.saturating_sub(updated)),
            unchanged: envelope.nonupdates,
        }
    }

    /// What became of the only row that is left, if it is counted.
    fn only<M>(&self) -> Option<Outcome<M>> {
        match (self.created.unwrap_or(0), self.updated.unwrap_or(0), self.unchanged.unwrap_or(0)) {
            (1, 0, 0) => Some(Outcome::Created(None)),
            (0, 1, 0) => Some(Outcome::Updated(None)),
            (0, 0, 1) => Some(Outcome::Unchanged),
            _ => None,
        }
    }
}

/// What became of the rows that no element of the envelope names.
enum Rest {
    Created,
    Updated,
    Unchanged,
    Refused(Vec<Value>),
    Unknown(Vec<Value>),
}

impl Rest {
    /// `guessed`: a row was found in the words of an error, which may have been another one.
    fn tell(counts: &Counts, open: u64, unassigned: &[Value], guessed: bool) -> Self {
        let unknown = || Self::Unknown(unassigned.to_vec());
        let (Some(created), Some(updated), Some(unchanged)) = (counts.created, counts.updated, counts.unchanged) else {
            // Without counts, only errors for all of them say that none was written.
            let all_failed = !guessed && !unassigned.is_empty() && unassigned.len() as u64 >= open;
            return if all_failed { Self::Refused(unassigned.to_vec()) } else { unknown() };
        };
        if created + updated + unchanged == 0 && !unassigned.is_empty() {
            return Self::Refused(unassigned.to_vec());
        }
        if guessed || !unassigned.is_empty() {
            return unknown();
        }
        match (created, updated, unchanged) {
            (created, 0, 0) if created == open => Self::Created,
            (0, updated, 0) if updated == open => Self::Updated,
            (0, 0, unchanged) if unchanged == open => Self::Unchanged,
            _ => unknown(),
        }
    }

    fn outcome<M>(&self) -> Outcome<M> {
        match self {
            Self::Created => Outcome::Created(None),
            Self::Updated => Outcome::Updated(None),
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

fn id_in<M>(element: &Value) -> Option<Id<M>> {
    element.get("_id").and_then(text_of).map(Id::new)
}

/// Finds the rows of a chunk.
#[derive(Clone, Copy)]
struct Places<'a> {
    keys: &'a [&'a str],
    chunk: &'a Chunk,
}

impl Places<'_> {
    /// The row that an element is about. A lone row needs no key to be found.
    fn of(self, element: &Value) -> Option<usize> {
        if self.chunk.rows.len() == 1 { Some(0) } else { self.keyed(element) }
    }

    /// The row with one of the element's keys, the first key first.
    fn keyed(self, element: &Value) -> Option<usize> {
        self.keys.iter().enumerate().find_map(|(place, name)| {
            let text = text_of(element.get(*name)?)?;
            self.chunk.by_key.get(&(place, text)).copied()
        })
    }

    /// The row that an error names by key. Its form is not documented: the keys may stand at any depth.
    fn named_by(self, error: &Value) -> Option<usize> {
        if self.chunk.rows.len() == 1 {
            return Some(0);
        }
        match error {
            Value::Object(map) => self.keyed(error).or_else(|| map.values().find_map(|inner| self.named_by(inner))),
            Value::Array(values) => values.iter().find_map(|inner| self.named_by(inner)),
            _ => None,
        }
    }

    /// The only row one of whose keys is quoted in the words of an error.
    fn quoted_by(self, error: &Value) -> Option<usize> {
        let text = match error {
            Value::String(text) => text,
            Value::Object(map) => return map.values().find_map(|inner| self.quoted_by(inner)),
            Value::Array(values) => return values.iter().find_map(|inner| self.quoted_by(inner)),
            _ => return None,
        };
        let quoted = self.chunk.by_key.iter().filter(|((_, key), _)| {
            ['"', '\'', '`'].iter().any(|quote| text.contains(&format!("{quote}{key}{quote}")))
        });
        let places: HashSet<usize> = quoted.map(|(_, place)| *place).collect();
        let mut places = places.into_iter();
        places.next().filter(|_| places.next().is_none())
    }
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{
        bulk::chunk::{Chunker, Next},
        value::{Body, ExternalId},
    };

    enum Company {}

    const KEYS: &[&str] = &["_id", "externalId"];

    /// What an envelope says of rows with these external ids; an empty one is none.
    fn told(keys: &[&str], envelope: &Value) -> (Vec<&'static str>, usize) {
        let bodies: Vec<Body> = keys
            .iter()
            .map(|key| {
                let mut body = Body::default();
                body.set("externalId", ExternalId::new(*key));
                body
            })
            .collect();
        let Some(Next::Chunk(chunk)) = Chunker::new(Box::new(bodies.into_iter()), KEYS, 10, 10_000).next() else {
            panic!("one chunk")
        };
        let envelope = Envelope::parse(envelope.to_string().as_bytes()).unwrap();
        let mut report = BulkReport::<Company>::default();
        settle(KEYS, &chunk, &envelope, &envelope, &mut report);
        let words = report.outcomes().map(|(_, outcome)| match outcome {
            Outcome::Created(_) => "created",
            Outcome::Updated(_) => "updated",
            Outcome::Unchanged => "unchanged",
            Outcome::Failed(_) => "failed",
            Outcome::Unknown(_) => "unknown",
        });
        (words.collect(), report.other_errors().len())
    }

    #[test]
    fn a_record_that_may_have_been_written_is_never_called_failed() {
        let one_of_two = json!({"created": 1, "updated": 0, "nonupdates": 0,
            "createdErrors": [{"externalId": "a", "message": "dup"}, "oops"]});
        assert_eq!(told(&["a", "b", "c"], &one_of_two).0, ["failed", "unknown", "unknown"]);
        let no_counts = json!({"createdErrors": ["oops"]});
        assert_eq!(told(&["a", "b", "c"], &no_counts).0, ["unknown"; 3]);
    }

    #[test]
    fn a_key_that_happens_to_be_a_word_names_no_record() {
        let words = json!({"created": 0, "updated": 0, "nonupdates": 1,
            "updatedErrors": ["name must have at least 2 characters"]});
        assert_eq!(told(&["2", "3"], &words).0, ["unknown", "unknown"]);
        let quoted = json!({"created": 0, "updated": 0, "nonupdates": 1, "updatedErrors": ["duplicated \"2\""]});
        assert_eq!(told(&["2", "3"], &quoted).0, ["failed", "unknown"]);
    }

    #[test]
    fn parts_of_an_unexpected_form_cost_none_of_the_others() {
        let odd = json!({"created": "1", "updated": 0, "nonupdates": null,
            "insertsKeys": [{"_id": "1", "externalId": "a"}], "permissionErrors": {"update": "no"}});
        assert_eq!(told(&["a", "b"], &odd).0, ["created", "failed"]);
    }

    #[test]
    fn what_is_counted_as_written_is_written_whatever_is_called_an_error() {
        let remark = json!({"updated": 1, "validationErrors": ["custom.Tier ignored"]});
        assert_eq!(told(&["a"], &remark), (vec!["updated"], 1));
        let refused = json!({"created": 0, "updated": 0, "nonupdates": 0, "createdErrors": ["no"]});
        assert_eq!(told(&["a"], &refused), (vec!["failed"], 0));
    }

    #[test]
    fn counts_decide_where_they_leave_one_possibility() {
        assert_eq!(told(&["a", "b"], &json!({"created": 2, "updated": 0, "nonupdates": 0})).0, ["created"; 2]);
        assert_eq!(told(&["a", "b"], &json!({"created": 0, "updated": 0, "nonupdates": 2})).0, ["unchanged"; 2]);
        assert_eq!(told(&["a", "b"], &json!({"created": 1, "updated": 0, "nonupdates": 1})).0, ["unknown"; 2]);
        assert_eq!(told(&["a", "b"], &json!({"created": 0, "updated": 0, "nonupdates": 0})).0, ["unknown"; 2]);
    }
}
