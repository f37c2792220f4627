//! Calls are values: they can be kept, cloned, sent twice and moved to other threads.

use planhat_sdk::{
    BulkActivity, BulkReport, BulkUpsert, Call, Company, CompanyPatch, Deleted, Error, Id, Ingest, IngestReport, Items,
    List, NewActivity, NewCompany, NewMetric, Page, Pages, Planhat, SegmentCall, Watch,
};
use planhat_tests::wire::{Server, answer};

use crate::client;

#[expect(clippy::needless_pass_by_value, reason = "a future is sent by value")]
fn future_is_send<F: Future + Send + 'static>(future: F) {
    future_is_small(&future);
}

fn future_is_small<F: Future + Send>(future: &F) {
    assert!(size_of_val(future) < 1_024, "a future has {} bytes", size_of_val(future));
}

const fn is_send<T: Send>() {}
const fn is_send_and_sync<T: Send + Sync>() {}

// What is not `Send` does not compile.
const _: () = {
    is_send_and_sync::<Planhat>();
    is_send_and_sync::<Error>();
    is_send_and_sync::<Call<Company>>();
    is_send_and_sync::<Call<Deleted>>();
    is_send_and_sync::<List<Company>>();
    is_send_and_sync::<BulkReport<Company>>();
    is_send_and_sync::<IngestReport>();
    is_send_and_sync::<Page<Company>>();
    is_send::<Items<Company>>();
    is_send::<Pages<Company>>();
    is_send::<BulkUpsert<Company>>();
    is_send::<Ingest>();
    is_send_and_sync::<Watch<BulkReport<Company>>>();
    is_send_and_sync::<Watch<IngestReport>>();
};

#[test]
fn every_future_is_send_and_small() {
    let planhat = Planhat::builder().api_token("a").tenant_token("t").build().unwrap();
    let companies = planhat.companies();
    future_is_send(companies.get(Id::new("c1")).into_future());
    future_is_send(companies.create(NewCompany::new("Acme")).into_future());
    future_is_send(companies.update(Id::new("c1"), CompanyPatch::new()).into_future());
    future_is_send(companies.delete(Id::new("c1")).into_future());
    future_is_send(companies.bulk_upsert([NewCompany::new("Acme")]).into_future());
    future_is_send(companies.list().collect());
    future_is_send(companies.lean_list().collect());
    // These borrow their stream.
    future_is_small(&companies.list().items().try_next());
    future_is_small(&companies.list().pages().try_next());
    future_is_send(planhat.time_entries().duplicate([Id::new("t1")]).into_future());
    future_is_send(planhat.metrics().list().collect());
    future_is_send(planhat.metrics().insert([NewMetric::new("d", 1.0, "e")]).into_future());
    future_is_send(planhat.activities().track(NewActivity::with_email("a@example.com")).into_future());
    future_is_send(planhat.activities().track_bulk([BulkActivity::with_external_id("u1")]).into_future());
    future_is_send(planhat.activities().segment(SegmentCall::new("track")).into_future());
}

#[tokio::test]
async fn a_call_can_be_cloned_and_sent_twice() {
    let server = Server::start(|_, _| answer(200, r#"{"_id": "c1"}"#)).await;
    let call = client(&server).companies().update(Id::new("c1"), CompanyPatch::new().name("B"));
    let again = call.clone();
    assert!(server.seen().is_empty(), "nothing is sent until it is awaited");
    assert_eq!(call.await.unwrap(), again.await.unwrap());
    let seen = server.seen();
    assert_eq!(seen.len(), 2);
    assert_eq!((&seen[0].verb, &seen[0].target, &seen[0].body), (&seen[1].verb, &seen[1].target, &seen[1].body));
}

#[tokio::test]
async fn a_list_can_be_cloned_and_taken_twice() {
    let server = Server::start(|_, _| answer(200, r#"[{"_id": "c1"}]"#)).await;
    let list = client(&server).companies().list().status("customer");
    assert_eq!(list.clone().collect().await.unwrap(), list.collect().await.unwrap());
    let seen = server.seen();
    assert_eq!(seen[0].target, seen[1].target);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_run_on_other_threads() {
    let server = Server::start(|_, _| answer(200, r#"{"_id": "c1"}"#)).await;
    let planhat = client(&server);
    let created = tokio::spawn(planhat.companies().create(NewCompany::new("Acme")).into_future());
    let read = tokio::spawn(async move { planhat.companies().get(Id::new("c1")).await });
    assert_eq!(created.await.unwrap().unwrap(), read.await.unwrap().unwrap());
}

#[tokio::test]
async fn a_call_that_is_dropped_half_way_leaves_the_client_usable() {
    let record = r#"{"_id": "c1"}"#;
    let server =
        Server::start(move |place, _| if place == 0 { planhat_tests::wire::Act::Hang } else { answer(200, record) })
            .await;
    let planhat = client(&server);
    let short = std::time::Duration::from_millis(100);
    assert!(tokio::time::timeout(short, planhat.companies().get(Id::new("c1")).into_future()).await.is_err());
    planhat.companies().get(Id::new("c1")).await.unwrap();
}
