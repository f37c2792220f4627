//! What is measured: a piece of work, done by hand or by the SDK.

use serde::{Deserialize, Serialize};

/// Records a page and records a bulk upsert: what Planhat allows.
pub const PAGE: usize = 5_000;
/// Bytes a request: what Planhat allows.
pub const BODY: usize = 33_554_432;
pub const TOKEN: &str = "token";

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
pub enum Work {
    List,
    Upsert,
    Gets,
    Metrics,
    /// Metrics, one of which is very long.
    LongMetric,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
pub enum Side {
    Floor,
    Sdk,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
pub struct Job {
    pub work: Work,
    pub side: Side,
    /// How many records.
    pub count: usize,
    /// The number of concurrent calls.
    pub at_once: usize,
}

/// What a job saw of the responses. Both sides have to see the same.
#[derive(Debug, Clone, Copy, Default, PartialEq, Deserialize, Serialize)]
pub struct Seen {
    pub records: usize,
    /// Of something that stands in each of them.
    pub sum: f64,
    pub calls: usize,
}

impl Seen {
    /// Counts a written record.
    pub fn see_id(&mut self, id: &str) {
        self.records += 1;
        self.sum += id.get(16..).and_then(|number| number.parse::<f64>().ok()).unwrap_or_default();
    }
}

/// What a job took.
#[derive(Debug, Clone, Copy, Default, PartialEq, Deserialize, Serialize)]
pub struct Taken {
    /// Seconds on all cores, by the process and by the system for it.
    pub cpu: f64,
    pub wall: f64,
    /// The most memory that it ever had, in MB.
    pub peak: f64,
    pub seen: Seen,
}
