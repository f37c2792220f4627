//! The quota as the server sees it: requests and responses take from 0 to 10 seconds on their way, callers give up
//! at any time, and no window of arrival times ever holds more requests than the limit. Time is virtual.
//!
//! `PLANHAT_LONG=<factor>` multiplies the number of cases.

#![cfg(test)]

use std::{
    env,
    sync::{Arc, Mutex},
    time::Duration,
};

use fastrand::Rng;
use planhat_sdk::quota::{Quota, QuotaSettings, RateLimitInfo, SlidingWindow};
use tokio::time::{Instant, sleep, sleep_until, timeout_at};

const MINUTE: Duration = Duration::from_secs(60);
const SECOND: Duration = Duration::from_secs(1);
const LONGEST_TRANSIT: Duration = Duration::from_secs(10);
/// Clocks may run at different rates, for which the quota keeps a margin of a thousandth.
const MARGIN: f64 = 1.001;
/// More callers than may be in flight, so that the quota is what they wait for.
const CALLERS: usize = 80;

/// How long messages are on their way.
#[derive(Debug, Clone, Copy)]
enum Transit {
    /// Any time, for each message.
    Any,
    /// No time or the longest, for each message.
    Extreme,
    /// One time for all messages that leave in the same period, so that a fast period overtakes a slow one.
    Periods,
}

impl Transit {
    /// The time that a message takes which leaves so long after the start.
    fn of_message(self, rng: &mut Rng, seed: u64, since_start: Duration) -> Duration {
        match self {
            Self::Any => LONGEST_TRANSIT.mul_f64(rng.f64()),
            Self::Extreme => LONGEST_TRANSIT * u32::from(rng.bool()),
            Self::Periods => {
                let period = since_start.as_secs() / (1 + seed % 61);
                LONGEST_TRANSIT * u32::from(Rng::with_seed(seed ^ period.rotate_left(32)).bool())
            }
        }
    }
}

/// When callers call.
#[derive(Debug, Clone, Copy)]
enum Pattern {
    /// Again and again, with short pauses.
    Always,
    /// Most of them at the same times, which are far enough apart for the quota, and a few in between.
    Bursts,
}

impl Pattern {
    fn pause(self, rng: &mut Rng, since_start: Duration) -> Duration {
        let period = MINUTE + LONGEST_TRANSIT;
        match self {
            Self::Always => SECOND.mul_f64(rng.f64()),
            Self::Bursts => match rng.u8(..10) {
                0 => period.mul_f64(rng.f64()),
                1..=5 => Duration::ZERO,
                _ => Duration::from_secs(period.as_secs() - since_start.as_secs() % period.as_secs()),
            },
        }
    }
}

/// What the server sees of a request: when it arrives, and when the response leaves.
type Visit = (Instant, Instant);

struct World {
    quota: SlidingWindow,
    started: Instant,
    /// Whether responses say how many requests remain.
    has_headers: bool,
    visits: Mutex<Vec<Visit>>,
    departures: Mutex<Vec<Instant>>,
}

impl World {
    fn new(has_headers: bool) -> Arc<Self> {
        Arc::new(Self {
            has_headers,
            quota: SlidingWindow::new(QuotaSettings::default()).unwrap(),
            started: Instant::now(),
            visits: Mutex::default(),
            departures: Mutex::default(),
        })
    }

    /// One request. The caller gives up at `gives_up`, wherever the request is then.
    async fn call(&self, there: Duration, work: Duration, back: Duration, gives_up: Option<Instant>) {
        let permit = self.quota.acquire().await;
        let departed = Instant::now();
        let arrived = departed + there;
        self.departures.lock().unwrap().push(departed);
        // It arrives even if nobody waits for its response.
        self.visits.lock().unwrap().push((arrived, arrived + work));
        let response = arrived + work + back;
        if let Some(gives_up) = gives_up.filter(|gives_up| *gives_up < response) {
            sleep_until(gives_up).await;
            return drop(permit);
        }
        sleep_until(response).await;
        let mut info = RateLimitInfo::default();
        info.latency = departed.elapsed();
        info.remaining = self.has_headers.then(|| self.remaining_at(arrived));
        self.quota.on_response(&info);
        permit.complete();
    }

    /// What remained when a request arrived. All earlier ones have departed since, so they are known.
    fn remaining_at(&self, arrived: Instant) -> u32 {
        let visits = self.visits.lock().unwrap();
        let used = visits.iter().filter(|(other, _)| *other <= arrived && arrived < *other + MINUTE).count();
        QuotaSettings::default().per_minute - u32::try_from(used).unwrap()
    }

