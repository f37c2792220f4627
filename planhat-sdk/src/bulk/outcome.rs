//! From an envelope to what became of each record. It holds no positions, so records are found by key.

use std::{collections::HashSet, sync::Arc};

use serde_json::Value;

use super::told::{Named, Told};
use crate::{
    batch::{Chunk, Failure, text_of},
    error::{Effect, Error},
    value::Id,
};

/// What became of a record.
#[derive(Debug, PartialEq)]
#[non_exhaustive]
pub enum Outcome<M> {
    /// It is new. Its id is known if it was sent with a key.
    Created(Option<Id<M>>),
    /// It existed and was changed. If the call had to be sent again, it may have been the first attempt that
    /// made it.
    Updated(Option<Id<M>>),
    /// It existed and was already as it should be. If the call had to be sent again, it may have been the
    /// first attempt that made it so.
    Unchanged,
    /// It was not written.
    Failed(Arc<Failure>),
    /// Nobody can tell.
    Unknown(Arc<Failure>),
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

impl<M> From<Arc<Failure>> for Outcome<M> {
    fn from(failure: Arc<Failure>) -> Self {
        match failure.effect {
            Effect::NotSent | Effect::Refused => Self::Failed(failure),
            Effect::Applied | Effect::Unknown => Self::Unknown(failure),
        }
    }
}

/// What an envelope tells of the rows of a chunk.
pub(super) struct Settled<M> {
    /// What became of each row, as far as it is named.
    pub outcomes: Vec<Option<Outcome<M>>>,
    /// What became of the others.
    pub rest: Rest,
    /// Errors about no row in particular.
    unassigned: Vec<Value>,
    /// Whether a row was found in the words of an error, which may have been another one.
    guessed: bool,
}

/// What became of the rows that no element of an envelope names.
#[derive(Clone)]
pub(super) enum Rest {
    Created,
    Updated,
    Unchanged,
    /// None was written: Planhat says this, or the call failed in this way.
    Failed(Arc<Failure>),
}

impl Rest {
    pub fn outcome<M>(&self) -> Outcome<M> {
        match self {
            Self::Created => Outcome::Created(None),
            Self::Updated => Outcome::Updated(None),
            Self::Unchanged => Outcome::Unchanged,
            Self::Failed(failure) => failure.clone().into(),
        }
    }

    pub fn of_error(error: &Error) -> Self {
        Self::Failed(Arc::new(Failure::of_error(error)))
    }

    fn refused(errors: &[Value]) -> Self {
        let raw = match errors {
            [error] => error.clone(),
            errors => Value::Array(errors.to_vec()),
        };
        Self::Failed(Arc::new(Failure::refused(raw)))
    }

    fn untold(errors: &[Value]) -> Self {
        let raw = (!errors.is_empty()).then(|| Value::Array(errors.to_vec()));
        Self::Failed(Arc::new(Failure::untold(raw)))
    }

    fn tell(counts: &Counts, open: u64, unassigned: &[Value], guessed: bool) -> Self {
        let (Some(created), Some(updated), Some(unchanged)) = (counts.created, counts.updated, counts.unchanged) else {
            // Without counts, only errors for all of them say that none was written.
            let all_failed = !guessed && !unassigned.is_empty() && unassigned.len() as u64 >= open;
            return if all_failed { Self::refused(unassigned) } else { Self::untold(unassigned) };
        };
        if created + updated + unchanged == 0 && !unassigned.is_empty() {
            return Self::refused(unassigned);
        }
        if guessed || !unassigned.is_empty() {
            return Self::untold(unassigned);
        }
        match (created, updated, unchanged) {
            (created, 0, 0) if created == open => Self::Created,
            (0, updated, 0) if updated == open => Self::Updated,
            (0, 0, unchanged) if unchanged == open => Self::Unchanged,
            _ => Self::untold(unassigned),
        }
    }
}

impl<M> Settled<M> {
    /// `shown` are the errors without tokens that they may repeat.
    pub fn tell(keys: &[&str], chunk: &Chunk, told: &Told<'_>, shown: &[Value]) -> Self {
        let mut slots = Slots { outcomes: chunk.rows.iter().map(|_| None).collect() };
        let places = Places { keys, chunk };
        for named in &told.inserts {
            slots.put(places.of(named), Outcome::Created(id_of(named)));
        }
        for named in &told.updates {
            slots.put(places.of(named), Outcome::Updated(id_of(named)));
        }
        let counts = Counts::left(told, &slots);
        if let (1, Some(outcome)) = (chunk.rows.len(), counts.only()) {
            // What is written is written, whatever else is called an error.
            slots.put(Some(0), outcome);
        }
        let mut unassigned = Vec::new();
        let mut guessed = false;
        for (error, shown) in told.errors.iter().zip(shown) {
            let sure = places.named_by(error);
            let place = sure.or_else(|| places.quoted_by(error));
            if slots.put(place, Arc::new(Failure::refused(shown.clone())).into()) {
                guessed |= sure.is_none();
            } else {
                unassigned.push(shown.clone());
            }
        }
        let rest = Rest::tell(&counts, slots.open(), &unassigned, guessed);
        Self { outcomes: slots.outcomes, rest, unassigned, guessed }
    }

    /// The rows that no element names.
    pub fn open(&self) -> Vec<usize> {
        let places = self.outcomes.iter().enumerate();
        places.filter_map(|(place, outcome)| outcome.is_none().then_some(place)).collect()
    }

