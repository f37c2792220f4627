//! What the SDK offers by name: every public Rust item that comes from the schema, and what it looks like.
//!
//! It follows the emitters beside it, and the macros that the generated files use.

mod handle;
mod values;

use std::collections::BTreeMap;

use super::types::Types;
use crate::{
    ir::{Api, Model, SchemaPath, Target, Type},
    write::rust::line,
};

/// The crate that the items are in.
const CRATE: &str = "planhat_sdk";

pub type Items = BTreeMap<String, Vec<Part>>;

/// A part of what an item looks like, and where it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// What it looks like.
    pub text: String,
    /// What in the schema it comes from.
    pub origin: SchemaPath,
    /// What may stand in its place without breaking a caller.
    pub wider: Vec<String>,
}

impl Part {
    fn new(text: impl Into<String>, origin: &SchemaPath) -> Self {
        Self { text: text.into(), origin: origin.clone(), wider: Vec::new() }
    }
}

pub fn items(api: &Api) -> Items {
    let mut found = Collector { api, items: Items::new() };
    for host in &api.hosts {
        let constant = super::handle::host_constant(host);
        found.plain(format!("{CRATE}::{constant}"), "static Host", &SchemaPath::host(&host.name));
    }
    found.plain(format!("{CRATE}::BULK_ITEMS"), "const usize", &SchemaPath::limit("bulk_items"));
    found.plain(format!("{CRATE}::BODY_BYTES"), "const usize", &SchemaPath::limit("body_bytes"));
    for entity in &api.entities {
        found.plain(format!("{CRATE}::shapes::{}", entity.rust), "enum", &SchemaPath::entity(&entity.name));
    }
    for shape in &api[api.shared] {
        found.shape(&format!("{CRATE}::shapes"), shape, &SchemaPath::shape(None, &shape.name));
    }
    for model in &api.models {
        found.model(model);
    }
    found.items
}

struct Collector<'a> {
    api: &'a Api,
    items: Items,
}

impl Collector<'_> {
    /// Adds an item. Where the emitters leave out what is there already, so does this.
    fn add(&mut self, path: String, parts: Vec<Part>) {
        self.items.entry(path).or_insert(parts);
    }

    fn plain(&mut self, path: String, text: &str, origin: &SchemaPath) {
        self.add(path, vec![Part::new(text, origin)]);
    }

    fn model(&mut self, model: &Model) {
        let home = format!("{CRATE}::{}", model.names.module);
        let whole = SchemaPath::model(&model.name);
        self.plain(home.clone(), "mod", &whole);
        if model.has_record {
            self.record(&home, model);
        }
        self.write_types(&home, model);
        let api = self.api;
        for body in &api[model.bodies] {
            self.body(&home, model, body);
        }
        for known in &api[model.enums] {
            self.open_enum(&home, known, &self.enum_origin(model, &known.field));
        }
        for shape in &api[model.shapes] {
            self.shape(&home, shape, &SchemaPath::shape(Some(&model.name), &shape.name));
        }
        self.handle(&home, model);
    }

    fn read(&self, ty: &Type) -> String {
        line(Types::new(self.api, None).read(ty))
    }

    /// An argument of a setter or a constructor.
    fn argument(&self, ty: &Type, origin: &SchemaPath) -> Part {
        let one = |ty: &Type| argument(&mut Types::new(self.api, None), ty);
        let part = Part::new(one(ty), origin);
        match by_reference(ty) {
            Some(wider) => Part { wider: vec![one(&wider)], ..part },
            None => part,
        }
    }

    /// Where an enum comes from: a field, or else a filter.
    fn enum_origin(&self, model: &Model, name: &str) -> SchemaPath {
        if self.api[model.fields].iter().any(|field| field.wire == name) {
            return SchemaPath::model(&model.name).field(name);
        }
        let list = model.lists().find(|(_, list)| list.filters.iter().any(|filter| filter.wire == name));
        let Some((list, _)) = list else {
            unreachable!("no field and no filter of {} has the enum {name}", model.name)
        };
        SchemaPath::model(&model.name).operation(&list.name).filter(name)
    }
}

/// The same type with ids that may also be given in other forms, which takes all that the type itself takes.
fn by_reference(ty: &Type) -> Option<Type> {
    match ty {
        Type::Id(Target::Model(model)) => Some(Type::Ref(Target::Model(*model))),
        Type::List(item) => by_reference(item).map(|item| Type::List(Box::new(item))),
        Type::Map(value) => by_reference(value).map(|value| Type::Map(Box::new(value))),
        _ => None,
    }
}

/// What a setter takes for a type.
fn argument(types: &mut Types<'_>, ty: &Type) -> String {
    if *ty == Type::Custom {
        return "impl Into<String>, impl IntoJson".to_owned();
    }
    let whole = line(types.argument(&super::ident("value"), ty));
    whole.strip_prefix("value: ").unwrap_or(&whole).to_owned()
}
