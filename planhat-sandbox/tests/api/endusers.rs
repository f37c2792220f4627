//! Companies of records, copied fields, and the scope of keys.

use planhat_sandbox::WriteKind;
use serde_json::{Value, json};

use crate::client::{Client, message};

#[tokio::test]
async fn end_users_without_a_company_are_assigned_by_the_domain_of_their_address() {
    let client = Client::new().await;
    let acme =
        client.sandbox.insert("Company", json!({ "name": "Acme", "domains": ["acme.com", "Acme.org"] })).unwrap();
    let other = client.company("Other", "other");
    let enduser = async |body: Value| client.post("/endusers", body).await.1;

    let ann = enduser(json!({ "email": "Ann@ACME.org" })).await;
    assert_eq!((&ann["companyId"], &ann["companyName"]), (&json!(acme), &json!("Acme")));
    assert_eq!(enduser(json!({ "email": "bob@elsewhere.com" })).await.get("companyId"), None);
    assert_eq!(enduser(json!({ "email": "eve@acme.com", "companyId": other })).await["companyId"], json!(other));
    assert_eq!(enduser(json!({ "email": "acme.com@x.org" })).await.get("companyId"), None);

    let rows = json!([{ "email": "dan@acme.com" }, { "email": "bob@nowhere.com" }]);
    let (status, report) = client.put("/endusers", rows).await;
    assert_eq!((status, &report["created"]), (206, &json!(1)));
    assert_eq!(report["createdErrors"][0]["message"], "companyId is required");

    // A new address does not move an end user.
    let path = format!("/endusers/{}", ann["_id"].as_str().unwrap());
    client.sandbox.insert("Company", json!({ "name": "New", "domains": ["new.com"] })).unwrap();
    assert_eq!(client.put(&path, json!({ "email": "ann@new.com" })).await.1["companyId"], json!(acme));
}

#[tokio::test]
async fn tickets_and_notes_find_their_company_and_nps_responses_their_end_user() {
    let client = Client::new().await;
    let company = json!({ "name": "Acme", "externalId": "acme", "domains": ["acme.com"] });
    let acme = client.sandbox.insert("Company", company).unwrap();
    let other = client.company("Other", "other");
    let tickets = json!([
        { "sourceId": "1", "email": "a@x.org", "domains": ["x.org", "acme.com"] },
        { "sourceId": "2", "email": "a@acme.com", "companyExternalId": "other", "domains": ["acme.com"] },
    ]);
    assert_eq!(client.put("/tickets", tickets).await.0, 200);
    assert_eq!(client.listed("/tickets", "companyId").await, [acme.as_str(), other.as_str()]);
    assert_eq!(client.listed("/tickets", "companyName").await, ["Acme", "Other"]);

    let (_, note) = client.post("/conversations", json!({ "type": "note", "companyExternalId": "acme" })).await;
    assert_eq!((&note["companyId"], &note["companyName"]), (&json!(acme), &json!("Acme")));
    let unknown = client.post("/conversations", json!({ "type": "note", "companyExternalId": "none" })).await;
    assert_eq!((unknown.0, message(&unknown.1)), (400, "companyId is required"));

    let ann = client.sandbox.insert("Enduser", json!({ "email": "ann@acme.com", "companyId": acme })).unwrap();
    let (_, answer) = client.post("/nps", json!({ "email": "ann@acme.com", "score": 9 })).await;
    assert_eq!((&answer["euId"], &answer["cId"]), (&json!(ann), &json!(acme)));
}

#[tokio::test]
async fn names_change_wherever_they_are_shown() {
    let client = Client::new().await;
    let company = client.company("Acme", "acme");
    let owner = client.sandbox.insert("User", json!({ "nickName": "Ann" })).unwrap();
    let asset = json!({ "name": "A", "companyId": "extid-acme", "ownerId": owner });
    let (_, asset) = client.post("/assets", asset).await;
    assert_eq!((&asset["companyName"], &asset["ownerName"]), (&json!("Acme"), &json!("Ann")));
    let invoice = json!({ "currency": "EUR", "cId": company, "invoiceDate": 20000 });
    assert_eq!(client.post("/invoices", invoice).await.1["cName"], "Acme");
    let task = json!({ "mainType": "task", "companyId": company, "ownerId": owner });
    assert_eq!(client.post("/tasks", task).await.1["ownerName"], "Ann");

    client.put(&format!("/companies/{company}"), json!({ "name": "Acme Ltd" })).await;
    client.put("/users", json!([{ "_id": owner, "nickName": "Annie" }])).await;
    let (_, asset) = client.get(&format!("/assets/{}", asset["_id"].as_str().unwrap())).await;
    assert_eq!((&asset["companyName"], &asset["ownerName"]), (&json!("Acme Ltd"), &json!("Annie")));
    assert_eq!(client.listed("/invoices", "cName").await, ["Acme Ltd"]);
    // A task keeps the name that its owner had when it was created.
    assert_eq!(client.listed("/tasks", "companyName").await, ["Acme Ltd"]);
    assert_eq!(client.listed("/tasks", "ownerName").await, ["Ann"]);
    // Updating copied names does not count as a write.
    assert_eq!(client.kinds().iter().filter(|kind| **kind == WriteKind::Updated).count(), 2);

    let (_, later) = client.post("/campaigns", json!({ "name": "C", "companyId": "5f0000000000000000000000" })).await;
    assert_eq!(later.get("companyName"), None);
    client.put("/companies", json!([{ "_id": "5f0000000000000000000000", "name": "Late" }])).await;
    assert_eq!(client.listed("/campaigns", "companyName").await, ["Late"]);
}

