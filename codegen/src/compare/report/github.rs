//! Annotations on a pull request, as workflow commands.

use std::fmt::Write as _;

use super::Report;
use crate::compare::Place;
use crate::compare::accepted;
use crate::compare::change::Level;

/// A command a change, at its line of the schema; of what is gone, at its file.
pub fn render(report: &Report) -> String {
    let mut text = String::new();
    for change in &report.changes {
        let command = match change.level {
            Level::Major if change.accepted.is_none() && !report.is_high_enough() => "error",
            Level::Major => "warning",
            _ => "notice",
        };
        // A line that is gone is no line of the pull request.
        let line = |place: &Place| (!place.before).then_some(place.line);
        let place = change.place.as_ref().map(|place| (place.file.as_str(), line(place)));
        let title = format!("{} {}", change.rule.id, change.level.as_str());
        annotate(&mut text, command, place, &title, &change.message);
    }
    for stale in &report.stale {
        annotate(&mut text, "error", Some((accepted::FILE, Some(stale.line))), stale.rule.id, &stale.message);
    }
    let _ = writeln!(text, "{} since {}. {}", report.counts(), report.base, report.verdict());
    text
}

fn annotate(text: &mut String, command: &str, place: Option<(&str, Option<usize>)>, title: &str, message: &str) {
    let line = |line: Option<usize>| line.map_or(String::new(), |line| format!("line={line},"));
    let place = place.map_or(String::new(), |(file, at)| format!("file={},{}", property(file), line(at)));
    // Writing to a `String` cannot fail.
    let _ = writeln!(text, "::{command} {place}title={}::{}", property(title), data(message));
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
