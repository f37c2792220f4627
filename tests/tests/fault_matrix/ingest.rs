//! Events and data points.

use planhat_sdk::{BulkActivity, Error, IngestReport, NewActivity, NewMetric};
use serde_json::json;

use crate::run::{Run, Said, mark};

const ITEMS: usize = 30;

fn email(place: usize) -> String {
    format!("{}@example.com", mark(place))
}

/// Everything that an activity or a metric is about.
fn prepare(run: &Run) {
    let company = run.seed_companies(1).remove(0);
    run.seed_records("Enduser", (0..ITEMS).map(|place| json!({"email": email(place), "companyId": company})));
}

/// What each item is reported to be; an error stands for all of them.
fn said(result: &Result<IngestReport, Error>, run: &mut Run) -> Vec<Said> {
    let report: &IngestReport = match result {
        Ok(report) => report,
        Err(error) => {
            run.hold_error(error);
            let Some(report) = error.report::<IngestReport>() else {
                run.check(false, format!("an error without a report: {error}"));
                return vec![Said::of(result); ITEMS];
            };
            let totals = report.totals();
            let is_true = (totals.unknown > 0) == (Said::of(result) == Said::Unknown);
            run.check(is_true && totals.failed + totals.unknown == ITEMS, format!("{totals}, but the error {error}"));
            report
        }
    };
    let totals = report.totals();
    run.check(totals.accepted + totals.failed + totals.unknown == ITEMS, format!("{ITEMS} items, but {totals}"));
    let mut reported = vec![Said::Done; ITEMS];
    for failure in report.failures() {
        for place in failure.items.clone() {
            run.check(reported[place] == Said::Done, format!("item {place} is reported twice"));
            reported[place] = Said::of_effect(failure.failure.effect);
        }
    }
    reported
}

pub async fn metrics(run: &mut Run) {
    prepare(run);
    let items = (0..ITEMS).map(|place| NewMetric::new(mark(place), 1.0, mark(0)));
    let concurrency = if run.seed % 8 < 4 { 1 } else { 3 };
    let result = run.planhat.metrics().insert(items).chunk_items(10).concurrency(concurrency).await;
    for (place, said) in said(&result, run).into_iter().enumerate() {
        let written = run.applied("dimensionId", &mark(place));
        run.hold(mark(place), said, written);
    }
}

pub async fn activities(run: &mut Run) {
    prepare(run);
    let items = (0..ITEMS).map(|place| BulkActivity::with_email(email(place)));
    let result = run.planhat.activities().track_bulk(items).chunk_items(10).await;
    for (place, said) in said(&result, run).into_iter().enumerate() {
        let written = run.applied("email", &email(place));
        run.hold(mark(place), said, written);
    }
}

pub async fn activity(run: &mut Run) {
    prepare(run);
    for place in 0..4 {
        let result = run.planhat.activities().track(NewActivity::with_email(email(place))).await;
        let written = run.applied("email", &email(place));
        run.hold(mark(place), Said::of(&result), written);
        if let Err(error) = result {
            run.hold_error(&error);
        }
    }
}
