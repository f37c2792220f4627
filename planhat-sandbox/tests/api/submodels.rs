//! Submodels.

use serde_json::json;

use crate::client::Client;

#[tokio::test]
async fn submodels_share_the_records_of_their_model() {
    let client = Client::new().await;
    let company = client.company("Acme", "acme");
    let (status, note) = client
        .post("/conversations", json!({ "companyId": company, "type": "note", "description": "<p>Hi <b>all</b></p>" }))
        .await;
    assert_eq!((status, &note["snippet"]), (200, &json!("Hi all")));

    let tickets =
        json!([{ "sourceId": "t1", "email": "a@x.org", "domains": ["x.org"], "title": "Help", "type": "incident" }]);
    let (status, report) = client.put("/tickets", tickets).await;
    assert_eq!(status, 200, "{report}");
    let ticket = report["upsertedIds"][0].as_str().unwrap();

    assert_eq!(client.listed("/tickets", "type").await, ["ticket"]);
    assert_eq!(client.listed("/conversations", "type").await, ["note", "ticket"]);
    assert_eq!(client.listed("/conversations?type=note", "type").await, ["note"]);
    assert_eq!(client.sandbox.records("Note"), std::slice::from_ref(&note));
    assert_eq!(client.sandbox.records("Conversation").len(), 2);

    let (_, shown) = client.get(&format!("/conversations/{ticket}")).await;
    assert_eq!((&shown["subject"], shown.get("title")), (&json!("Help"), None));

    let note = note["_id"].as_str().unwrap();
    assert_eq!(client.delete(&format!("/tickets/{note}")).await.0, 404);
    let (_, report) =
        client.put("/tickets", json!([{ "_id": note, "sourceId": "t2", "email": "a", "domains": [] }])).await;
    assert_eq!(report["createdErrors"][0]["message"], "duplicate _id: another record has it");
    assert_eq!(client.delete(&format!("/conversations/{ticket}")).await.0, 200);
    assert_eq!(client.sandbox.records("Ticket").len(), 0);
}

#[tokio::test]
async fn a_record_inserted_as_a_submodel_belongs_to_it() {
    let client = Client::new().await;
    client.sandbox.insert("Ticket", json!({ "sourceId": "t1" })).unwrap();
    assert_eq!(client.listed("/tickets", "type").await, ["ticket"]);
}
