//! Tokens, bodies that cannot be read, and the endpoints of the analytics host.

use serde_json::{Value, json};

use crate::{
    plain::{Plain, answer_to},
    table::{ALL, Auth, MODELS, SPECIALS, json as parse},
};

/// Verb, path and body of everything that the API token opens.
fn behind_the_api_token() -> Vec<(&'static str, String)> {
    let collections = MODELS.iter().flat_map(|model| {
        ALL.iter().filter(|verb| model.has(**verb)).map(move |verb| {
            let (_, method, tail) = verb.facts();
            (method, format!("{}{}", model.path, tail.replace("{id}", "extid-e1")))
        })
    });
    let specials = SPECIALS.iter().filter(|special| special.auth == Auth::Bearer);
    collections.chain(specials.map(|special| (special.verb, special.path.to_owned()))).collect()
}

#[tokio::test]
async fn every_operation_of_the_main_api_needs_the_api_token() {
    let plain = Plain::new().await;
    let tenant = plain.sandbox.tenant_token().to_owned();
    for (verb, path) in behind_the_api_token() {
        let request = || plain.bare(verb, &path).json(&json!({}));
        for (how, request) in [
            ("none", request()),
            ("wrong", request().bearer_auth("wrong")),
            ("empty", request().bearer_auth("")),
            ("tenant token", request().bearer_auth(&tenant)),
            ("with a password", request().basic_auth(plain.sandbox.api_token(), Some("password"))),
        ] {
            let (status, answer) = answer_to(request).await;
            assert_eq!(status, 401, "{verb} {path} with {how}: {answer}");
        }
    }
}

#[tokio::test]
async fn the_api_token_may_come_as_bearer_or_as_user_name() {
    let plain = Plain::new().await;
    let token = plain.sandbox.api_token();
    for request in [
        plain.bare("GET", "/companies").bearer_auth(token),
        plain.bare("GET", "/companies").basic_auth(token, Some("")),
    ] {
        assert_eq!(answer_to(request).await, (200, json!([])));
    }
}

#[tokio::test]
async fn the_analytics_endpoints_need_the_tenant_token_where_they_want_it() {
    let plain = Plain::new().await;
    plain.sandbox.insert("Company", json!({"externalId": "e1"})).unwrap();
    plain.sandbox.insert("Enduser", json!({"externalId": "e2"})).unwrap();
    let (tenant, api) = (plain.sandbox.tenant_token().to_owned(), plain.sandbox.api_token().to_owned());
    for special in SPECIALS.iter().filter(|special| special.auth != Auth::Bearer) {
        let body = special.body.map(parse).unwrap();
        let request = |tenant: &str| plain.bare("POST", &special.path.replace("{tenant}", tenant)).json(&body);
        let (right, wrong) = match special.auth {
            // A bearer token beside it does no harm.
            Auth::Path => (vec![request(&tenant), request(&tenant).bearer_auth(&api)], vec![request("wrong")]),
            _ => (
                vec![request("").basic_auth(&tenant, Some(""))],
                vec![request(""), request("").bearer_auth(&tenant), request("").basic_auth("wrong", Some(""))],
            ),
        };
        for request in right {
            let (status, answer) = answer_to(request).await;
            assert_eq!(status, 200, "{}: {answer}", special.operation);
            let metrics = json!({"processed": 2, "errors": []});
            let expected = if special.operation.starts_with("metrics") { metrics } else { Value::Null };
            assert_eq!(answer, expected, "{}", special.operation);
        }
        for request in wrong {
            assert_eq!(answer_to(request).await.0, 401, "{}", special.operation);
        }
    }
}

