use planhat_sdk::{Company, RecordError};
use serde_json::value::RawValue;

use crate::server::Server;

thread_local! {
    static SERVER: Server = Server::start();
}

/// Reads the bytes as the only page of a list.
///
/// # Panics
///
/// If a page that is a JSON array has more or fewer elements than the list has records and errors about one, or if a
/// record that was read cannot be written.
pub fn list_pages(bytes: &[u8]) {
    SERVER.with(|server| {
        let (read, bad) = server.play(200, bytes, async {
            let (mut read, mut bad): (Vec<Company>, Vec<RecordError>) = (Vec::new(), Vec::new());
            let mut items = server.planhat.companies().list().items();
            loop {
                match items.try_next().await {
                    Ok(Some(record)) => read.push(record),
                    Ok(None) => return (read, Some(bad)),
                    Err(error) => match error.record() {
                        Some(record) => bad.push(record.clone()),
                        None => return (read, None),
                    },
                }
            }
        });
        for record in &read {
            let written = serde_json::to_string(record).expect("a record can be written");
            assert!(serde_json::from_str::<&RawValue>(&written).is_ok(), "{written}");
        }
        if let (Ok(elements), true) = (serde_json::from_slice::<Vec<&RawValue>>(bytes), bytes.len() < 4096) {
            let bad = bad.expect("a page that is a JSON array is read to its end");
            assert_eq!(read.len() + bad.len(), elements.len(), "{bad:?}");
        }
    });
}
