//! The command line.

use std::{error::Error, path::PathBuf, time::Duration};

use clap::Parser;
use jiff::SignedDuration;
use planhat_sandbox::{Builder, Faults, Rights, Sandbox};

use super::lines::Detail;

/// The number of requests and writes that are kept: the program may run for weeks.
const LOG_SIZE: usize = 10_000;

/// An in-memory Planhat server for development and tests.
#[derive(Parser)]
#[command(name = "planhat-sandbox", version, args_override_self = true)]
pub struct Arguments {
    /// Port [default: any free port]
    #[arg(long, value_name = "PORT", help_heading = "Server")]
    port: Option<u16>,
    /// Separate port for the analytics host
    #[arg(long, value_name = "PORT", help_heading = "Server")]
    analytics_port: Option<u16>,
    /// API token
    #[arg(long, value_name = "TOKEN", help_heading = "Server")]
    api_token: Option<String>,
    /// Tenant token, which the analytics host asks for
    #[arg(long, value_name = "TOKEN", help_heading = "Server")]
    tenant_token: Option<String>,
    /// Additional API token with limited permissions, such as clerk=read:<MODEL>,write:<MODEL> or
    /// guest=all,nothing:<MODEL>; repeatable
    #[arg(long, value_name = "TOKEN=RIGHTS", value_parser = parse_token, help_heading = "Server")]
    token: Vec<(String, Rights)>,
    /// Additional host name to accept requests for, such as the name of a container; repeatable
    #[arg(long, value_name = "NAME", help_heading = "Server")]
    allow_host: Vec<String>,
    /// Disable the web page and the admin API below /_sandbox
    #[arg(long, help_heading = "Server")]
    pub no_admin: bool,
    /// Start with a demo data set of 200 companies; a seed always generates the same data
    #[arg(long, value_name = "SEED", num_args = 0..=1, require_equals = true, default_missing_value = "1", help_heading = "Data")]
    demo: Option<u64>,
    /// Import records from a JSON file at the start
    #[arg(long, value_name = "FILE", help_heading = "Data")]
    pub import: Option<PathBuf>,
    /// Export all records to a JSON file at the end
    #[arg(long, value_name = "FILE", help_heading = "Data")]
    pub export: Option<PathBuf>,
    /// Rate limit in requests per minute, such as 200 [default: none]
    #[arg(long, value_name = "REQUESTS", help_heading = "Behavior")]
    quota: Option<u32>,
    /// Delay of all responses, such as 50ms
    #[arg(long, value_name = "TIME", value_parser = parse_duration, help_heading = "Behavior")]
    latency: Option<Duration>,
    /// Maximum number of records on a page of a list
    #[arg(long, value_name = "RECORDS", help_heading = "Behavior")]
    page_cap: Option<usize>,
    /// Faults to inject, at random or by the number of the request, such as
    /// seed=7,reset_after=2%,503=1%,companies.create#3=empty,any#1-2=429:1
    #[arg(long, value_name = "PLAN", help_heading = "Behavior")]
    faults: Option<Faults>,
    /// Do not print requests
    #[arg(short, long, overrides_with = "verbose", help_heading = "Output")]
    quiet: bool,
    /// Print times, sizes and faults of requests
    #[arg(short, long, overrides_with = "quiet", help_heading = "Output")]
    verbose: bool,
}

impl Arguments {
    /// Returns the settings of the sandbox.
    pub fn settings(&self) -> Builder {
        let settings = Sandbox::builder().log_requests(LOG_SIZE).log_writes(LOG_SIZE).admin(!self.no_admin);
        let settings = set(settings, self.port, Builder::port);
        let settings = set(settings, self.analytics_port, Builder::analytics_port);
        let settings = set(settings, self.api_token.clone(), Builder::api_token);
        let settings = set(settings, self.tenant_token.clone(), Builder::tenant_token);
        let settings = set(settings, self.demo, Builder::demo);
        let settings = set(settings, self.quota, Builder::quota);
        let settings = set(settings, self.latency, Builder::latency);
        let settings = set(settings, self.page_cap, Builder::page_cap);
        let settings = set(settings, self.faults.clone(), Builder::faults);
        let settings =
            self.token.iter().cloned().fold(settings, |settings, (token, rights)| settings.token(token, rights));
        self.allow_host.iter().fold(settings, Builder::allow_host)
    }

    /// Returns what is printed of each request.
    pub fn detail(&self) -> Detail {
        match (self.quiet, self.verbose) {
            (true, _) => Detail::None,
            (_, true) => Detail::All,
            _ => Detail::Line,
        }
    }
}

fn set<T>(settings: Builder, value: Option<T>, setter: fn(Builder, T) -> Builder) -> Builder {
    match value {
        Some(value) => setter(settings, value),
        None => settings,
    }
}

fn parse_token(text: &str) -> Result<(String, Rights), Box<dyn Error + Send + Sync>> {
    let (token, rights) = text.split_once('=').ok_or("expected a token and its rights, separated by `=`")?;
    Ok((token.to_owned(), rights.parse()?))
}

fn parse_duration(text: &str) -> Result<Duration, jiff::Error> {
    text.parse::<SignedDuration>()?.try_into()
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    fn parse(line: &str) -> Result<Arguments, String> {
        let arguments = ["planhat-sandbox"].into_iter().chain(line.split_whitespace());
        Arguments::try_parse_from(arguments).map_err(|error| error.to_string())
    }

    #[test]
    fn the_definition_is_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn all_options_are_accepted() {
        let line = "--port 0 --analytics-port 0 --api-token a --tenant-token b --token c=read:Company \
                    --allow-host sandbox --no-admin --demo --demo=7 --import x.json --export y.json --quota 200 \
                    --latency 50ms --page-cap 100 --faults seed=7,reset_after=2% -q -v";
        let arguments = parse(line).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!((&arguments.import, &arguments.export), (&Some("x.json".into()), &Some("y.json".into())));
        assert_eq!((arguments.no_admin, arguments.demo, arguments.detail()), (true, Some(7), Detail::All));
        assert_eq!(parse("--demo").ok().and_then(|arguments| arguments.demo), Some(1));
    }

    #[test]
    fn errors_name_the_argument() {
        for (line, message) in [
            ("--port", "a value is required for '--port <PORT>'"),
            ("--port 70000", "invalid value '70000' for '--port <PORT>'"),
            ("--latency soon", "invalid value 'soon' for '--latency <TIME>'"),
            ("--latency=-1s", "invalid value '-1s' for '--latency <TIME>'"),
            ("--faults 503=200%", "probabilities must be between 0 and 100 %"),
            ("--token reader", "expected a token and its rights, separated by `=`"),
            ("--token reader=see:Company", "invalid right `see:Company`"),
            ("--demo=x", "invalid value 'x' for '--demo[=<SEED>]'"),
            ("--quick", "unexpected argument '--quick' found"),
            ("8080", "unexpected argument '8080' found"),
        ] {
            let error = parse(line).err().unwrap_or_default();
            assert!(error.starts_with("error: ") && error.contains(message), "{line}: {error}");
        }
    }
}
