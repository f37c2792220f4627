//! The project's commands. Each is thin; what they do lives in libraries.
//!
//! Exit codes: 0 all is well, 1 something was found, 2 the input is invalid, 101 a bug.

use std::{
    path::Path,
    process::{Command, ExitCode, Termination},
};

use planhat_codegen::{Failure, OPENAPI, generate, tree::Tree};

const HELP: &str = "\
Usage: cargo xtask <command>

Commands:
  codegen            Make all files that are made from the schema
  codegen --check    Write nothing; show what differs and fail if anything does
  openapi [--check]  The same for the OpenAPI description alone
  bench [--quick] [WORDS]
                     Measure the SDK beside the same work done by hand; only the cases with these words in their names
";

/// How a command ended.
#[derive(Debug, Clone, Copy)]
enum End {
    Fine,
    Finding,
    Invalid,
    Bug,
}

impl Termination for End {
    fn report(self) -> ExitCode {
        ExitCode::from(match self {
            Self::Fine => 0,
            Self::Finding => 1,
            Self::Invalid => 2,
            Self::Bug => 101,
        })
    }
}

fn main() -> End {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["codegen"] => codegen(false, |tree| tree),
        ["codegen", "--check"] => codegen(true, |tree| tree),
        ["openapi"] => codegen(false, |tree| tree.only(OPENAPI)),
        ["openapi", "--check"] => codegen(true, |tree| tree.only(OPENAPI)),
        ["bench", rest @ ..] => bench(rest),
        [] | ["help" | "--help" | "-h"] => {
            print!("{HELP}");
            End::Fine
        }
        other => {
            eprint!("error: `{}` is no command\n\n{HELP}", other.join(" "));
            End::Invalid
        }
    }
}

/// Runs the benchmark. It prints its table itself, and never fails for being slow.
fn bench(arguments: &[&str]) -> End {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let bench = ["bench", "--quiet", "--package", "planhat-sdk", "--bench", "ratios", "--"];
    match Command::new(cargo).args(bench).args(arguments).status() {
        Ok(status) if status.success() => End::Fine,
        Ok(_) => End::Bug,
        Err(error) => {
            eprintln!("error: cargo cannot be run: {error}");
            End::Bug
        }
    }
}

/// Makes the generated files, or those of them that are wanted, or tells how they differ from those on disk.
fn codegen(check: bool, narrow: fn(Tree) -> Tree) -> End {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("."));
    let tree = match generate(root) {
        Ok(tree) => narrow(tree),
        Err(failure) => {
            eprint!("{failure}");
            return if matches!(failure, Failure::Bug(_)) { End::Bug } else { End::Invalid };
        }
    };
    let changes = match tree.compare(root) {
        Ok(changes) => changes,
        Err(error) => {
            eprintln!("error: {error}");
            return End::Invalid;
        }
    };
    let files = tree.files().count();
    let lines: usize = tree.files().map(|(_, text)| text.lines().count()).sum();
    if check {
        for change in &changes {
            print!("{}", change.diff());
        }
        if changes.is_empty() {
            println!("{files} files are what the schema says");
            return End::Fine;
        }
        println!("\n{} of {files} files differ from the schema; run `cargo xtask codegen` and commit", changes.len());
        return End::Finding;
    }
    for change in &changes {
        if let Err(error) = change.apply(root) {
            eprintln!("error: {error}");
            return End::Invalid;
        }
        println!("{}", change.path());
    }
    println!("{} of {files} files changed, {lines} lines in all", changes.len());
    End::Fine
}
