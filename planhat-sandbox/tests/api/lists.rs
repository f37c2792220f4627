//! Lists.

use serde_json::{Value, json};

use crate::client::{Client, message};

async fn three() -> Client {
    let client = Client::new().await;
    let companies = [
        json!({ "name": "B", "h": 9, "status": "customer", "custom": { "Region": "North" } }),
        json!({ "name": "A", "h": 10, "status": "lost", "externalId": "a" }),
        json!({ "name": "C", "status": "prospect", "custom": { "Region": "East" } }),
    ];
    for company in companies {
        client.sandbox.insert("Company", company).unwrap();
    }
    client
}

#[tokio::test]
async fn pages_come_in_the_order_of_creation() {
    let client = three().await;
    assert_eq!(client.listed("/companies", "name").await, ["B", "A", "C"]);
    assert_eq!(client.listed("/companies?limit=2", "name").await, ["B", "A"]);
    assert_eq!(client.listed("/companies?limit=2&offset=2", "name").await, ["C"]);
    assert_eq!(client.listed("/companies?offset=9", "name").await, [Value::Null; 0]);
    assert_eq!(client.listed("/companies?whatever=1&limit=", "name").await, ["B", "A", "C"]);

    for query in ["limit=5001", "limit=-1", "limit=ten", "offset=x", "limit=99999999999999999999999"] {
        let (status, body) = client.get(&format!("/companies?{query}")).await;
        assert_eq!(status, 400, "{query}: {}", message(&body));
    }
}

#[tokio::test]
async fn a_page_has_the_default_size_of_its_model() {
    let client = Client::new().await;
    for _ in 0..120 {
        client.sandbox.insert("License", json!({})).unwrap();
    }
    assert_eq!(client.listed("/licenses", "_id").await.len(), 100);
    assert_eq!(client.listed("/licenses?limit=2000", "_id").await.len(), 120);
}

#[tokio::test]
async fn sorting_puts_missing_values_last() {
    let client = three().await;
    assert_eq!(client.listed("/companies?sort=name", "name").await, ["A", "B", "C"]);
    assert_eq!(client.listed("/companies?sort=h", "name").await, ["B", "A", "C"]);
    assert_eq!(client.listed("/companies?sort=-h", "name").await, ["A", "B", "C"]);
    assert_eq!(client.listed("/companies?sort=custom.Region", "name").await, ["C", "B", "A"]);
    assert_eq!(client.listed("/companies?sort=-_id&limit=1", "name").await, ["C"]);
    assert_eq!(client.listed("/companies?sort=nothing", "name").await, ["B", "A", "C"]);
}

#[tokio::test]
async fn a_selection_always_has_the_id() {
    let client = three().await;
    let (_, page) = client.get("/companies?select=name,custom.Region&limit=1").await;
    let id = page[0]["_id"].clone();
    assert_eq!(page, json!([{ "_id": id, "name": "B", "custom": { "Region": "North" } }]));
}

#[tokio::test]
async fn lean_lists_have_a_few_fields_and_no_pages() {
    let client = three().await;
    let (_, lean) = client.get("/leancompanies?limit=1").await;
    assert_eq!(lean.as_array().unwrap().len(), 3);
    assert_eq!(lean[1].as_object().unwrap().keys().collect::<Vec<_>>(), ["_id", "externalId", "name"]);
    assert_eq!(client.listed("/leancompanies?status=lost,customer", "name").await, ["B", "A"]);
    assert_eq!(client.listed("/leancompanies?externalId=a", "name").await, ["A"]);
}

#[tokio::test]
async fn filters_keep_what_matches() {
    let client = Client::new().await;
    for (name, company, archived) in [("A", "c1", false), ("B", "c2", true), ("C", "c3", false)] {
        let record =
            json!({ "name": name, "companyId": company, "archived": archived, "email": format!("{name}@x.org") });
        client.sandbox.insert("Enduser", record).unwrap();
    }
    assert_eq!(client.listed("/endusers", "name").await, ["A", "C"]);
    assert_eq!(client.listed("/endusers?archived=true", "name").await, ["A", "B", "C"]);
    assert_eq!(client.listed("/endusers?companyId=c3,c1", "name").await, ["A", "C"]);
    assert_eq!(client.listed("/endusers?email=C%40x.org", "name").await, ["C"]);
}

