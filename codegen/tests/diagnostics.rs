//! Every rule has a fixture, and what is said about it is exactly what its snapshot holds.

#![cfg(test)]

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use planhat_codegen::source::{Source, bundled, diagnostic::Diagnostics, rules};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/diagnostics")
}

/// The rules that have a fixture.
fn fixtures() -> BTreeSet<String> {
    let files = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    let yaml = files.filter(|path| path.extension().is_some_and(|extension| extension == "yaml"));
    yaml.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned()).collect()
}

fn diagnostics(rule: &str) -> Diagnostics {
    let fixture = fs::read_to_string(folder().join(format!("{rule}.yaml"))).unwrap();
    planhat_codegen::parse(bundled(&fixture)).expect_err(rule)
}

#[test]
fn every_rule_has_a_fixture() {
    let rules: BTreeSet<String> = rules::ALL.iter().map(|rule| rule.id.to_owned()).collect();
    assert_eq!(rules.len(), rules::ALL.len(), "an id is used twice");
    assert_eq!(rules, fixtures());
}

#[test]
fn a_fixture_breaks_its_rule_only() {
    for rule in fixtures() {
        for diagnostic in diagnostics(&rule).list() {
            assert_eq!(diagnostic.rule.id, rule, "{}", diagnostics(&rule));
        }
    }
}

#[test]
fn diagnostics_are_as_they_were() {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("diagnostics");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        for rule in fixtures() {
            insta::assert_snapshot!(rule.clone(), diagnostics(&rule).render());
        }
    });
}

#[test]
fn every_place_is_a_place() {
    for rule in fixtures() {
        let diagnostics = diagnostics(&rule);
        for label in diagnostics.list().iter().flat_map(|diagnostic| &diagnostic.labels) {
            let text = &diagnostics.sources().get(label.span.file).unwrap().text;
            assert!(diagnostics.sources().line(label.span) >= 1, "{rule}");
            assert!(text.get(label.span.range()).is_some(), "{rule}");
        }
    }
}

#[test]
fn all_errors_in_all_files_are_reported_at_once() {
    let fixture = |rule: &str| fs::read_to_string(folder().join(format!("{rule}.yaml"))).unwrap();
    let model = |rule: &str, name: &str| {
        let file = bundled(&fixture(rule)).into_iter().find(|source| source.stem() == "company").unwrap();
        let text = file.text.replace("Company", name).replace("companys", &name.to_lowercase());
        Source::new(format!("schema/models/{}.yaml", name.to_lowercase()), text)
    };
    let root = bundled(&fixture("PH050")).into_iter().find(|source| source.stem() == "planhat").unwrap();
    let files = vec![
        root,
        model("PH004", "Broken"),
        model("PH002", "Typo"),
        model("PH010", "Types"),
        model("PH070", "Leaflet"),
    ];
    let diagnostics = planhat_codegen::parse(files.clone()).unwrap_err();
    let rules: BTreeSet<&str> = diagnostics.list().iter().map(|diagnostic| diagnostic.rule.id).collect();
    assert_eq!(rules, BTreeSet::from(["PH002", "PH004", "PH010", "PH050", "PH070"]), "{diagnostics}");

    let reversed = planhat_codegen::parse(files.into_iter().rev().collect()).unwrap_err();
    assert_eq!(diagnostics.render(), reversed.render());
}

/// The rules that a schema breaks of which this is the only model.
fn broken_by(model: &str) -> Vec<&'static str> {
    let fixture = fs::read_to_string(folder().join("PH050.yaml")).unwrap();
    let root = bundled(&fixture).into_iter().find(|source| source.stem() == "planhat").unwrap();
    let files = vec![root, Source::new("schema/models/task.yaml".to_owned(), model.to_owned())];
    let diagnostics = planhat_codegen::parse(files).unwrap_err();
    let mut rules: Vec<&str> = diagnostics.list().iter().map(|diagnostic| diagnostic.rule.id).collect();
    rules.sort_unstable();
    rules
}

#[test]
fn a_missing_doc_hides_no_other_error_of_its_file() {
    let rules = broken_by(
        "name: Task\nhandle: tasks\npath: /tasks\ndoc: Work.\noperations:\n  list: {default: 5, max: 2}\nfields:\n\
         - {name: _id, type: id<Tusk>, computed: true, dok: The id.}\n- {name: phase, type: strnig}\n",
    );
    assert_eq!(rules, ["PH002", "PH004", "PH004", "PH011", "PH012", "PH050", "PH070"]);
}

#[test]
fn a_field_that_cannot_be_read_hides_no_error_that_stands_by_itself() {
    let model = "name: Task\nhandle: tasks\npath: tasks\ndoc: Work\noperations:\n  list: {default: 5, max: 2}\nfields:\n\
                 - {name: _id, type: id<Tusk>, computed: true, doc: The id.}\n- {name: phase, doc: The phase.}\n\
                 - {name: state, type: strnig, doc: The state.}\n";
    assert_eq!(broken_by(model), ["PH004", "PH011", "PH012", "PH050", "PH050", "PH070", "PH072"]);
    // What a type may name is not known then. The full stop is missing in the file of all models.
    let lacking = format!("{model}shapes:\n- {{name: State}}\n");
    assert_eq!(broken_by(&lacking), ["PH004", "PH004", "PH004", "PH050"]);
}
