//! The permissions of tokens.

use std::{collections::BTreeMap, str::FromStr};

use axum::http::StatusCode;

use crate::{
    operations::error::ApiError,
    tables::{
        catalog::{Table, catalog},
        registry::Action,
    },
};

/// The permissions of a token, by model. Models are named as in Planhat, such as `Time Entry`. A submodel has the rights
/// of the model that it is part of: tickets have those of conversations.
///
/// ```
/// use planhat_sandbox::Rights;
///
/// let rights = Rights::none().read("Company").read("License").write("License");
/// let all_but_one = Rights::all().nothing("Invoice").read("Invoice");
/// ```
#[derive(Debug, Clone, Default)]
#[must_use]
pub struct Rights {
    default: Allowed,
    models: BTreeMap<String, Allowed>,
}

/// An error of parsing [`Rights`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "invalid right `{0}`; expected `all`, or a model after `read:`, `write:`, `create:`, `update:`, `delete:` or \
     `nothing:`"
)]
pub struct RightsError(String);

impl FromStr for Rights {
    type Err = RightsError;

    /// Parses a comma-separated list of rights such as `all`, `read:Company`, `write:Time Entry` and `nothing:Invoice`.
    /// Each part adds to, or takes from, those before it.
    fn from_str(text: &str) -> Result<Self, RightsError> {
        let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
        parts.into_iter().try_fold(Self::none(), |rights, part| match part.split_once(':') {
            Some(("read", model)) => Ok(rights.read(model)),
            Some(("write", model)) => Ok(rights.write(model)),
            Some(("create", model)) => Ok(rights.create(model)),
            Some(("update", model)) => Ok(rights.update(model)),
            Some(("delete", model)) => Ok(rights.delete(model)),
            Some(("nothing", model)) => Ok(rights.nothing(model)),
            None if part == "all" => Ok(Self::all()),
            _ => Err(RightsError(part.to_owned())),
        })
    }
}

/// The permissions on one model.
#[derive(Debug, Clone, Copy, Default)]
#[expect(clippy::struct_excessive_bools, reason = "all combinations are possible")]
pub(crate) struct Allowed {
    read: bool,
    pub(crate) create: bool,
    pub(crate) update: bool,
    delete: bool,
}

impl Allowed {
    pub(crate) const ALL: Self = Self { read: true, create: true, update: true, delete: true };

    /// Returns an error if an action is forbidden. Bulk upserts check each row instead.
    pub(crate) fn check(self, action: &Action, table: &Table) -> Result<(), ApiError> {
        let (allowed, what) = match action {
            Action::Get(_) | Action::List(_) => (self.read, "read"),
            Action::Create { .. } | Action::Copy { .. } => (self.create, "create"),
            Action::Update(_) => (self.update, "update"),
            Action::Delete(_) => (self.delete, "delete"),
            Action::BulkUpsert(_) | Action::Ingest(_) => (true, ""),
        };
        if allowed { Ok(()) } else { Err(missing(what, table)) }
    }
}

/// The error for a missing permission.
pub(crate) fn missing(what: &str, table: &Table) -> ApiError {
    ApiError::new(StatusCode::FORBIDDEN, format!("the token has no permission to {what} {}", table.model.name))
}

impl Rights {
    /// Creates rights that permit nothing.
    pub fn none() -> Self {
        Self::default()
    }

    /// Creates rights that permit everything.
    pub fn all() -> Self {
        Self { default: Allowed::ALL, models: BTreeMap::new() }
    }

    /// Permits to get and list records of a model.
    pub fn read(self, model: &str) -> Self {
        self.grant(model, |allowed| allowed.read = true)
    }

    /// Permits to create, update and delete records of a model.
    pub fn write(self, model: &str) -> Self {
        self.create(model).update(model).delete(model)
    }

    /// Permits to create records of a model.
    pub fn create(self, model: &str) -> Self {
        self.grant(model, |allowed| allowed.create = true)
    }

    /// Permits to update records of a model.
    pub fn update(self, model: &str) -> Self {
        self.grant(model, |allowed| allowed.update = true)
    }

    /// Permits to delete records of a model.
    pub fn delete(self, model: &str) -> Self {
        self.grant(model, |allowed| allowed.delete = true)
    }

    /// Permits nothing on a model, whatever was granted before.
    pub fn nothing(self, model: &str) -> Self {
        self.grant(model, |allowed| *allowed = Allowed::default())
    }

    fn grant(mut self, model: &str, change: impl FnOnce(&mut Allowed)) -> Self {
        let collection = catalog().table(model).map_or(model, |table| table.collection);
        change(self.models.entry(collection.to_owned()).or_insert(self.default));
        self
    }

    /// Returns the first name that is not a model's.
    pub(crate) fn unknown_model(&self) -> Option<&str> {
        self.models.keys().map(String::as_str).find(|name| catalog().table(name).is_none())
    }

    /// Returns the permissions on a model.
    pub(crate) fn on(&self, table: &Table) -> Allowed {
        self.models.get(table.collection).copied().unwrap_or(self.default)
    }
}
