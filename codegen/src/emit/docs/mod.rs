//! The reference: a page a model, and the page that leads to them.

mod operations;
mod types;

use self::types::{Place, evidence, type_words};
use super::{
    sdk::{ident, rust_type},
    tests::example,
};
use crate::{
    ir::{Api, Enum, Field, Model, Shape},
    schema::derivation,
    write::{
        files::GeneratedFiles,
        markdown::{Page, code},
        rust::{EmitError, RustFile},
    },
};

/// The folder of the reference.
pub const FOLDER: &str = "docs";

/// The pages of the models.
const PAGES: &str = "docs/models";

const INDEX: &str = "docs/README.md";

/// The examples of all pages, as a file that the tests compile.
const EXAMPLES: &str = "tests/src/generated/examples.rs";

pub fn emit(api: &Api, files: &mut GeneratedFiles) -> Result<(), EmitError> {
    files.own(PAGES);
    files.add((INDEX.to_owned(), index(api)));
    let mut examples = RustFile::new(EXAMPLES, "schema/planhat.yaml");
    examples.module_doc("The examples of the reference: they only have to compile.");
    examples.items(&quote::quote!(
        use crate::prelude::*;
    ))?;
    for model in &api.models {
        examples.items(&example(api, model))?;
        files.add((format!("{PAGES}/{}.md", model.names.stem()), page(api, model, &body(examples.latest()))));
    }
    files.add(examples.finish());
    Ok(())
}

/// The statements of a function.
fn body(function: &str) -> String {
    let lines = function.lines().skip_while(|line| !line.starts_with("pub async fn")).skip(1);
    let lines = lines.take_while(|line| *line != "}").filter(|line| *line != "    Ok(())");
    lines.map(|line| line.strip_prefix("    ").unwrap_or(line)).collect::<Vec<_>>().join("\n")
}

fn index(api: &Api) -> String {
    let mut page = Page::new(&format!("{} by model", api.name));
    page.paragraph(&api.doc);
    page.paragraph(
        "The whole public surface is in [API.md](../API.md), a line an item. How the schema is changed when Planhat \
         changes is told in [a page of its own](changing-the-schema.md).",
    );
    let rows = api.models.iter().map(|model| {
        let operations: Vec<String> = model.operations.iter().map(|operation| code(&operation.name)).collect();
        [
            format!("[{}](models/{}.md)", model.name, model.names.stem()),
            code(&format!("{}()", model.names.handle)),
            operations.join(" "),
            model.fields.len().to_string(),
            model.doc.clone(),
        ]
    });
    page.table(["model", "handle", "operations", "fields", "what it is"], rows);
    page.heading(2, "Things without an endpoint");
    page.list(
        api.entities.iter().map(|entity| format!("{}: {} In Rust: `Id<{}>`.", entity.name, entity.doc, entity.rust)),
    );
    page.heading(2, "Shared shapes");
    page.paragraph("Objects inside records that several models have, in `planhat_sdk::shapes`.");
    for shape in &api.shapes {
        shape_section(&mut page, api, None, shape, 3);
    }
    page.heading(2, "Where facts come from");
    page.list(types::EVIDENCE.iter().map(|(_, word, meaning)| format!("`{word}`: {meaning}")));
    page.finish()
}

fn page(api: &Api, model: &Model, example: &str) -> String {
    let mut page = Page::new(&model.name);
    page.paragraph(&model.doc);
    page.paragraph(about(api, model));
    page.heading(2, "Example");
    page.code("rust", example);
    page.heading(2, "Operations");
    operations::section(&mut page, api, model);
    page.heading(2, "Fields");
    page.paragraph("In documented order. `flags` says what is not true of every field; where nothing stands in `from`, it is the documentation.");
    let place = Place { api, model: Some(model), shape: None };
    page.table(FIELD_COLUMNS, model.fields.iter().map(|field| field_row(place, field)));
    enum_sections(&mut page, &model.enums);
    if !model.shapes.is_empty() {
        page.heading(2, "Shapes");
        model.shapes.iter().for_each(|shape| shape_section(&mut page, api, Some(model), shape, 3));
    }
    if !model.not_offered.is_empty() {
        page.heading(2, "Not offered");
        page.list(model.not_offered.iter().map(|left| format!("`{}`: {}", left.operation, left.reason)));
    }
    page.paragraph(format!("[All models](../README.md) · made by `cargo xtask docs` from `{}`", model.file));
    page.finish()
}

/// What else is to be known of a model.
fn about(api: &Api, model: &Model) -> String {
    let names = &model.names;
    let mut about = vec![format!("In Rust: `planhat.{}()`, types in `planhat_sdk::{}`.", names.handle, names.module)];
    if let Some((part, whole)) = model.part_of.as_ref().and_then(|part| Some((part, api.models.get(part.model)?))) {
        let link = format!("[{}]({}.md)", whole.name, whole.names.stem());
        about.push(format!("Its records are those of {link} in which `{}` is `{}`.", part.field, part.value));
    }
    for (field, what) in [(&model.external, "An `ExternalId`"), (&model.source, "A `SourceId`")] {
        about.extend(field.as_ref().map(|field| format!("{what} is matched against `{field}`.")));
    }
    about.extend(model.within.as_ref().map(|field| format!("External ids are unique within one `{field}` only.")));
    about.join(" ")
}

const FIELD_COLUMNS: [&str; 6] = ["name", "Rust", "type", "flags", "from", "meaning"];

fn field_row(place: Place<'_>, field: &Field) -> [String; 6] {
    let rust = rust_type(place.api, place.model, place.shape, field);
    [
        code(&field.wire),
        code(&format!("{}: {rust}", ident(&field.ident))),
        type_words(place, &field.ty),
        flags(field),
        evidence(field.evidence).to_owned(),
        field.doc.clone(),
    ]
}

fn flags(field: &Field) -> String {
    let words = [(field.required, "required"), (field.computed, "computed"), (field.write_only, "write-only")];
    let mut flags: Vec<String> = words.iter().filter(|(set, _)| *set).map(|(_, word)| (*word).to_owned()).collect();
    flags.extend(field.default.as_ref().map(|default| format!("default `{default}`")));
    flags.extend(field.derive.as_ref().map(|derive| format!("derived: {}", derivation::words(derive))));
    flags.join(", ")
}

fn enum_sections(page: &mut Page, enums: &[Enum]) {
    if enums.is_empty() {
        return;
    }
    page.heading(2, "Enums");
    page.paragraph("Every enum is open: a value that is not listed is kept, and written back as it came.");
    for known in enums {
        page.heading(3, &format!("`{}`, the values of `{}`", known.rust, known.field));
        page.table(["value", "Rust"], known.variants.iter().map(|variant| [code(&variant.wire), code(&variant.rust)]));
    }
}

fn shape_section(page: &mut Page, api: &Api, model: Option<&Model>, shape: &Shape, level: usize) {
    page.heading(level, &shape.name);
    page.paragraph(&shape.doc);
    let place = Place { api, model, shape: Some(shape) };
    page.table(FIELD_COLUMNS, shape.fields.iter().map(|field| field_row(place, field)));
    for known in &shape.enums {
        let values: Vec<String> = known.variants.iter().map(|variant| code(&variant.wire)).collect();
        page.paragraph(format!("`{}`: {}", known.rust, values.join(", ")));
    }
}
