//! Ingestion of events and data points.

use serde_json::{Value, json};

use crate::{
    operations::{
        computed::missing_subject,
        error::ApiError,
        journal::{Journal, Keys, WriteKind, keys},
        response::ApiResponse,
        write::{Requirements, Writer},
    },
    tables::{
        catalog::{Table, catalog},
        record::{ID, Record, value_at},
        registry::{About, Action, Ingest, Type},
    },
};

/// Stores one item or several. If the model can be read back, the response reports each item; if not, the response is
/// empty, and one invalid item rejects all.
pub(crate) fn ingest(writer: Writer, journal: Journal, ingest: &Ingest, body: &Value) -> Result<ApiResponse, ApiError> {
    let items = items(ingest, body)?;
    let is_readable =
        writer.table.model.routes.iter().any(|route| matches!(route.action, Action::Get(_) | Action::List(_)));
    let mut ingestion = Ingestion { writer, journal, ingest };
    if is_readable {
        return Ok(ingestion.each(items));
    }
    ingestion.all(items)?;
    Ok(ApiResponse::empty())
}

fn items<'a>(ingest: &Ingest, body: &'a Value) -> Result<&'a [Value], ApiError> {
    match body {
        Value::Object(_) if ingest.one => Ok(std::slice::from_ref(body)),
        Value::Array(items) if ingest.many => Ok(items),
        _ if !ingest.many => Err(ApiError::bad("the body must be an object")),
        _ if !ingest.one => Err(ApiError::bad("the body must be an array")),
        _ => Err(ApiError::bad("the body must be an object or an array")),
    }
}

struct Ingestion<'a> {
    writer: Writer<'a>,
    journal: Journal<'a>,
    ingest: &'a Ingest,
}

impl Ingestion<'_> {
    /// Stores the valid items, and reports their number and the errors of the others.
    fn each(&mut self, items: &[Value]) -> ApiResponse {
        let mut processed = 0_usize;
        let mut errors = Vec::new();
        for item in items {
            match self.check(item) {
                Ok(record) => {
                    self.store(item, record);
                    processed += 1;
                }
                Err(error) => errors.push(error.with_keys(&self.keys(item))),
            }
        }
        ApiResponse::ok(json!({ "processed": processed, "errors": errors }))
    }

    /// Stores all items, or none if one is invalid.
    fn all(&mut self, items: &[Value]) -> Result<(), ApiError> {
        let checked = items.iter().enumerate().map(|(index, item)| {
            self.check(item).map_err(|error| ApiError::bad(format!("item {index}: {}", error.message)))
        });
        let records: Vec<Record> = checked.collect::<Result<_, _>>()?;
        for (item, record) in items.iter().zip(records) {
            self.store(item, record);
        }
        Ok(())
    }

    fn check(&mut self, item: &Value) -> Result<Record, ApiError> {
        let body = item.as_object().ok_or_else(|| ApiError::bad("an item must be an object"))?;
        let requirements = Requirements { required: self.ingest.required, any_of: self.ingest.any_of };
        let record = self.writer.build(body, None, &requirements)?;
        missing_subject(self.writer.table, &record).map_or(Ok(record), |error| Err(ApiError::bad(error)))
    }

    fn store(&mut self, item: &Value, record: Record) {
        if self.ingest.about.as_ref().is_some_and(|about| !self.ensure_subject(about, item)) {
            return;
        }
        let id = self.writer.store(record);
        self.journal.record(WriteKind::Ingested, &id, self.keys(item));
    }

    /// Returns whether the record that an item is about exists. If it does not, it is created from the item, if that has
    /// the fields that a bulk upsert requires.
    fn ensure_subject(&mut self, about: &About, item: &Value) -> bool {
        let Some(table) = catalog().table(about.model) else { return false };
        let Some(requirements) = table.model.routes.iter().find_map(|route| match &route.action {
            Action::BulkUpsert(bulk) => Some(bulk),
            _ => None,
        }) else {
            return false;
        };
        let subject = subject(table, about, item);
        let keys = keys(&subject, requirements.keys.iter().copied());
        if keys.iter().any(|(field, key)| self.writer.store.by_key(table, field, key).is_some()) {
            return true;
        }
        let mut writer = Writer { store: self.writer.store, table, now: self.writer.now };
        let Ok(id) = writer.create(
            &subject,
            None,
            &Requirements { required: requirements.required, any_of: requirements.any_of },
        ) else {
            return false;
        };
        self.journal.record_for(table, WriteKind::Created, &id, keys);
        true
    }

    fn keys(&self, item: &Value) -> Keys {
        let fields = self.ingest.required.iter().chain(self.ingest.any_of).copied();
        item.as_object().map(|body| keys(body, fields.filter(|field| *field != ID))).unwrap_or_default()
    }
}

/// Extracts the record that an item is about. References are external ids.
fn subject(table: &Table, about: &About, item: &Value) -> Record {
    let fields = about.fields.iter().filter_map(|(name, from)| {
        let value = value_at(item.as_object()?, from)?;
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        if value.is_null() || text.is_empty() {
            return None;
        }
        let is_reference = matches!(table.field(name)?.kind, Type::Ref(_));
        Some(((*name).to_owned(), if is_reference { format!("extid-{text}").into() } else { value.clone() }))
    });
    fields.collect()
}
