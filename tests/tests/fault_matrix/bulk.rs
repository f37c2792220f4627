//! Bulk upserts.

use std::collections::BTreeMap;

use planhat_sdk::{BulkReport, Company, CompanyPatch, Error, ExternalId, NewCompany, Outcome};
use serde_json::json;

use crate::run::{Run, Said, mark};

/// What each row is reported to be; an error stands for all of them.
fn said(result: &Result<BulkReport<Company>, Error>, rows: usize, run: &mut Run) -> Vec<Said> {
    let report: &BulkReport<Company> = match result {
        Ok(report) => report,
        Err(error) => {
            run.hold_error(error);
            let Some(report) = error.report::<BulkReport<Company>>() else {
                run.check(false, format!("an error without a report: {error}"));
                return vec![Said::of(result); rows];
            };
            let totals = report.totals();
            let is_true = (totals.unknown > 0) == (Said::of(result) == Said::Unknown);
            run.check(is_true && totals.failed + totals.unknown == rows, format!("{totals}, but the error {error}"));
            report
        }
    };
    let totals = report.totals();
    let sum = totals.created + totals.updated + totals.unchanged + totals.failed + totals.unknown;
    run.check(sum == rows, format!("{rows} rows, but {totals}"));
    let reported = (0..rows).map(|row| match report.outcome(row) {
        Some(Outcome::Failed(failure) | Outcome::Unknown(failure)) => Said::of_effect(failure.effect),
        Some(_) => Said::Done,
        None => Said::Applied,
    });
    reported.collect()
}

/// Rows with keys: new ones, known ones, unchanged ones, some twice, some that are not accepted.
pub async fn keyed(run: &mut Run) {
    const ROWS: usize = 40;
    run.seed_records(
        "Company",
        (0..6).map(|place| json!({"name": mark(place), "externalId": mark(place), "phase": "old"})),
    );
    let row = |place: usize| {
        let patch = CompanyPatch::new();
        match place {
            // As it is already.
            0..3 => patch.external_id(ExternalId::new(mark(place))).phase("old"),
            // A new record needs a name.
            17 | 23 => patch.external_id(ExternalId::new(mark(place))).phase("nameless"),
            // Once more, later on.
            30..33 => patch.external_id(ExternalId::new(mark(place - 20))).name(mark(place - 20)).phase("twice"),
            _ => patch.external_id(ExternalId::new(mark(place))).name(mark(place)).phase("new"),
        }
    };
    let concurrency = if run.seed % 8 < 4 { 1 } else { 3 };
    let upsert = run.planhat.companies().bulk_upsert((0..ROWS).map(row));
    let result = upsert.chunk_items(10).concurrency(concurrency).await;
    let reported = said(&result, ROWS, run);
    let stored: BTreeMap<String, String> = run
        .sandbox
        .records("Company")
        .iter()
        .map(|record| {
            (record["externalId"].as_str().unwrap().to_owned(), record["phase"].as_str().unwrap_or_default().to_owned())
        })
        .collect();
    for (place, said) in reported.iter().enumerate() {
        let key = if (30..33).contains(&place) { mark(place - 20) } else { mark(place) };
        let written = run.applied("externalId", &key);
        if matches!(place, 17 | 23) {
            run.check(written == 0, format!("{key} has no name, and was written"));
            run.check(*said != Said::Done, format!("{key} has no name, and is reported as done"));
            if run.column.must_end_well(run.kind, run.strikes) {
                run.check(*said == Said::Nothing, format!("{key} is not accepted, and reported as {said:?}"));
            }
            continue;
        }
        let phase = stored.get(&key).map(String::as_str);
        // Two rows write this key; what is stored says whether the later one did.
        let written = match (place, phase == Some("twice"), said) {
            (30..33, false, _) | (10..13, true, Said::Nothing) => 0,
            _ => written,
        };
        run.hold(&key, *said, written);
        let expected = match place {
            0..3 => Some("old"),
            // The later one counts, if it was written.
            10..13 if reported[place + 20] == Said::Done => Some("twice"),
            10..13 => phase,
            30..33 => Some("twice"),
            _ => Some("new"),
        };
        run.check(*said != Said::Done || phase == expected, format!("{key} is {phase:?} and not {expected:?}"));
        let copies = run.stored("Company", "externalId", &key);
        run.check(copies <= 1, format!("{key} is there {copies} times"));
    }
    hold_ids(run, &result);
}

/// The ids that are reported are those of the records.
fn hold_ids(run: &mut Run, result: &Result<BulkReport<Company>, Error>) {
    let records = run.sandbox.records("Company");
    let Ok(report) = result else { return };
    for (row, outcome) in report.outcomes() {
        if let Outcome::Created(Some(id)) | Outcome::Updated(Some(id)) = outcome {
            let key = if (30..33).contains(&row) { mark(row - 20) } else { mark(row) };
            let found = records.iter().any(|record| record["_id"] == id.as_str() && record["externalId"] == key);
            run.check(found, format!("row {row} has another id than {id}"));
        }
    }
}

pub async fn unkeyed(run: &mut Run) {
    const ROWS: usize = 30;
    let concurrency = if run.seed % 8 < 4 { 1 } else { 3 };
    let upsert = run.planhat.companies().bulk_upsert((0..ROWS).map(|place| NewCompany::new(mark(place))));
    let result = upsert.chunk_items(10).concurrency(concurrency).await;
    for (place, said) in said(&result, ROWS, run).into_iter().enumerate() {
        let written = run.stored("Company", "name", &mark(place));
        run.hold(mark(place), said, written);
    }
}
