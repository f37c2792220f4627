//! What `cargo xtask diff` says of a change is what the compiler says.
//!
//! For each of some named edits of a small schema there is a crate that names everything public that the SDK generated
//! from the schema before. All edits together make the schema after, since each has a model of its own: so the SDK is
//! checked twice and not once an edit. Each crate must compile with the SDK before, and with the SDK after exactly if
//! the verdict is not `major`.

mod cases;
mod consumer;

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    fs, thread,
};

use planhat_codegen::{
    Loaded,
    compare::{Change, Level, compare},
    source::Source,
};

use self::cases::{CASES, Case, Edit};
use crate::workspace::Workspace;

const ROOT: &str = include_str!("root.yaml");

fn source(name: &str, text: impl Into<String>) -> Source {
    Source::new(format!("schema/{name}.yaml"), text)
}

fn side(root: &str, model: Option<(usize, String)>) -> Loaded {
    let mut sources = vec![source("planhat", root), source("models/other", include_str!("other.yaml"))];
    sources.extend(model.map(|(number, text)| source(&format!("models/case{number}"), text)));
    Loaded::new(sources).unwrap_or_else(|mistakes| panic!("{mistakes}"))
}

/// What is said of one case alone.
fn changes(number: usize, case: &Case) -> Vec<Change> {
    let (before, after) = cases::models(number, case);
    let root = root_after(std::iter::once(case));
    compare(&side(ROOT, before.map(|text| (number, text))), &side(&root, after.map(|text| (number, text))))
}

fn verdict(number: usize, case: &Case) -> Level {
    changes(number, case).iter().map(|change| change.level).max().expect("something changes")
}

/// The root after the edits of some cases.
fn root_after<'a>(cases: impl IntoIterator<Item = &'a Case>) -> String {
    let edits = cases.into_iter().filter_map(|case| match case.edit {
        Edit::Root(edit) => Some(edit),
        _ => None,
    });
    let edits = edits.flatten().map(|(old, new)| ((*old).to_owned(), (*new).to_owned()));
    cases::replaced(ROOT, edits)
}

#[test]
fn each_edit_demands_the_release_that_one_would_expect() {
    for (number, case) in CASES.iter().enumerate() {
        let changes = changes(number, case);
        assert_eq!(verdict(number, case), case.level, "{}: {changes:#?}", case.name);
        // What no rule answers for is found all the same, but then a rule is missing.
        let unexplained = changes.iter().find(|change| change.rule.id == "PD120");
        assert_eq!(unexplained, None, "{}", case.name);
    }
}

#[test]
fn what_breaks_callers_is_what_the_compiler_refuses() {
    let (mut before, mut after) = (Vec::new(), Vec::new());
    for (number, case) in CASES.iter().enumerate() {
        let (was, is) = cases::models(number, case);
        before.extend(was.map(|text| source(&format!("models/case{number}"), text)));
        after.extend(is.map(|text| source(&format!("models/case{number}"), text)));
    }
    for (sources, root) in [(&mut before, ROOT.to_owned()), (&mut after, root_after(CASES))] {
        sources.push(source("planhat", root));
        sources.push(source("models/other", include_str!("other.yaml")));
    }
    let (before, after) = (workspace("breaks-before", &before), workspace("breaks-after", &after));
    let consumers = consumer::consumers(&sdk(&before));
    assert!(consumers.len() > CASES.len() - 6, "{:?}", consumers.keys());
    assert_eq!(refused(&before, &consumers), BTreeSet::new(), "the crates must compile before anything changes");

    let refused = refused(&after, &consumers);
    let mut wrong = Vec::new();
    let mut verdicts = String::new();
    for (number, case) in CASES.iter().enumerate() {
        let (verdict, module) = (verdict(number, case), format!("case{number}"));
        if (verdict == Level::Major) != refused.contains(&module) {
            wrong.push(format!("{module}: {}: {verdict:?}", case.name));
        }
        writeln!(verdicts, "{module} {} {}", verdict.as_str(), case.name).unwrap();
    }
    assert!(wrong.is_empty(), "{}\nrefused: {refused:?}", wrong.join("\n"));
    // `tests/external/semver` compares them with those of another tool.
    after.write("verdicts.txt", &verdicts);
}

/// A workspace with another schema, where only the SDK has code.
fn workspace(name: &str, schema: &[Source]) -> Workspace {
    let workspace = Workspace::copy(name);
    for entry in fs::read_dir(workspace.folder.join("schema/models")).unwrap() {
        fs::remove_file(entry.unwrap().path()).unwrap();
    }
    for source in schema {
        workspace.write(&source.path, &source.text);
    }
    workspace.generate();
    for library in ["codegen", "fuzz", "planhat-sandbox"] {
        workspace.write(&format!("{library}/src/lib.rs"), "");
    }
    workspace.write("tests/src/lib.rs", "pub use {futures_core, serde, serde_json};");
    workspace.write("tests/tests/every_model/main.rs", "");
    workspace
}

/// The generated files of the SDK by name.
fn sdk(workspace: &Workspace) -> BTreeMap<String, String> {
    let files = fs::read_dir(workspace.folder.join("planhat-sdk/src/generated")).unwrap();
    let paths = files.map(|file| file.unwrap().path());
    let name = |path: &std::path::Path| path.file_stem().unwrap().to_str().unwrap().to_owned();
    paths.map(|path| (name(&path), fs::read_to_string(path).unwrap())).collect()
}

/// Checks crates with these texts, and says which of them the compiler refuses.
fn refused(workspace: &Workspace, crates: &BTreeMap<String, String>) -> BTreeSet<String> {
    let libraries = workspace.build();
    let folder = workspace.folder.join("consumers");
    fs::create_dir(&folder).unwrap();
    let check = |(name, text): &(&String, &String)| {
        let program = folder.join(name).with_extension("rs");
        fs::write(&program, text).unwrap();
        let said = libraries.check(&program, &["planhat_sdk", "planhat_tests"]).err()?;
        fs::write(program.with_extension("stderr"), said).unwrap();
        Some((*name).clone())
    };
    let crates: Vec<_> = crates.iter().collect();
    let parts = crates.chunks(crates.len().div_ceil(thread::available_parallelism().map_or(1, usize::from)));
    thread::scope(|scope| {
        let threads: Vec<_> =
            parts.map(|part| scope.spawn(|| part.iter().filter_map(check).collect::<Vec<_>>())).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    })
}
