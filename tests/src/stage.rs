//! The SDK against a sandbox, with a check of verb, path and effect after each call.

// A stage exists for tests only, where a panic is how a check fails.
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::missing_panics_doc, clippy::panic, clippy::unwrap_used)]

use std::{
    collections::BTreeSet,
    sync::{Mutex, PoisonError},
};

use planhat_sandbox::{RequestRecord, Sandbox};
use planhat_sdk::{
    BulkUpsert, Call, Deleted, Duplicated, Id, Ingest, Ingested, List, ListItem, MODELS, Planhat,
    operation::{Auth, Operation},
};
use serde::Serialize;
use serde_json::{Value, json};

/// The key of the records that are there from the start, one of each model that has keys.
const SEEDED_KEY: &str = "seeded-key";

/// A sandbox, a client that talks to it, and what was called so far.
#[derive(Debug)]
pub struct Stage {
    /// The client.
    pub planhat: Planhat,
    sandbox: Sandbox,
    called: Mutex<BTreeSet<&'static str>>,
}

impl Stage {
    /// An empty sandbox but for a record of each model that has an external key.
    pub async fn new() -> Self {
        let sandbox = Sandbox::start().await.expect("the sandbox starts");
        for model in planhat_sandbox::models() {
            if let (Some(key), None) = (model.external, &model.part_of) {
                sandbox.insert(model.name, json!({ key: SEEDED_KEY })).expect("the model is known");
            }
        }
        let planhat = Planhat::builder()
            .base_url(sandbox.api_url())
            .api_token(sandbox.api_token())
            .tenant_token(sandbox.tenant_token())
            .without_quota()
            .build()
            .expect("the settings are right");
        Self { planhat, sandbox, called: Mutex::default() }
    }

