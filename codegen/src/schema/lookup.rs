//! Finding things in the schema by name, for the checks and for [`lower`](crate::schema::lower).

use crate::{
    ir::{Evidence, OperationKind, Test},
    schema::{
        Body, ById, Entity, Entry, Field, Filter, Group, Include, Model, ModelFile, Operations, Schema, Shape, names,
    },
    source::{Span, Spanned, Str},
};

/// A field of a model, declared there or included with a group.
#[derive(Debug, Clone, Copy)]
pub struct FieldUse<'a> {
    pub field: &'a Field,
    /// What included it.
    pub include: Option<&'a Include>,
}

impl FieldUse<'_> {
    /// Where the model's file says that it has the field.
    pub fn span(&self) -> Span {
        self.include.map_or(self.field.name.span, |include| include.include.span)
    }

    /// How sure we are that the model has the field.
    pub fn evidence(&self) -> Evidence {
        let own = self.field.evidence.as_ref();
        own.or_else(|| self.include?.evidence.as_ref()).map_or(Evidence::Docs, |evidence| evidence.value)
    }
}

impl Field {
    /// The name that the name in Rust is made of.
    pub fn rust_name(&self) -> &Str {
        self.rust.as_ref().unwrap_or(&self.name)
    }
}

impl Schema {
    /// A model that was read in full.
    pub fn model(&self, name: &str) -> Option<&ModelFile> {
        self.models.iter().find(|file| file.model.name.value == name)
    }

    /// Whether there is such a model, even if it could not be read in full.
    pub fn has_model(&self, name: &str) -> bool {
        let stem = names::snake(name);
        self.model(name).is_some() || self.incomplete.iter().any(|known| known == name || *known == stem)
    }

    pub fn model_names(&self) -> impl Iterator<Item = &str> {
        let complete = self.models.iter().map(|file| file.model.name.as_str());
        complete.chain(self.incomplete.iter().map(String::as_str))
    }

    pub fn entity(&self, name: &str) -> Option<&Entity> {
        self.root.entities.iter().find(|entity| entity.name.value == name)
    }

    pub fn group(&self, name: &str) -> Option<&Group> {
        self.root.groups.iter().find(|group| group.name.value == name)
    }

    /// The shapes that can be named in a model, or in `planhat.yaml` if none is given.
    pub fn shapes<'a>(&'a self, model: Option<&'a Model>) -> impl Iterator<Item = &'a Shape> {
        model.into_iter().flat_map(|model| &model.shapes).chain(&self.root.shapes)
    }

    /// The fields of a model with those of its groups, in order.
    pub fn fields<'a>(&'a self, model: &'a Model) -> Vec<FieldUse<'a>> {
        let mut fields = Vec::new();
        for entry in &model.fields.value {
            match entry {
                Entry::Field(field) => fields.push(FieldUse { field, include: None }),
                Entry::Include(include) => {
                    let group = self.group(&include.include).into_iter().flat_map(|group| &group.fields.value);
                    fields.extend(group.map(|field| FieldUse { field, include: Some(include) }));
                }
            }
        }
        fields
    }

    pub fn field<'a>(&'a self, model: &'a Model, name: &str) -> Option<FieldUse<'a>> {
        self.fields(model).into_iter().find(|used| used.field.name.value == name)
    }
}

impl Model {
    /// The filters of each list that has some.
    pub fn filters(&self) -> impl Iterator<Item = &Vec<Filter>> {
        let standard =
            self.operations.iter().filter_map(|operations| operations.list.as_ref()).map(|list| &list.filters);
        let special = self.endpoints.iter().filter_map(|endpoint| endpoint.list.as_ref()).map(|list| &list.filters);
        standard.chain(special)
    }

    pub fn by_id(&self) -> impl Iterator<Item = &ById> {
        let operations = self.operations.iter();
        operations
            .flat_map(|operations| [&operations.get, &operations.update, &operations.delete].into_iter().flatten())
    }

    pub fn body(&self, name: &str) -> Option<&Body> {
        self.bodies.iter().find(|body| body.name.value == name)
    }

    /// Whether records can be changed, which takes a patch.
    pub fn has_patch(&self) -> bool {
        let operations = self.operations.as_ref();
        operations.is_some_and(|operations| operations.update.is_some() || operations.bulk_upsert.is_some())
    }

    /// Whether one record can be created.
    pub fn has_create(&self) -> bool {
        self.operations.as_ref().is_some_and(|operations| operations.create.is_some())
    }
}

impl Operations {
    /// The operations that there are, with their places.
    pub fn given(&self) -> impl Iterator<Item = (OperationKind, Span)> {
        let spans = [
            self.create.as_ref().map(|operation| operation.span),
            self.get.as_ref().map(|operation| operation.span),
            self.update.as_ref().map(|operation| operation.span),
            self.delete.as_ref().map(|operation| operation.span),
            self.list.as_ref().map(|operation| operation.span),
            self.bulk_upsert.as_ref().map(|operation| operation.span),
        ];
        OperationKind::STANDARD.into_iter().zip(spans).filter_map(|(kind, span)| Some((kind, span?)))
    }

    pub fn any(&self) -> bool {
        self.given().next().is_some()
    }
}

impl Filter {
    /// The name that the name in Rust is made of.
    pub fn rust_name(&self) -> &Str {
        self.rust.as_ref().unwrap_or(&self.name)
    }

    /// Whether what it does depends on a field.
    pub fn needs_field(&self) -> bool {
        self.field.is_some() || self.test.as_ref().is_none_or(|test| test.value != Test::None)
    }

    pub fn compared(&self) -> &Spanned<String> {
        self.field.as_ref().unwrap_or(&self.name)
    }
}
