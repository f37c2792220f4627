//! The admin API.

use planhat_sandbox::{Fault, Faults, ImportError, RequestRecord, Rights, Sandbox};
use reqwest::header::{ACCEPT, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HOST, ORIGIN, X_CONTENT_TYPE_OPTIONS};
use serde_json::{Value, json};

use crate::client::{Client, answer, message};

async fn admin() -> Client {
    Client { sandbox: Sandbox::builder().admin(true).start().await.unwrap(), http: reqwest::Client::new() }
}

async fn send(client: &Client, method: &str, path: &str, body: impl Into<reqwest::Body>) -> (u16, Value) {
    answer(client.bare(method, path).body(body)).await
}

async fn get(client: &Client, path: &str) -> Value {
    let (status, body) = answer(client.bare("GET", path)).await;
    assert_eq!(status, 200, "{body}");
    body
}

#[tokio::test]
async fn it_exists_only_if_enabled() {
    let client = Client::new().await;
    for path in ["/_sandbox", "/_sandbox/state", "/_sandbox/page.js", "/"] {
        assert_eq!(answer(client.bare("GET", path).header(ACCEPT, "text/html")).await.0, 404, "{path}");
    }
    assert_eq!(send(&client, "POST", "/_sandbox/reset", "").await.0, 404);
}

#[tokio::test]
async fn state_goes_out_and_comes_in_again() {
    let client = admin().await;
    let acme = client.company("Acme", "a");
    let license = json!({ "companyId": acme, "_currency": "EUR", "fromDate": "2026-01-01", "mrr": 9 });
    assert_eq!(client.post("/licenses", license).await.0, 200);
    client.sandbox.insert("Note", json!({ "companyId": acme, "subject": "Hello" })).unwrap();
    let state = get(&client, "/_sandbox/state").await;
    assert_eq!(state, client.sandbox.export());

    let other = admin().await;
    other.company("Initech", "i");
    assert_eq!(send(&other, "PUT", "/_sandbox/state", state.to_string()).await.0, 200);
    assert_eq!(other.sandbox.export(), state);
    assert_eq!(other.listed("/conversations?type=note", "subject").await, ["Hello"]);

    let more = json!({ "Company": [{ "_id": acme, "name": "Acme 2" }, { "name": "Hooli" }] });
    assert_eq!(send(&other, "POST", "/_sandbox/state", more.to_string()).await.0, 200);
    assert_eq!(other.listed("/companies", "name").await, ["Acme 2", "Hooli"]);
    assert_eq!(other.sandbox.applied(), []);
}

#[tokio::test]
async fn records_that_are_written_by_hand_may_name_others_by_key() {
    let sandbox = Sandbox::start().await.unwrap();
    let tenant = json!({
        "Asset": [{ "name": "Kiosk", "companyId": "extid-acme" }, { "name": "Terminal", "companyId": "extid-gone" }],
        "Company": [{ "name": "Acme", "externalId": "acme" }],
        "Issue": [{ "title": "Slow", "companyIds": ["extid-acme"] }],
    });
    sandbox.import(tenant).unwrap();
    let id = sandbox.records("Company")[0]["_id"].clone();
    let assets = sandbox.records("Asset");
    assert_eq!((&assets[0]["companyId"], &assets[0]["companyName"]), (&id, &json!("Acme")));
    assert_eq!(assets[1]["companyId"], "extid-gone");
    assert_eq!(sandbox.records("Issue")[0]["companyIds"], json!([id]));
}

