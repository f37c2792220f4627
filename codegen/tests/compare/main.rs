//! What changed from one schema to another: each rule finds its change, and each format shows it.

#![cfg(test)]

use std::{collections::BTreeSet, fmt::Write as _};

use jiff::civil::{Date, date};
use planhat_codegen::{
    Loaded,
    compare::{
        Change, Level,
        accepted::Accepted,
        changelog, compare,
        report::{FailOn, Format, LIMIT, MARKER, Report},
        rules,
    },
    source::Source,
};
use semver::Version;

const FILES: [(&str, &str); 3] = [
    ("schema/planhat.yaml", include_str!("planhat.yaml")),
    ("schema/models/other.yaml", include_str!("other.yaml")),
    ("schema/models/thing.yaml", include_str!("thing.yaml")),
];
const EDITS: &str = include_str!("edits.txt");
const TODAY: Date = date(2030, 1, 15);

fn side(files: &[(&str, String)]) -> Loaded {
    let sources = files.iter().map(|(path, text)| Source::new(*path, text.as_str())).collect();
    Loaded::new(sources).unwrap_or_else(|diagnostics| panic!("{diagnostics}"))
}

fn files() -> Vec<(&'static str, String)> {
    FILES.map(|(path, text)| (path, text.to_owned())).to_vec()
}

/// The schema in which texts are replaced wherever they stand.
fn edited(edits: &[(String, String)]) -> Loaded {
    let mut files = files();
    for (old, new) in edits {
        assert!(files.iter().any(|(_, text)| text.contains(old)), "{old}");
        for (_, text) in &mut files {
            *text = text.replace(old, new);
        }
        // A file is called like its model.
        if new.starts_with("name: Another") {
            files[1].0 = "schema/models/another.yaml";
        }
    }
    side(&files)
}

/// Edits between empty lines: `-` stands before what is replaced, `+` before what takes its place, and `=` between
/// edits that belong together.
fn edits(text: &str) -> Vec<Vec<(String, String)>> {
    let lines =
        |edit: &str, sign| edit.lines().filter_map(|line| line.strip_prefix(sign)).collect::<Vec<_>>().join("\n");
    let one = |edit: &str| {
        let (old, new) = (lines(edit, '-'), lines(edit, '+'));
        // What leaves nothing takes its line with it.
        if new.is_empty() { (old + "\n", new) } else { (old, new) }
    };
    text.trim().split("\n\n").map(|group| group.split("\n=\n").map(one).collect()).collect()
}

fn changes(edits: &[(String, String)]) -> Vec<Change> {
    compare(&side(&files()), &edited(edits))
}

/// A change in a line, and what it does to Rust items in one each.
fn described(changes: &[Change]) -> String {
    let mut text = String::new();
    for change in changes {
        let fact = |fact: &Option<String>| fact.clone().unwrap_or_else(|| "-".to_owned());
        let place = change.place.as_ref().map_or("nowhere".to_owned(), |place| {
            format!("{}:{}{}", place.file, place.line, if place.before { " before" } else { "" })
        });
        writeln!(
            text,
            "{} {} {} | {} | {} -> {} | {} {}",
            change.rule.id,
            change.level.as_str(),
            change.direction_name(),
            change.message,
            fact(&change.old),
            fact(&change.new),
            change.item,
            place
        )
        .unwrap();
        for touched in change.rust.iter().take(6) {
            writeln!(text, "    {} {}", touched.path, touched.change.as_str()).unwrap();
        }
    }
    text
}

#[test]
fn each_rule_finds_its_change() {
    let mut text = String::new();
    let mut found = BTreeSet::new();
    let mut note = |changes: &[Change]| {
        assert_ne!(changes, []);
        found.extend(changes.iter().map(|change| change.rule.id));
        text.push_str(&described(changes));
        text.push('\n');
    };
    for edit in edits(EDITS) {
        note(&changes(&edit));
    }
    let without = [files()[0].clone(), files()[1].clone()].map(|(path, text)| {
        (
            path,
            text.replace(
                "shapes:\n  - {name: Money, doc: An amount., fields: [{name: amount, type: number, doc: How much.}]}\n",
                "",
            ),
        )
    });
    note(&compare(&side(&files()), &side(&without)));
    note(&compare(&side(&without), &side(&files())));
    insta::assert_snapshot!("rules", text);
    // The rule for what no other explains has no edit, or another rule would be missing.
    let all: BTreeSet<_> = rules::ALL.iter().map(|rule| rule.id).filter(|id| *id != "PD120").collect();
    assert_eq!(found, all);
}

#[test]
fn a_filter_of_a_list_with_another_name_is_looked_for_under_the_old_one() {
    let edit = |old: &str, new: &str| (old.to_owned(), new.to_owned());
    let filters = ", filters: [{name: label, type: string, doc: Only those.}]}";
    let old = edited(&[edit("returns: Lean Thing}", &format!("returns: Lean Thing{filters}"))]);
    let new = edited(&[edit("lean_list", "short_list")]);
    let found: Vec<_> =
        compare(&old, &new).into_iter().map(|change| (change.rule.id, change.item.to_string())).collect();
    let item = "Thing/operations/lean_list".to_owned();
    assert_eq!(found, [("PD052", item.clone()), ("PD071", item + "/filters/label")]);
}

#[test]
fn rules_are_sorted_and_told_apart() {
    assert!(rules::ALL.windows(2).all(|pair| pair[0].id < pair[1].id));
}

