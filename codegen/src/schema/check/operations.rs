//! Rules about operations, hosts and filters.

use crate::{
    ir::{Auth, Response, Tenant, Test, Type},
    schema::{
        Filter, IdForm, Model, Schema, StandardList,
        read::Keyword as _,
        types::{Ty, TypeExpr},
    },
    source::{Span, Spanned, Str, diagnostic::Diagnostic, rules},
};

fn models(schema: &Schema) -> impl Iterator<Item = &Model> {
    schema.models.iter().map(|file| &file.model)
}

pub fn ids_without_id(schema: &Schema, out: &mut Vec<Diagnostic>) {
    for ids in models(schema).flat_map(Model::by_id).map(|operation| &operation.ids) {
        if !ids.iter().any(|form| form.value == IdForm::Id) {
            out.push(Diagnostic::new(&rules::IDS_WITHOUT_ID, ids.span, "`ids` must contain `id`"));
        }
        for (index, form) in ids.iter().enumerate() {
            if let Some(first) = ids.iter().take(index).find(|first| first.value == form.value) {
                let message = "duplicate form of id";
                out.push(Diagnostic::new(&rules::IDS_WITHOUT_ID, form.span, message).also(first.span, "first here"));
            }
        }
    }
}

pub fn page_sizes(schema: &Schema, out: &mut Vec<Diagnostic>) {
    for model in models(schema) {
        if let Some(list) = model.operations.as_ref().and_then(|operations| operations.list.as_ref()) {
            page_size(list.default.as_ref(), list.max.as_ref(), out);
            limit_seen(list, out);
        }
        for list in model.endpoints.iter().filter_map(|endpoint| endpoint.list.as_ref()) {
            page_size(list.default.as_ref(), list.max.as_ref(), out);
        }
    }
}

fn page_size(default: Option<&Spanned<u32>>, max: Option<&Spanned<u32>>, out: &mut Vec<Diagnostic>) {
    let mut report = |span: Span, message: &str| out.push(Diagnostic::new(&rules::PAGE_SIZES, span, message));
    match (default, max) {
        (Some(default), Some(max)) if default.value > max.value => {
            report(default.span, "the default page size is larger than the maximum");
        }
        (Some(default), Some(_)) if default.value == 0 => report(default.span, "the page size must be at least 1"),
        (Some(default), None) => report(default.span, "missing `max` of a paged list"),
        (None, Some(max)) => report(max.span, "missing `default` of a paged list"),
        _ => {}
    }
}

fn limit_seen(list: &StandardList, out: &mut Vec<Diagnostic>) {
    let max = list.max.as_ref().map_or(0, |max| max.value);
    if let Some(seen) = list.limit_seen.as_ref().filter(|seen| max == 0 || seen.value <= max) {
        let message = "`limit_seen` must be larger than the maximum";
        out.push(Diagnostic::new(&rules::PAGE_SIZES, seen.span, message));
    }
}

pub fn endpoint_kind(schema: &Schema, out: &mut Vec<Diagnostic>) {
    for endpoint in models(schema).flat_map(|model| &model.endpoints) {
        let kinds = [endpoint.list.is_some(), endpoint.copy.is_some(), endpoint.ingest.is_some()];
        if kinds.iter().filter(|kind| **kind).count() != 1 {
            let message =
                format!("the endpoint `{}` must be exactly one of `list`, `copy` and `ingest`", endpoint.name.value);
            out.push(Diagnostic::new(&rules::ENDPOINT_KIND, endpoint.name.span, message));
        }
    }
}

pub fn response(schema: &Schema, out: &mut Vec<Diagnostic>) {
    let mut check = |response: Option<&Spanned<Response>>, fitting: &[Response]| {
        if let Some(response) = response.filter(|response| !fitting.contains(&response.value)) {
            let words: Vec<String> = fitting.iter().map(|fitting| format!("`{}`", fitting.keyword())).collect();
            let message = format!("invalid response `{}` of this operation", response.value.keyword());
            let help = format!("one of {}", words.join(", "));
            out.push(Diagnostic::new(&rules::RESPONSE, response.span, message).help(help));
        }
    };
    let record: &[Response] = &[Response::Record, Response::Object];
    let receipts = [Response::Receipt, Response::Json, Response::Any];
    let with = |usual: Response| [&[usual][..], &receipts].concat();
    for model in models(schema) {
        if let Some(operations) = &model.operations {
            check(operations.create.as_ref().and_then(|create| create.response.as_ref()), record);
            for by_id in [&operations.get, &operations.update] {
                check(by_id.as_ref().and_then(|by_id| by_id.response.as_ref()), record);
            }
            let delete = operations.delete.as_ref().and_then(|delete| delete.response.as_ref());
            check(delete, &with(Response::Deletion));
        }
        for endpoint in &model.endpoints {
            check(endpoint.copy.as_ref().and_then(|copy| copy.response.as_ref()), &with(Response::Bulk));
            check(endpoint.ingest.as_ref().and_then(|ingest| ingest.response.as_ref()), &receipts);
        }
    }
}

