//! One run: a sandbox, a client, a plan of faults, and what is found to be untrue.

use std::{fmt, time::Duration};

use planhat_sandbox::Sandbox;
use planhat_sdk::{Effect, Error, Planhat, RetryPolicy};
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use crate::{
    Kind,
    faults::{Column, Strikes},
};

/// How often a call is sent at most.
pub const ATTEMPTS: usize = 4;

pub struct Run {
    pub kind: Kind,
    pub column: Column,
    pub strikes: Strikes,
    pub seed: u64,
    pub sandbox: std::sync::Arc<Sandbox>,
    pub planhat: Planhat,
    reported: Reported,
    untrue: Vec<String>,
}

/// What was reported of records.
#[derive(Debug, Clone, Copy, Default)]
pub struct Reported {
    pub done: usize,
    pub failed: usize,
    pub unknown: usize,
}

impl Reported {
    pub fn add(&mut self, other: Self) {
        self.done += other.done;
        self.failed += other.failed;
        self.unknown += other.unknown;
    }
}

impl fmt::Display for Reported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.done, self.failed, self.unknown)
    }
}

/// What the SDK says of one record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said {
    Done,
    /// Not written.
    Nothing,
    /// Carried out, but the answer is unusable.
    Applied,
    Unknown,
}

impl Said {
    pub fn of<T>(result: &Result<T, Error>) -> Self {
        match result {
            Ok(_) => Self::Done,
            Err(error) => Self::of_effect(error.effect()),
        }
    }

    pub fn of_effect(effect: Effect) -> Self {
        match effect {
            Effect::NotSent | Effect::Refused => Self::Nothing,
            Effect::Applied => Self::Applied,
            _ => Self::Unknown,
        }
    }
}

impl Run {
    pub async fn new(kind: Kind, column: Column, seed: u64) -> Self {
        let strikes = Strikes::by(seed);
        let sandbox = Sandbox::builder().faults(column.plan(strikes)).start().await.unwrap();
        // Whoever waits for a host to come back tries more often.
        let attempts = if column == Column::Refused && strikes != Strikes::Always { 1_000 } else { 4 };
        let pauses = (Duration::from_millis(1), Duration::from_millis(3));
        let planhat = Planhat::builder()
            .base_url(sandbox.api_url())
            .api_token(sandbox.api_token())
            .tenant_token(sandbox.tenant_token())
            .without_quota()
            .timeout(column.timeout())
            .retry(RetryPolicy::default().max_attempts(attempts).backoff(pauses.0, pauses.1))
            .build()
            .unwrap();
        let (reported, untrue) = (Reported::default(), Vec::new());
        Self { kind, column, strikes, seed, sandbox: sandbox.into(), planhat, reported, untrue }
    }

    /// For a host that refuses connections: goes offline, and online again once the client has tried.
    pub fn come_back_online(&self) -> JoinHandle<()> {
        let (sandbox, planhat) = (std::sync::Arc::clone(&self.sandbox), self.planhat.clone());
        let comes_back = match self.strikes {
            Strikes::Always => u64::MAX,
            Strikes::First(tries) | Strikes::At(tries) => tries,
        };
        let is_refused = self.column == Column::Refused;
        if is_refused {
            sandbox.go_offline();
        }
        tokio::spawn(async move {
            while is_refused && planhat.stats().retries < comes_back {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            if is_refused {
                sandbox.go_online().unwrap();
            }
        })
    }

    pub fn seed_records(&self, model: &str, records: impl IntoIterator<Item = Value>) -> Vec<String> {
        records.into_iter().map(|record| self.sandbox.insert(model, record).unwrap()).collect()
    }

    /// Creates a number of companies with marks to find them by.
    pub fn seed_companies(&self, count: usize) -> Vec<String> {
        self.seed_records("Company", (0..count).map(|place| json!({"name": mark(place), "externalId": mark(place)})))
    }

    /// How many stored records have this value.
    pub fn stored(&self, model: &str, field: &str, value: &str) -> usize {
        self.sandbox.records(model).iter().filter(|record| record[field] == value).count()
    }

    /// How many writes named this key.
    pub fn applied(&self, field: &str, key: &str) -> usize {
        self.sandbox.applied().iter().filter(|write| write.keys.get(field).is_some_and(|found| found == key)).count()
    }

    pub fn untrue(&mut self, what: impl fmt::Display) {
        let Self { kind, column, strikes, seed, .. } = self;
        self.untrue.push(format!("{kind:?} × {} ({strikes:?}, seed {seed}): {what}", column.name()));
    }

    pub fn check(&mut self, is_true: bool, what: impl fmt::Display) {
        if !is_true {
            self.untrue(what);
        }
    }

    /// Holds what is said of a record against how often it was written.
    pub fn hold(&mut self, record: impl fmt::Display, said: Said, written: usize) {
        match said {
            Said::Done => self.reported.done += 1,
            Said::Nothing | Said::Applied => self.reported.failed += 1,
            Said::Unknown => self.reported.unknown += 1,
        }
        let may_be_unknown = self.column.may_be_unknown(self.kind, self.strikes);
        let problem = match said {
            Said::Done if written == 0 => "reported as done, and is not there",
            Said::Nothing if written > 0 => "reported as not written, and is there",
            Said::Applied if written == 0 => "reported as carried out, and is not there",
            Said::Applied if !self.column.may_be_applied() => "reported as carried out, though no answer said so",
            Said::Unknown if !may_be_unknown => "reported as unknown, though it could be known",
            Said::Nothing if self.column.must_end_well(self.kind, self.strikes) => "failed, though it need not",
            _ if written > 1 && !self.kind.is_repeatable() => "is there more than once",
            _ => return,
        };
        self.untrue(format!("{record}: {problem} ({said:?}, written {written} times)"));
    }

    /// An error tells its attempts.
    pub fn hold_error(&mut self, error: &Error) {
        let attempts = error.attempts();
        let last = attempts.last().map(|attempt| attempt.kind);
        self.check(last == Some(error.kind()), format!("the last of {attempts:?} is not {error}"));
        let most = if self.column == Column::Refused { usize::MAX } else { ATTEMPTS };
        self.check(attempts.len() <= most, format!("{} attempts", attempts.len()));
        self.check(!error.to_string().contains('\n'), format!("more than one line: {error}"));
    }

    pub fn finish(mut self) -> (Reported, Vec<String>) {
        // The requests of a single call that may have been processed come once, unless the call is idempotent.
        let processed =
            |fault: Option<planhat_sandbox::Fault>| !matches!(fault, Some(planhat_sandbox::Fault::RateLimited(_)));
        let arrived = self.sandbox.requests().iter().filter(|request| processed(request.fault.clone())).count();
        let calls = usize::try_from(self.planhat.stats().calls).unwrap();
        if !self.kind.is_repeatable() {
            self.check(
                arrived <= calls,
                format!("{calls} calls led to {arrived} requests that may have been processed"),
            );
        }
        (self.reported, self.untrue)
    }
}

pub fn mark(place: usize) -> String {
    format!("mark-{place}")
}
