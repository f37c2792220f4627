//! One of the two schemas, and where in it types are looked up.

use super::places::Places;
use crate::diagnostic::Diagnostics;
use crate::ir::{Api, Enum, Model, Shape};
use crate::source::Source;

/// One of the two schemas.
#[derive(Debug, Clone)]
pub struct Side {
    /// The API.
    pub api: Api,
    /// Where its schema says what.
    pub places: Places,
}

impl Side {
    /// Reads a schema.
    ///
    /// # Errors
    ///
    /// If it has mistakes: all of them.
    pub fn parse(sources: Vec<Source>) -> Result<Self, Diagnostics> {
        let (api, places) = crate::parse_with_places(sources)?;
        Ok(Self { api, places })
    }
}

/// Where a type stands.
#[derive(Debug, Clone, Copy)]
pub struct Scope<'a> {
    /// The API.
    pub api: &'a Api,
    /// The model, unless it is in a shared shape.
    pub model: Option<&'a Model>,
    /// The shape, if it is in one.
    pub shape: Option<&'a Shape>,
    /// Models that have another name on the other side: what they were called, what they are called.
    pub renamed: &'a [(&'a str, &'a str)],
}

impl<'a> Scope<'a> {
    /// The enums that types refer to.
    #[must_use]
    pub fn enums(self) -> &'a [Enum] {
        let model = || self.model.map_or(&[] as &[Enum], |model| &model.enums);
        self.shape.map_or_else(model, |shape| &shape.enums)
    }

    /// The shapes of the model.
    #[must_use]
    pub fn shapes(self) -> &'a [Shape] {
        self.model.map_or(&[], |model| &model.shapes)
    }

    /// The latest name of a model.
    #[must_use]
    pub fn known_as(self, model: &'a str) -> &'a str {
        self.renamed.iter().find(|(was, _)| *was == model).map_or(model, |(_, is)| is)
    }

    /// The same within a shape.
    #[must_use]
    pub fn within(self, shape: &'a Shape) -> Self {
        Self { shape: Some(shape), ..self }
    }
}
