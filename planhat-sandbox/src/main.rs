//! The sandbox as a program.

use std::process::ExitCode;
use std::time::Duration;

use jiff::SignedDuration;
use lexopt::prelude::{Long, Short, ValueExt};
use planhat_sandbox::registry::Action;
use planhat_sandbox::{Builder, Sandbox, models};

/// How many requests and writes it remembers: it may run for weeks.
const REMEMBERED: usize = 10_000;

const HELP: &str = "\
A Planhat to develop and test against, in memory, on a port of this machine.

Usage: planhat-sandbox [OPTIONS]

Options:
  --port <PORT>            The port; any free one if left out
  --api-token <TOKEN>      The token that opens the API
  --tenant-token <TOKEN>   The token that opens the analytics host
  --quota <CALLS>          How many calls a minute the API takes, such as 200; any number if left out
  --latency <TIME>         How long every answer is held back, such as 50ms
  --faults <PLAN>          What goes wrong: by chance, and at the 3rd request or the first two of an operation, as in
                           seed=7,reset_after=2%,503=1%,companies.create#3=empty,any#1-2=429:1
  -h, --help               This text";

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match settings() {
        Ok(Some(settings)) => run(settings).await,
        Ok(None) => {
            println!("{HELP}");
            ExitCode::SUCCESS
        }
        Err(why) => {
            eprintln!("{why}\nTry --help.");
            ExitCode::from(2)
        }
    }
}

/// The settings that the arguments make; nothing if help is asked for.
fn settings() -> Result<Option<Builder>, lexopt::Error> {
    let mut settings = Sandbox::builder().log_requests(REMEMBERED).log_writes(REMEMBERED);
    let mut arguments = lexopt::Parser::from_env();
    while let Some(argument) = arguments.next()? {
        settings = match argument {
            Long("port") => settings.port(arguments.value()?.parse()?),
            Long("api-token") => settings.api_token(arguments.value()?.string()?),
            Long("tenant-token") => settings.tenant_token(arguments.value()?.string()?),
            Long("latency") => settings.latency(arguments.value()?.parse_with(time)?),
            Long("quota") => settings.quota(arguments.value()?.parse()?),
            Long("faults") => settings.faults(arguments.value()?.parse()?),
            Short('h') | Long("help") => return Ok(None),
            other => return Err(other.unexpected()),
        };
    }
    Ok(Some(settings))
}

fn time(text: &str) -> Result<Duration, jiff::Error> {
    text.parse::<SignedDuration>()?.try_into()
}

async fn run(settings: Builder) -> ExitCode {
    let sandbox = match settings.start().await {
        Ok(sandbox) => sandbox,
        Err(why) => {
            let cause = std::error::Error::source(&why).map(|cause| format!(": {cause}")).unwrap_or_default();
            eprintln!("{why}{cause}");
            return ExitCode::FAILURE;
        }
    };
    greet(&sandbox);
    if let Err(why) = tokio::signal::ctrl_c().await {
        eprintln!("cannot wait for Ctrl-C: {why}");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

fn greet(sandbox: &Sandbox) {
    println!("Planhat sandbox, {} models, nothing stored. Ctrl-C ends it.\n", models().len());
    println!("  API            {}", sandbox.api_url());
    println!("  API token      {}", sandbox.api_token());
    println!("  Analytics      {}", sandbox.analytics_url());
    println!("  Tenant token   {}", sandbox.tenant_token());
    let mut routes = models().iter().flat_map(|model| model.routes);
    if let Some(list) = routes.find(|route| matches!(route.action, Action::List(_))) {
        let (token, url) = (sandbox.api_token(), sandbox.api_url());
        println!("\n  curl -H 'Authorization: Bearer {token}' {url}{}", list.path);
    }
}
