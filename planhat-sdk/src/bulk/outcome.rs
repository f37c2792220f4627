use std::sync::Arc;

use serde_json::Value;

use crate::{
    batch::Failure,
    error::{Effect, Error},
    value::Id,
};

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

/// What became of the rows that no element of an envelope names.
#[derive(Debug, Clone)]
pub(super) enum Rest {
    Created,
    Updated,
    Unchanged,
    /// None was written, or nobody can tell; its effect says which.
    Failed(Arc<Failure>),
}

impl Rest {
    pub fn outcome<M>(&self) -> Outcome<M> {
        match self {
            Self::Created => Outcome::Created(None),
            Self::Updated => Outcome::Updated(None),
            Self::Unchanged => Outcome::Unchanged,
            Self::Failed(failure) => failure.clone().into(),
        }
    }

    pub fn of_error(error: &Error) -> Self {
        Self::Failed(Arc::new(Failure::of_error(error)))
    }

    /// Planhat says that none was written.
    pub fn refused(errors: &[Value]) -> Self {
        let raw = match errors {
            [error] => error.clone(),
            errors => Value::Array(errors.to_vec()),
        };
        Self::Failed(Arc::new(Failure::refused(raw)))
    }

    /// Planhat does not say.
    pub fn untold(errors: &[Value]) -> Self {
        let raw = (!errors.is_empty()).then(|| Value::Array(errors.to_vec()));
        Self::Failed(Arc::new(Failure::untold(raw)))
    }

    /// Whether nobody can tell.
    pub fn is_unknown(&self) -> bool {
        matches!(self, Self::Failed(failure) if failure.effect.may_have_changed())
    }
}
