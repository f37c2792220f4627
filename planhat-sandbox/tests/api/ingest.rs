//! The analytics host.

use planhat_sandbox::WriteKind;
use serde_json::{Value, json};

use crate::client::{Client, message};

#[tokio::test]
async fn data_points_are_counted_and_can_be_read_back() {
    let client = Client::new().await;
    let company = client.company("Acme", "acme");
    let enduser = json!({ "companyId": company, "externalId": "ann" });
    let enduser = client.sandbox.insert("Enduser", enduser).unwrap();
    let figures = json!([
        { "dimensionId": "logins", "value": 5, "externalId": "acme", "date": "2026-01-02T15:00:00Z" },
        { "dimensionId": "logins", "value": 7, "externalId": "ann", "model": "EndUser" },
        { "dimensionId": "logins", "externalId": "acme" },
        { "dimensionId": "logins", "value": 1, "externalId": "nobody" },
    ]);
    let (status, report) = client.ingest("/dimensiondata", figures).await;

    assert_eq!((status, &report["processed"]), (200, &json!(2)));
    let errors = json!([
        { "message": "value is required", "dimensionId": "logins", "externalId": "acme" },
        {
            "message": "there is no Company with the external id nobody",
            "dimensionId": "logins", "value": "1", "externalId": "nobody",
        },
    ]);
    assert_eq!(report["errors"], errors);
    assert_eq!(client.kinds(), [WriteKind::Ingested, WriteKind::Ingested]);

    let (_, page) = client.get(&format!("/dimensiondata?cId={company}&dimid=logins")).await;
    assert_eq!(page[0]["time"], "2026-01-02T00:00:00.000Z");
    assert_eq!((&page[0]["parentId"], &page[0]["companyId"]), (&json!(company), &json!(company)));
    assert_eq!((&page[1]["parentId"], &page[1]["companyId"]), (&json!(enduser), &json!(company)));
    assert_eq!((&page[0]["companyName"], &page[0]["day"]), (&json!("Acme"), &json!(20455)));
    assert_eq!(page[0].get("externalId"), None);
}

#[tokio::test]
async fn a_single_data_point_is_accepted() {
    let client = Client::new().await;
    client.company("Acme", "acme");
    let (_, report) =
        client.ingest("/dimensiondata", json!({ "dimensionId": "d", "value": 1, "externalId": "acme" })).await;
    assert_eq!(report, json!({ "processed": 1, "errors": [] }));
    assert_eq!(client.ingest("/dimensiondata", json!("d")).await.0, 400);
}

#[tokio::test]
async fn events_get_an_empty_response() {
    let client = Client::new().await;
    client.sandbox.insert("Enduser", json!({ "email": "ann@example.org" })).unwrap();
    let event = json!({ "email": "ann@example.org", "action": "Logged in" });
    assert_eq!(client.ingest("/analytics", event.clone()).await, (200, Value::String(String::new())));
    assert_eq!(client.ingest("/analytics/bulk", json!([event, event])).await, (200, Value::String(String::new())));
    assert_eq!(client.sandbox.records("User Activity").len(), 3);

    let (status, body) = client.ingest("/analytics", json!([event])).await;
    assert_eq!((status, message(&body)), (400, "the body must be an object"));
    let (status, body) = client.ingest("/analytics/bulk", json!([event, { "action": "Logged in" }])).await;
    assert_eq!(status, 400);
    assert!(message(&body).starts_with("item 1: one of email, "), "{body}");
    assert_eq!(client.sandbox.records("User Activity").len(), 3);
}
