//! The rule about docs.

use crate::{
    schema::{Entry, Field, Schema, Shape},
    source::{Str, diagnostic::Diagnostic, rules},
};

pub fn doc(schema: &Schema, out: &mut Vec<Diagnostic>) {
    for doc in docs(schema) {
        if !doc.trim_end().ends_with('.') {
            out.push(Diagnostic::new(&rules::DOC, doc.span, "a doc or note must end with a full stop"));
        }
    }
}

/// Everything that readers of the documentation see as a sentence.
fn docs(schema: &Schema) -> Vec<&Str> {
    let root = &schema.root;
    let mut docs = vec![&root.doc];
    docs.extend(root.hosts.iter().map(|host| &host.doc));
    docs.extend(root.entities.iter().map(|entity| &entity.doc));
    docs.extend(root.groups.iter().flat_map(|group| &group.fields.value).flat_map(field_docs));
    docs.extend(shape_docs(&root.shapes));
    for model in schema.models.iter().map(|file| &file.model) {
        docs.push(&model.doc);
        docs.extend(model.not_offered.iter().map(|left_out| &left_out.reason));
        docs.extend(model.filters().flatten().flat_map(|filter| with_note(&filter.doc, filter.note.as_ref())));
        docs.extend(model.endpoints.iter().flat_map(|special| with_note(&special.doc, special.note.as_ref())));
        docs.extend(model.bodies.iter().map(|body| &body.doc));
        docs.extend(shape_docs(&model.shapes));
        let fields = model.fields.iter().filter_map(|entry| match entry {
            Entry::Field(field) => Some(field.as_ref()),
            Entry::Include(_) => None,
        });
        docs.extend(fields.flat_map(field_docs));
    }
    docs
}

fn shape_docs(shapes: &[Shape]) -> impl Iterator<Item = &Str> {
    shapes.iter().flat_map(|shape| {
        let fields = shape.fields.iter().flat_map(|field| with_note(&field.doc, field.note.as_ref()));
        std::iter::once(&shape.doc).chain(fields)
    })
}

fn field_docs(field: &Field) -> impl Iterator<Item = &Str> {
    with_note(&field.doc, field.note.as_ref())
}

fn with_note<'a>(doc: &'a Str, note: Option<&'a Str>) -> impl Iterator<Item = &'a Str> {
    std::iter::once(doc).chain(note)
}
