//! Sends chunks, one after the other or several at once, until each record has an outcome.

use std::{
    future::poll_fn,
    mem,
    sync::{Arc, MutexGuard},
    task::{Context, Poll},
};

use super::{
    chunk::Chunk,
    failure::Failure,
    lane::Limits,
    packer::{Next, Packer},
    source::Source,
};
use crate::{call::BoxFuture, error::Error, transport::Departure};

/// How far a bulk upsert or an ingest is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// Records that have an outcome.
    pub done: usize,
    /// How many records there are, if that was known from the start.
    pub total: Option<usize>,
    /// Calls that were answered or have failed, retries not counted.
    pub calls: usize,
    /// Records in calls that are under way, or wait for the quota.
    pub waiting: usize,
}

pub(crate) type Tell = Box<dyn FnMut(Progress) + Send>;

pub(crate) struct Settings {
    pub limits: Limits,
    /// How many calls are under way at once.
    pub concurrency: usize,
    pub progress: Option<Tell>,
}

/// What chunks are sent to, and the account of what became of their records.
pub(crate) trait Work: Send + Sync + 'static {
    type Ledger: Ledger;

    /// The keys by which the server matches records.
    fn keys(&self) -> &'static [&'static str];

    fn ledger(&self) -> MutexGuard<'_, Self::Ledger>;

    /// Sends a chunk and enters what became of its rows. An error says that the chunk was not taken and that those
    /// behind it would not be either; its rows are not entered then.
    fn send(self: Arc<Self>, chunk: Arc<Chunk>, departure: Departure) -> BoxFuture<Result<(), Error>>;
}

/// What became of each record.
pub(crate) trait Ledger: Send + 'static {
    /// Enters why records were not written, or why nobody can tell, unless they have an outcome.
    fn fail(&mut self, positions: &mut dyn Iterator<Item = usize>, failure: &Arc<Failure>);

    /// How many records have an outcome.
    fn settled(&self) -> usize;

    /// How many calls were made.
    fn calls(&self) -> usize;

    /// Whether no call came to anything that a record's outcome would tell.
    fn is_untouched(&self) -> bool;
}

/// Sends everything.
///
/// # Errors
///
/// When no call was taken, and none would have been.
pub(crate) async fn run<W: Work>(work: Arc<W>, source: Source, settings: Settings) -> Result<(), Error> {
    let packer = Packer::new(source, work.keys(), settings.limits);
    let (concurrency, progress) = (settings.concurrency, settings.progress);
    let mut run = Run { work, packer, concurrency, progress, ready: None, under_way: Vec::new(), stopped: None };
    poll_fn(|cx| run.poll(cx)).await;
    let Some(error) = run.stopped.take() else { return Ok(()) };
    run.give_up(&error);
    if run.work.ledger().is_untouched() { Err(error) } else { Ok(()) }
}

struct Run<W: Work> {
    work: Arc<W>,
    packer: Packer,
    concurrency: usize,
    progress: Option<Tell>,
    /// The next chunk, made while others are under way.
    ready: Option<Chunk>,
    under_way: Vec<UnderWay>,
    /// Why there is no point in going on.
    stopped: Option<Error>,
}

struct UnderWay {
    chunk: Arc<Chunk>,
    departure: Departure,
    arrival: BoxFuture<Result<(), Error>>,
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
            let launch = if self.stopped.is_some() { Launch::Ended } else { self.launch(cx) };
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
            self.fail(chunk.positions(), Failure::of_hopeless(&error));
            self.stopped.get_or_insert(error);
        }
        self.tell();
    }

    fn tell(&mut self) {
        let waiting = self.under_way.iter().map(|call| call.chunk.rows.len()).sum();
        if let Some(tell) = &mut self.progress {
            let ledger = self.work.ledger();
            let progress =
                Progress { done: ledger.settled(), total: self.packer.total(), calls: ledger.calls(), waiting };
            drop(ledger);
            tell(progress);
        }
    }

    fn launch(&mut self, cx: &mut Context<'_>) -> Launch {
        let Some(chunk) = self.ready.take() else { return self.pack(cx) };
        let is_blocked = self.under_way.len() >= self.concurrency
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
            Poll::Ready(Some(Next::Unsendable { index, reason })) => {
                self.fail([index], Failure::unsendable(reason));
            }
            Poll::Ready(None) => return Launch::Ended,
            Poll::Pending => return Launch::Blocked,
        }
        Launch::Packed
    }

    /// Enters everything that was not sent and never will be.
    fn give_up(&mut self, error: &Error) {
        let failure = Failure::not_sent_after(error);
        let left = self.packer.give_up_all();
        self.fail_unsent(left, failure);
    }

    fn fail_unsent(&mut self, mut left: Vec<usize>, failure: Failure) {
        left.extend(self.ready.take().iter().flat_map(Chunk::positions));
        left.sort_unstable();
        self.fail(left, failure);
    }

    fn fail(&self, positions: impl IntoIterator<Item = usize>, failure: Failure) {
        self.work.ledger().fail(&mut positions.into_iter(), &Arc::new(failure));
    }
}

/// Whoever stops waiting still finds out what became of what was sent.
impl<W: Work> Drop for Run<W> {
    fn drop(&mut self) {
        for call in mem::take(&mut self.under_way) {
            // Nothing of it leaves any more.
            drop(call.arrival);
            self.fail(call.chunk.positions(), Failure::cut_off(call.departure.has_left()));
        }
        let left = self.packer.give_up();
        self.fail_unsent(left, Failure::cut_off(false));
    }
}
