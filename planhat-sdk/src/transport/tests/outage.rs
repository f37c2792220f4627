//! Outages in virtual time: nothing is lost, nothing is done twice, and the server is left in peace.

use std::time::Duration;

use proptest::{
    prelude::{Just, ProptestConfig, Strategy, any, prop_oneof},
    proptest,
};
use tokio::{task::JoinSet, time::sleep};

use super::world::{LISTED, Sent, Weather, World, id};
use crate::{
    CompanyPatch, Effect, ErrorKind, ExternalId, Id, NewCompany, Planhat, RetryPolicy,
    operation::Kind,
    testing::{long, seconds},
};

const CHUNK: usize = 10;

/// A world whose server is down from the 5th second on, for this duration.
fn outage(weather: Weather, lasts: Duration) -> World {
    World::new(move |now, _, _| if (seconds(5)..seconds(5) + lasts).contains(&now) { weather } else { Weather::Up })
}

fn rows(count: usize) -> impl Iterator<Item = CompanyPatch> + Send + 'static {
    (0..count).map(|place| CompanyPatch::new().external_id(ExternalId::new(id(place))).name("Acme"))
}

fn in_outage(world: &World) -> Vec<Sent> {
    world.sent().into_iter().filter(|sent| sent.weather != Weather::Up).collect()
}

const ALL: [Weather; 5] =
    [Weather::Refused, Weather::Status(502), Weather::Status(503), Weather::Hangs, Weather::Breaks];

