//! What holds whatever the callers do and the server says, under a clock that runs as fast as it can.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use proptest::{collection::vec, prelude::*};
use tokio::time::{Instant, sleep, timeout};

use super::{PermitEnd, Quota, QuotaSettings, RateLimitInfo, SlidingWindow, state::ABANDONED};
use crate::testing::long;

const MINUTE: Duration = Duration::from_secs(60);
const SECOND: Duration = Duration::from_secs(1);
/// Far longer than any run takes. With nothing left to happen, the clock jumps to it.
const FOREVER: Duration = Duration::from_secs(30 * 86_400);

#[derive(Debug, Clone)]
struct Caller {
    comes: Duration,
    /// How long its call takes.
    takes: Duration,
    /// How long after it came it goes away, wherever it is then.
    goes: Option<Duration>,
    /// What the server says to its call, if there is a response.
    hears: Option<RateLimitInfo>,
}

/// What happened, in order.
#[derive(Debug)]
enum Event {
    Came(usize),
    /// This caller was let through.
    Let(usize),
    /// Its call was answered, and not with a 429.
    Answered(usize),
    /// A call was answered with a 429.
    Paused(Duration),
    /// Its call completed, or was given up.
    Over(usize, PermitEnd),
}

type Events = Vec<(Duration, Event)>;

struct Run {
    quota: SlidingWindow,
    started: Instant,
    events: Mutex<Events>,
}

impl Run {
    fn note(&self, event: Event) {
        self.events.lock().unwrap().push((self.started.elapsed(), event));
    }

    async fn call(&self, number: usize, caller: &Caller) {
        sleep(caller.comes).await;
        self.note(Event::Came(number));
        let permit = self.quota.acquire().await;
        self.note(Event::Let(number));
        // Dropped before the permit.
        let mut over = Over(self, number, PermitEnd::Abandoned);
        sleep(caller.takes).await;
        if let Some(response) = &caller.hears {
            self.quota.on_response(response);
            self.note(response.retry_after.map_or(Event::Answered(number), Event::Paused));
        }
        over.2 = PermitEnd::Completed;
        drop(over);
        permit.complete();
    }
}

struct Over<'a>(&'a Run, usize, PermitEnd);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.note(Event::Over(self.1, self.2));
    }
}

/// Lets the callers do as they like. Panics if one of them waits forever.
fn run(settings: QuotaSettings, callers: &[Caller]) -> Events {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    runtime.block_on(async {
        let quota = SlidingWindow::new(settings).unwrap();
        let run = Arc::new(Run { quota, started: Instant::now(), events: Mutex::default() });
        let mut tasks = Vec::new();
        for (number, caller) in callers.iter().cloned().enumerate() {
            let run = Arc::clone(&run);
            tasks.push(tokio::spawn(async move {
                let goes = caller.goes.map_or(FOREVER, |goes| caller.comes + goes);
                timeout(goes, run.call(number, &caller)).await.is_ok() || caller.goes.is_some()
            }));
        }
        for task in tasks {
            assert!(task.await.unwrap(), "a caller was forgotten");
        }
        std::mem::take(&mut *run.events.lock().unwrap())
    })
}

fn let_through(events: &Events) -> Vec<(usize, Duration)> {
    let through = |(at, event): &(Duration, Event)| match event {
        Event::Let(number) => Some((*number, *at)),
        _ => None,
    };
    events.iter().filter_map(through).collect()
}

/// The times at which the best schedule lets the callers through: in the order in which they come, each
/// as soon as no window would hold too many calls.
fn best_schedule(settings: QuotaSettings, callers: &[Caller]) -> Vec<Duration> {
    let mut in_order: Vec<_> = callers.iter().collect();
    in_order.sort_by_key(|caller| caller.comes);
    let mut calls: Vec<(Duration, Duration)> = Vec::new();
    for caller in in_order {
        let mut at = calls.last().map_or(caller.comes, |(last, _)| caller.comes.max(*last));
        loop {
            let since = |span: Duration| calls.iter().filter(|(_, end)| *end + span > at).count();
            let under_way = calls.iter().filter(|(_, end)| *end > at).count();
            let fits = since(MINUTE) < settings.per_minute as usize
                && since(SECOND) < settings.per_second as usize
                && under_way < settings.in_flight as usize;
            if fits {
                break;
            }
            let changes = calls.iter().flat_map(|(_, end)| [*end + MINUTE, *end + SECOND, *end]);
            at = changes.filter(|change| *change > at).min().unwrap();
        }
        calls.push((at, at + caller.takes));
    }
    calls.into_iter().map(|(start, _)| start).collect()
}

fn milliseconds(range: std::ops::Range<u64>) -> impl Strategy<Value = Duration> {
    range.prop_map(Duration::from_millis)
}

fn settings() -> impl Strategy<Value = QuotaSettings> {
    (1..40_u32, 1..12_u32, 1..8_u32).prop_map(|(per_minute, per_second, in_flight)| QuotaSettings {
        per_minute,
        per_second,
        in_flight,
    })
}

