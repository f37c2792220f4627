//! What a report says of rows, and what it says when it is printed or made an error.

use serde_json::json;

use super::{BulkReport, Outcome};
use crate::{
    Company, CompanyPatch, ExternalId, Id,
    batch::{Failure, Report, chunk_of},
    error::{Effect, Error, ErrorKind},
};

const KEYS: &[&str] = &["_id", "externalId"];

fn failure(effect: Effect) -> Failure {
    let is_temporary = effect != Effect::Refused;
    Failure { effect, is_temporary, ..Failure::refused(json!("no name")) }
}

fn failed(effect: Effect) -> Outcome<Company> {
    std::sync::Arc::new(failure(effect)).into()
}

/// A report on rows with these outcomes, whose external ids are their positions.
fn report(outcomes: impl IntoIterator<Item = Outcome<Company>>) -> BulkReport<Company> {
    let outcomes: Vec<_> = outcomes.into_iter().collect();
    let rows: Vec<_> = (0..outcomes.len()).map(|row| json!({"externalId": row.to_string()})).collect();
    reported(outcomes, &rows)
}

fn reported(outcomes: Vec<Outcome<Company>>, rows: &[serde_json::Value]) -> BulkReport<Company> {
    let mut report = BulkReport::default();
    report.failed_rows().keep_json();
    for (row, outcome) in outcomes.into_iter().enumerate() {
        report.settle(row, outcome);
    }
    report.keep_failed(&chunk_of(KEYS, rows), KEYS);
    report
}

fn written() -> Vec<Outcome<Company>> {
    vec![Outcome::Created(Some(Id::new("1"))), Outcome::Updated(None), Outcome::Unchanged]
}

#[test]
fn every_outcome_is_counted_once_and_only_the_first_one_of_a_row() {
    let mut report = report(written().into_iter().chain([failed(Effect::Refused), failed(Effect::Unknown)]));
    assert_eq!(report.totals().to_string(), "1 created, 1 updated, 1 unchanged, 1 failed, 1 unknown");
    assert_eq!(report.counts(), [3, 1, 1]);
    assert!((0..6).map(|row| report.is_failed(row)).eq([false, false, false, true, true, false]));
    report.settle(0, Outcome::Unchanged);
    report.settle(3, Outcome::Unchanged);
    assert_eq!((report.counts(), report.totals().unchanged), ([3, 1, 1], 1));
    report.keep(super::BulkResponse::default());
    assert_eq!(report.responses().len(), 1);
    report.settle(9, Outcome::Unchanged);
    assert_eq!((report.counts(), report.outcome(7), report.outcomes().count()), ([4, 1, 1], None, 6));
}

#[test]
fn a_failure_says_whether_its_outcome_is_unknown() {
    let report = report([failed(Effect::NotSent), failed(Effect::Refused), failed(Effect::Unknown)]);
    let unknown: Vec<_> = report.failures().map(|row| (row.index(), row.is_unknown())).collect();
    assert_eq!(unknown, [(0, false), (1, false), (2, true)]);
    assert_eq!((report.totals().failed, report.totals().unknown), (2, 1));
    assert_eq!(report.failures().map(|row| row.failure().effect).last(), Some(Effect::Unknown));
}

