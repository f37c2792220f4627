//! `cargo xtask drift`

use std::fs::File;
use std::io::BufReader;
use std::path::PathBuf;

use lexopt::Parser;
use lexopt::prelude::{Long, Short, Value, ValueExt};
use planhat_codegen::drift::found::Drift;
use planhat_codegen::drift::{Applied, Invalid, Observer, Scopes, apply, model, report};
use planhat_codegen::source::Source;
use planhat_codegen::{Failure, parse, sources};

use crate::end::{End, failed, invalid};
use crate::root;

const HELP: &str = "\
Usage: cargo xtask drift FILES… [--model M] [--apply] [--format text|md|json] [--show-values]

Holds recorded answers of Planhat against the schema and tells what differs.

FILES are JSON (a record, an array of records, an envelope around them), JSON lines (`.jsonl`), or HAR. What the
records are is told by
  --model M      a model's name or file, such as `Time Entry` or `time_entry`
  calls          a HAR, or objects {\"method\", \"path\" or \"url\", \"status\", \"request\", \"body\"}; with --model, only
                 the calls of that model count
  the file name  `time_entry.json`, `time_entry__1.json`; one with `request` in it holds what was sent

  --apply        Write new fields and new enum values into the schema's files, and `number` in place of `integer` where
                 a fraction came. Nothing is written if the schema would have mistakes. Other types are left to you,
                 since programs read them; so is what was sent, since it only shows what somebody believed
  --format       text (the default), md or json
  --show-values  Show values; otherwise only their kind and form are told. Names of fields and new enum values are
                 told always, unless they look like data

Exit codes: 0 nothing differs (or --apply wrote all that differs), 1 something does (or is left to do), 2 an input is
invalid. Notes are worth reading, but are no findings.
";

/// The form of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Text,
    Md,
    Json,
}

/// What was asked for.
struct Wish {
    files: Vec<PathBuf>,
    model: Option<String>,
    apply: bool,
    show: bool,
    format: Format,
}

/// Holds recorded answers against the schema.
pub fn run(mut arguments: Parser) -> Result<End, lexopt::Error> {
    let mut wish = Wish { files: Vec::new(), model: None, apply: false, show: false, format: Format::Text };
    while let Some(argument) = arguments.next()? {
        match argument {
            Short('h') | Long("help") => {
                print!("{HELP}");
                return Ok(End::Fine);
            }
            Long("model") => wish.model = Some(arguments.value()?.string()?),
            Long("apply") => wish.apply = true,
            Long("show-values") => wish.show = true,
            Long("format") => wish.format = format(&arguments.value()?.string()?)?,
            Value(file) => wish.files.push(file.into()),
            other => return Err(other.unexpected()),
        }
    }
    if wish.files.is_empty() {
        return Err("`drift` needs files; see `cargo xtask drift --help`".into());
    }
    Ok(look(&wish))
}

fn format(word: &str) -> Result<Format, lexopt::Error> {
    match word {
        "text" => Ok(Format::Text),
        "md" => Ok(Format::Md),
        "json" => Ok(Format::Json),
        other => Err(format!("`{other}` is no format; there are text, md and json").into()),
    }
}

fn look(wish: &Wish) -> End {
    let sources = match sources(root()) {
        Ok(sources) => sources,
        Err(failure) => return failed(&failure),
    };
    let drift = match observe(wish, &sources) {
        Ok(Ok(drift)) => drift,
        Ok(Err(error)) => return invalid(&error),
        Err(failure) => return failed(&failure),
    };
    tell(wish, &drift);
    if wish.apply {
        return write(&drift, sources);
    }
    if drift.findings().count() == 0 { End::Fine } else { End::Finding }
}

fn observe(wish: &Wish, sources: &[Source]) -> Result<Result<Drift, Invalid>, Failure> {
    let api = parse(sources.to_vec())?;
    let scopes = Scopes::new(&api);
    let only = match wish.model.as_ref().map(|name| model(&api, name)).transpose() {
        Ok(only) => only,
        Err(error) => return Ok(Err(error)),
    };
    let mut observer = Observer::new(&scopes, only, wish.show);
    for path in &wish.files {
        let file = path.display().to_string();
        let read = match File::open(path) {
            Ok(content) => observer.file(&file, BufReader::new(content)),
            Err(source) => Err(Invalid::Io { file, source }),
        };
        if let Err(error) = read {
            return Ok(Err(error));
        }
    }
    Ok(Ok(observer.finish(sources)))
}

fn tell(wish: &Wish, drift: &Drift) {
    match wish.format {
        Format::Text => {
            print!("{}", report::text::report(drift));
            if !wish.apply {
                print!("{}", report::text::paste(drift));
            }
            print!("{}", report::text::summary(drift));
        }
        Format::Md => print!("{}", report::md::report(drift)),
        Format::Json => print!("{}", report::json::report(drift)),
    }
}

/// Writes what can be written. It is said on the standard error, so that a report stays one.
fn write(drift: &Drift, sources: Vec<Source>) -> End {
    let Applied { files, left, .. } = match apply(sources, &drift.proposals) {
        Ok(applied) => applied,
        Err(mistakes) => {
            eprintln!("error: nothing was written, for the schema would have these mistakes\n\n{mistakes}");
            return End::Invalid;
        }
    };
    for file in &files {
        if let Err(error) = std::fs::write(root().join(&file.path), &file.text) {
            return invalid(&error);
        }
        eprintln!("{}", file.path);
    }
    for (proposal, why) in &left {
        eprintln!("not written: {}: {why}", proposal.words());
    }
    let open = drift.findings().filter(|finding| !finding.proposed).count() + left.len();
    if open > 0 {
        eprintln!("{open} left for you to decide");
    }
    if !files.is_empty() {
        eprintln!("{} changed; now look at the changes and run `cargo xtask codegen`", files.len());
    }
    if open == 0 { End::Fine } else { End::Finding }
}
