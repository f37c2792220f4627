//! Sends chunks of records and determines the outcome of each.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering::Relaxed},
};

use futures_util::future::BoxFuture;
use reqwest::header::HeaderMap;
use serde_json::Value;

use super::{
    BulkReport, BulkResponse, Outcome,
    attribution::{Bisect, attribute},
    chunk_outcomes::ChunkOutcomes,
    names::Rows,
    response::ParsedResponse,
};
use crate::{
    batch::{Channel, Chunk, Failure, Sender},
    client::Planhat,
    error::{Effect, Error, ErrorKind},
    operation::Operation,
    transport::{Request, Response, SentFlag},
};

pub(super) struct Upload<M> {
    pub channel: Channel<BulkReport<M>>,
    pub keep_responses: bool,
    /// The maximum number of bisect calls.
    max_bisect_calls: usize,
    /// The number of bisect calls that may still be made.
    bisect_calls_left: AtomicUsize,
}

/// The number of bisect calls that each chunk may make if the upload allows them: enough to find one row of 5,000.
const MIN_BISECT_CALLS: usize = 32;

/// Rows whose outcome smaller requests may determine.
struct Unresolved<M> {
    bisect: Bisect,
    /// Their outcomes if they are not sent again.
    known: Vec<Outcome<M>>,
    /// Whether they can be sent again without creating duplicates.
    is_harmless: bool,
    /// Whether an attempt of unknown outcome may have written them.
    after_unknown: bool,
}

impl<M> Unresolved<M> {
    /// Its rows in two requests, or in one if it is a single row of a larger chunk.
    fn sub_chunks(&self, chunk: &Chunk) -> Vec<SubChunk<M>> {
        let Bisect { rows, suspects, .. } = &self.bisect;
        let is_suspect = |row: &usize| suspects.binary_search(row).is_ok();
        let (first, second): (Vec<usize>, Vec<usize>) = match rows.len() {
            1 if chunk.rows.len() == 1 => return Vec::new(),
            // Without those that errors mention, the others are often all taken.
            _ if suspects.len() < rows.len() && !suspects.is_empty() => rows.iter().partition(|row| !is_suspect(row)),
            count => {
                let (first, second) = rows.split_at(count / 2);
                (first.to_vec(), second.to_vec())
            }
        };
        let sub_chunks = [first, second].into_iter().filter(|rows| !rows.is_empty());
        sub_chunks.map(|rows| self.sub_chunk(chunk, &rows)).collect()
    }

    fn sub_chunk(&self, chunk: &Chunk, rows: &[usize]) -> SubChunk<M> {
        let known = |row: &usize| self.known.get(self.bisect.rows.binary_search(row).ok()?).cloned();
        let known = rows.iter().filter_map(known).collect();
        SubChunk { chunk: Arc::new(chunk.sub_chunk(rows)), known: Some(known), after_unknown: self.after_unknown }
    }
}

/// Rows to send.
struct SubChunk<M> {
    chunk: Arc<Chunk>,
    /// Their outcomes if sending them determines nothing better.
    known: Option<Vec<Outcome<M>>>,
    /// Whether an attempt of unknown outcome may have written them.
    after_unknown: bool,
}

