//! `cargo xtask drift`

mod live;

use std::{error::Error, fs::File, io::BufReader, path::PathBuf};

use lexopt::{
    Parser,
    prelude::{Long, Value, ValueExt},
};
use live::{Live, MOST};
use planhat_codegen::{
    Loaded,
    observe::{Applied, Invalid, Observer, apply, found::Drift, model, report},
};

use crate::{
    end::{End, failed, invalid},
    root,
};

/// What `--help` shows.
pub const HELP: &str = "\
Usage: cargo xtask drift FILES… [--model M] [--apply] [--format text|md|json] [--show-values]
       cargo xtask drift --live [--records 5] [--url URL] [--save FILE] [--model M] […]

Holds recorded answers of Planhat against the schema and tells what differs.

FILES are JSON (a record, an array of records, an envelope around them), JSON lines (`.jsonl`), or HAR. What the
records are is told by
  --model M      a model's name or file, such as `Time Entry` or `time_entry`
  calls          a HAR, or objects {\"method\", \"path\" or \"url\", \"status\", \"request\", \"body\"}; with --model, only
                 the calls of that model count
  the file name  `time_entry.json`, `time_entry__1.json`; one with `request` in it holds what was sent

  --live         Read a few records of each list that is paged, or of those of one model, one call after another, with
                 the token in PLANHAT_API_TOKEN. Nothing is written to Planhat, and no more than half of the quota of a
                 minute is used
  --records N    How many records of each list, at most 100 (5)
  --url URL      Where the API is; otherwise PLANHAT_BASE_URL, or the default host
  --save FILE    Keep what was read as JSON lines: values of your customers, in full

  --apply        Write new fields and new enum values into the schema's files, and `number` in place of `integer` where
                 a fraction came. What would be a mistake in the schema is left to you, and so are other types, since
                 programs read them, and what was sent, since it only shows what somebody believed
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
    live: Option<Live>,
    model: Option<String>,
    apply: bool,
    show: bool,
    format: Format,
}

/// Holds recorded answers against the schema.
pub fn run(mut arguments: Parser) -> Result<End, lexopt::Error> {
    let mut wish = Wish { files: Vec::new(), live: None, model: None, apply: false, show: false, format: Format::Text };
    let (mut is_live, mut live) = (false, Live { records: 5, url: None, save: None });
    let mut of_live = None;
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("live") => is_live = true,
            Long("records") => {
                live.records = arguments.value()?.parse()?;
                of_live = Some("--records");
            }
            Long("url") => {
                live.url = Some(arguments.value()?.string()?);
                of_live = Some("--url");
            }
            Long("save") => {
                live.save = Some(arguments.value()?.into());
                of_live = Some("--save");
            }
            Long("model") => wish.model = Some(arguments.value()?.string()?),
            Long("apply") => wish.apply = true,
            Long("show-values") => wish.show = true,
            Long("format") => wish.format = format(&arguments.value()?.string()?)?,
            Value(file) => wish.files.push(file.into()),
            other => return Err(other.unexpected()),
        }
    }
    match of_live {
        Some(option) if !is_live => return Err(format!("`{option}` goes with `--live`").into()),
        _ if live.records == 0 || live.records > MOST => return Err(format!("`--records` takes 1 to {MOST}").into()),
        _ if wish.files.is_empty() && !is_live => {
            return Err("`drift` needs files, or `--live`; see `cargo xtask drift --help`".into());
        }
        _ => {}
    }
    wish.live = is_live.then_some(live);
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
    let schema = match Loaded::read(root()) {
        Ok(schema) => schema,
        Err(failure) => return failed(&failure),
    };
    let drift = match observe(wish, &schema) {
        Ok(drift) => drift,
        Err(error) => return invalid(error.as_ref()),
    };
    tell(wish, &drift);
    if wish.apply {
        return write(&drift, &schema);
    }
    if drift.findings().count() == 0 { End::Fine } else { End::Finding }
}

fn observe(wish: &Wish, schema: &Loaded) -> Result<Drift, Box<dyn Error>> {
    let only = wish.model.as_ref().map(|name| model(&schema.api, name)).transpose()?;
    let mut observer = Observer::new(&schema.api, only, wish.show);
    for path in &wish.files {
        let file = path.display().to_string();
        match File::open(path) {
            Ok(content) => observer.file(&file, BufReader::new(content))?,
            Err(source) => return Err(Invalid::Io { file, source }.into()),
        }
    }
    if let Some(live) = &wish.live {
        live.observe(&schema.api, only, &mut observer)?;
    }
    Ok(observer.finish(schema))
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
fn write(drift: &Drift, schema: &Loaded) -> End {
    let Applied { files, left } = apply(schema, &drift.proposals);
    for file in &files {
        if let Err(error) = std::fs::write(root().join(&file.path), &file.text) {
            return invalid(&error);
        }
        eprintln!("{}", file.path);
    }
    for (proposal, why) in &left {
        eprintln!("not written: {}: {why}\n{}", proposal.words(), proposal.yaml());
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
