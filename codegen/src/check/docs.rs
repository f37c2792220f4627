//! The rule about docs.

use super::rules;
use crate::diagnostic::Diagnostic;
use crate::schema::{Entry, Schema, Shape, Str};

pub fn doc(schema: &Schema, out: &mut Vec<Diagnostic>) {
    for doc in docs(schema) {
        if !doc.trim_end().ends_with('.') {
            out.push(Diagnostic::new(&rules::DOC, doc.span, "a doc ends with a full stop"));
        }
    }
}

/// Everything that readers of the documentation see as a sentence.
fn docs(schema: &Schema) -> Vec<&Str> {
    let root = &schema.root;
    let mut docs = vec![&root.doc];
    docs.extend(root.hosts.iter().map(|host| &host.doc));
    docs.extend(root.entities.iter().map(|entity| &entity.doc));
    docs.extend(root.groups.iter().flat_map(|group| &group.fields.value).map(|field| &field.doc));
    docs.extend(shape_docs(&root.shapes));
    for model in schema.models.iter().map(|file| &file.model) {
        docs.push(&model.doc);
        docs.extend(model.not_offered.iter().map(|left_out| &left_out.reason));
        docs.extend(model.filters().flatten().map(|filter| &filter.doc));
        docs.extend(model.endpoints.iter().map(|endpoint| &endpoint.doc));
        docs.extend(model.bodies.iter().map(|body| &body.doc));
        docs.extend(shape_docs(&model.shapes));
        docs.extend(model.fields.iter().filter_map(|entry| match entry {
            Entry::Field(field) => Some(&field.doc),
            Entry::Include(_) => None,
        }));
    }
    docs
}

fn shape_docs(shapes: &[Shape]) -> impl Iterator<Item = &Str> {
    shapes.iter().flat_map(|shape| std::iter::once(&shape.doc).chain(shape.fields.iter().map(|field| &field.doc)))
}
