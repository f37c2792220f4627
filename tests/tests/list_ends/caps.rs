//! Servers that send fewer records than they are asked for.

use planhat_sdk::{Company, Id, Items, ListItem};
use planhat_tests::wire::{Seen, Server, answer};

use crate::{client, ids};

fn number(request: &Seen, name: &str) -> usize {
    request.query()[name].parse().unwrap()
}

fn array(ids: impl IntoIterator<Item = String>) -> String {
    let records: Vec<_> = ids.into_iter().map(|id| format!(r#"{{"_id": "{id}"}}"#)).collect();
    format!("[{}]", records.join(","))
}

/// A server with this number of records, which sends at most its cap at once.
async fn capped(records: usize, cap: usize) -> Server {
    Server::start(move |_, request| {
        let (offset, limit) = (number(request, "offset"), number(request, "limit"));
        answer(200, &array(ids(offset.min(records)..records.min(offset + limit.min(cap)))))
    })
    .await
}

async fn drain<T: ListItem>(mut items: Items<T>, id: impl Fn(&T) -> String) -> Vec<String> {
    let mut all = Vec::new();
    while let Some(item) = items.try_next().await.unwrap() {
        all.push(id(&item));
    }
    all
}

fn asked(server: &Server) -> Vec<(usize, usize)> {
    server.seen().iter().map(|request| (number(request, "offset"), number(request, "limit"))).collect()
}

#[tokio::test]
async fn a_cap_below_the_page_size_loses_no_record() {
    for ahead in [0, 1, 2, 8] {
        let server = capped(20_000, 1_000).await;
        let list = client(&server.url()).assets().list().prefetch(ahead);
        let came = drain(list.items(), |asset| asset.id().to_string()).await;
        assert!(came == ids(0..20_000), "{ahead} ahead: {} records", came.len());
    }
}

#[tokio::test]
async fn a_visibly_short_page_costs_no_further_call() {
    for (records, calls) in [(0, 1), (137, 1), (1_999, 1), (2_137, 2), (2_500, 2), (2_000, 2), (1_000, 2), (100, 2)] {
        let server = capped(records, usize::MAX).await;
        let came = client(&server.url()).assets().list().collect().await.unwrap();
        assert_eq!((came.len(), server.seen().len()), (records, calls));
    }
}

#[tokio::test]
async fn a_cap_is_remembered_for_the_operation_by_all_clones() {
    let server = capped(2_500, 500).await;
    let planhat = client(&server.url());
    assert_eq!(planhat.assets().list().collect().await.unwrap().len(), 2_500);
    let places = [(0, 2_000), (500, 2_000), (1_000, 500), (1_500, 500), (2_000, 500), (2_500, 500)];
    assert_eq!(asked(&server), places);
    let clone = planhat.clone();
    assert_eq!(clone.assets().list().prefetch(4).take(2_000).collect().await.unwrap().len(), 2_000);
    let mut next = asked(&server).split_off(places.len());
    next.sort_unstable();
    assert_eq!(next, [(0, 500), (500, 500), (1_000, 500), (1_500, 500)]);
    // Another operation has another cap, and so has another client.
    planhat.licenses().list().collect().await.unwrap();
    client(&server.url()).assets().list().collect().await.unwrap();
    let firsts = asked(&server).into_iter().filter(|place| *place == (0, 2_000)).count();
    assert_eq!(firsts, 3);
}

#[tokio::test]
async fn records_that_are_added_while_the_end_is_proved_are_no_cap() {
    let server = Server::start(|place, request| match place {
        0 => answer(200, &array(ids(0..100))),
        _ => answer(200, &array(ids(number(request, "offset")..103))),
    })
    .await;
    let planhat = client(&server.url());
    assert_eq!(planhat.assets().list().collect().await.unwrap().len(), 103);
    planhat.assets().list().collect().await.unwrap();
    assert_eq!(asked(&server), [(0, 2_000), (100, 2_000), (0, 2_000)]);
}

#[tokio::test]
async fn a_cap_that_was_raised_or_lowered_later_loses_nothing() {
    for (first, later) in [(500, 1_000), (1_000, 500), (500, 5_000)] {
        let server = Server::start(move |place, request| {
            let cap = if place < 4 { first } else { later };
            let (offset, limit) = (number(request, "offset"), number(request, "limit"));
            answer(200, &array(ids(offset.min(4_321)..4_321.min(offset + limit.min(cap)))))
        })
        .await;
        let planhat = client(&server.url());
        for ahead in [1, 3] {
            let list = planhat.assets().list().prefetch(ahead);
            let came = drain(list.items(), |asset| asset.id().to_string()).await;
            assert!(came == ids(0..4_321), "{first}, then {later}: {}", came.len());
        }
    }
}

#[tokio::test]
async fn an_odd_cap_is_found_out_by_what_was_read_ahead() {
    for ahead in [2, 8] {
        let server = capped(5_000, 137).await;
        let list = client(&server.url()).assets().list().prefetch(ahead);
        let came = drain(list.items(), |asset| asset.id().to_string()).await;
        assert!(came == ids(0..5_000), "{ahead} ahead: {} records", came.len());
    }
}

#[tokio::test]
async fn an_odd_cap_is_found_out_where_the_end_is_proved() {
    for (records, calls) in [(0, 1), (3, 2), (137, 2), (300, 4)] {
        let server = capped(records, 137).await;
        let came = client(&server.url()).assets().list().prove_end().collect().await.unwrap();
        assert_eq!((came.len(), server.seen().len()), (records, calls));
    }
}

#[tokio::test]
async fn pages_of_any_length_are_all_read_where_the_end_is_proved() {
    for ahead in [0, 1, 4] {
        let server = Server::start(|_, request| {
            let (offset, limit) = (number(request, "offset"), number(request, "limit"));
            answer(200, &array(ids(offset.min(2_000)..2_000.min(offset + limit.min(1 + offset * 7 % 93)))))
        })
        .await;
        let list = client(&server.url()).assets().list().prefetch(ahead).prove_end();
        let came = drain(list.items(), |asset| asset.id().to_string()).await;
        assert!(came == ids(0..2_000), "{ahead} ahead: {} records", came.len());
    }
}

#[tokio::test]
async fn a_part_goes_on_once_the_same_length_in_another_was_no_end() {
    for ahead in [0, 1, 8] {
        let server = Server::start(|_, request| {
            let query = request.query();
            let companies: Vec<_> = query["companyId"].split(',').collect();
            let rows = companies.iter().flat_map(|id| (0..5).map(move |row| format!("{id}-{row}")));
            let page = rows.skip(number(request, "offset")).take(number(request, "limit").min(137));
            answer(200, &array(page))
        })
        .await;
        let companies: Vec<Id<Company>> = (0..200).map(|id| Id::new(format!("{id:024x}"))).collect();
        let list = client(&server.url()).licenses().list().company_id(companies).prefetch(ahead);
        let mut came = drain(list.items(), |license| license.id().to_string()).await;
        came.sort_unstable();
        let all = (0..200).flat_map(|id| (0..5).map(move |row| format!("{id:024x}-{row}")));
        assert!(came.iter().cloned().eq(all), "{ahead} ahead: {}", came.len());
    }
}

#[tokio::test]
async fn notes_among_other_conversations_are_all_found_below_a_cap() {
    for ahead in [0, 1, 4] {
        let server = Server::start(|_, request| {
            let (offset, limit) = (number(request, "offset"), number(request, "limit"));
            let kind = |id: usize| if id.is_multiple_of(3) { "note" } else { "email" };
            let record = |id| format!(r#"{{"_id": "{id}", "type": "{}"}}"#, kind(id));
            let page: Vec<_> = (offset..1_000).take(limit.min(100)).map(record).collect();
            answer(200, &format!("[{}]", page.join(",")))
        })
        .await;
        let list = client(&server.url()).notes().list().prefetch(ahead);
        assert_eq!(list.clone().collect().await.unwrap().len(), 334);
        assert_eq!(list.take(70).collect().await.unwrap().len(), 70);
    }
}
