//! The position in a list, the requests for its next pages, and the order in which they are read.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet, HashSet},
    marker::PhantomData,
    task::{Context, Poll, ready},
};

use super::{
    end::{Judge, Next, NoProgress, ReceivedPage},
    item::{ListItem, Page},
    task::AbortOnDrop,
};
use crate::{
    client::Planhat,
    decode::{self, Records, Unreadable},
    error::{Effect, Error, ErrorKind},
    operation::Paging,
    transport::{Request, Response},
};

/// A list that is ready to be requested.
#[derive(Debug)]
pub struct Plan {
    pub client: Planhat,
    /// The call, without a query.
    pub request: Request,
    /// The queries, without the place of a page; several if the URL of one would be too long.
    pub parts: Vec<Parameters>,
    /// The number of records per page, and the page sizes of the API; `None` if all records come at once.
    pub pages: Option<(u64, Paging)>,
    /// Whether only an empty page ends the list.
    pub prove_end: bool,
    /// The number of records to skip.
    pub offset: u64,
    /// The number of records wanted.
    pub take: u64,
    pub max_pages: u64,
    /// The number of pages to request while one is read.
    pub prefetch: usize,
    /// Why the list cannot be requested.
    pub problem: Option<Error>,
}

pub type Parameters = Vec<(Cow<'static, str>, String)>;

/// The position of a page. Pages are read in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    part: usize,
    offset: u64,
}

struct Call {
    limit: Option<u64>,
    /// The response, which is decoded by the reader of the list: as text, a page takes less memory than its records, and
    /// memory that one thread allocates and frees is reused.
    response: AbortOnDrop<Result<Response, Error>>,
}

pub struct Cursor<T> {
    client: Planhat,
    request: Request,
    parts: Vec<Parameters>,
    page_size: Option<u64>,
    prefetch: usize,
    /// Whether pages are as long as requested, as far as is known: only then is it known where the next
    /// ones begin.
    is_steady: bool,
    judge: Option<Judge>,
    /// The page prefetched after one that seems to be the last. If it has records, the list continues here.
    witness: Option<(Place, Call)>,
    /// The pages to ask for next. Whether there is anything on them is not known.
    next: BTreeSet<Place>,
    in_flight: BTreeMap<Place, Call>,
    /// How many records of the whole list come before the next page.
    offset: u64,
    remaining: u64,
    pages_left: u64,
    /// Whether records were received that do not belong to the list.
    has_foreign_records: bool,
    /// The received records, if one may be in several parts, for example because it matches two values of a filter.
    seen: Option<HashSet<Box<str>>>,
    problem: Option<Error>,
    of: PhantomData<fn() -> T>,
}

impl<T: ListItem> Cursor<T> {
    pub fn new(plan: Plan) -> Self {
        let Plan { client, request, parts, pages, prove_end, offset, take, max_pages, prefetch, problem } = plan;
        Self {
            next: (0..parts.len()).map(|part| Place { part, offset }).collect(),
            seen: (parts.len() > 1).then(HashSet::new),
            client,
            request,
            parts,
            page_size: pages.map(|(size, _)| size),
            prefetch,
            is_steady: true,
            judge: pages.map(|(_, paging)| Judge::new(paging, prove_end)),
            witness: None,
            in_flight: BTreeMap::new(),
            offset,
            remaining: take,
            pages_left: max_pages,
            has_foreign_records: false,
            problem,
            of: PhantomData,
        }
    }

