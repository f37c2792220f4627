//! Measures throughput and memory: `cargo bench -p planhat-sandbox`.

use std::{
    error::Error,
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    thread,
    time::{Duration, Instant},
};

use planhat_sandbox::{
    Sandbox, central_model,
    registry::{Action, Route},
};
use serde_json::{Value, json};

/// The number of records, in total and per bulk request.
const RECORDS: usize = 1_000_000;
const CHUNK: usize = 5_000;

/// The number of clients, and of requests per client.
const CLIENTS: usize = 4;
const GETS: usize = 50_000;

/// The number of requests for a page.
const PAGES: usize = 9;

type Outcome<T> = Result<T, Box<dyn Error>>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Outcome<()> {
    let sandbox = Sandbox::builder().log_requests(0).log_writes(0).start().await?;
    let model = central_model().ok_or("there is no model")?;
    let bulk = |route: &&Route| matches!(route.action, Action::BulkUpsert(_));
    let path = model.routes.iter().find(bulk).ok_or("it has no bulk upsert")?.path;

    let mut client = Client::connect(&sandbox)?;
    let before = memory();
    let started = Instant::now();
    for chunk in 0..RECORDS / CHUNK {
        let row = |row| json!({ "name": format!("Company {row}"), "externalId": format!("company-{row}") });
        let rows: Value = (chunk * CHUNK..(chunk + 1) * CHUNK).map(row).collect();
        client.call("PUT", path, &rows.to_string())?;
    }
    report("1,000,000 records by bulk upserts of 5,000", &format!("{:.1} s", started.elapsed().as_secs_f64()));
    if let (Some(before), Some(after)) = (before, memory()) {
        report("their memory", &format!("{:.0} bytes each", (after - before) * 1024.0 / 1e6));
    }

    report("gets of one record, over 4 connections", &format!("{:.0} a second", gets(&sandbox, path)?));
    for (what, query) in [
        ("a page of 5,000, the first", "limit=5000"),
        ("a page of 5,000 in the middle, by _id", "limit=5000&sort=_id&offset=500000"),
        ("the same, three fields of each", "limit=5000&sort=_id&offset=500000&select=name,externalId,phase"),
        ("a page of 5,000 in the middle, by name", "limit=5000&sort=-name&offset=500000"),
    ] {
        let page = page(&mut client, &format!("{path}?{query}"))?;
        report(what, &format!("{:.0} ms", page.as_secs_f64() * 1000.0));
    }
    Ok(())
}

fn report(what: &str, figure: &str) {
    println!("{what:<45} {figure:>16}");
}

/// Measures requests per second.
fn gets(sandbox: &Sandbox, path: &str) -> Outcome<f64> {
    let clients = (0..CLIENTS).map(|_| Client::connect(sandbox)).collect::<Outcome<Vec<_>>>()?;
    let started = Instant::now();
    let threads = clients.into_iter().enumerate().map(|(offset, mut client)| {
        let path = path.to_owned();
        thread::spawn(move || {
            for n in 0..GETS {
                let record = (n * 7919 + offset) % RECORDS;
                client.call("GET", &format!("{path}/extid-company-{record}"), "").map_err(|why| why.to_string())?;
            }
            Ok::<(), String>(())
        })
    });
    for thread in threads.collect::<Vec<_>>() {
        thread.join().map_err(|_| "a client broke down")??;
    }
    #[allow(clippy::cast_precision_loss, reason = "there are not that many")]
    let all = (CLIENTS * GETS) as f64;
    Ok(all / started.elapsed().as_secs_f64())
}

/// Measures the median time of a page.
fn page(client: &mut Client, path: &str) -> Outcome<Duration> {
    let mut times = Vec::new();
    for _ in 0..PAGES {
        let started = Instant::now();
        client.call("GET", path, "")?;
        times.push(started.elapsed());
    }
    times.sort_unstable();
    times.get(PAGES / 2).copied().ok_or_else(|| "no page".into())
}

/// Returns the memory of this process in kilobytes, if the system reports it.
fn memory() -> Option<f64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

/// A minimal HTTP client, so that the server is what is measured.
struct Client {
    connection: BufReader<TcpStream>,
    head: String,
    body: Vec<u8>,
}

impl Client {
    fn connect(sandbox: &Sandbox) -> Outcome<Self> {
        let connection = TcpStream::connect(sandbox.api_url().replace("http://", ""))?;
        connection.set_nodelay(true)?;
        let head = format!("Host: localhost\r\nAuthorization: Bearer {}\r\n", sandbox.api_token());
        Ok(Self { connection: BufReader::new(connection), head, body: Vec::new() })
    }

    /// Sends a request that must succeed.
    fn call(&mut self, method: &str, path: &str, body: &str) -> Outcome<()> {
        let (head, length) = (&self.head, body.len());
        let request = format!("{method} {path} HTTP/1.1\r\n{head}Content-Length: {length}\r\n\r\n{body}");
        self.connection.get_mut().write_all(request.as_bytes())?;
        let mut line = String::new();
        self.connection.read_line(&mut line)?;
        if !line.contains(" 200 ") {
            return Err(format!("{method} {path}: {line}").into());
        }
        let mut length = 0;
        while line.trim_end() != "" {
            line.clear();
            self.connection.read_line(&mut line)?;
            if let Some(("content-length", value)) = line.to_ascii_lowercase().split_once(':') {
                length = value.trim().parse()?;
            }
        }
        self.body.resize(length, 0);
        Ok(self.connection.read_exact(&mut self.body)?)
    }
}