#[tokio::test]
async fn an_invalid_import_is_an_error_and_stores_nothing() {
    let client = admin().await;
    let import = |tenant: Value| client.sandbox.import(tenant);
    assert_eq!(import(json!([])), Err(ImportError::NotAnObject));
    assert_eq!(import(json!({ "Company": [{}], "Compny": [] })), Err(ImportError::UnknownModel("Compny".to_owned())));
    assert_eq!(import(json!({ "Company": {} })), Err(ImportError::NotAnArray("Company".to_owned())));
    let record = ImportError::NotARecord { model: "Company".to_owned(), index: 1 };
    assert_eq!(import(json!({ "Company": [{}, 7] })), Err(record.clone()));
    for (body, expected) in [("{", "EOF"), (r#"{"Company":[{},7]}"#, record.to_string().as_str())] {
        for method in ["POST", "PUT"] {
            let (status, body) = send(&client, method, "/_sandbox/state", body).await;
            assert_eq!(status, 400);
            assert!(message(&body).contains(expected), "{body}");
        }
    }
    assert_eq!(client.sandbox.export(), json!({}));
}

#[tokio::test]
async fn a_reset_goes_back_to_the_beginning() {
    let plan = Faults::new().on("companies.create", 2, Fault::ErrorBefore(503));
    let settings = Sandbox::builder().admin(true).demo(1).quota(1).faults(plan.clone());
    let client = Client { sandbox: settings.start().await.unwrap(), http: reqwest::Client::new() };
    let beginning = client.sandbox.export();
    for _ in 0..2 {
        assert_eq!(client.post("/companies", json!({ "name": "Acme" })).await.0, 200);
        assert!(client.sandbox.export() != beginning);
        assert_eq!(send(&client, "POST", "/_sandbox/reset", "").await.0, 200);
        assert!(client.sandbox.export() == beginning);
        assert_eq!((client.sandbox.requests().len(), client.sandbox.applied_count()), (0, 0));
    }
    assert_eq!(client.sandbox.faults(), plan);
}

#[tokio::test]
async fn faults_are_read_and_planned_as_text() {
    let client = admin().await;
    assert_eq!(get(&client, "/_sandbox/faults").await, "");
    let plan = "seed=7,companies.create#1=503,reset_after=2%";
    assert_eq!(send(&client, "PUT", "/_sandbox/faults", plan).await.0, 200);
    assert_eq!(get(&client, "/_sandbox/faults").await, plan);
    assert_eq!(client.post("/companies", json!({ "name": "Acme" })).await.0, 503);

    let (status, body) = send(&client, "PUT", "/_sandbox/faults", "503=x").await;
    assert_eq!(status, 400);
    assert!(message(&body).contains("invalid part `503=x` of a fault plan"), "{body}");
    assert_eq!(client.sandbox.faults().to_string(), plan);
}

#[tokio::test]
async fn requests_and_writes_are_shown_from_where_one_left_off() {
    let client = admin().await;
    client.post("/companies", json!({ "name": "Acme", "externalId": "a" })).await;
    client.get("/companies?limit=1").await;
    let log = get(&client, "/_sandbox/requests?since=1").await;
    assert_eq!(log["count"], 2);
    let [request] = &log["requests"].as_array().unwrap()[..] else { panic!("{log}") };
    let field = |name: &str| request[name].clone();
    assert_eq!((field("method"), field("path"), field("query")), (json!("GET"), json!("/companies"), json!("limit=1")));
    assert_eq!((field("status"), field("operation")), (json!(200), json!("companies.list")));
    assert!(request["sent"].as_u64().unwrap() > 50);

    let applied = get(&client, "/_sandbox/applied").await;
    let id = client.sandbox.records("Company")[0]["_id"].clone();
    let keys = json!({ "externalId": "a" });
    let write =
        json!({ "operation": "companies.create", "model": "Company", "id": id, "kind": "created", "keys": keys });
    assert_eq!(applied, json!({ "count": 1, "applied": [write] }));
    assert_eq!(get(&client, "/_sandbox/applied?since=9").await, json!({ "count": 1, "applied": [] }));
    assert_eq!(answer(client.bare("GET", "/_sandbox/applied?since=x")).await.0, 400);
    // Requests to the admin API are not recorded.
    assert_eq!(client.sandbox.requests().len(), 2);
}

#[tokio::test]
async fn tokens_are_redacted_everywhere_in_recorded_requests() {
    let settings = Sandbox::builder().admin(true).api_token("one").token("two", Rights::none()).tenant_token("three");
    let client = Client { sandbox: settings.start().await.unwrap(), http: reqwest::Client::new() };
    client.get("/companies?a=one&b=two&c=three").await;
    client.get("/nothing/one").await;
    let log = get(&client, "/_sandbox/requests").await;
    assert_eq!(log["requests"][0]["query"], "a={token}&b={token}&c={tenant}");
    assert_eq!(log["requests"][1]["path"], "/nothing/{token}");
}

#[tokio::test]
async fn records_are_shown_in_pages_and_searched() {
    let client = admin().await;
    for name in ["Acme", "Initech", "Hooli"] {
        client.company(name, &name.to_lowercase());
    }
    let shown = get(&client, "/_sandbox/records?model=Company&offset=1&limit=1").await;
    assert_eq!((&shown["total"], &shown["records"][0]["name"]), (&json!(3), &json!("Initech")));
    assert_eq!(shown["fields"][1], "name");
    let found = get(&client, "/_sandbox/records?model=Company&search=HOO").await;
    assert_eq!((&found["total"], &found["records"][0]["name"]), (&json!(1), &json!("Hooli")));
    for path in ["/_sandbox/records", "/_sandbox/records?model=Compny", "/_sandbox/records?model=Company&limit=x"] {
        assert_eq!(answer(client.bare("GET", path)).await.0, 400, "{path}");
    }
}

#[tokio::test]
async fn the_overview_has_counts_and_the_quota() {
    let settings = Sandbox::builder().admin(true).quota(200);
    let client = Client { sandbox: settings.start().await.unwrap(), http: reqwest::Client::new() };
    client.company("Acme", "a");
    client.get("/companies").await;
    let overview = get(&client, "/_sandbox/overview").await;
    assert!(overview["models"].as_array().unwrap().contains(&json!({ "name": "Company", "count": 1 })), "{overview}");
    assert_eq!((&overview["quota"]["limit"], &overview["quota"]["remaining"]), (&json!(200), &json!(199)));
    assert_eq!((&overview["requests"], &overview["applied"]), (&json!(1), &json!(0)));
    assert_eq!(get(&admin().await, "/_sandbox/overview").await["quota"], Value::Null);
}

#[tokio::test]
async fn other_web_pages_are_rejected() {
    let client = admin().await;
    client.company("Acme", "a");
    let reset = || client.bare("POST", "/_sandbox/reset");
    assert_eq!(answer(reset().header(ORIGIN, "https://evil.example")).await.0, 403);
    assert_eq!(answer(reset().header(HOST, "evil.example")).await.0, 403);
    assert_eq!(answer(client.bare("GET", "/_sandbox/state").header(HOST, "evil.example")).await.0, 403);
    assert_eq!(client.sandbox.records("Company").len(), 1);
    assert_eq!(answer(reset().header(ORIGIN, client.sandbox.api_url())).await.0, 200);
    assert_eq!(client.sandbox.records("Company").len(), 0);
}

#[tokio::test]
async fn the_page_can_only_send_requests_to_the_sandbox() {
    let client = admin().await;
    // Records are untrusted.
    client.company("<script>alert(1)</script>", "a");
    let browser = client.bare("GET", "/").header(ACCEPT, "text/html,application/xhtml+xml,*/*;q=0.8");
    for (request, kind) in [
        (browser, "text/html"),
        (client.bare("GET", "/_sandbox"), "text/html"),
        (client.bare("GET", "/_sandbox/page.css"), "text/css"),
        (client.bare("GET", "/_sandbox/page.js"), "text/javascript"),
        (client.bare("GET", "/_sandbox/icon.svg"), "image/svg+xml"),
    ] {
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 200);
        let header = |name| response.headers()[name].to_str().unwrap().to_owned();
        assert_eq!(header(CONTENT_TYPE), format!("{kind}; charset=utf-8"));
        assert_eq!(header(X_CONTENT_TYPE_OPTIONS), "nosniff");
        let policy = header(CONTENT_SECURITY_POLICY);
        assert!(policy.starts_with("default-src 'none'; ") && !policy.contains("unsafe"), "{policy}");
        let text = response.text().await.unwrap().replace("http://www.w3.org/2000/svg", "");
        for foreign in ["alert(1)", "https://", "http://", "innerHTML", "onclick="] {
            assert!(!text.contains(foreign), "{kind}: {foreign}");
        }
    }
    // Browsers must not interpret JSON as a page.
    let response = client.bare("GET", "/_sandbox/state").send().await.unwrap();
    assert_eq!(response.headers()[X_CONTENT_TYPE_OPTIONS], "nosniff");
    assert_eq!(response.headers()[CONTENT_TYPE], "application/json; charset=utf-8");

    // Clients that do not accept HTML get the response of the API.
    assert_eq!(answer(client.bare("GET", "/").header(ACCEPT, "application/json")).await.0, 404);
    assert_eq!(answer(client.bare("POST", "/").header(ACCEPT, "text/html")).await.0, 404);
}

#[tokio::test]
async fn a_callback_gets_each_request() {
    let (sender, heard) = std::sync::mpsc::channel();
    let watch = move |logged: &RequestRecord| sender.send((logged.status, logged.received)).unwrap();
    // Even if no requests are kept.
    let sandbox = Sandbox::builder().on_request(watch).log_requests(0).start().await.unwrap();
    let client = Client { sandbox, http: reqwest::Client::new() };
    client.get("/companies").await;
    client.post("/companies", json!({})).await;
    assert_eq!(heard.try_iter().collect::<Vec<_>>(), [(200, 0), (400, 2)]);
    assert_eq!(client.sandbox.requests(), []);
}
