//! Rules about names that point at something.

use super::types::{nested, sites};
use crate::{
    schema::{AboutField, Entry, Filter, Include, Model, Schema, Shape, types::TypeExpr},
    source::{Str, diagnostic::Diagnostic, rules, rules::Rule},
};

/// A name of something that does not exist.
fn unknown<'a>(rule: &'static Rule, what: &str, name: &Str, known: impl IntoIterator<Item = &'a str>) -> Diagnostic {
    Diagnostic::new(rule, name.span, format!("unknown {what} `{}`", name.value)).suggest(name, known)
}

fn includes(model: &Model) -> impl Iterator<Item = &Include> {
    model.fields.iter().filter_map(|entry| match entry {
        Entry::Include(include) => Some(include),
        Entry::Field(_) => None,
    })
}

pub fn unknown_group(schema: &Schema, out: &mut Vec<Diagnostic>) {
    for include in schema.models.iter().flat_map(|file| includes(&file.model)) {
        if schema.group(&include.include).is_none() {
            let known = schema.root.groups.iter().map(|group| group.name.as_str());
            out.push(unknown(&rules::UNKNOWN_GROUP, "group", &include.include, known));
        }
    }
}

pub fn unknown_field(schema: &Schema, out: &mut Vec<Diagnostic>) {
    for file in &schema.models {
        let model = &file.model;
        for name in named_fields(schema, model) {
            field_of(schema, model, name, out);
        }
        for about in model.bodies.iter().filter_map(|body| body.about.as_ref()) {
            if let Some(other) = schema.model(&about.model) {
                about.fields.iter().for_each(|field| field_of(schema, &other.model, &field.name, out));
            }
        }
        for body in &model.bodies {
            let sources: Vec<_> =
                body.about.iter().flat_map(|about| about.fields.iter().map(AboutField::source)).collect();
            for name in body.required.iter().chain(&body.any_of).chain(&sources) {
                if !body.fields.iter().any(|field| field.value == name.value) {
                    let message = format!("unknown field `{1}` of the body `{0}`", body.name.value, name.value);
                    let known = body.fields.iter().map(|field| field.as_str());
                    out.push(Diagnostic::new(&rules::UNKNOWN_FIELD, name.span, message).suggest(name, known));
                }
            }
        }
        if let Some(part) = &model.part_of
            && let Some(whole) = schema.model(&part.model)
        {
            field_of(schema, &whole.model, &part.field, out);
        }
    }
}

/// The fields that a model names anywhere, except for those that a body does not list.
fn named_fields<'a>(schema: &'a Schema, model: &'a Model) -> Vec<&'a Str> {
    let mut names: Vec<&Str> = Vec::new();
    if let Some(ids) = &model.ids {
        names.extend(ids.external.iter().chain(&ids.source).chain(&ids.within).chain(&ids.domains));
    }
    names.extend(model.part_of.iter().map(|part| &part.field));
    if let Some(operations) = &model.operations {
        names.extend(operations.create.iter().flat_map(|create| &create.any_of));
        if let Some(bulk) = &operations.bulk_upsert {
            names.extend(bulk.keys.iter().chain(&bulk.required).chain(&bulk.any_of));
        }
    }
    names.extend(model.filters().flatten().filter(|filter| filter.needs_field()).map(Filter::compared));
    names.extend(schema.fields(model).iter().flat_map(|used| &used.field.derive).flat_map(|derive| &derive.fields));
    names.extend(model.bodies.iter().flat_map(|body| &body.fields.value));
    names
}

fn field_of(schema: &Schema, model: &Model, name: &Str, out: &mut Vec<Diagnostic>) {
    // A missing group takes its fields with it; that is one error and not many.
    let lacks_group = includes(model).any(|include| schema.group(&include.include).is_none());
    if lacks_group || schema.field(model, name).is_some() {
        return;
    }
    let message = format!("unknown field `{1}` of the model `{0}`", model.name.value, name.value);
    let fields = schema.fields(model);
    let known = fields.iter().map(|used| used.field.name.as_str());
    out.push(Diagnostic::new(&rules::UNKNOWN_FIELD, name.span, message).suggest(name, known));
}

