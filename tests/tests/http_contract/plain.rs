//! A client that knows nothing but HTTP and JSON, and a sandbox for it.

use planhat_sandbox::Sandbox;
use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};

use crate::table::{Form, Model};

/// What Planhat really says to an id that it cannot make sense of.
pub const BAD_ID: &str = "Params identifier must be planhat _id OR start with extid- or srcid-";

pub const EXTERNAL_KEY: &str = "ext/1 ?#";
pub const SOURCE_KEY: &str = "src/1 ?#";

pub struct Plain {
    pub sandbox: Sandbox,
    http: Client,
}

/// An answer; `Null` if it has no body.
pub type Answer = (u16, Value);

impl Plain {
    pub async fn new() -> Self {
        Self { sandbox: Sandbox::start().await.unwrap(), http: Client::new() }
    }

    /// A request without credentials.
    pub fn bare(&self, verb: &str, path: &str) -> RequestBuilder {
        let verb = Method::from_bytes(verb.as_bytes()).unwrap();
        self.http.request(verb, format!("{}{path}", self.sandbox.api_url()))
    }

    pub async fn call(&self, verb: &str, path: &str, body: Option<Value>) -> Answer {
        let mut request = self.bare(verb, path).bearer_auth(self.sandbox.api_token());
        if let Some(body) = body {
            request = request.json(&body);
        }
        answer_to(request).await
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.call("GET", path, None).await
    }

    /// The records of a list, which must be a bare array.
    pub async fn list(&self, path: &str) -> Vec<Value> {
        let (status, body) = self.get(path).await;
        assert_eq!(status, 200, "{path}: {body}");
        body.as_array().unwrap_or_else(|| panic!("{path} answers a bare array")).clone()
    }

    /// The ids that a list shows.
    pub async fn ids(&self, path: &str) -> Vec<String> {
        self.list(path).await.iter().map(|record| record["_id"].as_str().unwrap().to_owned()).collect()
    }

    /// A record with all keys that its model has. Returns its `_id`.
    pub async fn create_with_keys(&self, model: &Model) -> String {
        let body = with_keys(model, crate::table::json(model.create));
        // Tickets are made in bulk only.
        if model.has(crate::table::Verb::Create) {
            let (status, record) = self.call("POST", model.path, Some(body)).await;
            assert_eq!(status, 200, "{}: {record}", model.name);
            record["_id"].as_str().unwrap().to_owned()
        } else {
            let (status, envelope) = self.call("PUT", model.path, Some(json!([body]))).await;
            assert_eq!(status, 200, "{}: {envelope}", model.name);
            envelope["insertsKeys"][0]["_id"].as_str().unwrap().to_owned()
        }
    }
}

pub fn with_keys(model: &Model, mut body: Value) -> Value {
    if let Some(name) = model.external {
        body[name] = json!(EXTERNAL_KEY);
    }
    if let Some(name) = model.source {
        body[name] = json!(SOURCE_KEY);
    }
    body
}

pub async fn answer_to(request: RequestBuilder) -> Answer {
    let response = request.send().await.unwrap();
    let status = response.status().as_u16();
    let body = response.bytes().await.unwrap();
    (status, if body.is_empty() { Value::Null } else { serde_json::from_slice(&body).unwrap() })
}

/// The path segment of an id, encoded.
pub fn segment(form: Form, id: &str) -> String {
    match form {
        Form::Own => id.to_owned(),
        Form::External => "extid-ext%2F1%20%3F%23".to_owned(),
        Form::Source => "srcid-src%2F1%20%3F%23".to_owned(),
    }
}
