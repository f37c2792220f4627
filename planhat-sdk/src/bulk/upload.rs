//! Sends chunks of records and finds out what became of each.

use std::sync::{
    Arc, MutexGuard,
    atomic::{AtomicUsize, Ordering::Relaxed},
};

use reqwest::header::HeaderMap;
use serde_json::Value;
use tokio::time::Instant;

use super::{BulkReport, Envelope, outcome::Rest, settled::Settled, told::Told};
use crate::{
    batch::{Causes, Chunk, Failure, Watch, Work},
    call::BoxFuture,
    client::Planhat,
    error::{Effect, Error, ErrorKind},
    operation::Operation,
    transport::{Answer, CallOptions, Departure, Request},
};

pub(super) struct Upload<M> {
    pub client: Planhat,
    pub operation: &'static Operation,
    pub keep_responses: bool,
    pub options: CallOptions,
    /// When the whole upload must be over.
    pub until: Option<Instant>,
    pub report: Watch<BulkReport<M>>,
    pub causes: Causes,
    /// How many calls may be made to find the rows that errors are about.
    most_searches: usize,
    /// How many of them are left.
    searches: AtomicUsize,
}

/// How many searches a chunk may make at least, if there are so many: enough to find one row of 5,000.
const LEAST_SEARCHES: usize = 32;

/// Rows of which smaller requests may tell more.
struct Open {
    places: Vec<usize>,
    /// What is known of them.
    rest: Rest,
    /// Whether they can be sent again without a second record coming of it.
    is_harmless: bool,
    /// Whether an attempt of which nobody knows may have written them.
    after_unknown: bool,
}

impl Open {
    /// Its rows in two requests, or in one if it is a single row of a larger chunk.
    fn halves(&self, chunk: &Chunk) -> Vec<Chunk> {
        match self.places.len() {
            0 => Vec::new(),
            1 if chunk.rows.len() == 1 => Vec::new(),
            1 => vec![chunk.part(&self.places)],
            rows => {
                let (first, second) = self.places.split_at(rows / 2);
                vec![chunk.part(first), chunk.part(second)]
            }
        }
    }
}

/// Rows to send, and what is known of them if nothing better comes.
struct Part {
    chunk: Arc<Chunk>,
    known: Option<Rest>,
    /// Whether an attempt of which nobody knows may have written them.
    after_unknown: bool,
}

