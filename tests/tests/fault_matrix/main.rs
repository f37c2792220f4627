//! Every kind of operation meets every fault, many times; after each run, what the SDK said is held against the
//! account that the sandbox keeps of what it applied.
//!
//! `cargo test -p planhat-tests --test fault_matrix -- --nocapture` prints the table. `FAULT_MATRIX_SEEDS` sets how
//! many runs a cell has; a run depends on its kind, its fault and its seed only. The other side is a real server on
//! a real socket, so that the time is real too; nothing depends on how fast it goes.

#![cfg(test)]
#![allow(missing_docs, reason = "a test program shows nothing")]

mod bulk;
mod faults;
mod ingest;
mod run;
mod single;

use std::sync::Arc;

use tokio::{sync::Semaphore, task::JoinSet};

use self::{
    faults::{COLUMNS, Column},
    run::{Reported, Run},
};

/// How many runs a cell has, unless the environment says.
const SEEDS: u64 = 12;
/// How many runs are under way at once.
const AT_ONCE: usize = 48;

/// A kind of operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Create,
    Update,
    Get,
    List,
    Delete,
    BulkKeyed,
    BulkUnkeyed,
    Metrics,
    Activity,
    Activities,
}

const KINDS: [Kind; 10] = [
    Kind::Create,
    Kind::Update,
    Kind::Get,
    Kind::List,
    Kind::Delete,
    Kind::BulkKeyed,
    Kind::BulkUnkeyed,
    Kind::Metrics,
    Kind::Activity,
    Kind::Activities,
];

impl Kind {
    /// Whether a second time does no harm, so that it is repeated whatever happened.
    #[must_use]
    pub fn is_repeatable(self) -> bool {
        matches!(self, Self::Update | Self::Get | Self::List | Self::Delete | Self::BulkKeyed)
    }

    async fn play(self, run: &mut Run) {
        match self {
            Self::Create => single::create(run).await,
            Self::Update => single::update(run).await,
            Self::Get => single::get(run).await,
            Self::List => single::list(run).await,
            Self::Delete => single::delete(run).await,
            Self::BulkKeyed => bulk::keyed(run).await,
            Self::BulkUnkeyed => bulk::unkeyed(run).await,
            Self::Metrics => ingest::metrics(run).await,
            Self::Activity => ingest::activity(run).await,
            Self::Activities => ingest::activities(run).await,
        }
    }
}

async fn run(kind: Kind, column: Column, seed: u64) -> (Reported, Vec<String>) {
    let mut run = Run::new(kind, column, seed).await;
    let online = run.come_back_online();
    kind.play(&mut run).await;
    online.abort();
    run.finish()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_sdk_says_is_what_happened_whatever_happens() {
    let seeds = std::env::var("FAULT_MATRIX_SEEDS").ok().and_then(|seeds| seeds.parse().ok()).unwrap_or(SEEDS);
    let places = Arc::new(Semaphore::new(AT_ONCE));
    let mut runs = JoinSet::new();
    for (row, kind) in KINDS.into_iter().enumerate() {
        for (place, column) in COLUMNS.into_iter().enumerate() {
            for seed in 0..column.runs(seeds) {
                let places = Arc::clone(&places);
                runs.spawn(async move {
                    let _place = places.acquire_owned().await.unwrap();
                    (row, place, run(kind, column, seed).await)
                });
            }
        }
    }
    let mut table = vec![vec![Reported::default(); COLUMNS.len()]; KINDS.len()];
    let mut wrong = Vec::new();
    while let Some(done) = runs.join_next().await {
        let (row, place, (reported, violations)) = done.unwrap();
        table[row][place].add(reported);
        wrong.extend(violations);
    }
    print(&table, seeds);
    wrong.sort();
    assert!(wrong.is_empty(), "{} untruths:\n{}", wrong.len(), wrong.join("\n"));
}

/// A row a fault, since there are more of them.
fn print(table: &[Vec<Reported>], seeds: u64) {
    println!("{seeds} runs a cell; records that were done / reported as failed / reported as unknown");
    print!("{:<22}", "");
    for kind in KINDS {
        print!("{:>14}", format!("{kind:?}"));
    }
    println!();
    for (place, column) in COLUMNS.iter().enumerate() {
        print!("{:<22}", column.name());
        for row in table {
            print!("{:>14}", row[place].to_string());
        }
        println!();
    }
}
