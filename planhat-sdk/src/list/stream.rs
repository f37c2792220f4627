//! Records and pages as streams.

use std::{
    fmt,
    future::poll_fn,
    pin::Pin,
    task::{Context, Poll, ready},
    vec,
};

use futures_core::Stream;

use super::{
    cursor::{Cursor, Plan},
    item::{ListItem, Page},
};
use crate::error::Error;

/// The pages of a list, as a [`Stream`].
#[must_use = "pages do nothing until they are polled"]
pub struct Pages<T> {
    cursor: Box<Cursor<T>>,
}

impl<T: ListItem> Pages<T> {
    pub(super) fn new(plan: Plan) -> Self {
        Self { cursor: Box::new(Cursor::new(plan)) }
    }

    /// Returns the next page; `None` after the last one, or after an error.
    ///
    /// # Errors
    ///
    /// If the request fails, which ends the list.
    pub async fn try_next(&mut self) -> Result<Option<Page<T>>, Error> {
        poll_fn(|cx| self.cursor.poll_page(cx)).await.transpose()
    }
}

impl<T: ListItem> Stream for Pages<T> {
    type Item = Result<Page<T>, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.cursor.poll_page(cx)
    }
}

impl<T> fmt::Debug for Pages<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages").finish_non_exhaustive()
    }
}

/// The records of a list, as a [`Stream`]. A record that cannot be read is an error, after which the stream continues.
#[must_use = "items do nothing until they are polled"]
pub struct Items<T> {
    pages: Pages<T>,
    page: vec::IntoIter<Result<T, Error>>,
}

impl<T: ListItem> Items<T> {
    pub(super) fn new(plan: Plan) -> Self {
        Self { pages: Pages::new(plan), page: Vec::new().into_iter() }
    }

    /// Returns the next record; `None` after the last one.
    ///
    /// # Errors
    ///
    /// If a request fails, which ends the list, or if a record cannot be read: [`Error::record`] says which one, and the
    /// next call continues after it.
    pub async fn try_next(&mut self) -> Result<Option<T>, Error> {
        poll_fn(|cx| self.poll_item(cx)).await.transpose()
    }

    fn poll_item(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<T, Error>>> {
        loop {
            if let Some(item) = self.page.next() {
                return Poll::Ready(Some(item));
            }
            // It would take its memory until the next page is there.
            self.page = Vec::new().into_iter();
            match ready!(self.pages.cursor.poll_page(cx)) {
                Some(Ok(page)) => self.page = page.items.into_iter(),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
    }
}

// It is not self-referential.
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