impl<M: 'static> Upload<M> {
    pub fn new(client: &Planhat, operation: &'static Operation, max_bisect_calls: usize) -> Self {
        Self {
            channel: Channel::new(client, operation),
            keep_responses: false,
            max_bisect_calls,
            bisect_calls_left: max_bisect_calls.into(),
        }
    }

    pub fn max_bisect_calls(&mut self, calls: usize) {
        self.max_bisect_calls = calls;
        self.bisect_calls_left = calls.into();
    }

    async fn send_all(&self, chunk: Arc<Chunk>, sent_flag: SentFlag) -> Result<(), Error> {
        let mut sub_chunks = vec![SubChunk { chunk, known: None, after_unknown: false }];
        // One chunk of bad rows leaves some of them to the others.
        let mut left = self.max_bisect_calls.min((self.max_bisect_calls / 4).max(MIN_BISECT_CALLS));
        while let Some(sub_chunk) = sub_chunks.pop() {
            let Some(open) = self.send_sub_chunk(&sub_chunk, &sent_flag).await? else { continue };
            let smaller = open.sub_chunks(&sub_chunk.chunk);
            if !open.is_harmless || smaller.is_empty() || !self.take_bisect_calls(smaller.len(), &mut left) {
                self.settle(&sub_chunk.chunk, open.bisect.rows.iter().copied().zip(open.known));
                continue;
            }
            // The last one is sent first: records keep their order.
            sub_chunks.extend(smaller.into_iter().rev());
        }
        Ok(())
    }

    /// Sends some rows and enters their outcomes. Returns the unresolved rows.
    async fn send_sub_chunk(
        &self,
        sub_chunk: &SubChunk<M>,
        sent_flag: &SentFlag,
    ) -> Result<Option<Unresolved<M>>, Error> {
        let chunk = &*sub_chunk.chunk;
        let request = Request {
            body: Some(chunk.body.clone()),
            keyed: chunk.keyed,
            options: self.channel.options.clone(),
            sent_flag: sent_flag.clone(),
            ..Request::new(self.channel.operation)
        };
        let transport = self.channel.client.transport();
        let outcome = transport.send(&request).await;
        self.channel.report.lock().count_call();
        let error = match outcome {
            Ok(response) => match ParsedResponse::parse(&response.body, self.channel.operation.keys) {
                Some(parsed) => return Ok(self.enter(sub_chunk, &response, &parsed)),
                None if response.is_success() => {
                    transport.decode_error(&request, response, "expected the counts and keys of a bulk upsert")
                }
                None => transport.status_error(self.channel.operation, response),
            },
            Err(error) => error,
        };
        if sub_chunk.known.is_none() && error.is_fatal() {
            return Err(error);
        }
        let known = match &sub_chunk.known {
            // A bisect call that failed changes nothing.
            Some(known) if !error.effect().may_have_changed() => known.clone(),
            _ => vec![Outcome::from(Arc::new(Failure::of_error(&error))); chunk.rows.len()],
        };
        self.channel.causes.add(&error);
        // Fewer rows, or the others, may be taken.
        if matches!(error.status(), Some(400 | 413)) {
            let is_refused = !error.effect().may_have_changed();
            let is_harmless = chunk.keyed || (is_refused && error.status() == Some(413));
            let after_unknown = sub_chunk.after_unknown || !is_refused;
            let rows = (0..chunk.rows.len()).collect();
            let bisect = Bisect { rows, suspects: Vec::new(), may_be_written: !is_refused };
            return Ok(Some(Unresolved { bisect, known, is_harmless, after_unknown }));
        }
        self.settle(chunk, known.into_iter().enumerate());
        Ok(None)
    }

    /// Enters the outcomes that a response decides. Returns the unresolved rows.
    fn enter(
        &self,
        sub_chunk: &SubChunk<M>,
        response: &Response,
        parsed: &ParsedResponse<'_>,
    ) -> Option<Unresolved<M>> {
        let chunk = &*sub_chunk.chunk;
        let shown: Vec<Value> = parsed.errors.iter().map(|error| self.without_tokens(&error.raw)).collect();
        let after_unknown = sub_chunk.after_unknown || response.after_unknown();
        match response.status {
            403 => self.channel.causes.add(&self.forbidden(response, &shown)),
            _ => self.channel.causes.add_rows(),
        }
        let rows = Rows::new(self.channel.operation.keys, chunk);
        let attribution = attribute(rows, parsed, response.status, after_unknown);
        let ChunkOutcomes { outcomes, warnings } = ChunkOutcomes::new(&attribution, parsed, shown);
        let mut report = self.channel.report.lock();
        report.warn(warnings);
        if self.keep_responses {
            let clean = self.channel.client.transport().redacted_body(response);
            if let Some(response) = BulkResponse::parse(&clean) {
                report.keep(response);
            }
        }
        drop(report);
        let Some(bisect) = attribution.bisect else {
            self.settle(chunk, outcomes.into_iter().enumerate());
            return None;
        };
        let is_open = |(row, _): &(usize, Outcome<M>)| bisect.rows.binary_search(row).is_ok();
        let (open, settled): (Vec<_>, Vec<_>) = outcomes.into_iter().enumerate().partition(is_open);
        self.settle(chunk, settled.into_iter());
        let known = open.into_iter().map(|(_, outcome)| outcome).collect();
        // What this request may have written, the next one may refuse.
        let after_unknown = after_unknown || bisect.may_be_written;
        Some(Unresolved { bisect, known, is_harmless: chunk.keyed, after_unknown })
    }

    /// Creates the error of a response that refuses every row for lack of a permission.
    fn forbidden(&self, response: &Response, errors: &[Value]) -> Error {
        let reason = errors.first().map(|error| Failure::refused(error.clone()).reason);
        let reason = reason.unwrap_or_else(|| "no permission".to_owned());
        let body = self.channel.client.transport().redacted_body(response);
        let error = Error::new(ErrorKind::Forbidden, Effect::Refused, reason).at(self.channel.operation);
        error.with_response(response.status, HeaderMap::new(), body).after(response.earlier.clone())
    }

    fn settle(&self, chunk: &Chunk, outcomes: impl Iterator<Item = (usize, Outcome<M>)>) {
        let mut report = self.channel.report.lock();
        for (row, outcome) in outcomes {
            if let Some(row) = chunk.rows.get(row) {
                report.settle(row.index, outcome);
            }
        }
    }

    /// Takes this number of bisect calls, if enough are left for the chunk and for the upload.
    fn take_bisect_calls(&self, calls: usize, of_chunk: &mut usize) -> bool {
        let Some(left) = of_chunk.checked_sub(calls) else { return false };
        let take = |left: usize| left.checked_sub(calls);
        let may = self.bisect_calls_left.fetch_update(Relaxed, Relaxed, take).is_ok();
        if may {
            *of_chunk = left;
        }
        may
    }

    fn without_tokens(&self, error: &Value) -> Value {
        let text = error.to_string();
        match self.channel.client.transport().credentials.redact(&text) {
            std::borrow::Cow::Borrowed(_) => error.clone(),
            std::borrow::Cow::Owned(clean) => serde_json::from_str(&clean).unwrap_or(Value::String(clean)),
        }
    }
}

impl<M: 'static> Sender for Upload<M> {
    type Report = BulkReport<M>;

    fn channel(&self) -> &Channel<BulkReport<M>> {
        &self.channel
    }

    fn send(self: Arc<Self>, chunk: Arc<Chunk>, sent_flag: SentFlag) -> BoxFuture<'static, Result<(), Error>> {
        Box::pin(async move { self.send_all(chunk, sent_flag).await })
    }
}
