//! Sends chunks, one after the other or concurrently, until each record has an outcome.

use std::{
    future::poll_fn,
    mem,
    ops::Range,
    pin::Pin,
    sync::{Arc, MutexGuard},
    task::{Context, Poll, ready},
};

use futures_util::{Stream, future::BoxFuture, stream::FuturesUnordered};

use super::{
    causes::Causes,
    chunk::{Chunk, Keys, Next},
    chunker::Chunker,
    failed_rows::FailedRows,
    failure::Failure,
    queue::Limits,
    source::Source,
    summary::none_written,
    watch::Watch,
};
use crate::{
    client::Planhat,
    error::{Effect, Error},
    operation::Operation,
    transport::{CallOptions, SentFlag},
};

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

pub(crate) struct Settings {
    pub limits: Limits,
    /// The maximum number of concurrent calls.
    pub concurrency: usize,
    pub on_progress: Option<Box<dyn FnMut(Progress) + Send>>,
    /// The number of consecutive failed rows after which the upload ends.
    pub stop_after: Option<usize>,
    /// Whether failed rows are kept, so that they can be sent again.
    pub keeps_rows: bool,
    /// Whether the report is returned even if every row failed for one reason.
    pub always_report: bool,
}

impl Settings {
    pub fn new(limits: Limits) -> Self {
        Self { limits, concurrency: 1, on_progress: None, stop_after: None, keeps_rows: false, always_report: false }
    }
}

/// The way of an upload to the server and back to its report.
pub(crate) struct Channel<R> {
    pub client: Planhat,
    pub operation: &'static Operation,
    pub options: CallOptions,
    pub report: Watch<R>,
    /// Why calls failed.
    pub causes: Causes,
}

impl<R: Default> Channel<R> {
    pub fn new(client: &Planhat, operation: &'static Operation) -> Self {
        Self {
            client: client.clone(),
            operation,
            options: CallOptions::default(),
            report: Watch::new(R::default()),
            causes: Causes::default(),
        }
    }
}

/// Sends chunks, and reports the outcomes of their records.
pub(crate) trait Sender: Send + Sync + 'static {
    type Report: Report;

    fn channel(&self) -> &Channel<Self::Report>;

    /// Returns the keys by which the server matches records.
    fn keys(&self) -> &'static [&'static str] {
        self.channel().operation.keys
    }

    fn report(&self) -> MutexGuard<'_, Self::Report> {
        self.channel().report.lock()
    }

    /// Sends a chunk and enters the outcomes of its rows.
    ///
    /// # Errors
    ///
    /// If the chunk was not taken, and those after it would not be either. Its rows are not entered then.
    fn send(self: Arc<Self>, chunk: Arc<Chunk>, sent_flag: SentFlag) -> BoxFuture<'static, Result<(), Error>>;
}

/// The outcome of each record.
pub(crate) trait Report: Clone + Default + Send + Sync + 'static {
    /// The word for a record.
    const NOUN: &'static str;

    /// Enters why records were not written, or why that is unknown, unless they have an outcome.
    fn fail(&mut self, positions: &mut dyn Iterator<Item = usize>, failure: &Arc<Failure>);

    /// Returns whether a record was not written, or it is unknown whether it was.
    fn is_failed(&self, index: usize) -> bool;

    /// Returns what is kept of failed records.
    fn failed_rows(&mut self) -> &mut FailedRows;

    /// Keeps what is needed of the failed records of a chunk that has ended.
    fn keep_failed(&mut self, chunk: &Chunk, keys: &[&'static str]) {
        let rows = chunk.rows.iter().enumerate();
        let failed: Vec<_> = rows.filter_map(|(place, row)| self.is_failed(row.index).then_some(place)).collect();
        self.failed_rows().enter(chunk, &failed, keys);
    }

    /// Returns the numbers of records with an outcome: written, failed and unknown.
    fn counts(&self) -> [usize; 3];

    /// Returns whether the server refused a record.
    fn has_refused(&self) -> bool;

    /// Returns what is known of all records together, if none was written.
    fn effect(&self) -> Effect {
        match self.counts() {
            [_, _, unknown] if unknown > 0 => Effect::Unknown,
            _ if self.has_refused() => Effect::Refused,
            _ => Effect::NotSent,
        }
    }

    /// Returns the report, unless no record was written for one reason.
    fn unless_failed(self, reason: Option<Error>) -> Result<Self, Error> {
        match (reason, self.counts()) {
            (Some(error), [0, failed, unknown]) if failed + unknown > 0 => {
                Err(error.with_report(self.effect(), &none_written(failed, unknown, Self::NOUN), self))
            }
            _ => Ok(self),
        }
    }

    /// Returns the number of calls made.
    fn calls(&self) -> usize;
}

