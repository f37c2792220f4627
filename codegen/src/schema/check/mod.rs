//! The rules of the schema: one function per rule. Each looks at everything and reports all that it finds.

use crate::{schema::Schema, source::diagnostic::Diagnostic};

mod docs;
mod duplicates;
mod fields;
mod names;
mod operations;
mod references;
mod types;

/// A rule: it looks at the whole schema and adds what it finds.
type Check = fn(&Schema, &mut Vec<Diagnostic>);

/// The rules that judge what stands there by itself: they hold for a part of a file, too.
const OF_PARTS: &[Check] = &[
    types::unknown_type,
    types::unknown_target,
    types::unsupported_type,
    duplicates::duplicate,
    names::reserved_name,
    names::file_name,
    names::no_rust_name,
    names::not_snake_case,
    docs::doc,
    fields::field_flags,
    operations::page_sizes,
    operations::endpoint_kind,
    operations::path,
    operations::response,
];

/// The rules that look elsewhere for something, which must not be missing only because it could not be read.
const OF_WHOLES: &[Check] = &[
    references::unknown_group,
    references::unknown_field,
    references::unknown_shape,
    references::unknown_body,
    references::unknown_host,
    references::unknown_model,
    references::unused,
    duplicates::duplicate_route,
    names::name_clash,
    fields::required_without_create,
    fields::not_written,
    fields::id_without_field,
    operations::ids_without_id,
    operations::host_auth,
    operations::no_keys,
    operations::no_operation,
    operations::filter_test,
];

/// Applies all rules but those about structure, which reading has applied already.
pub fn all(schema: &Schema, out: &mut Vec<Diagnostic>) {
    for check in OF_PARTS.iter().chain(OF_WHOLES) {
        check(schema, out);
    }
    if schema.parts.is_empty() {
        return;
    }
    let incomplete = schema.model_names().map(str::to_owned).collect();
    let parts = Schema { models: schema.parts.clone(), incomplete, ..schema.clone() };
    for check in OF_PARTS {
        check(&parts, out);
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, path::Path};

    use super::*;
    use crate::source::{SourceMap, bundled, rules};

    /// The schema of a rule's example, if there is enough of it to check, and the rules that reading it breaks.
    fn example(id: &str) -> (Option<Schema>, BTreeSet<&'static str>) {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/diagnostics/{id}.yaml"));
        let text = std::fs::read_to_string(path).unwrap();
        let (schema, diagnostics) = crate::schema::load::read_all(&SourceMap::new(bundled(&text)));
        (schema, diagnostics.iter().map(|diagnostic| diagnostic.rule.id).collect())
    }

    #[test]
    fn every_rule_is_one_function_or_a_part_of_reading() {
        let examples: Vec<_> = rules::ALL.iter().map(|rule| example(rule.id)).collect();
        let mut judged = BTreeSet::new();
        for (index, check) in OF_PARTS.iter().chain(OF_WHOLES).enumerate() {
            let mut found = Vec::new();
            examples.iter().filter_map(|(schema, _)| schema.as_ref()).for_each(|schema| check(schema, &mut found));
            let found: BTreeSet<&str> = found.iter().map(|diagnostic| diagnostic.rule.id).collect();
            assert_eq!(found.len(), 1, "check {index} is about {found:?}");
            assert!(judged.is_disjoint(&found), "two checks are about {found:?}");
            judged.extend(found);
        }
        let read: BTreeSet<&str> = examples.iter().flat_map(|(_, read)| read).copied().collect();
        for rule in rules::ALL {
            assert!(judged.contains(rule.id) || read.contains(rule.id), "nothing looks at {}", rule.id);
        }
    }
}
