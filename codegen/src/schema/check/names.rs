//! Rules about the names that things get in Rust.

use heck::ToSnakeCase;

use super::types::{nested, sites};
use crate::{
    schema::{Filter, Model, ModelFile, Schema, Shape, ShapeField, lookup::FieldUse, names, reserved, types::TypeExpr},
    source::{Span, Str, diagnostic::Diagnostic, rules},
};

/// A name in Rust, the name in the schema that it comes from, and where that stands.
type Claim<'a> = (String, &'a str, Span);

fn claim(rust: String, name: &Str) -> Claim<'_> {
    (rust, name.as_str(), name.span)
}

/// Reports the names that differ in the schema and not in Rust. The same name twice is another rule's business.
fn clashes(what: &str, claims: Vec<Claim<'_>>, out: &mut Vec<Diagnostic>) {
    let mut seen: Vec<Claim<'_>> = Vec::new();
    for (rust, name, span) in claims {
        // A name of which nothing is left breaks another rule.
        if rust.is_empty() {
            continue;
        }
        let Some((_, first, first_span)) = seen.iter().find(|(known, _, _)| *known == rust) else {
            seen.push((rust, name, span));
            continue;
        };
        if *first != name {
            let message = format!("`{name}` and `{first}` have the same {what} `{rust}` in Rust");
            out.push(Diagnostic::new(&rules::NAME_CLASH, span, message).also(*first_span, "first here"));
        }
    }
}

/// Two names that clash in several ways are one error.
pub fn name_clash(schema: &Schema, out: &mut Vec<Diagnostic>) {
    let mut found = Vec::new();
    all_clashes(schema, &mut found);
    let mut seen = Vec::new();
    for clash in found {
        let place: Vec<Span> = clash.labels.iter().map(|label| label.span).collect();
        if !seen.contains(&place) {
            seen.push(place);
            out.push(clash);
        }
    }
}

fn all_clashes(schema: &Schema, out: &mut Vec<Diagnostic>) {
    shared_types(schema, out);
    let shapes = schema.root.shapes.iter().chain(schema.models.iter().flat_map(|file| &file.model.shapes));
    for shape in shapes {
        clashes(
            "name",
            shape.fields.iter().flat_map(|field| setters(&field.name, &field.name, field.name.span)).collect(),
            out,
        );
    }
    for file in &schema.models {
        for fields in structs(schema, &file.model) {
            clashes(
                "name",
                fields.iter().flat_map(|used| setters(used.field.rust_name(), &used.field.name, used.span())).collect(),
                out,
            );
            clashes("variant", fields.iter().map(variant).collect(), out);
        }
        clashes("type", types(schema, file), out);
        for filters in file.model.filters() {
            clashes(
                "name",
                filters.iter().map(|filter| claim(names::filter(filter.rust_name()), &filter.name)).collect(),
                out,
            );
        }
    }
    for ty in sites(schema).iter().flat_map(|site| nested(site.ty)) {
        if let TypeExpr::Enum(values) = &ty.value {
            clashes("variant", values.iter().map(|value| claim(names::variant(value), value)).collect(), out);
        }
    }
}

/// The fields that stand together in one type: those of the records, and those of each body.
fn structs<'a>(schema: &'a Schema, model: &'a Model) -> Vec<Vec<FieldUse<'a>>> {
    let bodies = model.bodies.iter().map(|body| {
        let is_sent = |used: &FieldUse<'_>| body.fields.iter().any(|name| name.value == used.field.name.value);
        schema.fields(model).into_iter().filter(is_sent).collect()
    });
    let has_records = model.operations.is_some() || model.filters().next().is_some() || model.bodies.is_empty();
    bodies.chain(has_records.then(|| schema.fields(model))).collect()
}

/// What a field is called, and the methods that are called after it.
fn setters<'a>(rust: &Str, name: &'a Str, span: Span) -> Vec<Claim<'a>> {
    let rust = names::field(rust);
    let plain = rust.strip_prefix("r#").unwrap_or(&rust).to_owned();
    [rust, format!("clear_{plain}"), format!("with_{plain}")].map(|rust| (rust, name.as_str(), span)).into()
}

fn variant<'a>(used: &FieldUse<'a>) -> Claim<'a> {
    (names::variant(used.field.rust_name()), used.field.name.as_str(), used.span())
}

/// The types in a model's module.
fn types<'a>(schema: &'a Schema, file: &'a ModelFile) -> Vec<Claim<'a>> {
    let mut claims: Vec<Claim<'_>> = names::own_types(file).into_iter().map(|(rust, name)| claim(rust, name)).collect();
    let enums = names::enums(schema, file);
    claims.extend(enums.into_iter().map(|found| (found.rust, found.name.as_str(), found.span)));
    claims.extend(file.model.shapes.iter().flat_map(shape_enums));
    claims
}

fn shape_enums(shape: &Shape) -> impl Iterator<Item = Claim<'_>> {
    let with_enum = |field: &&ShapeField| field.r#type.values().is_some();
    shape
        .fields
        .iter()
        .filter(with_enum)
        .map(|field| claim(names::shape_enum_type(&shape.name, &field.name), &field.name))
}

