//! The command line.

use std::{error::Error, path::PathBuf, time::Duration};

use jiff::SignedDuration;
use lexopt::{
    Parser,
    prelude::{Long, Short, ValueExt},
};
use planhat_sandbox::{Builder, Rights, Sandbox};

use super::lines::Detail;

/// What `--help` shows.
pub const HELP: &str = "\
A Planhat to develop and test against, in memory, on a port of this machine.

Usage: planhat-sandbox [OPTIONS]

What it serves:
      --port <PORT>            The port; any free one if left out
      --analytics-port <PORT>  A port of its own for the analytics host
      --api-token <TOKEN>      The token that opens the API
      --tenant-token <TOKEN>   The token that opens the analytics host
      --token <TOKEN=RIGHTS>   Another token that opens the API, but only for some things, as in
                               clerk=read:<MODEL>,write:<MODEL> or guest=all,nothing:<MODEL>
      --allow-host <NAME>      A name beside those of this machine under which it answers, such as a container's
      --no-admin               Neither the page for browsers nor the routes below /_sandbox

What is stored:
      --demo[=SEED]            Begin with a tenant of 200 companies; the same seed makes the same one
      --import <FILE>          Begin with the records of a JSON file, beside those of --demo
      --export <FILE>          Write all records to a JSON file at the end

How it behaves:
      --quota <CALLS>          How many calls a minute the API takes, such as 200; any number if left out
      --latency <TIME>         How long every answer is held back, such as 50ms
      --page-cap <RECORDS>     The most records that a list sends at once, whatever it is asked for
      --faults <PLAN>          What goes wrong: by chance, and at the 3rd request or the first two of an operation, as in
                               seed=7,reset_after=2%,503=1%,companies.create#3=empty,any#1-2=429:1

What it says:
  -q, --quiet                  Nothing but the greeting
  -v, --verbose                Times, sizes and faults with each request
  -h, --help                   This text
  -V, --version                The version";

/// What the command line asks for.
pub enum Wish {
    /// To run a sandbox.
    Run(Box<Arguments>),
    /// To show the help.
    Help,
    /// To show the version.
    Version,
}

/// How to run a sandbox.
pub struct Arguments {
    /// The sandbox's own settings.
    pub settings: Builder,
    /// Whether there is a page for browsers.
    pub page: bool,
    /// The file with the records to begin with.
    pub import: Option<PathBuf>,
    /// The file for the records at the end.
    pub export: Option<PathBuf>,
    /// What is said of each request.
    pub detail: Detail,
}

/// How many requests and writes it remembers: it may run for weeks.
const REMEMBERED: usize = 10_000;

/// The demo's seed unless one is given.
const SEED: u64 = 1;

/// Reads a command line.
pub fn read(mut parser: Parser) -> Result<Wish, lexopt::Error> {
    let settings = Sandbox::builder().log_requests(REMEMBERED).log_writes(REMEMBERED);
    let mut read = Arguments { settings, page: true, import: None, export: None, detail: Detail::default() };
    while let Some(argument) = parser.next()? {
        let settings = read.settings.clone();
        match argument {
            Long("port") => read.settings = settings.port(parser.value()?.parse()?),
            Long("analytics-port") => read.settings = settings.analytics_port(parser.value()?.parse()?),
            Long("api-token") => read.settings = settings.api_token(parser.value()?.string()?),
            Long("tenant-token") => read.settings = settings.tenant_token(parser.value()?.string()?),
            Long("token") => {
                let (token, rights) = parser.value()?.parse_with(token)?;
                read.settings = settings.token(token, rights);
            }
            Long("allow-host") => read.settings = settings.allow_host(parser.value()?.string()?),
            Long("page-cap") => read.settings = settings.page_cap(parser.value()?.parse()?),
            Long("no-admin") => read.page = false,
            Long("demo") => {
                let seed = parser.optional_value().map_or(Ok(SEED), |seed| seed.parse())?;
                read.settings = settings.demo(seed);
            }
            Long("import") => read.import = Some(parser.value()?.into()),
            Long("export") => read.export = Some(parser.value()?.into()),
            Long("quota") => read.settings = settings.quota(parser.value()?.parse()?),
            Long("latency") => read.settings = settings.latency(parser.value()?.parse_with(time)?),
            Long("faults") => read.settings = settings.faults(parser.value()?.parse()?),
            Short('q') | Long("quiet") => read.detail = Detail::None,
            Short('v') | Long("verbose") => read.detail = Detail::All,
            Short('h') | Long("help") => return Ok(Wish::Help),
            Short('V') | Long("version") => return Ok(Wish::Version),
            other => return Err(other.unexpected()),
        }
    }
    read.settings = read.settings.admin(read.page);
    Ok(Wish::Run(Box::new(read)))
}

fn token(text: &str) -> Result<(String, Rights), Box<dyn Error + Send + Sync>> {
    let (token, rights) = text.split_once('=').ok_or("a token and its rights have = between them")?;
    Ok((token.to_owned(), rights.parse()?))
}

fn time(text: &str) -> Result<Duration, jiff::Error> {
    text.parse::<SignedDuration>()?.try_into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arguments(line: &str) -> Result<Wish, String> {
        read(Parser::from_args(line.split_whitespace())).map_err(|why| why.to_string())
    }

    #[test]
    fn all_options_are_taken() {
        let line = "--port 0 --analytics-port 0 --api-token a --tenant-token b --token c=read:Company --allow-host sandbox --no-admin --demo --demo=7 --import x.json \
                    --export y.json --quota 200 --latency 50ms --page-cap 100 --faults seed=7,reset_after=2% -v";
        let Ok(Wish::Run(read)) = arguments(line) else { panic!("{line}") };
        assert_eq!((read.import, read.export), (Some("x.json".into()), Some("y.json".into())));
        assert_eq!((read.page, read.detail), (false, Detail::All));
    }

    #[test]
    fn help_shows_only_options_that_there_are() {
        let words = HELP.split_whitespace().filter(|word| word.starts_with("--"));
        for word in words.map(|word| word.split(['[', ',']).next().unwrap()) {
            let why = arguments(word).err().unwrap_or_default();
            assert!(!why.contains("invalid option"), "{why}");
        }
    }

    #[test]
    fn mistakes_are_told() {
        for (line, told) in [
            ("--port", "missing argument for option '--port'"),
            ("--port 70000", "cannot parse argument \"70000\": number too large to fit in target type"),
            ("--latency soon", "cannot parse argument \"soon\""),
            ("--latency -1s", "cannot parse argument \"-1s\""),
            ("--faults 503=200%", "probabilities must be between 0 and 100 %"),
            ("--token reader", "a token and its rights have = between them"),
            ("--token reader=see:Company", "invalid right `see:Company`"),
            ("--demo=x", "cannot parse argument \"x\""),
            ("--quick", "invalid option '--quick'"),
            ("8080", "unexpected argument \"8080\""),
        ] {
            let why = arguments(line).err().unwrap_or_default();
            assert!(why.contains(told), "{line}: {why}");
        }
    }
}
