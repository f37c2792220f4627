//! Which row of a chunk ended how, as far as a bulk response decides it.
//!
//! # What an honest response says
//!
//! Each row of the request ended in one of four ways: it was created, updated, unchanged (it matched a record and
//! changed nothing) or not written. Whatever part of a response is there is true of that request. Every part may be
//! missing: a count, a list, or any of the elements of a list.
//!
//! - `created`, `updated` and `nonupdates` are the numbers of rows that ended so.
//! - An element of `insertsKeys` is about a created row, one of `updatesKeys` about an updated row. It has the `_id`
//!   of the record and all keys that the row was sent with, so it names the row if exactly one row has one of its keys.
//!   Elements with different ids are about different rows.
//! - An element of `createdErrors` that names a row says that it was not written, and that no record matches it; an
//!   element of `updatedErrors` or `permissionErrors` that names a row says that it was not written. An error names a row
//!   if exactly one row has keys anywhere in it, and they are the keys of what was sent; every error in a list names the
//!   row of a request of one.
//! - An error that names no row, or several, may be about any row, about one that another error names, or about one that
//!   was written. So it excludes nothing.
//! - An element of `validationErrors` is about a row that was not written, or about one that was written without some
//!   of its values. So it excludes nothing.
//! - The status excludes nothing: what is documented of it is too little. There is one exception: if the status is 200
//!   and there is no error at all, nothing says that rows failed, and counts alone do not make a row failed.
//!
//! `modified` and `upsertedIds` repeat the lists of keys; nothing is concluded from them.
//!
//! # What is reported
//!
//! The outcome of a row is reported if it is the same in every assignment of ends to rows with which all of that agrees.
//! A row that a part names has at most that part's ends. All the others are interchangeable: only their numbers matter,
//! which makes the question one of [ranges](Interchangeable).
//!
//! Parts that contradict each other are not all true. Then errors are taken as warnings; and if there is still a
//! contradiction, only what the lists of keys name is believed.

use std::collections::HashSet;

use super::{
    names::{Mention, NamedRows, Rows},
    response::{ErrorKind, NamedKeys, ParsedResponse},
    solver::{Ends, Interchangeable, Range},
};

/// The outcome of a row, as far as a response decides it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Created,
    Updated,
    Unchanged,
    /// It was not written.
    Failed,
    /// This request did not write it, but an earlier attempt of unknown outcome may have.
    FailedThisTime,
    Unknown,
}

/// The outcomes of the rows of a chunk, as far as a response decides them.
pub(super) struct Attribution {
    /// A verdict for each row.
    pub verdicts: Vec<Verdict>,
    /// Which rows each part names.
    pub named: NamedRows,
    /// The rows whose outcomes smaller requests may determine.
    pub bisect: Option<Bisect>,
}

/// Rows whose outcomes smaller requests may determine.
#[derive(Debug, PartialEq)]
pub(super) struct Bisect {
    pub rows: Vec<usize>,
    /// The rows among them that an error mentions. They are better sent apart from the others.
    pub suspects: Vec<usize>,
    /// Whether this request may have written some of them.
    pub may_be_written: bool,
}

/// Decides how the rows ended. `after_unknown`: an earlier attempt may have written rows.
pub(super) fn attribute(
    rows: Rows<'_>,
    response: &ParsedResponse<'_>,
    status: u16,
    after_unknown: bool,
) -> Attribution {
    let named = rows.named_in(response);
    let facts = Facts { rows: rows.count(), response, named: &named };
    let solution = facts.solve(true).or_else(|| facts.solve(false)).unwrap_or_else(|| facts.only_lists());
    let says_that_rows_failed = status == 206 || status >= 400 || !response.errors.is_empty();
    let verdict = |ends: Ends| match ends {
        Ends::CREATED => Verdict::Created,
        Ends::UPDATED => Verdict::Updated,
        Ends::UNCHANGED => Verdict::Unchanged,
        Ends::NONE => Verdict::Unknown,
        failed if failed.is_within(Ends::NOT_WRITTEN) && says_that_rows_failed => {
            let is_certain = !after_unknown || failed == Ends::ABSENT;
            if is_certain { Verdict::Failed } else { Verdict::FailedThisTime }
        }
        _ => Verdict::Unknown,
    };
    let verdicts = solution.ends.iter().map(|ends| verdict(*ends)).collect();
    let would_help = status != 403 && says_that_rows_failed && solution.would_tell_more_in_parts(&named.errors);
    let bisect = would_help.then(|| solution.bisect(&named.errors));
    Attribution { verdicts, named, bisect }
}

