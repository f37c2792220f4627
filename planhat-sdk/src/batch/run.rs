//! Sends chunks, one after the other or several at once, until each record has an outcome.

use std::{
    future::poll_fn,
    mem,
    ops::Range,
    sync::{Arc, MutexGuard},
    task::{Context, Poll},
};

use futures_core::future::BoxFuture;

use super::{
    causes::Causes,
    chunk::{Chunk, Keys, Next},
    chunker::Packer,
    failed_rows::FailedRows,
    failure::Failure,
    queue::Limits,
    source::Source,
};
use crate::{error::Error, transport::Departure};

/// The progress of a bulk upsert or an ingest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// The number of records that have an outcome.
    pub done: usize,
    /// The number of all records, if it was known from the start.
    pub total: Option<usize>,
    /// The number of calls that have ended, retries not counted.
    pub calls: usize,
    /// The number of records in calls that are in flight or wait for the rate limit.
    pub in_flight: usize,
}

pub(crate) type Tell = Box<dyn FnMut(Progress) + Send>;

pub(crate) struct Settings {
    pub limits: Limits,
    /// How many calls are under way at once.
    pub concurrency: usize,
    pub progress: Option<Tell>,
    /// After how many failed rows in a row the upload ends.
    pub stop_after: Option<usize>,
    /// Whether failed rows are kept, so that they can be sent again.
    pub keeps_rows: bool,
}

impl Settings {
    pub fn new(limits: Limits) -> Self {
        Self { limits, concurrency: 1, progress: None, stop_after: None, keeps_rows: false }
    }
}

/// What chunks are sent to, and the account of what became of their records.
pub(crate) trait Work: Send + Sync + 'static {
    type Ledger: Ledger;

    /// The keys by which the server matches records.
    fn keys(&self) -> &'static [&'static str];

    fn ledger(&self) -> MutexGuard<'_, Self::Ledger>;

    /// Why calls failed.
    fn causes(&self) -> &Causes;

    /// Sends a chunk and enters what became of its rows. An error says that the chunk was not taken and that those
    /// behind it would not be either; its rows are not entered then.
    fn send(self: Arc<Self>, chunk: Arc<Chunk>, departure: Departure) -> BoxFuture<'static, Result<(), Error>>;
}

/// What became of each record.
pub(crate) trait Ledger: Send + 'static {
    /// Enters why records were not written, or why nobody can tell, unless they have an outcome.
    fn fail(&mut self, positions: &mut dyn Iterator<Item = usize>, failure: &Arc<Failure>);

    /// Whether a record was not written, or whether it was is unknown.
    fn is_failed(&self, index: usize) -> bool;

    /// What is kept of such records.
    fn failed_rows(&mut self) -> &mut FailedRows;

    /// Keeps what is needed of the failed records of a chunk that is done.
    fn keep_failed(&mut self, chunk: &Chunk, keys: &[&'static str]) {
        let rows = chunk.rows.iter().enumerate();
        let failed: Vec<_> = rows.filter_map(|(place, row)| self.is_failed(row.index).then_some(place)).collect();
        self.failed_rows().enter(chunk, &failed, keys);
    }

    /// How many records have an outcome.
    fn settled(&self) -> usize;

    /// How many calls were made.
    fn calls(&self) -> usize;
}

/// Sends everything, or until there is no point in going on.
pub(crate) async fn run<W: Work>(work: Arc<W>, source: Source, settings: Settings) {
    let packer = Packer::new(source, work.keys(), settings.limits);
    if settings.keeps_rows {
        work.ledger().failed_rows().keep_json();
    }
    let (ready, under_way) = (None, Vec::new());
    let mut run = Run { work, packer, settings, ready, under_way, failed_in_a_row: 0, stopped: None };
    poll_fn(|cx| run.poll(cx)).await;
    if let Some(failure) = run.stopped.clone() {
        let rest = run.packer.rest();
        run.give_up(rest, &failure);
    }
}

struct Run<W: Work> {
    work: Arc<W>,
    packer: Packer,
    settings: Settings,
    /// The next chunk, made while others are under way.
    ready: Option<Chunk>,
    under_way: Vec<UnderWay>,
    failed_in_a_row: usize,
    /// What the rows that are left have failed for, if there is no point in going on.
    stopped: Option<Arc<Failure>>,
}

struct UnderWay {
    chunk: Arc<Chunk>,
    departure: Departure,
    arrival: BoxFuture<'static, Result<(), Error>>,
}

enum Launch {
    /// Something changed; look again.
    Done,
    /// The next chunk has been made.
    Packed,
    /// The next chunk has to wait, or is not there yet.
    Blocked,
    /// There is no next chunk.
    Ended,
}

