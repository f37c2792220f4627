//! Names that are taken: by Rust, and by what the generated code uses itself.

/// The keywords of edition 2024, strict and reserved.
pub const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do", "dyn", "else",
    "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro", "match", "mod",
    "move", "mut", "override", "priv", "pub", "ref", "return", "self", "static", "struct", "super", "trait", "true",
    "try", "type", "typeof", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// The keywords that cannot be raw identifiers.
pub const NEVER_RAW: &[&str] = &["self", "super", "crate", "_"];

/// Methods of the types that are read and written; a field cannot be called like one.
pub const RECORD_METHODS: &[&str] = &[
    "body",
    "build",
    "clear",
    "clone",
    "default",
    "diff",
    "extra",
    "from",
    "get",
    "into",
    "is_empty",
    "new",
    "repaired",
    "try_from",
    "try_into",
    "unreadable",
];

/// Methods of the builder of a list; a filter cannot be called like one.
pub const LIST_METHODS: &[&str] = &[
    "all",
    "clone",
    "collect",
    "count",
    "filter",
    "first",
    "items",
    "limit",
    "max_pages",
    "offset",
    "page",
    "page_size",
    "pages",
    "prefetch",
    "prove_end",
    "query_param",
    "retry",
    "select",
    "send",
    "sort",
    "take",
    "timeout",
];

/// Methods of the client; a handle cannot be called like one.
pub const CLIENT_METHODS: &[&str] = &["builder", "clone", "default", "from_env", "new", "stats", "transport"];

/// The standard operations; a special endpoint cannot be called like one.
pub const STANDARD_OPERATIONS: &[&str] =
    &["create", "get", "update", "delete", "list", "bulk_upsert", "bulk_upsert_stream"];

/// Types that the generated code uses; no other type can be called like one.
pub const TYPES: &[&str] = &[
    "AnyId",
    "Api",
    "Attempt",
    "Auth",
    "BTreeMap",
    "Body",
    "Box",
    "Builder",
    "BulkReport",
    "BulkResponse",
    "BulkUpsert",
    "Call",
    "Clone",
    "Copy",
    "CustomFields",
    "Debug",
    "Default",
    "Deleted",
    "Deserialize",
    "Duplicated",
    "Effect",
    "EpochDays",
    "Err",
    "Error",
    "ErrorKind",
    "ExternalId",
    "Failure",
    "Field",
    "From",
    "FromBody",
    "Future",
    "Hash",
    "Host",
    "Id",
    "IdOrExternalId",
    "IdOrSourceId",
    "Ids",
    "Ingest",
    "IngestFailure",
    "IngestReport",
    "IngestTotals",
    "Ingested",
    "Into",
    "IntoFuture",
    "IntoIterator",
    "IntoJson",
    "Item",
    "Items",
    "Iterator",
    "Link",
    "List",
    "ListItem",
    "Model",
    "ModelInfo",
    "None",
    "Object",
    "Ok",
    "OneOf",
    "Operation",
    "Option",
    "Outcome",
    "Page",
    "Pages",
    "Patched",
    "Planhat",
    "PlanhatId",
    "Progress",
    "Record",
    "RecordError",
    "Ref",
    "RepairedField",
    "ResponseKind",
    "Result",
    "RetryBudget",
    "RetryPolicy",
    "RowFailure",
    "Self",
    "Send",
    "Serialize",
    "Some",
    "Sort",
    "Sortable",
    "SourceId",
    "Stats",
    "Stream",
    "String",
    "Sync",
    "Timestamp",
    "TimestampError",
    "ToString",
    "Totals",
    "UnknownFields",
    "UnreadableField",
    "Untyped",
    "Value",
    "Vec",
    "Watch",
];

/// Modules of the SDK and those that the generator makes itself; no model's file can be called like one.
pub const MODULES: &[&str] = &[
    "batch",
    "builder",
    "bulk",
    "call",
    "client",
    "credentials",
    "decode",
    "entities",
    "error",
    "generated",
    "ingest",
    "list",
    "lock",
    "macros",
    "mod",
    "models",
    "operation",
    "prelude",
    "quota",
    "redact",
    "shapes",
    "transport",
    "value",
    "wire",
];

/// Variants that every open enum, and every enum of fields, may need for itself.
pub const VARIANTS: &[&str] = &["Self", "Unknown"];

#[cfg(test)]
mod tests {
    use super::*;

    /// The types that a file's `use` items name.
    fn used(tree: &syn::UseTree, found: &mut Vec<String>) {
        match tree {
            syn::UseTree::Path(path) => used(&path.tree, found),
            syn::UseTree::Group(group) => group.items.iter().for_each(|tree| used(tree, found)),
            syn::UseTree::Name(name) => found.push(name.ident.to_string()),
            syn::UseTree::Rename(name) => found.push(name.rename.to_string()),
            syn::UseTree::Glob(_) => {}
        }
    }

    #[test]
    fn every_type_that_the_sdk_shows_or_uses_is_reserved() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../planhat-sdk/src/lib.rs");
        let file = syn::parse_file(&std::fs::read_to_string(path).unwrap()).unwrap();
        let prelude = file.items.iter().filter_map(|item| match item {
            syn::Item::Mod(module) => module.content.as_ref().map(|(_, items)| items),
            _ => None,
        });
        let mut found = Vec::new();
        for item in file.items.iter().chain(prelude.flatten()) {
            if let syn::Item::Use(item) = item {
                used(&item.tree, &mut found);
            }
        }
        let types = found.iter().filter(|name| name.starts_with(char::is_uppercase) && *name != &name.to_uppercase());
        let free: Vec<_> = types.filter(|name| !TYPES.contains(&name.as_str())).collect();
        assert!(found.len() > 50 && free.is_empty(), "a model could be called like these: {free:?}");
    }
}
