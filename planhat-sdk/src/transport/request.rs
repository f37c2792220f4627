//! A call that is ready to be sent.

use std::{
    borrow::Cow,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
};

use bytes::Bytes;

use super::CallOptions;
use crate::operation::{Idempotency, Operation};

#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub operation: &'static Operation,
    /// The value of `{id}` in the path.
    pub id: Option<String>,
    pub query: Vec<(Cow<'static, str>, String)>,
    pub body: Option<Bytes>,
    /// Whether each record in the body carries a key.
    pub keyed: bool,
    pub options: CallOptions,
    /// Tells whoever drops the call whether it had been sent.
    pub sent_flag: SentFlag,
}

/// Whether a call may have changed something: it has been sent, and is not known to have failed.
#[derive(Debug, Clone, Default)]
pub(crate) struct SentFlag(Arc<AtomicBool>);

impl SentFlag {
    pub fn is_set(&self) -> bool {
        self.0.load(Relaxed)
    }

    pub(super) fn set(&self, is_set: bool) {
        self.0.store(is_set, Relaxed);
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
            sent_flag: SentFlag::default(),
        }
    }

    /// Returns whether it may be retried although its outcome is unknown.
    pub(super) fn is_idempotent(&self) -> bool {
        match self.operation.idempotency {
            Idempotency::Always => true,
            Idempotency::IfKeyed => self.keyed,
            Idempotency::Never => false,
        }
    }
}
