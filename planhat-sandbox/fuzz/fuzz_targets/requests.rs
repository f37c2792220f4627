//! Any bytes, as requests, to a sandbox: see `planhat-sandbox/tests/fuzz/requests.rs`.

#![no_main]

#[path = "../../tests/fuzz/requests.rs"]
mod requests;

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use planhat_sandbox::Sandbox;

static SANDBOX: LazyLock<Sandbox> = LazyLock::new(|| {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime is to be had");
    runtime.block_on(Sandbox::start()).expect("a port is to be had")
});

fuzz_target!(|bytes: &[u8]| requests::play(&SANDBOX, bytes));
