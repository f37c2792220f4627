//! Malformed and hostile input.

use serde_json::json;

use crate::client::{Client, answer, message};

async fn post(client: &Client, body: impl Into<reqwest::Body>) -> (u16, serde_json::Value) {
    answer(client.bare("POST", "/companies").bearer_auth(client.sandbox.api_token()).body(body)).await
}

#[tokio::test]
async fn a_body_that_is_not_json_is_rejected() {
    let client = Client::new().await;
    let broken = [&b""[..], b"{", b"{\"name\": \"A\"} x", b"\xff\xfe", b"{\"name\": 1e999}", b"nul"];
    for body in broken {
        let (status, body) = post(&client, body).await;
        assert_eq!(status, 400);
        assert!(message(&body).starts_with("invalid JSON in the body: "), "{body}");
    }
    let deep = "[".repeat(100_000);
    assert_eq!(post(&client, deep).await.0, 400);
    let deep = format!("{{\"name\":\"A\",\"x\":{}1{}}}", "[".repeat(120), "]".repeat(120));
    assert_eq!(post(&client, deep).await.0, 200);
}

#[tokio::test]
async fn a_body_that_is_too_large_is_rejected() {
    let client = Client::new().await;
    assert_eq!(post(&client, vec![b' '; 33_554_433]).await.0, 413);
    let (status, body) = post(&client, vec![b' '; 33_554_432]).await;
    assert_eq!(status, 400, "{body}");
}

#[tokio::test]
async fn odd_values_and_paths_do_no_harm() {
    let client = Client::new().await;
    let company = client.company("Acme", "acme");
    for date in [json!(i64::MAX), json!(1e300), json!("9999-99-99"), json!("-9999-01-01"), json!({}), json!([])] {
        let entry = json!({ "date": date, "hours": 1 });
        assert!(client.post("/timeentries", entry).await.0 <= 400);
        let figure = json!({ "dimensionId": "d", "value": 1e308, "externalId": "acme", "date": date });
        assert_eq!(client.ingest("/dimensiondata", figure).await.0, 200);
    }
    let numbers = json!({ "date": "2026-01-01", "hours": 1e308, "costRate": 1e308 });
    assert_eq!(client.post("/timeentries", numbers).await.0, 200);
    let custom = json!({ "custom.": 1, "custom..": 2, "custom.a.b": 3, "": 4, "custom": { "": 5 } });
    assert_eq!(client.put(&format!("/companies/{company}"), custom).await.0, 200);
    for path in ["/companies/%ff", "/companies/extid-", "/companies/..", "//", "/companies//x", "/%2Fcompanies"] {
        assert!((400..500).contains(&client.get(path).await.0), "{path}");
    }
    for query in ["sort=-", "sort=.", "select=,,", "select=.,a.,.b,custom..", "%=%&&==", "companyId=,,"] {
        assert_eq!(client.get(&format!("/companies?{query}")).await.0, 200, "{query}");
    }
    let far = ["from=9223372036854775807", "to=-9223372036854775808", "offset=18446744073709551615"];
    for query in far {
        assert_eq!(client.get(&format!("/dimensiondata?{query}")).await.0, 200, "{query}");
    }
}
