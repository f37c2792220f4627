//! The reported outcome of each row, from what a response decides.

use std::sync::Arc;

use serde_json::Value;

use super::{
    attribution::{Attribution, Verdict},
    outcome::Outcome,
    response::{NamedKeys, ParsedResponse},
};
use crate::{batch::Failure, value::Id};

/// The reported outcomes of the rows of a chunk.
pub(super) struct ChunkOutcomes<M> {
    /// An outcome for each row.
    pub outcomes: Vec<Outcome<M>>,
    /// The errors that explain no failure.
    pub warnings: Vec<Value>,
}

impl<M> ChunkOutcomes<M> {
    /// `shown` are the errors of the response without the tokens that they may repeat.
    pub fn new(attribution: &Attribution, response: &ParsedResponse<'_>, shown: Vec<Value>) -> Self {
        let Attribution { verdicts, named, .. } = attribution;
        let mut created = ids(verdicts.len(), &response.inserts, &named.inserts);
        let mut updated = ids(verdicts.len(), &response.updates, &named.updates);
        let reasons = Reasons::new(attribution, shown);
        let id = |ids: &mut Vec<Option<Id<M>>>, row: usize| ids.get_mut(row).and_then(Option::take);
        let outcome = |(row, verdict): (usize, &Verdict)| match verdict {
            Verdict::Created => Outcome::Created(id(&mut created, row)),
            Verdict::Updated => Outcome::Updated(id(&mut updated, row)),
            Verdict::Unchanged => Outcome::Unchanged,
            Verdict::Failed => reasons.failed(row).into(),
            Verdict::FailedThisTime | Verdict::Unknown => reasons.unknown(row).into(),
        };
        let outcomes = verdicts.iter().enumerate().map(outcome).collect();
        Self { outcomes, warnings: reasons.warnings }
    }
}

