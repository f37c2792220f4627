//! What an error tells of the attempts, and how often a call is sent again.

use std::{net::TcpListener, time::Duration};

use planhat_sdk::{
    CompanyPatch, Effect, ErrorKind, Id, NewActivity, NewCompany, Planhat, RetryBudget, RetryPolicy, SegmentCall,
};
use planhat_tests::wire::{Act, Server, answer, broken, bytes};
use serde_json::json;

use crate::{builder, client, quick};

#[tokio::test]
async fn an_error_tells_what_happened_in_each_attempt() {
    let server = Server::start(|place, _| match place {
        0 => Act::Answer(bytes(503, &[("retry-after", "0")], r#"{"message": "deploying"}"#)),
        1 => broken(),
        2 => answer(200, "<html>a proxy</html>"),
        _ => answer(404, r#"{"message": "no such company"}"#),
    })
    .await;
    let error = client(&server).companies().update(Id::new("c1"), CompanyPatch::new().name("B")).await.unwrap_err();
    let seen: Vec<_> = error.attempts().iter().map(|attempt| (attempt.status, attempt.kind, attempt.effect)).collect();
    let expected = [
        (Some(503), ErrorKind::Server, Effect::Unknown),
        (None, ErrorKind::Network, Effect::Unknown),
        (Some(200), ErrorKind::Decode, Effect::Unknown),
        (Some(404), ErrorKind::NotFound, Effect::Refused),
    ];
    assert_eq!(seen, expected);
    assert_eq!(error.attempts()[0].message, "deploying");
    assert!(error.attempts()[0].pause > Duration::ZERO, "a server that asks for no pause gets a short one");
    assert_eq!(error.attempts()[3].pause, Duration::ZERO);
    let shown = error.to_string();
    assert!(
        shown.ends_with("(outcome unknown, 4 attempts: 503, broken connection, unusable response, 404)"),
        "{shown}"
    );
}

/// Breaks the first connection after it has read a request, and is gone then.
async fn here_once() -> Server {
    Server::start_for(1, |_, _| broken()).await
}

#[tokio::test]
async fn a_later_refusal_does_not_undo_what_an_earlier_attempt_may_have_done() {
    let server = here_once().await;
    let planhat = client(&server);
    let error = planhat.companies().update(Id::new("c1"), CompanyPatch::new().name("B")).await.unwrap_err();
    let last = error.attempts().last().unwrap();
    assert_eq!((last.kind, last.effect), (ErrorKind::Connect, Effect::NotSent), "{error}");
    assert_eq!((error.kind(), error.effect()), (ErrorKind::Connect, Effect::Unknown), "{error}");

    let server = here_once().await;
    let rows = [CompanyPatch::new().id(Id::new("c1")).name("B")];
    let error = client(&server).companies().bulk_upsert(rows).await.unwrap_err();
    assert_eq!(error.effect(), Effect::Unknown, "the first attempt may have written it");

    // Reading changes nothing, whatever happens.
    let server = Server::start(|place, _| if place == 0 { broken() } else { answer(404, "gone") }).await;
    let error = client(&server).companies().get(Id::new("c1")).await.unwrap_err();
    assert_eq!(error.effect(), Effect::Refused, "{error}");
}

#[tokio::test]
async fn an_answer_that_tells_nothing_is_asked_for_again_where_that_is_harmless() {
    for body in ["", "<html>a proxy</html>", r#"{"_id": "c"#] {
        let server =
            Server::start(move |place, _| answer(200, if place == 0 { body } else { r#"{"_id": "c1"}"# })).await;
        let companies = client(&server).companies();
        companies.get(Id::new("c1")).await.unwrap();
        assert_eq!(server.seen().len(), 2, "{body}");

        let server = Server::start(move |_, _| answer(200, body)).await;
        let error = client(&server).companies().create(NewCompany::new("Acme")).await.unwrap_err();
        assert_eq!((error.kind(), server.seen().len()), (ErrorKind::Decode, 1), "{body}");
    }
    let envelope = json!({"created": 0, "updated": 0, "nonupdates": 1}).to_string();
    let server = Server::start(move |place, _| answer(200, if place == 0 { "" } else { &envelope })).await;
    let rows = [CompanyPatch::new().id(Id::new("c1")).name("B")];
    let report = client(&server).companies().bulk_upsert(rows).await.unwrap();
    assert_eq!((report.totals().unchanged, server.seen().len()), (1, 2));
}

#[tokio::test]
async fn a_call_a_list_and_a_bulk_upsert_may_have_a_policy_of_their_own() {
    let server = Server::start(|_, _| answer(503, "")).await;
    let companies = client(&server).companies();
    let policy = || quick().max_attempts(2);
    companies.get(Id::new("c1")).retry(policy()).await.unwrap_err();
    assert_eq!(server.seen().len(), 2);
    companies.list().retry(policy()).collect().await.unwrap_err();
    assert_eq!(server.seen().len(), 4);
    companies.bulk_upsert([CompanyPatch::new().id(Id::new("c1"))]).retry(policy()).await.unwrap_err();
    assert_eq!(server.seen().len(), 6);
    companies.get(Id::new("c1")).retry(RetryPolicy::none()).await.unwrap_err();
    assert_eq!(server.seen().len(), 7);
}

#[tokio::test]
async fn a_storm_of_failures_ends_when_the_budget_is_spent() {
    let server = Server::start(|_, _| answer(503, "")).await;
    let budget = RetryBudget::default().capacity(10).refill_ratio(0.0);
    let planhat = builder(&server).retry_budget(budget).build().unwrap();
    for _ in 0..20 {
        planhat.companies().get(Id::new("c1")).await.unwrap_err();
    }
    assert_eq!(server.seen().len(), 20 + 10);
    assert_eq!((planhat.stats().calls, planhat.stats().retries, planhat.stats().failures), (20, 10, 20));
}

#[tokio::test]
async fn being_put_off_by_the_quota_costs_no_budget() {
    let server =
        Server::start(|place, _| if place % 3 == 2 { answer(200, r#"{"_id": "c1"}"#) } else { answer(429, "") }).await;
    let planhat = builder(&server).retry_budget(RetryBudget::default().capacity(0)).build().unwrap();
    for _ in 0..5 {
        planhat.companies().create(NewCompany::new("Acme")).await.unwrap();
    }
    assert_eq!(server.seen().len(), 15);
}

#[tokio::test]
async fn nothing_is_sent_again_after_the_total_time() {
    let hours = RetryPolicy::default().backoff(Duration::from_secs(3_600), Duration::from_secs(3_600));
    let server = Server::start(|_, _| answer(503, "")).await;
    let planhat = builder(&server).retry(hours.max_elapsed(Duration::ZERO)).build().unwrap();
    planhat.companies().get(Id::new("c1")).await.unwrap_err();
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn a_host_that_comes_back_while_a_create_waits_gets_it_once() {
    let held = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = held.local_addr().unwrap();
    drop(held);
    let policy = RetryPolicy::default().max_attempts(200).backoff(Duration::from_millis(5), Duration::from_millis(5));
    let planhat = Planhat::builder().base_url(format!("http://{address}")).api_token("token").retry(policy);
    let planhat = planhat.without_quota().build().unwrap();
    let created = tokio::spawn(planhat.companies().create(NewCompany::new("Acme")).into_future());
    while planhat.stats().retries < 2 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let server = Server::start_at(address, |_, _| answer(200, r#"{"_id": "c1"}"#)).await;
    created.await.unwrap().unwrap();
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn figures_count_what_was_done() {
    let server = Server::start(|place, _| match place {
        0 => answer(503, "0123456789"),
        _ => answer(200, r#"{"_id": "c1"}"#),
    })
    .await;
    let planhat = client(&server);
    let other = planhat.clone();
    planhat.companies().update(Id::new("c1"), CompanyPatch::new().name("B")).await.unwrap();
    let stats = other.stats();
    assert_eq!((stats.calls, stats.retries, stats.failures, stats.quota_waits), (1, 1, 0, 0));
    let body = r#"{"name":"B"}"#.len() as u64;
    assert_eq!((stats.bytes_sent, stats.bytes_received), (2 * body, 10 + 13));
}

#[tokio::test]
async fn a_429_whose_body_breaks_off_is_still_a_429() {
    let server = Server::start(|place, _| match place {
        0 => {
            let whole = bytes(429, &[("retry-after", "0")], "too many calls");
            Act::AnswerAndClose(whole[..whole.len() - 5].to_vec())
        }
        _ => answer(200, r#"{"_id": "c1"}"#),
    })
    .await;
    client(&server).companies().create(NewCompany::new("Acme")).await.unwrap();
    assert_eq!(server.seen().len(), 2);
}

#[tokio::test]
async fn a_call_without_its_token_is_never_tried() {
    let server = Server::start(|_, _| answer(200, "{}")).await;
    let planhat = Planhat::builder().base_url(server.url()).build().unwrap();
    let error = planhat.companies().get(Id::new("c1")).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts().len()), (ErrorKind::Configuration, 0));
}

#[tokio::test]
async fn what_an_earlier_attempt_did_is_done_whatever_came_of_the_later_ones() {
    let cut_off = || {
        let whole = bytes(200, &[], r#"{"_id": "c1"}"#);
        Act::AnswerAndClose(whole[..whole.len() - 5].to_vec())
    };
    let page = || answer(200, "<html></html>");
    let firsts: [(fn() -> Act, Effect); 2] = [(cut_off, Effect::Applied), (page, Effect::Unknown)];
    for (first, effect) in firsts {
        let server = Server::start(move |place, _| match place {
            0 => first(),
            1 => answer(502, ""),
            _ => answer(429, "slow down"),
        })
        .await;
        let planhat = builder(&server).retry(quick().max_attempts(3)).build().unwrap();
        let error = planhat.companies().update(Id::new("c1"), CompanyPatch::new().name("B")).await.unwrap_err();
        assert_eq!((error.attempts().len(), error.effect()), (3, effect), "{error}");
    }
}

#[tokio::test]
async fn a_page_is_no_answer_even_where_any_answer_would_do() {
    let server = Server::start(|_, _| answer(200, "<html>a proxy</html>")).await;
    let planhat = client(&server);
    let errors = [
        planhat.activities().track(NewActivity::with_email("a@example.com")).await.unwrap_err(),
        planhat.activities().segment(SegmentCall::new("track")).await.unwrap_err(),
        planhat.time_entries().duplicate([Id::new("t1")]).await.unwrap_err(),
        planhat.companies().delete(Id::new("c1")).await.unwrap_err(),
    ];
    for error in errors {
        assert_eq!((error.kind(), error.effect()), (ErrorKind::Decode, Effect::Unknown), "{error}");
    }
}