pub fn path(schema: &Schema, out: &mut Vec<Diagnostic>) {
    for model in models(schema) {
        path_with(&model.path, false, out);
        for endpoint in &model.endpoints {
            endpoint.list.iter().for_each(|list| path_with(&list.path, false, out));
            endpoint.copy.iter().for_each(|copy| path_with(&copy.path, false, out));
            if let Some(ingest) = &endpoint.ingest {
                path_with(&ingest.path, ingest.tenant.value == Tenant::Path, out);
            }
        }
    }
}

fn path_with(path: &Str, tenant: bool, out: &mut Vec<Diagnostic>) {
    let mut report = |message: &str| out.push(Diagnostic::new(&rules::PATH, path.span, message));
    if !path.starts_with('/') {
        report("a path must start with a slash");
    }
    if path.ends_with('/') {
        report("a path must not end with a slash");
    }
    if path.contains(['?', '#']) || path.contains(char::is_whitespace) {
        report("a path must not contain a query, a fragment or spaces");
    }
    let tenants = path.matches("{tenant}").count();
    if tenant && tenants != 1 {
        report("the path must contain `{tenant}` exactly once");
    } else if !tenant && tenants > 0 {
        report("the path must not contain `{tenant}`");
    }
    if path.replace("{tenant}", "").contains(['{', '}']) {
        report("a path must not have parameters other than `{tenant}`; standard operations add `{id}` themselves");
    }
}

pub fn host_auth(schema: &Schema, out: &mut Vec<Diagnostic>) {
    let hosts = &schema.root.hosts;
    match hosts.first() {
        Some(first) if first.auth.value != Auth::Bearer => {
            let message = "the first host must take the API token, which the standard operations send";
            out.push(Diagnostic::new(&rules::HOST_AUTH, first.auth.span, message).help("write `auth: bearer`"));
        }
        Some(_) => {}
        None => out.push(Diagnostic::new(&rules::HOST_AUTH, hosts.span, "an API must have at least one host")),
    }
    for ingest in models(schema).flat_map(|model| &model.endpoints).filter_map(|endpoint| endpoint.ingest.as_ref()) {
        let host = hosts.iter().find(|host| host.name.value == ingest.host.value);
        if let Some(host) = host.filter(|host| host.auth.value != Auth::Tenant) {
            let message = format!("the host `{}` does not take the tenant token", host.name.value);
            let diagnostic = Diagnostic::new(&rules::HOST_AUTH, ingest.host.span, message);
            out.push(diagnostic.also(host.auth.span, "what it takes"));
        }
    }
}

pub fn no_keys(schema: &Schema, out: &mut Vec<Diagnostic>) {
    for model in models(schema) {
        let bulk = model.operations.iter().filter_map(|operations| operations.bulk_upsert.as_ref());
        for keys in bulk.map(|bulk| &bulk.keys).filter(|keys| keys.is_empty()) {
            out.push(Diagnostic::new(&rules::NO_KEYS, keys.span, "a bulk upsert must have at least one key"));
        }
        for fields in model.bodies.iter().map(|body| &body.fields).filter(|fields| fields.is_empty()) {
            out.push(Diagnostic::new(&rules::NO_KEYS, fields.span, "a body must have at least one field"));
        }
    }
}

pub fn no_operation(schema: &Schema, out: &mut Vec<Diagnostic>) {
    for model in models(schema) {
        if model.endpoints.is_empty() && !model.operations.as_ref().is_some_and(crate::schema::Operations::any) {
            let message = format!("the model `{}` has neither operations nor endpoints", model.name.value);
            out.push(Diagnostic::new(&rules::NO_OPERATION, model.name.span, message));
        }
    }
}

pub fn filter_test(schema: &Schema, out: &mut Vec<Diagnostic>) {
    for filter in models(schema).flat_map(Model::filters).flatten() {
        let expected = match filter.test.as_ref().map(|test| test.value) {
            Some(Test::Contains) => "`string`",
            Some(Test::UnlessTrue) => "`boolean`",
            Some(Test::Flag) => "`enum(…)` with the values `only` and `excluded`",
            Some(Test::NewerThanDays) => "`integer` or `number`",
            _ => continue,
        };
        if !fits(filter) && filter.r#type.value != TypeExpr::Broken {
            let message = format!("invalid type for this test: expected {expected}");
            let mut diagnostic = Diagnostic::new(&rules::FILTER_TEST, filter.r#type.span, message);
            if let Some(test) = &filter.test {
                diagnostic = diagnostic.also(test.span, "the test");
            }
            out.push(diagnostic);
        }
    }
}

fn fits(filter: &Filter) -> bool {
    let is = |types: &[Type]| types.iter().any(|ty| filter.r#type.value == TypeExpr::Plain(ty.clone()));
    match filter.test.as_ref().map(|test| test.value) {
        Some(Test::Contains) => is(&[Type::String]),
        Some(Test::UnlessTrue) => is(&[Type::Boolean]),
        Some(Test::NewerThanDays) => is(&[Type::Integer, Type::Number]),
        Some(Test::Flag) => is_flag(&filter.r#type),
        _ => true,
    }
}

fn is_flag(ty: &Ty) -> bool {
    let has = |wanted: &str| ty.values().is_some_and(|values| values.iter().any(|value| value.value == wanted));
    matches!(ty.value, TypeExpr::Enum(_)) && has("only") && has("excluded")
}