pub fn unknown_shape(schema: &Schema, out: &mut Vec<Diagnostic>) {
    for file in &schema.models {
        for name in file.model.endpoints.iter().filter_map(|endpoint| endpoint.list.as_ref()?.returns.as_ref()) {
            let own = &file.model.shapes;
            if own.iter().any(|shape| shape.name.value == name.value) {
                continue;
            }
            let known = own.iter().map(|shape| shape.name.as_str());
            let diagnostic = unknown(&rules::UNKNOWN_SHAPE, "shape", name, known);
            out.push(match schema.root.shapes.iter().find(|shape| shape.name.value == name.value) {
                Some(shared) => diagnostic
                    .also(shared.name.span, "a shared shape")
                    .help("move the shape into the model: an endpoint cannot return a shared shape"),
                None => diagnostic,
            });
        }
    }
}

pub fn unknown_body(schema: &Schema, out: &mut Vec<Diagnostic>) {
    for file in &schema.models {
        for ingest in file.model.endpoints.iter().filter_map(|endpoint| endpoint.ingest.as_ref()) {
            if file.model.body(&ingest.body).is_none() {
                let known = file.model.bodies.iter().map(|body| body.name.as_str());
                out.push(unknown(&rules::UNKNOWN_BODY, "body", &ingest.body, known));
            }
        }
    }
}

pub fn unknown_host(schema: &Schema, out: &mut Vec<Diagnostic>) {
    let endpoints = schema.models.iter().flat_map(|file| &file.model.endpoints);
    for ingest in endpoints.filter_map(|endpoint| endpoint.ingest.as_ref()) {
        let mut known = schema.root.hosts.iter().map(|host| host.name.as_str());
        if !known.clone().any(|name| name == ingest.host.value) {
            out.push(unknown(&rules::UNKNOWN_HOST, "host", &ingest.host, known.by_ref()));
        }
    }
}

pub fn unknown_model(schema: &Schema, out: &mut Vec<Diagnostic>) {
    let bodies = schema.models.iter().flat_map(|file| &file.model.bodies);
    for about in bodies.filter_map(|body| body.about.as_ref()) {
        if !schema.has_model(&about.model) {
            out.push(unknown(&rules::UNKNOWN_MODEL, "model", &about.model, schema.model_names()));
        }
    }
    for part in schema.models.iter().filter_map(|file| file.model.part_of.as_ref()) {
        if !schema.has_model(&part.model) {
            out.push(unknown(&rules::UNKNOWN_MODEL, "model", &part.model, schema.model_names()));
        }
        if let Some(third) = schema.model(&part.model).and_then(|whole| whole.model.part_of.as_ref()) {
            let message = format!("`{}` is itself part of another model", part.model.value);
            out.push(Diagnostic::new(&rules::UNKNOWN_MODEL, part.model.span, message).also(third.model.span, "here"));
        }
    }
}

/// What nobody uses. As long as a model could not be read in full, it may be the one that does.
pub fn unused(schema: &Schema, out: &mut Vec<Diagnostic>) {
    let mut report = |what: &str, name: &Str| {
        let message = format!("unused {what} `{}`", name.value);
        out.push(Diagnostic::new(&rules::UNUSED, name.span, message));
    };
    if schema.incomplete.is_empty() {
        for group in &schema.root.groups {
            let mut all = schema.models.iter().flat_map(|file| includes(&file.model));
            if !all.any(|include| include.include.value == group.name.value) {
                report("group", &group.name);
            }
        }
        schema
            .root
            .shapes
            .iter()
            .filter(|shape| !is_used(schema, None, shape))
            .for_each(|shape| report("shape", &shape.name));
    }
    for file in &schema.models {
        let model = &file.model;
        model
            .shapes
            .iter()
            .filter(|shape| !is_used(schema, Some(model), shape))
            .for_each(|shape| report("shape", &shape.name));
        for body in &model.bodies {
            let mut ingests = model.endpoints.iter().filter_map(|endpoint| endpoint.ingest.as_ref());
            if !ingests.any(|ingest| ingest.body.value == body.name.value) {
                report("body", &body.name);
            }
        }
    }
}

fn is_used(schema: &Schema, model: Option<&Model>, shape: &Shape) -> bool {
    let name = &shape.name.value;
    let seen = |other: Option<&Model>| model.is_none_or(|model| other.is_some_and(|other| std::ptr::eq(model, other)));
    let sites = sites(schema);
    let mut types = sites.iter().filter(|site| seen(site.model)).flat_map(|site| nested(site.ty));
    let mut returned =
        model.into_iter().flat_map(|model| &model.endpoints).filter_map(|endpoint| endpoint.list.as_ref());
    types.any(|ty| matches!(&ty.value, TypeExpr::Shape(used) if used.value == *name))
        || returned.any(|list| list.returns.as_ref().is_some_and(|used| used.value == *name))
}