#[tokio::test]
async fn metrics_come_as_one_or_many_and_can_be_read_back_by_day() {
    let plain = Plain::new().await;
    let company = plain.sandbox.insert("Company", json!({"externalId": "e1"})).unwrap();
    let path = format!("/dimensiondata/{}", plain.sandbox.tenant_token());
    let metric = |day: u32, value: f64| {
        json!({"dimensionId": "logins", "value": value, "externalId": "e1",
               "date": format!("2026-03-{day:02}T12:00:00.000Z")})
    };
    let (_, answer) = answer_to(plain.bare("POST", &path).json(&metric(1, 1.0))).await;
    assert_eq!(answer, json!({"processed": 1, "errors": []}));
    let many = json!([metric(2, 2.0), metric(3, 3.0), {"dimensionId": "logins"}, {"value": 1.0}]);
    let (status, answer) = answer_to(plain.bare("POST", &path).json(&many)).await;
    assert_eq!((status, &answer["processed"]), (200, &json!(2)), "{answer}");
    assert_eq!(answer["errors"].as_array().map(Vec::len), Some(2), "{answer}");
    // 2026-03-01 is the day 20513.
    let values = async |query: &str| -> Vec<f64> {
        plain.list(&format!("/dimensiondata{query}")).await.iter().map(|row| row["value"].as_f64().unwrap()).collect()
    };
    assert_eq!(values("").await, [1.0, 2.0, 3.0]);
    assert_eq!(values("?from=20514&to=20514").await, [2.0]);
    assert_eq!(values(&format!("?cId={company}&dimid=logins&from=20514&limit=1&offset=1")).await, [3.0]);
    assert!(values("?cId=other").await.is_empty());
    assert!(values("?dimid=other").await.is_empty());
}

#[tokio::test]
async fn activities_need_an_address_or_a_key() {
    let plain = Plain::new().await;
    let tenant = plain.sandbox.tenant_token();
    let post = async |path: &str, body: Value| answer_to(plain.bare("POST", path).json(&body)).await.0;
    let (one, many) = (format!("/analytics/{tenant}"), format!("/analytics/bulk/{tenant}"));
    assert_eq!(post(&one, json!({"externalId": "u1"})).await, 200);
    assert_eq!(post(&one, json!({"action": "Login"})).await, 400);
    assert_eq!(post(&many, json!([{"id": "u1", "action": "Login"}])).await, 200);
    assert_eq!(post(&many, json!([{"action": "Login"}])).await, 400);
    assert_eq!(post(&many, json!({"email": "a@example.com"})).await, 400);
}

#[tokio::test]
async fn duplicating_time_entries_answers_with_the_envelope() {
    let plain = Plain::new().await;
    let id = plain.sandbox.insert("Time Entry", json!({"hours": 1.5})).unwrap();
    let body = json!({"ids": [id, "5f0000000000000000000000"]});
    let (status, answer) = plain.call("POST", "/timeentries/duplicate", Some(body)).await;
    assert_eq!((status, &answer["created"]), (206, &json!(1)), "{answer}");
    assert_eq!(answer["createdErrors"].as_array().map(Vec::len), Some(1), "{answer}");
    let records = plain.sandbox.records("Time Entry");
    assert_eq!(records.iter().map(|record| record["hours"].as_f64()).collect::<Vec<_>>(), [Some(1.5), Some(1.5)]);
    assert_eq!(plain.call("POST", "/timeentries/duplicate", Some(json!({}))).await.0, 400);
}

#[tokio::test]
async fn bodies_of_the_wrong_form_answer_400_with_a_message() {
    let plain = Plain::new().await;
    let token = plain.sandbox.api_token();
    let writing = behind_the_api_token().into_iter().filter(|(verb, _)| matches!(*verb, "POST" | "PUT"));
    for (verb, path) in writing {
        for body in [r#"{"name": "#, "", "name=First", "\u{feff}", "null", "7", r#""text""#] {
            let (status, answer) = answer_to(plain.bare(verb, &path).bearer_auth(token).body(body)).await;
            // An update may look for its record first.
            let fits = status == 400 || (status == 404 && path.ends_with("extid-e1"));
            assert!(fits && answer["message"].is_string(), "{verb} {path} with {body:?}: {status} {answer}");
        }
    }
    for model in MODELS {
        let (status, _) = plain.call("PUT", model.path, Some(json!({}))).await;
        assert!(matches!(status, 400 | 405), "an object is not a bulk upsert: PUT {}: {status}", model.path);
    }
}

#[tokio::test]
async fn a_body_of_more_than_32_mb_answers_413_and_one_of_just_32_mb_is_read() {
    const LIMIT: usize = 33_554_432;
    let plain = Plain::new().await;
    let token = plain.sandbox.api_token();
    for (verb, path) in [("POST", "/companies"), ("PUT", "/companies")] {
        let send =
            async |size: usize| answer_to(plain.bare(verb, path).bearer_auth(token).body(vec![b' '; size])).await.0;
        assert_eq!(send(LIMIT + 1).await, 413, "{verb} {path}");
        // Blanks are no JSON: it was read.
        assert_eq!(send(LIMIT).await, 400, "{verb} {path}");
    }
}
