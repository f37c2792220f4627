//! The other side: a Planhat that knows its responses in advance and does next to nothing.
//!
//! The first segment of a path says how many companies there are.

use std::{fmt::Write as _, time::Duration};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::{DefaultBodyLimit, Path, RawQuery, State},
    http::{HeaderName, header::CONTENT_TYPE},
    routing::{get, post},
};
use tokio::{io::AsyncReadExt, net::TcpListener};

use crate::{
    Res,
    records::{Template, digits},
};

#[derive(Clone)]
struct Server {
    latency: Duration,
    company: Template,
    inserted: Template,
}

type Json = ([(HeaderName, &'static str); 1], Body);

/// Serves until the standard input ends, which it does with whoever started this.
pub async fn serve(latency: Duration) -> Res<()> {
    let server = Server { latency, company: Template::company(), inserted: Template::inserted() };
    let routes = Router::new()
        .route("/{count}/companies", get(list).put(upsert))
        .route("/{count}/companies/{id}", get(one))
        .route("/{count}/dimensiondata/{tenant}", post(take))
        .layer(DefaultBodyLimit::disable())
        .with_state(server);
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?);
    let listener = axum::serve::ListenerExt::tap_io(listener, |stream| {
        // As a server on a network would.
        stream.set_nodelay(true).ok();
    });
    tokio::select! {
        ended = axum::serve(listener, routes) => Ok(ended?),
        _ = async { tokio::io::stdin().read(&mut [0]).await } => Ok(()),
    }
}

impl Server {
    async fn answer(&self, body: Vec<u8>) -> Json {
        if !self.latency.is_zero() {
            tokio::time::sleep(self.latency).await;
        }
        ([(CONTENT_TYPE, "application/json")], Body::from(body))
    }
}

async fn list(State(server): State<Server>, Path(count): Path<usize>, RawQuery(query): RawQuery) -> Json {
    let query = query.unwrap_or_default();
    let parameter = |name: &str| query.split('&').find_map(|pair| pair.strip_prefix(name)?.parse::<usize>().ok());
    let (limit, offset) = (parameter("limit=").unwrap_or(100), parameter("offset=").unwrap_or(0));
    let mut page = Vec::with_capacity(limit * 1_200);
    for number in offset..count.min(offset + limit) {
        page.push(if number == offset { b'[' } else { b',' });
        server.company.write(&digits(number), &mut page);
    }
    page.extend_from_slice(if page.is_empty() { b"[]" } else { b"]" });
    server.answer(page).await
}

async fn one(State(server): State<Server>, Path((_, id)): Path<(usize, String)>) -> Json {
    let number = id.get(id.len().saturating_sub(8)..).unwrap_or_default();
    let mut company = Vec::new();
    server.company.write(number, &mut company);
    server.answer(company).await
}

/// Says that each record is new, found by its key wherever it stands.
async fn upsert(State(server): State<Server>, body: Bytes) -> Json {
    let sent = String::from_utf8_lossy(&body);
    let mut keys = Vec::new();
    let mut ids = String::new();
    let mut created = 0;
    for rest in sent.split(r#""externalId":"c-"#).skip(1) {
        let number = rest.get(..8).unwrap_or_default();
        keys.push(if created == 0 { b'[' } else { b',' });
        server.inserted.write(number, &mut keys);
        let comma = if created == 0 { "" } else { "," };
        write!(ids, r#"{comma}"61006bc89a3e0b70{number}""#).ok();
        created += 1;
    }
    keys.push(b']');
    let mut envelope = format!(r#"{{"created":{created},"createdErrors":[],"insertsKeys":"#).into_bytes();
    envelope.append(&mut keys);
    let rest = r#","updated":0,"updatedErrors":[],"updatesKeys":[],"nonupdates":0,"modified":[],"permissionErrors":[]"#;
    envelope.extend_from_slice(rest.as_bytes());
    envelope.extend_from_slice(format!(r#","upsertedIds":[{ids}]}}"#).as_bytes());
    server.answer(envelope).await
}

/// Takes metrics.
async fn take(State(server): State<Server>, body: Bytes) -> Json {
    let processed = String::from_utf8_lossy(&body).matches(r#""dimensionId""#).count();
    server.answer(format!(r#"{{"processed":{processed},"errors":[]}}"#).into_bytes()).await
}
