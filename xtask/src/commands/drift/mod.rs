//! `cargo xtask drift`

mod live;

use std::{error::Error, fs::File, io::BufReader, path::PathBuf};

use clap::{Args, ValueEnum};
use live::Live;
use planhat_codegen::{
    Loaded,
    observe::{Applied, Invalid, Observer, apply, found::Drift, model, report},
};

use crate::{
    exit::{Exit, Outcome},
    root,
};

/// Compare recorded or live responses of Planhat with the schema, and show what differs.
///
/// Differences are findings, unless --apply wrote all of them. Notes are worth reading, but are not findings.
#[derive(Args)]
pub struct Options {
    /// Recordings: JSON (a record, an array of records, or an envelope around them), JSON lines, or HAR.
    ///
    /// The model of the records is given by --model, by the calls in the file (HAR, or objects with `method`, `path` or
    /// `url`, `status`, `request` and `body`), or by the file name: `time_entry.json`, `time_entry__1.json`. A file
    /// whose name contains `request` holds request bodies.
    #[arg(required_unless_present = "enabled")]
    files: Vec<PathBuf>,
    #[command(flatten)]
    live: Live,
    /// Name or file of a model, such as `Time Entry` or `time_entry`; other models are left out.
    #[arg(long)]
    model: Option<String>,
    /// Write new fields and enum values into the schema, and `number` in place of `integer` where fractions occur.
    ///
    /// Other types are left to you, since programs depend on them. So is what was only sent, which shows what somebody
    /// believed, and whatever would make the schema invalid.
    #[arg(long)]
    apply: bool,
    /// Format of the report.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
    /// Show values. Otherwise only their type and shape are shown, besides the names of fields and new enum values
    /// that do not look like personal data.
    #[arg(long)]
    show_values: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    Text,
    Md,
    Json,
}

/// Compares responses with the schema.
pub fn run(options: &Options) -> Outcome {
    let schema = Loaded::read(root())?;
    let drift = observe(options, &schema)?;
    print(options, &drift);
    if options.apply {
        return write(&drift, &schema);
    }
    Ok(if drift.findings().count() == 0 { Exit::Ok } else { Exit::Findings })
}

fn observe(options: &Options, schema: &Loaded) -> Result<Drift, Box<dyn Error>> {
    let only = options.model.as_ref().map(|name| model(&schema.api, name)).transpose()?;
    let mut observer = Observer::new(&schema.api, only, options.show_values);
    for path in &options.files {
        let file = path.display().to_string();
        match File::open(path) {
            Ok(content) => observer.file(&file, BufReader::new(content))?,
            Err(source) => return Err(Invalid::Io { file, source }.into()),
        }
    }
    if options.live.enabled {
        options.live.observe(&schema.api, only, &mut observer)?;
    }
    Ok(observer.finish(schema))
}

fn print(options: &Options, drift: &Drift) {
    match options.format {
        Format::Text => {
            print!("{}", report::text::report(drift));
            if !options.apply {
                print!("{}", report::text::paste(drift));
            }
            print!("{}", report::text::summary(drift));
        }
        Format::Md => print!("{}", report::md::report(drift)),
        Format::Json => print!("{}", report::json::report(drift)),
    }
}

/// Writes what can be written. Messages go to standard error, so that standard output holds only the report.
fn write(drift: &Drift, schema: &Loaded) -> Outcome {
    let Applied { files, left } = apply(schema, &drift.proposals);
    for file in &files {
        std::fs::write(root().join(&file.path), &file.text)?;
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
        eprintln!("{} changed; now review the changes and run `cargo xtask codegen`", files.len());
    }
    Ok(if open == 0 { Exit::Ok } else { Exit::Findings })
}
