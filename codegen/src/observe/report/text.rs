//! For a terminal.

use std::fmt::Write as _;

use super::{how_often, subject, title, totals};
use crate::observe::{
    found::{Drift, ModelReport},
    proposal::by_place,
};

/// What was found, without what to write into the schema.
pub fn report(drift: &Drift) -> String {
    let mut text = String::new();
    for report in &drift.reports {
        section(&mut text, report);
    }
    for (what, times) in &drift.skipped {
        let _ = writeln!(text, "skipped: {what}: {times}");
    }
    if !drift.skipped.is_empty() {
        text.push('\n');
    }
    text
}

pub fn paste(drift: &Drift) -> String {
    let mut text = String::new();
    for (place, yaml) in by_place(&drift.proposals) {
        let _ = writeln!(text, "{place}\n\n{yaml}");
    }
    text
}

pub fn summary(drift: &Drift) -> String {
    totals(drift) + "\n"
}

fn section(text: &mut String, report: &ModelReport) {
    let _ = writeln!(text, "{}", title(report));
    for finding in &report.findings {
        let note = if finding.note { "note: " } else { "" };
        let _ = writeln!(text, "  {note}{} {}", subject(finding), finding.what);
        let _ = writeln!(text, "      {}, first in {}", how_often(finding, report), finding.first);
        let _ = writeln!(text, "      such as {}", finding.examples.join("; "));
    }
    if !report.never_seen.is_empty() {
        let _ = writeln!(text, "  note: never seen: {}", report.never_seen.join(", "));
    }
    text.push('\n');
}
