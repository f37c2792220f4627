//! For a terminal.

use std::fmt::Write as _;

use super::{how_often, subject, title, totals};
use crate::observe::{
    found::{Drift, Looked},
    proposal::by_place,
};

/// What was found, without what to write into the schema.
pub fn report(drift: &Drift) -> String {
    let mut text = String::new();
    for looked in &drift.looked {
        section(&mut text, looked);
    }
    for (what, times) in &drift.passed {
        let _ = writeln!(text, "passed over: {what}: {times}");
    }
    if !drift.passed.is_empty() {
        text.push('\n');
    }
    text
}

/// The YAML to paste.
pub fn paste(drift: &Drift) -> String {
    let mut text = String::new();
    for (place, yaml) in by_place(&drift.proposals) {
        let _ = writeln!(text, "{place}\n\n{yaml}");
    }
    text
}

/// The last line.
pub fn summary(drift: &Drift) -> String {
    totals(drift) + "\n"
}

fn section(text: &mut String, looked: &Looked) {
    let _ = writeln!(text, "{}", title(looked));
    for finding in &looked.findings {
        let note = if finding.note { "note: " } else { "" };
        let _ = writeln!(text, "  {note}{} {}", subject(finding), finding.what);
        let _ = writeln!(text, "      {}, first in {}", how_often(finding, looked), finding.first);
        let _ = writeln!(text, "      such as {}", finding.examples.join("; "));
    }
    if !looked.never_seen.is_empty() {
        let _ = writeln!(text, "  note: never seen: {}", looked.never_seen.join(", "));
    }
    text.push('\n');
}
