//! Measures a job in this process.

use std::{fs, time::Instant};

use crate::{
    Res, floor,
    jobs::{Job, Side, Taken},
    sdk,
};

/// Does a job and returns what it took, without the set-up of the client.
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
