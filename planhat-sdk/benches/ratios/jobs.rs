//! What is measured: a piece of work, done by hand or by the SDK, in a process of its own.

use std::{fs, time::Instant};

use serde::{Deserialize, Serialize};

use crate::{Res, floor, sdk};

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

/// Does a job and tells what it took, without what it takes to set up a client.
pub async fn measure(job: Job, url: &str) -> Res<Taken> {
    let mut clocks = None;
    let start = || {
        clocks = Some((cpu_seconds(), Instant::now()));
    };
    let seen = match job.side {
        Side::Floor => floor::run(job, url, start).await?,
        Side::Sdk => sdk::run(job, url, start).await?,
    };
    let (cpu, wall) = clocks.ok_or("the job did not start the clocks")?;
    Ok(Taken { cpu: cpu_seconds()? - cpu?, wall: wall.elapsed().as_secs_f64(), peak: peak()?, seen })
}

/// The CPU time of this process so far, in seconds. Linux counts it in hundredths.
fn cpu_seconds() -> Res<f64> {
    let stat = fs::read_to_string("/proc/self/stat")?;
    let (_, behind_name) = stat.rsplit_once(") ").ok_or("/proc/self/stat has no name")?;
    let ticks: Vec<f64> = behind_name.split(' ').skip(11).take(2).map(str::parse).collect::<Result<_, _>>()?;
    Ok(ticks.iter().sum::<f64>() / 100.0)
}

fn peak() -> Res<f64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).ok_or("no VmHWM in /proc/self/status")?;
    let kilobytes: f64 = line.trim().trim_end_matches(" kB").parse()?;
    Ok(kilobytes / 1_000.0)
}
