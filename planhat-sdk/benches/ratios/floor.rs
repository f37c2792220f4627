//! The same work by hand: reqwest, `serde_json`, and what one must not forget.

use std::{
    collections::{HashMap, VecDeque},
    iter,
    time::Duration,
};

use reqwest::{Client, RequestBuilder, header::CONTENT_TYPE};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};
use tokio::task::JoinHandle;

use crate::{
    Res,
    jobs::{BODY, Job, PAGE, Seen, TOKEN, Work},
    records::{self, DESCRIPTION, key, name, revenue},
};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "read, as people's own structs are, for what may be looked at")]
struct Company {
    #[serde(rename = "_id")]
    id: String,
    name: Option<String>,
    owner: Option<String>,
    external_id: Option<String>,
    source_id: Option<String>,
    phase: Option<String>,
    status: Option<String>,
    domains: Option<Vec<String>>,
    h: Option<i64>,
    csm_score: Option<i64>,
    mr: Option<f64>,
    mrr_total: Option<f64>,
    nrr_total: Option<f64>,
    description: Option<String>,
    address: Option<String>,
    country: Option<String>,
    city: Option<String>,
    zip: Option<String>,
    web: Option<String>,
    customer_from: Option<String>,
    customer_to: Option<String>,
    tags: Option<Vec<String>>,
    products: Option<Vec<String>>,
    create_date: Option<String>,
    last_updated: Option<String>,
    renewal_days_from_now: Option<i64>,
    followers: Option<Vec<String>>,
    last_touch: Option<String>,
    last_touch_type: Option<String>,
    phase_since: Option<String>,
    org_path: Option<String>,
    org_units: Option<i64>,
    mrr: Option<f64>,
    custom: Option<Map<String, Value>>,
    updated_at: Option<String>,
    auto_renews: Option<bool>,
    nps: Option<f64>,
    #[serde(rename = "__v")]
    v: Option<i64>,
    #[serde(flatten)]
    rest: Map<String, Value>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Patch {
    external_id: String,
    name: String,
    phase: String,
    status: String,
    h: i64,
    mrr: f64,
    description: String,
    address: String,
    country: String,
    city: String,
    zip: String,
    web: String,
    tags: Vec<String>,
    custom: Map<String, Value>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Metric {
    pub dimension_id: String,
    pub value: f64,
    pub external_id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[derive(Default)]
struct Envelope {
    created: usize,
    created_errors: Vec<Value>,
    inserts_keys: Vec<Keys>,
    updated: usize,
    updated_errors: Vec<Value>,
    updates_keys: Vec<Keys>,
    nonupdates: usize,
    permission_errors: Vec<Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Keys {
    #[serde(rename = "_id")]
    id: String,
    external_id: Option<String>,
}

#[derive(Deserialize)]
struct Processed {
    processed: usize,
    errors: Vec<Value>,
}

/// The outcome of a record.
enum Outcome {
    Created(String),
    Updated(String),
}

/// `start` is called when the client is set up.
pub async fn run(job: Job, url: &str, start: impl FnOnce()) -> Res<Seen> {
    // Nobody runs a job without one; reqwest has none by itself.
    let client = Client::builder().timeout(Duration::from_secs(60)).build()?;
    start();
    match job.work {
        Work::List => list(&client, url, job.at_once).await,
        Work::Upsert => upsert(&client, url, job).await,
        Work::Gets => gets(&client, url, job.count).await,
        Work::Metrics => metrics(&client, url, (0..job.count).map(metric)).await,
        Work::LongMetric => metrics(&client, url, (0..job.count).map(metric_of_long)).await,
    }
}

/// Sends a call and reads the response.
async fn answer<T: DeserializeOwned>(request: RequestBuilder) -> Res<T> {
    let response = request.send().await?;
    if !response.status().is_success() {
        return Err(format!("the server says {}", response.status()).into());
    }
    let body = response.bytes().await?;
    Ok(serde_json::from_slice(&body)?)
}

async fn list(client: &Client, url: &str, at_once: usize) -> Res<Seen> {
    let ask = |offset: usize| {
        let place = format!("sort=_id&limit={PAGE}&offset={offset}");
        let request = client.get(format!("{url}/companies?{place}")).bearer_auth(TOKEN);
        tokio::spawn(answer::<Vec<Company>>(request))
    };
    let mut offsets = (0..).step_by(PAGE);
    let mut under_way: VecDeque<JoinHandle<Res<Vec<Company>>>> = offsets.by_ref().take(at_once).map(ask).collect();
    let mut seen = Seen::default();
    while let Some(page) = under_way.pop_front() {
        let page = page.await??;
        seen.calls += 1;
        if page.len() < PAGE {
            see_all(page, &mut seen);
            break;
        }
        under_way.extend(offsets.next().map(ask));
        see_all(page, &mut seen);
    }
    Ok(seen)
}

fn see_all(page: Vec<Company>, seen: &mut Seen) {
    for company in page {
        seen.records += usize::from(!company.id.is_empty() && company.name.is_some());
        seen.sum += company.mrr.unwrap_or_default();
    }
}

async fn gets(client: &Client, url: &str, count: usize) -> Res<Seen> {
    let mut seen = Seen::default();
    for number in 0..count {
        let request = client.get(format!("{url}/companies/extid-{}", key(number))).bearer_auth(TOKEN);
        let company: Company = answer(request).await?;
        seen.calls += 1;
        see_all(vec![company], &mut seen);
    }
    Ok(seen)
}

fn patch(number: usize) -> Patch {
    let custom = [("Tier", Value::from("Gold")), ("Seats", Value::from(40)), ("Region", Value::from("EMEA"))];
    Patch {
        external_id: key(number),
        name: name(number),
        phase: "Onboarding".to_owned(),
        status: "customer".to_owned(),
        h: 7,
        mrr: revenue(number),
        description: DESCRIPTION.to_owned(),
        address: "High Street 1".to_owned(),
        country: "Sweden".to_owned(),
        city: "Stockholm".to_owned(),
        zip: "11122".to_owned(),
        web: "https://example.com".to_owned(),
        tags: vec!["smb".to_owned(), "pilot".to_owned()],
        custom: custom.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
    }
}

async fn upsert(client: &Client, url: &str, job: Job) -> Res<Seen> {
    let mut records = (0..job.count).map(patch);
    let mut chunks =
        iter::from_fn(|| Some(records.by_ref().take(PAGE).collect()).filter(|chunk: &Vec<_>| !chunk.is_empty()));
    let send = |chunk: Vec<Patch>| tokio::spawn(upsert_chunk(client.clone(), format!("{url}/companies"), chunk));
    let mut under_way: VecDeque<_> = chunks.by_ref().take(job.at_once).map(send).collect();
    let mut outcomes: Vec<Option<Outcome>> = Vec::new();
    let mut seen = Seen::default();
    while let Some(chunk) = under_way.pop_front() {
        outcomes.extend(chunk.await??);
        seen.calls += 1;
        under_way.extend(chunks.next().map(send));
    }
    for outcome in &outcomes {
        if let Some(Outcome::Created(id) | Outcome::Updated(id)) = outcome {
            seen.see_id(id);
        }
    }
    Ok(seen)
}

async fn upsert_chunk(client: Client, url: String, chunk: Vec<Patch>) -> Res<Vec<Option<Outcome>>> {
    let body = serde_json::to_vec(&chunk)?;
    let request = client.put(url).bearer_auth(TOKEN).header(CONTENT_TYPE, "application/json").body(body);
    let envelope: Envelope = answer(request).await?;
    let mut outcomes: Vec<Option<Outcome>> = chunk.iter().map(|_| None).collect();
    let places: HashMap<&str, usize> =
        chunk.iter().enumerate().map(|(place, record)| (record.external_id.as_str(), place)).collect();
    let Envelope { inserts_keys, updates_keys, created, updated, nonupdates, .. } = envelope;
    let inserted = inserts_keys.into_iter().map(|keys| (keys.external_id, Outcome::Created(keys.id)));
    let changed = updates_keys.into_iter().map(|keys| (keys.external_id, Outcome::Updated(keys.id)));
    for (key, outcome) in inserted.chain(changed) {
        if let Some(slot) = key.and_then(|key| places.get(&*key)).and_then(|place| outcomes.get_mut(*place)) {
            *slot = Some(outcome);
        }
    }
    let errors = [envelope.created_errors, envelope.updated_errors, envelope.permission_errors];
    if errors.iter().any(|errors| !errors.is_empty()) || created + updated + nonupdates != chunk.len() {
        return Err("some records were not written".into());
    }
    Ok(outcomes)
}

/// The metric with this number.
pub fn metric(number: usize) -> Metric {
    Metric { dimension_id: "logins".to_owned(), value: revenue(number), external_id: key(number) }
}

/// The same, where one of them is very long.
fn metric_of_long(number: usize) -> Metric {
    let dimension_id = records::dimension(number);
    Metric { dimension_id, ..metric(number) }
}

async fn metrics(client: &Client, url: &str, metrics: impl Iterator<Item = Metric>) -> Res<Seen> {
    let mut seen = Seen::default();
    let mut body = vec![b'['];
    for metric in metrics {
        let end = body.len();
        serde_json::to_writer(&mut body, &metric)?;
        if body.len() + 1 > BODY {
            let next = body.split_off(end);
            body.pop();
            send_metrics(client, url, body, &mut seen).await?;
            body = [b"[", next.as_slice()].concat();
        }
        body.push(b',');
    }
    body.pop();
    send_metrics(client, url, body, &mut seen).await?;
    Ok(seen)
}

async fn send_metrics(client: &Client, url: &str, mut body: Vec<u8>, seen: &mut Seen) -> Res<()> {
    body.push(b']');
    let request =
        client.post(format!("{url}/dimensiondata/{TOKEN}")).header(CONTENT_TYPE, "application/json").body(body);
    let Processed { processed, errors } = answer(request).await?;
    seen.calls += 1;
    seen.records += processed;
    if errors.is_empty() { Ok(()) } else { Err("some metrics were not taken".into()) }
}
