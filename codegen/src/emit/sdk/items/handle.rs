//! The resource handle: one method per operation, and the filters of its lists.

use super::{CRATE, Collector, Part};
use crate::{
    emit::sdk::handle,
    ir::{Batch, Filter, IdForms, Kind, List, Model, Operation, SchemaPath, Type},
};

/// The traits of ids, each with those that take all that it takes.
const FORMS: [(&str, &[&str]); 4] = [
    ("PlanhatId", &["IdOrExternalId", "IdOrSourceId", "AnyId"]),
    ("IdOrExternalId", &["AnyId"]),
    ("IdOrSourceId", &["AnyId"]),
    ("AnyId", &[]),
];

impl Collector<'_> {
    pub(super) fn handle(&mut self, home: &str, model: &Model) {
        let (api, whole) = (format!("{home}::{}", model.names.api), SchemaPath::model(&model.name));
        let accessor = format!("{CRATE}::Planhat::{}", model.names.handle);
        self.plain(accessor, &format!("fn() -> {}", model.names.api), &whole);
        self.plain(api.clone(), "struct", &whole);
        for operation in &model.operations {
            let of = SchemaPath::model(&model.name).operation(&operation.name);
            self.method(&api, model, operation, &of);
            if let Kind::List(list) = &operation.kind {
                self.filters(home, model, list, &of);
            }
        }
    }

    fn method(&mut self, api: &str, model: &Model, operation: &Operation, of: &SchemaPath) {
        let (record, new, patch) = (&model.names.record, &model.names.new, &model.names.patch);
        let method = format!("{api}::{}", operation.name);
        let stream = format!("{method}_stream");
        let by_id = |ids: IdForms, rest: &str| {
            let (form, wider) = form(ids);
            let text = |form: &str| format!("impl {form}<{record}>");
            let id = Part { wider: wider.iter().map(|form| text(form)).collect(), ..Part::new(text(form), of) };
            vec![Part::new("fn(", of), id, Part::new(rest, of)]
        };
        match &operation.kind {
            Kind::Create(_) => self.plain(method, &format!("fn({new}) -> Call<{record}>"), of),
            Kind::Get(ids) => self.add(method, by_id(*ids, &format!(") -> Call<{record}>"))),
            Kind::Update(ids) => self.add(method, by_id(*ids, &format!(", {patch}) -> Call<{record}>"))),
            Kind::Delete(ids) => self.add(method, by_id(*ids, ") -> Call<Deleted>")),
            Kind::List(list) => {
                let item = handle::list_item(self.api, model, list);
                self.plain(method, &format!("fn() -> List<{item}>"), of);
            }
            Kind::BulkUpsert(_) => {
                self.plain(method, &format!("fn(many impl Into<{patch}>) -> BulkUpsert<{record}>"), of);
                self.plain(stream, &format!("fn(stream of impl Into<{patch}>) -> BulkUpsert<{record}>"), of);
            }
            Kind::Copy { .. } => {
                self.plain(method, &format!("fn(many impl Into<Id<{record}>>) -> Call<Duplicated>"), of);
            }
            Kind::Ingest(ingest) => {
                let body = &self.api[ingest.body].rust;
                if ingest.batch == Batch::One {
                    return self.plain(method, &format!("fn({body}) -> Call<Ingested>"), of);
                }
                self.plain(method, &format!("fn(many {body}) -> Ingest"), of);
                self.plain(stream, &format!("fn(stream of {body}) -> Ingest"), of);
            }
        }
    }

    fn filters(&mut self, home: &str, model: &Model, list: &List, of: &SchemaPath) {
        let item = handle::list_item(self.api, model, list);
        for filter in &list.filters {
            let text = format!("fn({}) -> Self", self.filter(filter));
            let path = format!("{CRATE}::List<{home}::{item}>::{}", filter.ident);
            self.plain(path, &text, &of.filter(&filter.wire));
        }
    }

    fn filter(&self, filter: &Filter) -> String {
        match &filter.ty {
            Type::List(item) => {
                let item = self.read(item);
                format!("impl IntoIterator<Item = impl Into<{item}>>")
            }
            ty => format!("impl Into<{}>", self.read(ty)),
        }
    }
}

/// The trait of the ids that an operation takes, and those that take more.
fn form(ids: IdForms) -> (&'static str, &'static [&'static str]) {
    let name = handle::id_form(ids);
    FORMS.into_iter().find(|(known, _)| name == known).unwrap_or(("PlanhatId", &[]))
}
