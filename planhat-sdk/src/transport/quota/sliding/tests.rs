//! An example for each sentence about [`SlidingWindow`].

use tokio::{
    task::JoinHandle,
    time::{sleep, timeout},
};

use super::{
    super::state::{ABANDONED, LONGEST_PAUSE, LONGEST_WINDOW, MINUTE, SECOND},
    *,
};
use crate::testing::seconds;

/// Far longer than any wait that ends.
const FOREVER: Duration = Duration::from_secs(86_400);

fn quota(per_minute: u32, per_second: u32, in_flight: u32) -> Arc<SlidingWindow> {
    Arc::new(SlidingWindow::new(QuotaSettings { per_minute, per_second, in_flight }).unwrap())
}

fn planhats() -> Arc<SlidingWindow> {
    quota(200, 150, 50)
}

fn throttled(pause: Duration) -> RateLimitInfo {
    RateLimitInfo { retry_after: Some(pause), ..RateLimitInfo::default() }
}

fn remaining(calls: u32) -> RateLimitInfo {
    RateLimitInfo { remaining: Some(calls), ..RateLimitInfo::default() }
}

fn limit(calls: u32) -> RateLimitInfo {
    RateLimitInfo { limit: Some(calls), ..RateLimitInfo::default() }
}

/// A request that takes no time.
async fn call(quota: &SlidingWindow) {
    quota.acquire().await.complete();
}

/// Whether a call may be made right now. It is over at once.
async fn is_free(quota: &SlidingWindow) -> bool {
    timeout(Duration::ZERO, call(quota)).await.is_ok()
}

/// The calls that may be made right now.
async fn free(quota: &SlidingWindow) -> usize {
    let mut calls = 0;
    while is_free(quota).await {
        calls += 1;
    }
    calls
}

/// How long the next call waits.
async fn waited(quota: &SlidingWindow) -> Duration {
    let started = Instant::now();
    timeout(FOREVER, call(quota)).await.expect("the wait ends");
    started.elapsed()
}

/// How long the next call waits, while something else happens.
fn next_wait(quota: &Arc<SlidingWindow>) -> JoinHandle<Duration> {
    let quota = Arc::clone(quota);
    tokio::spawn(async move { waited(&quota).await })
}

