//! `cargo xtask changelog`

use std::{fs, io};

use clap::Args;
use planhat_codegen::{
    Failure,
    compare::changelog::{self, FILE},
};

use crate::{
    base::Base,
    exit::{Exit, Outcome},
    root,
};

/// Write the changes since a release as a changelog entry.
#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    base: Base,
    /// Write the entry below `## [Unreleased]` in `CHANGELOG.md`, in place of what this command wrote there before.
    #[arg(long)]
    write: bool,
}

/// Prints or writes the changes as an entry for the changelog.
pub fn run(options: &Options) -> Outcome {
    let entry = changelog::entry(&options.base.report()?.changes);
    if options.write {
        return write(&entry);
    }
    print!("{}", if entry.is_empty() { "No changes.\n" } else { &entry });
    Ok(Exit::Ok)
}

fn write(entry: &str) -> Outcome {
    let path = root().join(FILE);
    let failed = |source: io::Error| Failure::Io { path: path.clone(), source };
    let old = fs::read_to_string(&path).map_err(failed)?.replace("\r\n", "\n");
    let new = changelog::put(&old, entry)?;
    if new == old {
        println!("{FILE} is up to date");
    } else {
        fs::write(&path, new)?;
        println!("{FILE}");
    }
    Ok(Exit::Ok)
}
