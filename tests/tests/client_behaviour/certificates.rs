//! What a client says of a server whose certificate it does not accept.

use std::{
    net::{SocketAddr, TcpListener},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use planhat_sdk::{Effect, ErrorKind, Id, NewCompany, Planhat};
use rustls::{ServerConfig, ServerConnection, pki_types::PrivateKeyDer};

use crate::quick;

/// A server with a certificate that nobody has signed, and the number of handshakes it was asked for.
fn self_signed() -> (SocketAddr, Arc<AtomicUsize>) {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned(), "127.0.0.1".to_owned()]).unwrap();
    let key = PrivateKeyDer::Pkcs8(made.signing_key.serialize_der().into());
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = config.with_no_client_auth().with_single_cert(vec![made.cert.der().clone()], key).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (address, config) = (listener.local_addr().unwrap(), Arc::new(config));
    let handshakes = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&handshakes);
    // It ends with the test program.
    thread::spawn(move || {
        while let Ok((mut stream, _)) = listener.accept() {
            count.fetch_add(1, Ordering::SeqCst);
            let mut connection = ServerConnection::new(Arc::clone(&config)).unwrap();
            while connection.is_handshaking() && connection.complete_io(&mut stream).is_ok() {}
        }
    });
    (address, handshakes)
}

#[tokio::test]
async fn a_certificate_that_is_not_accepted_is_not_tried_again() {
    let (address, handshakes) = self_signed();
    let planhat = Planhat::builder()
        .base_url(format!("https://{address}"))
        .api_token("token")
        .without_quota()
        .retry(quick())
        .build()
        .unwrap();
    let read = planhat.companies().get(Id::new("c1")).await.unwrap_err();
    let created = planhat.companies().create(NewCompany::new("Acme")).await.unwrap_err();
    for error in [read, created] {
        assert_eq!((error.kind(), error.effect()), (ErrorKind::Configuration, Effect::NotSent), "{error}");
        assert_eq!(error.attempts().len(), 1, "{error}");
        assert!(!error.is_temporary(), "{error}");
        let shown = error.to_string();
        assert!(shown.contains("certificate") && shown.contains("base URL"), "{shown}");
    }
    assert_eq!(handshakes.load(Ordering::SeqCst), 2);
}
