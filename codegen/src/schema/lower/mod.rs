//! From the checked schema to the [`Api`].

mod operations;

use crate::{
    ir::{
        About, Api, Body, BodyId, Derive, Entity, EntityId, Enum, EnumId, Evidence, Field, FieldId, Host, HostId, Id,
        Ids, Kind, Limits, Model, ModelId, Needs, NotOffered, PartOf, Quota, Shape, ShapeId, Target, Type, Variant,
    },
    schema::{
        self, ModelFile, ROOT, Schema,
        lookup::FieldUse,
        names,
        names::EnumUse,
        types::{Ty, TypeExpr},
    },
    source::Str,
};

/// Turns a schema without errors into the API.
///
/// # Panics
///
/// If a name cannot be resolved, which the checks should have reported.
pub fn lower(schema: &Schema) -> Api {
    let mut lowering = Lowering::new(schema);
    for file in lowering.models.clone() {
        let model = lowering.model(&file);
        lowering.api.models.push(model);
    }
    let own = lowering.models.clone();
    let own = own.iter().flat_map(|file| file.source.model.shapes.iter().map(move |shape| (Some(file), shape)));
    for (file, shape) in schema.root.shapes.iter().map(|shape| (None, shape)).chain(own) {
        let shape = lowering.shape(file, shape);
        lowering.api.shapes.push(shape);
    }
    lowering.api
}

/// A doc, without the line break that ends a block of text.
fn text(doc: &Str) -> String {
    doc.trim().to_owned()
}

/// A doc and the note on it.
fn noted(doc: &Str, note: Option<&Str>) -> String {
    note.map_or_else(|| text(doc), |note| format!("{} {}", doc.trim(), note.trim()))
}

/// The index of the thing of this name. No file is written if there is none: that is an error of the checks.
#[expect(clippy::panic, reason = "the checks have looked the name up")]
fn find<'a>(what: &str, names: impl IntoIterator<Item = &'a Str>, name: &str) -> usize {
    let found = names.into_iter().position(|known| known.value == name);
    found.unwrap_or_else(|| panic!("internal error: the checks let the unknown {what} `{name}` through"))
}

/// A model's file and where what it declares stands in the API.
#[derive(Clone)]
struct File<'s> {
    id: ModelId,
    source: &'s ModelFile,
    fields: Vec<FieldUse<'s>>,
    field_ids: Ids<FieldId>,
    shape_ids: Ids<ShapeId>,
}

impl File<'_> {
    fn field(&self, name: &str) -> FieldId {
        let names = self.fields.iter().map(|used| &used.field.name);
        FieldId::new(self.field_ids.first() + find("field", names, name))
    }

    fn fields(&self, names: &[Str]) -> Vec<FieldId> {
        names.iter().map(|name| self.field(name)).collect()
    }

    fn needs(&self, required: &[Str], any_of: &[Str]) -> Needs {
        Needs { required: self.fields(required), any_of: self.fields(any_of) }
    }
}

/// The API as it grows. Ids of fields and shapes are given out before the things are made, since they refer to each
/// other.
struct Lowering<'s> {
    schema: &'s Schema,
    models: Vec<File<'s>>,
    api: Api,
}

impl<'s> Lowering<'s> {
    fn new(schema: &'s Schema) -> Self {
        let root = &schema.root;
        let shared = Ids::new(0, root.shapes.len());
        let mut next = (0, shared.len());
        let mut file = |(index, source): (usize, &'s ModelFile)| {
            let fields = schema.fields(&source.model);
            let field_ids = Ids::new(next.0, fields.len());
            let shape_ids = Ids::new(next.1, source.model.shapes.len());
            next = (next.0 + field_ids.len(), next.1 + shape_ids.len());
            File { id: ModelId::new(index), source, fields, field_ids, shape_ids }
        };
        let models = schema.models.iter().enumerate().map(&mut file).collect();
        let api = Api {
            name: root.name.value.clone(),
            file: ROOT.to_owned(),
            doc: text(&root.doc),
            hosts: root.hosts.iter().map(host).collect(),
            limits: Limits { bulk_items: root.limits.bulk_items.value, body_bytes: root.limits.body_bytes.value },
            entities: root.entities.iter().map(entity).collect(),
            models: Vec::new(),
            shapes: Vec::new(),
            fields: Vec::new(),
            enums: Vec::new(),
            bodies: Vec::new(),
            shared,
        };
        Self { schema, models, api }
    }

    fn model_id(&self, name: &str) -> ModelId {
        ModelId::new(find("model", self.schema.models.iter().map(|file| &file.model.name), name))
    }

