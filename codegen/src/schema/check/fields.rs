//! Rules about what fields are and are asked for.

use crate::{
    schema::{Entry, Field, IdForm, Model, Schema},
    source::{Str, diagnostic::Diagnostic, rules},
};

pub fn required_without_create(schema: &Schema, out: &mut Vec<Diagnostic>) {
    for model in schema.models.iter().map(|file| &file.model).filter(|model| !model.has_create()) {
        for used in schema.fields(model).iter().filter(|used| used.field.required) {
            let name = &used.field.name.value;
            let message = format!("`{name}` is required, but `{}` has no `create`", model.name.value);
            out.push(Diagnostic::new(&rules::REQUIRED_WITHOUT_CREATE, used.span(), message));
        }
    }
}

pub fn field_flags(schema: &Schema, out: &mut Vec<Diagnostic>) {
    let mut check = |field: &Field| {
        let mut report = |message: &str| out.push(Diagnostic::new(&rules::FIELD_FLAGS, field.name.span, message));
        if field.computed && field.required {
            report("a computed field cannot be required: only the server sets it");
        }
        if field.computed && field.write_only {
            report("a computed field cannot be write-only: nobody would see it");
        }
        if field.required && field.default.is_some() {
            report("a required field cannot have a default: it is always sent");
        }
    };
    schema.root.groups.iter().flat_map(|group| &group.fields.value).for_each(&mut check);
    for entry in schema.models.iter().flat_map(|file| &file.model.fields.value) {
        if let Entry::Field(field) = entry {
            check(field);
        }
    }
}

/// `keys` are exempt: a record is matched by `_id`, which the server made.
pub fn not_written(schema: &Schema, out: &mut Vec<Diagnostic>) {
    for model in schema.models.iter().map(|file| &file.model) {
        for name in asked(model) {
            if schema.field(model, name).is_some_and(|used| used.field.computed) {
                let message = format!("`{}` is computed: callers cannot send it", name.value);
                out.push(Diagnostic::new(&rules::NOT_WRITTEN, name.span, message));
            }
        }
    }
}

/// The fields that a caller is asked for.
fn asked(model: &Model) -> Vec<&Str> {
    let mut names: Vec<&Str> = model.bodies.iter().flat_map(|body| &body.fields.value).collect();
    if let Some(operations) = &model.operations {
        names.extend(operations.create.iter().flat_map(|create| &create.any_of));
        names.extend(operations.bulk_upsert.iter().flat_map(|bulk| bulk.required.iter().chain(&bulk.any_of)));
    }
    names
}

pub fn id_without_field(schema: &Schema, out: &mut Vec<Diagnostic>) {
    for model in schema.models.iter().map(|file| &file.model) {
        for form in model.by_id().flat_map(|operation| &operation.ids.value) {
            let ids = model.ids.as_ref();
            let (name, field) = match form.value {
                IdForm::Id => continue,
                IdForm::External => ("external", ids.and_then(|ids| ids.external.as_ref())),
                IdForm::Source => ("source", ids.and_then(|ids| ids.source.as_ref())),
            };
            if field.is_none() {
                let message = format!("missing field for `{name}` ids of `{}`", model.name.value);
                let help = format!("add `ids: {{{name}: …}}` to the model");
                out.push(Diagnostic::new(&rules::ID_WITHOUT_FIELD, form.span, message).help(help));
            }
        }
    }
}
