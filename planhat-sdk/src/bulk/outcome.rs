use std::sync::Arc;

use crate::{batch::Failure, error::Effect, value::Id};

/// What became of a record.
#[derive(Debug, PartialEq)]
#[non_exhaustive]
pub enum Outcome<M> {
    /// It is new. Its id is known if it was sent with a key.
    Created(Option<Id<M>>),
    /// It existed and was changed. If the call had to be sent again, it may have been the first attempt that
    /// made it.
    Updated(Option<Id<M>>),
    /// It existed and was already as it should be. If the call had to be sent again, it may have been the
    /// first attempt that made it so.
    Unchanged,
    /// It was not written.
    Failed(Arc<Failure>),
    /// Nobody can tell.
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
