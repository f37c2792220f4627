//! Bulk upserts and copies.

use planhat_sandbox::WriteKind;
use serde_json::{Value, json};

use crate::client::{Client, message};

#[tokio::test]
async fn rows_are_created_updated_or_left_as_they_are() {
    let client = Client::new().await;
    let one = client.company("One", "1");
    let two = client.company("Two", "2");
    let rows = json!([
        { "name": "Three", "externalId": 3 },
        { "externalId": "1", "phase": "Live" },
        { "_id": two, "name": "Two" },
        { "name": "Four" },
    ]);
    let (status, report) = client.put("/companies", rows).await;

    assert_eq!(status, 200);
    let ids: Vec<Value> =
        client.sandbox.records("Company").iter().skip(2).map(|record| record["_id"].clone()).collect();
    let expected = json!({
        "created": 2,
        "createdErrors": [],
        "insertsKeys": [{ "_id": ids[0], "externalId": "3" }, { "_id": ids[1] }],
        "updated": 1,
        "updatedErrors": [],
        "updatesKeys": [{ "_id": one, "externalId": "1" }],
        "nonupdates": 1,
        "modified": [one],
        "upsertedIds": ids,
        "permissionErrors": [],
        "validationErrors": [],
    });
    assert_eq!(report, expected);
    assert_eq!(client.kinds(), [WriteKind::Created, WriteKind::Updated, WriteKind::Unchanged, WriteKind::Created]);
    assert_eq!(client.get(&format!("/companies/{one}")).await.1["name"], "One");
}

#[tokio::test]
async fn the_first_key_that_matches_decides() {
    let client = Client::new().await;
    let by_source = client.sandbox.insert("Enduser", json!({ "sourceId": "s", "email": "s@x.org" })).unwrap();
    let by_email = client.sandbox.insert("Enduser", json!({ "email": "e@x.org" })).unwrap();
    let rows = json!([
        { "sourceId": "s", "email": "new@x.org" },
        { "sourceId": "unknown", "email": "e@x.org", "tags": ["t"] },
    ]);
    let (status, report) = client.put("/endusers", rows).await;
    assert_eq!((status, &report["modified"]), (200, &json!([by_source, by_email])));
    let keys = json!([
        { "_id": by_source, "sourceId": "s", "email": "new@x.org" },
        { "_id": by_email, "sourceId": "unknown", "email": "e@x.org" },
    ]);
    assert_eq!(report["updatesKeys"], keys);
}

#[tokio::test]
async fn failed_rows_are_reported_with_the_others() {
    let client = Client::new().await;
    client.company("One", "1");
    client.company("Two", "2");
    let rows = json!([
        { "externalId": "3" },
        { "externalId": "1", "sourceId": "s1" },
        { "externalId": "1", "name": "again" },
        { "externalId": "2", "tags": 5 },
        { "externalId": "4", "name": {} },
        "row",
        { "externalId": "5", "name": "A", "Name": "B" },
    ]);
    let (status, report) = client.put("/companies", rows).await;
    assert_eq!((status, &report["updated"], &report["created"]), (206, &json!(1), &json!(0)));
    let created = json!([
        { "message": "name is required", "externalId": "3" },
        { "message": "name must be text", "externalId": "4" },
    ]);
    let updated = json!([
        { "message": "duplicated externalId: an earlier item has it too", "externalId": "1" },
        { "message": "tags must be an array", "externalId": "2" },
    ]);
    assert_eq!((&report["createdErrors"], &report["updatedErrors"]), (&created, &updated));

    let neither = json!([
        { "message": "an item must be an object" },
        { "message": "two properties differ only by case: Name, name", "externalId": "5" },
    ]);
    assert_eq!(report["validationErrors"], neither);

    let (status, report) = client.put("/companies", json!([{ "phase": "Live" }])).await;
    assert_eq!((status, &report["createdErrors"]), (400, &json!([{ "message": "name is required" }])));
}

#[tokio::test]
async fn new_rows_need_what_bulk_writes_require() {
    let client = Client::new().await;
    let company = client.company("Acme", "acme");
    let (status, report) = client.put("/endusers", json!([{ "companyId": company }, { "email": "a@x.org" }])).await;
    assert_eq!(status, 400);
    assert_eq!(report["createdErrors"][0]["message"], "one of email, externalId, sourceId is required");
    assert_eq!(report["createdErrors"][1]["message"], "companyId is required");

    let (_, report) = client.put("/endusers", json!([{ "companyId": "extid-acme", "externalId": "p" }])).await;
    assert_eq!(report["created"], 1);
    assert_eq!(client.get("/endusers/extid-p").await.1["companyId"], company.as_str());
}

#[tokio::test]
async fn an_id_that_matches_nothing_is_kept() {
    let client = Client::new().await;
    let (_, report) = client.put("/companies", json!([{ "_id": "mine", "name": "A" }])).await;
    assert_eq!(report["insertsKeys"], json!([{ "_id": "mine" }]));
    assert_eq!(client.get("/companies/mine").await.0, 200);
}

#[tokio::test]
async fn a_request_has_an_array_of_limited_length() {
    let client = Client::new().await;
    let (status, body) = client.put("/companies", json!({ "name": "A" })).await;
    assert_eq!((status, message(&body)), (400, "the body must be an array"));
    let (status, body) = client.put("/companies", vec![json!({ "name": "A" }); 5001].into()).await;
    assert_eq!((status, message(&body)), (400, "a request takes at most 5000 items"));
    assert_eq!(client.put("/companies", json!([])).await.0, 200);
}

#[tokio::test]
async fn copies_are_records_of_their_own() {
    let client = Client::new().await;
    let original = client.sandbox.insert("Time Entry", json!({ "hours": 2, "date": "2026-01-05" })).unwrap();
    let (status, report) = client.post("/timeentries/duplicate", json!({ "ids": [original, "none"] })).await;

    assert_eq!((status, &report["created"]), (206, &json!(1)));
    assert_eq!(report["createdErrors"], json!([{ "_id": "none", "message": "there is no Time Entry none" }]));
    let copy = report["upsertedIds"][0].as_str().unwrap();
    assert_ne!(copy, original);
    assert_eq!(client.get(&format!("/timeentries/{copy}")).await.1["hours"], 2);
    assert_eq!(client.post("/timeentries/duplicate", json!({})).await.0, 400);
}
