//! Planhat's HTTP API from a table written by hand, held against the sandbox and against what the SDK sends.
//! Both are generated from one schema; the table is not, so that they cannot share a mistake unseen.

#![cfg(test)]

#[path = "http_contract/crud.rs"]
mod crud;
#[path = "http_contract/drive.rs"]
mod drive;
#[path = "http_contract/drive_specials.rs"]
mod drive_specials;
#[path = "http_contract/plain.rs"]
mod plain;
#[path = "http_contract/recorder.rs"]
mod recorder;
#[path = "http_contract/sandbox_access.rs"]
mod sandbox_access;
#[path = "http_contract/sandbox_lists.rs"]
mod sandbox_lists;
#[path = "http_contract/sandbox_records.rs"]
mod sandbox_records;
#[path = "http_contract/sdk.rs"]
mod sdk;
#[path = "http_contract/table.rs"]
mod table;
#[path = "http_contract/wire.rs"]
mod wire;
