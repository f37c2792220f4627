//! The operations by path and method.

use std::collections::BTreeMap;

use super::{
    answers::{answer, response},
    parameters,
    records::{Schemas, row},
    types::reference,
};
use crate::{
    emit::sdk::with_article,
    ir::{Api, Auth, Batch, BulkUpsert, FieldId, Id as _, Ingest, Item, Kind, List, Model, Needs, Operation, Tenant},
    write::{
        json::{Json, json},
        markdown::code,
    },
};

/// The paths with their operations, and the answers that they refer to by name.
pub fn paths(api: &Api) -> (Json, BTreeMap<String, Json>) {
    let mut paths: Vec<(String, Json)> = Vec::new();
    let mut answers = BTreeMap::new();
    for model in &api.models {
        for operation in model.operations.iter().filter(|operation| whole(api, model, operation).is_none()) {
            let call = Call { api, model, operation, parts: parts(api, model, operation) };
            let method = operation.kind.method().to_lowercase();
            let described = call.describe(&mut answers);
            match paths.iter_mut().find(|(path, _)| *path == operation.path) {
                Some((_, methods)) => *methods = std::mem::replace(methods, Json::object()).with(method, described),
                None => paths.push((operation.path.clone(), Json::object().with(method, described))),
            }
        }
    }
    (Json::Object(paths), answers)
}

/// The model whose operation serves this one too, since a method of a path can stand here only once.
fn whole<'a>(api: &'a Api, model: &Model, operation: &Operation) -> Option<&'a Model> {
    let whole = &api[api.discriminator(model)?.model];
    whole.operations.iter().any(|other| same_route(other, operation)).then_some(whole)
}

/// The models whose operations this one serves as well.
fn parts<'a>(api: &'a Api, model: &Model, operation: &Operation) -> Vec<&'a Model> {
    let is_part = |part: &&Model| {
        part.operations.iter().any(|other| {
            same_route(other, operation) && whole(api, part, other).is_some_and(|whole| whole.id == model.id)
        })
    };
    api.models.iter().filter(is_part).collect()
}

fn same_route(one: &Operation, other: &Operation) -> bool {
    one.path == other.path && one.kind.method() == other.kind.method()
}

/// An operation, with all that it serves.
struct Call<'a> {
    api: &'a Api,
    model: &'a Model,
    operation: &'a Operation,
    parts: Vec<&'a Model>,
}

