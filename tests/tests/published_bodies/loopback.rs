//! A server for one call, for what only a call shows: the body that it sends and the answer it makes; and one that
//! sends the same response to each call.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpListener,
    sync::{Arc, Mutex},
    thread,
};

use planhat_sdk::{Error, Planhat};

/// Makes a call and answers it with a text. Returns the body that was sent, and what the call made of it.
pub fn exchange<T, F>(answer: &str, call: impl FnOnce(Planhat) -> F) -> (String, Result<T, Error>)
where
    F: IntoFuture<Output = Result<T, Error>>,
{
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let reply = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{answer}",
        answer.len(),
    );
    let server = thread::spawn(move || {
        let mut stream = BufReader::new(listener.accept().unwrap().0);
        let body = receive(&mut stream);
        stream.get_mut().write_all(reply.as_bytes()).unwrap();
        body
    });
    let planhat = Planhat::builder().api_token("token").base_url(url).build().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let result = runtime.block_on(call(planhat).into_future());
    (server.join().unwrap(), result)
}

/// A server that sends one response, whatever it is asked for.
pub struct Server {
    body: Arc<Mutex<Vec<u8>>>,
    url: String,
}

impl Server {
    /// Starts one, which ends with the process.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let body = Arc::new(Mutex::new(Vec::new()));
        let sent = Arc::clone(&body);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = BufReader::new(stream.unwrap());
                receive(&mut stream);
                let body = sent.lock().unwrap().clone();
                let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: ";
                let reply = [format!("{head}{}\r\n\r\n", body.len()).into_bytes(), body].concat();
                stream.get_mut().write_all(&reply).unwrap();
            }
        });
        Self { body, url }
    }

    /// A builder of a client for it.
    pub fn client(&self) -> planhat_sdk::Builder {
        Planhat::builder().api_token("token").base_url(&self.url).without_quota()
    }

    /// Sets the response.
    pub fn sends(&self, body: impl Into<Vec<u8>>) {
        *self.body.lock().unwrap() = body.into();
    }
}

/// Reads a request and returns its body.
fn receive(stream: &mut impl BufRead) -> String {
    let mut length = 0;
    let mut line = String::new();
    while stream.read_line(&mut line).unwrap() > 2 {
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        line.clear();
    }
    let mut body = String::new();
    stream.take(length).read_to_string(&mut body).unwrap();
    body
}
