//! Errors as other programs read them.
//!
//! Lines and columns count from 1, columns in characters. An end is the place just behind the last character.

use crate::{
    source::{
        SourceMap, Span,
        diagnostic::{Diagnostic, Diagnostics, Label},
    },
    write::{
        github,
        json::{Json, json},
    },
};

/// A place as people and editors name it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Place<'a> {
    file: &'a str,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
}

impl<'a> Place<'a> {
    /// Nothing if there is no such place.
    fn of(sources: &'a SourceMap, span: Span) -> Option<Self> {
        let source = sources.get(span.file)?;
        let (line, column) = position(source.text.get(..span.start)?);
        let (end_line, end_column) = position(source.text.get(..span.end)?);
        Some(Self { file: &source.path, line, column, end_line, end_column })
    }
}

/// The line and the column behind a text that begins with its file.
fn position(before: &str) -> (usize, usize) {
    let last = before.rsplit('\n').next().unwrap_or_default();
    (before.matches('\n').count() + 1, last.chars().count() + 1)
}

/// The errors as a JSON array with an object for each: `rule`, what the rule asks for in `summary`, the `message`,
/// the `help` if there is any, the `labels`, of which the first says where to fix it, and how it is shown to people
/// in `rendered`.
pub fn json(diagnostics: &Diagnostics) -> String {
    diagnostics.list().iter().map(|diagnostic| object(diagnostics, diagnostic)).collect::<Json>().file()
}

fn object(diagnostics: &Diagnostics, diagnostic: &Diagnostic) -> Json {
    let labels: Json =
        diagnostic.labels.iter().filter_map(|label| label_object(diagnostics.sources(), label)).collect();
    json!({"rule": (diagnostic.rule.id), "summary": (diagnostic.rule.summary), "message": (&diagnostic.message)})
        .maybe("help", diagnostic.help.as_ref())
        .with("labels", labels)
        .with("rendered", diagnostics.render_one(diagnostic))
}

fn label_object(sources: &SourceMap, label: &Label) -> Option<Json> {
    let place = Place::of(sources, label.span)?;
    let object = json!({
        "file": (place.file),
        "line": (place.line),
        "column": (place.column),
        "end_line": (place.end_line),
        "end_column": (place.end_column),
    });
    Some(object.maybe("text", label.text.as_ref()))
}

/// The errors as commands that make GitHub show each beside the line that it is about.
pub fn github(diagnostics: &Diagnostics) -> String {
    diagnostics.list().iter().map(|diagnostic| annotation(diagnostics.sources(), diagnostic)).collect()
}

fn annotation(sources: &SourceMap, diagnostic: &Diagnostic) -> String {
    let mut properties = Vec::new();
    if let Some(place) = diagnostic.labels.first().and_then(|label| Place::of(sources, label.span)) {
        properties.push(("file", place.file.to_owned()));
        properties.extend([("line", place.line.to_string()), ("endLine", place.end_line.to_string())]);
        // GitHub takes columns only within one line.
        if place.line == place.end_line {
            properties.extend([("col", place.column.to_string()), ("endColumn", place.end_column.to_string())]);
        }
    }
    github::annotation("error", &properties, diagnostic.rule.id, &message(sources, diagnostic))
}

/// An error without its snippet, which GitHub has beside it.
fn message(sources: &SourceMap, diagnostic: &Diagnostic) -> String {
    let mut lines = vec![diagnostic.message.clone()];
    for label in diagnostic.labels.iter().skip(1) {
        let place = Place::of(sources, label.span);
        lines.extend(place.zip(label.text.as_ref()).map(|(at, text)| format!("{text}: {}:{}", at.file, at.line)));
    }
    lines.extend(diagnostic.help.as_ref().map(|help| format!("help: {help}")));
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Source, rules};

    fn diagnostics() -> Diagnostics {
        let text = "name: Größe\ndoc: a\n  b, 100%\n";
        let sources = SourceMap::new(vec![Source::new("schema/models/a,b.yaml", text)]);
        let (file, _) = sources.iter().next().unwrap();
        let span = |part: &str| {
            let start = text.find(part).unwrap();
            Span { file, start, end: start + part.len() }
        };
        let list = vec![
            Diagnostic::new(&rules::DOC, span("a\n  b, 100%"), "100% wrong:\nreally").help("fix, it"),
            Diagnostic::new(&rules::UNKNOWN_KEY, span("öße"), "odd").also(span("doc"), "see here"),
            Diagnostic::nowhere(&rules::MISSING_FILE, "gone"),
        ];
        Diagnostics::new(sources, list)
    }

    #[test]
    fn a_program_finds_everything_in_the_json() {
        let parsed: serde_json::Value = serde_json::from_str(&json(&diagnostics())).unwrap();
        let place = |line, column, end_line, end_column| {
            serde_json::json!({
                "file": "schema/models/a,b.yaml", "line": line, "column": column,
                "end_line": end_line, "end_column": end_column,
            })
        };
        let mut second = place(2, 1, 2, 4);
        second["text"] = "see here".into();
        assert_eq!(parsed[0]["labels"], serde_json::json!([]));
        assert_eq!(parsed[1]["labels"], serde_json::json!([place(1, 9, 1, 12), second]));
        assert_eq!(parsed[2]["labels"], serde_json::json!([place(2, 6, 3, 10)]));
        assert_eq!(parsed[2]["rule"], "PH050");
        assert_eq!(parsed[2]["summary"], rules::DOC.summary);
        assert_eq!(parsed[2]["message"], "100% wrong:\nreally");
        assert_eq!(parsed[2]["help"], "fix, it");
        assert!(parsed[1].get("help").is_none());
        let rendered = parsed[1]["rendered"].as_str().unwrap();
        assert!(rendered.starts_with("error[PH002]: odd\n") && rendered.contains("see here"), "{rendered}");
    }

    #[test]
    fn github_gets_what_it_can_read() {
        let expected = "\
            ::error title=PH007::gone\n\
            ::error file=schema/models/a%2Cb.yaml,line=1,endLine=1,col=9,endColumn=12,title=PH002::\
            odd%0Asee here: schema/models/a,b.yaml:2\n\
            ::error file=schema/models/a%2Cb.yaml,line=2,endLine=3,title=PH050::100%25 wrong:%0Areally%0Ahelp: fix, it\n";
        assert_eq!(github(&diagnostics()), expected);
    }
}
