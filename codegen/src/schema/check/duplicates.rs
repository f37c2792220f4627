//! Rules about things declared twice.

use super::types::{nested, sites};
use crate::{
    ir::OperationKind,
    schema::{Model, Operations, Schema, ShapeField, types::TypeExpr},
    source::{Span, Str, diagnostic::Diagnostic, rules},
};

/// Reports each name that was there before.
fn twice<'a>(what: &str, names: impl IntoIterator<Item = (&'a str, Span)>, out: &mut Vec<Diagnostic>) {
    let mut seen: Vec<(&str, Span)> = Vec::new();
    for (name, span) in names {
        match seen.iter().find(|(first, _)| *first == name) {
            Some((_, first)) => {
                let message = format!("duplicate {what} `{name}`");
                out.push(Diagnostic::new(&rules::DUPLICATE, span, message).also(*first, "first here"));
            }
            None => seen.push((name, span)),
        }
    }
}

fn place(name: &Str) -> (&str, Span) {
    (name.as_str(), name.span)
}

pub fn duplicate(schema: &Schema, out: &mut Vec<Diagnostic>) {
    let root = &schema.root;
    twice("host", root.hosts.iter().map(|host| place(&host.name)), out);
    twice("group", root.groups.iter().map(|group| place(&group.name)), out);
    twice("shape", root.shapes.iter().map(|shape| place(&shape.name)), out);
    // Ids point at models and entities by the same kind of name.
    let entities = root.entities.iter().map(|entity| place(&entity.name));
    twice("model or entity", entities.chain(schema.models.iter().map(|file| place(&file.model.name))), out);
    twice("handle", schema.models.iter().map(|file| place(&file.model.handle)), out);
    for group in &root.groups {
        twice("field", group.fields.iter().map(|field| place(&field.name)), out);
    }
    root.shapes.iter().for_each(|shape| shape_fields(&shape.fields, out));
    schema.models.iter().for_each(|file| in_model(schema, &file.model, out));
    for ty in sites(schema).iter().flat_map(|site| nested(site.ty)) {
        if let TypeExpr::Enum(values) = &ty.value {
            twice("value", values.iter().map(place), out);
        }
    }
}

fn shape_fields(fields: &[ShapeField], out: &mut Vec<Diagnostic>) {
    twice("field", fields.iter().map(|field| place(&field.name)), out);
}

fn in_model(schema: &Schema, model: &Model, out: &mut Vec<Diagnostic>) {
    // Two fields of one group are reported where the group is.
    let fields = schema.fields(model);
    let mut seen: Vec<(&str, Span)> = Vec::new();
    for used in &fields {
        let name = used.field.name.as_str();
        match seen.iter().find(|(first, span)| *first == name && *span != used.span()) {
            Some((_, first)) => {
                let message = format!("duplicate field `{name}`");
                out.push(Diagnostic::new(&rules::DUPLICATE, used.span(), message).also(*first, "first here"));
            }
            None => seen.push((name, used.span())),
        }
    }
    // Shared shapes that are there twice are found again for every model; the same error is shown once.
    twice("shape", schema.root.shapes.iter().chain(&model.shapes).map(|shape| place(&shape.name)), out);
    model.shapes.iter().for_each(|shape| shape_fields(&shape.fields, out));
    twice("body", model.bodies.iter().map(|body| place(&body.name)), out);
    for body in &model.bodies {
        twice("field", body.fields.iter().map(place), out);
    }
    twice("endpoint", model.endpoints.iter().map(|endpoint| place(&endpoint.name)), out);
    for filters in model.filters() {
        let names = filters.iter().flat_map(|filter| std::iter::once(&filter.name).chain(&filter.aliases));
        twice("filter", names.map(place), out);
    }
}

/// A method, a path and where it is declared.
struct Route<'a> {
    method: &'static str,
    host: &'a str,
    path: String,
    span: Span,
    model: &'a str,
    /// The model itself, or the one that it is part of. A part shares the routes of its whole.
    family: &'a str,
}

impl Route<'_> {
    fn clashes(&self, other: &Self) -> bool {
        let same = (self.method, self.host, &self.path) == (other.method, other.host, &other.path);
        same && (self.family != other.family || self.model == other.model)
    }
}

pub fn duplicate_route(schema: &Schema, out: &mut Vec<Diagnostic>) {
    let host = schema.root.hosts.first().map_or("", |host| host.name.as_str());
    let mut seen: Vec<Route<'_>> = Vec::new();
    // Two models with one path clash in every operation, which is one error.
    let mut reported = Vec::new();
    for route in schema.models.iter().flat_map(|file| routes(&file.model, host)) {
        match seen.iter().find(|first| first.clashes(&route)) {
            Some(first) if !reported.contains(&route.span) => {
                reported.push(route.span);
                let message = format!("duplicate route `{} {}`", route.method, route.path);
                out.push(Diagnostic::new(&rules::DUPLICATE_ROUTE, route.span, message).also(first.span, "first here"));
            }
            Some(_) => {}
            None => seen.push(route),
        }
    }
}

/// The routes of a model. `default_host` is the one of all operations that do not name another.
fn routes<'a>(model: &'a Model, default_host: &'a str) -> Vec<Route<'a>> {
    let name = model.name.as_str();
    let family = model.part_of.as_ref().map_or(name, |part| part.model.as_str());
    let route = |kind: OperationKind, host, path: String, span| Route {
        method: kind.method(),
        host,
        path,
        span,
        model: name,
        family,
    };
    let given = model.operations.iter().flat_map(Operations::given);
    let mut routes: Vec<Route<'a>> =
        given.map(|(kind, _)| route(kind, default_host, kind.path(&model.path), model.path.span)).collect();
    for endpoint in &model.endpoints {
        let special = |kind, host, path: &Str| route(kind, host, path.value.clone(), path.span);
        let (list, copy, ingest) = (&endpoint.list, &endpoint.copy, &endpoint.ingest);
        routes.extend(list.iter().map(|list| special(OperationKind::List, default_host, &list.path)));
        routes.extend(copy.iter().map(|copy| special(OperationKind::Copy, default_host, &copy.path)));
        routes.extend(ingest.iter().map(|ingest| special(OperationKind::Ingest, ingest.host.as_str(), &ingest.path)));
    }
    routes
}
