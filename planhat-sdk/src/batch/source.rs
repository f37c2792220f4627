//! The input of an upload.

use std::{
    marker::PhantomData,
    pin::Pin,
    task::{Context, Poll, ready},
};

use futures_core::Stream;

use crate::value::Body;

/// Records from an iterator or a stream, numbered from 0.
pub(crate) struct Source {
    records: Records,
    /// The number of the next one.
    next: usize,
    total: Option<usize>,
}

enum Records {
    Iterator(Box<dyn Iterator<Item = Body> + Send>),
    Stream(Pin<Box<dyn Stream<Item = Body> + Send>>),
}

impl Source {
    pub fn iterator<I>(records: I) -> Self
    where
        I: IntoIterator<IntoIter: Send + 'static, Item: Into<Body> + 'static>,
    {
        let records = records.into_iter().map(Into::into);
        let total = known(records.size_hint());
        Self { records: Records::Iterator(Box::new(records)), next: 0, total }
    }

    /// Each record becomes a `P` first, which knows how it is written.
    pub fn stream<S, P>(records: S) -> Self
    where
        S: Stream<Item: Into<P>> + Send + 'static,
        P: Into<Body> + 'static,
    {
        let total = known(records.size_hint());
        let bodies = Bodies { records: Box::pin(records), by_way_of: PhantomData::<fn() -> P> };
        Self { records: Records::Stream(Box::pin(bodies)), next: 0, total }
    }

    /// Returns the number of records, if it is known from the start.
    pub fn total(&self) -> Option<usize> {
        self.total
    }

    pub fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<(usize, Body)>> {
        let record = match &mut self.records {
            Records::Iterator(records) => records.next(),
            Records::Stream(records) => ready!(records.as_mut().poll_next(cx)),
        };
        Poll::Ready(record.map(|record| {
            let index = self.next;
            self.next += 1;
            (index, record)
        }))
    }

    /// Returns the numbers of the records that it still holds, if their number is known. Otherwise they are not read: a
    /// stream may never end, and dropping it tells its sender to stop.
    pub fn rest(&self) -> std::ops::Range<usize> {
        self.next..self.total.unwrap_or(self.next).max(self.next)
    }
}

fn known(hint: (usize, Option<usize>)) -> Option<usize> {
    Some(hint.0).filter(|least| hint.1 == Some(*least))
}

/// A stream of what becomes bodies.
struct Bodies<S, P> {
    records: Pin<Box<S>>,
    by_way_of: PhantomData<fn() -> P>,
}

impl<S: Stream<Item: Into<P>>, P: Into<Body>> Stream for Bodies<S, P> {
    type Item = Body;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Body>> {
        self.records.as_mut().poll_next(cx).map(|record| record.map(|record| record.into().into()))
    }
}
