//! For a comment on a change.

use std::fmt::Write as _;

use super::super::found::{Drift, Looked};
use super::super::proposal::by_place;
use super::{how_often, subject, title, totals};

/// What was found, as Markdown.
#[must_use]
pub fn report(drift: &Drift) -> String {
    let mut text = format!("# Drift\n\n{}.\n", totals(drift));
    for looked in &drift.looked {
        section(&mut text, looked);
    }
    if !drift.passed.is_empty() {
        text.push_str("\n## Passed over\n\n");
        for (what, times) in &drift.passed {
            let _ = writeln!(text, "- {what}: {times}");
        }
    }
    if !drift.proposals.is_empty() {
        text.push_str("\n## For the schema\n");
        for (place, yaml) in by_place(&drift.proposals) {
            let _ = write!(text, "\n{place}:\n\n```yaml\n{yaml}```\n");
        }
    }
    text
}

fn section(text: &mut String, looked: &Looked) {
    let _ = writeln!(text, "\n## {}", title(looked));
    if !looked.findings.is_empty() {
        text.push_str("\n| | where | what | how often | such as | first in |\n| --- | --- | --- | --- | --- | --- |\n");
    }
    for finding in &looked.findings {
        let cells = [
            if finding.note { "note" } else { "finding" }.to_owned(),
            subject(finding),
            finding.what.clone(),
            how_often(finding, looked),
            finding.examples.join("; "),
            finding.first.clone(),
        ];
        let cells: Vec<String> = cells.iter().map(|cell| cell.replace('|', "\\|").replace('\n', " ")).collect();
        let _ = writeln!(text, "| {} |", cells.join(" | "));
    }
    if !looked.never_seen.is_empty() {
        let names: Vec<String> = looked.never_seen.iter().map(|name| format!("`{name}`")).collect();
        let _ = writeln!(text, "\nNever seen: {}.", names.join(", "));
    }
}
