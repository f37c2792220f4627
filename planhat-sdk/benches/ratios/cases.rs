//! The cases, what each is compared with, and what it may cost.

use std::time::Duration;

use crate::{
    Res, floor,
    jobs::{BODY, Job, PAGE, Side, Taken, Work},
};

/// What one call takes where the network is slow.
pub const LATENCY: Duration = Duration::from_millis(300);

#[derive(Debug)]
pub struct Case {
    pub name: &'static str,
    /// What it stands beside.
    pub floor: Job,
    pub sdk: Job,
    pub latency: Duration,
    pub target: Target,
    /// How many times as often as others it runs, since it is short and its figures lie far apart.
    pub times: usize,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Target {
    /// A multiple of the floor's CPU time.
    Cpu(f64),
    /// A multiple of the floor's time.
    Wall(f64),
    /// A multiple of the floor's memory.
    Peak(f64),
    /// Seconds, whatever the floor takes.
    Seconds(f64),
    /// A number of calls.
    Calls(usize),
}

#[expect(clippy::cast_precision_loss, reason = "small numbers")]
pub fn all() -> Res<Vec<Case>> {
    let waits = (200_000_usize.div_ceil(PAGE) as f64) * LATENCY.as_secs_f64();
    Ok(vec![
        case("list 200,000 companies", Work::List, 200_000, Target::Cpu(1.25)),
        Case {
            floor: job(Work::List, Side::Sdk, 50_000),
            ..case("list 500,000 beside 50,000", Work::List, 500_000, Target::Peak(1.1))
        },
        case("bulk upsert of 200,000", Work::Upsert, 200_000, Target::Cpu(1.25)),
        // A thousand alone take so little time that whatever else runs decides.
        Case { times: 2, ..case("1,000 gets one by one, ten times", Work::Gets, 10_000, Target::Wall(1.15)) },
        case("1,000,000 metrics", Work::Metrics, 1_000_000, Target::Calls(fewest_calls(1_000_000)?)),
        case("20,000 metrics, one of 1 MB", Work::LongMetric, 20_000, Target::Calls(1)),
        slow("list, 300 ms, 8 ahead", Work::List, 8, 2.5),
        slow("bulk upsert, 300 ms", Work::Upsert, 1, 1.1 * waits),
        slow("bulk upsert, 300 ms, 8 at once", Work::Upsert, 8, waits / 6.0),
    ])
}

fn case(name: &'static str, work: Work, count: usize, target: Target) -> Case {
    let (floor, sdk) = (job(work, Side::Floor, count), job(work, Side::Sdk, count));
    Case { name, floor, sdk, latency: Duration::ZERO, target, times: 1 }
}

/// A case with a slow network and the quota on.
fn slow(name: &'static str, work: Work, at_once: usize, seconds: f64) -> Case {
    let case = case(name, work, 200_000, Target::Seconds(seconds));
    let (floor, sdk) = (Job { at_once, ..case.floor }, Job { at_once, ..case.sdk });
    Case { floor, sdk, latency: LATENCY, ..case }
}

fn job(work: Work, side: Side, count: usize) -> Job {
    Job { work, side, count, at_once: 1 }
}

/// The number of calls below which no split of this number of metrics can go: each holds brackets, records, and a comma
/// between two of them.
fn fewest_calls(count: usize) -> Res<usize> {
    let mut bytes = 0;
    for number in 0..count {
        bytes += serde_json::to_vec(&floor::metric(number))?.len() + 1;
    }
    Ok(bytes.div_ceil(BODY - 1))
}

impl Target {
    /// What is compared, in its unit.
    #[expect(clippy::cast_precision_loss, reason = "small numbers")]
    pub fn figure(self, taken: &Taken) -> f64 {
        match self {
            Self::Cpu(_) => taken.cpu,
            Self::Wall(_) | Self::Seconds(_) => taken.wall,
            Self::Peak(_) => taken.peak,
            Self::Calls(_) => taken.seen.calls as f64,
        }
    }

    pub fn unit(self) -> &'static str {
        match self {
            Self::Cpu(_) => "s cpu",
            Self::Wall(_) | Self::Seconds(_) => "s",
            Self::Peak(_) => "MB",
            Self::Calls(_) => "calls",
        }
    }

    pub fn words(self) -> String {
        match self {
            Self::Cpu(most) | Self::Wall(most) | Self::Peak(most) => format!("{most:.2} × floor"),
            Self::Seconds(most) => format!("{most:.2} s"),
            Self::Calls(most) => format!("{most} calls"),
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "small numbers")]
    pub fn is_met(self, sdk: f64, ratio: f64) -> bool {
        match self {
            Self::Cpu(most) | Self::Wall(most) | Self::Peak(most) => ratio <= most,
            Self::Seconds(most) => sdk <= most,
            Self::Calls(most) => sdk <= most as f64,
        }
    }
}
