//! A number that a double can hold is the same after it was read and written, wherever it stands: in typed, custom and
//! unknown fields, in the SDK and through the sandbox.
//!
//! `PLANHAT_LONG=<factor>` multiplies the number of generated numbers.

// A test may fail.
#![allow(
    clippy::cast_precision_loss,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used
)]

use fastrand::Rng;
use planhat_sandbox::Sandbox;
use planhat_sdk::{Company, License, LicensePatch, NewLicense, NewTimeEntry, Planhat, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json, value::RawValue};

/// How many numbers the SDK reads and writes.
const NUMBERS: u64 = 30_000;

/// How many numbers go through the sandbox.
const STORED: u64 = 2_000;

fn cases(count: u64) -> u64 {
    let factor = std::env::var("PLANHAT_LONG").ok().and_then(|factor| factor.parse::<u64>().ok());
    count * factor.unwrap_or(1)
}

/// A finite double, and a JSON text of which it is the nearest one.
fn number(random: &mut Rng) -> (f64, String) {
    let cents = |random: &mut Rng| f64::from(random.u32(..)) / 100.0;
    let value = match random.u8(..8) {
        0 => cents(random) + cents(random),
        1 => cents(random) * cents(random),
        2 => 0.1 * f64::from(random.i32(-50..50)),
        3 => random.i64(..) as f64,
        4 => [0.0, -0.0, 5e-324, f64::MIN_POSITIVE, f64::MAX, 9_007_199_254_740_993.0, 1e21, 1e-7][random.usize(..8)],
        _ => f64::from_bits(random.u64(..)),
    };
    if !value.is_finite() {
        return number(random);
    }
    let text = match random.u8(..5) {
        0 => format!("{value}"),
        1 => format!("{value:e}"),
        2 => format!("{value:E}"),
        // More digits than a double has.
        3 => format!("{value:.30e}"),
        _ => serde_json::to_string(&value).unwrap(),
    };
    assert_eq!(text.parse::<f64>().map(f64::to_bits), Ok(value.to_bits()), "{text}: the test itself is wrong");
    (value, text)
}

/// The number as which a text is read by the standard library, which rounds correctly.
#[track_caller]
fn assert_is(text: &str, value: f64) {
    assert_eq!(text.parse::<f64>().map(f64::to_bits), Ok(value.to_bits()), "{text} is not {value:?}");
}

/// The fields in which the tests have numbers, as they stand in a record.
#[derive(Deserialize)]
struct Written<'a> {
    #[serde(borrow, default)]
    mrr: Option<&'a RawValue>,
    #[serde(borrow)]
    custom: Amount<'a>,
    #[serde(borrow)]
    unheard: Amount<'a>,
}

#[derive(Deserialize)]
struct Amount<'a> {
    #[serde(borrow, rename = "Amount")]
    amount: &'a RawValue,
}

#[track_caller]
fn assert_written(json: &str, value: f64) {
    let written: Written = serde_json::from_str(json).unwrap();
    assert_is(written.mrr.expect(json).get(), value);
    assert_is(written.custom.amount.get(), value);
    assert_is(written.unheard.amount.get(), value);
}

