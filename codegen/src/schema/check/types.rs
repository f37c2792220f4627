//! Rules about types.

use crate::{
    ir::Type,
    schema::{
        Entry, Model, Schema, Shape,
        types::{APPLIED, PLAIN, Ty, TypeExpr},
    },
    source::{diagnostic::Diagnostic, rules},
};

/// Where a type stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Field,
    ShapeField,
    Filter,
}

/// A type that somebody wrote.
pub struct Site<'a> {
    pub ty: &'a Ty,
    pub place: Place,
    /// The model whose shapes it may name.
    pub model: Option<&'a Model>,
}

/// All types that stand in the schema.
pub fn sites(schema: &Schema) -> Vec<Site<'_>> {
    let mut sites = Vec::new();
    for field in schema.root.groups.iter().flat_map(|group| &group.fields.value) {
        sites.push(Site { ty: &field.r#type, place: Place::Field, model: None });
    }
    sites.extend(shape_sites(&schema.root.shapes, None));
    for file in &schema.models {
        let model = Some(&file.model);
        for entry in &file.model.fields.value {
            if let Entry::Field(field) = entry {
                sites.push(Site { ty: &field.r#type, place: Place::Field, model });
            }
        }
        sites.extend(shape_sites(&file.model.shapes, model));
        let filters = file.model.filters().flatten();
        sites.extend(filters.map(|filter| Site { ty: &filter.r#type, place: Place::Filter, model }));
    }
    sites
}

fn shape_sites<'a>(shapes: &'a [Shape], model: Option<&'a Model>) -> impl Iterator<Item = Site<'a>> {
    let fields = shapes.iter().flat_map(|shape| &shape.fields.value);
    fields.map(move |field| Site { ty: &field.r#type, place: Place::ShapeField, model })
}

/// The type and all types inside it.
pub fn nested(ty: &Ty) -> Vec<&Ty> {
    let mut all = vec![ty];
    all.extend(ty.parts().into_iter().flat_map(nested));
    all
}

pub fn unknown_type(schema: &Schema, out: &mut Vec<Diagnostic>) {
    for site in sites(schema) {
        for ty in nested(site.ty) {
            let TypeExpr::Shape(name) = &ty.value else { continue };
            if schema.shapes(site.model).any(|shape| shape.name.value == name.value) {
                continue;
            }
            let shapes = schema.shapes(site.model).map(|shape| shape.name.as_str());
            let known = PLAIN.iter().map(|(name, _)| *name).chain(APPLIED.iter().map(|(name, _)| *name)).chain(shapes);
            let message = format!("unknown type `{}`", name.value);
            out.push(Diagnostic::new(&rules::UNKNOWN_TYPE, name.span, message).suggest(name, known));
        }
    }
}

pub fn unknown_target(schema: &Schema, out: &mut Vec<Diagnostic>) {
    for ty in sites(schema).iter().flat_map(|site| nested(site.ty)) {
        let (name, model_only) = match &ty.value {
            TypeExpr::Id(name) | TypeExpr::Link(name) => (name, false),
            TypeExpr::Ref(name) => (name, true),
            _ => continue,
        };
        let is_entity = schema.entity(name).is_some();
        if schema.has_model(name) || (is_entity && !model_only) {
            continue;
        }
        let entities = schema.root.entities.iter().map(|entity| entity.name.as_str()).filter(|_| !model_only);
        let diagnostic = if is_entity {
            let message = format!("the entity `{}` has no external ids for a `ref`", name.value);
            Diagnostic::new(&rules::UNKNOWN_TARGET, name.span, message).help(format!("write `id<{}>`", name.value))
        } else {
            let message = format!("unknown model `{}`", name.value);
            let known = schema.model_names().chain(entities);
            Diagnostic::new(&rules::UNKNOWN_TARGET, name.span, message).suggest(name, known)
        };
        out.push(diagnostic);
    }
}

pub fn unsupported_type(schema: &Schema, out: &mut Vec<Diagnostic>) {
    for site in sites(schema) {
        let all = nested(site.ty);
        for ty in &all {
            if let Some(message) = unsupported(site.place, site.ty, ty) {
                out.push(Diagnostic::new(&rules::UNSUPPORTED_TYPE, ty.span, message));
            }
        }
        let enums: Vec<_> = all.iter().filter(|ty| matches!(ty.value, TypeExpr::Enum(_))).collect();
        if let [first, second, ..] = enums.as_slice() {
            let message = "a type can contain only one enum";
            out.push(Diagnostic::new(&rules::UNSUPPORTED_TYPE, second.span, message).also(first.span, "first here"));
        }
    }
    endless_shape(schema, out);
}

/// Why a type cannot stand where it does.
fn unsupported(place: Place, whole: &Ty, ty: &Ty) -> Option<&'static str> {
    match (place, &ty.value) {
        (Place::ShapeField, TypeExpr::Plain(Type::Custom)) => Some("a shape cannot contain custom fields"),
        (Place::Filter, TypeExpr::Plain(Type::Custom | Type::Object) | TypeExpr::Map(_) | TypeExpr::Shape(_)) => {
            Some("a filter is sent as text, which an object cannot be")
        }
        (_, TypeExpr::Plain(Type::Custom)) if whole.span != ty.span => Some("custom fields cannot be part of a type"),
        _ => None,
    }
}

/// A shape that holds itself, other than in a list or a map, would have no end.
fn endless_shape(schema: &Schema, out: &mut Vec<Diagnostic>) {
    let shared = schema.root.shapes.iter().map(|shape| (None, shape));
    let own =
        schema.models.iter().flat_map(|file| file.model.shapes.iter().map(move |shape| (Some(&file.model), shape)));
    for (model, shape) in shared.chain(own) {
        let mut reached = Vec::new();
        reach(schema, model, shape, &mut reached);
        if reached.contains(&shape.name.as_str()) {
            let message = format!("the shape `{}` contains itself", shape.name.value);
            let help = "use a `list<…>`";
            out.push(Diagnostic::new(&rules::UNSUPPORTED_TYPE, shape.name.span, message).help(help));
        }
    }
}

fn reach<'a>(schema: &'a Schema, model: Option<&'a Model>, shape: &'a Shape, reached: &mut Vec<&'a str>) {
    for name in shape.fields.iter().flat_map(|field| held(&field.r#type)) {
        if reached.contains(&name) {
            continue;
        }
        reached.push(name);
        if let Some(next) = schema.shapes(model).find(|shape| shape.name.value == name) {
            reach(schema, model, next, reached);
        }
    }
}

fn held(ty: &Ty) -> Vec<&str> {
    match &ty.value {
        TypeExpr::Shape(name) => vec![name.as_str()],
        TypeExpr::OneOf(first, second) => [held(first), held(second)].concat(),
        _ => Vec::new(),
    }
}
