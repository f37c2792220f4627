//! Where in one of the two schemas types are looked up.

use crate::ir::{Api, Model, Shape};

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
    /// The latest name of a model.
    #[must_use]
    pub fn known_as(self, model: &'a str) -> &'a str {
        self.renamed.iter().find(|(was, _)| *was == model).map_or(model, |(_, is)| is)
    }

    /// The same within a model.
    #[must_use]
    pub fn of(self, model: &'a Model) -> Self {
        Self { model: Some(model), ..self }
    }

    /// The same within a shape.
    #[must_use]
    pub fn within(self, shape: &'a Shape) -> Self {
        Self { shape: Some(shape), ..self }
    }
}
