//! A time is what chrono says it is: the readers of the SDK and of the sandbox against an independent one.
//!
//! `PLANHAT_LONG=<factor>` multiplies the number of generated texts.

// A test may fail.
#![allow(clippy::expect_used, clippy::format_push_string, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

mod texts;

use std::{
    collections::HashMap,
    time::{Duration, SystemTime},
};

use chrono::DateTime;
use fastrand::Rng;
use planhat_sandbox::Sandbox;
use planhat_sdk::{Company, EpochDays, Timestamp};
use serde_json::{Value, json};

use self::texts::{Text, in_range};

/// How many texts are read.
const TEXTS: u64 = 1_000_000;

/// How many numbers are taken for epoch milliseconds.
const NUMBERS: u64 = 150_000;

/// How many texts the sandbox stores.
const STORED: u64 = 4_000;

fn cases(count: u64) -> u64 {
    let factor = std::env::var("PLANHAT_LONG").ok().and_then(|factor| factor.parse::<u64>().ok());
    count * factor.unwrap_or(1)
}

#[test]
fn a_text_is_the_time_that_chrono_says() {
    let mut random = Rng::with_seed(1);
    for _ in 0..cases(TEXTS) {
        let Text { text, millis } = texts::written(&mut random);
        let read = text.parse::<Timestamp>();
        assert_eq!(read.as_ref().ok().and_then(Timestamp::as_millis), millis, "{text}: {read:?}");
        if let Some(chrono) = texts::read(&text) {
            assert_eq!(millis, Some(chrono), "{text}: the test itself is wrong");
        }
        holds_together(&text, millis);
    }
}

#[test]
fn a_damaged_text_is_refused_or_the_time_that_chrono_says() {
    let mut random = Rng::with_seed(2);
    let (mut both, texts) = (0, cases(TEXTS / 2));
    for _ in 0..texts {
        let Text { text, millis } = texts::damaged(&mut random);
        let read = text.parse::<Timestamp>().ok().and_then(|time| time.as_millis());
        if let (Some(read), Some(chrono)) = (read, millis) {
            assert_eq!(read, chrono, "{text:?}");
            both += 1;
        }
        holds_together(&text, read);
    }
    assert!(both > texts / 10, "chrono and the SDK both read only {both} of {texts} texts");
}

/// Every text is kept unchanged, and all readers of it agree on the time.
fn holds_together(text: &str, millis: Option<i64>) {
    let kept = Timestamp::verbatim(text);
    assert_eq!((kept.as_millis(), kept.to_string().as_str()), (millis, text));
    let Some(millis) = millis else { return };
    let made = Timestamp::from_millis(millis).unwrap();
    let shown = made.to_string();
    assert_eq!(shown.parse::<Timestamp>().as_ref(), Ok(&made), "{text}: {shown}");
    assert_eq!(kept.cmp(&made).is_eq(), kept == made, "{text}: {shown}");
    assert!(made.instant().is_none_or(|instant| instant.as_millisecond() == millis), "{text}: {shown}");
}

#[test]
fn a_time_in_json_is_strict_in_your_own_types_and_forgiving_in_models() {
    let mut random = Rng::with_seed(3);
    for _ in 0..cases(NUMBERS / 10) {
        let Text { text, .. } = texts::damaged(&mut random);
        let json = serde_json::to_string(&text).unwrap();
        let own: Result<Timestamp, _> = serde_json::from_str(&json);
        assert_eq!(own.is_ok(), text.parse::<Timestamp>().is_ok(), "{text}: {own:?}");
        let company: Company = serde_json::from_value(json!({"customerFrom": text})).unwrap();
        assert_eq!(serde_json::to_value(&company).unwrap()["customerFrom"], text);
    }
}

