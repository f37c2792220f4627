//! From the checked schema to the [`Api`].
//!
//! Every name has been looked up by the checks, so that [`index`] finds what it is asked for.

mod operations;

use crate::{
    ir::{
        About, Api, Body, Entity, Enum, Field, Host, Kind, Limits, List, Model, NotOffered, PartOf, Quota, Shape,
        Target, Type, Variant,
    },
    schema,
    schema::{
        ModelFile, Schema,
        lookup::FieldUse,
        names,
        types::{Ty, TypeExpr},
    },
    source::Str,
};

/// Turns a schema without mistakes into the API.
#[must_use]
pub fn lower(schema: &Schema) -> Api {
    let root = &schema.root;
    Api {
        name: root.name.value.clone(),
        doc: text(&root.doc),
        hosts: root.hosts.iter().map(host).collect(),
        limits: Limits { bulk_items: root.limits.bulk_items.value, body_bytes: root.limits.body_bytes.value },
        entities: root.entities.iter().map(entity).collect(),
        shapes: root.shapes.iter().map(|found| shape(schema, None, found)).collect(),
        models: schema.models.iter().map(|file| model(schema, file)).collect(),
    }
}

/// A doc, without the line break that ends a block of text.
fn text(doc: &Str) -> String {
    doc.trim().to_owned()
}

/// A doc and the note on it.
fn noted(doc: &Str, note: Option<&Str>) -> String {
    note.map_or_else(|| text(doc), |note| format!("{} {}", doc.trim(), note.trim()))
}

/// The index of what has a name. The checks have made sure that it is there.
fn index<'a>(names: impl IntoIterator<Item = &'a Str>, name: &str) -> usize {
    names.into_iter().position(|known| known.value == name).unwrap_or_default()
}

fn host(host: &schema::Host) -> Host {
    Host {
        name: host.name.value.clone(),
        doc: text(&host.doc),
        url: host.url.trim_end_matches('/').to_owned(),
        regional: host.regional.as_ref().map(|url| url.trim_end_matches('/').to_owned()),
        regions: host.regions.iter().map(|region| region.value.clone()).collect(),
        auth: host.auth.value,
        quota: host.quota.as_ref().map(|quota| Quota {
            per_minute: quota.per_minute.value,
            per_second: quota.per_second.value,
            in_flight: quota.in_flight.value,
        }),
    }
}

fn entity(entity: &schema::Entity) -> Entity {
    Entity { name: entity.name.value.clone(), rust: names::pascal(&entity.name), doc: text(&entity.doc) }
}

