//! The lists of the sandbox are as large, as filtered and as ordered as the table says.

use serde_json::{Value, json};

use crate::{
    plain::Plain,
    table::{MODELS, Model, json as parse},
};

/// A record that each list shows unless a filter hides it.
fn plain_record(model: &Model) -> Value {
    match model.name {
        "NPS" => json!({"dateAnswered": planhat_sdk::Timestamp::now()}),
        "Note" => json!({"type": "note"}),
        _ => json!({}),
    }
}

#[tokio::test]
async fn every_list_has_the_documented_default_and_maximum() {
    for model in MODELS {
        let plain = Plain::new().await;
        let (default, max) = model.page;
        for _ in 0..=max {
            plain.sandbox.insert(model.name, plain_record(model)).unwrap();
        }
        assert_eq!(plain.list(model.path).await.len(), default, "{}", model.name);
        let all = plain.list(&format!("{}?limit={max}", model.path)).await;
        assert_eq!(all.len(), max, "{}", model.name);
        let rest = plain.list(&format!("{}?limit={max}&offset={max}", model.path)).await;
        assert_eq!(rest.len(), 1, "{}", model.name);
        assert!(!all.contains(&rest[0]), "{}", model.name);
        // What Planhat does above the maximum is not known; more than the maximum it certainly does not send.
        let (status, answer) = plain.get(&format!("{}?limit={}", model.path, max + 1)).await;
        assert!(status == 400 || answer.as_array().is_some_and(|page| page.len() <= max), "{}: {status}", model.name);
    }
}

#[tokio::test]
async fn every_filter_shows_what_fits_and_hides_what_does_not() {
    for model in MODELS {
        for (name, value, hit, miss) in model.filters {
            let plain = Plain::new().await;
            let insert = |record: &str| plain.sandbox.insert(model.name, parse(record)).unwrap();
            let hit = insert(hit);
            let miss = (!miss.is_empty()).then(|| insert(miss));
            let path = format!("{}?{name}={value}", model.path);
            let shown = plain.ids(&path).await;
            assert!(shown.contains(&hit), "{path} shows {hit}: {shown:?}");
            assert!(!miss.is_some_and(|miss| shown.contains(&miss)), "{path}: {shown:?}");
        }
    }
}

#[tokio::test]
async fn every_list_sorts_and_selects() {
    for model in MODELS {
        let plain = Plain::new().await;
        let mut inserted = Vec::new();
        for place in [2, 3, 1] {
            let mut record = plain_record(model);
            record["custom"] = json!({"Place": place});
            record["unasked"] = json!(true);
            inserted.push(plain.sandbox.insert(model.name, record).unwrap());
        }
        let ordered = |order: [usize; 3]| order.map(|place| inserted[place].clone());
        let path = model.path;
        assert_eq!(plain.ids(&format!("{path}?sort=custom.Place")).await, ordered([2, 0, 1]), "{path}");
        assert_eq!(plain.ids(&format!("{path}?sort=-custom.Place")).await, ordered([1, 0, 2]), "{path}");
        let second = plain.ids(&format!("{path}?sort=-custom.Place&offset=1&limit=1")).await;
        assert_eq!(second, [inserted[0].clone()], "{path}");
        for record in plain.list(&format!("{path}?select=custom,createdAt")).await {
            assert!(record["_id"].is_string() && record["custom"].is_object(), "{path}: {record}");
            assert!(record.get("unasked").is_none(), "{path}: {record}");
        }
    }
}

#[tokio::test]
async fn completed_tasks_are_hidden_unless_asked_for() {
    let plain = Plain::new().await;
    let open = plain.sandbox.insert("Task", json!({})).unwrap();
    let done = plain.sandbox.insert("Task", json!({"isArchived": true})).unwrap();
    assert_eq!(plain.ids("/tasks").await, [&*open]);
    assert_eq!(plain.ids("/tasks?isArchived=false").await, [&*open]);
    assert_eq!(plain.ids("/tasks?isArchived=true").await, [&*done]);
}

#[tokio::test]
async fn nps_answers_older_than_360_days_are_hidden_unless_asked_for() {
    const DAY: i64 = 86_400_000;
    let plain = Plain::new().await;
    let now = planhat_sdk::Timestamp::now().as_millis().unwrap();
    let answered = |days: i64| planhat_sdk::Timestamp::from_millis(now - days * DAY).unwrap();
    let insert = |days| plain.sandbox.insert("NPS", json!({"dateAnswered": answered(days)})).unwrap();
    let [new, old] = [insert(359), insert(361)];
    assert_eq!(plain.ids("/nps").await, [&*new]);
    assert_eq!(plain.ids("/nps?npsExpiryDay=400").await, [&*new, &*old]);
    assert!(plain.ids("/nps?npsExpiryDay=300").await.is_empty());
}

#[tokio::test]
async fn archived_people_are_hidden_unless_asked_for() {
    let plain = Plain::new().await;
    let present = plain.sandbox.insert("Enduser", json!({})).unwrap();
    let archived = plain.sandbox.insert("Enduser", json!({"archived": true})).unwrap();
    assert_eq!(plain.ids("/endusers").await, [&*present]);
    assert_eq!(plain.ids("/endusers?archived=true").await, [&*present, &*archived]);
}

#[tokio::test]
async fn lean_companies_come_in_one_piece_with_their_keys_only() {
    let plain = Plain::new().await;
    for company in 0..150 {
        let record = json!({
            "name": "A", "externalId": format!("e{company}"), "sourceId": format!("s{company}"),
            "status": if company == 0 { "lost" } else { "customer" }, "description": "long",
        });
        plain.sandbox.insert("Company", record).unwrap();
    }
    let all = plain.list("/leancompanies").await;
    assert_eq!(all.len(), 150);
    let names: Vec<_> = all[0].as_object().unwrap().keys().map(String::as_str).collect();
    let known = ["_id", "externalId", "name", "slug", "sourceId"];
    assert!(names.iter().all(|name| known.contains(name)), "{names:?}");
    assert!(["_id", "externalId", "name", "sourceId"].iter().all(|name| names.contains(name)), "{names:?}");
    assert_eq!(plain.list("/leancompanies?limit=10&offset=5").await.len(), 150);
    assert_eq!(plain.list("/leancompanies?externalId=e7").await.len(), 1);
    assert_eq!(plain.list("/leancompanies?sourceId=s7").await.len(), 1);
    assert_eq!(plain.list("/leancompanies?status=lost").await.len(), 1);
    assert_eq!(plain.list("/leancompanies?status=lost,customer").await.len(), 150);
}

/// The documentation's own example is `/tickets?s=open&cid=…&l=1`.
#[tokio::test]
async fn tickets_take_the_short_names_of_the_documented_example() {
    let plain = Plain::new().await;
    for company in ["c1", "c1", "c2"] {
        plain.sandbox.insert("Ticket", json!({"companyId": company, "status": "open"})).unwrap();
        plain.sandbox.insert("Ticket", json!({"companyId": company, "status": "solved"})).unwrap();
    }
    assert_eq!(plain.list("/tickets?s=open").await.len(), 3);
    assert_eq!(plain.list("/tickets?s=open&cid=c1").await.len(), 2);
    assert_eq!(plain.list("/tickets?s=open&cid=c1&l=1").await.len(), 1);
}
