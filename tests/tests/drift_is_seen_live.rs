//! `cargo xtask drift --live` finds what a server has beyond the schema, and reads nothing but lists, a few records of
//! each, within the quota.

#![cfg(test)]

use std::{
    path::Path,
    process::{Command, Output},
};

use planhat_sandbox::{Fault, Faults, RetryAfter, Sandbox};
use serde_json::{Value, json};

/// Runs the command with the token of a sandbox.
fn drift(sandbox: &Sandbox, arguments: &[&str]) -> (Option<i32>, String) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let Output { status, stdout, stderr } = Command::new(env!("CARGO"))
        .args(["run", "--offline", "--quiet", "--package", "xtask", "--", "drift", "--live"])
        .args(["--url", &sandbox.api_url()])
        .args(arguments)
        .current_dir(root)
        .env("PLANHAT_API_TOKEN", sandbox.api_token())
        .env("CARGO_NET_OFFLINE", "true")
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
    sandbox.import(with("Company", json!({"mood": "fine"}))).unwrap();
    sandbox.import(with("Sale", json!({"value": {"amount": 3}, "secretName": "somebody@example.com"}))).unwrap();
    sandbox
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_server_has_beyond_the_schema_is_found() {
    let sandbox = sandbox().await;
    let save = Path::new(env!("CARGO_TARGET_TMPDIR")).join("drift_live.jsonl");
    // The server is busy once, and one list may not be read.
    sandbox
        .set_faults(Faults::new().on("companies.list", 1, Fault::TooMany(RetryAfter::Seconds(1))).on(
            "workspaces.list",
            1,
            Fault::ErrorBefore(503),
        ))
        .unwrap();
    let (status, said) = drift(&sandbox, &["--records", "100", "--save", save.to_str().unwrap()]);

    assert_eq!(status, Some(1), "{said}");
    for finding in [
        "`mood` is no field of the model `Company`; it looks like `string`",
        "`value` is declared as `number`, but looks like `object`",
        "- {name: mood, type: string, evidence: example,",
        "calls of `GET /workspaces`, which were answered with 503",
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
    // Each list once, apart from the one that was to wait.
    let limits = requests.iter().filter(|request| request.query.contains("limit=100")).count();
    assert_eq!(limits, requests.len());
    assert!(sandbox.applied().is_empty());

    // What was kept is a recording without the token, and gives the same answer.
    let kept = std::fs::read_to_string(&save).unwrap();
    assert!(kept.contains("somebody@example.com") && !kept.contains(sandbox.api_token()));
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
async fn one_model_is_one_call_and_a_wrong_token_is_told() {
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
