//! Lists: they end where they should, and one bad record costs one record.

use std::sync::Arc;

use planhat_sdk::{Asset, Effect, ErrorKind, Items};
use planhat_tests::wire::{Server, answer};

use crate::{builder, client, quick};

/// Serves this number of records, by `limit` and `offset`.
pub async fn collection(size: usize) -> Server {
    Server::start(move |_, request| {
        let query = request.query();
        let number = |name: &str| query[name].parse::<usize>().unwrap();
        let page = (number("offset")..size).take(number("limit")).map(|id| format!(r#"{{"_id": "{id}"}}"#));
        answer(200, &format!("[{}]", page.collect::<Vec<_>>().join(",")))
    })
    .await
}

/// The ids that come; an error is its text.
pub async fn drain(mut items: Items<Asset>) -> Vec<String> {
    let mut all = Vec::new();
    loop {
        match items.try_next().await {
            Ok(Some(asset)) => all.push(asset.id().to_string()),
            Ok(None) => return all,
            Err(error) => all.push(error.to_string()),
        }
        assert!(all.len() < 1_000, "the list never ends");
    }
}

#[tokio::test]
async fn a_list_gets_every_record_once_and_ends_with_a_short_page() {
    for (size, page, calls) in [(0, 3, 1), (2, 3, 1), (3, 3, 2), (7, 3, 3), (6, 3, 3), (2_500, 2_000, 2)] {
        let server = collection(size).await;
        let assets = client(&server).assets().list().page_size(page).collect().await.unwrap();
        let ids: Vec<_> = assets.iter().map(|asset| asset.id().to_string()).collect();
        assert_eq!(ids, (0..size).map(|id| id.to_string()).collect::<Vec<_>>());
        assert_eq!(server.seen().len(), calls, "{size} records in pages of {page}");
    }
}

#[tokio::test]
async fn offset_take_and_max_pages_are_kept() {
    let server = collection(100).await;
    let assets = client(&server).assets();
    assert_eq!(drain(assets.list().page_size(10).offset(95).items()).await.len(), 5);
    let taken = drain(assets.list().page_size(10).offset(3).take(12).items()).await;
    assert_eq!((taken.len(), &*taken[0], &*taken[11]), (12, "3", "14"));
    assert_eq!(drain(assets.list().page_size(10).max_pages(2).items()).await.len(), 20);
    assert!(drain(assets.list().take(0).items()).await.is_empty());
}

#[tokio::test]
async fn a_bad_record_is_an_error_with_index_path_and_text_and_the_stream_goes_on() {
    let pages = [
        r#"[{"_id": "0"}, {"_id": "1", "value": {"amount": 7}}, {"_id": "2"}]"#,
        r#"[7, {"_id": "4", "custom": "none"}, {"_id": "5"}]"#,
        r#"[{"_id": "6"}]"#,
    ];
    let server = Server::start(move |place, _| answer(200, pages[place])).await;
    let planhat = builder(&server).strict_decoding(true).build().unwrap();
    let mut items = planhat.assets().list().page_size(3).items();
    let (mut good, mut bad) = (Vec::new(), Vec::new());
    loop {
        match items.try_next().await {
            Ok(Some(asset)) => good.push(asset.id().to_string()),
            Ok(None) => break,
            Err(error) => {
                assert_eq!((error.kind(), error.effect()), (ErrorKind::Decode, Effect::Applied), "{error}");
                let record = error.record().unwrap_or_else(|| panic!("{error}"));
                bad.push((record.index, record.path.clone(), record.raw.clone()));
            }
        }
    }
    assert_eq!(good, ["0", "2", "5", "6"]);
    let places: Vec<_> = bad.iter().map(|(index, path, _)| (*index, path.as_str())).collect();
    assert_eq!(places, [(1, "value"), (3, "."), (4, "custom")]);
    assert_eq!(bad[0].2, r#"{"_id": "1", "value": {"amount": 7}}"#);
    assert_eq!(server.seen().len(), 3);
}

#[tokio::test]
async fn a_record_that_is_no_object_is_an_error_and_the_stream_goes_on() {
    let server = Server::start(|_, _| answer(200, r#"[7, {"_id": "1", "custom": "none"}, null, {"_id": "3"}]"#)).await;
    let page = client(&server).assets().list().max_pages(1).pages().try_next().await.unwrap().unwrap();
    let records =
        page.items.iter().map(|item| item.as_ref().map(|asset| (asset.id().as_str(), asset.unreadable().len())));
    let records: Vec<_> = records.map(|record| record.map_err(|error| error.record().unwrap().raw.as_str())).collect();
    assert_eq!(records, [Err("7"), Ok(("1", 1)), Err("null"), Ok(("3", 0))]);
}

#[tokio::test]
async fn a_server_that_ignores_the_offset_ends_in_an_error_and_no_loop() {
    let server = Server::start(|_, _| answer(200, r#"[{"_id": "0"}, {"_id": "1"}]"#)).await;
    let came = drain(client(&server).assets().list().page_size(2).items()).await;
    assert_eq!((came.len(), &came[..2], server.seen().len()), (3, &["0".to_owned(), "1".to_owned()][..], 2));
    assert!(came[2].contains("same record"), "{came:?}");
}

#[tokio::test]
async fn a_server_that_ignores_the_limit_ends_and_no_record_comes_twice() {
    let server = Server::start(|_, request| {
        let from: usize = request.query()["offset"].parse().unwrap();
        let page: Vec<_> = (from..10).map(|id| format!(r#"{{"_id": "{id}"}}"#)).collect();
        answer(200, &format!("[{}]", page.join(",")))
    })
    .await;
    let came = drain(client(&server).assets().list().page_size(4).items()).await;
    assert_eq!(came, (0..10).map(|id| id.to_string()).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_page_size_that_planhat_does_not_allow_is_refused_before_anything_is_sent() {
    let server = collection(10).await;
    let planhat = client(&server);
    let errors = [
        planhat.assets().list().page_size(2_001).collect().await.unwrap_err(),
        planhat.assets().list().page_size(0).collect().await.unwrap_err(),
        planhat.companies().list().page_size(5_001).collect().await.unwrap_err(),
        planhat.nps().list().page_size(10_001).collect().await.unwrap_err(),
        planhat.companies().lean_list().page_size(10).collect().await.unwrap_err(),
    ];
    for error in errors {
        assert_eq!((error.kind(), error.effect()), (ErrorKind::Invalid, Effect::NotSent), "{error}");
        assert!(error.to_string().contains("page_size"), "{error}");
    }
    assert!(server.seen().is_empty());
    planhat.companies().list().page_size(5_000).collect().await.unwrap();
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn a_list_is_sorted_by_id_by_default() {
    use planhat_sdk::asset::Field;

    let server = collection(5).await;
    let assets = client(&server).assets();
    assets.list().page_size(2).collect().await.unwrap();
    assert!(server.seen().iter().all(|call| call.query()["sort"] == "_id"));
    let before = server.seen().len();
    assets.list().page_size(2).sort(Field::Name.asc()).collect().await.unwrap();
    assert!(server.seen().iter().skip(before).all(|call| call.query()["sort"] == "name"));
}

#[tokio::test]
async fn a_page_that_fails_ends_the_list_after_the_records_before_it() {
    let server = Server::start(|place, _| match place {
        0 => answer(200, r#"[{"_id": "0"}, {"_id": "1"}]"#),
        _ => answer(500, "out of order"),
    })
    .await;
    let planhat = builder(&server).retry(quick().max_attempts(2)).build().unwrap();
    let came = drain(planhat.assets().list().page_size(2).items()).await;
    assert_eq!((came.len(), server.seen().len()), (3, 3));
    assert!(came[2].contains("out of order"), "{came:?}");
    assert!(planhat.assets().list().page_size(2).collect().await.is_err());
}

#[tokio::test]
async fn an_answer_that_is_no_array_is_an_error() {
    for body in ["{}", "null", "", r#"{"data": []}"#, "<html></html>", "[{}"] {
        let server = Server::start(move |_, _| answer(200, body)).await;
        let error = client(&server).assets().list().collect().await.unwrap_err();
        assert_eq!((error.kind(), error.status()), (ErrorKind::Decode, Some(200)), "{body}: {error}");
    }
}

#[tokio::test]
async fn a_list_of_notes_keeps_conversations_of_other_types_out() {
    let body = r#"[{"_id": "1", "type": "note"}, {"_id": "2", "type": "email"}, {"_id": "3", "type": "note"}]"#;
    let server = Server::start(move |_, _| answer(200, body)).await;
    let notes = client(&server).notes().list().collect().await.unwrap();
    assert_eq!(notes.iter().map(|note| note.id().as_str()).collect::<Vec<_>>(), ["1", "3"]);
}

#[tokio::test]
async fn clones_of_a_client_can_list_at_once_from_different_tasks() {
    let server = Arc::new(collection(50).await);
    let planhat = client(&server);
    let tasks: Vec<_> = (0..8)
        .map(|_| {
            let planhat = planhat.clone();
            tokio::spawn(async move { planhat.assets().list().page_size(7).collect().await.unwrap().len() })
        })
        .collect();
    for task in tasks {
        assert_eq!(task.await.unwrap(), 50);
    }
}

#[tokio::test]
async fn a_filter_by_nothing_is_refused_before_it_could_list_everything() {
    let server = collection(3).await;
    let companies = client(&server).companies();
    let nothing: [planhat_sdk::Id<planhat_sdk::Company>; 0] = [];
    for list in [companies.list().company_id(nothing), companies.list().select([])] {
        let error = list.collect().await.unwrap_err();
        assert_eq!((error.kind(), error.effect()), (ErrorKind::Invalid, Effect::NotSent), "{error}");
    }
    assert!(server.seen().is_empty());
}
