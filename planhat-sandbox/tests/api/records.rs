//! Single records.

use planhat_sandbox::{InsertError, WriteKind};
use serde_json::{Value, json};

use crate::client::{Client, message};

#[tokio::test]
async fn a_create_returns_the_stored_record() {
    let client = Client::new().await;
    let sent = json!({ "_id": "mine", "updatedAt": "1999", "name": "Acme", "externalId": 4711, "colour": "red" });
    let (status, company) = client.post("/companies", sent).await;

    assert_eq!(status, 200);
    let id = company["_id"].as_str().unwrap();
    assert!(id.len() == 24 && id.chars().all(|c| c.is_ascii_hexdigit()), "{id}");
    assert_eq!((&company["externalId"], &company["colour"]), (&json!("4711"), &json!("red")));
    assert_eq!(company["__v"], 0);
    for time in ["createDate", "updatedAt"] {
        let time = company[time].as_str().unwrap();
        assert!(time.len() == 24 && time.ends_with('Z'), "{time}");
    }
    assert_eq!(client.get(&format!("/companies/{id}")).await, (200, company.clone()));
    assert_eq!(client.sandbox.records("Company"), std::slice::from_ref(&company));

    let applied = &client.sandbox.applied()[0];
    assert_eq!((applied.operation, applied.model, applied.kind), ("companies.create", "Company", WriteKind::Created));
    assert_eq!((applied.id.as_str(), applied.keys["externalId"].as_str()), (id, "4711"));
}

#[tokio::test]
async fn a_create_needs_what_is_required() {
    let client = Client::new().await;
    let refused = async |path: &str, body: Value| {
        let (status, body) = client.post(path, body).await;
        assert_eq!(status, 400);
        message(&body).to_owned()
    };

    assert_eq!(refused("/companies", json!({})).await, "name is required");
    assert_eq!(refused("/companies", json!({ "name": null })).await, "name is required");
    assert_eq!(refused("/companies", json!([])).await, "the body must be an object");
    let nobody = refused("/endusers", json!({ "companyId": "c" })).await;
    assert_eq!(nobody, "one of email, externalId, sourceId is required");
    assert_eq!(client.sandbox.applied(), []);
}

#[tokio::test]
async fn values_of_the_wrong_type_are_rejected_and_others_are_canonicalized() {
    let client = Client::new().await;
    let wrong = [
        (json!({ "name": {} }), "name must be text"),
        (json!({ "name": "A", "tags": "one" }), "tags must be an array"),
        (json!({ "name": "A", "mrr": "high" }), "mrr must be a number"),
        (json!({ "name": "A", "csmScore": "high" }), "csmScore must be a whole number"),
        (json!({ "name": "A", "csmScore": 4.5 }), "csmScore must be a whole number"),
        (json!({ "name": "A", "externalId": [1] }), "externalId must be text or a number"),
        (json!({ "name": "A", "custom": 1 }), "custom must be an object"),
        (json!({ "name": "A", "shareable": { "team": { "fields": 1 } } }), "shareable.team.fields must be an array"),
    ];
    for (body, expected) in wrong {
        let (status, body) = client.post("/companies", body).await;
        assert_eq!((status, message(&body)), (400, expected));
    }

    let company = client.company("Acme", "acme");
    let license = json!({
        "companyId": company, "_currency": "EUR", "value": "12.5", "fixedPeriod": "true",
        "fromDate": "2026-01-01T01:00:00+01:00", "toDate": "", "product": null,
    });
    let (_, license) = client.post("/licenses", license).await;
    assert_eq!(license["fromDate"], "2026-01-01T00:00:00.000Z");
    assert_eq!((&license["value"], &license["fixedPeriod"]), (&json!(12.5), &json!(true)));
    assert_eq!((&license["toDate"], &license["product"]), (&Value::Null, &Value::Null));
    let unknown = "/licenses/5f0000000000000000000000";
    let (status, body) = client.put(unknown, json!({ "fromDate": "soon" })).await;
    assert_eq!(status, 404, "{body}");
    let id = license["_id"].as_str().unwrap();
    let (_, body) = client.put(&format!("/licenses/{id}"), json!({ "fromDate": "soon" })).await;
    assert_eq!(message(&body), "fromDate must be an ISO 8601 time");
}

