//! The sandbox as a program.

mod cli;

use std::process::ExitCode;

use cli::arguments::{self, HELP, Wish};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match arguments::read(lexopt::Parser::from_env()) {
        Ok(Wish::Run(arguments)) => cli::run::run(*arguments).await,
        Ok(Wish::Help) => {
            println!("{HELP}");
            ExitCode::SUCCESS
        }
        Ok(Wish::Version) => {
            println!("planhat-sandbox {}", env!("CARGO_PKG_VERSION"));
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}\nTry --help.");
            ExitCode::from(2)
        }
    }
}
