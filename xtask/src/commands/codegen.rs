//! `cargo xtask codegen`, and the commands that write a part of the same files.

use clap::Args;
use planhat_codegen::{
    generate,
    write::files::{FileChange, GeneratedFiles},
};

use crate::{
    exit::{Exit, Outcome},
    root,
};

#[derive(Args)]
pub struct Options {
    /// Write nothing, and show what differs.
    #[arg(long)]
    check: bool,
}

/// Writes the generated files, or only those in `parts` if there are any.
pub fn run(options: &Options, parts: &[&str]) -> Outcome {
    let files = generate(root())?;
    let files = if parts.is_empty() { files } else { files.only(parts) };
    let changes = files.compare(root())?;
    if options.check { Ok(check(&files, &changes)) } else { write(&files, &changes) }
}

/// Shows how the files differ from those on disk.
fn check(files: &GeneratedFiles, changes: &[FileChange]) -> Exit {
    let count = files.files().count();
    for change in changes {
        print!("{}", change.diff());
    }
    if changes.is_empty() {
        println!("{count} files are what the schema says");
        return Exit::Ok;
    }
    println!("\n{} of {count} files differ from the schema; run `cargo xtask codegen` and commit", changes.len());
    Exit::Findings
}

fn write(files: &GeneratedFiles, changes: &[FileChange]) -> Outcome {
    for change in changes {
        change.apply(root())?;
        println!("{}", change.path());
    }
    let count = files.files().count();
    let lines: usize = files.files().map(|(_, text)| text.lines().count()).sum();
    println!("{} of {count} files changed, {lines} lines in all", changes.len());
    Ok(Exit::Ok)
}
