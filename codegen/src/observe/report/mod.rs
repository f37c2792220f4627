//! What was found, as text, as Markdown, and as JSON.

pub mod json;
pub mod md;
pub mod text;

use super::found::{Drift, Finding, ModelReport};
use crate::write::numbers::counted;

fn totals(drift: &Drift) -> String {
    let records = drift.reports.iter().map(|report| report.records).sum();
    let (findings, notes) = (counted(drift.findings().count(), "finding"), counted(notes(drift), "note"));
    format!("{findings} and {notes} in {}", counted(records, "record"))
}

/// How many notes there are; the fields of a model that were never seen make one.
fn notes(drift: &Drift) -> usize {
    drift.all_notes().count() + drift.reports.iter().filter(|report| !report.never_seen.is_empty()).count()
}

fn title(report: &ModelReport) -> String {
    format!(
        "{}: {} in {}s ({})",
        report.model,
        counted(report.records, "record"),
        report.direction.as_str(),
        report.schema
    )
}

fn subject(finding: &Finding) -> String {
    if finding.path.is_empty() { "a record".to_owned() } else { format!("`{}`", finding.path) }
}

fn how_often(finding: &Finding, report: &ModelReport) -> String {
    format!("in {} of {}", finding.records, counted(report.records, "record"))
}
