//! From the names of the schema to names in Rust.
//!
//! - Words are found by heck: `companyId` becomes `company_id` and `CompanyId`. Leading underscores go: `_id`, `id`.
//! - A name that starts with a digit gets an `n` in front: `2fa`, `n2fa` and `N2fa`.
//! - A keyword becomes a raw identifier, `r#type`; the four that cannot be raw get an underscore, `self_`.
//! - A name that the generated code uses itself gets an ending: `build`, `build_value`.
//!
//! Names that become the same are errors in the schema, which [`check`](crate::schema::check) reports.

use heck::{ToSnakeCase, ToUpperCamelCase};

use crate::{
    ir::ModelNames,
    schema::{
        ModelFile, Schema,
        reserved::{KEYWORDS, LIST_METHODS, NEVER_RAW, RECORD_METHODS, TYPES, VARIANTS},
    },
    source::{Span, Str},
};

/// A name in snake case, before keywords are dealt with.
pub fn snake(name: &str) -> String {
    let snake = name.to_snake_case();
    if snake.starts_with(|char: char| char.is_numeric()) { format!("n{snake}") } else { snake }
}

pub fn pascal(name: &str) -> String {
    let pascal = name.to_upper_camel_case();
    if pascal.starts_with(|char: char| char.is_numeric()) { format!("N{pascal}") } else { pascal }
}

/// Whether anything that Rust can write is left of a name.
pub fn is_rust(name: &str) -> bool {
    syn::parse_str::<syn::Ident>(&ident(snake(name))).is_ok() && syn::parse_str::<syn::Ident>(&variant(name)).is_ok()
}

fn ident(snake: String) -> String {
    if NEVER_RAW.contains(&snake.as_str()) {
        format!("{snake}_")
    } else if KEYWORDS.contains(&snake.as_str()) {
        format!("r#{snake}")
    } else {
        snake
    }
}

/// A snake case identifier that leaves out some names.
fn apart(name: &str, taken: &[&str], ending: &str) -> String {
    let snake = snake(name);
    if taken.contains(&snake.as_str()) { snake + ending } else { ident(snake) }
}

/// The identifier of a field: `createdAt`, `created_at`.
pub fn field(wire: &str) -> String {
    apart(wire, RECORD_METHODS, "_value")
}

/// The method of a filter: `companyId`, `company_id`.
pub fn filter(wire: &str) -> String {
    apart(wire, LIST_METHODS, "_filter")
}

/// The variant of an enum's value or of a field: `in progress`, `InProgress`.
pub fn variant(wire: &str) -> String {
    let pascal = pascal(wire);
    if VARIANTS.contains(&pascal.as_str()) { pascal + "Value" } else { pascal }
}

/// The type of an enum in a module with some types of its own: `churnReason`, `ChurnReason`.
pub fn enum_type(wire: &str, own: &[String]) -> String {
    let pascal = pascal(wire);
    if TYPES.contains(&pascal.as_str()) || own.contains(&pascal) { pascal + "Value" } else { pascal }
}

/// The type of an enum in a shape. Shapes share a module, so the shape's name comes first: `RecipientKind`.
pub fn shape_enum_type(shape: &str, wire: &str) -> String {
    pascal(shape) + &pascal(wire)
}

pub fn model(file: &ModelFile) -> ModelNames {
    let record = file.model.record.as_ref().unwrap_or(&file.model.name);
    let rust = pascal(record);
    let noun = file.model.noun.as_ref().map_or_else(|| noun(record), |noun| noun.value.clone());
    ModelNames {
        module: ident(file.stem.clone()),
        new: format!("New{rust}"),
        patch: format!("{rust}Patch"),
        handle: ident(file.model.handle.value.clone()),
        api: pascal(&file.model.handle) + "Api",
        nouns: plural(&noun),
        noun,
        record: rust,
    }
}

/// The types in a model's module apart from its enums, each with the name that it comes from.
///
/// A body may be called like the create type of a model that has no `create`.
pub fn own_types(file: &ModelFile) -> Vec<(String, &Str)> {
    let model = &file.model;
    let ModelNames { record, new, patch, api, .. } = self::model(file);
    let name = model.record.as_ref().unwrap_or(&model.name);
    let mut types = vec![("Field".to_owned(), name), (record, name), (api, &model.handle)];
    types.extend(model.has_create().then_some((new, name)));
    types.extend(model.has_patch().then_some((patch, name)));
    types.extend(model.shapes.iter().map(|shape| (pascal(&shape.name), &shape.name)));
    types.extend(model.bodies.iter().map(|body| (pascal(&body.name), &body.name)));
    types
}

