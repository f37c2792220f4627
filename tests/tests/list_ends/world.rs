//! A server with a given number of records and a way to page, or to pretend to.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use planhat_sdk::{Asset, Page};
use planhat_tests::wire::{Seen, Server, answer};
use proptest::prelude::*;

use crate::{client, ids};

/// How a server reads `limit` and `offset`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pages {
    Honest,
    /// Sends everything behind the offset.
    IgnoresLimit,
    /// Sends the first records, as many as are asked for.
    IgnoresOffset,
    /// Sends everything, always.
    IgnoresBoth,
    /// Sends the first page and the second in turn.
    Alternates,
    /// Sends the last page again and again.
    RepeatsTheEnd,
}

/// A server and what is asked of it.
#[derive(Debug, Clone)]
pub struct World {
    pub pages: Pages,
    pub records: usize,
    /// The most records that it sends at once.
    pub cap: usize,
    pub page_size: usize,
    pub prefetch: usize,
    pub offset: usize,
    pub take: Option<usize>,
    pub max_pages: Option<usize>,
    pub prove_end: bool,
}

/// The records that the list returned, its error, and the number of calls that it took.
#[derive(Debug)]
pub struct Outcome {
    pub came: Vec<String>,
    pub error: Option<String>,
    pub calls: usize,
}

impl World {
    fn page(&self, call: usize, offset: usize, limit: usize) -> Vec<String> {
        let page = |from: usize, most: usize| {
            ids(from.min(self.records)..self.records.min(from.saturating_add(most.min(self.cap))))
        };
        let size = limit.min(self.cap);
        match self.pages {
            Pages::Honest => page(offset, limit),
            Pages::IgnoresLimit => page(offset, usize::MAX),
            Pages::IgnoresOffset => page(0, limit),
            Pages::IgnoresBoth => page(0, usize::MAX),
            // In turn by the order of the calls, where there is one, and by the place, where pages are read ahead.
            Pages::Alternates => page(if self.prefetch > 1 { offset / size } else { call } % 2 * size, limit),
            Pages::RepeatsTheEnd => page(offset.min(self.records.saturating_sub(1) / size * size), limit),
        }
    }

    /// How many records there are to come.
    pub fn wanted(&self) -> usize {
        self.records.saturating_sub(self.offset).min(self.take.unwrap_or(usize::MAX))
    }
}

/// A server that serves many worlds, each below a path of its own.
pub struct Universe {
    server: Server,
    worlds: Arc<Mutex<HashMap<String, (World, usize)>>>,
}

impl Universe {
    pub async fn start() -> Self {
        let worlds: Arc<Mutex<HashMap<String, (World, usize)>>> = Arc::default();
        let known = Arc::clone(&worlds);
        let server = Server::start(move |_, request: &Seen| {
            let (query, mut worlds) = (request.query(), known.lock().unwrap_or_else(PoisonError::into_inner));
            let name = request.path().split('/').nth(1).unwrap();
            // A call that nobody waits for any more may come late.
            let Some((world, calls)) = worlds.get_mut(name) else { return answer(200, "[]") };
            *calls += 1;
            assert!(*calls < 5_000, "the list never ends");
            let number = |name: &str| query[name].parse().unwrap();
            let page = world.page(*calls - 1, number("offset"), number("limit"));
            let records: Vec<_> = page.into_iter().map(|id| format!(r#"{{"_id": "{id}"}}"#)).collect();
            answer(200, &format!("[{}]", records.join(",")))
        })
        .await;
        Self { server, worlds }
    }

    pub async fn read(&self, world: &World) -> Outcome {
        static COUNT: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);
        let name = format!("w{}", COUNT.fetch_add(1, std::sync::atomic::Ordering::Relaxed));
        self.worlds.lock().unwrap().insert(name.clone(), (world.clone(), 0));
        let planhat = client(&format!("{}/{name}", self.server.url()));
        let mut list = planhat.assets().list().page_size(world.page_size.try_into().unwrap());
        list = list.prefetch(world.prefetch).offset(world.offset as u64);
        list = if let Some(take) = world.take { list.take(take as u64) } else { list };
        list = if let Some(pages) = world.max_pages { list.max_pages(pages as u64) } else { list };
        list = if world.prove_end { list.prove_end() } else { list };
        let (mut pages, mut came) = (list.pages(), Vec::new());
        let error = loop {
            match pages.try_next().await {
                Ok(Some(page)) => came.extend(records(page)),
                Ok(None) => break None,
                Err(error) => break Some(error.to_string()),
            }
        };
        let (_, calls) = self.worlds.lock().unwrap().remove(&name).unwrap();
        Outcome { came, error, calls }
    }
}

fn records(page: Page<Asset>) -> Vec<String> {
    page.items.into_iter().map(|item| item.unwrap().id().to_string()).collect()
}

/// Whether the SDK has to take a short page of this length for one that was cut.
pub fn is_likely_cap(records: usize) -> bool {
    let defaults = [100, 2_000];
    records.is_multiple_of(50) || (records >= 128 && records.is_power_of_two()) || defaults.contains(&records)
}

/// A cap that somebody would choose, and none.
fn likely_cap() -> impl Strategy<Value = usize> {
    let likely = proptest::sample::select(vec![50, 100, 128, 150, 200, 256, 500]);
    prop_oneof![3 => likely, 1 => Just(usize::MAX)]
}

fn page_size() -> impl Strategy<Value = usize> {
    prop_oneof![1..8_usize, 1..300_usize, Just(50), Just(100), Just(1_000), Just(2_000)]
}

pub fn worlds(pages: impl Strategy<Value = Pages>, any_cap: bool) -> impl Strategy<Value = World> {
    let cap = prop_oneof![likely_cap(), if any_cap { 1..400_usize } else { 100..101_usize }];
    let few = (0..5_usize, prop_oneof![3 => -2..=2_isize, 2 => -60..60_isize]);
    let limits = (
        prop_oneof![2 => Just(0_usize), 1 => 0..120_usize],
        proptest::option::weighted(0.3, 0..900_usize),
        proptest::option::weighted(0.2, 0..6_usize),
    );
    (pages, cap, page_size(), few, 0..=8_usize, limits, proptest::bool::weighted(0.2)).prop_map(
        |(pages, cap, page_size, (times, more), prefetch, (offset, take, max_pages), prove_end)| {
            // Around multiples of what comes at once.
            let records = (cap.min(page_size) * times).saturating_add_signed(more) + offset;
            World { pages, records, cap, page_size, prefetch, offset, take, max_pages, prove_end }
        },
    )
}
