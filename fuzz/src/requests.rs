//! Requests made from any bytes: near enough to good ones that they get far, and wrong enough to do harm if they could.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::LazyLock;
use std::time::Duration;

use arbitrary::{Arbitrary, Result, Unstructured};
use percent_encoding::{NON_ALPHANUMERIC, PercentEncode, utf8_percent_encode};
use planhat_sandbox::registry::{Field, Model, Route};
use planhat_sandbox::{Sandbox, models};
use serde_json::{Map, Value, json};

/// How many requests one input has at most.
const CALLS: usize = 12;

/// Longer than any answer takes.
const SOON: Duration = Duration::from_secs(30);

/// Keys that records get and ids ask for, so that some of them meet.
const KEYS: [&str; 6] = ["a", "b", "5eed00000000000000000001", "5eed00000000000000000002", "extid-a", "srcid-b"];

/// Texts that mean something to somebody.
const TEXTS: [&str; 17] = [
    "",
    "a",
    "a@x.org",
    "x.org",
    "1",
    "-1",
    "true",
    "2026-02-29",
    "2026-03-01T00:00:00.000Z",
    "99999999999999999999",
    "4000000000",
    "\u{0}",
    "\u{202e}ß😀",
    "custom.a",
    "note",
    "ticket",
    "Company",
];

static SANDBOX: LazyLock<Sandbox> = LazyLock::new(|| {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime is to be had");
    runtime.block_on(Sandbox::start()).expect("a port is to be had")
});

/// Makes requests of the bytes, sends them to a fresh sandbox, and looks at what comes back.
///
/// # Panics
///
/// If the sandbox panics or returns a server error, if a response is not valid HTTP, or if what it then stores cannot be read.
pub fn sandbox(bytes: &[u8]) {
    let sandbox = &*SANDBOX;
    sandbox.reset();
    let mut bytes = Unstructured::new(bytes);
    for _ in 0..CALLS {
        let Ok(request) = request(&mut bytes, sandbox) else { break };
        let answer = exchange(sandbox, &request);
        // Invalid HTTP may get no response.
        if answer.is_empty() && matches!(request, Request::Raw(_)) {
            continue;
        }
        check(&request, &answer);
        if bytes.is_empty() {
            break;
        }
    }
    // The first time, a record that became one of a part may get that part's defaults.
    restore(sandbox);
    let stored = sandbox.export();
    restore(sandbox);
    assert_eq!(sandbox.export(), stored, "what is imported is as it was");
}

/// Takes everything out and puts it back.
fn restore(sandbox: &Sandbox) {
    let stored = sandbox.export();
    sandbox.reset();
    sandbox.import(stored).expect("what is exported can be imported");
}

/// What is sent.
#[derive(Debug)]
enum Request {
    /// A request of the API.
    Call(Call),
    /// Bytes as they are.
    Raw(Vec<u8>),
}

#[derive(Debug)]
struct Call {
    method: String,
    target: String,
    body: Vec<u8>,
}

fn request(bytes: &mut Unstructured<'_>, sandbox: &Sandbox) -> Result<Request> {
    if bytes.ratio(1, 20)? {
        return Ok(Request::Raw(Vec::arbitrary(bytes)?));
    }
    let model = bytes.choose(models())?;
    let route = bytes.choose(model.routes)?;
    let mut target = route.path.replace("{tenant}", sandbox.tenant_token()).replace("{id}", bytes.choose(&KEYS)?);
    if bytes.ratio(1, 20)? {
        target.extend(escaped(&text(bytes)?));
    }
    for (place, mark) in (0..bytes.int_in_range(0..=3)?).zip(['?', '&', '&']) {
        let name =
            if place == 0 && bytes.ratio(1, 2)? { parameter(bytes)?.to_owned() } else { any_field(bytes, model)? };
        target.push_str(&format!("{mark}{}={}", escaped(&name), escaped(&text(bytes)?)));
    }
    let method = if bytes.ratio(1, 30)? { "PATCH" } else { route.method };
    Ok(Request::Call(Call { method: method.to_owned(), target, body: body(bytes, model, route)? }))
}

fn parameter(bytes: &mut Unstructured<'_>) -> Result<&'static str> {
    bytes.choose(&["limit", "offset", "sort", "select", "from", "to", "dimid", "cId", "s", "l"]).copied()
}

fn any_field(bytes: &mut Unstructured<'_>, model: &Model) -> Result<String> {
    Ok(match bytes.choose(model.fields) {
        Ok(field) if !bytes.ratio(1, 10)? => field.name.to_owned(),
        _ => text(bytes)?,
    })
}

/// Percent-encoded, so that the request line stays one.
fn escaped(text: &str) -> PercentEncode<'_> {
    utf8_percent_encode(text, NON_ALPHANUMERIC)
}

