//! `cargo xtask diff`

use clap::{Args, ValueEnum};
use planhat_codegen::compare::{
    Level,
    report::{self, Format},
};

use crate::{
    base::Base,
    exit::{Exit, Outcome},
};

/// Show what changed in the API of the SDK since a git ref, and which release that requires.
///
/// Findings are changes of the level of `--fail-on` or above, unless the version in `Cargo.toml` already allows them,
/// and entries of `schema/accepted-breaks.yaml` that have expired or accept nothing. An accepted break requires
/// nothing.
#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    base: Base,
    /// Format of the report.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: FormatName,
    /// The lowest level of changes that are findings.
    #[arg(long, value_name = "LEVEL", default_value = "major")]
    fail_on: FailOn,
}

#[derive(Clone, Copy, ValueEnum)]
enum FormatName {
    /// For a terminal.
    Text,
    /// For a comment on a pull request.
    Md,
    /// For other programs.
    Json,
    /// For annotations on a pull request.
    Github,
}

#[derive(Clone, Copy, ValueEnum)]
enum FailOn {
    Major,
    Minor,
    Any,
    None,
}

/// Prints what changed.
pub fn run(options: &Options) -> Outcome {
    let report = options.base.report()?;
    let format = match options.format {
        FormatName::Text => Format::Text,
        FormatName::Md => Format::Markdown,
        FormatName::Json => Format::Json,
        FormatName::Github => Format::Github,
    };
    let fail_on = match options.fail_on {
        FailOn::Major => report::FailOn::Level(Level::Major),
        FailOn::Minor => report::FailOn::Level(Level::Minor),
        FailOn::Any => report::FailOn::Level(Level::Patch),
        FailOn::None => report::FailOn::Nothing,
    };
    print!("{}", report.render(format));
    Ok(if report.fails(fail_on) { Exit::Findings } else { Exit::Ok })
}
