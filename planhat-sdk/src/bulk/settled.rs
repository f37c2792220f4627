//! From an envelope to what became of each record. It holds no positions, so records are found by key.

use std::sync::Arc;

use serde_json::Value;

use super::{
    outcome::{Outcome, Rest},
    told::{Named, Told},
};
use crate::{
    batch::{Chunk, Failure, text_of},
    value::Id,
};

/// What an envelope tells of the rows of a chunk.
pub(super) struct Settled<M> {
    /// What became of each row, as far as it is told of it.
    pub outcomes: Vec<Option<Outcome<M>>>,
    /// What became of the others.
    pub rest: Rest,
    /// Errors that may be about any of the others.
    unassigned: Vec<Value>,
    /// What is called an error about rows that were written, or about which one is known.
    pub remarks: Vec<Value>,
}

impl<M> Settled<M> {
    /// `shown` are the errors without tokens that they may repeat. `after_unknown`: an earlier attempt may have
    /// written the rows.
    pub fn tell(keys: &[&str], chunk: &Chunk, told: &Told<'_>, shown: &[Value], after_unknown: bool) -> Self {
        let places = Places { keys, chunk };
        let mut settled = Self {
            outcomes: chunk.rows.iter().map(|_| None).collect(),
            rest: Rest::untold(&[]),
            unassigned: Vec::new(),
            remarks: Vec::new(),
        };
        for named in &told.inserts {
            settled.put(places.of(named), Outcome::Created(id_of(named)));
        }
        for named in &told.updates {
            settled.put(places.of(named), Outcome::Updated(id_of(named)));
        }
        let counts = Counts::left(told, &settled);
        if counts.sum() == Some(settled.count_open()) {
            // What is written is written, whatever else is called an error.
            settled.rest = counts.only().unwrap_or_else(|| Rest::untold(&[]));
            settled.remarks = shown.to_vec();
            return settled;
        }
        for (error, shown) in told.errors.iter().zip(shown) {
            let failure = || {
                // A record that is created now was not there before.
                let may_be_there = after_unknown && !error.on_create;
                if may_be_there { Failure::untold(Some(shown.clone())) } else { Failure::refused(shown.clone()) }
            };
            match places.named_by(&error.raw) {
                None => settled.unassigned.push(shown.clone()),
                place if settled.is_open(place) => settled.put(place, Arc::new(failure()).into()),
                Some(_) => settled.remarks.push(shown.clone()),
            }
        }
        let none_written = counts.is_nothing() && !settled.unassigned.is_empty() && !after_unknown;
        let rest = if none_written { Rest::refused } else { Rest::untold };
        settled.rest = match counts.only() {
            Some(rest) if settled.unassigned.is_empty() && counts.sum() == Some(settled.count_open()) => rest,
            _ => rest(&settled.unassigned),
        };
        settled
    }

    /// What comes first, counts.
    fn put(&mut self, place: Option<usize>, outcome: Outcome<M>) {
        if let Some(slot @ None) = place.and_then(|place| self.outcomes.get_mut(place)) {
            *slot = Some(outcome);
        }
    }

    fn is_open(&self, place: Option<usize>) -> bool {
        place.is_some_and(|place| self.outcomes.get(place).is_some_and(Option::is_none))
    }

    /// The rows that nothing is told of.
    pub fn open(&self) -> Vec<usize> {
        let places = self.outcomes.iter().enumerate();
        places.filter_map(|(place, outcome)| outcome.is_none().then_some(place)).collect()
    }

    fn count_open(&self) -> u64 {
        self.outcomes.iter().filter(|outcome| outcome.is_none()).count() as u64
    }

    /// Whether smaller requests would tell more of the open rows: there are errors that may be about some of them,
    /// and, if none was written, not as many as would be about all.
    pub fn would_tell_more_in_parts(&self, open: usize) -> bool {
        let errors = self.unassigned.len();
        errors > 0 && (self.rest.is_unknown() || errors < open)
    }
}

/// How many rows, beside those that were named, the envelope counts as done; nothing where it does not count.
struct Counts([Option<u64>; 3]);

impl Counts {
    fn left<M>(told: &Told<'_>, settled: &Settled<M>) -> Self {
        let named = |wanted: fn(&Outcome<M>) -> bool| {
            settled.outcomes.iter().flatten().filter(|outcome| wanted(outcome)).count() as u64
        };
        let created = named(|outcome| matches!(outcome, Outcome::Created(_)));
        let updated = named(|outcome| matches!(outcome, Outcome::Updated(_)));
        Self([
            told.created.map(|count| count.saturating_sub(created)),
            told.updated.map(|count| count.saturating_sub(updated)),
            told.unchanged,
        ])
    }

    /// How many rows are counted, if any are; what is absent is none.
    fn sum(&self) -> Option<u64> {
        let sum = self.0.iter().flatten().fold(0_u64, |sum, count| sum.saturating_add(*count));
        Some(sum).filter(|sum| *sum > 0)
    }

    /// Whether it says that none was written. Every count may be absent, and then it does not.
    fn is_nothing(&self) -> bool {
        self.0.iter().all(|count| *count == Some(0))
    }

