//! The rules of the schema: one function a rule. Each looks at everything and reports all that it finds.

use crate::diagnostic::Diagnostic;
use crate::schema::Schema;

mod docs;
mod duplicates;
mod fields;
mod names;
mod operations;
mod references;
pub mod rules;
mod types;

/// A rule: it looks at the whole schema and adds what it finds.
type Check = fn(&Schema, &mut Vec<Diagnostic>);

const CHECKS: &[Check] = &[
    types::unknown_type,
    types::unknown_target,
    types::unsupported_type,
    references::unknown_group,
    references::unknown_field,
    references::unknown_shape,
    references::unknown_body,
    references::unknown_host,
    references::unknown_model,
    references::unused,
    duplicates::duplicate,
    duplicates::duplicate_route,
    names::name_clash,
    names::reserved_name,
    names::file_name,
    names::no_rust_name,
    names::not_snake_case,
    docs::doc,
    fields::required_without_create,
    fields::field_flags,
    fields::not_written,
    fields::id_without_field,
    operations::ids_without_id,
    operations::page_sizes,
    operations::endpoint_kind,
    operations::path,
    operations::host_auth,
    operations::no_keys,
    operations::no_operation,
    operations::filter_test,
];

/// Applies all rules but those about structure, which reading has applied already.
pub fn all(schema: &Schema, out: &mut Vec<Diagnostic>) {
    for check in CHECKS {
        check(schema, out);
    }
}
