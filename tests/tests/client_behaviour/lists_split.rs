//! Lists with more ids than fit into one URL: they are requested in parts, and read as one.

use std::{collections::BTreeSet, sync::Arc};

use planhat_sdk::{Company, ErrorKind, Id};
use planhat_tests::wire::{Act, Seen, Server, answer, bytes};
use tokio::sync::Barrier;

use crate::client;

fn ids(count: usize) -> Vec<Id<Company>> {
    (0..count).map(|id| Id::new(format!("{id:024x}"))).collect()
}

fn asked(request: &Seen) -> Vec<String> {
    request.query()["companyId"].split(',').map(str::to_owned).collect()
}

/// This number of licenses of each company that is asked for.
fn licenses(request: &Seen, each: usize) -> String {
    let query = request.query();
    let number = |name: &str| query[name].parse::<usize>().unwrap();
    let all = asked(request).into_iter().flat_map(|id| (0..each).map(move |row| format!(r#"{{"_id": "{id}-{row}"}}"#)));
    format!("[{}]", all.skip(number("offset")).take(number("limit")).collect::<Vec<_>>().join(","))
}

#[tokio::test]
async fn every_id_is_asked_for_once_in_few_calls_with_short_urls() {
    let server = Server::start(|_, request| answer(200, &licenses(request, 1))).await;
    let twice = ids(1_000).into_iter().chain(ids(1_000));
    let licenses = client(&server).licenses().list().company_id(twice).collect().await.unwrap();
    let came: Vec<_> = licenses.iter().map(|license| license.id().to_string()).collect();
    assert_eq!(came, ids(1_000).iter().map(|id| format!("{id}-0")).collect::<Vec<_>>());
    let seen = server.seen();
    assert_eq!(seen.iter().flat_map(asked).collect::<BTreeSet<_>>().len(), 1_000);
    assert!(seen.iter().all(|call| server.url().len() + call.target.len() <= 2_000));
    // 24 bytes and a comma of three. One call more proves that two parts of the same length were not cut.
    assert!(seen.len() <= 1_000_usize.div_ceil(1_850 / 27) + 1, "{} calls", seen.len());
}

#[tokio::test]
async fn a_short_list_stays_one_call() {
    let server = Server::start(|_, request| answer(200, &licenses(request, 1))).await;
    let licenses = client(&server).licenses().list().company_id(ids(60)).offset(9).collect().await.unwrap();
    assert_eq!((licenses.len(), server.seen().len()), (51, 1));
}

#[tokio::test]
async fn the_parts_are_paged_and_counted_as_one_list() {
    for ahead in [0, 1, 8] {
        let server = Server::start(|_, request| answer(200, &licenses(request, 3))).await;
        let list = client(&server).licenses().list().company_id(ids(200)).page_size(50).prefetch(ahead);
        let (mut pages, mut came) = (list.clone().pages(), Vec::new());
        while let Some(page) = pages.try_next().await.unwrap() {
            assert_eq!(page.offset, came.len() as u64);
            came.extend(page.items.into_iter().map(|item| item.unwrap().id().to_string()));
        }
        let all = ids(200).into_iter().flat_map(|id| (0..3).map(move |row| format!("{id}-{row}")));
        let all: Vec<_> = all.collect();
        assert_eq!(came, all);
        // Only whole pages tell that there may be more: no call is made in vain.
        let mut parts: Vec<_> = server.seen().iter().map(asked).collect();
        parts.sort();
        parts.dedup();
        let pages: Vec<_> = parts.iter().flat_map(|part| pages_of(part.len() * 3)).collect();
        assert_eq!(server.seen().len(), pages.len(), "{ahead} ahead");

        let taken = list.clone().take(260).collect().await.unwrap();
        assert!(taken.iter().map(|license| license.id().as_str()).eq(&all[..260]), "{ahead} ahead");
        let some = list.max_pages(6).collect().await.unwrap();
        let records = pages[..6].iter().sum();
        assert!(some.iter().map(|license| license.id().as_str()).eq(&all[..records]), "{ahead} ahead");
    }
}

/// How many records stand on each page of 50.
fn pages_of(records: usize) -> Vec<usize> {
    (0..=records / 50).map(|page| (records - page * 50).min(50)).collect()
}

#[tokio::test]
async fn other_parts_are_asked_for_ahead() {
    let at_once = Arc::new(Barrier::new(8));
    let server = Server::start(move |place, request| {
        let body = bytes(200, &[], &licenses(request, 1));
        let at_once = Arc::clone(&at_once);
        // Of the others, there may be fewer at once.
        let wait = async move {
            if place < 8 {
                at_once.wait().await;
            }
        };
        Act::Later(Box::pin(wait), body)
    })
    .await;
    let list = client(&server).licenses().list().company_id(ids(1_000)).prefetch(8);
    assert_eq!(list.collect().await.unwrap().len(), 1_000);
}

#[tokio::test]
async fn a_record_of_two_parts_comes_once_and_is_no_sign_of_an_endless_list() {
    for ahead in [0, 1, 8] {
        let server = Server::start(|_, request| match &*request.query()["offset"] {
            "0" => answer(200, r#"[{"_id": "i1"}, {"_id": "i2"}]"#),
            _ => answer(200, "[]"),
        })
        .await;
        let list = client(&server).issues().list().company_id(ids(300)).page_size(2).prefetch(ahead);
        let issues = list.collect().await.unwrap();
        let came: BTreeSet<_> = issues.iter().map(|issue| issue.id().as_str()).collect();
        assert_eq!((issues.len(), came), (2, BTreeSet::from(["i1", "i2"])));
        assert!(server.seen().len() > 8);
    }
}

#[tokio::test]
async fn a_bad_record_is_reported_by_its_position_in_the_whole_list() {
    let server = Server::start(|_, request| {
        let bad = format!("{:024x}", 150);
        answer(200, &licenses(request, 1).replace(&format!(r#"{{"_id": "{bad}-0"}}"#), "[7]"))
    })
    .await;
    let mut items = client(&server).licenses().list().company_id(ids(200)).prefetch(8).items();
    let (mut good, mut bad) = (0, Vec::new());
    loop {
        match items.try_next().await {
            Ok(Some(_)) => good += 1,
            Ok(None) => break,
            Err(error) => bad.extend(error.record().map(|record| (record.index, record.raw.clone()))),
        }
    }
    assert_eq!((good, bad), (199, vec![(150, "[7]".to_owned())]));
}

#[tokio::test]
async fn a_list_without_pages_is_split_too() {
    let server = Server::start(|_, request| {
        let keys = request.query()["externalId"].clone();
        let records: Vec<_> = keys.split(',').map(|key| format!(r#"{{"_id": "c{key}"}}"#)).collect();
        answer(200, &format!("[{}]", records.join(",")))
    })
    .await;
    let keys = (0..1_000).map(|key| planhat_sdk::ExternalId::new(format!("key {key:06}")));
    let companies = client(&server).companies().lean_list().external_id(keys).collect().await.unwrap();
    assert_eq!(companies.len(), 1_000);
    let seen = server.seen();
    assert!(seen.iter().all(|call| server.url().len() + call.target.len() <= 2_000));
    assert!(seen.len() <= 8, "{} calls", seen.len());
}

#[tokio::test]
async fn a_start_within_several_parts_is_refused_before_anything_is_sent() {
    let server = Server::start(|_, _| answer(200, "[]")).await;
    let error = client(&server).licenses().list().company_id(ids(200)).offset(1).collect().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Invalid, "{error}");
    assert!(error.to_string().contains("skip the first records"), "{error}");
    assert!(server.seen().is_empty());
}