/// The facts about the rows of a chunk in a response.
struct Facts<'a> {
    rows: usize,
    response: &'a ParsedResponse<'a>,
    named: &'a NamedRows,
}

impl Facts<'_> {
    /// Returns the ends of each row on which the facts agree, with or without the errors; `None` if they contradict each
    /// other.
    fn solve(&self, with_errors: bool) -> Option<Solution> {
        let mut ends = self.listed();
        if ends.contains(&Ends::NONE) {
            return None;
        }
        for (row, not_written) in self.refused().filter(|_| with_errors) {
            // What a list of keys names was written.
            if let Some(ends) = ends.get_mut(row).filter(|ends| ends.has_any_of(Ends::NOT_WRITTEN)) {
                *ends = *ends & not_written;
            }
        }
        let others = self.others(&ends)?;
        Some(Solution::new(ends, others.possible()?, others.least_failed()))
    }

    /// Returns the ends that the lists of keys alone leave to each row.
    fn only_lists(&self) -> Solution {
        Solution::new(self.listed(), Ends::ALL, 0)
    }

    /// Returns the ends that the lists of keys leave to each row.
    fn listed(&self) -> Vec<Ends> {
        let mut ends = vec![Ends::ALL; self.rows];
        let created = self.named.inserts.iter().flatten().map(|row| (*row, Ends::CREATED));
        let updated = self.named.updates.iter().flatten().map(|row| (*row, Ends::UPDATED));
        for (row, end) in created.chain(updated) {
            if let Some(ends) = ends.get_mut(row) {
                *ends = *ends & end;
            }
        }
        ends
    }

    /// Returns the rows that errors name, and the ends that they leave to each.
    fn refused(&self) -> impl Iterator<Item = (usize, Ends)> {
        let errors = self.response.errors.iter().zip(&self.named.errors);
        errors.filter_map(|(error, mention)| {
            let not_written = match error.kind {
                ErrorKind::Create => Ends::ABSENT,
                ErrorKind::Update | ErrorKind::Permission => Ends::NOT_WRITTEN,
                ErrorKind::Validation => return None,
            };
            Some((mention.about?, not_written))
        })
    }

    /// Returns the ranges that are left for the rows that nothing names; `None` if more rows are named than counted.
    fn others(&self, ends: &[Ends]) -> Option<Interchangeable> {
        let count = |wanted: Ends| ends.iter().filter(|ends| **ends == wanted).count() as u64;
        let Self { response, named, .. } = self;
        let (created, updated) = (count(Ends::CREATED), count(Ends::UPDATED));
        Some(Interchangeable {
            rows: count(Ends::ALL),
            created: left(response.created, least(&response.inserts, &named.inserts), created)?,
            updated: left(response.updated, least(&response.updates, &named.updates), updated)?,
            unchanged: left(response.unchanged, 0, 0)?,
        })
    }
}

