//! What the fields of a record, or of an object inside of it, are by the schema.

use std::collections::BTreeMap;

use crate::{
    ir::{Api, Enum, Field, Model, Shape, Type, enums},
    schema::types::{Named, written},
};

/// Where fields are declared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// In a model: the index in [`Api::models`].
    Model(usize),
    /// In a shape of a model's own: the indices in [`Api::models`] and [`Model::shapes`].
    Own(usize, usize),
    /// In a shape that several models share: the index in [`Api::shapes`].
    Shared(usize),
}

/// A field and its place in its list.
pub type Known<'a> = (usize, &'a Field);

/// The fields of the schema by their names on the wire.
#[derive(Debug)]
pub struct Scopes<'a> {
    /// The schema.
    pub api: &'a Api,
    fields: BTreeMap<Scope, BTreeMap<&'a str, Known<'a>>>,
}

impl<'a> Scopes<'a> {
    /// Looks through a schema.
    #[must_use]
    pub fn new(api: &'a Api) -> Self {
        let mut fields = BTreeMap::new();
        for (index, shape) in api.shapes.iter().enumerate() {
            fields.insert(Scope::Shared(index), by_name(&shape.fields));
        }
        for (number, model) in api.models.iter().enumerate() {
            fields.insert(Scope::Model(number), by_name(&model.fields));
            for (index, shape) in model.shapes.iter().enumerate() {
                fields.insert(Scope::Own(number, index), by_name(&shape.fields));
            }
        }
        Self { api, fields }
    }

    /// A field by its name on the wire.
    #[must_use]
    pub fn field(&self, scope: Scope, wire: &str) -> Option<Known<'a>> {
        self.fields.get(&scope)?.get(wire).copied()
    }

    /// The model that a scope is in, if it is in one.
    #[must_use]
    pub fn model(&self, scope: Scope) -> Option<&'a Model> {
        match scope {
            Scope::Model(model) | Scope::Own(model, _) => self.api.models.get(model),
            Scope::Shared(_) => None,
        }
    }

    /// The shape that a scope is, if it is one.
    #[must_use]
    pub fn shape(&self, scope: Scope) -> Option<&'a Shape> {
        match scope {
            Scope::Model(_) => None,
            Scope::Own(model, shape) => self.api.models.get(model)?.shapes.get(shape),
            Scope::Shared(shape) => self.api.shapes.get(shape),
        }
    }

    /// The fields of a scope in their order.
    #[must_use]
    pub fn list(&self, scope: Scope) -> &'a [Field] {
        match self.shape(scope) {
            Some(shape) => &shape.fields,
            None => self.model(scope).map_or(&[], |model| &model.fields),
        }
    }

    /// What a scope is called.
    #[must_use]
    pub fn name(&self, scope: Scope) -> &'a str {
        match self.shape(scope) {
            Some(shape) => &shape.name,
            None => self.model(scope).map_or("", |model| &model.name),
        }
    }

    /// Describes a scope, such as ``the shape `Owner` ``.
    #[must_use]
    pub fn words(&self, scope: Scope) -> String {
        let noun = if matches!(scope, Scope::Model(_)) { "the model" } else { "the shape" };
        format!("{noun} `{}`", self.name(scope))
    }

    /// The file that a scope is declared in.
    #[must_use]
    pub fn file(&self, scope: Scope) -> &'a str {
        self.model(scope).map_or(crate::schema::load::ROOT, |model| &model.file)
    }

    /// An enum of a scope.
    #[must_use]
    pub fn open_enum(&self, scope: Scope, index: usize) -> Option<&'a Enum> {
        enums(self.model(scope), self.shape(scope)).get(index)
    }

    /// The scope that a type opens where it is used, if it is a shape.
    #[must_use]
    pub fn inner(&self, scope: Scope, ty: &Type) -> Option<Scope> {
        match (ty, scope) {
            (Type::SharedShape(shape), _) => Some(Scope::Shared(*shape)),
            (Type::OwnShape(shape), Scope::Model(model) | Scope::Own(model, _)) => Some(Scope::Own(model, *shape)),
            _ => None,
        }
    }

    /// A type of a scope as the schema writes it, with more values in its enum.
    #[must_use]
    pub fn type_text(&self, scope: Scope, ty: &Type, more: &[String]) -> String {
        written(ty, &|named| match named {
            Named::Target(target) => self.api.target(target).to_owned(),
            Named::Enum(index) => {
                let known = self.open_enum(scope, index).into_iter().flat_map(|found| &found.variants);
                let values: Vec<&str> = known.map(|value| &value.wire).chain(more).map(String::as_str).collect();
                format!("enum({})", values.join(", "))
            }
            Named::Shape(ty) => self.inner(scope, ty).map_or("", |inner| self.name(inner)).to_owned(),
        })
    }
}

fn by_name(fields: &[Field]) -> BTreeMap<&str, Known<'_>> {
    fields.iter().enumerate().map(|(index, field)| (field.wire.as_str(), (index, field))).collect()
}
