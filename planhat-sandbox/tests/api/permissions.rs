//! Tokens with limited permissions.

use planhat_sandbox::{Rights, Sandbox};
use serde_json::{Value, json};

use crate::client::{Client, answer, message};

async fn with(rights: Rights) -> Client {
    Client { sandbox: Sandbox::builder().token("clerk", rights).start().await.unwrap(), http: reqwest::Client::new() }
}

/// A call of the clerk.
async fn call(client: &Client, method: &str, path: &str, body: Value) -> (u16, Value) {
    answer(client.bare(method, path).bearer_auth("clerk").json(&body)).await
}

#[tokio::test]
async fn single_calls_and_lists_need_their_right() {
    let client = with(Rights::none().read("Company").update("Company").create("License")).await;
    let company = client.company("Acme", "acme");
    let path = format!("/companies/{company}");
    let status = async |method, path: &str, body| call(&client, method, path, body).await.0;

    assert_eq!(status("GET", "/companies", Value::Null).await, 200);
    assert_eq!(status("GET", "/leancompanies", Value::Null).await, 200);
    assert_eq!(status("GET", &path, Value::Null).await, 200);
    assert_eq!(status("PUT", &path, json!({ "phase": "Live" })).await, 200);
    let (refused, body) = call(&client, "POST", "/companies", json!({ "name": "New" })).await;
    assert_eq!((refused, message(&body)), (403, "the token has no permission to create Company"));
    let (refused, body) = call(&client, "DELETE", &path, Value::Null).await;
    assert_eq!((refused, message(&body)), (403, "the token has no permission to delete Company"));

    let license = json!({ "_currency": "EUR", "companyId": company, "fromDate": "2026-01-01", "value": 5 });
    assert_eq!(status("POST", "/licenses", license).await, 200);
    let (refused, body) = call(&client, "GET", "/licenses", Value::Null).await;
    assert_eq!((refused, message(&body)), (403, "the token has no permission to read License"));
    assert_eq!(status("GET", "/licenses/5f0000000000000000000000", Value::Null).await, 403);
    assert_eq!(status("PUT", "/licenses/5f0000000000000000000000", json!({ "value": 1 })).await, 403);
    assert_eq!(status("GET", "/users", Value::Null).await, 403);
    assert_eq!(status("POST", "/timeentries/duplicate", json!({ "ids": [] })).await, 403);
    assert_eq!(client.sandbox.records("Company").len(), 1);

    // The main token permits everything, and the limited one is accepted as user name too.
    assert_eq!(client.get("/users").await.0, 200);
    assert_eq!(answer(client.bare("GET", "/companies").basic_auth("clerk", Some(""))).await.0, 200);
    assert_eq!(answer(client.bare("GET", "/users").basic_auth("clerk", Some(""))).await.0, 403);
    assert_eq!(answer(client.bare("GET", "/companies").bearer_auth("another")).await.0, 401);
}

#[tokio::test]
async fn rows_that_may_not_be_written_are_permission_errors() {
    let rows = json!([{ "externalId": "old", "phase": "Live" }, { "externalId": "new", "name": "New" }]);
    let denied = |what: &str, key: &str| json!([{ "message": format!("the token has no permission to {what} Company"), "externalId": key }]);

    let client = with(Rights::all().nothing("Company").update("Company")).await;
    client.company("Old", "old");
    let (status, report) = call(&client, "PUT", "/companies", rows.clone()).await;
    assert_eq!((status, &report["updated"], &report["created"]), (206, &json!(1), &json!(0)));
    assert_eq!(report["permissionErrors"], denied("create", "new"));
    assert_eq!((&report["createdErrors"], &report["updatedErrors"]), (&json!([]), &json!([])));

    let client = with(Rights::none().create("Company")).await;
    client.company("Old", "old");
    let (status, report) = call(&client, "PUT", "/companies", rows.clone()).await;
    assert_eq!((status, &report["updated"], &report["created"]), (206, &json!(0), &json!(1)));
    assert_eq!(report["permissionErrors"], denied("update", "old"));

    let client = with(Rights::none().read("Company")).await;
    client.company("Old", "old");
    let (status, report) = call(&client, "PUT", "/companies", rows).await;
    assert_eq!((status, report["permissionErrors"].as_array().map(Vec::len)), (403, Some(2)));
    assert_eq!((&report["updated"], &report["created"]), (&json!(0), &json!(0)));
    assert_eq!(client.sandbox.applied(), []);
}

#[tokio::test]
async fn submodels_have_the_rights_of_their_model() {
    let client = with(Rights::none().read("Ticket")).await;
    assert_eq!(call(&client, "GET", "/tickets", Value::Null).await.0, 200);
    assert_eq!(call(&client, "GET", "/conversations", Value::Null).await.0, 200);
    assert_eq!(call(&client, "PUT", "/tickets", json!([{ "sourceId": "t" }])).await.0, 403);
}

#[tokio::test]
async fn rights_are_on_models_that_exist() {
    let unknown = Sandbox::builder().token("clerk", Rights::none().read("Compnay")).start().await.unwrap_err();
    assert_eq!(unknown.to_string(), "unknown model `Compnay` in the rights of a token");
}

#[tokio::test]
async fn rights_can_be_written_as_text() {
    let client = with("all, nothing:Invoice,read:Invoice".parse().unwrap()).await;
    let status = async |method, path: &str| call(&client, method, path, json!({ "name": "New" })).await.0;
    assert_eq!((status("POST", "/companies").await, status("GET", "/invoices").await), (200, 200));
    assert_eq!(status("POST", "/invoices").await, 403);

    let why = "read:Company,licenses".parse::<Rights>().unwrap_err().to_string();
    assert!(why.starts_with("invalid right `licenses`; expected `all`, or a model after `read:`"), "{why}");
}
