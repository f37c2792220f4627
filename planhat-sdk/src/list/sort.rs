//! The order of a list.

use std::{borrow::Cow, fmt, marker::PhantomData};

use super::item::ListItem;

/// A record whose list supports `sort` and `select`.
pub trait Sortable: ListItem {
    /// The names of the fields.
    type Field: Into<&'static str>;
}

/// A sort order of a list, created by [`Sort::by`] or a field's `asc` and `desc`.
pub struct Sort<T> {
    pub(super) property: Cow<'static, str>,
    pub(super) descending: bool,
    of: PhantomData<fn() -> T>,
}

impl<T> Sort<T> {
    pub(crate) const fn new(property: &'static str, descending: bool) -> Self {
        Self { property: Cow::Borrowed(property), descending, of: PhantomData }
    }

    /// Creates an ascending order by any property, such as `custom.Tier`.
    pub fn by(property: impl Into<String>) -> Self {
        Self { property: Cow::Owned(property.into()), descending: false, of: PhantomData }
    }

    /// Reverses the order.
    #[must_use]
    pub fn reversed(mut self) -> Self {
        self.descending = !self.descending;
        self
    }
}

impl<T> fmt::Debug for Sort<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sort({}{})", if self.descending { "-" } else { "" }, self.property)
    }
}
