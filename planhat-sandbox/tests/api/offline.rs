//! Going offline and online.

use std::{
    io::{ErrorKind, Read, Write},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

use planhat_sandbox::{Sandbox, WriteKind};
use serde_json::json;

use crate::client::{Client, wait_until};

/// A client without keep-alive: a kept connection would be reset instead of refused.
async fn forgetful() -> Client {
    let http = reqwest::Client::builder().pool_max_idle_per_host(0).build().unwrap();
    Client { http, ..Client::new().await }
}

fn address(sandbox: &Sandbox) -> SocketAddr {
    sandbox.api_url().trim_start_matches("http://").parse().unwrap()
}

#[tokio::test]
async fn offline_it_refuses_and_online_it_is_as_before() {
    let client = forgetful().await;
    client.company("Acme", "acme");
    let address = address(&client.sandbox);
    for _ in 0..3 {
        client.sandbox.go_offline();
        assert_eq!(TcpStream::connect(address).unwrap_err().kind(), ErrorKind::ConnectionRefused);
        let refused = client.bare("GET", "/companies").send().await.unwrap_err();
        assert!(refused.is_connect(), "{refused:?}");

        client.sandbox.go_online().unwrap();
        assert_eq!(client.listed("/companies", "name").await, ["Acme"]);
    }
    client.post("/companies", json!({ "name": "Two" })).await;
    assert_eq!(client.sandbox.applied().len(), 1);
    assert_eq!(client.sandbox.requests().len(), 4);
}

#[tokio::test]
async fn going_offline_breaks_open_connections() {
    let sandbox = Sandbox::start().await.unwrap();
    let mut idle = TcpStream::connect(address(&sandbox)).unwrap();
    let mut busy = TcpStream::connect(address(&sandbox)).unwrap();
    busy.write_all(b"POST /companies HTTP/1.1\r\nhost: localhost\r\ncontent-length: 100\r\n\r\n{").unwrap();

    sandbox.go_offline();
    for stream in [&mut idle, &mut busy] {
        // Systems reset or end connections that were not accepted yet.
        assert!(matches!(stream.read(&mut [0]), Ok(0) | Err(_)));
    }
}

#[tokio::test]
async fn writes_before_going_offline_stay() {
    let hour = Duration::from_secs(3600);
    let client =
        Client { sandbox: Sandbox::builder().latency(hour).start().await.unwrap(), http: reqwest::Client::new() };
    let (created, ()) = tokio::join!(
        client.bare("POST", "/companies").bearer_auth(client.sandbox.api_token()).json(&json!({ "name": "A" })).send(),
        async {
            wait_until(|| client.sandbox.applied_count() == 1).await;
            client.sandbox.go_offline();
        }
    );
    assert!(!created.unwrap_err().is_connect());
    client.sandbox.go_online().unwrap();
    assert_eq!(
        (client.kinds().as_slice(), client.sandbox.records("Company").len()),
        ([WriteKind::Created].as_slice(), 1)
    );
}

#[tokio::test]
async fn going_offline_or_online_twice_changes_nothing() {
    let client = forgetful().await;
    client.sandbox.go_online().unwrap();
    assert_eq!(client.get("/companies").await.0, 200);
    client.sandbox.go_offline();
    client.sandbox.go_offline();
    client.sandbox.go_online().unwrap();
    assert_eq!(client.get("/companies").await.0, 200);
}

#[tokio::test]
async fn the_port_of_an_offline_sandbox_stays_reserved() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.go_offline();
    let others: Vec<_> = (0..50).map(|_| std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap()).collect();
    assert!(others.iter().all(|other| other.local_addr().unwrap() != address(&sandbox)));
    sandbox.go_online().unwrap();
}

// Other systems do not let another process take it.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_taken_port_is_an_error() {
    let sandbox = Sandbox::start().await.unwrap();
    let address = address(&sandbox);
    sandbox.go_offline();
    let _other = std::net::TcpListener::bind(address).unwrap();
    assert_eq!(sandbox.go_online().unwrap_err().to_string(), format!("cannot listen on {address}"));
}

#[tokio::test]
async fn it_can_be_dropped_while_offline() {
    let sandbox = Sandbox::start().await.unwrap();
    let address = address(&sandbox);
    sandbox.go_offline();
    drop(sandbox);
    assert!(TcpStream::connect(address).is_err());
}
