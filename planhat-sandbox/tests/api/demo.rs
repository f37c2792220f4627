//! The demo data set.

use std::collections::{HashMap, HashSet};

use planhat_sandbox::Sandbox;
use serde_json::Value;

use crate::client::Client;

async fn demo(seed: u64) -> Sandbox {
    Sandbox::builder().demo(seed).start().await.unwrap()
}

fn by_id(records: &[Value]) -> HashMap<&str, &Value> {
    records.iter().map(|record| (record["_id"].as_str().unwrap(), record)).collect()
}

#[tokio::test]
async fn it_has_two_hundred_companies_and_their_related_records() {
    let sandbox = demo(1).await;
    assert_eq!(sandbox.records("Company").len(), 200);
    // A model without demo records is fine; most have some.
    let models = planhat_sandbox::models().iter().filter(|model| !sandbox.records(model.name).is_empty());
    assert!(models.count() > 20);
    // Demo records do not count as writes.
    assert_eq!((sandbox.applied_count(), sandbox.requests().len()), (0, 0));
}

#[tokio::test]
async fn equal_seeds_generate_equal_data_and_other_seeds_do_not() {
    let (one, same, other) = (demo(1).await, demo(1).await, demo(2).await);
    assert!(one.export() == same.export());
    assert!(one.export() != other.export());
}

#[tokio::test]
async fn related_records_are_consistent() {
    let sandbox = demo(1).await;
    let (companies, users) = (sandbox.records("Company"), sandbox.records("User"));
    let (companies, users) = (by_id(&companies), by_id(&users));
    let of = |record: &Value| companies[record["companyId"].as_str().unwrap()];

    for company in companies.values() {
        assert!(users.contains_key(company["owner"].as_str().unwrap()));
    }
    for enduser in sandbox.records("Enduser") {
        let domain = of(&enduser)["domains"][0].as_str().unwrap();
        assert!(enduser["email"].as_str().unwrap().ends_with(&format!("@{domain}")), "{enduser}");
        assert_eq!(enduser["companyName"], of(&enduser)["name"]);
    }
    let mut revenue: HashMap<String, i64> = HashMap::new();
    for license in sandbox.records("License") {
        assert!(license["fromDate"].as_str() < license["toDate"].as_str(), "{license}");
        if of(&license)["status"] == "customer" {
            let company = license["companyId"].as_str().unwrap().to_owned();
            *revenue.entry(company).or_default() += license["mrr"].as_i64().unwrap();
        }
    }
    for (id, company) in &companies {
        assert_eq!(company["mrr"].as_i64().unwrap(), revenue.get(*id).copied().unwrap_or_default(), "{company}");
    }
    for point in sandbox.records("Metrics") {
        assert_eq!(point["parentId"], point["companyId"]);
    }
    let entries: HashSet<_> = sandbox.records("Time Entry").iter().map(|entry| entry["_id"].to_string()).collect();
    let sheets = sandbox.records("Timesheet");
    let listed = sheets.iter().flat_map(|sheet| sheet["timeEntries"].as_array().unwrap());
    assert_eq!(listed.map(Value::to_string).collect::<HashSet<_>>(), entries);
}

#[tokio::test]
async fn lists_are_not_empty_as_clients_ask_for_them() {
    let client = Client { sandbox: demo(1).await, http: reqwest::Client::new() };
    // By default, lists hide done tasks and old NPS responses.
    for path in ["/tasks", "/nps", "/endusers", "/tickets?status=open", "/conversations?type=note"] {
        assert!(client.listed(path, "_id").await.len() > 10, "{path}");
    }
}