    fn host_id(&self, name: &str) -> HostId {
        HostId::new(find("host", self.schema.root.hosts.iter().map(|host| &host.name), name))
    }

    fn target(&self, name: &str) -> Target {
        if self.schema.entity(name).is_some() {
            let entities = self.schema.root.entities.iter().map(|entity| &entity.name);
            Target::Entity(EntityId::new(find("entity", entities, name)))
        } else {
            Target::Model(self.model_id(name))
        }
    }

    /// A shape by its name: one of the model's own, or a shared one.
    fn shape_id(&self, file: Option<&File<'_>>, name: &str) -> ShapeId {
        let own = file.and_then(|file| {
            let index = file.source.model.shapes.iter().position(|shape| shape.name.value == name)?;
            Some(ShapeId::new(file.shape_ids.first() + index))
        });
        own.unwrap_or_else(|| {
            ShapeId::new(find("shape", self.schema.root.shapes.iter().map(|shape| &shape.name), name))
        })
    }

    /// A type in a model, or outside of all; `known` is its enum, if it has one.
    fn ty(&self, file: Option<&File<'_>>, known: Option<EnumId>, ty: &Ty) -> Type {
        let inner = |ty: &Ty| Box::new(self.ty(file, known, ty));
        match &ty.value {
            TypeExpr::Plain(plain) => plain.clone(),
            TypeExpr::Id(name) => Type::Id(self.target(name)),
            TypeExpr::Ref(name) => Type::Ref(self.target(name)),
            TypeExpr::Link(name) => Type::Link(self.target(name)),
            TypeExpr::List(item) => Type::List(inner(item)),
            TypeExpr::Map(value) => Type::Map(inner(value)),
            TypeExpr::Enum(_) => known.map_or_else(|| unread("an enum"), Type::Enum),
            TypeExpr::OneOf(first, second) => Type::OneOf(inner(first), inner(second)),
            TypeExpr::Shape(name) => Type::Shape(self.shape_id(file, name)),
            TypeExpr::Broken => unread("a type"),
        }
    }

    fn enums(&mut self, enums: impl IntoIterator<Item = Enum>) -> Ids<EnumId> {
        let first = self.api.enums.len();
        self.api.enums.extend(enums);
        Ids::new(first, self.api.enums.len() - first)
    }