/// Returns the ids that a list of keys gives to rows.
fn ids<M>(rows: usize, elements: &[NamedKeys<'_>], named: &[Option<usize>]) -> Vec<Option<Id<M>>> {
    let mut ids: Vec<_> = (0..rows).map(|_| None).collect();
    for (element, row) in elements.iter().zip(named) {
        if let Some(id @ None) = row.and_then(|row| ids.get_mut(row)) {
            *id = element.id.as_deref().map(Id::new);
        }
    }
    ids
}

/// Why rows were not written, or may not have been.
struct Reasons {
    /// The first error that is about each row.
    of_rows: Vec<Option<Value>>,
    /// The failure that the others share if it is known that they were not written.
    failed: Arc<Failure>,
    /// The failure that the others share if that is unknown.
    unknown: Arc<Failure>,
    /// The errors that are about no failed row.
    warnings: Vec<Value>,
}

impl Reasons {
    fn new(attribution: &Attribution, shown: Vec<Value>) -> Self {
        let Attribution { verdicts, named, .. } = attribution;
        let has_failed = |row: usize| {
            let written = [Verdict::Created, Verdict::Updated, Verdict::Unchanged];
            verdicts.get(row).is_some_and(|verdict| !written.contains(verdict))
        };
        let mut of_rows: Vec<_> = verdicts.iter().map(|_| None).collect();
        let (mut unassigned, mut warnings) = (Vec::new(), Vec::new());
        for (error, mention) in shown.into_iter().zip(&named.errors) {
            match mention.about {
                None => unassigned.push(error),
                Some(row) => match of_rows.get_mut(row).filter(|reason| reason.is_none() && has_failed(row)) {
                    Some(reason) => *reason = Some(error),
                    None => warnings.push(error),
                },
            }
        }
        let is_without_reason = |(row, reason): (usize, &Option<Value>)| reason.is_none() && has_failed(row);
        if !of_rows.iter().enumerate().any(is_without_reason) {
            warnings.append(&mut unassigned);
        }
        let (failed, unknown) = (Arc::new(failed(&unassigned)), Arc::new(unknown(unassigned)));
        Self { of_rows, failed, unknown, warnings }
    }

    fn of_row(&self, row: usize) -> Option<&Value> {
        self.of_rows.get(row)?.as_ref()
    }

    fn failed(&self, row: usize) -> Arc<Failure> {
        self.of_row(row).map_or_else(|| self.failed.clone(), |error| Arc::new(Failure::refused(error.clone())))
    }

    fn unknown(&self, row: usize) -> Arc<Failure> {
        let of_row = |error: &Value| Arc::new(unknown_after(error.clone()));
        self.of_row(row).map_or_else(|| self.unknown.clone(), of_row)
    }
}

/// Creates the failure of rows that were not written, each of the errors being about any of them.
fn failed(errors: &[Value]) -> Failure {
    match errors {
        [] => Failure {
            reason: "Planhat counts this record as not written, and reports no error about it".to_owned(),
            raw: None,
            ..Failure::refused(Value::Null)
        },
        [error] => Failure::refused(error.clone()),
        errors => Failure::refused(errors.into()),
    }
}

/// Creates the failure of rows of unknown outcome, each of the errors being about any of them.
fn unknown(errors: Vec<Value>) -> Failure {
    Failure::unattributed((!errors.is_empty()).then(|| errors.into()))
}

/// Creates the failure of a row that may have been written in spite of an error about it.
fn unknown_after(error: Value) -> Failure {
    let said = Failure::reason_of(&error);
    let unattributed = Failure::unattributed(Some(error));
    Failure { reason: format!("{}: {said}", unattributed.reason), ..unattributed }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{
        batch::chunk_of,
        bulk::{attribution::attribute, names::Rows},
        error::Effect,
    };

    #[derive(Debug, PartialEq)]
    enum Company {}

    const KEYS: &[&str] = &["_id", "externalId"];

    fn of(keys: &[&str], response: &Value) -> ChunkOutcomes<Company> {
        let rows: Vec<_> = keys.iter().map(|key| json!({"externalId": key})).collect();
        let body = response.to_string();
        let response = ParsedResponse::parse(body.as_bytes(), KEYS).unwrap();
        let attribution = attribute(Rows::new(KEYS, &chunk_of(KEYS, &rows)), &response, 206, false);
        let errors = response.errors.iter().map(|error| error.raw.clone()).collect();
        ChunkOutcomes::new(&attribution, &response, errors)
    }

    /// The effect, the reason and the raw error of each row that was not written for certain.
    fn failures(outcomes: &ChunkOutcomes<Company>) -> Vec<(Effect, &str, Option<Value>)> {
        let failures = outcomes.outcomes.iter().filter_map(|outcome| match outcome {
            Outcome::Failed(failure) | Outcome::Unknown(failure) => Some(failure),
            _ => None,
        });
        failures.map(|failure| (failure.effect, &*failure.reason, failure.raw.clone())).collect()
    }

    #[test]
    fn written_rows_have_the_ids_of_the_elements_that_name_them() {
        let outcomes = of(
            &["a", "b", "c"],
            &json!({"insertsKeys": [{"_id": "1", "externalId": "b"}, {"externalId": "c"}],
                "updatesKeys": [{"_id": 2, "externalId": "a"}]}),
        );
        let id = |id: &str| Some(Id::new(id));
        assert_eq!(outcomes.outcomes, [Outcome::Updated(id("2")), Outcome::Created(id("1")), Outcome::Created(None)]);
        assert_eq!(of(&["a"], &json!({"insertsKeys": [{"_id": "9"}]})).outcomes, [Outcome::Created(id("9"))]);
        assert_eq!(of(&["a"], &json!({"created": 1})).outcomes, [Outcome::Created(None)]);
    }

    #[test]
    fn a_row_fails_for_the_first_error_about_it_and_the_others_share_those_about_no_row() {
        let no = |key: &str| json!({"externalId": key, "message": format!("no {key}")});
        let response = json!({"created": 0, "updated": 0, "nonupdates": 0, "createdErrors": [no("a"), "one"],
            "updatedErrors": ["two"], "validationErrors": [no("a"), no("b")]});
        let outcomes = of(&["a", "b", "c"], &response);
        let rest = json!(["one", "two"]);
        let expected = [
            (Effect::Refused, "no a", Some(no("a"))),
            (Effect::Refused, "no b", Some(no("b"))),
            (Effect::Refused, r#"["one","two"]"#, Some(rest)),
        ];
        assert_eq!(failures(&outcomes), expected);
        assert_eq!(outcomes.warnings, [no("a")]);
    }

    #[test]
    fn a_single_error_about_no_row_is_the_reason_itself_and_none_is_said_in_words() {
        let zero = |errors: Value| json!({"created": 0, "updated": 0, "nonupdates": 0, "createdErrors": errors});
        let one = of(&["a", "b"], &zero(json!([{"message": "no"}])));
        assert_eq!(failures(&one), vec![(Effect::Refused, "no", Some(json!({"message": "no"}))); 2]);
        let none = of(&["a", "b"], &zero(json!([])));
        let reason = "Planhat counts this record as not written, and reports no error about it";
        assert_eq!(failures(&none), vec![(Effect::Refused, reason, None); 2]);
    }

    #[test]
    fn a_row_of_unknown_outcome_has_what_is_said_of_it() {
        let error = json!({"externalId": "a", "message": "custom.Tier ignored"});
        let outcomes = of(&["a", "b"], &json!({"validationErrors": [error, "odd"]}));
        let failures = failures(&outcomes);
        assert!(failures[0].1.ends_with(": custom.Tier ignored"), "{}", failures[0].1);
        assert_eq!((failures[0].0, &failures[0].2), (Effect::Unknown, &Some(error)));
        assert_eq!((failures[1].0, &failures[1].2), (Effect::Unknown, &Some(json!(["odd"]))));
        assert!(outcomes.warnings.is_empty());
        assert_eq!(of(&["a"], &json!({"created": 0})).outcomes, [Arc::new(Failure::unattributed(None)).into()]);
    }

    #[test]
    fn errors_about_written_rows_are_warnings() {
        let named = json!({"externalId": "a", "message": "custom.Tier ignored"});
        for counts in [json!({"updated": 2}), json!({"created": 0, "updated": 2, "nonupdates": 0})] {
            let mut response = counts;
            response["validationErrors"] = json!([named, "and more"]);
            let outcomes = of(&["a", "b"], &response);
            assert_eq!(outcomes.outcomes, [Outcome::Updated(None), Outcome::Updated(None)]);
            assert_eq!(outcomes.warnings, [named.clone(), json!("and more")]);
        }
        let half = of(&["a", "b"], &json!({"updatesKeys": [{"externalId": "a"}], "validationErrors": [named, "odd"]}));
        assert_eq!(half.warnings, [named], "the other one may be about the other row");
    }
}
