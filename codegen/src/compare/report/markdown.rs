//! For a comment on a pull request.

use std::fmt::Write as _;

use super::{Report, directions};
use crate::{
    compare::{
        accepted,
        change::{Change, ItemChange},
        version::Level,
    },
    write::markdown::Page,
};

/// The first line, by which a program finds the comment again.
pub const MARKER: &str = "<!-- planhat-sdk: schema diff -->";

/// How many characters a comment may have.
pub const LIMIT: usize = 65_536;

/// How much of one fact is shown.
const FACT: usize = 300;

const SHOWN: usize = 5;

/// Renders the report. If it is longer than a comment may be, the last changes are left out, and the end says so.
pub fn render(report: &Report) -> String {
    let mut shown = report.stale.len() + report.changes.len();
    loop {
        let text = page(report, shown);
        let length = text.chars().count();
        if length <= LIMIT || shown == 0 {
            return text;
        }
        shown = (shown * LIMIT / length).min(shown - 1);
    }
}

/// The report with this number of stale entries and changes.
fn page(report: &Report, mut shown: usize) -> String {
    let mut page = Page::default();
    let is_break = report.level() == Some(Level::Major);
    let sign = match (report.is_high_enough(), report.stale.is_empty()) {
        (true, true) => "✅",
        // Whoever releases raises the version; nobody need do so for every pull request.
        (false, true) if !is_break => "⚠️",
        _ => "❌",
    };
    page.paragraph(format!("{MARKER}\n## {sign} What changes in the API"));
    page.paragraph(format!("**{}** {} since {}.", marked(&report.verdict()), report.counts(), code(&report.base)));
    let left_out = report.stale.len() + report.changes.len() - shown;
    page.list(
        report
            .stale
            .iter()
            .take(shown)
            .map(|stale| format!("{}:{}: {} {}", accepted::FILE, stale.line, stale.rule.id, marked(&stale.message))),
    );
    shown = shown.saturating_sub(report.stale.len());
    let mut next = |level| {
        let changes: Vec<&Change> = report.of(level).take(shown).collect();
        shown -= changes.len();
        changes
    };
    let breaking = next(Level::Major);
    if !breaking.is_empty() {
        page.heading(3, "Breaking");
        page.table(["rule", "change", "old", "new", "Rust", "schema"], breaking.into_iter().map(row));
    }
    for (level, title) in [(Level::Minor, "Compatible changes"), (Level::Patch, "Other changes")] {
        let changes = next(level);
        if !changes.is_empty() {
            page.paragraph(format!("<details><summary>{title} ({})</summary>", report.of(level).count()));
            page.list(changes.into_iter().map(entry));
            page.paragraph("</details>");
        }
    }
    if left_out > 0 {
        page.paragraph(format!("{left_out} more do not fit here; `cargo xtask diff` shows all of them."));
    }
    page.finish()
}

fn row(change: &Change) -> [String; 6] {
    let fact = |fact: &Option<String>| fact.as_deref().map_or(String::new(), code);
    let accepted = change.accepted.as_ref().map(|reason| format!("<br>accepted: {}", marked(reason)));
    [
        format!("{} ({})", change.rule.id, directions(change)),
        marked(&change.message) + &accepted.unwrap_or_default(),
        fact(&change.old),
        fact(&change.new),
        rust(change, "<br>"),
        place(change),
    ]
}

fn entry(change: &Change) -> String {
    let facts = match (&change.old, &change.new) {
        (Some(old), Some(new)) => format!(": {} → {}", code(old), code(new)),
        (None, Some(new)) => format!(": {}", code(new)),
        (Some(old), None) => format!(": {} before", code(old)),
        (None, None) => String::new(),
    };
    let items = if change.level == Level::Patch { String::new() } else { rust(change, ", ") };
    let items = if items.is_empty() { items } else { format!("<br>{items}") };
    let (id, direction, message) = (change.rule.id, directions(change), marked(&change.message));
    format!("{id} ({direction}) {message}{facts} ({}){items}", place(change))
}

fn rust(change: &Change, between: &str) -> String {
    let mut items: Vec<String> = change
        .rust
        .iter()
        .take(SHOWN)
        .map(|touched| match &touched.change {
            ItemChange::Changed(old, new) | ItemChange::Wider(old, new) => {
                format!("{} {} → {}", code(&touched.path), code(old), code(new))
            }
            change => format!("{} {}", code(&touched.path), change.as_str()),
        })
        .collect();
    let more = change.rust.len().saturating_sub(SHOWN);
    items.extend((more > 0).then(|| format!("and {more} more")));
    items.join(between)
}

fn place(change: &Change) -> String {
    let before = |before: bool| if before { ", before" } else { "" };
    change.place.as_ref().map_or(String::new(), |place| {
        format!("{}{}", code(&format!("{}:{}", place.file, place.line)), before(place.before))
    })
}

/// Text of which the parts in backticks become code, and nothing else means anything to Markdown.
fn marked(text: &str) -> String {
    let parts = text.split('`').enumerate();
    parts.map(|(index, part)| if index % 2 == 1 { code(part) } else { plain(part) }).collect()
}

fn code(text: &str) -> String {
    let short: String = text.chars().take(FACT).collect();
    let end = if short.len() < text.len() { "…" } else { "" };
    format!("<code>{}{end}</code>", plain(&short))
}

/// Text in which nothing means anything to Markdown or HTML.
fn plain(text: &str) -> String {
    let mut escaped = String::new();
    for character in text.chars() {
        match character {
            control if control.is_control() => escaped.push(' '),
            '&' | '<' | '>' | '|' | '`' | '*' | '_' | '[' | ']' | '~' | '@' | '#' | '\\' | '!' | '$' => {
                let _ = write!(escaped, "&#{};", u32::from(character));
            }
            other => escaped.push(other),
        }
    }
    // A bare URL would become a link.
    escaped.replace("://", ":&#47;/").replace("www.", "www&#46;")
}
