//! The input of an upload.

use std::{
    ops::Range,
    pin::Pin,
    task::{Context, Poll, ready},
};

use futures_util::stream::{self, Stream, StreamExt};

use crate::value::Body;

/// Records from an iterator or a stream, numbered from 0.
pub(crate) struct Source {
    records: Pin<Box<dyn Stream<Item = Body> + Send>>,
    /// The number of the next one.
    next: usize,
    total: Option<usize>,
}

impl Source {
    pub fn iterator<I>(records: I) -> Self
    where
        I: IntoIterator<IntoIter: Send + 'static, Item: Into<Body> + 'static>,
    {
        Self::new(stream::iter(records.into_iter().map(Into::into)))
    }

    /// Each record becomes a `P` first, which knows how it is written.
    pub fn stream<S, P>(records: S) -> Self
    where
        S: Stream<Item: Into<P>> + Send + 'static,
        P: Into<Body> + 'static,
    {
        Self::new(records.map(|record| record.into().into()))
    }

    fn new(records: impl Stream<Item = Body> + Send + 'static) -> Self {
        let (least, most) = records.size_hint();
        Self { records: Box::pin(records), next: 0, total: most.filter(|most| *most == least) }
    }

    /// Returns the number of records, if it is known from the start.
    pub fn total(&self) -> Option<usize> {
        self.total
    }

    pub fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<(usize, Body)>> {
        let record = ready!(self.records.as_mut().poll_next(cx));
        Poll::Ready(record.map(|record| {
            let index = self.next;
            self.next += 1;
            (index, record)
        }))
    }

    /// Returns the numbers of the records that it still holds, if their number is known. Otherwise they are not read: a
    /// stream may never end, and dropping it tells its sender to stop.
    pub fn rest(&self) -> Range<usize> {
        self.next..self.total.unwrap_or(self.next).max(self.next)
    }
}
