//! Where a list is, and the call that gets its next page.

use std::borrow::Cow;

use super::{ListItem, Page};
use crate::{
    client::Planhat,
    decode,
    error::{Effect, Error, ErrorKind},
    transport::{Answer, Request},
};

#[derive(Debug)]
pub struct Cursor {
    pub client: Planhat,
    pub request: Request,
    /// Records a page; nothing if all come at once.
    pub limit: Option<u32>,
    pub offset: u64,
    /// How many records are still wanted.
    pub remaining: u64,
    pub pages_left: u64,
    /// What makes the list impossible.
    pub problem: Option<Error>,
    /// The first record of the page before, as it came.
    pub first_record: Option<Box<str>>,
    /// How many pages in a row began with it.
    pub repeats: u32,
}

impl Cursor {
    /// The next page; nothing after the last one.
    pub async fn advance<T: ListItem>(&mut self) -> Result<Option<Page<T>>, Error> {
        if let Some(problem) = self.problem.take() {
            self.pages_left = 0;
            return Err(problem);
        }
        if self.remaining == 0 || self.pages_left == 0 {
            return Ok(None);
        }
        let asked = self.limit.map(|limit| u64::from(limit).min(self.remaining));
        let mut request = self.request.clone();
        if let Some(asked) = asked {
            request.query.push((Cow::Borrowed("limit"), asked.to_string()));
            request.query.push((Cow::Borrowed("offset"), self.offset.to_string()));
        }
        let page = self.fetch(&request, asked).await;
        if page.is_err() {
            self.pages_left = 0;
        }
        page
    }

    async fn fetch<T: ListItem>(&mut self, request: &Request, asked: Option<u64>) -> Result<Option<Page<T>>, Error> {
        let client = self.client.clone();
        let transport = client.transport();
        let answer = transport.call(request).await?;
        match self.read(&answer, asked) {
            Ok(page) => page.map_err(|error| error.at(request.operation)),
            Err(problem) => Err(transport.unusable(request.operation, answer, problem)),
        }
    }

    /// Reads a page and moves behind it.
    fn read<T: ListItem>(
        &mut self,
        answer: &Answer,
        asked: Option<u64>,
    ) -> Result<Result<Option<Page<T>>, Error>, String> {
        let raw = decode::page(&answer.body)?;
        let Some(first) = raw.first() else {
            self.pages_left = 0;
            return Ok(Ok(None));
        };
        self.repeats = if self.first_record.as_deref() == Some(first.get()) { self.repeats + 1 } else { 0 };
        // A lone record may come twice, if another one was put in front of it meanwhile.
        if self.repeats > u32::from(raw.len() == 1) {
            return Ok(Err(repeated(self.offset)));
        }
        self.first_record = Some(first.get().into());
        let came = raw.len() as u64;
        let offset = self.offset;
        let start = usize::try_from(offset).unwrap_or(usize::MAX / 2);
        let operation = self.request.operation;
        let credentials = &self.client.transport().credentials;
        let items = raw
            .iter()
            .enumerate()
            .map(|(index, raw)| {
                decode::record::<T>(raw, start + index).map_err(|error| error.at(operation).redacted(credentials))
            })
            .filter(|item| item.as_ref().map_or(true, ListItem::belongs))
            .take(usize::try_from(self.remaining).unwrap_or(usize::MAX))
            .collect::<Vec<_>>();
        self.remaining -= (items.len() as u64).min(self.remaining);
        self.offset += came;
        self.pages_left = match asked {
            Some(asked) if came >= asked => self.pages_left - 1,
            // A short page is the last one.
            _ => 0,
        };
        Ok(Ok(Some(Page { items, offset })))
    }
}

/// A server that ignores `offset` would send its first page for ever.
fn repeated(offset: u64) -> Error {
    let message =
        format!("the page at offset {offset} begins with the same record as the one before; the list would never end");
    Error::new(ErrorKind::Decode, Effect::Applied, message)
}