#[test]
fn a_failure_names_its_row_by_its_keys() {
    let row = json!({"externalId": "e", "name": "x", "_id": "i"});
    let report = reported(vec![failed(Effect::Refused)], &[row]);
    let failure = report.failures().next().unwrap();
    assert_eq!(failure.keys().collect::<Vec<_>>(), [("_id", "i"), ("externalId", "e")]);
    assert_eq!(failure.to_string(), r#"_id "i", externalId "e": no name (refused)"#);
    let report = reported(vec![failed(Effect::Refused)], &[json!({"name": "x"})]);
    let failure = report.failures().next().unwrap();
    assert_eq!((failure.keys().count(), failure.to_string().as_str()), (0, "no name (refused)"));
}

#[test]
fn a_report_without_failures_is_a_result() {
    let report = report(written());
    let same = report.clone();
    assert_eq!(report.into_result().unwrap(), same);
}

fn as_error(outcomes: Vec<Outcome<Company>>) -> Error {
    report(outcomes).into_result().unwrap_err()
}

#[test]
fn a_report_with_a_failure_is_an_error_with_the_effect_on_all_rows() {
    use Effect::{NotSent, Refused, Unknown};
    let effects = |effects: &[Effect]| as_error(effects.iter().map(|effect| failed(*effect)).collect()).effect();
    assert_eq!(effects(&[NotSent, NotSent]), NotSent);
    assert_eq!((effects(&[NotSent, Refused]), effects(&[Refused, NotSent])), (Refused, Refused));
    assert_eq!((effects(&[Refused, Unknown]), effects(&[Unknown, NotSent])), (Unknown, Unknown));
    assert_eq!(as_error(vec![Outcome::Unchanged, failed(Refused)]).effect(), Refused, "nothing changed");
    let (created, updated) = (Outcome::Created(None), Outcome::Updated(None));
    for rows in [
        vec![failed(Refused), created.clone()],
        vec![failed(Refused), updated.clone()],
        vec![failed(Refused), created.clone(), updated],
        vec![failed(Unknown), created],
    ] {
        assert_eq!(as_error(rows).effect(), Unknown);
    }
}

#[test]
fn a_report_that_is_an_error_says_how_many_rows_failed_and_which_is_the_first() {
    let error = as_error(vec![Outcome::Unchanged, failed(Effect::Refused), failed(Effect::Refused)]);
    let text = r#"0 created, 0 updated, 1 unchanged, 2 failed, 0 unknown; the first is row 1: externalId "1": no name"#;
    assert_eq!((error.message(), error.kind()), (text, ErrorKind::Rejected));
    let report: &BulkReport<Company> = error.report().unwrap();
    assert_eq!(report.failures().count(), 2);
    assert!(error.report::<crate::IngestReport>().is_none());
    assert!(as_error(vec![failed(Effect::Refused)]).clone().report::<BulkReport<Company>>().is_some());
}

#[test]
fn a_report_is_printed_in_a_few_lines() {
    let mut few = report([Outcome::Unchanged, failed(Effect::Refused)]);
    few.count_call();
    few.warn(vec![json!("custom.Tier ignored")]);
    let text = "0 created, 0 updated, 1 unchanged, 1 failed, 0 unknown; 1 call, 1 warning\n  \
                row 1: externalId \"1\": no name (refused)";
    assert_eq!(few.to_string(), text);
    let debug = "BulkReport { totals: 0 created, 0 updated, 1 unchanged, 1 failed, 0 unknown, calls: 1, warnings: 1, \
                 first_failures: [\"row 1: externalId \\\"1\\\": no name (refused)\"], .. }";
    assert_eq!(format!("{few:?}"), debug);

    let mut many = report((0..20_000).map(|_| failed(Effect::Unknown)));
    many.count_call();
    many.count_call();
    let text = many.to_string();
    assert!(
        text.starts_with("0 created, 0 updated, 0 unchanged, 0 failed, 20000 unknown; 2 calls\n  row 0: "),
        "{text}"
    );
    assert!(text.ends_with("\n  and 19995 more failures") && text.lines().count() == 7, "{text}");
    assert_eq!(report(written()).to_string(), "1 created, 1 updated, 1 unchanged, 0 failed, 0 unknown; 0 calls");
}

#[test]
fn no_row_makes_what_is_printed_long() {
    let endless = "the same again ".repeat(2_000);
    let failure = Failure { reason: endless.clone(), ..failure(Effect::Refused) };
    let outcome: Outcome<Company> = std::sync::Arc::new(failure).into();
    let mut report = report((0..10_000).map(|_| outcome.clone()));
    report.warn(vec![json!(endless); 10]);
    for text in [report.to_string(), format!("{report:?}"), format!("{report:#?}")] {
        assert!(text.len() < 4_000, "{} bytes", text.len());
    }
    let error = report.into_result().unwrap_err();
    assert!(format!("{error:?}").len() < 4_000 && error.to_string().len() < 4_000);
}

#[test]
fn rows_are_retryable_if_that_is_harmless() {
    let rows = [json!({"externalId": "a"}), json!({}), json!({}), json!({"externalId": "d"})];
    let outcomes = [Effect::Unknown, Effect::Unknown, Effect::NotSent, Effect::Refused].map(failed);
    let report = reported(outcomes.to_vec(), &rows);
    let indices = |rows: Vec<super::RowFailure<'_>>| rows.iter().map(super::RowFailure::index).collect::<Vec<_>>();
    assert_eq!(indices(report.retryable().collect()), [0, 2]);
    assert_eq!(indices(report.retry_may_duplicate().collect()), [1]);
    assert_eq!(report.retryable_rows().unwrap().len(), 2);
    assert_eq!(report.failed_row(1), Some(CompanyPatch::new()));
    assert_eq!(report.failed_row(4), None);
}

#[test]
fn rows_come_back_as_they_were_sent() {
    let patch = CompanyPatch::new()
        .external_id(ExternalId::new("a"))
        .name("Ünïcode \"quoted\"")
        .mrr(0.1 + 0.2)
        .custom("Tier", "Gold")
        .clear_owner();
    let report = reported(vec![failed(Effect::Unknown)], &[serde_json::to_value(&patch).unwrap()]);
    let again = report.retryable_rows().unwrap();
    assert_eq!(serde_json::to_value(&again[0]).unwrap(), serde_json::to_value(&patch).unwrap());
}

#[test]
fn rows_that_were_not_kept_are_an_error_and_not_an_empty_list() {
    let mut report = BulkReport::<Company>::default();
    report.settle(0, failed(Effect::NotSent));
    let error = report.retryable_rows().unwrap_err();
    assert!(error.kind() == ErrorKind::Invalid && error.message().contains("keep_failed_rows"), "{error}");
    report = BulkReport::default();
    report.settle(0, failed(Effect::Refused));
    assert_eq!(report.retryable_rows().unwrap(), [], "there is nothing to give back");
}

#[test]
fn an_upload_of_which_nothing_was_written_for_one_reason_is_an_error() {
    let reason = || Some(Error::new(ErrorKind::Forbidden, Effect::Refused, "no permission"));
    let error = report([Effect::Refused, Effect::NotSent].map(failed)).unless_failed(reason()).unwrap_err();
    assert_eq!((error.kind(), error.effect()), (ErrorKind::Forbidden, Effect::Refused));
    assert_eq!(error.message(), "no permission; not written: 2 rows");
    assert_eq!(error.report::<BulkReport<Company>>().unwrap().failures().count(), 2);
    let error = report([failed(Effect::NotSent), failed(Effect::Unknown)]).unless_failed(reason()).unwrap_err();
    assert_eq!(error.effect(), Effect::Unknown);
    assert_eq!(error.message(), "no permission; not written: 1 row, of unknown outcome: 1");
    let error = report([failed(Effect::Unknown)]).unless_failed(reason()).unwrap_err();
    assert_eq!(error.message(), "no permission; of unknown outcome: 1 row");

    for outcome in written() {
        let rows = [outcome, failed(Effect::Refused)];
        assert!(report(rows.clone()).unless_failed(reason()).is_ok());
        assert!(report(rows).unless_failed(None).is_ok());
    }
    assert!(report([failed(Effect::Refused)]).unless_failed(None).is_ok());
    assert!(report([]).unless_failed(reason()).is_ok(), "no row, no failure");
}