fn shape(schema: &Schema, model: Option<&ModelFile>, shape: &schema::Shape) -> Shape {
    let mut enums = Vec::new();
    let mut fields = Vec::new();
    for found in &shape.fields.value {
        let values = found.r#type.values();
        if let Some(values) = values {
            enums.push(open_enum(names::shape_enum_type(&shape.name, &found.name), &found.name, values));
        }
        let scope = Scope { schema, model, enum_index: enums.len().saturating_sub(1) };
        let doc = noted(&found.doc, found.note.as_ref());
        fields.push(Field { required: found.required, ..field(&found.name, scope.ty(&found.r#type), doc) });
    }
    Shape { name: shape.name.value.clone(), rust: names::pascal(&shape.name), doc: text(&shape.doc), fields, enums }
}

/// A field of which only the essentials are known.
fn field(name: &Str, ty: Type, doc: String) -> Field {
    Field {
        wire: name.value.clone(),
        ident: names::field(name),
        variant: names::variant(name),
        ty,
        doc,
        required: false,
        computed: false,
        write_only: false,
        default: None,
        derive: None,
        evidence: crate::ir::Evidence::Docs,
    }
}

fn open_enum(rust: String, name: &Str, values: &[Str]) -> Enum {
    let variant = |value: &Str| Variant { wire: value.value.clone(), rust: names::variant(value) };
    Enum { rust, field: name.value.clone(), variants: values.iter().map(variant).collect() }
}

/// Where a type stands, which decides what the names in it mean.
struct Scope<'a> {
    schema: &'a Schema,
    model: Option<&'a ModelFile>,
    /// The enum that the type has, if it has one.
    enum_index: usize,
}

impl Scope<'_> {
    fn ty(&self, ty: &Ty) -> Type {
        let boxed = |ty: &Ty| Box::new(self.ty(ty));
        match &ty.value {
            TypeExpr::Plain(plain) => plain.clone(),
            TypeExpr::Id(name) => Type::Id(self.target(name)),
            TypeExpr::Ref(name) => Type::Ref(self.target(name)),
            TypeExpr::Link(name) => Type::Link(self.target(name)),
            TypeExpr::List(item) => Type::List(boxed(item)),
            TypeExpr::Map(value) => Type::Map(boxed(value)),
            TypeExpr::Enum(_) => Type::Enum(self.enum_index),
            TypeExpr::OneOf(first, second) => Type::OneOf(boxed(first), boxed(second)),
            TypeExpr::Shape(name) => self.shape(name),
            // A schema with a broken type is never lowered.
            TypeExpr::Broken => Type::Json,
        }
    }

    fn target(&self, name: &str) -> Target {
        if self.schema.entity(name).is_some() {
            Target::Entity(index(self.schema.root.entities.iter().map(|entity| &entity.name), name))
        } else {
            Target::Model(index(self.schema.models.iter().map(|file| &file.model.name), name))
        }
    }

    fn shape(&self, name: &str) -> Type {
        let own = self.model.map(|file| &file.model.shapes);
        match own.and_then(|shapes| shapes.iter().position(|shape| shape.name.value == name)) {
            Some(index) => Type::OwnShape(index),
            None => Type::SharedShape(index(self.schema.root.shapes.iter().map(|shape| &shape.name), name)),
        }
    }
}

fn model(schema: &Schema, file: &ModelFile) -> Model {
    let source = &file.model;
    let operations = operations::operations(schema, file);
    let has_record = operations.iter().any(|operation| match &operation.kind {
        Kind::Create { .. } | Kind::Get(_) | Kind::Update(_) => true,
        Kind::List(List { item, .. }) => *item == crate::ir::Item::Record,
        _ => false,
    });
    let enums = names::enums(schema, file);
    let ids = source.ids.as_ref();
    Model {
        name: source.name.value.clone(),
        file: file.path.clone(),
        doc: text(&source.doc),
        path: source.path.value.clone(),
        names: names::model(file),
        external: ids.and_then(|ids| ids.external.as_ref()).map(|field| field.value.clone()),
        source: ids.and_then(|ids| ids.source.as_ref()).map(|field| field.value.clone()),
        within: ids.and_then(|ids| ids.within.as_ref()).map(|field| field.value.clone()),
        domains: ids.and_then(|ids| ids.domains.as_ref()).map(|field| field.value.clone()),
        part_of: source.part_of.as_ref().map(|part| PartOf {
            model: index(schema.models.iter().map(|file| &file.model.name), &part.model),
            field: part.field.value.clone(),
            value: part.value.value.clone(),
        }),
        has_record,
        fields: schema.fields(source).iter().map(|used| model_field(schema, file, used)).collect(),
        enums: enums.into_iter().map(|found| open_enum(found.rust, found.name, found.values)).collect(),
        shapes: source.shapes.iter().map(|found| shape(schema, Some(file), found)).collect(),
        bodies: source.bodies.iter().map(|found| body(schema, file, found)).collect(),
        operations,
        not_offered: source.not_offered.iter().map(not_offered).collect(),
    }
}

fn not_offered(entry: &schema::NotOffered) -> NotOffered {
    NotOffered { operation: entry.operation.value.clone(), reason: text(&entry.reason) }
}

fn model_field(schema: &Schema, file: &ModelFile, used: &FieldUse<'_>) -> Field {
    let source = used.field;
    let ty = model_type(schema, file, &source.name, &source.r#type);
    Field {
        required: source.required,
        computed: source.computed,
        write_only: source.write_only,
        default: source.default.as_ref().map(|default| default.value.clone()),
        derive: source.derive.as_ref().map(|derivation| derivation.derive.clone()),
        evidence: used.evidence(),
        ..field(&source.name, ty, noted(&source.doc, source.note.as_ref()))
    }
}

/// The type of a field or a filter of a model.
fn model_type(schema: &Schema, file: &ModelFile, name: &Str, ty: &Ty) -> Type {
    let enums = names::enums(schema, file);
    let values = ty.values().unwrap_or_default();
    let own = enums.iter().position(|found| found.name.value == name.value && found.has(values));
    let enum_index = own.or_else(|| enums.iter().position(|found| found.has(values))).unwrap_or_default();
    Scope { schema, model: Some(file), enum_index }.ty(ty)
}

fn body(schema: &Schema, file: &ModelFile, body: &schema::Body) -> Body {
    Body {
        name: body.name.value.clone(),
        rust: names::pascal(&body.name),
        doc: text(&body.doc),
        fields: field_indices(schema, file, &body.fields),
        required: field_indices(schema, file, &body.required),
        any_of: field_indices(schema, file, &body.any_of),
        about: body.about.as_ref().map(|found| about(schema, found)),
    }
}

fn about(schema: &Schema, about: &schema::About) -> About {
    let source = |field: &schema::AboutField| (field.name.value.clone(), field.from.value.clone());
    About {
        model: index(schema.models.iter().map(|file| &file.model.name), &about.model),
        fields: about.fields.iter().map(source).collect(),
    }
}

fn field_indices(schema: &Schema, file: &ModelFile, names: &[Str]) -> Vec<usize> {
    let fields = schema.fields(&file.model);
    names.iter().map(|name| index(fields.iter().map(|used| &used.field.name), name)).collect()
}