impl<'a> Call<'a> {
    fn models(&self) -> impl Iterator<Item = &'a Model> {
        std::iter::once(self.model).chain(self.parts.iter().copied())
    }

    fn describe(&self, answers: &mut BTreeMap<String, Json>) -> Json {
        let (model, operation) = (self.model, self.operation);
        let handle = model.names.handle.trim_start_matches("r#");
        let about = self.about();
        let summary = about.split(['.', ';', ',']).next().unwrap_or_default().to_owned();
        let parameters = self.parameters();
        let server = (operation.host.index() > 0).then(|| &self.api[operation.host]);
        let keys = match &operation.kind {
            Kind::BulkUpsert(bulk) => Some(self.api.wires(&bulk.keys).collect::<Json>()),
            _ => None,
        };
        let ids = match operation.kind {
            Kind::Get(ids) | Kind::Update(ids) | Kind::Delete(ids) => Some(parameters::id_fields(self.api, model, ids)),
            _ => None,
        };
        json!({
            "operationId": (format!("{handle}_{}", operation.name)),
            "tags": (self.models().map(|model| &model.name).collect::<Json>()),
            "summary": summary,
            "description": about,
        })
        .maybe("servers", server.map(|host| json!([{"url": (&host.url)}])))
        .maybe("security", self.security())
        .maybe("parameters", (!parameters.is_empty()).then_some(Json::Array(parameters)))
        .maybe("requestBody", self.body())
        .with("responses", self.answers(answers))
        .maybe("x-planhat-ids", ids)
        .maybe("x-planhat-keys", keys)
    }

    fn about(&self) -> String {
        let noun = with_article(&self.model.names.noun);
        let words = match &self.operation.kind {
            Kind::Create(_) => format!(
                "Creates {noun} and returns it as stored. Not idempotent: a repeated request can create another one."
            ),
            Kind::Get(_) => format!("Returns the {} with this id.", self.model.names.noun),
            Kind::Update(_) => {
                let one = &self.model.names.noun;
                format!(
                    "Updates {noun} with the fields that are sent and returns the updated {one}. Do not send `_id`."
                )
            }
            Kind::Delete(_) => format!("Deletes the {} with this id.", self.model.names.noun),
            Kind::List(list) => self.about_list(list),
            Kind::BulkUpsert(bulk) => self.about_bulk(bulk),
            Kind::Copy { .. } | Kind::Ingest(_) => self.operation.doc.clone().unwrap_or_default(),
        };
        self.parts.iter().fold(words, |words, part| match &part.part_of {
            Some(how) => {
                let field = &self.api[how.field].wire;
                format!("{words} Includes the model {}: `{field}` is `{}`.", part.name, how.value)
            }
            None => words,
        })
    }

    fn about_list(&self, list: &List) -> String {
        let words = self.operation.doc.clone().unwrap_or_else(|| format!("Lists {}.", self.model.names.nouns));
        let hidden = list.filters.iter().filter_map(|filter| Some((&filter.wire, filter.hides.as_ref()?)));
        hidden.fold(words, |words, (filter, hides)| format!("{words} Leaves out {hides} unless `{filter}` is sent."))
    }

    fn about_bulk(&self, BulkUpsert { keys, needs: Needs { required, any_of } }: &BulkUpsert) -> String {
        let listed =
            |fields: &[FieldId], between: &str| self.api.wires(fields).map(code).collect::<Vec<_>>().join(between);
        let keys = listed(keys, ", then ");
        let mut words =
            format!("Creates or updates many {}. Matches rows to records by {keys}.", self.model.names.nouns);
        let mut needs = Vec::new();
        if !required.is_empty() {
            needs.push(listed(required, ", "));
        }
        if !any_of.is_empty() {
            needs.push(format!("one of {}", listed(any_of, ", ")));
        }
        if !needs.is_empty() {
            words = format!("{words} New records require {}.", needs.join(" and "));
        }
        format!("{words} Responses with status 206, 400 and 403 can contain the bulk response as well.")
    }

    /// Nothing where it is what the document says of all operations.
    fn security(&self) -> Option<Json> {
        match self.operation.kind {
            Kind::Ingest(Ingest { tenant: Tenant::Path, .. }) => Some(json!([])),
            Kind::Ingest(Ingest { tenant: Tenant::Basic, .. }) => Some(json!([{"tenantBasic": []}])),
            _ => None,
        }
    }

    fn parameters(&self) -> Vec<Json> {
        match &self.operation.kind {
            Kind::Get(ids) | Kind::Update(ids) | Kind::Delete(ids) => vec![parameters::id_reference(*ids)],
            Kind::List(list) => parameters::of_list(self.api, list),
            Kind::Ingest(Ingest { tenant: Tenant::Path, .. }) => vec![parameters::reference("Tenant")],
            _ => Vec::new(),
        }
    }

    fn body(&self) -> Option<Json> {
        let any = |schema: fn(&Model) -> Json| any_of(self.models().map(schema).collect());
        let media = match &self.operation.kind {
            Kind::Create(_) => json!({"schema": (any(|model| reference(&model.names.new)))}),
            Kind::Update(_) => json!({"schema": (any(|model| reference(&model.names.patch)))}),
            Kind::BulkUpsert(bulk) => json!({
                "schema": {"type": "array", "maxItems": (self.api.limits.bulk_items), "items": (any(row))},
                "example": [(Schemas(self.api).row_example(&bulk.needs))],
            }),
            Kind::Copy { ids } => json!({
                "schema": {
                    "type": "object",
                    "properties": {(ids.as_str()): {"type": "array", "items": {"type": "string"}}},
                    "required": [(ids.as_str())],
                },
            }),
            Kind::Ingest(ingest) => {
                let item = reference(&self.model.names.own(&self.api[ingest.body].rust));
                json!({"schema": (batched(item, ingest.batch))})
            }
            Kind::Get(_) | Kind::Delete(_) | Kind::List(_) => return None,
        };
        Some(json!({"required": true, "content": {"application/json": media}}))
    }

    fn answers(&self, answers: &mut BTreeMap<String, Json>) -> Json {
        let kind = &self.operation.kind;
        let is_bulk = matches!(kind, Kind::BulkUpsert(_) | Kind::Copy { .. });
        let is_counted = self.api[self.operation.host].auth == Auth::Bearer;
        let is_one = matches!(kind, Kind::Get(_) | Kind::Update(_) | Kind::Delete(_));
        let has_body = !matches!(kind, Kind::Get(_) | Kind::Delete(_) | Kind::List(_));
        let (refused, forbidden) = if is_bulk { ("BulkRefused", "BulkForbidden") } else { ("BadRequest", "Forbidden") };
        json!({"200": (response(&self.good(answers)))})
            .maybe("206", is_bulk.then(|| response("BulkPartial")))
            .with("400", response(refused))
            .with("401", response("Unauthorized"))
            .maybe("403", is_counted.then(|| response(forbidden)))
            .maybe("404", is_one.then(|| response("NotFound")))
            .maybe("413", has_body.then(|| response("TooLarge")))
            .maybe("429", is_counted.then(|| response("TooManyRequests")))
            .with("5XX", response("ServerError"))
    }

    /// The name of the good answer, which is added to the named ones if it depends on the model.
    fn good(&self, answers: &mut BTreeMap<String, Json>) -> String {
        let records = || any_of(self.models().map(|model| reference(&model.names.record)).collect());
        let (name, about, schema) = match &self.operation.kind {
            Kind::Create(_) | Kind::Get(_) | Kind::Update(_) => {
                let about = format!("The {}.", self.model.names.noun);
                (self.model.names.record.clone(), about, records())
            }
            Kind::List(list) => {
                let (name, item) = match list.item {
                    Item::Record => (self.model.names.record.clone(), records()),
                    Item::Shape(shape) => {
                        let name = self.model.names.own(&self.api[shape].rust);
                        let item = reference(&name);
                        (name, item)
                    }
                };
                let about = "A page of records, or all records if the list has no pagination.".to_owned();
                (format!("{name}.List"), about, json!({"type": "array", "items": item}))
            }
            Kind::Delete(_) => return "Deleted".to_owned(),
            Kind::BulkUpsert(_) | Kind::Copy { .. } => return "BulkDone".to_owned(),
            // What cannot be read back is taken without a word.
            Kind::Ingest(_) if self.model.has_record => return "Processed".to_owned(),
            Kind::Ingest(_) => return "Accepted".to_owned(),
        };
        answers.entry(name.clone()).or_insert_with(|| answer(&about, schema));
        name
    }
}

fn batched(item: Json, batch: Batch) -> Json {
    let many = json!({"type": "array", "items": (item.clone())});
    match batch {
        Batch::One => item,
        Batch::Many => many,
        Batch::Either => json!({"anyOf": [item, many]}),
    }
}

/// One of several schemas, or the only one.
fn any_of(mut schemas: Vec<Json>) -> Json {
    match schemas.pop() {
        Some(only) if schemas.is_empty() => only,
        Some(last) => {
            schemas.push(last);
            json!({"anyOf": (Json::Array(schemas))})
        }
        None => Json::object(),
    }
}