/// Returns the least number of rows that a list of keys is about, if it is about more than those that it names.
fn least(elements: &[NamedKeys<'_>], named: &[Option<usize>]) -> u64 {
    if named.iter().all(Option::is_some) {
        return 0;
    }
    let ids: HashSet<_> = elements.iter().filter_map(|element| element.id.as_deref()).collect();
    ids.len().max(1) as u64
}

/// Returns how many rows are left if some are named; `None` if more are named than counted.
fn left(count: Option<u64>, least: u64, named: u64) -> Option<Range> {
    let least = least.saturating_sub(named);
    let Some(count) = count else { return Some(Range { least, ..Range::ANY }) };
    let exactly = count.checked_sub(named)?;
    Some(Range { least: least.max(exactly), most: exactly })
}

/// The ends that are possible for each row.
struct Solution {
    ends: Vec<Ends>,
    /// The rows that nothing names, in order.
    others: Vec<usize>,
    /// The ends that are possible for them.
    possible: Ends,
    /// The least number of them that failed.
    least_failed: u64,
}

impl Solution {
    fn new(mut ends: Vec<Ends>, possible: Ends, least_failed: u64) -> Self {
        let mut others = Vec::new();
        for (row, ends) in ends.iter_mut().enumerate().filter(|(_, ends)| **ends == Ends::ALL) {
            *ends = possible;
            others.push(row);
        }
        Self { ends, others, possible, least_failed }
    }

    /// Returns whether smaller requests may determine the outcomes of the rows that nothing names. Some of them may have
    /// failed, or all did and there are fewer errors than rows: the rows without an error may then be accepted.
    fn would_tell_more_in_parts(&self, errors: &[Mention]) -> bool {
        let unassigned = errors.iter().filter(|error| error.about.is_none_or(|row| self.is_other(row))).count();
        match self.possible {
            _ if self.others.is_empty() => false,
            failed if failed.is_within(Ends::NOT_WRITTEN) => unassigned < self.others.len(),
            open => open.has_any_of(Ends::NOT_WRITTEN) && (unassigned > 0 || self.least_failed > 0),
        }
    }

    fn bisect(self, errors: &[Mention]) -> Bisect {
        let mentioned = errors.iter().flat_map(|error| error.rows.iter().chain(&error.about));
        let mut suspects: Vec<_> = mentioned.copied().filter(|row| self.is_other(*row)).collect();
        suspects.sort_unstable();
        suspects.dedup();
        let may_be_written = self.possible.has_any_of(Ends::CREATED | Ends::UPDATED);
        Bisect { rows: self.others, suspects, may_be_written }
    }

    fn is_other(&self, row: usize) -> bool {
        self.others.binary_search(&row).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{
        Verdict::{Created, Failed, FailedThisTime, Unchanged, Unknown, Updated},
        *,
    };
    use crate::batch::chunk_of;

    const KEYS: &[&str] = &["_id", "externalId"];

    /// What a response decides of rows with these external ids.
    fn of(keys: &[&str], status: u16, response: &Value, after_unknown: bool) -> Attribution {
        let rows: Vec<_> = keys.iter().map(|key| json!({"externalId": key})).collect();
        let body = response.to_string();
        let response = ParsedResponse::parse(body.as_bytes(), KEYS).unwrap();
        attribute(Rows::new(KEYS, &chunk_of(KEYS, &rows)), &response, status, after_unknown)
    }

    fn verdicts(keys: &[&str], response: &Value) -> Vec<Verdict> {
        of(keys, 206, response, false).verdicts
    }

    fn bisect(response: &Value) -> Option<Bisect> {
        of(&["a", "b", "c"], 206, response, false).bisect
    }

    #[test]
    fn an_error_that_names_several_rows_is_about_none_of_them_for_certain() {
        let both = json!({"nonupdates": 1,
            "updatedErrors": [{"message": "no", "existing": {"externalId": "a"}, "item": {"externalId": "b"}}]});
        assert_eq!(verdicts(&["a", "b"], &both), [Unknown; 2]);
    }

    #[test]
    fn a_validation_error_may_be_a_warning_about_a_written_row() {
        let counted = json!({"nonupdates": 1, "updatedErrors": [{"externalId": "b"}],
            "validationErrors": [{"externalId": "a", "message": "custom.Tier ignored"}]});
        assert_eq!(verdicts(&["a", "b"], &counted), [Unchanged, Failed]);
        let lone = json!({"created": 0, "createdErrors": [], "validationErrors": [{"message": "custom.Tier ignored"}]});
        assert_eq!(of(&["a"], 200, &lone, false).verdicts, [Unknown]);
        let refused = json!({"created": 0, "updated": 0, "nonupdates": 0, "validationErrors": [{"message": "no"}]});
        assert_eq!(of(&["a"], 400, &refused, false).verdicts, [Failed]);
    }

    #[test]
    fn an_empty_object_is_about_no_row() {
        let refused = json!({"created": 0, "updated": 0, "nonupdates": 0, "insertsKeys": {},
            "createdErrors": [{"message": "no"}]});
        assert_eq!(of(&["a"], 400, &refused, false).verdicts, [Failed]);
    }

    #[test]
    fn lists_of_keys_decide_without_counts_and_for_rows_without_keys() {
        let listed = json!({"insertsKeys": [{"_id": "1", "externalId": "b"}], "updatesKeys": [{"externalId": "a"}]});
        assert_eq!(verdicts(&["a", "b", "c"], &listed), [Updated, Created, Unknown]);
        let ids = json!({"insertsKeys": [{"_id": "1"}, {"_id": "2"}]});
        assert_eq!(verdicts(&["a", "b"], &ids), [Created; 2]);
        assert_eq!(verdicts(&["a", "b", "c"], &ids), [Unknown; 3]);
        let one_twice = json!({"insertsKeys": [{"_id": "1"}, {"_id": "1"}]});
        assert_eq!(verdicts(&["a", "b"], &one_twice), [Unknown; 2]);
    }

    #[test]
    fn counts_decide_where_they_leave_one_possibility() {
        let counts = |created: u64, updated: u64, unchanged: u64| json!({"created": created, "updated": updated, "nonupdates": unchanged});
        assert_eq!(verdicts(&["a", "b"], &counts(2, 0, 0)), [Created; 2]);
        assert_eq!(verdicts(&["a", "b"], &counts(0, 2, 0)), [Updated; 2]);
        assert_eq!(verdicts(&["a", "b"], &counts(0, 0, 2)), [Unchanged; 2]);
        assert_eq!(verdicts(&["a", "b"], &counts(1, 0, 1)), [Unknown; 2]);
        assert_eq!(verdicts(&["a", "b"], &counts(0, 0, 0)), [Failed; 2]);
        assert_eq!(
            of(&["a", "b"], 200, &counts(0, 0, 0), false).verdicts,
            [Unknown; 2],
            "nothing says that they failed"
        );
        assert_eq!(verdicts(&["a", "b"], &json!({"updated": 2})), [Updated; 2]);
        assert_eq!(verdicts(&["a", "b"], &json!({"updated": 0, "nonupdates": 1})), [Unknown; 2]);
    }

    #[test]
    fn parts_of_an_unexpected_form_do_not_affect_the_others() {
        let odd = json!({"created": "1", "updated": 0, "nonupdates": null,
            "insertsKeys": [{"_id": "1", "externalId": "a"}], "permissionErrors": {"update": "no"}});
        assert_eq!(verdicts(&["a", "b"], &odd), [Created, Unknown]);
    }

    #[test]
    fn where_parts_contradict_each_other_errors_are_warnings_and_then_only_lists_are_believed() {
        let counted = json!({"updated": 2, "updatedErrors": [{"externalId": "a", "message": "custom.Tier ignored"}]});
        assert_eq!(verdicts(&["a", "b"], &counted), [Updated; 2]);
        let listed = json!({"updatesKeys": [{"externalId": "a"}], "updatedErrors": [{"externalId": "a"}]});
        assert_eq!(verdicts(&["a", "b"], &listed), [Updated, Unknown]);
        let too_many = json!({"created": 0, "updated": 3, "insertsKeys": [{"externalId": "a"}],
            "createdErrors": [{"externalId": "b"}]});
        assert_eq!(verdicts(&["a", "b"], &too_many), [Created, Unknown]);
        let both = json!({"insertsKeys": [{"externalId": "a"}], "updatesKeys": [{"externalId": "a"}], "created": 1});
        assert_eq!(verdicts(&["a", "b"], &both), [Unknown; 2]);
        let most = i64::MAX;
        let absurd = json!({"created": most, "updated": most, "nonupdates": most});
        assert_eq!(verdicts(&["a", "b"], &absurd), [Unknown; 2]);
    }

    #[test]
    fn after_an_attempt_of_unknown_outcome_only_a_row_that_could_not_be_created_has_failed_for_certain() {
        let response = json!({"created": 0, "updated": 0, "nonupdates": 0, "createdErrors": [{"externalId": "a"}],
            "permissionErrors": [{"externalId": "b"}, "may not update"]});
        assert_eq!(verdicts(&["a", "b", "c"], &response), [Failed; 3]);
        let keys = ["a", "b", "c"];
        assert_eq!(of(&keys, 206, &response, true).verdicts, [Failed, FailedThisTime, FailedThisTime]);
        let lone = json!({"createdErrors": ["no"]});
        assert_eq!(of(&["a"], 400, &lone, true).verdicts, [Failed]);
        assert_eq!(of(&["a"], 400, &json!({"updatedErrors": ["no"]}), true).verdicts, [FailedThisTime]);
    }

    #[test]
    fn smaller_requests_tell_more_where_some_rows_may_have_failed_or_be_without_fault() {
        let rows = |rows: &[usize], suspects: &[usize]| {
            Some(Bisect { rows: rows.to_vec(), suspects: suspects.to_vec(), may_be_written: false })
        };
        let refused = json!({"created": 0, "updated": 0, "nonupdates": 0, "createdErrors": ["no"]});
        assert_eq!(bisect(&refused), rows(&[0, 1, 2], &[]), "two of them may be without fault");
        let two_left = json!({"created": 0, "updated": 0, "nonupdates": 0, "createdErrors": [{"externalId": "b"}]});
        assert_eq!(bisect(&two_left), rows(&[0, 2], &[]));
        let one_failed = json!({"created": 0, "updated": 0, "nonupdates": 2, "updatedErrors": ["no"]});
        assert_eq!(bisect(&one_failed), rows(&[0, 1, 2], &[]));
        let suspect = json!({"created": 0, "updated": 0, "nonupdates": 2, "validationErrors": [{"externalId": "c"}]});
        assert_eq!(bisect(&suspect), rows(&[0, 1, 2], &[2]));
        let counted = json!({"created": 0, "updated": 0, "nonupdates": 2});
        assert_eq!(bisect(&counted), rows(&[0, 1, 2], &[]), "the errors were left out");
    }

    #[test]
    fn what_a_smaller_request_may_meet_as_written_is_remembered() {
        for (response, may_be_written) in [
            (json!({"created": 0, "updated": 0, "updatedErrors": ["no"]}), false),
            (json!({"created": 1, "updated": 0, "updatedErrors": ["no"]}), true),
            (json!({"created": 0, "updatedErrors": ["no"]}), true),
        ] {
            assert_eq!(bisect(&response).map(|bisect| bisect.may_be_written), Some(may_be_written), "{response}");
        }
    }

    #[test]
    fn smaller_requests_are_not_worth_it_where_they_tell_nothing_new() {
        let none = json!({"created": 0, "updated": 0, "nonupdates": 0, "createdErrors": ["no", "no", "no"]});
        assert_eq!(bisect(&none), None, "each row has its error");
        assert_eq!(bisect(&json!({"created": 0, "updated": 0, "nonupdates": 3})), None);
        assert_eq!(bisect(&json!({"created": 1, "updated": 0, "nonupdates": 2, "updatedErrors": ["no"]})), None);
        assert_eq!(bisect(&json!({"created": 1})), None, "nothing says that a row failed");
        let denied = json!({"created": 0, "updated": 0, "nonupdates": 2, "permissionErrors": ["no"]});
        assert_eq!(of(&["a", "b", "c"], 403, &denied, false).bisect, None, "it would not be permitted either");
        assert!(of(&["a", "b", "c"], 206, &denied, false).bisect.is_some());
        let silent = json!({"created": 0, "updated": 0, "nonupdates": 2});
        assert_eq!(of(&["a", "b", "c"], 200, &silent, false).bisect, None);
    }
}
