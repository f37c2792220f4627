//! What the SDK sends is what the table says.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::{
    drive::collections,
    drive_specials::specials,
    recorder::{API_TOKEN, KEY_IN_PATH, Recorder, Sent, TENANT},
    table::{ALL, Auth, Form, Host, MODELS, Model, SPECIALS, Special, Verb, json as parse},
};

/// The user name of Basic authentication is the tenant token, the password is empty.
const BASIC: &str = "Basic MGI3YzJkMWUtYWFhYS00YmJiLThjY2MtMTIzNDU2Nzg5MGFiOg==";

async fn everything_sent() -> Vec<Sent> {
    let recorder = Recorder::new().await;
    collections(&recorder).await;
    specials(&recorder).await;
    recorder.into_sent()
}

fn in_table() -> impl Iterator<Item = (&'static Model, Verb)> {
    MODELS.iter().flat_map(|model| ALL.iter().filter(|verb| model.has(**verb)).map(move |verb| (model, *verb)))
}

#[test]
fn the_registry_of_the_sdk_states_verbs_paths_page_sizes_and_keys_of_the_table() {
    let operations = planhat_sdk::MODELS.iter().flat_map(|model| model.operations);
    let sdk: BTreeMap<_, _> = operations.map(|operation| (operation.name, operation)).collect();
    for (model, verb) in in_table() {
        let name = model.operation(verb);
        let operation = sdk[name.as_str()];
        let (_, method, tail) = verb.facts();
        assert_eq!((operation.method.as_str(), operation.path), (method, &*format!("{}{tail}", model.path)), "{name}");
        let page = operation.paging.map(|paging| (paging.default as usize, paging.max as usize));
        assert_eq!(page, (verb == Verb::List).then_some(model.page), "{name}");
        assert_eq!(operation.keys, if verb == Verb::Bulk { model.keys } else { &[] }, "{name}");
        let idempotency = format!("{:?}", operation.idempotency);
        let expected = match verb {
            Verb::Create => "Never",
            Verb::Bulk => "IfKeyed",
            _ => "Always",
        };
        assert_eq!(idempotency, expected, "{name}");
    }
    for special in SPECIALS {
        let operation = sdk[special.operation];
        assert_eq!((operation.method.as_str(), operation.path), (special.verb, special.path), "{}", special.operation);
        let idempotency = if special.verb == "GET" { "Always" } else { "Never" };
        assert_eq!(format!("{:?}", operation.idempotency), idempotency, "{}", special.operation);
    }
}

#[tokio::test]
async fn every_operation_of_every_collection_sends_what_the_table_says() {
    let sent = everything_sent().await;
    let mut checked = 0;
    for (model, verb) in in_table() {
        let name = model.operation(verb);
        let mine: Vec<_> = sent.iter().filter(|sent| sent.operation == name).collect();
        assert!(!mine.is_empty(), "{name} was not called");
        for Sent { host, request, .. } in &mine {
            assert_eq!((host, &*request.verb), (&Host::Api, verb.facts().1), "{name}");
            assert_eq!(request.header("authorization"), Some(&*format!("Bearer {API_TOKEN}")), "{name}");
            checked += 1;
        }
        check_paths(model, verb, &mine);
        check_bodies(model, verb, &mine);
        check_queries(model, verb, &mine);
    }
    let specials = sent.iter().filter(|sent| SPECIALS.iter().any(|special| special.operation == sent.operation));
    assert_eq!(checked + specials.count(), sent.len(), "a call was made that is not in the table");
}

/// Each form of id that an operation takes stands in the path, encoded.
fn check_paths(model: &Model, verb: Verb, sent: &[&Sent]) {
    let name = model.operation(verb);
    let paths: BTreeSet<String> = sent.iter().map(|sent| sent.request.path().to_owned()).collect();
    let expected: BTreeSet<String> = match verb {
        Verb::Create | Verb::List | Verb::Bulk => BTreeSet::from([model.path.to_owned()]),
        _ => model.forms(verb).iter().map(|form| format!("{}/{}{KEY_IN_PATH}", model.path, prefix(*form))).collect(),
    };
    assert_eq!(paths, expected, "{name}");
}

fn prefix(form: Form) -> &'static str {
    match form {
        Form::Own => "",
        Form::External => "extid-",
        Form::Source => "srcid-",
    }
}

fn check_bodies(model: &Model, verb: Verb, sent: &[&Sent]) {
    let name = model.operation(verb);
    let create = parse(model.create);
    let change = parse(model.change);
    let mut changed = change.clone();
    changed["_id"] = json!("r1");
    let expected: Vec<Option<Value>> = match verb {
        Verb::Create => vec![Some(create)],
        Verb::Update => vec![Some(change); sent.len()],
        Verb::Bulk => vec![Some(json!([create])), Some(json!([changed]))],
        Verb::Get | Verb::Delete | Verb::List => vec![None; sent.len()],
    };
    let bodies: Vec<Option<Value>> = sent.iter().map(|sent| sent.request.json()).collect();
    assert_eq!(bodies, expected, "{name}");
    for sent in sent.iter().filter(|sent| !sent.request.body.is_empty()) {
        let kind = sent.request.header("content-type").unwrap_or_default();
        assert!(kind.starts_with("application/json"), "{name}: {kind}");
    }
}

