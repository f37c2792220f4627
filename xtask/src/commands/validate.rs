//! `cargo xtask validate`

use std::io::IsTerminal as _;

use clap::{Args, ValueEnum};
use planhat_codegen::{
    Failure,
    ir::Api,
    load,
    source::{diagnostic::Diagnostics, report},
    write::numbers::counted,
};

use crate::{
    exit::{Exit, Outcome},
    root,
};

/// Show every error in the schema.
#[derive(Args)]
pub struct Options {
    /// Format of the diagnostics.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    /// Like the compiler's.
    Text,
    /// For other programs.
    Json,
    /// For annotations on a pull request.
    Github,
}

/// Shows every error in the schema. They are findings here, while other commands reject the schema as invalid.
pub fn run(options: &Options) -> Outcome {
    match load(root()) {
        Ok(api) => {
            print!("{}", summary(&api, options.format));
            Ok(Exit::Ok)
        }
        Err(Failure::Schema(diagnostics)) => {
            print!("{}", render(&diagnostics, options.format));
            Ok(Exit::Findings)
        }
        Err(failure) => Err(failure.into()),
    }
}

fn summary(api: &Api, format: Format) -> String {
    match format {
        Format::Json => "[]\n".to_owned(),
        Format::Text | Format::Github => {
            let fields: usize = api.models.iter().map(|model| model.fields.len()).sum();
            format!("{}, {}, ok\n", counted(api.models.len(), "model"), counted(fields, "field"))
        }
    }
}

fn render(diagnostics: &Diagnostics, format: Format) -> String {
    match format {
        Format::Json => report::json(diagnostics),
        Format::Github => report::github(diagnostics),
        Format::Text if is_for_a_terminal() => diagnostics.render_coloured(),
        Format::Text => diagnostics.render(),
    }
}

/// Whether colours can be seen, and are wanted.
fn is_for_a_terminal() -> bool {
    std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}
