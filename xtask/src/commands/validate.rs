//! `cargo xtask validate`

use std::io::IsTerminal as _;

use lexopt::{
    Parser,
    prelude::{Long, ValueExt},
};
use planhat_codegen::{
    Failure,
    ir::Api,
    load,
    source::{diagnostic::Diagnostics, report},
    write::numbers::counted,
};

use crate::{
    end::{End, failed},
    root,
};

/// How mistakes are shown.
#[derive(Clone, Copy)]
enum Format {
    /// As rustc shows them.
    Text,
    /// For programs.
    Json,
    /// As GitHub's annotations.
    Github,
}

/// Shows every mistake of the schema.
pub fn run(mut arguments: Parser) -> Result<End, lexopt::Error> {
    let mut format = Format::Text;
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("format") => format = arguments.value()?.parse_with(named)?,
            other => return Err(other.unexpected()),
        }
    }
    Ok(match load(root()) {
        Ok(api) => {
            print!("{}", fine(&api, format));
            End::Fine
        }
        // What is looked for here is what stops the other commands.
        Err(Failure::Schema(mistakes)) => {
            print!("{}", shown(&mistakes, format));
            End::Finding
        }
        Err(failure) => failed(&failure),
    })
}

fn named(name: &str) -> Result<Format, String> {
    match name {
        "text" => Ok(Format::Text),
        "json" => Ok(Format::Json),
        "github" => Ok(Format::Github),
        _ => Err(format!("there is no format `{name}`; there are `text`, `json` and `github`")),
    }
}

fn fine(api: &Api, format: Format) -> String {
    match format {
        Format::Json => "[]\n".to_owned(),
        Format::Text | Format::Github => {
            let fields: usize = api.models.iter().map(|model| model.fields.len()).sum();
            format!("{}, {}, all fine\n", counted(api.models.len(), "model"), counted(fields, "field"))
        }
    }
}

fn shown(mistakes: &Diagnostics, format: Format) -> String {
    match format {
        Format::Json => report::json(mistakes),
        Format::Github => report::github(mistakes),
        Format::Text if is_for_a_terminal() => mistakes.render_coloured(),
        Format::Text => mistakes.render(),
    }
}

/// Whether colours are seen, and wanted.
fn is_for_a_terminal() -> bool {
    std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}