    /// What became of all that is counted, if it is one thing.
    fn only(&self) -> Option<Rest> {
        match self.0.map(|count| count.is_some_and(|count| count > 0)) {
            [true, false, false] => Some(Rest::Created),
            [false, true, false] => Some(Rest::Updated),
            [false, false, true] => Some(Rest::Unchanged),
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

    /// The row that an error names by key. Its form is not documented: the keys may stand at any depth. Keys in the
    /// words of an error tell nothing, since they may be values of another row.
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
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::batch::chunk_of;

    enum Company {}

    const KEYS: &[&str] = &["_id", "externalId"];

    /// What an envelope says of rows with these external ids.
    fn settled(keys: &[&str], envelope: &Value, after_unknown: bool) -> Settled<Company> {
        let rows: Vec<_> = keys.iter().map(|key| json!({"externalId": key})).collect();
        let envelope = envelope.to_string();
        let told = Told::read(envelope.as_bytes(), KEYS).unwrap();
        let shown: Vec<_> = told.errors.iter().map(|error| error.raw.clone()).collect();
        Settled::tell(KEYS, &chunk_of(KEYS, &rows), &told, &shown, after_unknown)
    }

    fn told(keys: &[&str], envelope: &Value) -> (Vec<&'static str>, usize) {
        words(&settled(keys, envelope, false))
    }

    fn told_after_unknown(keys: &[&str], envelope: &Value) -> Vec<&'static str> {
        words(&settled(keys, envelope, true)).0
    }

    fn words(settled: &Settled<Company>) -> (Vec<&'static str>, usize) {
        let outcomes = settled.outcomes.iter().map(|outcome| match outcome.clone().unwrap_or(settled.rest.outcome()) {
            Outcome::Created(_) => "created",
            Outcome::Updated(_) => "updated",
            Outcome::Unchanged => "unchanged",
            Outcome::Failed(_) => "failed",
            Outcome::Unknown(_) => "unknown",
        });
        (outcomes.collect(), settled.remarks.len())
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
        assert_eq!(told(&["2", "3"], &quoted).0, ["unknown", "unknown"], "it may be a value of the other one");
    }

    #[test]
    fn parts_of_an_unexpected_form_cost_none_of_the_others() {
        let odd = json!({"created": "1", "updated": 0, "nonupdates": null,
            "insertsKeys": [{"_id": "1", "externalId": "a"}], "permissionErrors": {"update": "no"}});
        assert_eq!(told(&["a", "b"], &odd).0, ["created", "unknown"]);
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
    fn where_the_counts_tell_of_all_rows_what_is_called_an_error_is_a_remark() {
        for counts in [json!({"updated": 2}), json!({"created": 0, "updated": 2, "nonupdates": 0})] {
            let mut envelope = counts;
            envelope["validationErrors"] = json!([{"externalId": "a", "message": "custom.Tier ignored"}, "and more"]);
            assert_eq!(told(&["a", "b"], &envelope), (vec!["updated"; 2], 2));
        }
        assert_eq!(told(&["a", "b"], &json!({"nonupdates": 2})).0, ["unchanged"; 2]);
        let both = json!({"created": 1, "nonupdates": 1, "validationErrors": ["custom.Tier ignored"]});
        assert_eq!(told(&["a", "b"], &both), (vec!["unknown"; 2], 1), "written, but nobody knows which is new");
    }

    #[test]
    fn two_errors_about_one_row_say_nothing_about_the_others() {
        let twice = json!({"created": 0, "updated": 0, "nonupdates": 2,
            "updatedErrors": [{"externalId": "a", "message": "no"}, {"externalId": "a", "message": "no again"}]});
        assert_eq!(told(&["a", "b", "c"], &twice), (vec!["failed", "unchanged", "unchanged"], 1));
        let uncounted = json!({"updatedErrors": ["no", "no again"]});
        assert_eq!(told(&["a", "b"], &uncounted).0, ["unknown"; 2], "both may be about the same row");
    }

    #[test]
    fn a_refusal_after_an_attempt_that_nobody_knows_of_is_one_only_for_records_that_are_not_there() {
        let envelope = json!({"created": 0, "updated": 0, "nonupdates": 0,
            "createdErrors": [{"externalId": "a"}], "permissionErrors": [{"externalId": "b"}, "may not update"]});
        assert_eq!(told(&["a", "b", "c"], &envelope).0, ["failed"; 3]);
        assert_eq!(told_after_unknown(&["a", "b", "c"], &envelope), ["failed", "unknown", "unknown"]);
    }

    #[test]
    fn counts_that_nobody_has_records_for_are_no_panic() {
        let most = i64::MAX;
        let absurd = json!({"created": most, "updated": most, "nonupdates": most});
        assert_eq!(told(&["a", "b"], &absurd).0, ["unknown"; 2]);
    }

    #[test]
    fn smaller_requests_are_worth_it_where_some_rows_may_be_innocent() {
        let worth = |envelope: Value| settled(&["a", "b", "c"], &envelope, false).would_tell_more_in_parts(3);
        assert!(worth(json!({"created": 0, "updated": 0, "nonupdates": 0, "createdErrors": ["no"]})));
        assert!(worth(json!({"created": 0, "updated": 0, "nonupdates": 2, "updatedErrors": ["no"]})));
        let all = json!({"created": 0, "updated": 0, "nonupdates": 0, "createdErrors": ["no", "no", "no"]});
        assert!(!worth(all));
        assert!(!worth(json!({"created": 0, "updated": 0, "nonupdates": 3})));
        assert!(!worth(json!({"created": 1, "updated": 0, "nonupdates": 2})), "nothing is called an error");
    }
}
