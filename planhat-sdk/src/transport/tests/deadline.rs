//! Deadlines in virtual time: no call waits longer than it may, and it says why.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::world::{Weather, World};
use crate::{CompanyPatch, Effect, ErrorKind, ExternalId, Id, NewCompany, Planhat, RetryPolicy, testing::seconds};

/// A client with Planhat's quota.
fn limited(world: &World) -> Planhat {
    let builder = Planhat::builder().base_url("http://127.0.0.1:9").api_token("token");
    world.serve(builder.build().unwrap())
}

/// The first request is refused with 429 and this pause.
fn throttled_once(pause: &'static str) -> World {
    World::new(move |now, _, _| if now < seconds(1) { Weather::Throttled(pause) } else { Weather::Up })
}

#[tokio::test(start_paused = true)]
async fn a_long_pause_ends_every_call_at_once_and_says_how_long_it_is() {
    let world = throttled_once("4000");
    let planhat = limited(&world);
    let error = planhat.companies().create(NewCompany::new("Acme")).await.unwrap_err();
    assert!(error.to_string().contains("rate limited, retry in 4000 s"), "{error}");
    assert_eq!(error.retry_after(), Some(seconds(4_000)));
    sleep(seconds(1)).await;
    let started = Instant::now();
    for call in [planhat.companies().get(Id::new("c1")), planhat.companies().create(NewCompany::new("Acme"))] {
        let error = call.await.unwrap_err();
        assert_eq!((error.kind(), error.effect()), (ErrorKind::RateLimited, Effect::NotSent), "{error}");
        assert!(error.to_string().contains("rate limited, retry in 3999 s"), "{error}");
        assert_eq!((error.retry_after(), error.attempts().len()), (Some(seconds(3_999)), 0));
        assert!(error.is_temporary() && error.is_fatal());
    }
    let rows = [CompanyPatch::new().external_id(ExternalId::new("a")), CompanyPatch::new().name("B")];
    let error = planhat.companies().bulk_upsert(rows).await.unwrap_err();
    assert_eq!((error.kind(), error.effect()), (ErrorKind::RateLimited, Effect::NotSent), "{error}");
    assert_eq!(started.elapsed(), Duration::ZERO);
    assert_eq!(world.sent().len(), 1);
    // Whoever has the time waits.
    planhat.companies().get(Id::new("c1")).deadline(seconds(5_000)).await.unwrap();
    assert!(started.elapsed() >= seconds(3_999));
}

#[tokio::test(start_paused = true)]
async fn a_call_that_waits_already_hears_of_a_pause_that_is_too_long() {
    let world = World::new(|_, _, url| if url.contains("bad") { Weather::Throttled("4000") } else { Weather::Up });
    let planhat = limited(&world);
    // They use the minute up.
    for _ in 0..199 {
        planhat.companies().get(Id::new("c1")).await.unwrap();
    }
    let bad = tokio::spawn(planhat.companies().get(Id::new("bad")).into_future());
    sleep(Duration::from_millis(100)).await;
    let started = Instant::now();
    planhat.companies().get(Id::new("c1")).await.unwrap_err();
    assert!(started.elapsed() < seconds(60), "{:?}", started.elapsed());
    bad.await.unwrap().unwrap_err();
}

#[tokio::test(start_paused = true)]
async fn a_deadline_includes_the_pauses_the_attempts_and_the_wait_for_the_quota() {
    // Attempts.
    let world = World::new(|_, _, _| Weather::Hangs);
    let started = Instant::now();
    let error = world.client(RetryPolicy::default()).companies().get(Id::new("c1")).deadline(seconds(2)).await;
    assert_eq!((error.unwrap_err().kind(), started.elapsed()), (ErrorKind::Timeout, seconds(2)));
    let started = Instant::now();
    let update = world.client(RetryPolicy::default()).companies().update(Id::new("c1"), CompanyPatch::new().name("B"));
    let error = update.timeout(seconds(3)).deadline(seconds(7)).await.unwrap_err();
    assert_eq!((error.kind(), error.effect()), (ErrorKind::Timeout, Effect::Unknown), "{error}");
    assert!(started.elapsed() < seconds(8) && error.attempts().len() >= 2, "{error}");

    // Pauses.
    let world = World::new(|_, _, _| Weather::Throttled("60"));
    let started = Instant::now();
    let create = world.client(RetryPolicy::default()).companies().create(NewCompany::new("Acme"));
    let error = create.deadline(seconds(59)).await.unwrap_err();
    assert_eq!((error.kind(), error.effect()), (ErrorKind::RateLimited, Effect::Refused), "{error}");
    assert!(started.elapsed() < seconds(1));

    // The quota.
    let world = World::new(|_, _, _| Weather::Up);
    let planhat = limited(&world);
    for _ in 0..200 {
        planhat.companies().get(Id::new("c1")).await.unwrap();
    }
    let started = Instant::now();
    let error = planhat.companies().get(Id::new("c1")).deadline(seconds(5)).await.unwrap_err();
    assert_eq!((error.kind(), error.effect()), (ErrorKind::RateLimited, Effect::NotSent), "{error}");
    assert!(error.retry_after().is_some() && started.elapsed() <= seconds(5), "{error}");
}

#[tokio::test(start_paused = true)]
async fn what_an_earlier_attempt_may_have_done_stays_unknown_when_the_deadline_ends_the_waiting() {
    for (weather, effect) in [(Weather::Breaks, Effect::Unknown), (Weather::Throttled("1"), Effect::Refused)] {
        let world = World::new(move |_, _, _| weather);
        let builder = Planhat::builder().base_url("http://127.0.0.1:9").api_token("token").calls_per_minute(1);
        let planhat = world.serve(builder.build().unwrap());
        let update = planhat.companies().update(Id::new("c1"), CompanyPatch::new().name("B"));
        // The second attempt has to wait for a minute.
        let error = update.deadline(seconds(30)).await.unwrap_err();
        assert_eq!((error.kind(), error.effect()), (ErrorKind::RateLimited, effect), "{error}");
        assert_eq!((error.attempts().len(), world.sent().len()), (1, 1), "{error}");
        assert!(error.retry_after().is_some_and(|wait| wait > seconds(30)), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_deadline_of_an_upload_or_a_list_holds_for_the_whole() {
    let world = World::new(|_, _, _| Weather::Up);
    let planhat = world.client(RetryPolicy::default());
    let rows = (0..1_000).map(|place| CompanyPatch::new().external_id(ExternalId::new(place.to_string())));
    let upload = planhat.companies().bulk_upsert(rows).chunk_items(1).deadline(seconds(20));
    let started = Instant::now();
    let totals = upload.await.unwrap().totals();
    assert!(started.elapsed() <= seconds(20) && totals.unchanged >= 90, "{totals}");
    assert_eq!(totals.unchanged + totals.failed + totals.unknown, 1_000, "{totals}");
    assert!(totals.unknown <= 1, "{totals}");

    let list = planhat.companies().list().page_size(1).deadline(seconds(20));
    let started = Instant::now();
    let error = list.collect().await.unwrap_err();
    assert_eq!((error.kind(), started.elapsed() <= seconds(20)), (ErrorKind::Timeout, true), "{error}");
}