#[test]
fn nothing_is_nothing() {
    let report = report(&side(&files()), "0.1.0");
    assert_eq!(report.changes, []);
    assert_eq!(report.level(), None);
    assert!(!report.fails(FailOn::Level(Level::Patch)));
    assert_eq!(changelog::entry(&report.changes), "");
}

fn report(new: &Loaded, now: &str) -> Report {
    let version = |text: &str| Some(Version::parse(text).unwrap());
    Report::new("origin/main", (&side(&files()), version("0.1.0")), (new, version(now)))
}

/// Something of each level, with words that mean something to Markdown.
fn mixed() -> Loaded {
    let edit = |old: &str, new: &str| (old.to_owned(), new.to_owned());
    edited(&[
        edit("{name: owner,", "{name: master,"),
        edit("{name: count, type: integer,", "{name: count, type: number,"),
        edit("enum(open, closed, lost)", "enum(open, closed, lost, a|b <i> `c` @you)"),
        edit("doc: A thing.", "doc: \"A | thing </details> <!-- x --> [l](https://x.test) @you `code.\""),
        edit("get: {ids: [id, external]}", "get: {ids: [id]}"),
    ])
}

#[test]
fn each_format_shows_the_same() {
    let report = report(&mixed(), "0.1.1");
    insta::assert_snapshot!("text", report.render(Format::Text));
    insta::assert_snapshot!("markdown", report.render(Format::Markdown));
    insta::assert_snapshot!("github", report.render(Format::Github));
    let json = report.render(Format::Json);
    let parsed: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(parsed["changes"].as_array().unwrap().len(), report.changes.len());
    insta::assert_snapshot!("json", json);
    insta::assert_snapshot!("changelog", changelog::entry(&report.changes));
}

#[test]
fn a_comment_is_never_too_long_and_always_closed() {
    let values: Vec<String> = (0..2_000).map(|number| format!("value {number} that goes on and on")).collect();
    let edit = ("lost)".to_owned(), format!("lost, {})", values.join(", ")));
    let text = report(&edited(&[edit]), "0.2.0").render(Format::Markdown);
    assert!(text.starts_with(MARKER));
    assert!(text.chars().count() <= LIMIT, "{}", text.chars().count());
    assert!(text.contains("more do not fit here"), "{}", &text[text.len() - 300..]);
    assert_eq!(text.matches("<details>").count(), text.matches("</details>").count());
}

#[test]
fn a_version_that_is_high_enough_allows_breaks() {
    for (now, high_enough) in [("0.1.0", false), ("0.1.1", false), ("0.2.0", true), ("1.0.0", true)] {
        let report = report(&mixed(), now);
        assert_eq!(report.is_high_enough(), high_enough, "{now}");
        assert_eq!(report.fails(FailOn::Level(Level::Major)), !high_enough, "{now}");
        assert!(!report.fails(FailOn::Nothing));
    }
    let patch = report(&edited(&[("doc: A thing.".to_owned(), "doc: It.".to_owned())]), "0.1.0");
    assert!(!patch.fails(FailOn::Level(Level::Minor)));
    assert!(patch.fails(FailOn::Level(Level::Patch)));
}

const ACCEPTED: &str = "\
accepted:
  - {rule: PD012, item: Thing/fields/owner, reason: A better word., expires: 2030-01-15}
  - {rule: PD030, item: Thing/fields/count, reason: It was wrong., until: 0.3.0}
  - {rule: PD056, item: Thing/operations/get, reason: It never worked., expires: 2030-12-31}
";

#[test]
fn accepted_breaks_demand_nothing_until_they_expire() {
    let accepted = Accepted::parse(ACCEPTED).unwrap();
    let on = |day, now: &str| report(&mixed(), now).accept(&accepted, day);
    let fine = on(TODAY, "0.1.1");
    assert_eq!((fine.level(), fine.stale.as_slice()), (Some(Level::Minor), [].as_slice()));
    assert!(!fine.fails(FailOn::Level(Level::Major)));

    let late = on(date(2030, 1, 16), "0.3.0");
    let stale: Vec<_> = late.stale.iter().map(|stale| (stale.rule.id, stale.line)).collect();
    assert_eq!(stale, [("PD131", 2), ("PD131", 3)]);
    assert!(late.fails(FailOn::Level(Level::Major)));

    let unused = report(&side(&files()), "0.1.0").accept(&accepted, TODAY);
    assert!(unused.stale.iter().all(|stale| stale.rule.id == "PD132"));
    assert!(unused.fails(FailOn::Level(Level::Major)));
}

#[test]
fn a_bad_list_of_accepted_breaks_says_what_is_wrong() {
    let bad = "\
accepted:
  - {rule: PD999, item: Thing, reason: Because., expires: soon}
  - {rule: PD012, item: Thing, reason: \" \", until: next}
  - {rule: PD012, item: Thing, reason: Because.}
  - {rule: PD012, itm: Thing, reason: Because., expires: 2030-02-30}
";
    insta::assert_snapshot!("accepted", Accepted::parse(bad).unwrap_err());
    let (well_formed, _) = bad.split_at(bad.rfind("  - ").unwrap());
    let well_formed =
        well_formed.to_owned() + "  - {rule: PD012, item: Thing, reason: Because., expires: 2030-02-30}\n";
    insta::assert_snapshot!("accepted_words", Accepted::parse(&well_formed).unwrap_err());
}
