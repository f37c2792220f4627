//! Which calls go through the proxy that the environment names.
//!
//! Variables of the environment belong to a whole process, so that each case runs in one of its own: this program,
//! started again with the one test [`CASE`].

use std::{
    env,
    process::{Command, Stdio},
};

use planhat_sdk::{ErrorKind, Id, Planhat, RetryPolicy};
use planhat_tests::wire::{Server, answer};

const CASE: &str = "proxies::a_call_as_the_environment_says";
/// Names the base URL of the case.
const BASE: &str = "PLANHAT_TEST_BASE";
/// Set if the client must not use proxies.
const DIRECT: &str = "PLANHAT_TEST_DIRECT";
const ELSEWHERE: &str = "http://planhat.invalid";

/// The call of a case: it succeeds if it arrives.
#[tokio::test]
async fn a_call_as_the_environment_says() {
    let Ok(base) = env::var(BASE) else { return };
    let mut builder = Planhat::builder().base_url(base).api_token("a-token-of-a-test").retry(RetryPolicy::none());
    builder = builder.allow_http();
    if env::var(DIRECT).is_ok() {
        builder = builder.no_proxy();
    }
    let company = builder.build().unwrap().companies().get(Id::new("c1")).await.unwrap();
    assert_eq!(company.id().as_str(), "c1");
}

/// Whether the call arrives from a process with these variables.
async fn arrives(base: &str, variables: &[(&str, &str)]) -> bool {
    let mut child = Command::new(env::current_exe().unwrap());
    for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "REQUEST_METHOD"] {
        child.env_remove(name).env_remove(name.to_lowercase());
    }
    child.args(["--exact", CASE]).env(BASE, base).envs(variables.iter().copied());
    child.stdout(Stdio::null()).stderr(Stdio::null());
    tokio::task::spawn_blocking(move || child.status().unwrap().success()).await.unwrap()
}

async fn proxy() -> Server {
    Server::start(|_, _| answer(200, r#"{"_id": "c1"}"#)).await
}

#[tokio::test]
async fn a_proxy_of_the_environment_serves_calls_to_other_machines() {
    for name in ["HTTP_PROXY", "http_proxy", "ALL_PROXY"] {
        let proxy = self::proxy().await;
        assert!(arrives(ELSEWHERE, &[(name, &proxy.url())]).await, "{name}");
        assert_eq!(proxy.seen()[0].target, format!("{ELSEWHERE}/companies/c1"), "{name}");
    }
}

#[tokio::test]
async fn a_call_to_the_machine_itself_goes_through_no_proxy() {
    let (proxy, server) = (self::proxy().await, self::proxy().await);
    let at_localhost = server.url().replace("127.0.0.1", "localhost");
    for base in [server.url(), at_localhost] {
        assert!(arrives(&base, &[("HTTP_PROXY", &proxy.url()), ("ALL_PROXY", &proxy.url())]).await, "{base}");
    }
    assert!(proxy.seen().is_empty());
    let targets: Vec<_> = server.seen().into_iter().map(|seen| seen.target).collect();
    assert_eq!(targets, ["/companies/c1", "/companies/c1"]);
}

#[tokio::test]
async fn proxies_can_be_switched_off_and_hosts_left_out() {
    let proxy = self::proxy().await;
    assert!(!arrives(ELSEWHERE, &[("HTTP_PROXY", &proxy.url()), (DIRECT, "1")]).await);
    assert!(!arrives(ELSEWHERE, &[("HTTP_PROXY", &proxy.url()), ("NO_PROXY", "planhat.invalid")]).await);
    assert!(proxy.seen().is_empty());
}

#[test]
fn plain_http_to_other_machines_is_refused_unless_it_is_allowed() {
    let builder = Planhat::builder().base_url("http://planhat.invalid/a-token-in-the-wrong-place");
    let error = builder.clone().build().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert!(error.to_string().contains("plain http") && !error.to_string().contains("wrong-place"), "{error}");
    let client = builder.allow_http().build().unwrap();
    assert!(!format!("{client:?}").contains("wrong-place"), "{client:?}");
}
