//! A call, ready to be sent.

use std::{
    borrow::Cow,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
};

use bytes::Bytes;
use tokio::time::Instant;

use super::CallOptions;
use crate::operation::{Idempotency, Operation};

#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub operation: &'static Operation,
    /// What stands for `{id}` in the path.
    pub id: Option<String>,
    pub query: Vec<(Cow<'static, str>, String)>,
    pub body: Option<Bytes>,
    /// Whether each record in the body carries a key.
    pub keyed: bool,
    pub options: CallOptions,
    /// When the whole of which it is a part must be over, instead of a deadline of its own.
    pub until: Option<Instant>,
    /// For whoever has to tell, if the call is cut off, whether it had left.
    pub departure: Departure,
}

/// Whether a call may have changed something: it has left, and it is not known that this came to nothing.
#[derive(Debug, Clone, Default)]
pub(crate) struct Departure(Arc<AtomicBool>);

impl Departure {
    pub fn has_left(&self) -> bool {
        self.0.load(Relaxed)
    }

    pub(super) fn set(&self, has_left: bool) {
        self.0.store(has_left, Relaxed);
    }
}

impl Request {
    pub fn new(operation: &'static Operation) -> Self {
        let query = operation.fixed.iter().map(|(name, value)| (Cow::Borrowed(*name), (*value).to_owned())).collect();
        Self {
            operation,
            id: None,
            query,
            body: None,
            keyed: false,
            options: CallOptions::default(),
            until: None,
            departure: Departure::default(),
        }
    }

    /// Whether it may be sent again when nobody knows what became of it.
    pub(super) fn is_repeatable(&self) -> bool {
        match self.operation.idempotency {
            Idempotency::Always => true,
            Idempotency::IfKeyed => self.keyed,
            Idempotency::Never => false,
        }
    }
}
