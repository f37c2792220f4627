//! Caps: the most records that the server was found to send per page, whatever is requested.

use std::{collections::BTreeMap, sync::Mutex};

use crate::{lock::lock, operation::Operation};

/// The caps of one client's lists. There is at most one entry per operation.
#[derive(Debug, Default)]
pub(crate) struct PageCaps(Mutex<BTreeMap<&'static str, u64>>);

impl PageCaps {
    /// The smallest cap found for an operation.
    pub fn get(&self, operation: &Operation) -> Option<u64> {
        lock(&self.0).get(operation.name).copied()
    }

    /// Remembers a cap. A smaller one replaces a larger one, never the other way round: a page size below the cap
    /// costs calls, one above it costs more.
    pub fn learn(&self, operation: &'static Operation, cap: u64) {
        let mut caps = lock(&self.0);
        let known = caps.entry(operation.name).or_insert(cap);
        *known = cap.min(*known);
    }
}