/// The types that all modules see: entities, shared shapes, and what is read and written of each model.
fn shared_types(schema: &Schema, out: &mut Vec<Diagnostic>) {
    let entities = schema.root.entities.iter().map(|entity| claim(names::pascal(&entity.name), &entity.name));
    let shapes = schema.root.shapes.iter().map(|shape| claim(names::pascal(&shape.name), &shape.name));
    let enums = schema.root.shapes.iter().flat_map(shape_enums);
    let records = schema.models.iter().map(|file| claim(names::model(file).record, record(&file.model)));
    let written = schema.models.iter().flat_map(written);
    clashes("type", entities.chain(shapes).chain(enums).chain(records).chain(written).collect(), out);
}

/// The create type and the patch type, as far as the model has them. Where no Rust needs the patch, OpenAPI does.
fn written(file: &ModelFile) -> Vec<Claim<'_>> {
    let names = names::model(file);
    let new = file.model.has_create().then_some(names.new);
    let patch = (file.model.has_create() || file.model.has_patch()).then_some(names.patch);
    new.into_iter().chain(patch).map(|rust| claim(rust, record(&file.model))).collect()
}

fn record(model: &Model) -> &Str {
    model.record.as_ref().unwrap_or(&model.name)
}

pub fn reserved_name(schema: &Schema, out: &mut Vec<Diagnostic>) {
    let mut report = |what: &str, rust: &str, taken: &[&str], span: Span| {
        if taken.contains(&rust) {
            let message = format!("reserved {what} `{rust}`: the generated code uses it");
            out.push(Diagnostic::new(&rules::RESERVED_NAME, span, message));
        }
    };
    let root = &schema.root;
    let mut types: Vec<&Str> = root.entities.iter().map(|entity| &entity.name).collect();
    types.extend(root.shapes.iter().map(|shape| &shape.name));
    for file in &schema.models {
        let model = &file.model;
        types.push(record(model));
        types.extend(model.shapes.iter().map(|shape| &shape.name));
        types.extend(model.bodies.iter().map(|body| &body.name));
        report("module", &file.stem, reserved::MODULES, model.name.span);
        report("method", &model.handle, reserved::CLIENT_METHODS, model.handle.span);
        // What takes many items takes a stream of them too.
        let streams: Vec<String> = model.endpoints.iter().map(|other| format!("{}_stream", &*other.name)).collect();
        let taken: Vec<&str> =
            streams.iter().map(String::as_str).chain(reserved::STANDARD_OPERATIONS.to_vec()).collect();
        for endpoint in &model.endpoints {
            report("method", &endpoint.name, &taken, endpoint.name.span);
        }
    }
    for name in types {
        report("type", &names::pascal(name), reserved::TYPES, name.span);
    }
}

pub fn file_name(schema: &Schema, out: &mut Vec<Diagnostic>) {
    for file in &schema.models {
        let name = &file.model.name;
        let stem = name.to_snake_case();
        if file.stem != stem {
            let message = format!("the model `{}` is in the file `{}.yaml`", name.value, file.stem);
            out.push(
                Diagnostic::new(&rules::FILE_NAME, name.span, message)
                    .help(format!("rename the file to `{stem}.yaml`")),
            );
        }
    }
}

pub fn no_rust_name(schema: &Schema, out: &mut Vec<Diagnostic>) {
    let root = &schema.root;
    let mut all: Vec<&Str> = root.entities.iter().map(|entity| &entity.name).collect();
    all.extend(root.groups.iter().flat_map(|group| &group.fields.value).map(|field| &field.name));
    for shape in root.shapes.iter().chain(schema.models.iter().flat_map(|file| &file.model.shapes)) {
        all.push(&shape.name);
        all.extend(shape.fields.iter().map(|field| &field.name));
    }
    for file in &schema.models {
        let model = &file.model;
        all.extend([&model.name, record(model)]);
        all.extend(
            schema.fields(model).iter().filter(|used| used.include.is_none()).map(|used| used.field.rust_name()),
        );
        all.extend(model.filters().flatten().map(Filter::rust_name));
        all.extend(model.bodies.iter().map(|body| &body.name));
    }
    for ty in sites(schema).iter().flat_map(|site| nested(site.ty)) {
        if let TypeExpr::Enum(values) = &ty.value {
            all.extend(values);
        }
    }
    for name in all {
        if !names::is_rust(name) {
            let message = format!("`{}` has no form in Rust", name.value);
            out.push(Diagnostic::new(&rules::NO_RUST_NAME, name.span, message));
        }
    }
}

pub fn not_snake_case(schema: &Schema, out: &mut Vec<Diagnostic>) {
    for model in schema.models.iter().map(|file| &file.model) {
        for name in std::iter::once(&model.handle).chain(model.endpoints.iter().map(|endpoint| &endpoint.name)) {
            let snake = names::snake(name);
            if name.value != snake || !names::is_rust(name) {
                let message = format!("`{}` is not in snake case", name.value);
                let diagnostic = Diagnostic::new(&rules::NOT_SNAKE_CASE, name.span, message);
                out.push(if snake.is_empty() { diagnostic } else { diagnostic.help(format!("such as `{snake}`")) });
            }
        }
    }
}