    /// Whether smaller requests would tell more of the open rows: there are errors that may be about some of them,
    /// and not as many as would be about all.
    pub fn would_tell_more_in_parts(&self, open: usize) -> bool {
        match &self.rest {
            Rest::Failed(failure) if failure.effect == Effect::Unknown => self.guessed || !self.unassigned.is_empty(),
            Rest::Failed(_) => self.unassigned.len() < open,
            _ => false,
        }
    }

    /// What is called an error and tells why no row in particular failed.
    pub fn remarks(self, open: usize) -> Vec<Value> {
        if matches!(self.rest, Rest::Failed(_)) && open > 0 { Vec::new() } else { self.unassigned }
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
    fn left<M>(told: &Told<'_>, slots: &Slots<M>) -> Self {
        let created = slots.count(|outcome| matches!(outcome, Outcome::Created(_)));
        let updated = slots.count(|outcome| matches!(outcome, Outcome::Updated(_)));
        Self {
            created: told.created.map(|count| count.saturating_sub(created)),
            updated: told.updated.map(|count| count.saturating_sub(updated)),
            unchanged: told.unchanged,
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

fn id_of<M>(named: &Named<'_>) -> Option<Id<M>> {
    named.id.as_deref().map(Id::new)
}

/// Finds the rows of a chunk.
#[derive(Clone, Copy)]
struct Places<'a> {
    keys: &'a [&'a str],
    chunk: &'a Chunk,
}

impl Places<'_> {
    /// The row that an element is about, by its first key that a row has. A lone row needs no key to be found.
    fn of(self, named: &Named<'_>) -> Option<usize> {
        if self.chunk.rows.len() == 1 {
            return Some(0);
        }
        named.keys.iter().find_map(|(key, text)| self.chunk.by_key.get(*key)?.get(&**text).copied())
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

    /// The row with one of the object's keys, the first key first.
    fn keyed(self, error: &Value) -> Option<usize> {
        self.keys.iter().zip(&self.chunk.by_key).find_map(|(name, rows)| {
            let text = text_of(error.get(*name)?)?;
            rows.get(&text).copied()
        })
    }

    /// The only row one of whose keys is quoted in the words of an error.
    fn quoted_by(self, error: &Value) -> Option<usize> {
        let text = match error {
            Value::String(text) => text,
            Value::Object(map) => return map.values().find_map(|inner| self.quoted_by(inner)),
            Value::Array(values) => return values.iter().find_map(|inner| self.quoted_by(inner)),
            _ => return None,
        };
        let places: HashSet<usize> = quotations(text)
            .flat_map(|key| self.chunk.by_key.iter().filter_map(move |rows| rows.get(key)))
            .copied()
            .collect();
        let mut places = places.into_iter();
        places.next().filter(|_| places.next().is_none())
    }
}

/// What stands between two quotation marks of one kind.
fn quotations(text: &str) -> impl Iterator<Item = &str> {
    ['"', '\'', '`'].into_iter().flat_map(|mark| {
        let mut parts = text.split(mark);
        parts.next();
        let last = text.matches(mark).count().saturating_sub(1);
        parts.take(last)
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::batch::chunk_of;

    enum Company {}

    const KEYS: &[&str] = &["_id", "externalId"];

    /// What an envelope says of rows with these external ids.
    fn settled(keys: &[&str], envelope: &Value) -> Settled<Company> {
        let rows: Vec<_> = keys.iter().map(|key| json!({"externalId": key})).collect();
        let envelope = envelope.to_string();
        let told = Told::read(envelope.as_bytes(), KEYS).unwrap();
        Settled::tell(KEYS, &chunk_of(KEYS, &rows), &told, &told.errors)
    }

    fn told(keys: &[&str], envelope: &Value) -> (Vec<&'static str>, usize) {
        let settled = settled(keys, envelope);
        let open = settled.open().len();
        let outcomes = settled.outcomes.iter().map(|outcome| match outcome.clone().unwrap_or(settled.rest.outcome()) {
            Outcome::Created(_) => "created",
            Outcome::Updated(_) => "updated",
            Outcome::Unchanged => "unchanged",
            Outcome::Failed(_) => "failed",
            Outcome::Unknown(_) => "unknown",
        });
        let outcomes = outcomes.collect();
        (outcomes, settled.remarks(open).len())
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

    #[test]
    fn a_row_is_found_by_what_is_quoted_and_by_nothing_else() {
        let found = |text| quotations(text).collect::<Vec<_>>();
        assert_eq!(found(r#"duplicated "a" of 'b'"#), ["a", "b"]);
        assert_eq!(found(r#"a" b"#), [""; 0]);
        assert_eq!(found("none"), [""; 0]);
        assert_eq!(found("``"), [""]);
    }

    #[test]
    fn smaller_requests_are_worth_it_where_some_rows_may_be_innocent() {
        let worth = |envelope: Value| settled(&["a", "b", "c"], &envelope).would_tell_more_in_parts(3);
        assert!(worth(json!({"created": 0, "updated": 0, "nonupdates": 0, "createdErrors": ["no"]})));
        assert!(worth(json!({"created": 0, "updated": 0, "nonupdates": 2, "updatedErrors": ["no"]})));
        let all = json!({"created": 0, "updated": 0, "nonupdates": 0, "createdErrors": ["no", "no", "no"]});
        assert!(!worth(all));
        assert!(!worth(json!({"created": 0, "updated": 0, "nonupdates": 3})));
        assert!(!worth(json!({"created": 1, "updated": 0, "nonupdates": 2})), "nothing is called an error");
    }
}