#[tokio::test]
async fn defaults_and_computed_fields_are_set() {
    let client = Client::new().await;
    let company = client.company("Acme", "acme");
    let sent = json!({ "companyId": company, "email": "a@example.org", "firstName": "Ann", "lastName": "Lee" });
    let (_, enduser) = client.post("/endusers", sent).await;
    assert_eq!((&enduser["name"], &enduser["companyName"]), (&json!("Ann Lee"), &json!("Acme")));
    assert_eq!(enduser["archived"], false);

    let path = format!("/endusers/{}", enduser["_id"].as_str().unwrap());
    let (_, enduser) = client.put(&path, json!({ "lastName": "Ray" })).await;
    assert_eq!(enduser["name"], "Ann Ray");
    let (_, enduser) = client.put(&path, json!({ "name": "Annie" })).await;
    assert_eq!(enduser["name"], "Annie");
    let (_, enduser) = client.put(&path, json!({ "companyId": "unknown" })).await;
    assert_eq!((&enduser["companyId"], enduser.get("companyName")), (&json!("unknown"), None));

    let (_, entry) = client.post("/timeentries", json!({ "date": "2026-01-05", "hours": 1.5, "costRate": 80 })).await;
    assert_eq!((&entry["totalCost"], &entry["timesheetStatus"]), (&json!(120.0), &json!("draft")));
}

#[tokio::test]
async fn references_by_key_become_ids() {
    let client = Client::new().await;
    let company = client.sandbox.insert("Company", json!({ "name": "A", "externalId": "e", "sourceId": "s" })).unwrap();
    for reference in ["extid-e", "srcid-s"] {
        let (_, enduser) = client.post("/endusers", json!({ "email": "a@example.org", "companyId": reference })).await;
        assert_eq!(enduser["companyId"], company.as_str());
    }
    let (status, body) = client.post("/endusers", json!({ "email": "a", "companyId": "extid-none" })).await;
    assert_eq!((status, message(&body)), (400, "companyId: there is no Company extid-none"));
}

#[tokio::test]
async fn references_in_lists_become_ids_and_links_are_stored_as_ids() {
    let client = Client::new().await;
    let company = client.company("Acme", "acme");
    let (_, issue) = client.post("/issues", json!({ "title": "T", "companyIds": ["extid-acme", "other"] })).await;
    assert_eq!(issue["companyIds"], json!([company, "other"]));
    let refused = client.post("/issues", json!({ "title": "T", "companyIds": ["srcid-none"] })).await;
    assert_eq!((refused.0, message(&refused.1)), (400, "companyIds: there is no Company srcid-none"));

    let (_, sheet) = client.post("/timesheets", json!({ "timeEntries": [{ "_id": "one" }, "two"] })).await;
    assert_eq!(sheet["timeEntries"], json!(["one", "two"]));
}

#[tokio::test]
async fn an_update_changes_what_it_sends() {
    let client = Client::new().await;
    let id =
        client.sandbox.insert("Company", json!({ "name": "Acme", "phase": "Trial", "h": 3, "mystery": 1 })).unwrap();
    let path = format!("/companies/{id}");

    let (status, company) = client.put(&path, json!({ "phase": "Live", "h": null, "mystery": 2 })).await;
    assert_eq!(status, 200);
    assert_eq!((&company["name"], &company["phase"]), (&json!("Acme"), &json!("Live")));
    assert_eq!((&company["h"], &company["mystery"]), (&Value::Null, &json!(2)));

    let (_, same) = client.put(&path, json!({ "phase": "Live" })).await;
    assert_eq!(same, company);
    assert_eq!(client.kinds(), [WriteKind::Updated, WriteKind::Unchanged]);

    let (status, body) = client.put(&path, json!({ "_id": id })).await;
    assert_eq!((status, message(&body)), (400, "_id cannot be changed"));
}