    fn check(&self, case: &str) {
        let settings = QuotaSettings::default();
        let mut visits = self.visits.lock().unwrap().clone();
        visits.sort_unstable();
        for (limit, window) in [(settings.per_minute, MINUTE), (settings.per_second, SECOND)] {
            for requests in visits.windows(limit as usize + 1) {
                let span = requests[limit as usize].0 - requests[0].0;
                assert!(span >= window, "{} requests in {span:?}: {case}", requests.len());
            }
        }
        let mut steps: Vec<_> = visits.iter().flat_map(|(from, to)| [(*from, 1), (*to, -1)]).collect();
        steps.sort_unstable();
        let mut in_flight = 0_i64;
        for (_, step) in steps {
            in_flight += step;
            assert!(in_flight <= settings.in_flight.into(), "{in_flight} at once: {case}");
        }
    }
}

/// Returns when the requests departed.
async fn everybody_calls(seed: u64, transit: Transit, pattern: Pattern, has_headers: bool) -> Vec<Duration> {
    let world = World::new(has_headers);
    let ends = world.started + Duration::from_secs(500);
    let mut callers = Vec::new();
    for number in 0..CALLERS as u64 {
        let world = Arc::clone(&world);
        callers.push(tokio::spawn(async move {
            let mut rng = Rng::with_seed(seed.wrapping_mul(1_000_003) + number);
            let mut calls = 0;
            while Instant::now() < ends {
                let message = |rng: &mut Rng| transit.of_message(rng, seed, world.started.elapsed());
                let (there, back) = (message(&mut rng), message(&mut rng));
                let gives_up = (rng.u8(..) < 50).then(|| Instant::now() + LONGEST_TRANSIT.mul_f64(1.5 * rng.f64()));
                // A request that nobody waits for is done when the longest transit is over.
                let longest = if gives_up.is_some() { LONGEST_TRANSIT.saturating_sub(there) } else { 3 * SECOND };
                let call = world.call(there, longest.mul_f64(rng.f64()), back, gives_up);
                if let Some(gives_up) = gives_up {
                    let _ = timeout_at(gives_up + Duration::from_millis(1), call).await;
                } else {
                    call.await;
                    calls += 1;
                }
                sleep(pattern.pause(&mut rng, world.started.elapsed())).await;
            }
            calls
        }));
    }
    let case = format!("{transit:?}, seed {seed}");
    for caller in callers {
        assert!(caller.await.unwrap() > 0, "a caller starves: {case}");
    }
    world.check(&case);
    let departures = world.departures.lock().unwrap();
    departures.iter().map(|departure| *departure - world.started).collect()
}

#[tokio::test(start_paused = true)]
async fn no_delay_and_no_caller_that_gives_up_makes_the_server_see_more_than_the_limits() {
    for seed in 0..5 * long() {
        for transit in [Transit::Any, Transit::Extreme, Transit::Periods] {
            everybody_calls(seed, transit, Pattern::Always, false).await;
        }
    }
}

/// However late the responses come that say how many requests remain.
#[tokio::test(start_paused = true)]
async fn a_client_that_is_alone_never_takes_its_own_requests_for_those_of_others() {
    for seed in 0..2 * long() {
        for transit in [Transit::Any, Transit::Extreme, Transit::Periods] {
            let without = everybody_calls(seed, transit, Pattern::Bursts, false).await;
            let with = everybody_calls(seed, transit, Pattern::Bursts, true).await;
            assert!(with == without, "the headers change the schedule: {transit:?}, seed {seed}");
        }
    }
}

/// What exactness costs: a place is taken for the latency and the window, so the rate is the limit per that time.
#[tokio::test(start_paused = true)]
async fn with_a_constant_latency_the_rate_is_the_limit_per_window_and_latency() {
    for milliseconds in [0, 50, 300, 1_000, 3_000, 10_000] {
        let latency = Duration::from_millis(milliseconds);
        let world = World::new(true);
        let mut callers = Vec::new();
        for _ in 0..CALLERS {
            let world = Arc::clone(&world);
            callers.push(tokio::spawn(async move {
                for _ in 0..20 {
                    world.call(latency / 2, Duration::ZERO, latency / 2, None).await;
                }
            }));
        }
        for caller in callers {
            caller.await.unwrap();
        }
        world.check(&format!("{latency:?}"));
        let departures = world.departures.lock().unwrap();
        let windows = (departures.len() - 1) / 200;
        let took = (departures[200 * windows] - departures[0]) / u32::try_from(windows).unwrap();
        println!(
            "latency {latency:?}: 200 requests in {took:?}, {:.2} % more",
            (took.as_secs_f64() / 60.0 - 1.0) * 1e2
        );
        assert!(took >= MINUTE + latency, "{took:?} with {latency:?}");
        // A timer has a resolution of a millisecond.
        assert!(took <= MINUTE.mul_f64(MARGIN) + latency + SECOND / 200, "{took:?} with {latency:?}");
    }
}

/// The factor by which a longer run has more cases.
fn long() -> u64 {
    env::var("PLANHAT_LONG").ok().and_then(|factor| factor.parse().ok()).unwrap_or(1)
}