#[test]
fn epoch_milliseconds_are_the_time_that_chrono_says() {
    let mut random = Rng::with_seed(4);
    for _ in 0..cases(NUMBERS) {
        let number = milliseconds(&mut random);
        let chrono = DateTime::from_timestamp_millis(number);
        let expected = chrono.and_then(in_range);
        let made = Timestamp::from_millis(number);
        assert_eq!(made.as_ref().ok().and_then(Timestamp::as_millis), expected, "{number}");
        if let (Ok(made), Some(chrono)) = (&made, chrono)
            && (0..=9999).contains(&chrono::Datelike::year(&chrono))
        {
            assert_eq!(made.to_string(), chrono.format("%Y-%m-%dT%H:%M:%S%.3fZ").to_string());
            let day = EpochDays::try_from(made).unwrap();
            assert_eq!(day.to_string(), chrono.format("%Y-%m-%d").to_string());
            assert_eq!(Timestamp::try_from(day).unwrap().as_millis(), Some(day.get() * 86_400_000));
        }
        let company: Company = serde_json::from_value(json!({"customerFrom": number})).unwrap();
        assert!(format!("{company:?} {made:?}").contains(&number.to_string()) || expected.is_some());
        assert_eq!(serde_json::to_value(&company).unwrap()["customerFrom"], number);
    }
}

/// Any number of milliseconds, often one near an end of what some calendar holds.
fn milliseconds(random: &mut Rng) -> i64 {
    let ends =
        [i64::MIN, -377_705_116_800_000, -62_167_219_200_000, 0, 253_402_207_200_000, 253_402_300_800_000, i64::MAX];
    let near = ends[random.usize(..ends.len())].saturating_add(random.i64(-5_000..5_000));
    if random.u8(..4) == 0 { near } else { random.i64(..) >> random.u32(..64) }
}

#[test]
fn a_system_time_is_rounded_down_on_both_sides_of_1970() {
    let mut random = Rng::with_seed(5);
    for _ in 0..cases(NUMBERS) {
        let since = Duration::from_nanos(random.u64(..) >> random.u32(..64));
        let (seconds, nanos) = (i64::try_from(since.as_secs()).unwrap(), since.subsec_nanos());
        let after = DateTime::from_timestamp(seconds, nanos).unwrap().timestamp_millis();
        let before = (DateTime::UNIX_EPOCH - chrono::TimeDelta::new(seconds, nanos).unwrap()).timestamp_millis();
        for (time, expected) in [(SystemTime::UNIX_EPOCH + since, after), (SystemTime::UNIX_EPOCH - since, before)] {
            assert_eq!(Timestamp::try_from(time).unwrap().as_millis(), Some(expected), "{time:?}");
        }
    }
}

#[test]
fn times_are_ordered_by_instant() {
    let mut random = Rng::with_seed(6);
    let mut times: Vec<Timestamp> =
        std::iter::repeat_with(|| Timestamp::verbatim(&texts::damaged(&mut random).text)).take(20_000).collect();
    times.sort();
    assert!(times.is_sorted_by_key(Timestamp::as_millis));
    times.dedup();
    assert!(times.windows(2).all(|pair| pair[0] < pair[1] && pair[0] != pair[1]));
}

#[tokio::test]
async fn the_sandbox_stores_the_time_that_the_sdk_reads() {
    let sandbox = Sandbox::start().await.unwrap();
    let mut random = Rng::with_seed(7);
    let texts: Vec<String> = (0..cases(STORED)).map(|_| texts::damaged(&mut random).text).collect();
    let row = |(place, text): (usize, &String)| {
        let key = place.to_string();
        json!({"externalId": key, "companyId": "x", "_currency": "EUR", "mrr": 1, "toDate": text})
    };
    let rows: Vec<Value> = texts.iter().enumerate().map(row).collect();
    for chunk in rows.chunks(2_000) {
        let url = format!("{}/licenses", sandbox.api_url());
        let call = reqwest::Client::new().put(url).bearer_auth(sandbox.api_token()).json(chunk);
        assert!(call.send().await.unwrap().status().as_u16() <= 400);
    }
    let stored = sandbox.export();
    let stored = stored["License"].as_array().unwrap();
    let known: HashMap<&str, &str> = stored
        .iter()
        .map(|record| (record["externalId"].as_str().unwrap(), record["toDate"].as_str().unwrap()))
        .collect();
    for (place, text) in texts.iter().enumerate() {
        let expected = text.parse::<Timestamp>().ok().map(|time| time.to_string());
        assert_eq!(known.get(place.to_string().as_str()).copied(), expected.as_deref(), "{text:?}");
    }
}
