//! The generated tables, indexed. They know nothing of what is stored.

pub(crate) mod catalog;
pub(crate) mod record;
pub mod registry;
pub(crate) mod router;

/// The model that most others point at: the one to begin with.
#[must_use]
pub fn central_model() -> Option<&'static registry::Model> {
    let pointers = |name: &str| {
        let fields = models().iter().flat_map(|model| model.fields);
        fields.filter(|field| matches!(field.kind, registry::Type::Ref(model) if model == name)).count()
    };
    models().iter().max_by_key(|model| pointers(model.name)).copied()
}

/// The models that a sandbox serves.
#[must_use]
pub fn models() -> &'static [&'static registry::Model] {
    crate::generated::MODELS
}