#[tokio::test(start_paused = true)]
async fn calls_within_the_quota_never_wait() {
    let quota = planhats();
    let started = Instant::now();
    for _ in 0..150 {
        call(&quota).await;
    }
    assert_eq!(started.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn no_minute_and_no_second_ever_holds_more_than_allowed() {
    let quota = planhats();
    let mut sent = Vec::new();
    for _ in 0..1_000 {
        call(&quota).await;
        sent.push(Instant::now());
    }
    assert!(sent.windows(201).all(|calls| calls[200] - calls[0] >= MINUTE));
    assert!(sent.windows(151).all(|calls| calls[150] - calls[0] >= SECOND));
    // The best schedule for five minutes' worth of calls is four full minutes and a second.
    assert!(sent[999] - sent[0] <= seconds(241).mul_f64(1.002), "{:?}", sent[999] - sent[0]);
}

#[tokio::test(start_paused = true)]
async fn a_window_slides() {
    let quota = quota(2, 150, 50);
    call(&quota).await;
    sleep(seconds(40)).await;
    call(&quota).await;
    assert_eq!(seconds(40) + waited(&quota).await, MINUTE);
    assert_eq!(waited(&quota).await, seconds(40));
}

#[tokio::test(start_paused = true)]
async fn a_request_counts_until_a_windows_length_after_its_response() {
    let quota = quota(1, 150, 50);
    let slow = quota.acquire().await;
    let waiting = next_wait(&quota);
    sleep(seconds(100)).await;
    slow.complete();
    assert_eq!(waiting.await.unwrap(), seconds(100) + MINUTE);
}

#[tokio::test(start_paused = true)]
async fn an_abandoned_request_counts_as_over_some_seconds_later() {
    let quota = quota(2, 150, 1);
    drop(quota.acquire().await);
    sleep(seconds(1)).await;
    assert_eq!(seconds(1) + waited(&quota).await, ABANDONED, "in flight");
    assert_eq!(ABANDONED + waited(&quota).await, ABANDONED + MINUTE, "in the minute");
}

#[tokio::test(start_paused = true)]
async fn the_wait_is_known_beforehand_as_far_as_it_is_a_matter_of_time() {
    let quota = quota(2, 150, 2);
    let slow = quota.acquire().await;
    assert_eq!(quota.wait_hint(), None);
    call(&quota).await;
    assert_eq!(quota.wait_hint(), Some(MINUTE));
    sleep(seconds(20)).await;
    assert_eq!(quota.wait_hint(), Some(MINUTE.saturating_sub(seconds(20))), "the slow one cannot leave before");
    slow.complete();
    quota.on_response(&throttled(seconds(300)));
    assert_eq!(quota.wait_hint(), Some(seconds(300)));
    assert_eq!(waited(&quota).await, seconds(300));
}

#[tokio::test(start_paused = true)]
async fn calls_in_flight_are_limited_and_a_freed_place_is_taken_at_once() {
    let quota = quota(200, 150, 2);
    let (_first, second) = (quota.acquire().await, quota.acquire().await);
    assert!(!is_free(&quota).await);
    let waiting = next_wait(&quota);
    sleep(seconds(3)).await;
    second.complete();
    assert_eq!(waiting.await.unwrap(), seconds(3));
}

#[tokio::test(start_paused = true)]
async fn a_caller_that_gives_up_takes_no_place() {
    let quota = quota(1, 150, 50);
    call(&quota).await;
    assert!(timeout(SECOND, quota.acquire()).await.is_err());
    assert!(waited(&quota).await < MINUTE);
}

#[tokio::test(start_paused = true)]
async fn first_come_first_served_and_a_turn_that_is_given_up_goes_to_the_next() {
    let quota = quota(200, 150, 1);
    let held = quota.acquire().await;
    let served = Arc::new(Mutex::new(Vec::new()));
    let mut callers = Vec::new();
    for number in 0..5 {
        let (quota, served) = (Arc::clone(&quota), Arc::clone(&served));
        callers.push(tokio::spawn(async move {
            let permit = quota.acquire().await;
            served.lock().unwrap().push(number);
            permit.complete();
        }));
        tokio::task::yield_now().await;
    }
    callers[0].abort();
    callers[3].abort();
    held.complete();
    let started = Instant::now();
    for (number, caller) in callers.into_iter().enumerate() {
        let gave_up = timeout(FOREVER, caller).await.unwrap().is_err();
        assert_eq!(gave_up, [0, 3].contains(&number));
    }
    assert_eq!(*served.lock().unwrap(), [1, 2, 4]);
    assert_eq!(started.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn calls_of_others_count_for_a_minute() {
    let quota = planhats();
    call(&quota).await;
    quota.on_response(&remaining(5));
    assert_eq!(free(&quota).await, 5);
    sleep(MINUTE).await;
    assert_eq!(free(&quota).await, 150);
}

#[tokio::test(start_paused = true)]
async fn calls_of_others_count_until_the_reset_that_the_server_names() {
    let reset_at =
        |reset_after| RateLimitInfo { remaining: Some(0), reset_after: Some(reset_after), ..RateLimitInfo::default() };
    for (named, kept) in [
        (seconds(7), seconds(7)),
        (seconds(90), seconds(90)),
        (seconds(5_000), LONGEST_WINDOW),
        (Duration::ZERO, SECOND),
    ] {
        let quota = planhats();
        quota.on_response(&reset_at(named));
        assert_eq!(waited(&quota).await, kept);
    }
}

#[tokio::test(start_paused = true)]
async fn what_others_did_is_not_counted_twice() {
    let quota = planhats();
    quota.on_response(&remaining(100));
    let permits = (quota.acquire().await, quota.acquire().await);
    // The server has not seen the second call yet.
    quota.on_response(&remaining(99));
    quota.on_response(&remaining(98));
    permits.0.complete();
    permits.1.complete();
    assert_eq!(free(&quota).await, 98);
}

#[tokio::test(start_paused = true)]
async fn what_left_the_window_while_a_response_was_on_its_way_is_not_taken_for_others() {
    let quota = planhats();
    for _ in 0..150 {
        call(&quota).await;
    }
    sleep(seconds(50)).await;
    let slow = quota.acquire().await;
    sleep(seconds(20)).await;
    quota.on_response(&RateLimitInfo { latency: seconds(20), ..remaining(49) });
    slow.complete();
    assert_eq!(free(&quota).await, 149, "what a second allows");
    // It is too old to tell.
    quota.on_response(&RateLimitInfo { latency: seconds(200), ..remaining(0) });
    sleep(SECOND).await;
    assert_eq!(free(&quota).await, 50, "what a minute allows");
}

#[tokio::test(start_paused = true)]
async fn a_server_that_allows_more_changes_nothing() {
    let quota = quota(10, 10, 10);
    call(&quota).await;
    for response in [remaining(500), limit(1_000), limit(10), limit(0)] {
        quota.on_response(&response);
    }
    assert_eq!(free(&quota).await, 9);
    assert!(waited(&quota).await >= MINUTE);
}

#[tokio::test(start_paused = true)]
async fn a_lower_limit_counts_as_long_as_it_is_said_and_for_that_window() {
    let quota = planhats();
    quota.on_response(&limit(20));
    assert_eq!(free(&quota).await, 20);
    sleep(seconds(40)).await;
    quota.on_response(&limit(20));
    quota.on_response(&limit(400));
    quota.on_response(&RateLimitInfo::default());
    sleep(seconds(22)).await;
    assert_eq!(free(&quota).await, 20);
    sleep(seconds(40)).await;
    assert_eq!(free(&quota).await, 150, "what a second allows");
}

#[tokio::test(start_paused = true)]
async fn the_end_of_a_lower_limit_frees_who_waits() {
    let quota = planhats();
    call(&quota).await;
    quota.on_response(&RateLimitInfo { limit: Some(1), reset_after: Some(seconds(9)), ..RateLimitInfo::default() });
    assert_eq!(waited(&quota).await, seconds(9));
}

#[tokio::test(start_paused = true)]
async fn a_429_stops_all_callers_and_its_pause_never_gets_shorter() {
    let quota = planhats();
    quota.on_response(&throttled(seconds(7)));
    quota.on_response(&throttled(seconds(2)));
    assert_eq!(waited(&quota).await, seconds(7));
    quota.on_response(&throttled(Duration::MAX));
    assert_eq!(waited(&quota).await, LONGEST_PAUSE);
}

#[tokio::test(start_paused = true)]
async fn a_longer_pause_reaches_who_already_waits() {
    let quota = planhats();
    quota.on_response(&throttled(seconds(5)));
    let waiting = next_wait(&quota);
    sleep(seconds(4)).await;
    quota.on_response(&throttled(seconds(5)));
    assert_eq!(waiting.await.unwrap(), seconds(9));
}

#[tokio::test(start_paused = true)]
async fn after_a_429_calls_go_one_at_a_time_and_then_in_growing_numbers() {
    let quota = quota(200, 150, 4);
    let slow = quota.acquire().await;
    let refused = quota.acquire().await;
    quota.on_response(&throttled(seconds(1)));
    refused.complete();
    assert_eq!(waited(&quota).await, seconds(1), "although a call from before is still under way");
    let unanswered = quota.acquire().await;
    assert!(!is_free(&quota).await);
    quota.on_response(&RateLimitInfo::default());
    assert!(!is_free(&quota).await, "it may have been the slow call's response");
    slow.complete();
    unanswered.complete();
    for max_in_flight in [1, 2, 3, 4, 4] {
        let mut permits = Vec::new();
        while let Ok(permit) = timeout(Duration::ZERO, quota.acquire()).await {
            permits.push(permit);
        }
        assert_eq!(permits.len(), max_in_flight);
        quota.on_response(&RateLimitInfo::default());
        permits.into_iter().for_each(Permit::complete);
    }
}

/// Ends only if no wake-up is lost between threads.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn threads_lose_no_wake_up() {
    let quota = quota(u32::MAX, u32::MAX, 1);
    let callers = (0..200_u32).map(|number| {
        let quota = Arc::clone(&quota);
        tokio::spawn(async move {
            for _ in 0..20 {
                let call = async {
                    let permit = quota.acquire().await;
                    if number % 3 != 0 {
                        tokio::task::yield_now().await;
                    }
                    permit.complete();
                };
                let gives_up = if number % 3 == 0 { Duration::from_micros(50) } else { FOREVER };
                let _ = timeout(gives_up, call).await;
            }
        })
    });
    for caller in callers.collect::<Vec<_>>() {
        caller.await.unwrap();
    }
}
