//! For a comment on a change.

use super::{how_often, subject, title, totals};
use crate::{
    observe::{
        found::{Drift, Finding, ModelReport},
        proposal::by_place,
    },
    write::markdown::{Page, code},
};

pub fn report(drift: &Drift) -> String {
    let mut page = Page::new("Drift");
    page.paragraph(format!("{}.", totals(drift)));
    for report in &drift.reports {
        section(&mut page, report);
    }
    if !drift.skipped.is_empty() {
        page.heading(2, "Skipped");
        page.list(drift.skipped.iter().map(|(what, times)| format!("{what}: {times}")));
    }
    if !drift.proposals.is_empty() {
        page.heading(2, "For the schema");
        for (place, yaml) in by_place(&drift.proposals) {
            page.paragraph(format!("{place}:"));
            page.code("yaml", &yaml);
        }
    }
    page.finish()
}

fn section(page: &mut Page, report: &ModelReport) {
    page.heading(2, &title(report));
    let row = |finding: &Finding| {
        [
            if finding.note { "note" } else { "finding" }.to_owned(),
            subject(finding),
            finding.what.clone(),
            how_often(finding, report),
            finding.examples.join("; "),
            finding.first.clone(),
        ]
    };
    page.table(["", "where", "what", "how often", "such as", "first in"], report.findings.iter().map(row));
    if !report.never_seen.is_empty() {
        let names: Vec<String> = report.never_seen.iter().map(|name| code(name)).collect();
        page.paragraph(format!("Never seen: {}.", names.join(", ")));
    }
}