/// Sends every record of the source, unless an error or a limit of the settings ends the upload before.
///
/// # Errors
///
/// If no record was written for one reason, unless the settings ask for the report.
pub(crate) async fn run<S: Sender>(sender: S, source: Source, settings: Settings) -> Result<S::Report, Error> {
    let (sender, always_report) = (Arc::new(sender), settings.always_report);
    let watch = sender.channel().report.clone();
    send_all(Arc::clone(&sender), source, settings).await;
    let reason = sender.channel().causes.common().filter(|_| !always_report);
    // The report is not copied if nobody else has it.
    drop(sender);
    watch.finish().unless_failed(reason)
}

async fn send_all<S: Sender>(sender: Arc<S>, source: Source, settings: Settings) {
    let chunker = Chunker::new(source, sender.keys(), settings.limits);
    if settings.keeps_rows {
        sender.report().failed_rows().keep_json();
    }
    let (ready, in_flight) = (None, FuturesUnordered::new());
    let mut run = Run { sender, chunker, settings, ready, in_flight, failed_in_a_row: 0, stopped: None };
    poll_fn(|cx| run.poll(cx)).await;
    if let Some(failure) = run.stopped.clone() {
        let rest = run.chunker.rest();
        run.drain(rest, &failure);
    }
}

struct Run<S: Sender> {
    sender: Arc<S>,
    chunker: Chunker,
    settings: Settings,
    /// The next chunk, which is filled while others are in flight.
    ready: Option<Chunk>,
    in_flight: FuturesUnordered<InFlight>,
    failed_in_a_row: usize,
    /// The failure of the rows that are left, if the upload ends early.
    stopped: Option<Arc<Failure>>,
}

/// A chunk that is being sent.
struct InFlight {
    chunk: Arc<Chunk>,
    sent_flag: SentFlag,
    response: BoxFuture<'static, Result<(), Error>>,
}

impl Future for InFlight {
    type Output = (Arc<Chunk>, Result<(), Error>);

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let result = ready!(self.response.as_mut().poll(cx));
        Poll::Ready((Arc::clone(&self.chunk), result))
    }
}

enum Step {
    /// Something changed; look again.
    Done,
    /// The next chunk has been filled.
    Filled,
    /// The next chunk has to wait, or is not there yet.
    Blocked,
    /// There is no next chunk.
    Ended,
}