#[test]
fn a_number_is_the_same_after_it_was_read_and_written() {
    let mut random = Rng::with_seed(1);
    for _ in 0..cases(NUMBERS) {
        let (value, text) = number(&mut random);
        let json = format!(r#"{{"mrr": {text}, "custom": {{"Amount": {text}}}, "unheard": {{"Amount": {text}}}}}"#);
        let license: License = serde_json::from_str(&json).unwrap();
        assert_eq!(license.mrr.map(f64::to_bits), Some(value.to_bits()), "{text}");
        assert_eq!(license.custom.number("Amount").map(f64::to_bits), Some(value.to_bits()), "{text}");
        assert_written(&serde_json::to_string(&license).unwrap(), value);
        // By way of a value, as `extra` and many callers have it.
        let tree: Value = serde_json::from_str(&json).unwrap();
        assert_written(&tree.to_string(), value);
        assert_eq!(serde_json::from_value::<License>(tree).unwrap(), license);

        let as_text: License = serde_json::from_str(&format!(r#"{{"mrr": "{text}"}}"#)).unwrap();
        assert_eq!(as_text.mrr.map(f64::to_bits), Some(value.to_bits()), "{text}");

        let unheard = serde_json::from_str::<Value>(&format!(r#"{{"Amount": {text}}}"#)).unwrap();
        let patch = LicensePatch::new().mrr(value).custom("Amount", value).extra("unheard", unheard);
        assert_written(&serde_json::to_string(&patch).unwrap(), value);
        assert_eq!(license.diff(&license.clone()), LicensePatch::new());
    }
}

#[test]
fn a_whole_number_of_64_bits_is_read_exactly_however_it_is_written() {
    let mut random = Rng::with_seed(2);
    for _ in 0..cases(NUMBERS) {
        let number = random.i64(..) >> random.u32(..64);
        let mut texts = vec![number.to_string(), format!("\"{number}\"")];
        #[expect(clippy::cast_possible_truncation, reason = "compared behind it")]
        let is_double = (number as f64) as i128 == i128::from(number);
        if is_double {
            texts.extend([format!("{number}.0"), format!("{number}e0"), format!("{number}.00E-0")]);
        }
        for text in texts {
            let company: Company =
                serde_json::from_str(&format!(r#"{{"h": {text}, "custom": {{"A": {number}}}, "b": {number}}}"#))
                    .unwrap();
            assert_eq!(company.h, Some(number), "{text}");
            let written = json!({"h": number, "custom": {"A": number}, "b": number});
            assert_eq!(serde_json::to_value(&company).unwrap(), written, "{text}");
        }
    }
}

#[test]
fn a_whole_number_beyond_64_bits_is_the_nearest_double() {
    let (text, value) = ("123456789012345678901234567890", 123_456_789_012_345_678_901_234_567_890_f64);
    let json = format!(r#"{{"mrr": {text}, "custom": {{"Amount": {text}}}, "unheard": {{"Amount": {text}}}}}"#);
    let license: License = serde_json::from_str(&json).unwrap();
    assert_eq!((license.mrr, license.custom.number("Amount")), (Some(value), Some(value)));
    assert_written(&serde_json::to_string(&license).unwrap(), value);
    // One that is not signed has its digits where no type rounds it.
    let (text, value) = (u64::MAX.to_string(), 18_446_744_073_709_551_615_f64);
    let json = format!(r#"{{"mrr": {text}, "custom": {{"Amount": {text}}}}}"#);
    let license: License = serde_json::from_str(&json).unwrap();
    assert_eq!((license.mrr, license.custom.get("Amount")), (Some(value), Some(&json!(u64::MAX))));
}

async fn licenses(rows: &[String]) -> (Sandbox, Planhat) {
    let sandbox = Sandbox::start().await.unwrap();
    let planhat = Planhat::builder().base_url(sandbox.api_url()).api_token(sandbox.api_token()).without_quota();
    let url = format!("{}/licenses", sandbox.api_url());
    for chunk in rows.chunks(1_000) {
        let body = format!("[{}]", chunk.join(","));
        let call = reqwest::Client::new().put(&url).bearer_auth(sandbox.api_token()).body(body);
        assert_eq!(call.send().await.unwrap().status(), 200);
    }
    (sandbox, planhat.build().unwrap())
}

#[tokio::test]
async fn a_number_is_the_same_after_the_sandbox_stored_it() {
    let mut random = Rng::with_seed(3);
    let numbers: Vec<(f64, String)> = (0..cases(STORED)).map(|_| number(&mut random)).collect();
    let row = |(place, (_, text)): (usize, &(f64, String))| {
        format!(
            r#"{{"externalId": "{place}", "companyId": "x", "_currency": "EUR", "fromDate": "2021-07-27",
            "mrr": {text}, "custom": {{"Amount": {text}}}, "unheard": {{"Amount": {text}}}}}"#
        )
    };
    let rows: Vec<String> = numbers.iter().enumerate().map(row).collect();
    let (sandbox, planhat) = licenses(&rows).await;

    let listed = planhat.licenses().list().collect().await.unwrap();
    assert_eq!(listed.len(), numbers.len());
    for license in &listed {
        let (value, text) = &numbers[license.external_id.as_ref().unwrap().as_str().parse::<usize>().unwrap()];
        assert_eq!(license.mrr.map(f64::to_bits), Some(value.to_bits()), "{text}");
        assert_written(&serde_json::to_string(license).unwrap(), *value);
    }
    for record in sandbox.export()["License"].as_array().unwrap() {
        let (value, _) = &numbers[record["externalId"].as_str().unwrap().parse::<usize>().unwrap()];
        assert_written(&record.to_string(), *value);
    }

    // What was read is written back unchanged, so that there is nothing to update.
    let count = listed.len();
    let again = listed.into_iter().map(|license| {
        let (value, id) = (license.mrr.unwrap(), &license.id);
        LicensePatch::new().id(id).mrr(value).custom("Amount", license.custom.get("Amount").unwrap())
    });
    let report = planhat.licenses().bulk_upsert(again).await.unwrap();
    assert_eq!(report.totals().unchanged, count, "{:?}", report.totals());
}

#[tokio::test]
async fn the_sandbox_tells_neighbouring_numbers_apart() {
    let (sandbox, planhat) = licenses(&[]).await;
    let license = NewLicense::new("EUR", planhat_sdk::Id::new("x"), Timestamp::now()).mrr(1.0);
    let id = planhat.licenses().create(license).await.unwrap().id;
    for number in [0.3, 1e-7, 1e21, 9_007_199_254_740_991.0] {
        for number in [number, f64::next_up(number)] {
            planhat.licenses().update(&id, LicensePatch::new().mrr(number).custom("Amount", number)).await.unwrap();
            let stored = &sandbox.export()["License"][0];
            assert_eq!((stored["mrr"].as_f64(), stored["custom"]["Amount"].as_f64()), (Some(number), Some(number)));
        }
    }
}

#[tokio::test]
async fn the_sandbox_refuses_a_number_beyond_the_doubles() {
    let (sandbox, _planhat) = licenses(&[]).await;
    let body = r#"{"companyId": "x", "_currency": "EUR", "fromDate": "2021-07-27", "mrr": 1e400}"#;
    let url = format!("{}/licenses", sandbox.api_url());
    let call = reqwest::Client::new().post(url).bearer_auth(sandbox.api_token()).body(body);
    assert_eq!(call.send().await.unwrap().status(), 400);
}

#[tokio::test]
async fn a_product_is_the_nearest_double() {
    let (_sandbox, planhat) = licenses(&[]).await;
    let mut random = Rng::with_seed(4);
    for _ in 0..cases(100) {
        let (hours, rate) = (f64::from(random.u32(..)) / 7.0, f64::from(random.u32(..)) / 100.0);
        let entry = NewTimeEntry::new(Timestamp::now(), hours).cost_rate(rate);
        let entry = planhat.time_entries().create(entry).await.unwrap();
        assert_eq!(entry.total_cost, Some(hours * rate));
    }
}