    /// The operations that were called.
    #[must_use]
    pub fn called(&self) -> BTreeSet<&'static str> {
        self.called.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The call answers with a record that the sandbox has stored under its id.
    pub async fn created<T: Serialize + 'static>(&self, name: &str, call: Call<T>) -> T {
        let record = call.await.unwrap_or_else(|error| panic!("{name}: {error}"));
        self.check(name, None);
        let json = to_json(&record);
        assert_eq!(
            self.stored(json["_id"].as_str()).as_ref().map(|stored| &stored["_id"]),
            Some(&json["_id"]),
            "{name}"
        );
        record
    }

    /// The bulk upsert creates one record, which the list then shows.
    pub async fn created_in_bulk<M: 'static, T: ListItem>(
        &self,
        name: &str,
        upsert: BulkUpsert<M>,
        list: List<T>,
    ) -> T {
        self.upserted(name, upsert, (1, 0)).await;
        list.collect().await.unwrap_or_else(|error| panic!("{name}: {error}")).pop().expect("it lists what was created")
    }

    /// The call answers with this record.
    pub async fn read<T: Serialize + 'static>(&self, name: &str, call: Call<T>, expected: &T) {
        let record = call.await.unwrap_or_else(|error| panic!("{name}: {error}"));
        let expected = to_json(expected);
        self.check(name, expected["_id"].as_str());
        assert_eq!(to_json(&record), expected, "{name}");
    }

    /// The call answers with a record in which the field has the value, and which is stored so.
    pub async fn changed<T: Serialize + 'static>(&self, name: &str, call: Call<T>, field: &str, value: Value) {
        let record = to_json(&call.await.unwrap_or_else(|error| panic!("{name}: {error}")));
        let id = record["_id"].as_str();
        self.check(name, id);
        assert_eq!(record[field], value, "{name}: {field}");
        assert_eq!(self.stored(id).map(|stored| stored[field].clone()), Some(value), "{name}: {field} as stored");
    }

    /// The record is gone.
    pub async fn deleted<M>(&self, name: &str, call: Call<Deleted>, model: &str, id: &Id<M>) {
        let is_there = || self.sandbox.records(model).iter().any(|record| record["_id"] == id.as_str());
        assert!(is_there(), "{name}: the record is there before");
        let deleted = call.await.unwrap_or_else(|error| panic!("{name}: {error}"));
        self.check(name, Some(id.as_str()));
        assert_eq!(deleted.count, Some(1), "{name}");
        assert!(!is_there(), "{name}: the record is gone");
    }

    /// The list shows the record.
    pub async fn listed<T: ListItem + Serialize, M>(&self, name: &str, list: List<T>, id: &Id<M>) {
        let items = list.collect().await.unwrap_or_else(|error| panic!("{name}: {error}"));
        self.check(name, None);
        assert!(items.iter().any(|item| to_json(item)["_id"] == id.as_str()), "{name} shows {id}");
    }

    /// The list is not empty.
    pub async fn lists_something<T: ListItem>(&self, name: &str, list: List<T>) {
        let items = list.collect().await.unwrap_or_else(|error| panic!("{name}: {error}"));
        self.check(name, None);
        assert!(!items.is_empty(), "{name} shows something");
    }

    /// The filter is sent, and the server takes it.
    pub async fn filtered<T: ListItem>(&self, name: &str, list: List<T>, filter: &str) {
        list.collect().await.unwrap_or_else(|error| panic!("{name}: {error}"));
        let query = self.check(name, None).query;
        assert!(query.split('&').any(|pair| pair.starts_with(&format!("{filter}="))), "{name}: {filter} in {query}");
    }

    /// The bulk upsert creates and updates the expected numbers of records.
    pub async fn upserted<M: 'static>(&self, name: &str, upsert: BulkUpsert<M>, expected: (usize, usize)) {
        let report = upsert.await.unwrap_or_else(|error| panic!("{name}: {error}"));
        self.check(name, None);
        let totals = report.totals();
        let failures: Vec<_> = report.failures().map(|failure| failure.to_string()).collect();
        assert_eq!((totals.created, totals.updated), expected, "{name}: {totals}; {failures:?}");
        assert_eq!(totals.failed + totals.unknown, 0, "{name}: {totals}");
    }

    /// One record was copied.
    pub async fn copied(&self, name: &str, call: Call<Duplicated>) {
        let copied = call.await.unwrap_or_else(|error| panic!("{name}: {error}"));
        self.check(name, None);
        assert_eq!(copied.response.and_then(|response| response.created), Some(1), "{name}");
    }

    /// One item was taken.
    pub async fn accepted(&self, name: &str, call: Call<Ingested>) {
        let before = self.sandbox.applied().len();
        call.await.unwrap_or_else(|error| panic!("{name}: {error}"));
        self.check(name, None);
        assert_eq!(self.sandbox.applied().len() - before, 1, "{name}");
    }

    /// Two items were taken.
    pub async fn ingested(&self, name: &str, ingest: Ingest) {
        let before = self.sandbox.applied().len();
        let report = ingest.await.unwrap_or_else(|error| panic!("{name}: {error}"));
        self.check(name, None);
        let totals = report.totals();
        assert_eq!((totals.accepted, totals.failed, totals.unknown, report.calls()), (2, 0, 0, 1), "{name}");
        assert!(report.errors().is_empty(), "{name}");
        assert_eq!(self.sandbox.applied().len() - before, 2, "{name}");
    }

    /// The last request had the verb and path that the registry says, and was answered with 200.
    fn check(&self, name: &str, id: Option<&str>) -> RequestRecord {
        let operation = operation(name);
        let logged = self.sandbox.requests().pop().expect("a request came");
        assert_eq!(logged.method, operation.method.as_str(), "{name}");
        assert_eq!(logged.status, 200, "{name}: {logged:?}");
        let own = format!("{}-own", name.split('.').next().unwrap_or_default());
        let keys = [format!("extid-{own}"), format!("srcid-{own}")];
        let ids = id.map(str::to_owned).into_iter().chain(keys);
        let fits = ids.map(|id| operation.path.replace("{id}", &id)).any(|path| path == logged.path);
        assert!(fits, "{name}: {} does not fit {}", logged.path, operation.path);
        assert_eq!(operation.auth == Auth::TenantInPath, logged.path.contains("{tenant}"), "{name}");
        self.called.lock().unwrap_or_else(PoisonError::into_inner).insert(operation.name);
        logged
    }

    fn stored(&self, id: Option<&str>) -> Option<Value> {
        let all = planhat_sandbox::models().iter().flat_map(|model| self.sandbox.records(model.name));
        all.into_iter().find(|record| record["_id"].as_str() == id)
    }
}

fn operation(name: &str) -> &'static Operation {
    let all = MODELS.iter().flat_map(|model| model.operations);
    all.copied().find(|operation| operation.name == name).expect("the registry knows the operation")
}

fn to_json(record: &impl Serialize) -> Value {
    serde_json::to_value(record).expect("a record is JSON")
}
