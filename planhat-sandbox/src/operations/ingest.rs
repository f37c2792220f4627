//! Events and data points.

use serde_json::{Value, json};

use crate::{
    operations::{
        bulk::error,
        computed::lost,
        error::Refusal,
        journal::{Account, Kind, keys},
        response::Reply,
        write::{Needs, Writer},
    },
    tables::{
        catalog::{Table, catalog},
        record::{ID, Record, at},
        registry::{About, Action, Ingest, Type},
    },
};

/// Takes one item or many. Where the items can be read back, the answer says what became of them; where they cannot,
/// it is empty, so that one bad item has to refuse them all.
pub(crate) fn ingest(writer: Writer, account: Account, ingest: &Ingest, body: &Value) -> Result<Reply, Refusal> {
    let items = items(ingest, body)?;
    let read_back =
        writer.table.model.routes.iter().any(|route| matches!(route.action, Action::Get(_) | Action::List(_)));
    let mut work = Ingesting { writer, account, ingest };
    if read_back {
        return Ok(work.each(items));
    }
    work.all(items)?;
    Ok(Reply::empty())
}

fn items<'a>(ingest: &Ingest, body: &'a Value) -> Result<&'a [Value], Refusal> {
    match body {
        Value::Object(_) if ingest.one => Ok(std::slice::from_ref(body)),
        Value::Array(items) if ingest.many => Ok(items),
        _ if !ingest.many => Err(Refusal::bad("the body must be an object")),
        _ if !ingest.one => Err(Refusal::bad("the body must be an array")),
        _ => Err(Refusal::bad("the body must be an object or an array")),
    }
}

struct Ingesting<'a> {
    writer: Writer<'a>,
    account: Account<'a>,
    ingest: &'a Ingest,
}

impl Ingesting<'_> {
    /// Stores the items that are in order, and answers how many those are and what is wrong with the others.
    fn each(&mut self, items: &[Value]) -> Reply {
        let mut processed = 0_usize;
        let mut errors = Vec::new();
        for item in items {
            match self.check(item) {
                Ok(record) => {
                    self.store(item, record);
                    processed += 1;
                }
                Err(why) => errors.push(self.error(item, &why)),
            }
        }
        Reply::ok(json!({ "processed": processed, "errors": errors }))
    }

    /// Stores all items, or none.
    fn all(&mut self, items: &[Value]) -> Result<(), Refusal> {
        let checked = items.iter().enumerate().map(|(index, item)| {
            self.check(item).map_err(|why| Refusal::bad(format!("item {index}: {}", why.message)))
        });
        let records: Vec<Record> = checked.collect::<Result<_, _>>()?;
        for (item, record) in items.iter().zip(records) {
            self.store(item, record);
        }
        Ok(())
    }

    fn check(&mut self, item: &Value) -> Result<Record, Refusal> {
        let body = item.as_object().ok_or_else(|| Refusal::bad("an item must be an object"))?;
        let needs = Needs { required: self.ingest.required, any_of: self.ingest.any_of };
        let record = self.writer.build(body, None, &needs)?;
        lost(self.writer.table, &record).map_or(Ok(record), |why| Err(Refusal::bad(why)))
    }

    fn store(&mut self, item: &Value, record: Record) {
        if self.ingest.about.as_ref().is_some_and(|about| !self.is_known(about, item)) {
            return;
        }
        let id = self.writer.store(record);
        self.account.enter(Kind::Ingested, &id, self.keys(item));
    }

    /// Whether the record that an item is about is there. If it is not, it is made of what the item tells, where that
    /// is as much as a bulk write needs.
    fn is_known(&mut self, about: &About, item: &Value) -> bool {
        let Some(table) = catalog().table(about.model) else { return false };
        let Some(needs) = table.model.routes.iter().find_map(|route| match &route.action {
            Action::BulkUpsert(bulk) => Some(bulk),
            _ => None,
        }) else {
            return false;
        };
        let told = told(table, about, item);
        let keys = keys(&told, needs.keys.iter().copied());
        if keys.iter().any(|(field, key)| self.writer.store.by_key(table, field, key).is_some()) {
            return true;
        }
        let mut writer = Writer { store: self.writer.store, table, now: self.writer.now };
        let Ok(id) = writer.create(&told, None, &Needs { required: needs.required, any_of: needs.any_of }) else {
            return false;
        };
        self.account.enter_other(table, Kind::Created, &id, keys);
        true
    }

    fn error(&self, item: &Value, why: &Refusal) -> Value {
        error(why, &self.keys(item))
    }

    fn keys(&self, item: &Value) -> std::collections::BTreeMap<&'static str, String> {
        let fields = self.ingest.required.iter().chain(self.ingest.any_of).copied();
        item.as_object().map(|body| keys(body, fields.filter(|field| *field != ID))).unwrap_or_default()
    }
}

/// What an item tells about a record. It names others by their external ids.
fn told(table: &Table, about: &About, item: &Value) -> Record {
    let told = about.fields.iter().filter_map(|(name, from)| {
        let value = at(item.as_object()?, from)?;
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        if value.is_null() || text.is_empty() {
            return None;
        }
        let is_reference = matches!(table.field(name)?.kind, Type::Ref(_));
        Some(((*name).to_owned(), if is_reference { format!("extid-{text}").into() } else { value.clone() }))
    });
    told.collect()
}