#[tokio::test]
async fn external_ids_are_unique_within_a_company_and_source_ids_everywhere() {
    let client = Client::new().await;
    let (one, two) = (client.company("One", "1"), client.company("Two", "2"));
    let asset = |company: &str, keys: Value| {
        let mut body = json!({ "name": "A", "companyId": company });
        body.as_object_mut().unwrap().extend(keys.as_object().unwrap().clone());
        body
    };
    assert_eq!(client.post("/assets", asset(&one, json!({ "externalId": "e", "sourceId": "s" }))).await.0, 200);
    assert_eq!(client.post("/assets", asset(&two, json!({ "externalId": "e" }))).await.0, 200);
    let (status, body) = client.post("/assets", asset(&one, json!({ "externalId": "e" }))).await;
    assert_eq!((status, message(&body)), (400, "duplicate externalId: another record has `e`"));
    let (status, body) = client.post("/assets", asset(&two, json!({ "sourceId": "s" }))).await;
    assert_eq!((status, message(&body)), (400, "duplicate sourceId: another record has `s`"));
    assert_eq!(client.post("/projects", asset(&one, json!({ "externalId": "e", "sourceId": "s" }))).await.0, 200);

    let rows = json!([
        { "companyId": one, "externalId": "e", "name": "of One" },
        { "companyId": "extid-2", "externalId": "e", "name": "of Two" },
        { "companyId": two, "externalId": "new", "name": "new" },
    ]);
    let (status, report) = client.put("/assets", rows).await;
    assert_eq!((status, &report["updated"], &report["created"]), (200, &json!(2), &json!(1)), "{report}");
    assert_eq!(client.listed("/assets", "name").await, ["of One", "of Two", "new"]);
    let (status, report) = client.put("/assets", json!([{ "externalId": "e", "name": "of whom?" }])).await;
    let expected = json!([{ "message": "externalId: more than one record has e", "externalId": "e" }]);
    assert_eq!((status, &report["updatedErrors"]), (400, &expected));
    let (_, report) = client.put("/assets", json!([{ "externalId": "new", "name": "newer" }])).await;
    assert_eq!(report["updated"], 1);
}

#[tokio::test]
async fn an_address_is_a_key_only_where_it_is_unique_and_an_id_is_one_of_any_model() {
    let client = Client::new().await;
    let company = client.company("Acme", "acme");
    for name in ["Ann", "Bob"] {
        let enduser = json!({ "email": "office@acme.com", "firstName": name, "companyId": company });
        assert_eq!(client.post("/endusers", enduser).await.0, 200);
    }
    let row = json!([{ "email": "office@acme.com", "companyId": company, "firstName": "Eve" }]);
    let (status, report) = client.put("/endusers", row).await;
    let message = "email: more than one record has office@acme.com";
    assert_eq!((status, &report["updatedErrors"][0]["message"]), (400, &json!(message)));

    let (status, report) = client.put("/users", json!([{ "_id": company, "nickName": "U" }])).await;
    assert_eq!((status, &report["createdErrors"][0]["message"]), (400, &json!("duplicate _id: another record has it")));
}

#[tokio::test]
async fn events_create_unknown_end_users_of_known_companies_and_drop_others() {
    let client = Client::new().await;
    let acme = client.company("Acme", "acme");
    let silence = (200, Value::String(String::new()));
    let track = async |event: Value| assert_eq!(client.ingest("/analytics", event).await, silence);

    track(json!({ "email": "ann@acme.com", "action": "Login", "companyExternalId": "acme", "firstName": "Ann" })).await;
    track(json!({ "externalId": "bob", "action": "Login", "companyExternalId": "nobody's" })).await;
    track(json!({ "email": "eve@acme.com", "action": "Login" })).await;
    let endusers = client.sandbox.records("Enduser");
    assert_eq!(endusers.len(), 1);
    assert_eq!((&endusers[0]["email"], &endusers[0]["name"]), (&json!("ann@acme.com"), &json!("Ann")));
    assert_eq!((&endusers[0]["companyId"], &endusers[0]["companyName"]), (&json!(acme), &json!("Acme")));
    assert_eq!(client.kinds(), [WriteKind::Created, WriteKind::Ingested]);
    assert_eq!(client.sandbox.applied()[0].model, "Enduser");

    let events = json!([
        { "id": "u1", "cId": "acme", "action": "Login", "name": "Una One" },
        { "id": "u1", "action": "Logout" },
        { "email": "ann@acme.com", "action": "Logout" },
        { "id": "u2", "action": "Login" },
    ]);
    assert_eq!(client.ingest("/analytics/bulk", events).await, silence);
    assert_eq!(client.listed("/endusers", "name").await, ["Ann", "Una One"]);
    assert_eq!(client.sandbox.records("User Activity").len(), 4);

    let segment = async |call: Value| {
        let request = client.bare("POST", "/dock/segment").basic_auth(client.sandbox.tenant_token(), Some(""));
        assert_eq!(crate::client::answer(request.json(&call)).await, silence);
    };
    segment(json!({ "type": "track", "user_id": "s1", "event": "Login" })).await;
    let traits = json!({ "name": "Sam", "email": "sam@acme.com", "companyId": "acme" });
    segment(json!({ "type": "identify", "user_id": "s1", "traits": traits })).await;
    segment(json!({ "type": "track", "user_id": "s1", "event": "Login" })).await;
    assert_eq!(client.listed("/endusers?email=sam@acme.com", "externalId").await, ["s1"]);
    assert_eq!(client.sandbox.records("User Activity").len(), 6);
}
