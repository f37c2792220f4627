//! The generated tables, indexed.

pub(crate) mod catalog;
pub(crate) mod record;
pub mod registry;
pub(crate) mod router;

/// Returns the model that most others refer to.
#[must_use]
pub fn central_model() -> Option<&'static registry::Model> {
    let references = |name: &str| {
        let fields = models().iter().flat_map(|model| model.fields);
        fields.filter(|field| matches!(field.kind, registry::Type::Ref(model) if model == name)).count()
    };
    models().iter().max_by_key(|model| references(model.name)).copied()
}

/// Returns all models of the schema.
#[must_use]
pub fn models() -> &'static [&'static registry::Model] {
    crate::generated::MODELS
}
