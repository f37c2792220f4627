//! This program once more: as the server, and as each side of each case.

use std::{
    env,
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    time::Duration,
};

use crate::{
    Res,
    jobs::{Job, Taken},
};

/// A server that ends when this is dropped.
#[derive(Debug)]
pub struct Server {
    process: Child,
    address: String,
}

impl Server {
    pub fn start(latency: Duration) -> Res<Self> {
        let mut process = Command::new(env::current_exe()?)
            .args(["--serve", "--latency", &latency.as_millis().to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut address = String::new();
        let out = process.stdout.take().ok_or("the server has no output")?;
        BufReader::new(out).read_line(&mut address)?;
        Ok(Self { process, address: address.trim().to_owned() })
    }

    /// Does a job in a process of its own.
    pub fn measure(&self, job: Job) -> Res<Taken> {
        let url = format!("http://{}/{}", self.address, job.count);
        let run = Command::new(env::current_exe()?)
            .args(["--measure", &serde_json::to_string(&job)?, &url])
            .stderr(Stdio::inherit())
            .output()?;
        if !run.status.success() {
            return Err(format!("{job:?} failed").into());
        }
        let taken: Taken = serde_json::from_slice(&run.stdout)?;
        if taken.seen.records != job.count {
            return Err(format!("{job:?} saw {} records", taken.seen.records).into());
        }
        Ok(taken)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        self.process.wait().ok();
    }
}
