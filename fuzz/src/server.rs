//! A server that sends one response, whatever it is asked for, and the client that asks.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use planhat_sdk::{Planhat, RetryPolicy};
use tokio::runtime::{Builder, Runtime};

/// A status and a body.
type Response = (u16, Vec<u8>);

pub struct Server {
    response: Arc<Mutex<Response>>,
    runtime: Runtime,
    pub planhat: Planhat,
}

impl Server {
    /// Starts one, which ends with the process. Calls are neither paced nor retried.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is to be had");
        let url = format!("http://{}", listener.local_addr().expect("it is bound"));
        let response = Arc::new(Mutex::new((200, Vec::new())));
        let sent = Arc::clone(&response);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let sent = Arc::clone(&sent);
                thread::spawn(move || serve(stream, &sent));
            }
        });
        let planhat = Planhat::builder().api_token("token").tenant_token("tenant").base_url(url);
        let planhat = planhat.without_quota().retry(RetryPolicy::none()).build().expect("the settings are right");
        let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime is to be had");
        Self { response, runtime, planhat }
    }

    /// What a call makes of this response.
    pub fn play<T>(&self, status: u16, body: &[u8], call: impl Future<Output = T>) -> T {
        *self.response.lock().expect("nobody panics while holding it") = (status, body.to_vec());
        self.runtime.block_on(call)
    }
}

/// Responds to the requests of a connection. A page that is asked for with an offset is an empty one.
fn serve(stream: TcpStream, response: &Mutex<Response>) -> Option<()> {
    stream.set_nodelay(true).ok()?;
    let mut stream = BufReader::new(stream);
    loop {
        let mut length = 0;
        let mut target = String::new();
        stream.read_line(&mut target).ok().filter(|read| *read > 0)?;
        loop {
            let mut line = String::new();
            stream.read_line(&mut line).ok().filter(|read| *read > 0)?;
            let line = line.trim().to_ascii_lowercase();
            if line.is_empty() {
                break;
            }
            if let Some(value) = line.strip_prefix("content-length:") {
                length = value.trim().parse().ok()?;
            }
        }
        let mut body = vec![0; length];
        stream.read_exact(&mut body).ok()?;
        let is_later_page = target.contains("offset=") && !target.contains("offset=0");
        let (status, body) =
            if is_later_page { (200, b"[]".to_vec()) } else { response.lock().expect("nobody panics").clone() };
        let head =
            format!("HTTP/1.1 {status} x\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n", body.len());
        stream.get_mut().write_all(&[head.as_bytes(), &body].concat()).ok()?;
    }
}
