//! A plain HTTP client.

use std::time::Duration;

use planhat_sandbox::{Sandbox, WriteKind, WriteRecord};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

/// A sandbox and a client for it.
pub struct Client {
    pub sandbox: Sandbox,
    pub http: reqwest::Client,
}

impl Client {
    pub async fn new() -> Self {
        Self { sandbox: Sandbox::start().await.unwrap(), http: reqwest::Client::new() }
    }

    /// A request without credentials.
    pub fn bare(&self, method: &str, path: &str) -> RequestBuilder {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        self.http.request(method, format!("{}{path}", self.sandbox.api_url()))
    }

    pub async fn send(&self, method: &str, path: &str, body: Option<&Value>) -> (u16, Value) {
        let mut request = self.bare(method, path).bearer_auth(self.sandbox.api_token());
        if let Some(body) = body {
            request = request.json(body);
        }
        answer(request).await
    }

    pub async fn get(&self, path: &str) -> (u16, Value) {
        self.send("GET", path, None).await
    }

    pub async fn post(&self, path: &str, body: Value) -> (u16, Value) {
        self.send("POST", path, Some(&body)).await
    }

    pub async fn put(&self, path: &str, body: Value) -> (u16, Value) {
        self.send("PUT", path, Some(&body)).await
    }

    pub async fn delete(&self, path: &str) -> (u16, Value) {
        self.send("DELETE", path, None).await
    }

    /// Posts to the analytics host.
    pub async fn ingest(&self, path: &str, body: Value) -> (u16, Value) {
        answer(self.bare("POST", &format!("{path}/{}", self.sandbox.tenant_token())).json(&body)).await
    }

    /// Returns the values of one property of the records of a list.
    pub async fn listed(&self, path: &str, property: &str) -> Vec<Value> {
        let (status, body) = self.get(path).await;
        assert_eq!(status, 200, "{body}");
        body.as_array().unwrap().iter().map(|record| record[property].clone()).collect()
    }

    /// Inserts a company.
    pub fn company(&self, name: &str, external: &str) -> String {
        self.sandbox.insert("Company", json!({ "name": name, "externalId": external })).unwrap()
    }

    /// Returns the kinds of the writes that took effect.
    pub fn kinds(&self) -> Vec<WriteKind> {
        self.sandbox.applied().iter().map(|WriteRecord { kind, .. }| *kind).collect()
    }
}

/// Sends a request. A body that is not JSON is returned as text.
pub async fn answer(request: RequestBuilder) -> (u16, Value) {
    let response = request.send().await.unwrap();
    let status = response.status().as_u16();
    let text = response.text().await.unwrap();
    (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
}

/// Returns the message of an error body.
pub fn message(body: &Value) -> &str {
    body["message"].as_str().unwrap()
}

/// Waits until a condition is met, with a generous time limit.
pub async fn wait_until(met: impl Fn() -> bool) {
    let met = async {
        while !met() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), met).await.unwrap();
}