#[tokio::test]
async fn days_are_inclusive_bounds() {
    let client = Client::new().await;
    client.company("Acme", "acme");
    for date in ["2026-01-01", "2026-01-02T23:59:00Z", "2026-01-03"] {
        let metric = json!({ "dimensionId": date, "value": 1, "externalId": "acme", "date": date });
        client.ingest("/dimensiondata", metric).await;
    }
    // 20455 is 2026-01-02.
    assert_eq!(client.listed("/dimensiondata?from=20455&to=20455", "dimensionId").await, ["2026-01-02T23:59:00Z"]);
    assert_eq!(client.listed("/dimensiondata?to=20455", "value").await.len(), 2);
    assert_eq!(client.get("/dimensiondata?from=monday").await.0, 400);
}

#[tokio::test]
async fn lists_hide_what_their_defaults_hide() {
    let client = Client::new().await;
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    let days_ago = |days: u64| json!(u64::try_from(now.as_millis()).unwrap() - days * 86_400_000);
    for days in [1, 100, 400] {
        client.post("/nps", json!({ "email": "a@x.org", "score": days % 10, "dateAnswered": days_ago(days) })).await;
    }
    assert_eq!(client.listed("/nps", "score").await.len(), 2);
    assert_eq!(client.listed("/nps?npsExpiryDay=50", "score").await.len(), 1);
    assert_eq!(client.listed("/nps?npsExpiryDay=500", "score").await.len(), 3);

    for archived in [true, false] {
        client.sandbox.insert("Task", json!({ "isArchived": archived })).unwrap();
    }
    assert_eq!(client.listed("/tasks", "isArchived").await, [false]);
    assert_eq!(client.listed("/tasks?isArchived=true", "isArchived").await, [true]);
}

#[tokio::test]
async fn filters_compare_flags_days_and_text() {
    let client = Client::new().await;
    for (value, day, downgrade) in
        [(1, "2026-01-01", Some(true)), (2, "2026-01-02", None), (3, "2026-01-03", Some(false))]
    {
        let churn = json!({ "value": value, "churnDate": format!("{day}T12:00:00.000Z"), "onlyDowngrade": downgrade });
        client.sandbox.insert("Churn", churn).unwrap();
    }
    assert_eq!(client.listed("/churn?downgrades=only", "value").await, [1]);
    assert_eq!(client.listed("/churn?downgrades=excluded", "value").await, [2, 3]);
    assert_eq!(client.listed("/churn?from=2026-01-02", "value").await, [2, 3]);
    assert_eq!(client.listed("/churn?from=2026-01-02&to=2026-01-02", "value").await, [2]);
    assert_eq!(client.get("/churn?downgrades=maybe").await.0, 400);

    client.sandbox.insert("Ticket", json!({ "description": "<b>Printer</b> on fire", "status": "open" })).unwrap();
    assert_eq!(client.listed("/tickets?search=PRINTER%20ON&s=open", "status").await, ["open"]);
    assert_eq!(client.listed("/tickets?s=closed", "status").await, [Value::Null; 0]);
}

#[tokio::test]
async fn a_cap_cuts_pages_without_an_error() {
    let sandbox = planhat_sandbox::Sandbox::builder().page_cap(2).start().await.unwrap();
    let client = Client { sandbox, http: reqwest::Client::new() };
    for name in ["A", "B", "C"] {
        client.company(name, name);
    }
    assert_eq!(client.listed("/companies", "name").await, ["A", "B"]);
    assert_eq!(client.listed("/companies?limit=5000", "name").await, ["A", "B"]);
    assert_eq!(client.listed("/companies?limit=1", "name").await, ["A"]);
    assert_eq!(client.listed("/companies?limit=5000&offset=2", "name").await, ["C"]);
    assert_eq!(client.listed("/leancompanies", "name").await, ["A", "B", "C"]);
}