    /// Returns the next page; `None` after the last one, or after an error.
    pub fn poll_page(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Page<T>, Error>>> {
        let page = ready!(self.poll_next(cx));
        if page.is_err() {
            self.stop();
        }
        Poll::Ready(page.transpose())
    }

    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<Page<T>>, Error>> {
        if let Some(problem) = self.problem.take() {
            return Poll::Ready(Err(problem));
        }
        loop {
            ready!(self.poll_witness(cx));
            self.prefetch_pages(self.prefetch.max(1))?;
            let Some(mut first) = self.in_flight.first_entry() else { return Poll::Ready(Ok(None)) };
            let response = ready!(first.get_mut().response.poll(cx));
            let (place, call) = first.remove_entry();
            let response = response??;
            let body = response.body.clone();
            let records = self.decode(response, call.limit)?;
            if let Some(page) = self.accept_page(place, call.limit, &body, records)? {
                // The next pages come while this one is read.
                self.prefetch_pages(self.prefetch)?;
                return Poll::Ready(Ok(Some(page)));
            }
        }
    }

    /// Waits for a page that may show that the list continues. One that fails shows nothing.
    fn poll_witness(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let Some((place, mut call)) = self.witness.take() else { return Poll::Ready(()) };
        let Poll::Ready(response) = call.response.poll(cx) else {
            self.witness = Some((place, call));
            return Poll::Pending;
        };
        let Ok(Ok(response)) = response else { return Poll::Ready(()) };
        let records = decode::page::<T>(&response.body, 0, self.client.transport().reading, |_, _| false);
        let first = records.ok().and_then(|records| records.first);
        // A server that ignores the offset sends the same page again, which shows nothing.
        let is_new = |first: &str| {
            self.judge.as_ref().is_some_and(|judge| !judge.knows(place.part, fingerprint(first, &response.body)))
        };
        if first.is_some_and(|first| is_new(&first)) {
            self.next.insert(place);
        }
        Poll::Ready(())
    }

    /// Requests the next pages, until this number of requests is in flight or enough records are requested.
    fn prefetch_pages(&mut self, most: usize) -> Result<(), Error> {
        while self.in_flight.len() < most {
            let Some(&place) = self.next.first() else { break };
            let before = self.in_flight.range(..place).map(|(_, call)| call.limit);
            let pages = before.clone().count() as u64;
            let wanted = self.remaining.saturating_sub(before.flatten().sum());
            if wanted == 0 || pages >= self.pages_left {
                break;
            }
            self.next.remove(&place);
            // Where only some of what comes is wanted, small pages would take many calls.
            let limit = self.page_size().map(|size| if self.has_foreign_records { size } else { size.min(wanted) });
            let response = self.call(place, limit)?;
            self.in_flight.insert(place, Call { limit, response });
            // Of several parts, each has a first page for certain, which is worth more than a guess.
            if let (Some(limit), true) = (limit, self.is_steady && !self.is_split()) {
                self.next.insert(Place { offset: place.offset.saturating_add(limit), ..place });
            }
        }
        Ok(())
    }

    /// Returns the number of records to request per page: never more than the server is known to send.
    fn page_size(&self) -> Option<u64> {
        let cap = self.client.transport().caps.get(self.request.operation);
        self.page_size.map(|size| cap.map_or(size, |cap| cap.min(size)))
    }

    fn call(&mut self, place: Place, limit: Option<u64>) -> Result<AbortOnDrop<Result<Response, Error>>, Error> {
        // The deadline of the list begins with its first request.
        self.request.options.start();
        let mut request = self.request.clone();
        request.query = self.parts.get(place.part).cloned().unwrap_or_default();
        if let Some(limit) = limit {
            request.query.push((Cow::Borrowed("limit"), limit.to_string()));
            request.query.push((Cow::Borrowed("offset"), place.offset.to_string()));
        }
        let client = self.client.clone();
        AbortOnDrop::spawn(async move { client.transport().call(&request).await })
            .map_err(|error| error.at(self.request.operation))
    }

    fn decode(&mut self, response: Response, limit: Option<u64>) -> Result<Records<T>, Error> {
        let mut is_new = |raw: &str| match &mut self.seen {
            Some(seen) => seen.insert(decode::identity(raw).into()),
            None => true,
        };
        let expected = limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or_default();
        let reading = self.client.transport().reading;
        decode::page(&response.body, expected, reading, |record: &T, raw| record.belongs() && is_new(raw))
            .map_err(|problem| self.client.transport().decode_error(&self.request, response, &problem))
    }

    /// Moves on after a received page; returns `None` if it is empty, or repeats a list that was received at once.
    fn accept_page(
        &mut self,
        place: Place,
        limit: Option<u64>,
        body: &[u8],
        records: Records<T>,
    ) -> Result<Option<Page<T>>, Error> {
        let Records { items, received, first } = records;
        let next = match (&mut self.judge, limit, &first) {
            (Some(judge), Some(limit), Some(first)) => {
                let page = ReceivedPage { part: place.part, offset: place.offset, limit, received };
                let next = judge.judge(page, fingerprint(first, body));
                next.map_err(|NoProgress| self.no_progress(place.offset))?
            }
            (judge, ..) => {
                if let Some(judge) = judge {
                    judge.ended(place.part);
                }
                Next::Nothing { doubtful: false }
            }
        };
        let is_page = first.is_some() && next != Next::Repeated;
        self.follow(&next, Place { offset: place.offset.saturating_add(received), ..place });
        if !is_page {
            return Ok(None);
        }

        let kept = items.len() as u64;
        let page = Page { items: self.items(items), offset: self.offset };
        self.has_foreign_records |= kept < received;
        self.offset = self.offset.saturating_add(received);
        self.remaining -= kept.min(self.remaining);
        self.pages_left -= 1;
        if self.remaining == 0 || self.pages_left == 0 {
            self.stop();
        }
        Ok(Some(page))
    }

    /// Decides which pages to request after a page that ends here.
    fn follow(&mut self, next: &Next, end: Place) {
        self.is_steady = matches!(next, Next::AsExpected | Next::Capped(_));
        if let Next::Capped(records) = next {
            self.client.transport().caps.learn(self.request.operation, *records);
        }
        // What was prefetched is right only if the page is as long as expected.
        if *next != Next::AsExpected {
            self.next.retain(|next| next.part != end.part);
            let ahead = self.in_flight.keys().copied().find(|place| place.part == end.part);
            let ahead = ahead.and_then(|place| self.in_flight.remove(&place));
            self.in_flight.retain(|place, _| place.part != end.part);
            if *next == (Next::Nothing { doubtful: true }) {
                self.witness = ahead.map(|call| (end, call));
            }
        }
        if matches!(next, Next::AsExpected | Next::Behind | Next::Capped(_)) && !self.in_flight.contains_key(&end) {
            self.next.insert(end);
        }
        for page in self.judge.iter_mut().flat_map(Judge::reopened) {
            self.next.insert(Place { part: page.part, offset: page.end() });
        }
    }

    fn no_progress(&self, offset: u64) -> Error {
        let message = format!(
            "the page at offset {offset} begins with the same record as an earlier page; the server seems to ignore \
             `offset`, and the list would never end"
        );
        Error::new(ErrorKind::Decode, Effect::Applied, message).at(self.request.operation)
    }

    /// Returns the records that are wanted, and errors for those that cannot be read.
    fn items(&self, items: Vec<Result<T, Box<Unreadable>>>) -> Vec<Result<T, Error>> {
        let error = |unreadable: Box<Unreadable>| {
            unreadable.into_error(self.offset, &self.client.transport().credentials).at(self.request.operation)
        };
        let wanted = usize::try_from(self.remaining).unwrap_or(usize::MAX);
        items.into_iter().take(wanted).map(|item| item.map_err(error)).collect()
    }

    fn is_split(&self) -> bool {
        self.parts.len() > 1
    }

    fn stop(&mut self) {
        self.next.clear();
        self.in_flight.clear();
        self.witness = None;
    }
}

/// Returns what distinguishes a page from others: its first record, or all of it if that has no id.
fn fingerprint<'a>(first: &'a str, body: &'a [u8]) -> &'a [u8] {
    if first.starts_with('{') { body } else { first.as_bytes() }
}