fn response() -> impl Strategy<Value = RateLimitInfo> {
    let headers = (proptest::option::of(0..50_u32), proptest::option::of(0..50_u32));
    let reset_after = proptest::option::of(milliseconds(0..200_000));
    let retry_after = proptest::option::weighted(0.3, prop_oneof![milliseconds(0..1_000), milliseconds(0..20_000)]);
    (retry_after, headers, reset_after, milliseconds(0..150_000)).prop_map(
        |(retry_after, (limit, remaining), reset_after, latency)| RateLimitInfo {
            retry_after,
            limit,
            remaining,
            reset_after,
            latency,
        },
    )
}

/// Callers who come in bursts and in between.
fn comes() -> impl Strategy<Value = Duration> {
    prop_oneof![Just(Duration::ZERO), Just(SECOND), milliseconds(0..5_000), milliseconds(0..150_000)]
}

fn well_behaved() -> impl Strategy<Value = Caller> {
    (comes(), milliseconds(0..4_000)).prop_map(|(comes, takes)| Caller { comes, takes, goes: None, hears: None })
}

fn any_caller() -> impl Strategy<Value = Caller> {
    let goes = proptest::option::weighted(0.3, milliseconds(0..90_000));
    let hears = prop_oneof![
        2 => Just(None),
        5 => Just(Some(RateLimitInfo::default())),
        2 => response().prop_map(Some),
    ];
    (well_behaved(), goes, hears).prop_map(|(caller, goes, hears)| Caller { goes, hears, ..caller })
}

fn check_limits(settings: QuotaSettings, events: &Events) -> Result<(), TestCaseError> {
    let limits = [(settings.per_minute, MINUTE), (settings.per_second, SECOND), (settings.in_flight, Duration::ZERO)];
    let mut in_flight = 0;
    let mut over: Vec<Duration> = Vec::new();
    for (at, event) in events {
        match event {
            Event::Let(_) => in_flight += 1,
            Event::Over(_, end) => {
                in_flight -= 1;
                over.push(*at + if *end == PermitEnd::Completed { Duration::ZERO } else { ABANDONED });
            }
            _ => {}
        }
        over.retain(|over| *over + MINUTE > *at);
        for (limit, span) in limits {
            let places = in_flight + over.iter().filter(|over| **over + span > *at).count();
            prop_assert!(places <= limit as usize, "{places} calls at {at:?}, within {span:?} of their end");
        }
    }
    Ok(())
}

/// Whoever is let through is the one who came first of those who still are.
fn check_order(events: &Events) -> Result<(), TestCaseError> {
    let came: Vec<_> =
        events.iter().filter_map(|(_, event)| if let Event::Came(n) = event { Some(*n) } else { None }).collect();
    let places = let_through(events).into_iter().map(|(number, _)| came.iter().position(|came| *came == number));
    prop_assert!(places.is_sorted());
    Ok(())
}

fn check_pauses(events: &Events) -> Result<(), TestCaseError> {
    let mut until = Duration::ZERO;
    for (at, event) in events {
        match event {
            Event::Paused(pause) => until = until.max(*at + *pause),
            Event::Let(number) => prop_assert!(*at >= until, "{number} at {at:?}, in a pause until {until:?}"),
            _ => {}
        }
    }
    Ok(())
}

/// Whether calls go one at a time from a 429 until one of them gets a good response.
fn check_recovery(events: &Events) -> Result<(), TestCaseError> {
    let mut recovered = true;
    let mut since = Vec::new();
    for (at, event) in events {
        match event {
            Event::Paused(_) => {
                recovered = false;
                since.clear();
            }
            Event::Let(number) => since.push(*number),
            Event::Answered(number) => recovered |= since.contains(number),
            Event::Over(number, _) => since.retain(|other| other != number),
            Event::Came(_) => {}
        }
        prop_assert!(recovered || since.len() <= 1, "{since:?} in flight after a 429, at {at:?}");
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300 * long(), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_limit_is_exceeded_and_nobody_is_forgotten_or_overtaken(
        settings in settings(),
        callers in vec(any_caller(), 1..120),
    ) {
        let events = run(settings, &callers);
        check_limits(settings, &events)?;
        check_order(&events)?;
        check_pauses(&events)?;
        check_recovery(&events)?;
    }

    #[test]
    fn no_job_is_slower_than_the_best_schedule_by_more_than_a_hundredth(
        settings in settings(),
        callers in vec(well_behaved(), 1..120),
    ) {
        let events = run(settings, &callers);
        let through = let_through(&events);
        let best = best_schedule(settings, &callers);
        prop_assert_eq!(through.len(), best.len());
        for ((number, at), best) in through.into_iter().zip(best) {
            prop_assert!(at >= best, "caller {number} at {at:?}, before {best:?}: the model is wrong");
            prop_assert!(at <= best.mul_f64(1.01), "caller {number} at {at:?}, not {best:?}");
        }
    }
}
