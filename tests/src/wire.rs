//! A server that responds as a script says, and records each request byte for byte.

#![allow(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test may fail, also in its helpers")]

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    pin::Pin,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use reqwest::Url;
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// A received request.
#[derive(Debug, Clone)]
pub struct Seen {
    pub verb: String,
    /// Path and query, still encoded.
    pub target: String,
    headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Seen {
    /// The path, still encoded.
    pub fn path(&self) -> &str {
        self.target.split('?').next().unwrap()
    }

    /// The parameters, decoded; each may come once only.
    pub fn query(&self) -> BTreeMap<String, String> {
        let url = Url::parse(&format!("http://server{}", self.target)).unwrap();
        let mut query = BTreeMap::new();
        for (name, value) in url.query_pairs().into_owned() {
            assert!(query.insert(name, value).is_none(), "a parameter comes twice: {}", self.target);
        }
        query
    }

    pub fn header(&self, wanted: &str) -> Option<&str> {
        self.headers.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str())
    }

    pub fn json(&self) -> Option<Value> {
        (!self.body.is_empty()).then(|| serde_json::from_slice(&self.body).unwrap())
    }
}

/// What the server does with a request.
pub enum Act {
    Answer(Vec<u8>),
    /// With nothing to answer, this is a connection that breaks after the request was read.
    AnswerAndClose(Vec<u8>),
    /// Answers when this is done.
    Later(Pin<Box<dyn Future<Output = ()> + Send>>, Vec<u8>),
    /// Sends the first bytes and then the second ones, this many times, with a pause after each; then closes. The
    /// client may stop reading before.
    Repeat(Vec<u8>, Vec<u8>, usize, Duration),
    /// Sends the bytes, and then nothing more.
    Stall(Vec<u8>),
    /// Never answers.
    Hang,
}

pub fn bytes(status: u16, headers: &[(&str, &str)], body: &str) -> Vec<u8> {
    let headers: Vec<_> = headers.iter().map(|(name, value)| [name, ": ", value, "\r\n"].concat()).collect();
    let length = body.len();
    format!("HTTP/1.1 {status} Scripted\r\ncontent-length: {length}\r\n{}\r\n{body}", headers.concat()).into_bytes()
}

pub fn answer(status: u16, body: &str) -> Act {
    Act::Answer(bytes(status, &[("content-type", "application/json")], body))
}

pub fn broken() -> Act {
    Act::AnswerAndClose(Vec::new())
}

pub struct Server {
    address: SocketAddr,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Server {
    /// The script gets the number of earlier requests, and the request.
    pub async fn start(script: impl Fn(usize, &Seen) -> Act + Send + Sync + 'static) -> Self {
        Self::start_after_closing(0, script).await
    }

    /// Takes that many connections only; the next ones are refused.
    pub async fn start_for(connections: usize, script: impl Fn(usize, &Seen) -> Act + Send + Sync + 'static) -> Self {
        Self::listen(TcpListener::bind("127.0.0.1:0").await.unwrap(), 0, connections, script)
    }

    /// Listens where nobody listened before.
    pub async fn start_at(address: SocketAddr, script: impl Fn(usize, &Seen) -> Act + Send + Sync + 'static) -> Self {
        Self::listen(TcpListener::bind(address).await.unwrap(), 0, usize::MAX, script)
    }

    /// Closes that many connections before it reads anything from them.
    pub async fn start_after_closing(
        connections: usize,
        script: impl Fn(usize, &Seen) -> Act + Send + Sync + 'static,
    ) -> Self {
        Self::listen(TcpListener::bind("127.0.0.1:0").await.unwrap(), connections, usize::MAX, script)
    }

    fn listen(
        listener: TcpListener,
        closing: usize,
        most: usize,
        script: impl Fn(usize, &Seen) -> Act + Send + Sync + 'static,
    ) -> Self {
        let server = Self { address: listener.local_addr().unwrap(), seen: Arc::default() };
        let (script, seen, count) = (Arc::new(script), Arc::clone(&server.seen), Arc::new(AtomicUsize::new(0)));
        // It ends with the runtime of its test.
        tokio::spawn(async move {
            for connection in 0..most {
                let Ok((stream, _)) = listener.accept().await else { return };
                if connection < closing {
                    continue;
                }
                let (script, seen, count) = (Arc::clone(&script), Arc::clone(&seen), Arc::clone(&count));
                let act = move |request: Seen| {
                    let act = script(count.fetch_add(1, Ordering::SeqCst), &request);
                    seen.lock().unwrap().push(request);
                    act
                };
                if connection + 1 == most {
                    // Nobody listens once the last one has been answered.
                    drop(listener);
                    return serve(stream, act).await;
                }
                tokio::spawn(serve(stream, act));
            }
        });
        server
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Returns once this number of requests has been received.
    pub async fn wait_for(&self, requests: usize) {
        while self.seen.lock().unwrap().len() < requests {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }
}

async fn serve(mut stream: TcpStream, act: impl Fn(Seen) -> Act) {
    let mut buffer = Vec::new();
    while let Some(request) = receive(&mut stream, &mut buffer).await {
        match act(request) {
            Act::Answer(bytes) => {
                if stream.write_all(&bytes).await.is_err() {
                    return;
                }
            }
            Act::AnswerAndClose(bytes) => {
                let _ = stream.write_all(&bytes).await;
                return;
            }
            Act::Later(done, bytes) => {
                done.await;
                if stream.write_all(&bytes).await.is_err() {
                    return;
                }
            }
            Act::Repeat(first, piece, times, pause) => return repeat(stream, &first, &piece, times, pause).await,
            Act::Stall(bytes) => {
                let _ = stream.write_all(&bytes).await;
                return std::future::pending().await;
            }
            Act::Hang => return std::future::pending().await,
        }
    }
}

async fn repeat(mut stream: TcpStream, first: &[u8], piece: &[u8], times: usize, pause: Duration) {
    let mut sent = stream.write_all(first).await;
    for _ in 0..times {
        if sent.is_err() {
            return;
        }
        sent = stream.write_all(piece).await;
        if !pause.is_zero() {
            tokio::time::sleep(pause).await;
        }
    }
}

/// The next request of a connection; nothing if the client has closed it.
async fn receive(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Option<Seen> {
    let end = loop {
        if let Some(end) = buffer.windows(4).position(|window| window == b"\r\n\r\n") {
            break end;
        }
        more(stream, buffer).await?;
    };
    let head = String::from_utf8(buffer.drain(..end + 4).collect()).unwrap();
    let mut lines = head.trim_end().lines();
    let mut start = lines.next()?.split(' ').map(str::to_owned);
    let (verb, target) = (start.next()?, start.next()?);
    let headers: Vec<(String, String)> =
        lines.map(|line| line.split_once(':').unwrap()).map(|(n, v)| (n.to_lowercase(), v.trim().to_owned())).collect();
    let mut seen = Seen { verb, target, headers, body: Vec::new() };
    let length = seen.header("content-length").map_or(0, |length| length.parse().unwrap());
    while buffer.len() < length {
        more(stream, buffer).await?;
    }
    seen.body = buffer.drain(..length).collect();
    Some(seen)
}

async fn more(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Option<()> {
    buffer.reserve(64 * 1024);
    (stream.read_buf(buffer).await.ok()? > 0).then_some(())
}