    fn shape(&mut self, file: Option<&File<'s>>, shape: &'s schema::Shape) -> Shape {
        let with_values = shape.fields.iter().filter_map(|field| Some((field, field.r#type.values()?)));
        let enums =
            self.enums(with_values.map(|(field, values)| {
                open_enum(names::shape_enum_type(&shape.name, &field.name), &field.name, values)
            }));
        let fields = Ids::new(self.api.fields.len(), shape.fields.len());
        let mut known = enums.iter();
        for (id, found) in fields.iter().zip(shape.fields.iter()) {
            let own = found.r#type.values().and_then(|_| known.next());
            let doc = noted(&found.doc, found.note.as_ref());
            let ty = self.ty(file, own, &found.r#type);
            self.api.fields.push(Field { required: found.required, ..field(id, &found.name, ty, doc) });
        }
        Shape {
            id: ShapeId::new(self.api.shapes.len()),
            owner: file.map(|file| file.id),
            name: shape.name.value.clone(),
            rust: names::pascal(&shape.name),
            doc: text(&shape.doc),
            fields,
            enums,
        }
    }

    fn model(&mut self, file: &File<'s>) -> Model {
        let source = &file.source.model;
        let found = names::enums(self.schema, file.source);
        let enums = self.enums(found.iter().map(|found| open_enum(found.rust.clone(), found.name, found.values)));
        let scope = Scope { lowering: self, file, found: &found, enums };
        let fields: Vec<Field> =
            file.field_ids.iter().zip(&file.fields).map(|(id, used)| scope.field(id, used)).collect();
        let operations = scope.operations();
        let has_record = operations.iter().any(|operation| match &operation.kind {
            Kind::Create(_) | Kind::Get(_) | Kind::Update(_) => true,
            Kind::List(list) => list.item == crate::ir::Item::Record,
            _ => false,
        });
        let new_bodies: Vec<Body> = source.bodies.iter().map(|body| scope.body(body)).collect();
        self.api.fields.extend(fields);
        let bodies = Ids::new(self.api.bodies.len(), new_bodies.len());
        self.api.bodies.extend(new_bodies);
        let key = |pick: fn(&schema::IdFields) -> Option<&Str>| {
            source.ids.as_ref().and_then(pick).map(|name| file.field(name))
        };
        Model {
            id: file.id,
            name: source.name.value.clone(),
            file: file.source.path.clone(),
            doc: text(&source.doc),
            path: source.path.value.clone(),
            names: names::model(file.source),
            external: key(|ids| ids.external.as_ref()),
            source: key(|ids| ids.source.as_ref()),
            within: key(|ids| ids.within.as_ref()),
            domains: key(|ids| ids.domains.as_ref()),
            part_of: source.part_of.as_ref().map(|part| PartOf {
                model: self.model_id(&part.model),
                field: file.field(&part.field),
                value: part.value.value.clone(),
            }),
            has_record,
            fields: file.field_ids,
            enums,
            shapes: file.shape_ids,
            bodies,
            operations,
            not_offered: source.not_offered.iter().map(not_offered).collect(),
        }
    }
}

/// A model while what refers to its fields and enums is made.
struct Scope<'l, 's> {
    lowering: &'l Lowering<'s>,
    file: &'l File<'s>,
    found: &'l [EnumUse<'s>],
    enums: Ids<EnumId>,
}

impl Scope<'_, '_> {
    fn field(&self, id: FieldId, used: &FieldUse<'_>) -> Field {
        let source = used.field;
        let ty = self.ty(&source.name, &source.r#type);
        Field {
            required: source.required,
            computed: source.computed,
            write_only: source.write_only,
            default: source.default.as_ref().map(|default| default.value.clone()),
            is_own_id: source.name.value == "_id" && ty == Type::Id(Target::Model(self.file.id)),
            derive: source
                .derive
                .as_ref()
                .map(|derive| Derive { how: derive.how, fields: self.file.fields(&derive.fields) }),
            evidence: used.evidence(),
            ident: names::field(source.rust_name()),
            variant: names::variant(source.rust_name()),
            ..field(id, &source.name, ty, noted(&source.doc, source.note.as_ref()))
        }
    }

    /// The type of a field or a filter. The same values in a filter as elsewhere are one enum.
    fn ty(&self, name: &Str, ty: &Ty) -> Type {
        let known = ty.values().and_then(|values| {
            let alike = |of: &&(EnumId, &EnumUse<'_>)| of.1.has(values);
            let all: Vec<_> = self.enums.iter().zip(self.found).collect();
            let own = all.iter().filter(alike).find(|(_, found)| found.name.value == name.value);
            own.or_else(|| all.iter().find(alike)).map(|(id, _)| *id)
        });
        self.lowering.ty(Some(self.file), known, ty)
    }

    fn body(&self, body: &schema::Body) -> Body {
        Body {
            name: body.name.value.clone(),
            rust: names::pascal(&body.name),
            doc: text(&body.doc),
            fields: self.file.fields(&body.fields),
            needs: self.file.needs(&body.required, &body.any_of),
            about: body.about.as_ref().map(|about| self.about(about)),
        }
    }

    fn about(&self, about: &schema::About) -> About {
        let model = self.lowering.model_id(&about.model);
        let files = &self.lowering.models;
        let other = files.iter().find(|file| file.id == model).unwrap_or(self.file);
        About {
            model,
            fields: about.fields.iter().map(|field| (other.field(&field.name), field.from.value.clone())).collect(),
        }
    }

    fn body_id(&self, name: &str) -> BodyId {
        let names = self.file.source.model.bodies.iter().map(|body| &body.name);
        BodyId::new(self.lowering.api.bodies.len() + find("body", names, name))
    }
}

/// What could not be read is never lowered.
#[expect(clippy::panic, reason = "reading has reported it")]
fn unread<T>(what: &str) -> T {
    panic!("internal error: the checks let {what} through that could not be read")
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

/// A field of which only the essentials are known.
fn field(id: FieldId, name: &Str, ty: Type, doc: String) -> Field {
    Field {
        id,
        wire: name.value.clone(),
        ident: names::field(name),
        variant: names::variant(name),
        ty,
        doc,
        required: false,
        computed: false,
        write_only: false,
        default: None,
        is_own_id: false,
        derive: None,
        evidence: Evidence::Docs,
    }
}

fn open_enum(rust: String, name: &Str, values: &[Str]) -> Enum {
    let variant = |value: &Str| Variant { wire: value.value.clone(), rust: names::variant(value) };
    Enum { rust, field: name.value.clone(), variants: values.iter().map(variant).collect() }
}

fn not_offered(entry: &schema::NotOffered) -> NotOffered {
    NotOffered { operation: entry.operation.value.clone(), reason: text(&entry.reason) }
}