#[tokio::test]
async fn custom_fields_merge_key_by_key() {
    let client = Client::new().await;
    let (_, company) = client.post("/companies", json!({ "name": "A", "custom": { "a": 1 }, "custom.b": 2 })).await;
    assert_eq!(company["custom"], json!({ "a": 1, "b": 2 }));

    let path = format!("/companies/{}", company["_id"].as_str().unwrap());
    let (_, company) = client.put(&path, json!({ "custom": { "b": null, "c": "" }, "custom.My field": 3 })).await;
    assert_eq!(company["custom"], json!({ "a": 1, "b": null, "c": "", "My field": 3 }));
    assert_eq!(company.get("custom.My field"), None);

    for body in [json!({ "custom": { "X": 1, "x": 2 } }), json!({ "custom": { "X": 1 }, "custom.x": 2 })] {
        let (status, body) = client.put(&path, body).await;
        assert_eq!((status, message(&body)), (400, "custom has two keys that differ only by case: x"));
    }
}

#[tokio::test]
async fn keys_name_one_record_only() {
    let client = Client::new().await;
    client.company("One", "key");
    let (status, body) = client.post("/companies", json!({ "name": "Two", "externalId": "key" })).await;
    assert_eq!((status, message(&body)), (400, "duplicate externalId: another record has `key`"));

    let other = client.company("Two", "other");
    assert_eq!(client.put(&format!("/companies/{other}"), json!({ "externalId": "key" })).await.0, 400);
    assert_eq!(client.put("/companies/extid-other", json!({ "externalId": "new" })).await.0, 200);
    assert_eq!(client.get("/companies/extid-other").await.0, 404);
    assert_eq!(client.get("/companies/extid-new").await.0, 200);
    assert_eq!(client.post("/companies", json!({ "name": "Three", "externalId": "other" })).await.0, 200);
    assert_eq!(client.post("/companies", json!({ "name": "Four", "externalId": "" })).await.0, 200);
    assert_eq!(client.post("/companies", json!({ "name": "Five", "externalId": "" })).await.0, 200);
}

#[tokio::test]
async fn records_go_by_the_id_forms_that_a_route_takes() {
    let client = Client::new().await;
    let record = json!({ "name": "A", "externalId": "a b/c", "sourceId": "s" });
    let id = client.sandbox.insert("Company", record).unwrap();
    for path in ["/companies/extid-a%20b%2Fc", "/companies/srcid-s", &format!("/companies/{id}")] {
        let (status, company) = client.get(path).await;
        assert_eq!((status, &company["_id"]), (200, &json!(id)), "{path}");
    }
    assert_eq!(client.get("/companies/extid-none").await.0, 404);
    assert_eq!(client.get("/companies/5f0000000000000000000000").await.0, 404);

    let words = "Params identifier must be planhat _id OR start with extid- or srcid-";
    let (status, body) = client.get("/companies/acme").await;
    assert_eq!((status, message(&body)), (400, words));
    let (status, body) = client.delete("/companies/extid-a%20b%2Fc").await;
    assert_eq!((status, message(&body)), (400, words));

    let (status, body) = client.delete(&format!("/companies/{id}")).await;
    assert_eq!((status, body), (200, json!({ "n": 1, "ok": 1, "deletedCount": 1 })));
    assert_eq!(client.delete(&format!("/companies/{id}")).await.0, 404);
    assert_eq!(client.kinds(), [WriteKind::Deleted]);
}

#[tokio::test]
async fn records_can_be_inserted_without_validation() {
    let client = Client::new().await;
    let record = json!({ "_id": "mine", "name": "A", "createDate": "2020-01-01T00:00:00.000Z" });
    assert_eq!(client.sandbox.insert("Company", record).unwrap(), "mine");
    let (_, company) = client.get("/companies/mine").await;
    assert_eq!(company["createDate"], "2020-01-01T00:00:00.000Z");
    assert!(company["updatedAt"].is_string());
    assert_eq!(client.sandbox.applied(), []);

    let unknown = client.sandbox.insert("Nothing", json!({})).unwrap_err();
    assert_eq!(unknown, InsertError::UnknownModel("Nothing".to_owned()));
    assert_eq!(client.sandbox.insert("Company", json!(1)).unwrap_err(), InsertError::NotAnObject);
}
