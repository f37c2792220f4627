//! What lists hold.

use crate::{error::Error, value::Record};

/// What a list holds.
pub trait ListItem: Record {
    /// Whether a record that came is one of these at all. Some models are records of another model, of
    /// one type, and a server may not tell them apart.
    fn belongs(&self) -> bool {
        true
    }

    /// Returns Planhat's own id, if what is listed has one; empty if it came without.
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
    /// How many records of the list come before the page.
    pub offset: u64,
}
