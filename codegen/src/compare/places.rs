//! Where the schema says what: the IR has no lines, the files have.

use std::collections::BTreeMap;

use crate::{
    ir::SchemaPath,
    schema::{Endpoint, Filter, Model, ModelFile, Operations, Schema, Shape},
    source::{SourceMap, Span},
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The file, such as `schema/models/company.yaml`.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// Whether it is in the schema as it was.
    pub before: bool,
}

/// The places by what stands there, such as `Company/fields/phase`.
#[derive(Debug, Clone, Default)]
pub struct Places(BTreeMap<SchemaPath, (String, usize)>);

impl Places {
    pub fn new(schema: &Schema, sources: &SourceMap) -> Self {
        let mut found = Found { sources, places: BTreeMap::new() };
        found.root(schema);
        for file in &schema.models {
            found.model(schema, file);
        }
        Self(found.places)
    }

    /// Where something stands; if it does not, what it would be in.
    pub fn nearest(&self, item: &SchemaPath) -> Option<(&str, usize)> {
        std::iter::successors(Some(item.clone()), SchemaPath::parent).find_map(|item| self.exact(&item))
    }

    pub fn exact(&self, item: &SchemaPath) -> Option<(&str, usize)> {
        self.0.get(item).map(|(file, line)| (file.as_str(), *line))
    }
}

struct Found<'a> {
    sources: &'a SourceMap,
    places: BTreeMap<SchemaPath, (String, usize)>,
}

impl Found<'_> {
    fn put(&mut self, item: SchemaPath, span: Span) {
        let Some(source) = self.sources.get(span.file) else { return };
        self.places.entry(item).or_insert_with(|| (source.path.clone(), self.sources.line(span)));
    }

    fn root(&mut self, schema: &Schema) {
        let root = &schema.root;
        self.put(SchemaPath::api(), root.name.span);
        for host in root.hosts.iter() {
            self.put(SchemaPath::host(&host.name), host.name.span);
        }
        self.put(SchemaPath::limit("bulk_items"), root.limits.bulk_items.span);
        self.put(SchemaPath::limit("body_bytes"), root.limits.body_bytes.span);
        for entity in &root.entities {
            self.put(SchemaPath::entity(&entity.name), entity.name.span);
        }
        for shape in &root.shapes {
            self.shape(&SchemaPath::shape(None, &shape.name), shape);
        }
    }

    fn shape(&mut self, item: &SchemaPath, shape: &Shape) {
        self.put(item.clone(), shape.name.span);
        for field in shape.fields.iter() {
            self.field(&item.field(&field.name), field.name.span, &field.r#type);
        }
    }

    /// A field, and the values of its enum.
    fn field(&mut self, item: &SchemaPath, span: Span, ty: &crate::schema::types::Ty) {
        self.put(item.clone(), span);
        for value in ty.values().unwrap_or_default() {
            self.put(item.value(value), value.span);
        }
    }

    fn model(&mut self, schema: &Schema, file: &ModelFile) {
        let model = &file.model;
        let item = SchemaPath::model(&model.name);
        self.put(item.clone(), model.name.span);
        for used in schema.fields(model) {
            // Its group may be of another file; the model says that it has it.
            let item = item.field(&used.field.name);
            match used.include {
                Some(_) => self.put(item, used.span()),
                None => self.field(&item, used.span(), &used.field.r#type),
            }
        }
        for shape in &model.shapes {
            self.shape(&SchemaPath::shape(Some(&model.name), &shape.name), shape);
        }
        for body in &model.bodies {
            self.put(SchemaPath::model(&model.name).body(&body.name), body.name.span);
        }
        for entry in &model.not_offered {
            self.put(SchemaPath::model(&model.name).not_offered(&entry.operation), entry.operation.span);
        }
        if let Some(operations) = &model.operations {
            self.operations(model, operations);
        }
        for endpoint in &model.endpoints {
            self.endpoint(model, endpoint);
        }
    }

    fn operations(&mut self, model: &Model, operations: &Operations) {
        for (kind, span) in operations.given() {
            self.put(SchemaPath::model(&model.name).operation(kind.name()), span);
        }
        let list = operations.list.iter().flat_map(|list| &list.filters);
        self.filters(&SchemaPath::model(&model.name).operation("list"), list);
    }

    fn endpoint(&mut self, model: &Model, endpoint: &Endpoint) {
        let item = SchemaPath::model(&model.name).operation(&endpoint.name);
        self.put(item.clone(), endpoint.name.span);
        self.filters(&item, endpoint.list.iter().flat_map(|list| &list.filters));
    }

    fn filters<'a>(&mut self, list: &SchemaPath, filters: impl Iterator<Item = &'a Filter>) {
        for filter in filters {
            self.field(&list.filter(&filter.name), filter.name.span, &filter.r#type);
        }
    }
}
