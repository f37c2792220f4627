//! Records, shapes, enums, and what is written.

use super::{Collector, Part};
use crate::{
    emit::sdk::{model::listing, record::as_read, types::clear},
    ir::{Body, Enum, Field, FieldId, Kind, Model, Needs, SchemaPath, Shape, Type},
};

impl Collector<'_> {
    pub(super) fn record(&mut self, home: &str, model: &Model) {
        let (record, whole) = (format!("{home}::{}", model.names.record), SchemaPath::model(&model.name));
        self.plain(record.clone(), "struct", &whole);
        self.plain(format!("impl ListItem for {record}"), "impl", &whole);
        self.plain(format!("{home}::Field"), "enum", &whole);
        for field in self.api[model.fields].iter().filter(|field| !field.write_only) {
            let of = whole.field(&field.wire);
            self.plain(format!("{home}::Field::{}", field.variant), "variant", &of);
            let path = format!("{record}::{}", field.ident);
            if field.is_own_id {
                self.plain(format!("{record}::id"), &format!("Id<{}>", model.names.record), &of);
                self.plain(format!("{record}::id()"), "fn() -> &Id<Self>", &of);
            } else {
                let ty = self.read(&field.ty);
                let ty = if field.ty == Type::Custom { ty } else { format!("Option<{ty}>") };
                self.plain(path, &ty, &of);
            }
        }
        if let Some(part) = &model.part_of {
            let other = &self.api[part.model].names;
            let ty = format!("fn() -> Id<{}>", other.record);
            self.plain(format!("{record}::{}_id", other.module), &ty, &whole);
        }
    }

    /// The create type and the patch type.
    pub(super) fn write_types(&mut self, home: &str, model: &Model) {
        let create = model.operations.iter().find_map(|operation| match &operation.kind {
            Kind::Create(needs) => Some((needs, SchemaPath::model(&model.name).operation(&operation.name))),
            _ => None,
        });
        let bulk = model.operations.iter().find(|operation| matches!(operation.kind, Kind::BulkUpsert(_)));
        let updated = model.operations.iter().find(|operation| matches!(operation.kind, Kind::Update(_)));
        let (new, patch) = (format!("{home}::{}", model.names.new), format!("{home}::{}", model.names.patch));
        if let Some((needs, of)) = &create {
            self.constructed(&new, model, of, needs);
            self.setters(&new, model, false);
        }
        // A patch is there as soon as there is a create type.
        let of = updated.or(bulk).map(|operation| SchemaPath::model(&model.name).operation(&operation.name));
        let Some(of) = of.or_else(|| create.as_ref().map(|(_, of)| of.clone())) else { return };
        self.plain(patch.clone(), "struct", &of);
        self.plain(format!("{patch}::new"), "fn() -> Self", &of);
        self.setters(&patch, model, true);
        if let Some(bulk) = bulk {
            let of = SchemaPath::model(&model.name).operation(&bulk.name);
            self.plain(format!("{patch}::id"), &format!("fn(impl Into<Id<{}>>) -> Self", model.names.record), &of);
        }
        if let Some((_, of)) = &create {
            self.plain(format!("impl From<{new}> for {patch}"), "impl", of);
        }
        let diff = format!("fn(&Self) -> {}", model.names.patch);
        self.plain(format!("{home}::{}::diff", model.names.record), &diff, &of);
    }

    fn setters(&mut self, ty: &str, model: &Model, clears: bool) {
        for field in self.api[model.fields].iter().filter(|field| field.is_writable()) {
            let of = SchemaPath::model(&model.name).field(&field.wire);
            self.setter(format!("{ty}::{}", field.ident), &field.ty, &of);
            if clears {
                let text = if field.ty == Type::Custom { "fn(impl Into<String>) -> Self" } else { "fn() -> Self" };
                self.plain(format!("{ty}::{}", clear(field)), text, &of);
            }
        }
    }

    fn setter(&mut self, path: String, ty: &Type, of: &SchemaPath) {
        let argument = self.argument(ty, of);
        self.add(path, vec![Part::new("fn(", of), argument, Part::new(") -> Self", of)]);
    }

    /// A type with constructors that take what is required.
    fn constructed(&mut self, ty: &str, model: &Model, of: &SchemaPath, needs: &Needs) {
        self.plain(ty.to_owned(), "struct", of);
        let api = self.api;
        let pick = |fields: &[FieldId]| fields.iter().map(|field| &api[*field]).collect::<Vec<_>>();
        let (required, choices) = (pick(&needs.required), pick(&needs.any_of));
        if required.is_empty() && choices.is_empty() {
            self.plain(format!("impl Default for {ty}"), "impl", of);
        }
        if choices.is_empty() {
            let from = (of, &SchemaPath::model(&model.name));
            self.constructor(format!("{ty}::new"), from, &required);
        }
        for choice in choices {
            let others = required.iter().copied().filter(|field| field.id != choice.id);
            let fields: Vec<_> = std::iter::once(choice).chain(others).collect();
            let name = choice.ident.trim_start_matches("r#");
            let from = (of, &SchemaPath::model(&model.name));
            self.constructor(format!("{ty}::with_{name}"), from, &fields);
        }
    }

    /// A constructor that takes fields of a list; `of` is what in the schema has it made.
    fn constructor(&mut self, path: String, (of, list): (&SchemaPath, &SchemaPath), fields: &[&Field]) {
        // Custom fields are set one by one.
        let fields = fields.iter().filter(|field| field.ty != Type::Custom);
        let mut parts = vec![Part::new("fn(", of)];
        for (index, field) in fields.enumerate() {
            let argument = self.argument(&field.ty, &list.field(&field.wire));
            let comma = if index == 0 { "" } else { ", " };
            let wider = argument.wider.iter().map(|text| format!("{comma}{text}")).collect();
            parts.push(Part { text: format!("{comma}{}", argument.text), wider, ..argument });
        }
        parts.push(Part::new(") -> Self", of));
        self.add(path, parts);
    }

    pub(super) fn body(&mut self, home: &str, model: &Model, body: &Body) {
        let (path, of) = (format!("{home}::{}", body.rust), SchemaPath::model(&model.name).body(&body.name));
        self.constructed(&path, model, &of, &body.needs);
        for field in body.fields.iter().map(|field| &self.api[*field]) {
            let of_field = SchemaPath::model(&model.name).field(&field.wire);
            let argument = self.argument(&field.ty, &of_field);
            let parts = vec![Part::new("fn(", &of), argument, Part::new(") -> Self", &of)];
            self.add(format!("{path}::{}", field.ident), parts);
        }
    }

    pub(super) fn open_enum(&mut self, home: &str, known: &Enum, of: &SchemaPath) {
        let path = format!("{home}::{}", known.rust);
        self.plain(path.clone(), "enum", of);
        for variant in &known.variants {
            self.plain(format!("{path}::{}", variant.rust), "variant", &of.value(&variant.wire));
        }
    }

    pub(super) fn shape(&mut self, home: &str, shape: &Shape, of: &SchemaPath) {
        let path = format!("{home}::{}", shape.rust);
        let api = self.api;
        self.plain(path.clone(), "struct", of);
        for field in &api[shape.fields] {
            let of_field = of.field(&field.wire);
            let ty = self.read(&field.ty);
            self.plain(format!("{path}::{}", field.ident), &format!("Option<{ty}>"), &of_field);
            // The field itself has the plain name.
            self.setter(format!("{path}::{}()", field.ident), &as_read(&field.ty), &of_field);
        }
        let required: Vec<_> = api[shape.fields]
            .iter()
            .filter(|field| field.required)
            .map(|field| Field { ty: as_read(&field.ty), ..field.clone() })
            .collect();
        let required: Vec<&Field> = required.iter().collect();
        self.constructor(format!("{path}::new"), (of, of), &required);
        let model = shape.owner.map(|model| &api[model]);
        if let Some((model, list)) = model.and_then(|model| Some((model, listing(model, shape)?))) {
            self.plain(
                format!("impl ListItem for {path}"),
                "impl",
                &SchemaPath::model(&model.name).operation(&list.name),
            );
        }
        for known in &api[shape.enums] {
            self.open_enum(home, known, &of.field(&known.field));
        }
    }
}
