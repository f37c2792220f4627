use std::sync::Arc;

use crate::{batch::Failure, error::Effect, value::Id};

/// The outcome of a record.
#[derive(Debug, PartialEq)]
#[non_exhaustive]
pub enum Outcome<M> {
    /// The record was created. Its id is known if it was sent with a key.
    Created(Option<Id<M>>),
    /// The record existed and was changed. After a retry, an earlier attempt may have created it.
    Updated(Option<Id<M>>),
    /// The record existed and needed no change. After a retry, an earlier attempt may have written it.
    Unchanged,
    /// The record was not written.
    Failed(Arc<Failure>),
    /// It is unknown whether the record was written.
    Unknown(Arc<Failure>),
}

impl<M> Clone for Outcome<M> {
    fn clone(&self) -> Self {
        match self {
            Self::Created(id) => Self::Created(id.clone()),
            Self::Updated(id) => Self::Updated(id.clone()),
            Self::Unchanged => Self::Unchanged,
            Self::Failed(failure) => Self::Failed(failure.clone()),
            Self::Unknown(failure) => Self::Unknown(failure.clone()),
        }
    }
}

impl<M> From<Arc<Failure>> for Outcome<M> {
    fn from(failure: Arc<Failure>) -> Self {
        match failure.effect {
            Effect::NotSent | Effect::Refused => Self::Failed(failure),
            Effect::Applied | Effect::Unknown => Self::Unknown(failure),
        }
    }
}
