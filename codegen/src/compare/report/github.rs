//! Annotations on a pull request, as workflow commands.

use super::Report;
use crate::{
    compare::{accepted, version::Level},
    write::github::annotation,
};

/// One command per change, at its line of the schema; for what is gone, at its file.
pub fn render(report: &Report) -> String {
    let mut text = String::new();
    for change in &report.changes {
        let command = match change.level {
            Level::Major if change.accepted.is_none() && !report.is_high_enough() => "error",
            Level::Major => "warning",
            _ => "notice",
        };
        let mut properties = Vec::new();
        if let Some(place) = &change.place {
            properties.push(("file", place.file.clone()));
            // A line that is gone is not in the pull request.
            properties.extend((!place.before).then(|| ("line", place.line.to_string())));
        }
        let title = format!("{} {}", change.rule.id, change.level.as_str());
        text.push_str(&annotation(command, &properties, &title, &change.message));
    }
    for stale in &report.stale {
        let properties = [("file", accepted::FILE.to_owned()), ("line", stale.line.to_string())];
        text.push_str(&annotation("error", &properties, stale.rule.id, &stale.message));
    }
    text + &format!("{} since {}. {}\n", report.counts(), report.base, report.verdict())
}
