//! Mistakes that the compiler finds, and what it says about them.
//!
//! The messages are those of the current stable compiler. After an update of it, run this test with `UPDATE=1` and
//! read what changed.

use std::{env, fmt::Write as _, fs, path::Path};

use crate::workspace::Workspace;

#[test]
fn mistakes_do_not_compile_and_are_explained() {
    let libraries = Workspace::own().build();
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/compiler/compile_fail/cases");
    let files = fs::read_dir(cases).unwrap().map(|entry| entry.unwrap().path());
    let programs: Vec<_> = files.filter(|path| path.extension().is_some_and(|extension| extension == "rs")).collect();
    assert!(programs.len() >= 6, "{programs:?}");
    let mut wrong = String::new();
    for program in programs {
        let said = libraries.check(&program, &["planhat_sdk"]).expect_err(&program.display().to_string());
        let (said, file) = (normalized(&said), program.with_extension("stderr"));
        if env::var_os("UPDATE").is_some() {
            fs::write(&file, &said).unwrap();
        }
        if fs::read_to_string(&file).unwrap_or_default() != said {
            writeln!(wrong, "{} should say:\n{said}", file.display()).unwrap();
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// The message without the numbers of lines in the SDK, which change with every edit of it.
fn normalized(said: &str) -> String {
    let mut lines = String::new();
    for line in said.lines() {
        let line = line.trim_start().trim_start_matches(|c: char| c.is_ascii_digit()).trim_start();
        let place = line.split_once(".rs:").filter(|_| line.contains(" planhat-sdk/src/"));
        lines += &place.map_or(line.to_owned(), |(file, _)| format!("{file}.rs"));
        lines += "\n";
    }
    lines
}
