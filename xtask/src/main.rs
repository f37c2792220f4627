//! The project's commands.
//!
//! Exit codes: 0 all is well, 1 something was found, 2 the input is invalid, 101 a bug.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use lexopt::Parser;
use lexopt::prelude::{Long, Short, Value, ValueExt};

use commands::{bench, changelog, ci, codegen, diff, drift, new_model, validate};
use end::End;

mod base;
mod commands;
mod end;

const HELP: &str = "\
Usage: cargo xtask <command>

Commands:
  validate [--format text|json|github]
                     Show every mistake of the schema
  codegen [--check]  Make all files that are made from the schema. With --check, write nothing; show what differs
  openapi [--check]  The same for the OpenAPI description alone
  schema [--check]   The same for the JSON Schemas of the YAML format, with which editors complete and check it
  docs [--check]     The same for the reference, a page a model, and API.md, the public surface in a list
  new-model NAME [--from FILE.json …]
                     Draft schema/models/<name>.yaml, from records in JSON if there are some
  drift FILES… [--model M] [--apply]
                     Hold recorded answers, or with --live a few of now, against the schema; see `drift --help`
  diff --base REF    What changed in the API since a git ref, and which release that demands; see `diff --help`
  changelog --base REF [--write]
                     The same as an entry for the changelog; with --write, put it there
  ci [--inside]      All that a change must pass. With --inside, only what needs nothing but Rust
  bench [--quick] [WORDS]
                     Measure the SDK beside the same work done by hand; only the cases with these words in their names
";

/// A command: it reads its own arguments.
type Command = fn(Parser) -> Result<End, lexopt::Error>;

const COMMANDS: &[(&str, Command)] = &[
    ("validate", validate::run),
    ("codegen", codegen::all),
    ("openapi", codegen::openapi),
    ("schema", codegen::schema),
    ("docs", codegen::docs),
    ("new-model", new_model::run),
    ("drift", drift::run),
    ("diff", diff::run),
    ("changelog", changelog::run),
    ("ci", ci::run),
    ("bench", bench::run),
];

fn main() -> End {
    run(Parser::from_env()).unwrap_or_else(|error| {
        eprint!("error: {error}\n\n{HELP}");
        End::Invalid
    })
}

fn run(mut arguments: Parser) -> Result<End, lexopt::Error> {
    let name = match arguments.next()? {
        Some(Value(name)) => name.string()?,
        None | Some(Short('h') | Long("help")) => "help".to_owned(),
        Some(other) => return Err(other.unexpected()),
    };
    if name == "help" {
        print!("{HELP}");
        return Ok(End::Fine);
    }
    // These two have more to say than fits here.
    let has_own_help = ["diff", "drift"].contains(&name.as_str());
    if !has_own_help && std::env::args_os().any(|argument| argument == "--help" || argument == "-h") {
        print!("{HELP}");
        return Ok(End::Fine);
    }
    match COMMANDS.iter().find(|(known, _)| *known == name) {
        Some((_, command)) => command(arguments),
        None => Err(format!("`{name}` is no command").into()),
    }
}

/// The root of the repository: that which cargo runs this for, which need not be the one that it was built in.
fn root() -> &'static Path {
    static ROOT: LazyLock<PathBuf> = LazyLock::new(|| {
        let own = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
        Path::new(&own).parent().map_or_else(|| ".".into(), Path::to_owned)
    });
    &ROOT
}
