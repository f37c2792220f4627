//! The project's commands.
//!
//! Exit codes: 0 all is well, 1 something was found, 2 the input is invalid, 101 a bug.

use std::{
    path::{Path, PathBuf},
    sync::LazyLock,
};

use commands::{bench, changelog, ci, codegen, diff, drift, new_model, validate};
use end::End;
use lexopt::{
    Parser,
    prelude::{Long, Short, Value, ValueExt},
};

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
  docs [--check]     The same for everything in `docs`: a page for each model, the public items, openapi.json
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

/// A command.
struct Command {
    name: &'static str,
    /// Reads its own arguments and does it.
    run: fn(Parser) -> Result<End, lexopt::Error>,
    /// What `--help` shows.
    help: &'static str,
}

/// A command of which all is said in the list of commands.
const fn simple(name: &'static str, run: fn(Parser) -> Result<End, lexopt::Error>) -> Command {
    Command { name, run, help: HELP }
}

const COMMANDS: &[Command] = &[
    simple("validate", validate::run),
    simple("codegen", codegen::all),
    simple("openapi", codegen::openapi),
    simple("schema", codegen::schema),
    simple("docs", codegen::docs),
    simple("new-model", new_model::run),
    Command { name: "drift", run: drift::run, help: drift::HELP },
    Command { name: "diff", run: diff::run, help: diff::HELP },
    Command { name: "changelog", run: changelog::run, help: changelog::HELP },
    simple("ci", ci::run),
    simple("bench", bench::run),
];

fn main() -> End {
    run(Parser::from_env()).unwrap_or_else(|error| {
        eprintln!("error: {error}; `--help` says what there is");
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
    let command = COMMANDS.iter().find(|command| command.name == name);
    let command = command.ok_or_else(|| format!("`{name}` is no command"))?;
    // Elsewhere it may be the value of an option.
    if arguments.clone().raw_args()?.next().is_some_and(|first| first == "--help" || first == "-h") {
        print!("{}", command.help);
        return Ok(End::Fine);
    }
    (command.run)(arguments)
}

/// The root of the repository: that which cargo runs this for, which need not be the one that it was built in.
fn root() -> &'static Path {
    static ROOT: LazyLock<PathBuf> = LazyLock::new(|| {
        let own = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
        Path::new(&own).parent().map_or_else(|| ".".into(), Path::to_owned)
    });
    &ROOT
}
