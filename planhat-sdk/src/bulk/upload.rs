//! Sends chunks of records and finds out what became of each.

use std::{
    sync::{
        Arc, MutexGuard,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};

use serde_json::Value;

use super::{
    BulkReport, Envelope,
    outcome::{Rest, Settled},
    told::Told,
};
use crate::{
    batch::{Chunk, Watch, Work},
    call::BoxFuture,
    client::Planhat,
    error::Error,
    operation::Operation,
    transport::{Answer, Departure, Request, RetryPolicy},
};

pub(super) struct Upload<M> {
    pub client: Planhat,
    pub operation: &'static Operation,
    pub keep_envelopes: bool,
    pub timeout: Option<Duration>,
    pub retry: Option<RetryPolicy>,
    pub report: Watch<BulkReport<M>>,
    /// How many calls may still be made to find the rows that errors are about.
    searches: AtomicUsize,
}

/// Rows of which smaller requests may tell more.
struct Open {
    places: Vec<usize>,
    /// What is known of them.
    rest: Rest,
    /// Whether they can be sent again without a second record coming of it.
    is_harmless: bool,
}

/// Rows to send, and what is known of them if nothing better comes.
struct Part {
    chunk: Arc<Chunk>,
    known: Option<Rest>,
}

impl<M: 'static> Upload<M> {
    pub fn new(client: &Planhat, operation: &'static Operation, searches: usize) -> Self {
        let (client, searches, report) = (client.clone(), searches.into(), Watch::new(BulkReport::default()));
        Self { client, operation, keep_envelopes: false, timeout: None, retry: None, report, searches }
    }

    pub fn searches(&mut self, calls: usize) {
        self.searches = calls.into();
    }

    async fn send_all(&self, chunk: Arc<Chunk>, departure: Departure) -> Result<(), Error> {
        let mut parts = vec![Part { chunk, known: None }];
        while let Some(part) = parts.pop() {
            let Some(open) = self.send_part(&part, &departure).await? else { continue };
            if !open.is_harmless || !self.may_search(open.places.len()) {
                self.settle(&part.chunk, open.places, &open.rest);
                continue;
            }
            let (first, second) = open.places.split_at(open.places.len() / 2);
            // The last one is sent first: records keep their order.
            for half in [second, first] {
                parts.push(Part { chunk: Arc::new(part.chunk.part(half)), known: Some(open.rest.clone()) });
            }
        }
        Ok(())
    }

    /// Sends some rows and enters what became of them, but for those that are left.
    async fn send_part(&self, part: &Part, departure: &Departure) -> Result<Option<Open>, Error> {
        let chunk = &*part.chunk;
        let request = Request {
            body: Some(chunk.body.clone()),
            keyed: chunk.keyed,
            timeout: self.timeout,
            retry: self.retry.clone(),
            departure: departure.clone(),
            ..Request::new(self.operation)
        };
        let transport = self.client.transport();
        let all = || (0..chunk.rows.len()).collect::<Vec<_>>();
        let error = match transport.send(&request).await {
            Ok(answer) => match Told::read(&answer.body, self.operation.keys) {
                Some(told) => return Ok(self.enter(chunk, &answer, &told)),
                None if answer.is_success() => {
                    transport.unusable(self.operation, answer, "expected the counts and keys of a bulk upsert")
                }
                // Fewer rows, or the others, may be taken.
                None if answer.status == 413 || answer.status == 400 => {
                    let is_harmless = chunk.keyed || answer.status == 413;
                    let error = transport.refusal(self.operation, answer);
                    let rest = part.known.clone().unwrap_or_else(|| Rest::of_error(&error));
                    self.report.lock().count_call();
                    return Ok(Some(Open { places: all(), rest, is_harmless }));
                }
                None => transport.refusal(self.operation, answer),
            },
            Err(error) => error,
        };
        match &part.known {
            None if error.is_hopeless() => return Err(error),
            None => self.settle(chunk, all(), &Rest::of_error(&error)),
            // It was only asked to find out more.
            Some(known) => self.settle(chunk, all(), known),
        }
        self.report.lock().count_call();
        Ok(None)
    }

    /// Enters what an envelope tells.
    fn enter(&self, chunk: &Chunk, answer: &Answer, told: &Told<'_>) -> Option<Open> {
        let shown: Vec<Value> = told.errors.iter().map(|error| self.without_tokens(error)).collect();
        let mut settled = Settled::tell(self.operation.keys, chunk, told, &shown);
        let open = settled.open();
        let mut report = self.report.lock();
        report.count_call();
        if self.keep_envelopes {
            let clean = self.client.transport().said(answer);
            if let Some(envelope) = Envelope::parse(&clean) {
                report.keep(envelope);
            }
        }
        for (row, outcome) in chunk.rows.iter().zip(settled.outcomes.iter_mut()) {
            if let Some(outcome) = outcome.take() {
                report.settle(row.index, outcome);
            }
        }
        // What the token may not do, it may not do in smaller requests either.
        let rest = settled.rest.clone();
        if answer.status != 403 && settled.would_tell_more_in_parts(open.len()) {
            return Some(Open { places: open, rest, is_harmless: chunk.keyed });
        }
        report.remark(settled.remarks(open.len()));
        drop(report);
        self.settle(chunk, open, &rest);
        None
    }

    fn settle(&self, chunk: &Chunk, places: Vec<usize>, rest: &Rest) {
        let mut report = self.report.lock();
        for row in places.into_iter().filter_map(|place| chunk.rows.get(place)) {
            report.settle(row.index, rest.outcome());
        }
    }

    /// Whether two more calls may be made to look at so many rows.
    fn may_search(&self, rows: usize) -> bool {
        let take = |left: usize| left.checked_sub(2);
        rows > 1 && self.searches.fetch_update(Relaxed, Relaxed, take).is_ok()
    }

    fn without_tokens(&self, error: &Value) -> Value {
        let text = error.to_string();
        match self.client.transport().credentials.redact(&text) {
            std::borrow::Cow::Borrowed(_) => error.clone(),
            std::borrow::Cow::Owned(clean) => serde_json::from_str(&clean).unwrap_or(Value::String(clean)),
        }
    }
}

impl<M: 'static> Work for Upload<M> {
    type Ledger = BulkReport<M>;

    fn keys(&self) -> &'static [&'static str] {
        self.operation.keys
    }

    fn ledger(&self) -> MutexGuard<'_, BulkReport<M>> {
        self.report.lock()
    }

    fn send(self: Arc<Self>, chunk: Arc<Chunk>, departure: Departure) -> BoxFuture<Result<(), Error>> {
        Box::pin(async move { self.send_all(chunk, departure).await })
    }
}
