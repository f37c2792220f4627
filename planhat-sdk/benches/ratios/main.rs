//! What the SDK costs beside the same work done by hand.
//!
//! `cargo xtask bench [--quick] [WORDS]` runs the cases whose names hold the words. Each side of each case runs several
//! times in a process of its own, in turns, against a server in another process. It needs Linux, which tells what a
//! process has taken. Speed is not asserted: the table shows targets that are missed.

mod cases;
mod floor;
mod jobs;
mod measure;
mod processes;
mod records;
mod sdk;
mod server;
mod table;
mod versions;

use std::{env, time::Duration};

use cases::Case;
use jobs::{Job, Side, Taken};
use processes::Server;
use table::Runs;

type Res<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

#[tokio::main]
async fn main() -> Res<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["--serve", "--latency", millis] => server::serve(Duration::from_millis(millis.parse()?)).await,
        ["--measure", job, url] => {
            let job: Job = serde_json::from_str(job)?;
            println!("{}", serde_json::to_string(&measure::measure(job, url).await?)?);
            Ok(())
        }
        // Cargo adds `--bench`.
        rest => {
            let words: Vec<&str> = rest.iter().copied().filter(|word| !word.starts_with("--")).collect();
            compare(&words.join(" "), if rest.contains(&"--quick") { 3 } else { 5 })
        }
    }
}

/// Runs the cases with these words in their names, and prints what they come to.
fn compare(words: &str, runs: usize) -> Res<()> {
    let mut cases = cases::all()?;
    cases.retain(|case| case.name.contains(words));
    let cores = std::thread::available_parallelism()?;
    println!("planhat-sdk {}, {cores} cores, {}", env!("CARGO_PKG_VERSION"), versions::versions());
    println!("Medians of {runs} runs, and the least and the most.\n\n{}", table::HEAD);
    let mut details = Vec::new();
    for case in &cases {
        let runs = Runs { case, pairs: run(case, runs)? };
        println!("{}", runs.row());
        details.push(runs.details());
    }
    println!("\n{}\n{}", table::DETAIL_HEAD, details.join("\n"));
    Ok(())
}

/// Both sides in turns, so that what else the machine does hits both.
fn run(case: &Case, runs: usize) -> Res<Vec<(Taken, Taken)>> {
    let server = Server::start(case.latency)?;
    let pair = |_| {
        let (floor, sdk) = (server.measure(case.floor)?, server.measure(case.sdk)?);
        let same_work = case.floor.side == Side::Sdk || floor.seen.sum.to_bits() == sdk.seen.sum.to_bits();
        if same_work {
            Ok((floor, sdk))
        } else {
            Err(format!("{}: the sides saw different responses", case.name).into())
        }
    };
    (0..runs * case.times).map(pair).collect()
}
