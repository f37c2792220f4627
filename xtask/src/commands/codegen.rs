//! `cargo xtask codegen`, and those that make a part of the same files.

use std::path::Path;

use lexopt::{Parser, prelude::Long};
use planhat_codegen::{
    DOCS, MODEL_SCHEMA, OPENAPI, ROOT_SCHEMA, generate,
    write::files::{FileChange, GeneratedFiles},
};

use crate::{
    end::{End, failed, invalid},
    root,
};

/// Makes all files that are made from the schema.
pub fn all(arguments: Parser) -> Result<End, lexopt::Error> {
    run(arguments, |files| files)
}

/// Makes the OpenAPI description alone.
pub fn openapi(arguments: Parser) -> Result<End, lexopt::Error> {
    run(arguments, |files| files.only(&[OPENAPI]))
}

/// Makes the JSON Schemas of the YAML format alone.
pub fn schema(arguments: Parser) -> Result<End, lexopt::Error> {
    run(arguments, |files| files.only(&[ROOT_SCHEMA, MODEL_SCHEMA]))
}

/// Makes the reference alone.
pub fn docs(arguments: Parser) -> Result<End, lexopt::Error> {
    run(arguments, |files| files.only(&[DOCS]))
}

fn run(mut arguments: Parser, narrow: fn(GeneratedFiles) -> GeneratedFiles) -> Result<End, lexopt::Error> {
    let mut check = false;
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("check") => check = true,
            other => return Err(other.unexpected()),
        }
    }
    let files = match generate(root()) {
        Ok(files) => narrow(files),
        Err(failure) => return Ok(failed(&failure)),
    };
    let changes = match files.compare(root()) {
        Ok(changes) => changes,
        Err(error) => return Ok(invalid(&error)),
    };
    Ok(if check { tell(&files, &changes) } else { apply(&files, &changes, root()) })
}

/// Tells how the files differ from those on disk.
fn tell(files: &GeneratedFiles, changes: &[FileChange]) -> End {
    let count = files.files().count();
    for change in changes {
        print!("{}", change.diff());
    }
    if changes.is_empty() {
        println!("{count} files are what the schema says");
        return End::Fine;
    }
    println!("\n{} of {count} files differ from the schema; run `cargo xtask codegen` and commit", changes.len());
    End::Finding
}

fn apply(files: &GeneratedFiles, changes: &[FileChange], root: &Path) -> End {
    for change in changes {
        if let Err(error) = change.apply(root) {
            return invalid(&error);
        }
        println!("{}", change.path());
    }
    let count = files.files().count();
    let lines: usize = files.files().map(|(_, text)| text.lines().count()).sum();
    println!("{} of {count} files changed, {lines} lines in all", changes.len());
    End::Fine
}
