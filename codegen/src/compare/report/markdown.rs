//! For a comment on a pull request.

use std::fmt::Write as _;

use super::Report;
use crate::compare::{
    accepted,
    change::{Change, ItemChange},
    version::Level,
};

/// The first line, by which a program finds the comment again.
pub const MARKER: &str = "<!-- planhat-sdk: schema diff -->";

/// How many characters a comment may have.
pub const LIMIT: usize = 65_536;

/// What is kept free for the end: the note that something was left out, and what closes open parts.
const RESERVE: usize = 400;

/// How much of one fact is shown.
const FACT: usize = 300;

/// How many Rust items a change shows.
const SHOWN: usize = 5;

/// The whole report. What does not fit is left out, which is said.
pub fn render(report: &Report) -> String {
    let mut page = Page::default();
    let is_break = report.level() == Some(Level::Major);
    let sign = match (report.is_high_enough(), report.stale.is_empty()) {
        (true, true) => "✅",
        // Whoever releases raises the version; nobody need do so for every pull request.
        (false, true) if !is_break => "⚠️",
        _ => "❌",
    };
    page.put(&format!("{MARKER}\n## {sign} What changes in the API\n\n"));
    page.put(&format!("**{}** {} since {}.\n", marked(&report.verdict()), report.counts(), code(&report.base)));
    stale(&mut page, report);
    breaking(&mut page, report);
    folded(&mut page, report, Level::Minor, "Compatible changes");
    folded(&mut page, report, Level::Patch, "Other changes");
    page.finish()
}

/// The text as it grows, up to the limit.
#[derive(Default)]
struct Page {
    text: String,
    length: usize,
    left_out: usize,
}

impl Page {
    /// Adds a piece as a whole, or not at all.
    fn put(&mut self, piece: &str) -> bool {
        let length = piece.chars().count();
        let fits = self.left_out == 0 && self.length + length + RESERVE <= LIMIT;
        if fits {
            self.text.push_str(piece);
            self.length += length;
        } else {
            self.left_out += 1;
        }
        fits
    }

    /// Adds what closes a part, for which room is kept.
    fn close(&mut self, piece: &str) {
        self.text.push_str(piece);
        self.length += piece.chars().count();
    }

    fn finish(mut self) -> String {
        if self.left_out > 0 {
            let left_out = self.left_out;
            // Writing to a `String` cannot fail.
            let _ = writeln!(self.text, "\n{left_out} more do not fit here; `cargo xtask diff` shows all of them.");
        }
        self.text
    }
}

fn stale(page: &mut Page, report: &Report) {
    for stale in &report.stale {
        page.put(&format!("\n- {}:{}: {} {}", accepted::FILE, stale.line, stale.rule.id, marked(&stale.message)));
    }
    if !report.stale.is_empty() {
        page.put("\n");
    }
}

fn breaking(page: &mut Page, report: &Report) {
    if report.of(Level::Major).next().is_none() {
        return;
    }
    page.put("\n### Breaking\n\n| rule | change | was | is | Rust | schema |\n| --- | --- | --- | --- | --- | --- |\n");
    for change in report.of(Level::Major) {
        let fact = |fact: &Option<String>| fact.as_deref().map_or(String::new(), code);
        let accepted = change.accepted.as_ref().map(|reason| format!("<br>accepted: {}", marked(reason)));
        page.put(&format!(
            "| {} ({}) | {}{} | {} | {} | {} | {} |\n",
            change.rule.id,
            change.direction.words(),
            marked(&change.message),
            accepted.unwrap_or_default(),
            fact(&change.old),
            fact(&change.new),
            rust(change, "<br>"),
            place(change),
        ));
    }
}

fn folded(page: &mut Page, report: &Report, level: Level, title: &str) {
    let count = report.of(level).count();
    if count == 0 || !page.put(&format!("\n<details><summary>{title} ({count})</summary>\n\n")) {
        return;
    }
    for change in report.of(level) {
        let facts = match (&change.old, &change.new) {
            (Some(was), Some(is)) => format!(": {} → {}", code(was), code(is)),
            (None, Some(is)) => format!(": {}", code(is)),
            (Some(was), None) => format!(": {} before", code(was)),
            (None, None) => String::new(),
        };
        let items = rust(change, ", ");
        let items = if items.is_empty() || level == Level::Patch { items } else { format!("<br>{items}") };
        let items = if level == Level::Patch { String::new() } else { items };
        page.put(&format!(
            "- {} ({}) {}{facts} ({}){items}\n",
            change.rule.id,
            change.direction.words(),
            marked(&change.message),
            place(change)
        ));
    }
    page.close("\n</details>\n");
}

fn rust(change: &Change, between: &str) -> String {
    let mut items: Vec<String> = change
        .rust
        .iter()
        .take(SHOWN)
        .map(|touched| match &touched.change {
            ItemChange::Changed(was, is) | ItemChange::Wider(was, is) => {
                format!("{} {} → {}", code(&touched.path), code(was), code(is))
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