/// The type of the enum of each field and filter that has one. The same values in a filter as elsewhere are one enum.
pub fn enums<'a>(schema: &'a Schema, model: &'a ModelFile) -> Vec<EnumUse<'a>> {
    let own = own_types(model).into_iter().map(|(rust, _)| rust);
    // What the file may import.
    let root = &schema.root;
    let elsewhere = schema.models.iter().map(|file| self::model(file).record);
    let elsewhere = elsewhere.chain(root.entities.iter().map(|entity| pascal(&entity.name)));
    let elsewhere = elsewhere.chain(root.shapes.iter().map(|shape| pascal(&shape.name)));
    let own: Vec<String> = own.chain(elsewhere).collect();
    let mut enums: Vec<EnumUse<'a>> = Vec::new();
    for used in schema.fields(&model.model) {
        if let Some(values) = used.field.r#type.values() {
            let rust = enum_type(&used.field.name, &own);
            enums.push(EnumUse { rust, name: &used.field.name, span: used.span(), values });
        }
    }
    for filter in model.model.filters().flatten() {
        if let Some(values) = filter.r#type.values()
            && !enums.iter().any(|known| known.has(values))
        {
            enums.push(EnumUse {
                rust: enum_type(&filter.name, &own),
                name: &filter.name,
                span: filter.name.span,
                values,
            });
        }
    }
    enums
}

/// An enum of a model.
#[derive(Debug)]
pub struct EnumUse<'a> {
    pub rust: String,
    /// The field or filter that has it.
    pub name: &'a Str,
    /// Where the model says so.
    pub span: Span,
    pub values: &'a [Str],
}

impl EnumUse<'_> {
    /// Whether its values are these.
    pub fn has(&self, values: &[Str]) -> bool {
        self.values.iter().map(|value| &value.value).eq(values.iter().map(|value| &value.value))
    }
}

/// A name in running text: lower case, except for words in capitals such as `NPS`.
pub fn noun(name: &str) -> String {
    let is_acronym = |word: &str| word.chars().count() > 1 && !word.chars().any(char::is_lowercase);
    let word = |word: &str| if is_acronym(word) { word.to_owned() } else { word.to_lowercase() };
    name.split_whitespace().map(word).collect::<Vec<_>>().join(" ")
}

/// The plural of a noun, which may have several words.
pub fn plural(noun: &str) -> String {
    if let Some(stem) = noun.strip_suffix('y').filter(|stem| !stem.ends_with(['a', 'e', 'i', 'o', 'u'])) {
        return format!("{stem}ies");
    }
    let hisses = ["s", "x", "z", "ch", "sh"].iter().any(|ending| noun.ends_with(ending));
    format!("{noun}{}", if hisses { "es" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields() {
        for (wire, rust, pascal) in [
            ("companyId", "company_id", "CompanyId"),
            ("_id", "id", "Id"),
            ("__v", "v", "V"),
            ("_currency", "currency", "Currency"),
            ("type", "r#type", "Type"),
            ("gen", "r#gen", "Gen"),
            ("self", "self_", "SelfValue"),
            ("super", "super_", "Super"),
            ("crate", "crate_", "Crate"),
            ("2fa", "n2fa", "N2fa"),
            ("build", "build_value", "Build"),
            ("isEmpty", "is_empty_value", "IsEmpty"),
            ("custom", "custom", "Custom"),
            ("unknown", "unknown", "UnknownValue"),
            ("nps", "nps", "Nps"),
            ("utmID", "utm_id", "UtmId"),
            ("nrr30", "nrr30", "Nrr30"),
            ("größe", "größe", "Größe"),
        ] {
            assert_eq!((field(wire).as_str(), variant(wire).as_str()), (rust, pascal), "{wire}");
            assert!(is_rust(wire), "{wire}");
        }
    }

    #[test]
    fn filters() {
        assert_eq!(filter("companyId"), "company_id");
        assert_eq!(filter("limit"), "limit_filter");
        assert_eq!(filter("type"), "r#type");
        assert_eq!(filter("build"), "build");
    }

    #[test]
    fn values() {
        assert_eq!(variant("in progress"), "InProgress");
        assert_eq!(variant("R&D"), "RD");
        assert_eq!(variant("Self"), "SelfValue");
        assert_eq!(variant("5 stars"), "N5Stars");
    }

    #[test]
    fn enums() {
        assert_eq!(enum_type("status", &[]), "Status");
        assert_eq!(enum_type("value", &[]), "ValueValue");
        assert_eq!(enum_type("task", &["Task".to_owned()]), "TaskValue");
        assert_eq!(shape_enum_type("Recipient", "type"), "RecipientType");
    }

    #[test]
    fn nouns() {
        assert_eq!(noun("Time Entry"), "time entry");
        assert_eq!(noun("NPS"), "NPS");
        assert_eq!(noun("NPS Campaign"), "NPS campaign");
    }

    #[test]
    fn some_names_cannot_be_written() {
        assert!(!is_rust("&"));
        assert!(!is_rust(""));
        assert!(!is_rust("_"));
        assert!(!is_rust("²"));
        assert!(is_rust("R&D"));
    }
}
