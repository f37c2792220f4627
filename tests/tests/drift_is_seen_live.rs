//! `cargo xtask drift --live` finds what a server has beyond the schema, and reads nothing but lists, a few records of
//! each, within the quota.

#![cfg(test)]

use std::{
    path::Path,
    process::{Command, Output},
};

use planhat_sandbox::{Fault, Faults, RetryAfter, Sandbox};
use serde_json::{Value, json};

/// The command, with the environment of the test.
fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO"));
    command
        .args(["run", "--offline", "--quiet", "--package", "xtask", "--", "drift", "--live"])
        .args(arguments)
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap())
        .env("CARGO_NET_OFFLINE", "true");
    command
}

/// Runs the command with the token of a sandbox.
fn drift(sandbox: &Sandbox, arguments: &[&str]) -> (Option<i32>, String) {
    let Output { status, stdout, stderr } = command(&["--url", &sandbox.api_url()])
        .args(arguments)
        .env("PLANHAT_API_TOKEN", sandbox.api_token())
        .output()
        .unwrap();
    let said = String::from_utf8(stdout).unwrap() + &String::from_utf8(stderr).unwrap();
    assert!(!said.contains(sandbox.api_token()), "{said}");
    (status.code(), said)
}

async fn sandbox() -> Sandbox {
    let sandbox = Sandbox::builder().demo(1).start().await.unwrap();
    // No rule is applied to what is put in like this, so that the server knows more than the schema.
    let with = |model: &str, more: Value| {
        let mut record = sandbox.records(model).swap_remove(0);
        record.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!({model: [record]})
    };
    // It may even send the token back.
    let mood = format!("fine, {}", sandbox.api_token());
    sandbox.import(with("Company", json!({"mood": mood}))).unwrap();
    sandbox.import(with("Sale", json!({"value": {"amount": 3}, "secretName": "somebody@example.com"}))).unwrap();
    sandbox
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_server_has_beyond_the_schema_is_found() {
    let sandbox = sandbox().await;
    let save = Path::new(env!("CARGO_TARGET_TMPDIR")).join("drift_live.jsonl");
    // The server is busy once, and one list may not be read.
    sandbox
        .set_faults(Faults::new().on("companies.list", 1, Fault::RateLimited(RetryAfter::Seconds(1))).on(
            "workspaces.list",
            1,
            Fault::ErrorBefore(503),
        ))
        .unwrap();
    let (status, said) = drift(&sandbox, &["--records", "100", "--save", save.to_str().unwrap()]);

    assert_eq!(status, Some(1), "{said}");
    for finding in [
        "`mood` is not a field of the model `Company`; it looks like `string`",
        "`value` is declared as `number`, but looks like `object`",
        "- {name: mood, type: string, evidence: example,",
        "calls of `GET /workspaces` with status 503",
    ] {
        assert!(said.contains(finding), "{finding} is not in\n{said}");
    }
    assert!(!said.contains("somebody@example.com"), "{said}");

    let requests = sandbox.requests();
    assert!(requests.iter().all(|request| request.method == "GET"), "{requests:?}");
    assert!(
        requests.iter().all(|request| request.operation.is_some_and(|name| name.ends_with("list"))),
        "{requests:?}"
    );
    assert!((20..=40).contains(&requests.len()), "{}", requests.len());
    assert_eq!(requests.iter().filter(|request| request.status == 429).count(), 1);
    // One page of each list.
    assert!(requests.iter().all(|request| request.query.contains("limit=") && !request.query.contains("offset=")));
    assert!(sandbox.applied().is_empty());

    // What was kept is a recording without the token, and gives the same answer.
    let kept = std::fs::read_to_string(&save).unwrap();
    assert!(kept.contains("somebody@example.com") && kept.contains("fine, {token}"), "{kept}");
    assert!(!kept.contains(sandbox.api_token()));
    let call: Value = kept.lines().next().unwrap().parse().unwrap();
    assert_eq!((call["method"].as_str(), call["status"].as_u64()), (Some("GET"), Some(200)));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_tenant_is_as_the_schema_says() {
    let sandbox = Sandbox::builder().demo(1).start().await.unwrap();
    let (status, said) = drift(&sandbox, &["--records", "100"]);
    assert_eq!(status, Some(0), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_model_is_one_call_and_a_wrong_token_is_reported() {
    let sandbox = Sandbox::builder().demo(1).start().await.unwrap();
    let (status, said) = drift(&sandbox, &["--model", "Sale"]);
    assert_eq!(status, Some(0), "{said}");
    let requests = sandbox.requests();
    assert_eq!((requests.len(), requests[0].query.as_str()), (1, "limit=5"));

    let other = Sandbox::builder().api_token("another-token").start().await.unwrap();
    let (status, said) = drift(&other, &["--model", "Sale", "--url", &sandbox.api_url()]);
    assert_eq!(status, Some(2), "{said}");
    assert!(said.contains("the token is refused (401)"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_that_cannot_be_read_are_not_lists_without_drift() {
    let sandbox = Sandbox::builder().demo(1).start().await.unwrap();
    for status in [403, 200] {
        sandbox.set_faults(Faults::new().random(Fault::Html(status), 1.0)).unwrap();
        let (code, said) = drift(&sandbox, &[]);
        assert_eq!(code, Some(2), "{said}");
        assert!(said.contains(&format!("no list can be read; the answers have the status {status};")), "{said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_may_not_be_read_is_reported_and_the_others_are_read() {
    let sandbox = Sandbox::builder().demo(1).start().await.unwrap();
    sandbox.set_faults(Faults::new().on("sales.list", 1, Fault::Html(403))).unwrap();
    let (code, said) = drift(&sandbox, &[]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("skipped: calls of `GET /sales` with status 403: 1"), "{said}");
}

#[test]
fn a_missing_token_is_reported_with_what_to_do() {
    let output = command(&["--model", "Sale"]).env_remove("PLANHAT_API_TOKEN").output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("there is no token; set PLANHAT_API_TOKEN to"), "{said}");
}