impl<S: Sender> Run<S> {
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        loop {
            if let Poll::Ready(Some((chunk, result))) = Pin::new(&mut self.in_flight).poll_next(cx) {
                self.on_response(&chunk, result);
                continue;
            }
            let step = match self.stopped.clone() {
                Some(failure) => self.read_rest(cx, &failure),
                None => self.launch(cx),
            };
            match step {
                Step::Done => {}
                // Filling a chunk may take long; other tasks have their turn.
                Step::Filled => {
                    cx.waker().wake_by_ref();
                    return Poll::Pending;
                }
                Step::Ended if self.in_flight.is_empty() => return Poll::Ready(()),
                Step::Ended | Step::Blocked => return Poll::Pending,
            }
        }
    }

    fn on_response(&mut self, chunk: &Chunk, result: Result<(), Error>) {
        if let Err(error) = result {
            self.sender.channel().causes.add(&error);
            self.fail(chunk.positions(), &Arc::new(Failure::fatal(&error)));
            self.stopped.get_or_insert_with(|| Arc::new(Failure::not_sent_after(&error)));
        }
        self.keep_failed(chunk);
        self.count_failures(chunk.positions());
        self.report_progress();
    }

    /// Stops if too many consecutive rows failed.
    fn count_failures(&mut self, mut rows: impl Iterator<Item = usize>) {
        let Some(limit) = self.settings.stop_after else { return };
        let report = self.sender.report();
        let failed_in_a_row = &mut self.failed_in_a_row;
        let is_too_much = rows.any(|row| {
            *failed_in_a_row = if report.is_failed(row) { *failed_in_a_row + 1 } else { 0 };
            *failed_in_a_row >= limit
        });
        drop(report);
        if is_too_much {
            self.stopped.get_or_insert_with(|| Arc::new(Failure::stopped(limit)));
        }
    }

    fn report_progress(&mut self) {
        let Some(on_progress) = &mut self.settings.on_progress else { return };
        let report = self.sender.report();
        let (done, calls) = (report.counts().iter().sum(), report.calls());
        drop(report);
        let in_flight = self.in_flight.iter().map(|call| call.chunk.rows.len()).sum();
        on_progress(Progress { done, total: self.chunker.total(), calls, in_flight });
    }

    fn launch(&mut self, cx: &mut Context<'_>) -> Step {
        let Some(chunk) = self.ready.take() else { return self.fill(cx) };
        let is_blocked = self.in_flight.len() >= self.settings.concurrency
            || self.in_flight.iter().any(|call| call.chunk.shares_a_key_with(&chunk));
        if is_blocked {
            self.ready = Some(chunk);
            return Step::Blocked;
        }
        let (chunk, sent_flag) = (Arc::new(chunk), SentFlag::default());
        let response = Arc::clone(&self.sender).send(Arc::clone(&chunk), sent_flag.clone());
        self.in_flight.push(InFlight { chunk, sent_flag, response });
        self.report_progress();
        Step::Done
    }

    fn fill(&mut self, cx: &mut Context<'_>) -> Step {
        match self.chunker.poll_next(cx) {
            Poll::Ready(Some(Next::Chunk(chunk))) => self.ready = Some(chunk),
            Poll::Ready(Some(Next::Unsendable { index, keys, reason })) => {
                self.unsendable(index, keys, reason);
                self.count_failures(std::iter::once(index));
            }
            Poll::Ready(None) => return Step::Ended,
            Poll::Pending => return Step::Blocked,
        }
        Step::Filled
    }

    /// Reads what is left of an input of known length, if its rows are to be kept.
    fn read_rest(&mut self, cx: &mut Context<'_>, failure: &Arc<Failure>) -> Step {
        if !self.settings.keeps_rows || self.chunker.total().is_none() {
            return Step::Ended;
        }
        if let Some(chunk) = self.ready.take() {
            self.fail_chunk(&chunk, failure);
        }
        self.fill(cx)
    }

    /// Enters a failure for every record that was taken from the input and not sent, and for the rest of the input.
    fn drain(&mut self, rest: Range<usize>, failure: &Arc<Failure>) {
        let mut chunks: Vec<Chunk> = self.ready.take().into_iter().collect();
        for next in self.chunker.drain() {
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

    /// Enters a row that cannot be sent. Without a call, it says nothing about why calls failed.
    fn unsendable(&self, index: usize, keys: Keys, reason: String) {
        self.fail([index], &Arc::new(Failure::unsendable(reason)));
        self.sender.report().failed_rows().enter_unsendable(index, keys, self.sender.keys());
    }

    fn fail_chunk(&self, chunk: &Chunk, failure: &Arc<Failure>) {
        self.fail(chunk.positions(), failure);
        self.keep_failed(chunk);
    }

    fn fail(&self, positions: impl IntoIterator<Item = usize>, failure: &Arc<Failure>) {
        self.sender.report().fail(&mut positions.into_iter(), failure);
    }

    fn keep_failed(&self, chunk: &Chunk) {
        self.sender.report().keep_failed(chunk, self.sender.keys());
    }
}

/// Reports the outcomes also if the future is dropped.
impl<S: Sender> Drop for Run<S> {
    fn drop(&mut self) {
        for InFlight { chunk, sent_flag, response } in mem::take(&mut self.in_flight) {
            // From here on, nothing of it is sent.
            drop(response);
            self.fail_chunk(&chunk, &Arc::new(Failure::dropped(sent_flag.is_set())));
        }
        self.drain(0..0, &Arc::new(Failure::dropped(false)));
    }
}