/// The first list has all filters, the second one has everything else set.
fn check_queries(model: &Model, verb: Verb, sent: &[&Sent]) {
    let name = model.operation(verb);
    let queries: Vec<_> = sent.iter().map(|sent| sent.request.query()).collect();
    if verb != Verb::List {
        assert!(queries.iter().all(BTreeMap::is_empty), "{name}: {queries:?}");
        return;
    }
    let max = model.page.1.to_string();
    let filters = model.filters.iter().map(|(name, value, ..)| (*name, *value)).chain(model.fixed);
    let plain = filters.chain([("limit", &*max), ("offset", "0"), ("sort", "_id")]);
    let chosen = [("limit", "7"), ("offset", "14"), ("sort", "-_id"), ("select", "_id,_id")];
    assert_eq!(queries, [pairs(plain), pairs(chosen.into_iter().chain(model.fixed))], "{name}");
}

fn pairs<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> BTreeMap<String, String> {
    pairs.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

#[tokio::test]
async fn every_special_endpoint_is_called_as_the_table_says() {
    let sent = everything_sent().await;
    for special in SPECIALS {
        let mine: Vec<_> = sent.iter().filter(|sent| sent.operation == special.operation).collect();
        let [Sent { host, request, .. }] = mine.as_slice() else { panic!("{} is one call", special.operation) };
        let Special { operation, verb, path, query, body, .. } = special;
        assert_eq!((*host, &*request.verb), (special.host, *verb), "{operation}");
        assert_eq!(request.path(), path.replace("{tenant}", TENANT), "{operation}");
        assert_eq!(request.query(), pairs(query.iter().copied()), "{operation}");
        assert_eq!(request.json(), body.map(parse), "{operation}");
        let authorization = match special.auth {
            Auth::Bearer => Some(format!("Bearer {API_TOKEN}")),
            Auth::Basic => Some(BASIC.to_owned()),
            Auth::Path => None,
        };
        assert_eq!(request.header("authorization"), authorization.as_deref(), "{operation}");
    }
}

#[tokio::test]
async fn select_and_sort_use_the_names_on_the_wire() {
    use planhat_sdk::{Sort, asset::Field, company};

    let recorder = Recorder::new().await;
    let assets = recorder.planhat.assets();
    let fields = [Field::Currency, Field::SerialNumber, Field::Custom];
    recorder.call("assets.list", assets.list().select(fields).sort(Field::InstallDate.asc()).collect()).await;
    let companies = recorder.planhat.companies().list().sort(company::Field::HProfile.desc());
    recorder.call("companies.list", companies.collect()).await;
    let by_custom = assets.list().sort(Sort::by("custom.Tier & Co").reversed());
    recorder.call("assets.list", by_custom.query_param("newer", "x=1&y").collect()).await;
    let queries: Vec<_> = recorder.into_sent().iter().map(|sent| sent.request.query()).collect();
    assert_eq!(queries[0]["select"], "_currency,serialNumber,custom");
    assert_eq!(queries[0]["sort"], "installDate");
    assert_eq!(queries[1]["sort"], "-hProfile");
    assert_eq!((&*queries[2]["sort"], &*queries[2]["newer"]), ("-custom.Tier & Co", "x=1&y"));
}

#[tokio::test]
async fn references_in_bodies_take_all_three_forms() {
    use planhat_sdk::{ExternalId, Id, NewAsset, NewInvoice, NewIssue, Ref, SourceId};

    let recorder = Recorder::new().await;
    let planhat = &recorder.planhat;
    recorder.call("", planhat.assets().create(NewAsset::new(ExternalId::new("e/1"), "A"))).await;
    recorder.call("", planhat.invoices().create(NewInvoice::new("EUR", SourceId::new("s 1")))).await;
    let companies = [Ref::from(Id::new("c1")), ExternalId::new("e1").into(), SourceId::new("s1").into()];
    recorder.call("", planhat.issues().create(NewIssue::new("I").company_ids(companies))).await;
    let bodies: Vec<_> = recorder.into_sent().iter().map(|sent| sent.request.json().unwrap()).collect();
    assert_eq!(bodies[0]["companyId"], "extid-e/1");
    assert_eq!(bodies[1]["cId"], "srcid-s 1");
    assert_eq!(bodies[2]["companyIds"], json!(["c1", "extid-e1", "srcid-s1"]));
}

#[tokio::test]
async fn a_cleared_field_is_null_and_an_unset_one_is_absent() {
    use planhat_sdk::CompanyPatch;

    let recorder = Recorder::new().await;
    let patch = CompanyPatch::new().description("").clear_owner().custom("Tier", "A").clear_custom("Old");
    recorder.call("", recorder.planhat.companies().update(crate::recorder::external(), patch)).await;
    let body = recorder.into_sent()[0].request.json();
    assert_eq!(body, Some(json!({"description": "", "owner": null, "custom": {"Tier": "A", "Old": null}})));
}
