//! Pages that are asked for ahead: in order, never too many, and never after nobody wants them.

use std::{
    future::pending,
    pin::pin,
    sync::Arc,
    task::{Context, Poll, Waker},
    time::Duration,
};

use planhat_sdk::{Effect, Note};
use planhat_tests::wire::{Act, Seen, Server, answer, bytes};
use tokio::{sync::watch, time::sleep};

use crate::{
    builder, client,
    lists::{collection, drain},
    quick,
};

fn number(request: &Seen, name: &str) -> usize {
    request.query()[name].parse().unwrap()
}

fn array(records: impl IntoIterator<Item = String>) -> String {
    format!("[{}]", records.into_iter().collect::<Vec<_>>().join(","))
}

fn ids(range: std::ops::Range<usize>) -> Vec<String> {
    range.map(|id| id.to_string()).collect()
}

/// Waits for a number of calls, and returns whether there are more.
async fn settled(server: &Server, calls: usize) -> usize {
    while server.seen().len() < calls {
        sleep(Duration::from_millis(1)).await;
    }
    sleep(Duration::from_millis(30)).await;
    server.seen().len()
}

#[tokio::test]
async fn records_come_in_order_although_the_answers_come_backwards() {
    let (answered, _) = watch::channel(8_usize);
    let answered = Arc::new(answered);
    let server = Server::start(move |_, request| {
        let offset = number(request, "offset");
        let body = array((offset..80.min(offset + 10)).map(|id| format!(r#"{{"_id": "{id}"}}"#)));
        let (page, answered) = (offset / 10, Arc::clone(&answered));
        let turn = async move {
            if page < 8 {
                // The pages behind it were answered; so all of them were asked for at once.
                answered.subscribe().wait_for(|last| *last == page + 1).await.unwrap();
                answered.send_replace(page);
            }
        };
        Act::Later(Box::pin(turn), bytes(200, &[], &body))
    })
    .await;
    let came = drain(client(&server).assets().list().page_size(10).prefetch(8).items()).await;
    assert_eq!(came, ids(0..80));
}

#[tokio::test]
async fn at_the_end_at_most_one_call_less_than_are_read_ahead_is_in_vain() {
    for (size, page, needed) in [(0, 3, 1), (2, 3, 1), (3, 3, 2), (7, 3, 3), (6, 3, 3), (30, 3, 11)] {
        for ahead in [0, 1, 2, 8] {
            let server = collection(size).await;
            let came = drain(client(&server).assets().list().page_size(page).prefetch(ahead).items()).await;
            assert_eq!(came, ids(0..size));
            let calls = settled(&server, needed).await;
            let most = needed + ahead.saturating_sub(1);
            assert!((needed..=most).contains(&calls), "{size} by {page}, {ahead} ahead: {calls} calls");
        }
    }
}

#[tokio::test]
async fn while_a_page_is_read_so_many_are_asked_for_as_are_read_ahead() {
    for ahead in [0, 1, 3] {
        let server = collection(100).await;
        let mut pages = client(&server).assets().list().page_size(5).prefetch(ahead).pages();
        assert_eq!(settled(&server, 0).await, 0, "nobody asked for a page yet");
        for read in 1..4 {
            let page = pages.try_next().await.unwrap().unwrap();
            assert_eq!((page.offset, page.items.len()), ((read - 1) * 5, 5));
            let calls = usize::try_from(read).unwrap() + ahead;
            assert_eq!(settled(&server, calls).await, calls, "{ahead} ahead");
        }
    }
}

#[tokio::test]
async fn nothing_is_asked_for_beyond_what_is_wanted() {
    let server = collection(100).await;
    let assets = client(&server).assets();
    let list = assets.list().page_size(10).prefetch(8);
    assert_eq!(drain(list.clone().take(12).items()).await, ids(0..12));
    assert_eq!(settled(&server, 2).await, 2);
    let mut asked: Vec<_> = server.seen().iter().map(|call| (number(call, "offset"), number(call, "limit"))).collect();
    asked.sort_unstable();
    assert_eq!(asked, [(0, 10), (10, 2)]);
    assert_eq!(drain(list.clone().max_pages(3).items()).await, ids(0..30));
    assert_eq!(settled(&server, 5).await, 5);
    assert_eq!(drain(list.take(5).items()).await, ids(0..5));
    assert_eq!(settled(&server, 6).await, 6);
}

#[tokio::test]
async fn a_server_that_ignores_the_offset_is_found_out_however_far_ahead_it_was_asked() {
    for ahead in [0, 1, 4] {
        // The same record, though something in it has changed.
        let server =
            Server::start(|place, _| answer(200, &format!(r#"[{{"_id": "0", "name": "{place}"}}, {{"_id": "1"}}]"#)))
                .await;
        let came = drain(client(&server).assets().list().page_size(2).prefetch(ahead).items()).await;
        assert_eq!((came.len(), &came[..2]), (3, &ids(0..2)[..]));
        assert!(came[2].contains("same record"), "{came:?}");
    }
}

#[tokio::test]
async fn a_lone_record_that_was_pushed_back_may_come_twice_but_not_for_ever() {
    for ahead in [0, 1, 4] {
        let server = Server::start(|_, request| {
            let id = ["a", "a", "b"].get(number(request, "offset"));
            answer(200, &array(id.map(|id| format!(r#"{{"_id": "{id}"}}"#))))
        })
        .await;
        let came = drain(client(&server).assets().list().page_size(1).prefetch(ahead).items()).await;
        assert_eq!(came, ["a", "a", "b"]);
        let server = Server::start(|_, _| answer(200, r#"[{"_id": "a"}]"#)).await;
        let came = drain(client(&server).assets().list().page_size(1).prefetch(ahead).items()).await;
        assert_eq!(&came[..2], ["a", "a"]);
        assert!(came.len() == 3 && came[2].contains("same record"), "{came:?}");
    }
}

#[tokio::test]
async fn records_without_an_id_are_distinguished_by_their_content() {
    let server = Server::start(|place, _| match place {
        0 | 1 => answer(200, &array((0..2).map(|row| format!(r#"{{"value": {place}, "day": {row}}}"#)))),
        _ => answer(200, "[]"),
    })
    .await;
    assert_eq!(client(&server).metrics().list().page_size(2).collect().await.unwrap().len(), 4);
    let server = Server::start(|_, _| answer(200, r#"[{"value": 1}, {"value": 1}]"#)).await;
    let error = client(&server).metrics().list().page_size(2).collect().await.unwrap_err();
    assert!(error.to_string().contains("same record"), "{error}");
}

#[tokio::test]
async fn a_page_that_is_longer_than_asked_for_puts_the_next_one_behind_it() {
    let server = Server::start(|_, request| {
        let offset = number(request, "offset");
        answer(200, &array((offset..25).take(10).map(|id| format!(r#"{{"_id": "{id}"}}"#))))
    })
    .await;
    for ahead in [0, 1, 8] {
        let came = drain(client(&server).assets().list().page_size(4).prefetch(ahead).items()).await;
        assert_eq!(came, ids(0..25), "{ahead} ahead");
    }
}

#[tokio::test]
async fn an_error_in_the_middle_comes_in_its_place_and_ends_the_list() {
    for ahead in [0, 1, 4] {
        let server = Server::start(|_, request| match number(request, "offset") {
            20 => answer(400, r#"{"message": "no such place"}"#),
            offset => answer(200, &array((offset..offset + 10).map(|id| format!(r#"{{"_id": "{id}"}}"#)))),
        })
        .await;
        let mut items = client(&server).assets().list().page_size(10).prefetch(ahead).items();
        for id in 0..20 {
            assert_eq!(items.try_next().await.unwrap().unwrap().id().to_string(), id.to_string());
        }
        let error = items.try_next().await.unwrap_err();
        assert!(error.to_string().contains("no such place"), "{error}");
        assert!(items.try_next().await.unwrap().is_none());
        let calls = server.seen().len();
        assert_eq!(settled(&server, calls).await, calls);
    }
}

#[tokio::test]
async fn as_many_notes_come_as_were_wanted_although_others_come_between_them() {
    for ahead in [0, 1, 4] {
        let server = Server::start(|_, request| {
            let offset = number(request, "offset");
            let kind = |id: usize| if id.is_multiple_of(3) { "note" } else { "email" };
            let record = |id| format!(r#"{{"_id": "{id}", "type": "{}"}}"#, kind(id));
            answer(200, &array((offset..200).take(number(request, "limit")).map(record)))
        })
        .await;
        let list = client(&server).notes().list().page_size(50).prefetch(ahead).take(30);
        let notes: Vec<Note> = list.collect().await.unwrap();
        let came: Vec<_> = notes.iter().map(|note| note.id().to_string()).collect();
        assert_eq!(came, (0..90).step_by(3).map(|id| id.to_string()).collect::<Vec<_>>());
        // 30 records, then full pages, since it is not known how many of them are notes.
        let calls = server.seen().len();
        assert!((3..=3 + ahead).contains(&calls), "{ahead} ahead: {calls} calls");
    }
}

#[tokio::test]
async fn what_was_asked_for_ahead_stops_when_the_stream_is_dropped() {
    let server = Server::start(|place, _| match place {
        0 => answer(200, r#"[{"_id": "0"}, {"_id": "1"}]"#),
        _ => Act::Later(Box::pin(pending()), Vec::new()),
    })
    .await;
    // If it went on, it would be sent again and again.
    let planhat = builder(&server).timeout(Duration::from_millis(150)).retry(quick().max_attempts(9)).build().unwrap();
    let mut items = planhat.assets().list().page_size(2).items();
    items.try_next().await.unwrap();
    while server.seen().len() < 2 {
        sleep(Duration::from_millis(1)).await;
    }
    drop(items);
    let calls = server.seen().len();
    sleep(Duration::from_millis(400)).await;
    assert_eq!(server.seen().len(), calls);
}

#[test]
fn a_list_that_is_read_outside_of_a_runtime_is_an_error_and_no_panic() {
    let planhat = planhat_sdk::Planhat::builder().api_token("a").build().unwrap();
    let future = pin!(planhat.assets().list().collect());
    let Poll::Ready(Err(error)) = future.poll(&mut Context::from_waker(Waker::noop())) else { panic!("no error") };
    assert_eq!(error.effect(), Effect::NotSent, "{error}");
    assert!(error.to_string().contains("tokio"), "{error}");
}