#[tokio::test(start_paused = true)]
async fn an_outage_of_two_minutes_costs_a_running_upload_no_row_and_few_probes() {
    for weather in ALL {
        for concurrency in [1, 4] {
            let world = outage(weather, seconds(120));
            let upload = world.client(RetryPolicy::default()).companies().bulk_upsert(rows(1_000));
            let report = upload.chunk_items(CHUNK).concurrency(concurrency).await.unwrap();
            assert_eq!(report.totals().unchanged, 1_000, "{weather:?}, {concurrency} at once: {}", report.totals());
            let probes = in_outage(&world).len();
            assert!(probes <= 60, "{weather:?}, {concurrency} at once: {probes} requests");
            assert!(world.now() < seconds(5 + 120 + 30), "{weather:?}: {:?}", world.now());
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_outage_of_two_minutes_costs_a_running_list_no_record() {
    for weather in ALL {
        for ahead in [0, 1, 4] {
            let world = outage(weather, seconds(120));
            let mut records =
                world.client(RetryPolicy::default()).companies().list().page_size(10).prefetch(ahead).items();
            let mut ids = Vec::new();
            while let Some(company) = records.try_next().await.unwrap() {
                ids.push(company.id().to_string());
                sleep(Duration::from_millis(10)).await;
            }
            assert!(ids.iter().map(String::as_str).eq((0..LISTED).map(id).collect::<Vec<_>>().iter()), "{weather:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_permanent_outage_ends_an_upload_once_and_not_for_each_chunk() {
    for weather in [Weather::Refused, Weather::Status(503)] {
        let world = outage(weather, seconds(1_000_000));
        let planhat = world.client(RetryPolicy::default());
        let upload = planhat.companies().bulk_upsert(rows(10_000)).chunk_items(CHUNK).concurrency(4);
        let report = upload.await.unwrap();
        let totals = report.totals();
        assert!(totals.unchanged > 0 && totals.created + totals.updated == 0, "{totals}");
        // Only what had an attempt whose outcome is unknown is unknown.
        let unknown = if weather == Weather::Refused { 0 } else { 4 * CHUNK };
        assert!(totals.unknown <= unknown, "{weather:?}: {totals}");
        assert_eq!(totals.unchanged + totals.failed + totals.unknown, 10_000);
        assert!((seconds(305)..seconds(330)).contains(&world.now()), "{weather:?}: {:?}", world.now());
        assert!(in_outage(&world).len() < 150, "{weather:?}: {} requests", in_outage(&world).len());

        // Whoever comes later fails at once, and probes at most once per interval.
        let before = world.now();
        let requests = in_outage(&world).len();
        for _ in 0..100 {
            let error = planhat.companies().create(NewCompany::new("Acme")).await.unwrap_err();
            assert!(error.is_temporary(), "{error}");
        }
        assert!(world.since(before) < seconds(1), "{:?}", world.since(before));
        assert!(in_outage(&world).len() <= requests + 1);
        let error = planhat.companies().get(Id::new("c1")).await.unwrap_err();
        assert_eq!((error.kind(), error.effect()), (ErrorKind::Connect, Effect::NotSent), "{error}");
        assert!(error.is_fatal() && error.to_string().contains("has been down for"), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_that_comes_back_after_everybody_gave_up_is_found_by_the_next_call() {
    let world = outage(Weather::Refused, seconds(600));
    let planhat = world.client(RetryPolicy::default());
    planhat.companies().get(Id::new("c1")).await.unwrap();
    sleep(seconds(10)).await;
    planhat.companies().get(Id::new("c1")).await.unwrap_err();
    assert!(world.now() < seconds(330), "{:?}", world.now());
    sleep(seconds(400)).await;
    planhat.companies().get(Id::new("c1")).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_server_that_comes_and_goes_costs_no_row() {
    for weather in ALL {
        let world = World::new(move |now, _, _| if now.as_secs() % 15 < 5 { Weather::Up } else { weather });
        let upload = world.client(RetryPolicy::default()).companies().bulk_upsert(rows(1_000));
        let report = upload.chunk_items(CHUNK).concurrency(4).await.unwrap();
        assert_eq!(report.totals().unchanged, 1_000, "{weather:?}: {}", report.totals());
    }
}

#[tokio::test(start_paused = true)]
async fn a_create_outlasts_a_server_that_is_not_there_and_is_sent_once_if_it_may_have_been_carried_out() {
    for weather in ALL {
        let world = outage(weather, seconds(120));
        let planhat = world.client(RetryPolicy::default());
        planhat.companies().get(Id::new("c1")).await.unwrap();
        sleep(seconds(10)).await;
        let created = planhat.companies().create(NewCompany::new("Acme")).await;
        let carried_out = world.sent().iter().filter(|sent| sent.operation.kind == Kind::Create).count();
        if weather == Weather::Refused {
            created.unwrap();
        } else {
            assert_eq!((created.unwrap_err().effect(), carried_out), (Effect::Unknown, 1), "{weather:?}");
        }
    }
}

/// Makes this number of calls, a second apart.
async fn gets(planhat: Planhat, count: usize, id: &'static str) -> Vec<Result<(), crate::Error>> {
    let mut outcomes = Vec::new();
    for _ in 0..count {
        outcomes.push(planhat.companies().get(Id::new(id)).await.map(drop));
        sleep(seconds(1)).await;
    }
    outcomes
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_dropped_while_it_waits_lets_the_next_one_probe() {
    let world = outage(Weather::Refused, seconds(60));
    let planhat = world.client(RetryPolicy::default());
    planhat.companies().get(Id::new("c1")).await.unwrap();
    sleep(seconds(5)).await;
    let get = || tokio::spawn(planhat.companies().get(Id::new("c1")).into_future());
    let (first, second) = (get(), get());
    sleep(seconds(20)).await;
    first.abort();
    second.await.unwrap().unwrap();
    assert!(world.now() < seconds(5 + 60 + 30), "{:?}", world.now());
}

#[tokio::test(start_paused = true)]
async fn a_record_that_always_fails_is_no_outage() {
    for weather in [Weather::Status(503), Weather::Hangs, Weather::Breaks] {
        let world = World::new(move |_, _, url| if url.contains("bad") { weather } else { Weather::Up });
        let planhat = world.client(RetryPolicy::default());
        // Other calls succeed, and it is tried as often as without them.
        let others = tokio::spawn(gets(planhat.clone(), 60, "good"));
        sleep(seconds(2)).await;
        let error = planhat.companies().get(Id::new("bad")).await.unwrap_err();
        assert_eq!(error.attempts().len(), 5, "{weather:?}: {error}");
        assert!(others.await.unwrap().iter().all(Result::is_ok), "{weather:?}");
        // Alone, too.
        let error = planhat.companies().get(Id::new("bad")).await.unwrap_err();
        assert_eq!(error.attempts().len(), 5, "{weather:?}: {error}");
        let before = world.now();
        planhat.companies().get(Id::new("good")).await.unwrap();
        assert!(world.since(before) < seconds(1), "{weather:?}: nobody waits for it");
    }
}

#[tokio::test(start_paused = true)]
async fn a_chunk_that_always_fails_holds_nobody_else_up() {
    let world = World::new(|_, operation, _| match operation.kind {
        Kind::BulkUpsert => Weather::Status(504),
        _ => Weather::Up,
    });
    let planhat = world.client(RetryPolicy::default());
    planhat.companies().get(Id::new("c1")).await.unwrap();
    let upload = tokio::spawn(planhat.companies().bulk_upsert(rows(10)).into_future());
    sleep(seconds(100)).await;
    // Another call shows that it is the chunk.
    let before = world.now();
    planhat.companies().get(Id::new("c1")).await.unwrap();
    assert!(world.since(before) < seconds(1));
    let error = upload.await.unwrap().unwrap_err();
    assert_eq!((error.status(), error.effect()), (Some(504), Effect::Unknown), "{error}");
    assert!(world.now() < seconds(130), "it is tried as often as ever: {:?}", world.now());
}

#[tokio::test(start_paused = true)]
async fn a_host_that_has_never_responded_is_not_waited_for() {
    for weather in ALL {
        let world = World::new(move |_, _, _| weather);
        let planhat = world.client(RetryPolicy::default());
        let error = planhat.companies().get(Id::new("c1")).await.unwrap_err();
        assert_eq!(error.attempts().len(), 5, "{weather:?}: {error}");
    }
}

#[tokio::test(start_paused = true)]
async fn too_many_calls_are_no_outage() {
    let world = World::new(|now, _, _| if now < seconds(60) { Weather::Throttled("20") } else { Weather::Up });
    let planhat = world.client(RetryPolicy::default());
    let upload = planhat.companies().bulk_upsert(rows(100)).chunk_items(CHUNK).concurrency(4);
    assert_eq!(upload.await.unwrap().totals().unchanged, 100);
    assert!(!planhat.transport().breakers.iter().any(crate::transport::Breaker::is_open));
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_not_retried_waits_for_nothing() {
    let world = outage(Weather::Refused, seconds(120));
    let planhat = world.client(RetryPolicy::default());
    let others = tokio::spawn(gets(planhat.clone(), 10, "c1"));
    sleep(seconds(30)).await;
    let before = world.now();
    let error = planhat.companies().get(Id::new("c1")).retry(RetryPolicy::none()).await.unwrap_err();
    assert!(world.since(before) < seconds(1) && error.attempts().len() == 1, "{error}");
    assert!(others.await.unwrap().iter().all(Result::is_ok));
}

fn weather() -> impl Strategy<Value = Weather> {
    prop_oneof![
        4 => Just(Weather::Up),
        1 => Just(Weather::Refused),
        1 => Just(Weather::Status(500)),
        1 => Just(Weather::Status(503)),
        1 => Just(Weather::Hangs),
        1 => Just(Weather::Breaks),
        1 => Just(Weather::Throttled("0")),
    ]
}

/// Calls of every sort while the weather changes every few seconds.
async fn any_weather(changes: Vec<(u64, Weather)>, creates: Vec<bool>) {
    let world = World::new(move |now, _, _| {
        let mut left = now.as_secs();
        let current = changes.iter().find(|(lasts, _)| {
            let is_now = left < *lasts;
            left = left.saturating_sub(*lasts);
            is_now
        });
        current.map_or(Weather::Up, |(_, weather)| *weather)
    });
    let planhat = world.client(RetryPolicy::default());
    let mut calls = JoinSet::new();
    for (place, is_create) in creates.into_iter().enumerate() {
        let planhat = planhat.clone();
        calls.spawn(async move {
            let name = format!("Acme {place}");
            sleep(seconds(place as u64 * 3 % 40)).await;
            let outcome = if is_create {
                planhat.companies().create(NewCompany::new(name.as_str())).await.map(drop)
            } else {
                planhat.companies().update(Id::new("c1"), CompanyPatch::new().name(name.as_str())).await.map(drop)
            };
            (name, is_create, outcome)
        });
    }
    while let Some(call) = calls.join_next().await {
        let (name, is_create, outcome) = call.unwrap();
        let name = format!("\"{name}\"");
        let sent: Vec<_> = world.sent().into_iter().filter(|sent| sent.body.contains(&name)).collect();
        let times = sent.iter().filter(|sent| sent.is_carried_out()).count();
        let story = format!("{name}: {outcome:?} after {sent:?}");
        match outcome.map_err(|error| error.effect()) {
            Ok(()) if is_create => assert_eq!(times, 1, "{story}"),
            Ok(()) => assert!(times >= 1, "{story}"),
            Err(Effect::NotSent | Effect::Refused) => assert_eq!(times, 0, "{story}"),
            Err(_) if is_create => assert!(times <= 1, "{story}"),
            Err(_) => {}
        }
        let may_have_been = |sent: &&Sent| !matches!(sent.weather, Weather::Refused | Weather::Throttled(_));
        assert!(!is_create || sent.iter().filter(may_have_been).count() <= 1, "sent again: {story}");
        assert!(sent.len() < 150, "{story}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(60 * long()) })]

    #[test]
    fn no_call_is_sent_again_that_may_have_been_carried_out_unless_it_is_idempotent(
        changes in proptest::collection::vec((1..40_u64, weather()), 1..12),
        creates in proptest::collection::vec(any::<bool>(), 1..20),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        runtime.block_on(any_weather(changes, creates));
    }
}