fn body(bytes: &mut Unstructured<'_>, model: &Model, route: &Route) -> Result<Vec<u8>> {
    if route.method == "GET" || bytes.ratio(1, 30)? {
        return Vec::arbitrary(bytes);
    }
    let bulk = route.method == "PUT" && !route.path.contains("{id}") || bytes.ratio(1, 4)?;
    let body = if bulk {
        let rows = (0..bytes.int_in_range(0..=4)?).map(|_| record(bytes, model)).collect::<Result<_>>()?;
        if bytes.ratio(1, 30)? { json!({ "ids": rows }) } else { Value::Array(rows) }
    } else {
        record(bytes, model)?
    };
    let mut body = body.to_string().into_bytes();
    if bytes.ratio(1, 30)? {
        body.truncate(bytes.choose_index(body.len())?);
    }
    Ok(body)
}

/// A record that has what it needs more often than not.
fn record(bytes: &mut Unstructured<'_>, model: &Model) -> Result<Value> {
    let mut record = Map::new();
    for field in model.fields {
        let likely = field.required || [model.external, model.source].contains(&Some(field.name));
        if bytes.ratio(if likely { 9 } else { 1 }, 10)? {
            record.insert(field.name.to_owned(), value_of(bytes, field)?);
        }
    }
    for _ in 0..bytes.int_in_range(0..=2)? {
        record.insert(any_field(bytes, model)?, value(bytes, 4)?);
    }
    Ok(record.into())
}

/// A value that fits a field's name at least.
fn value_of(bytes: &mut Unstructured<'_>, field: &Field) -> Result<Value> {
    Ok(match bytes.int_in_range(0..=9)? {
        0..=3 => (*bytes.choose(&KEYS)?).into(),
        4 | 5 => text(bytes)?.into(),
        6 if field.name == "custom" => json!({ text(bytes)?: value(bytes, 2)? }),
        6 | 7 => bytes.int_in_range(-1..=30_000)?.into(),
        _ => value(bytes, 4)?,
    })
}

fn value(bytes: &mut Unstructured<'_>, depth: u32) -> Result<Value> {
    Ok(match bytes.int_in_range(0..=9)? {
        0 => Value::Null,
        1 => bool::arbitrary(bytes)?.into(),
        2 => i64::arbitrary(bytes)?.into(),
        3 => u64::arbitrary(bytes)?.into(),
        4 => f64::arbitrary(bytes)?.into(),
        5 if depth > 0 => (0..bytes.int_in_range(0..=3)?).map(|_| value(bytes, depth - 1)).collect::<Result<_>>()?,
        6 | 7 if depth > 0 => json!({ text(bytes)?: value(bytes, depth - 1)?, "_id": text(bytes)? }),
        _ => text(bytes)?.into(),
    })
}

fn text(bytes: &mut Unstructured<'_>) -> Result<String> {
    Ok(if bytes.ratio(1, 5)? { String::arbitrary(bytes)? } else { (*bytes.choose(&TEXTS)?).to_owned() })
}

/// Sends a request over a connection of its own and reads to its end.
fn exchange(sandbox: &Sandbox, request: &Request) -> Vec<u8> {
    let address = sandbox.api_url().replace("http://", "");
    let mut connection = TcpStream::connect(address).expect("the sandbox listens");
    connection.set_read_timeout(Some(SOON)).expect("a time is a time");
    let sent = match request {
        Request::Raw(bytes) => bytes.clone(),
        Request::Call(Call { method, target, body }) => {
            let (token, length) = (sandbox.api_token(), body.len());
            let head = format!(
                "{method} {target} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\
                 Connection: close\r\nContent-Length: {length}\r\n\r\n"
            );
            [head.as_bytes(), body].concat()
        }
    };
    let mut answer = Vec::new();
    // A sandbox that has read enough may close before all is written.
    if connection.write_all(&sent).is_ok() && connection.shutdown(Shutdown::Write).is_ok() {
        // Bytes received before a reset are checked too.
        let _ = connection.read_to_end(&mut answer);
    }
    answer
}

fn check(request: &Request, answer: &[u8]) {
    let text = String::from_utf8_lossy(answer);
    let status: Option<u16> = text.split(' ').nth(1).and_then(|status| status.parse().ok());
    let shown = || format!("{request:?}\n{text}");
    assert!(status.is_some_and(|status| (200..500).contains(&status)), "{}", shown());
    if let Request::Call(_) = request {
        let (_, body) = text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no head: {}", shown()));
        assert!(body.is_empty() || serde_json::from_str::<Value>(body).is_ok(), "no JSON: {}", shown());
    }
}
