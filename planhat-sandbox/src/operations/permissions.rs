//! What a token may do.

use std::{collections::BTreeMap, str::FromStr};

use axum::http::StatusCode;

use crate::{
    operations::error::Refusal,
    tables::{
        catalog::{Table, catalog},
        registry::Action,
    },
};

/// What a token may do, model by model. Models are named as Planhat writes them; the parts of a model, such as the
/// tickets among the conversations, have the rights of the whole.
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
    others: Allowed,
    models: BTreeMap<String, Allowed>,
}

/// Why a text says no rights.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is no right; it must be \"all\", or a model behind one of read:, write:, create:, update:, delete:, nothing:"
)]
pub struct RightsError(String);

impl FromStr for Rights {
    type Err = RightsError;

    /// Reads parts such as `all`, `read:Company`, `write:Time Entry` and `nothing:Invoice`, with commas between them. A
    /// later one adds to, or takes from, those before.
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

/// What may be done with the records of one model.
#[derive(Debug, Clone, Copy, Default)]
#[expect(clippy::struct_excessive_bools, reason = "any mix of the four is possible")]
pub(crate) struct Allowed {
    read: bool,
    pub(crate) create: bool,
    pub(crate) update: bool,
    delete: bool,
}

impl Allowed {
    pub(crate) const ALL: Self = Self { read: true, create: true, update: true, delete: true };

    /// Refuses a call that may not be made at all. A bulk write may come to nothing, but is always answered in full.
    pub(crate) fn check(self, action: &Action, table: &Table) -> Result<(), Refusal> {
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

/// The permission to do something is missing.
pub(crate) fn missing(what: &str, table: &Table) -> Refusal {
    Refusal::new(StatusCode::FORBIDDEN, format!("the token has no permission to {what} {}", table.model.name))
}

impl Rights {
    /// The right to do nothing.
    pub fn none() -> Self {
        Self::default()
    }

    /// The right to do everything.
    pub fn all() -> Self {
        Self { others: Allowed::ALL, models: BTreeMap::new() }
    }

    /// To get and list records of a model too.
    pub fn read(self, model: &str) -> Self {
        self.grant(model, |allowed| allowed.read = true)
    }

    /// To create, update and delete records of a model too.
    pub fn write(self, model: &str) -> Self {
        self.create(model).update(model).delete(model)
    }

    /// To create records of a model too.
    pub fn create(self, model: &str) -> Self {
        self.grant(model, |allowed| allowed.create = true)
    }

    /// To update records of a model too.
    pub fn update(self, model: &str) -> Self {
        self.grant(model, |allowed| allowed.update = true)
    }

    /// To delete records of a model too.
    pub fn delete(self, model: &str) -> Self {
        self.grant(model, |allowed| allowed.delete = true)
    }

    /// To do nothing with a model, whatever was granted so far.
    pub fn nothing(self, model: &str) -> Self {
        self.grant(model, |allowed| *allowed = Allowed::default())
    }

    fn grant(mut self, model: &str, change: impl FnOnce(&mut Allowed)) -> Self {
        let whole = catalog().table(model).map_or(model, |table| table.home);
        change(self.models.entry(whole.to_owned()).or_insert(self.others));
        self
    }

    /// The first name that is no model's.
    pub(crate) fn unknown_model(&self) -> Option<&str> {
        self.models.keys().map(String::as_str).find(|name| catalog().table(name).is_none())
    }

    /// What may be done with the records of a model.
    pub(crate) fn on(&self, table: &Table) -> Allowed {
        self.models.get(table.home).copied().unwrap_or(self.others)
    }
}
