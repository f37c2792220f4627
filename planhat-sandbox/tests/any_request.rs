//! The sandbox survives whatever it is asked: a thousand inputs of the fuzz target (`planhat-sandbox/fuzz`), which goes
//! on from there for as long as one likes.

#[path = "fuzz/requests.rs"]
#[allow(
    clippy::expect_used,
    clippy::panic,
    clippy::format_push_string,
    reason = "a test may fail, also in its helpers"
)]
mod requests;

use planhat_sandbox::Sandbox;

#[tokio::test]
async fn no_request_breaks_it() {
    let sandbox = Sandbox::start().await.unwrap();
    let mut random = fastrand::Rng::with_seed(11);
    for _ in 0..1000 {
        let length = random.usize(0..4000);
        let bytes: Vec<u8> = std::iter::repeat_with(|| random.u8(..)).take(length).collect();
        requests::play(&sandbox, &bytes);
    }
}