impl<M: 'static> Upload<M> {
    pub fn new(client: &Planhat, operation: &'static Operation, searches: usize) -> Self {
        Self {
            client: client.clone(),
            operation,
            keep_responses: false,
            options: CallOptions::default(),
            until: None,
            report: Watch::new(BulkReport::default()),
            causes: Causes::default(),
            most_searches: searches,
            searches: searches.into(),
        }
    }

    pub fn max_bisect_calls(&mut self, calls: usize) {
        self.most_searches = calls;
        self.searches = calls.into();
    }

    async fn send_all(&self, chunk: Arc<Chunk>, departure: Departure) -> Result<(), Error> {
        let mut parts = vec![Part { chunk, known: None, after_unknown: false }];
        // One chunk of bad rows leaves some searches to the others.
        let mut searches = self.most_searches.min((self.most_searches / 4).max(LEAST_SEARCHES));
        while let Some(part) = parts.pop() {
            let Some(open) = self.send_part(&part, &departure).await? else { continue };
            let halves = open.halves(&part.chunk);
            if !open.is_harmless || halves.is_empty() || !self.may_search(halves.len(), &mut searches) {
                self.settle(&part.chunk, open.places, &open.rest);
                continue;
            }
            // The last one is sent first: records keep their order.
            for half in halves.into_iter().rev() {
                let (known, after_unknown) = (Some(open.rest.clone()), open.after_unknown);
                parts.push(Part { chunk: Arc::new(half), known, after_unknown });
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
            options: self.options.clone(),
            until: self.until,
            departure: departure.clone(),
            ..Request::new(self.operation)
        };
        let transport = self.client.transport();
        let outcome = transport.send(&request).await;
        self.report.lock().count_call();
        let error = match outcome {
            Ok(answer) => match Told::read(&answer.body, self.operation.keys) {
                Some(told) => return Ok(self.enter(part, &answer, &told)),
                None if answer.is_success() => {
                    transport.unusable(&request, answer, "expected the counts and keys of a bulk upsert")
                }
                None => transport.refusal(self.operation, answer),
            },
            Err(error) => error,
        };
        if part.known.is_none() && error.is_hopeless() {
            return Err(error);
        }
        let places = (0..chunk.rows.len()).collect();
        let rest = match &part.known {
            // It was only asked to find out more, and that came to nothing.
            Some(known) if !error.effect().may_have_changed() => known.clone(),
            _ => Rest::of_error(&error),
        };
        self.causes.add(&error);
        // Fewer rows, or the others, may be taken.
        if matches!(error.status(), Some(400 | 413)) {
            let is_refused = !error.effect().may_have_changed();
            let is_harmless = chunk.keyed || (is_refused && error.status() == Some(413));
            let after_unknown = part.after_unknown || !is_refused;
            return Ok(Some(Open { places, rest, is_harmless, after_unknown }));
        }
        self.settle(chunk, places, &rest);
        Ok(None)
    }

    /// Enters what an envelope tells.
    fn enter(&self, part: &Part, answer: &Answer, told: &Told<'_>) -> Option<Open> {
        let chunk = &*part.chunk;
        let shown: Vec<Value> = told.errors.iter().map(|error| self.without_tokens(&error.raw)).collect();
        let after_unknown = part.after_unknown || answer.after_unknown();
        let mut settled = Settled::tell(self.operation.keys, chunk, told, &shown, after_unknown);
        let places = settled.open();
        match answer.status {
            403 => self.causes.add(&self.forbidden(answer, &shown)),
            _ => self.causes.add_rows(),
        }
        let mut report = self.report.lock();
        report.warn(std::mem::take(&mut settled.remarks));
        if self.keep_responses {
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
        drop(report);
        // What the token may not do, it may not do in smaller requests either.
        if answer.status != 403 && settled.would_tell_more_in_parts(places.len()) {
            return Some(Open { places, rest: settled.rest, is_harmless: chunk.keyed, after_unknown });
        }
        self.settle(chunk, places, &settled.rest);
        None
    }

    /// What a response says that refuses every row for want of a permission.
    fn forbidden(&self, answer: &Answer, errors: &[Value]) -> Error {
        let reason = errors.first().map(|error| Failure::refused(error.clone()).reason);
        let reason = reason.unwrap_or_else(|| "no permission".to_owned());
        let body = self.client.transport().said(answer);
        let error = Error::new(ErrorKind::Forbidden, Effect::Refused, reason).at(self.operation);
        error.answer(answer.status, HeaderMap::new(), body).after(answer.earlier.clone())
    }

    fn settle(&self, chunk: &Chunk, places: Vec<usize>, rest: &Rest) {
        let mut report = self.report.lock();
        for row in places.into_iter().filter_map(|place| chunk.rows.get(place)) {
            report.settle(row.index, rest.outcome());
        }
    }

    /// Whether so many calls more may be made, for the chunk and for all of them.
    fn may_search(&self, calls: usize, of_chunk: &mut usize) -> bool {
        let Some(left) = of_chunk.checked_sub(calls) else { return false };
        let take = |left: usize| left.checked_sub(calls);
        let may = self.searches.fetch_update(Relaxed, Relaxed, take).is_ok();
        if may {
            *of_chunk = left;
        }
        may
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

    fn causes(&self) -> &Causes {
        &self.causes
    }

    fn send(self: Arc<Self>, chunk: Arc<Chunk>, departure: Departure) -> BoxFuture<Result<(), Error>> {
        Box::pin(async move { self.send_all(chunk, departure).await })
    }
}
