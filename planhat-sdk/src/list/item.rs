//! What lists hold.

use crate::{error::Error, value::Record};

/// A record of a list.
pub trait ListItem: Record {
    /// Returns whether a received record belongs to the model. Some models are the records of another model with one type,
    /// and a server may send both.
    fn belongs(&self) -> bool {
        true
    }

    /// Returns Planhat's own id, if records of this type have one. It is empty if the record has none.
    fn record_id(&self) -> Option<&str> {
        None
    }
}

/// A page of a list.
#[derive(Debug)]
#[non_exhaustive]
pub struct Page<T> {
    /// The records; an error for each that is not an object, or that has an unreadable field if decoding is strict.
    pub items: Vec<Result<T, Error>>,
    /// The number of records of the list before this page.
    pub offset: u64,
}
