//! `cargo xtask diff`

use lexopt::{
    Parser,
    prelude::{Long, ValueExt},
};
use planhat_codegen::compare::{
    Level,
    report::{FailOn, Format},
};

use crate::{
    base::{self, Base},
    end::End,
};

/// What `--help` shows.
pub const HELP: &str = "\
Usage: cargo xtask diff --base REF [--format text|md|json|github] [--fail-on major|minor|any|none]

What changed in the API that the SDK offers between the schema at a git ref and the one in the working tree, by
meaning and not by line, and which release that demands.

  --base REF      A commit, branch or tag
  --base-dir DIR  The root of another working tree instead
  --format        text (the default), md for a comment on a pull request, json, github for annotations
  --fail-on       From which level on a change is a finding: major (the default), minor, any or none

Exit codes: 0 nothing was found; 1 a change of the level or above, while the version in `Cargo.toml` is lower than the
changes demand (so a break is fine with a version that allows it), or an entry of `schema/accepted-breaks.yaml` that
has expired or accepts nothing; 2 one of the two schemas cannot be read. An accepted break demands nothing.
";

/// Tells what changed.
pub fn run(mut arguments: Parser) -> Result<End, lexopt::Error> {
    let (mut base, mut format, mut fail_on) = (None, Format::Text, FailOn::Level(Level::Major));
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("format") => format = self::format(&arguments.value()?.string()?)?,
            Long("fail-on") => fail_on = self::fail_on(&arguments.value()?.string()?)?,
            Long("base") => base = Some(Base::Ref(arguments.value()?.string()?).only(base.as_ref())?),
            Long("base-dir") => base = Some(Base::Folder(arguments.value()?.into()).only(base.as_ref())?),
            other => return Err(other.unexpected()),
        }
    }
    let base = base.ok_or("`--base` is missing: say what to compare with, such as `--base origin/main`")?;
    let report = match base::report(&base) {
        Ok(report) => report,
        Err(end) => return Ok(end),
    };
    print!("{}", report.render(format));
    Ok(if report.fails(fail_on) { End::Finding } else { End::Fine })
}

fn format(name: &str) -> Result<Format, String> {
    match name {
        "text" => Ok(Format::Text),
        "md" => Ok(Format::Markdown),
        "json" => Ok(Format::Json),
        "github" => Ok(Format::Github),
        _ => Err(format!("`{name}` is no format; there are text, md, json and github")),
    }
}

fn fail_on(name: &str) -> Result<FailOn, String> {
    match name {
        "major" => Ok(FailOn::Level(Level::Major)),
        "minor" => Ok(FailOn::Level(Level::Minor)),
        "any" => Ok(FailOn::Level(Level::Patch)),
        "none" => Ok(FailOn::Nothing),
        _ => Err(format!("`{name}` is no level; there are major, minor, any and none")),
    }
}
