//! For a terminal.

use std::fmt::Write as _;

use super::{Report, directions};
use crate::compare::{
    change::{Change, ItemChange},
    version::Level,
};

const SHOWN: usize = 12;

pub fn render(report: &Report) -> String {
    let mut text = String::new();
    for level in [Level::Major, Level::Minor, Level::Patch] {
        for change in report.of(level) {
            one(&mut text, change);
        }
    }
    for stale in &report.stale {
        // Writing to a `String` cannot fail.
        let _ = writeln!(
            text,
            "{} {}:{}\n  {}\n",
            stale.rule.id,
            crate::compare::accepted::FILE,
            stale.line,
            stale.message
        );
    }
    let _ = writeln!(text, "{} since {}. {}", report.counts(), report.base, report.verdict());
    text
}

fn one(text: &mut String, change: &Change) {
    let _ = write!(text, "{} {} ({})", change.level.as_str(), change.rule.id, directions(change));
    if let Some(place) = &change.place {
        let before = if place.before { " (before)" } else { "" };
        let _ = write!(text, " {}:{}{before}", place.file, place.line);
    }
    let _ = writeln!(text, "\n  {} [{}]", change.message, change.item);
    for (sign, fact) in [("-", &change.old), ("+", &change.new)] {
        if let Some(fact) = fact {
            let _ = writeln!(text, "  {sign} {}", fact.replace('\n', " "));
        }
    }
    for touched in change.rust.iter().take(SHOWN) {
        let _ = match &touched.change {
            ItemChange::Changed(old, new) | ItemChange::Wider(old, new) => {
                writeln!(text, "    {}: {old} -> {new} ({})", touched.path, touched.change.as_str())
            }
            change => writeln!(text, "    {} ({})", touched.path, change.as_str()),
        };
    }
    if let Some(more) = change.rust.len().checked_sub(SHOWN).filter(|more| *more > 0) {
        let _ = writeln!(text, "    and {more} more");
    }
    if let Some(reason) = &change.accepted {
        let _ = writeln!(text, "  accepted: {reason}");
    }
    text.push('\n');
}
