//! What `drift` tells of recordings, and what it writes into a schema.

#![cfg(test)]

use std::{
    fs,
    path::{Path, PathBuf},
};

use planhat_codegen::{
    Loaded,
    observe::{Invalid, Observer, apply, found::Drift, model, report},
    source::Source,
};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/drift")
}

/// The files of the schema: each starts with a line that names it.
fn schema() -> Vec<Source> {
    let text = fs::read_to_string(folder().join("schema.yaml")).unwrap();
    let source = |file: &str| {
        let (path, text) = file.split_once('\n').unwrap();
        Source::new(path, text)
    };
    text.split("# file: ").skip(1).map(source).collect()
}

fn loaded(sources: &[Source]) -> Loaded {
    Loaded::new(sources.to_vec()).unwrap_or_else(|diagnostics| panic!("{diagnostics}"))
}

fn look(sources: &[Source], files: &[(&str, &[u8])], only: Option<&str>, show: bool) -> Result<Drift, Invalid> {
    let schema = loaded(sources);
    let only = only.map(|name| model(&schema.api, name)).transpose()?;
    let mut observer = Observer::new(&schema.api, only, show);
    for (name, content) in files {
        observer.file(name, *content)?;
    }
    Ok(observer.finish(&schema))
}

fn recordings(names: &[&'static str]) -> Vec<(&'static str, Vec<u8>)> {
    names.iter().map(|name| (*name, fs::read(folder().join(name)).unwrap())).collect()
}

fn drift(sources: &[Source], names: &[&'static str], show: bool) -> Drift {
    let files = recordings(names);
    let files: Vec<(&str, &[u8])> = files.iter().map(|(name, content)| (*name, content.as_slice())).collect();
    look(sources, &files, None, show).unwrap()
}

const ALL: [&str; 3] = ["company__list.response.json", "calls.jsonl", "calls.har"];

fn snapshot(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("drift");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

fn text(drift: &Drift) -> String {
    report::text::report(drift) + &report::text::paste(drift) + &report::text::summary(drift)
}

#[test]
fn reports_are_as_they_were() {
    let drift = drift(&schema(), &ALL, false);
    snapshot("text", &text(&drift));
    snapshot("md", &report::md::report(&drift));
    snapshot("json", &report::json::report(&drift));
    let _: serde_json::Value = report::json::report(&drift).parse().unwrap();
}

#[test]
fn values_are_told_only_when_asked() {
    let secret = ["Acme", "somebody@example.com", "5f000000", "1700000000000", "token", "€"];
    let hidden = drift(&schema(), &ALL, false);
    for report in [text(&hidden), report::md::report(&hidden), report::json::report(&hidden)] {
        for value in secret {
            assert!(!report.contains(value), "{value} is in\n{report}");
        }
    }
    let shown = text(&drift(&schema(), &ALL, true));
    assert!(shown.contains("somebody@example.com") && shown.contains("1700000000000"), "{shown}");
    assert!(!shown.contains("token"), "{shown}");
}

#[test]
fn applied_changes_are_as_they_were() {
    let sources = schema();
    let found = drift(&sources, &ALL, false);
    let applied = apply(&loaded(&sources), &found.proposals);
    let files = applied.files.iter().map(|file| format!("# file: {}\n{}", file.path, file.text));
    let left = applied.left.iter().map(|(left, why)| format!("not written: {}: {why}\n", left.words()));
    let all: Vec<String> = files.chain(left).collect();
    snapshot("applied", &all.concat());

    // Nothing but the changes: each line of before is there, but for those whose type changed.
    for after in &applied.files {
        let before = sources.iter().find(|source| source.path == after.path).unwrap();
        let lost: Vec<&str> = before.text.lines().filter(|line| !after.text.lines().any(|new| new == *line)).collect();
        assert!(lost.iter().all(|line| line.contains("enum(") || line.contains("integer")), "{lost:?}");
    }
}

#[test]
fn the_second_time_changes_nothing() {
    let mut sources = schema();
    let applied = apply(&loaded(&sources), &drift(&sources, &ALL, false).proposals);
    for file in applied.files {
        sources.retain(|source| source.path != file.path);
        sources.push(file);
    }
    let again = drift(&sources, &ALL, false);
    let second = apply(&loaded(&sources), &again.proposals);
    assert_eq!(second.files, []);
    // What could not be written the first time is still reported.
    assert_eq!(second.left.len(), applied.left.len());
}

#[test]
fn line_ends_stay_as_they_are() {
    let sources: Vec<Source> =
        schema().into_iter().map(|source| Source::new(source.path, source.text.replace('\n', "\r\n"))).collect();
    let applied = apply(&loaded(&sources), &drift(&sources, &ALL, false).proposals);
    assert_eq!(applied.files.len(), 3);
    for file in applied.files {
        assert_eq!(file.text.matches('\n').count(), file.text.matches("\r\n").count());
    }
}

#[test]
fn what_would_be_an_error_is_left_out_and_the_rest_is_written() {
    let sources = schema();
    // Two values for which Rust would have the same name, and two fields.
    let file: (&str, &[u8]) = ("company.json", br#"{"phase": "Trial", "fresh": 1, "newer": 1, "Newer": 2}"#);
    let found = look(&sources, &[file], None, false).unwrap();
    let applied = apply(&loaded(&sources), &found.proposals);
    let left: Vec<_> = applied.left.iter().map(|(left, why)| (left.field.as_str(), why.contains("PH040"))).collect();
    assert_eq!(left, [("newer", true), ("phase", true)]);
    let [file] = applied.files.as_slice() else { panic!("{:?}", applied.files) };
    assert!(file.text.contains("name: fresh,") && file.text.contains("name: Newer,"), "{}", file.text);
    assert!(!file.text.contains("Trial") && !file.text.contains("name: newer,"), "{}", file.text);
}

#[test]
fn what_fits_is_no_finding() {
    let record = br#"{"_id": "a", "name": 5, "phase": "", "moods": "", "seats": 3.0, "limits": [], "since": "",
        "owner": "x", "prices": null, "externalId": 9, "custom": [], "raw": [], "last": "true"}"#;
    let found = look(&schema(), &[("company.json", record)], None, false).unwrap();
    assert_eq!((found.findings().count(), found.all_notes().count()), (0, 0), "{}", text(&found));
}

#[test]
fn a_model_can_be_named_in_any_way() {
    for name in ["Company", "company", "COMPANY"] {
        let found = look(&schema(), &[("x.json", b"{}")], Some(name), false).unwrap();
        assert_eq!(found.reports[0].model, "Company");
    }
    let error = look(&schema(), &[], Some("compny"), false).unwrap_err();
    assert_eq!(error.to_string(), "unknown model `compny`; did you mean `Company`?; the models are Company, Note");
}

#[test]
fn only_the_calls_of_the_model_asked_for_count() {
    let calls = br#"{"method": "GET", "path": "/leancompanies", "status": 200, "body": [{"_id": "a", "new": 1}]}"#;
    let found = look(&schema(), &[("x.jsonl", calls)], Some("note"), false).unwrap();
    assert_eq!((found.reports.len(), found.skipped.len()), (0, 1));
}

#[test]
fn an_envelope_around_a_list_is_opened() {
    let found =
        look(&schema(), &[("company.json", br#"{"data": [{"new": 1}, {}], "total": 2}"#)], None, false).unwrap();
    assert_eq!(found.reports[0].records, 2);
    assert_eq!(found.findings().next().unwrap().first, "company.json, record 1");
}

#[test]
fn what_is_no_input_is_told_with_its_place() {
    let error = |name: &str, content: &[u8]| look(&schema(), &[(name, content)], None, false).unwrap_err().to_string();
    assert_eq!(error("company.json", b"{\n  \"a\": tru\n}"), "company.json:2:11: invalid JSON: expected ident");
    assert_eq!(error("company.jsonl", b"{}\n\n{\"a\" 1}\n"), "company.jsonl:3:6: invalid JSON: expected `:`");
    assert_eq!(error("company.jsonl", b"{}\n{\"a\": \"\xff\"}\n"), "company.jsonl:2:8: invalid JSON: not UTF-8");
    let lines = error("company.json", b"{}\n{}\n");
    assert!(
        lines.starts_with("company.json:2:1: invalid JSON: trailing characters; a file with a value on each line"),
        "{lines}"
    );
    let nameless = error("x.jsonl", b"{\"a\": 1}\n");
    assert!(
        nameless.starts_with("x.jsonl:1: nothing says of which model this is; name it with `--model`"),
        "{nameless}"
    );
}

#[test]
fn an_enum_with_too_many_new_values_is_none() {
    let record = |n: usize| format!("{{\"phase\": \"phase {}\"}}\n", "i".repeat(n));
    let records = (0..60).map(record).collect::<Vec<_>>().concat();
    let found = look(&schema(), &[("company.jsonl", records.as_bytes())], None, false).unwrap();
    assert!(found.proposals.is_empty(), "{:?}", found.proposals);
    assert!(text(&found).contains("it may be a `string`"), "{}", text(&found));
}