impl<W: Work> Run<W> {
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        loop {
            if let Some((chunk, result)) = self.poll_arrival(cx) {
                self.arrived(&chunk, result);
                continue;
            }
            let launch = match self.stopped.clone() {
                Some(failure) => self.drain(cx, &failure),
                None => self.launch(cx),
            };
            match launch {
                Launch::Done => {}
                // It may have been a long piece of work; others have their turn.
                Launch::Packed => {
                    cx.waker().wake_by_ref();
                    return Poll::Pending;
                }
                Launch::Ended if self.under_way.is_empty() => return Poll::Ready(()),
                Launch::Ended | Launch::Blocked => return Poll::Pending,
            }
        }
    }

    fn poll_arrival(&mut self, cx: &mut Context<'_>) -> Option<(Arc<Chunk>, Result<(), Error>)> {
        let mut result = None;
        let arrived = self.under_way.iter_mut().position(|call| match call.arrival.as_mut().poll(cx) {
            Poll::Ready(came) => {
                result = Some(came);
                true
            }
            Poll::Pending => false,
        });
        let call = self.under_way.remove(arrived?);
        Some((call.chunk, result?))
    }

    fn arrived(&mut self, chunk: &Chunk, result: Result<(), Error>) {
        if let Err(error) = result {
            self.work.causes().add(&error);
            self.fail(chunk.positions(), &Arc::new(Failure::of_hopeless(&error)));
            self.stopped.get_or_insert_with(|| Arc::new(Failure::not_sent_after(&error)));
        }
        self.keep_failed(chunk);
        self.count_failures(chunk.positions());
        self.tell();
    }

    /// Stops if too many rows failed in a row.
    fn count_failures(&mut self, mut rows: impl Iterator<Item = usize>) {
        let Some(limit) = self.settings.stop_after else { return };
        let ledger = self.work.ledger();
        let failed_in_a_row = &mut self.failed_in_a_row;
        let is_too_much = rows.any(|row| {
            *failed_in_a_row = if ledger.is_failed(row) { *failed_in_a_row + 1 } else { 0 };
            *failed_in_a_row >= limit
        });
        drop(ledger);
        if is_too_much {
            self.stopped.get_or_insert_with(|| Arc::new(Failure::stopped(limit)));
        }
    }

    fn tell(&mut self) {
        let in_flight = self.under_way.iter().map(|call| call.chunk.rows.len()).sum();
        if let Some(tell) = &mut self.settings.progress {
            let ledger = self.work.ledger();
            let progress =
                Progress { done: ledger.settled(), total: self.packer.total(), calls: ledger.calls(), in_flight };
            drop(ledger);
            tell(progress);
        }
    }

    fn launch(&mut self, cx: &mut Context<'_>) -> Launch {
        let Some(chunk) = self.ready.take() else { return self.pack(cx) };
        let is_blocked = self.under_way.len() >= self.settings.concurrency
            || self.under_way.iter().any(|call| call.chunk.shares_a_key_with(&chunk));
        if is_blocked {
            self.ready = Some(chunk);
            return Launch::Blocked;
        }
        let (chunk, departure) = (Arc::new(chunk), Departure::default());
        let arrival = Arc::clone(&self.work).send(Arc::clone(&chunk), departure.clone());
        self.under_way.push(UnderWay { chunk, departure, arrival });
        self.tell();
        Launch::Done
    }

    fn pack(&mut self, cx: &mut Context<'_>) -> Launch {
        match self.packer.poll_next(cx) {
            Poll::Ready(Some(Next::Chunk(chunk))) => self.ready = Some(chunk),
            Poll::Ready(Some(Next::Unsendable { index, keys, reason })) => {
                self.unsendable(index, keys, reason);
                self.count_failures(std::iter::once(index));
            }
            Poll::Ready(None) => return Launch::Ended,
            Poll::Pending => return Launch::Blocked,
        }
        Launch::Packed
    }

    /// Reads what is left of an input that has an end, if its rows are to be kept.
    fn drain(&mut self, cx: &mut Context<'_>, failure: &Arc<Failure>) -> Launch {
        if !self.settings.keeps_rows || self.packer.total().is_none() {
            return Launch::Ended;
        }
        if let Some(chunk) = self.ready.take() {
            self.fail_chunk(&chunk, failure);
        }
        self.pack(cx)
    }

    /// Enters everything that was taken from the input, and these rows that were not.
    fn give_up(&mut self, rest: Range<usize>, failure: &Arc<Failure>) {
        let mut chunks: Vec<Chunk> = self.ready.take().into_iter().collect();
        for next in self.packer.give_up() {
            match next {
                Next::Chunk(chunk) => chunks.push(chunk),
                Next::Unsendable { index, keys, reason } => self.unsendable(index, keys, reason),
            }
        }
        let mut left: Vec<usize> = chunks.iter().flat_map(Chunk::positions).chain(rest).collect();
        left.sort_unstable();
        self.fail(left, failure);
        for chunk in &chunks {
            self.keep_failed(chunk);
        }
    }

    /// A row that no call was made for says nothing about why the calls failed.
    fn unsendable(&self, index: usize, keys: Keys, reason: String) {
        self.fail([index], &Arc::new(Failure::unsendable(reason)));
        self.work.ledger().failed_rows().enter_unsendable(index, keys, self.work.keys());
    }

    fn fail_chunk(&self, chunk: &Chunk, failure: &Arc<Failure>) {
        self.fail(chunk.positions(), failure);
        self.keep_failed(chunk);
    }

    fn fail(&self, positions: impl IntoIterator<Item = usize>, failure: &Arc<Failure>) {
        self.work.ledger().fail(&mut positions.into_iter(), failure);
    }

    fn keep_failed(&self, chunk: &Chunk) {
        self.work.ledger().keep_failed(chunk, self.work.keys());
    }
}

/// Whoever stops waiting still finds out what became of what was sent.
impl<W: Work> Drop for Run<W> {
    fn drop(&mut self) {
        for call in mem::take(&mut self.under_way) {
            // Nothing of it leaves any more.
            drop(call.arrival);
            self.fail_chunk(&call.chunk, &Arc::new(Failure::cut_off(call.departure.has_left())));
        }
        self.give_up(0..0, &Arc::new(Failure::cut_off(false)));
    }
}
