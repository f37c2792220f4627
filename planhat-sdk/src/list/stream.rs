//! Records and pages as streams.

use std::{
    fmt,
    future::poll_fn,
    pin::Pin,
    task::{Context, Poll, ready},
    vec,
};

use futures_core::Stream;

use super::{ListItem, cursor::Cursor};
use crate::{call::BoxFuture, error::Error};

/// A page of a list.
#[derive(Debug)]
#[non_exhaustive]
pub struct Page<T> {
    /// The records; an error for each that could not be read.
    pub items: Vec<Result<T, Error>>,
    /// How many records come before the page.
    pub offset: u64,
}

type Fetch<T> = BoxFuture<(Cursor, Result<Option<Page<T>>, Error>)>;

/// The pages of a list, as a [`Stream`].
#[must_use = "pages do nothing until they are asked for"]
pub struct Pages<T> {
    state: State<T>,
}

enum State<T> {
    Resting(Box<Cursor>),
    Fetching(Fetch<T>),
    Ended,
}

impl<T: ListItem> Pages<T> {
    pub(super) fn new(cursor: Cursor) -> Self {
        Self { state: State::Resting(Box::new(cursor)) }
    }

    /// The next page; nothing after the last one, or after an error.
    ///
    /// # Errors
    ///
    /// When the call fails. There is no page after that.
    pub async fn try_next(&mut self) -> Result<Option<Page<T>>, Error> {
        poll_fn(|cx| self.poll_page(cx)).await.transpose()
    }

    fn poll_page(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Page<T>, Error>>> {
        loop {
            match std::mem::replace(&mut self.state, State::Ended) {
                State::Resting(mut cursor) => {
                    self.state = State::Fetching(Box::pin(async move {
                        let page = cursor.advance().await;
                        (*cursor, page)
                    }));
                }
                State::Fetching(mut fetch) => {
                    let Poll::Ready((cursor, page)) = fetch.as_mut().poll(cx) else {
                        self.state = State::Fetching(fetch);
                        return Poll::Pending;
                    };
                    if let Ok(Some(_)) = page {
                        self.state = State::Resting(Box::new(cursor));
                    }
                    return Poll::Ready(page.transpose());
                }
                State::Ended => return Poll::Ready(None),
            }
        }
    }
}

impl<T: ListItem> Stream for Pages<T> {
    type Item = Result<Page<T>, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_page(cx)
    }
}

impl<T> fmt::Debug for Pages<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages").finish_non_exhaustive()
    }
}

/// The records of a list, as a [`Stream`]. A record that cannot be read is an error, and the next one
/// follows it.
#[must_use = "items do nothing until they are asked for"]
pub struct Items<T> {
    pages: Pages<T>,
    page: vec::IntoIter<Result<T, Error>>,
}

impl<T: ListItem> Items<T> {
    pub(super) fn new(cursor: Cursor) -> Self {
        Self { pages: Pages::new(cursor), page: Vec::new().into_iter() }
    }

    /// The next record; nothing after the last one.
    ///
    /// # Errors
    ///
    /// When a call fails, which ends the list, or when a record cannot be read: then
    /// [`Error::record`] tells which one, and the next call goes on behind it.
    pub async fn try_next(&mut self) -> Result<Option<T>, Error> {
        poll_fn(|cx| self.poll_item(cx)).await.transpose()
    }

    fn poll_item(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<T, Error>>> {
        loop {
            if let Some(item) = self.page.next() {
                return Poll::Ready(Some(item));
            }
            match ready!(self.pages.poll_page(cx)) {
                Some(Ok(page)) => self.page = page.items.into_iter(),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
    }
}

// Neither is self-referential; what is pinned is boxed.
impl<T> Unpin for Pages<T> {}
impl<T> Unpin for Items<T> {}

impl<T: ListItem> Stream for Items<T> {
    type Item = Result<T, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_item(cx)
    }
}

impl<T> fmt::Debug for Items<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Items").finish_non_exhaustive()
    }
}
