//! `cargo xtask changelog`

use lexopt::{
    Parser,
    prelude::{Long, ValueExt},
};
use planhat_codegen::compare::changelog::{self, FILE};

use crate::{
    base::{self, Base},
    end::{End, invalid},
    root,
};

/// What `--help` shows.
pub const HELP: &str = "\
Usage: cargo xtask changelog --base REF [--write]

What changed in the API that the SDK offers since a git ref, as an entry for the changelog.

  --base REF      A commit, branch or tag
  --base-dir DIR  The root of another working tree instead
  --write         Put it into `CHANGELOG.md` under `## [Unreleased]`, in place of what this command put there before

Exit codes: 0 all is well; 2 one of the two schemas or the changelog cannot be read.
";

/// Tells what changed as people read it.
pub fn run(mut arguments: Parser) -> Result<End, lexopt::Error> {
    let (mut base, mut write) = (None, false);
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("base") => base = Some(Base::Ref(arguments.value()?.string()?).only(base.as_ref())?),
            Long("base-dir") => base = Some(Base::Folder(arguments.value()?.into()).only(base.as_ref())?),
            Long("write") => write = true,
            other => return Err(other.unexpected()),
        }
    }
    let base = base.ok_or("`--base` is missing: say since when, such as `--base v0.1.0`")?;
    let report = match base::report(&base) {
        Ok(report) => report,
        Err(end) => return Ok(end),
    };
    let entry = changelog::entry(&report.changes);
    if write {
        return Ok(put(&entry));
    }
    print!("{}", if entry.is_empty() { "Nothing changes.\n" } else { &entry });
    Ok(End::Fine)
}

fn put(entry: &str) -> End {
    let path = root().join(FILE);
    let before = match std::fs::read_to_string(&path) {
        Ok(text) => text.replace("\r\n", "\n"),
        Err(error) => return unusable("read", &error),
    };
    let after = match changelog::put(&before, entry) {
        Ok(text) => text,
        Err(error) => return invalid(&error),
    };
    if after == before {
        println!("{FILE} says so already");
        return End::Fine;
    }
    match std::fs::write(&path, after) {
        Ok(()) => {
            println!("{FILE}");
            End::Fine
        }
        Err(error) => unusable("written", &error),
    }
}

fn unusable(what: &str, error: &std::io::Error) -> End {
    eprintln!("error: `{FILE}` cannot be {what}: {error}");
    End::Invalid
}
