//! Generated texts that are times or nearly so, and what chrono makes of them.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use fastrand::Rng;

/// The years that a `Timestamp` can be in.
const YEARS: std::ops::RangeInclusive<i32> = -9999..=9999;

/// A text, and the epoch milliseconds that it stands for, if it is a time.
pub struct Text {
    pub text: String,
    pub millis: Option<i64>,
}

/// A text in one of the forms that are documented to be read, often out of range in one of its parts.
pub fn written(random: &mut Rng) -> Text {
    let date = Date::new(random);
    let mut text = date.text.clone();
    let mut time = date.naive.and_then(|date| date.and_hms_opt(0, 0, 0));
    let mut offset = None;
    if !random.bool() || random.bool() {
        text.push(*one_of(random, &['T', 't', ' ']));
        let (hour, minute, second) = (part(random, 24), part(random, 60), part(random, 61));
        let separator = if random.bool() { ":" } else { "" };
        text += &format!("{hour:02}{separator}{minute:02}");
        let mut nanos = 0;
        let has_seconds = random.u8(..8) > 0;
        if has_seconds {
            text += &format!("{separator}{second:02}");
            nanos = fraction(random, &mut text);
        }
        // A leap second is read as the second before it.
        let second = if has_seconds { if second == 60 { 59 } else { second } } else { 0 };
        time = date.naive.and_then(|date| date.and_hms_nano_opt(hour, minute, second, nanos));
        offset = self::offset(random, &mut text);
    }
    let zone = annotation(random, &mut text);
    let seconds = match (offset, zone) {
        (Some(offset), _) => Some(offset),
        (None, Zone::None) => Some(0),
        (None, Zone::Offset(zone)) => Some(zone),
        (None, Zone::Named) => None,
    };
    let instant = time.zip(seconds).map(|(time, seconds)| time.and_utc() - TimeDelta::seconds(seconds));
    Text { text, millis: instant.and_then(in_range) }
}

/// A written text with another digit, or with another byte, one more or one less, and what chrono reads from it.
pub fn damaged(random: &mut Rng) -> Text {
    const BYTES: &[u8] = b"0123456789-+:.,TtZzWw []/ \x00";
    let mut bytes = written(random).text.into_bytes();
    let place = random.usize(..bytes.len());
    match random.u8(..8) {
        0 => bytes.insert(place, *one_of(random, BYTES)),
        1 => bytes[place] = *one_of(random, BYTES),
        2 => drop(bytes.remove(place)),
        _ if bytes[place].is_ascii_digit() => bytes[place] = random.u8(b'0'..=b'9'),
        _ => {}
    }
    let text = String::from_utf8(bytes).expect("all of it is ASCII");
    Text { millis: read(&text), text }
}

/// What chrono reads from a text, where it has a parser for its form.
pub fn read(text: &str) -> Option<i64> {
    const FORMATS: [&str; 4] = ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f", "%Y%m%dT%H%M%S%.f", "%Y-%m-%dT%H:%M"];
    // A leap second is one more to chrono.
    if text.contains("60") {
        return None;
    }
    let exact = DateTime::parse_from_rfc3339(text).ok().map(|time| time.to_utc());
    let local = || FORMATS.iter().find_map(|format| NaiveDateTime::parse_from_str(text, format).ok());
    let day = || NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?.and_hms_opt(0, 0, 0);
    exact.or_else(|| local().or_else(day).map(|time| time.and_utc())).and_then(in_range)
}

/// The milliseconds of an instant in years that a `Timestamp` can be in.
pub fn in_range(instant: DateTime<Utc>) -> Option<i64> {
    YEARS.contains(&instant.year()).then(|| instant.timestamp_millis())
}

struct Date {
    text: String,
    naive: Option<NaiveDate>,
}

impl Date {
    fn new(random: &mut Rng) -> Self {
        let year = match random.u8(..8) {
            0 => random.i32(YEARS),
            1 => *one_of(random, &[0, 1, 1969, 1970, 9999]),
            2 => random.i32(0..=9999),
            _ => random.i32(1960..2040),
        };
        let (month, day) = (random.u32(1..=12), if random.bool() { random.u32(1..=28) } else { part(random, 32) });
        let month = if random.u8(..64) == 0 { part(random, 14) } else { month };
        let separator = if random.u8(..4) > 0 { "-" } else { "" };
        let year_text = match year {
            0..=9999 if random.u8(..8) > 0 => format!("{year:04}"),
            0.. => format!("+{year:06}"),
            _ => format!("-{:06}", -year),
        };
        let text = format!("{year_text}{separator}{month:02}{separator}{day:02}");
        Self { text, naive: NaiveDate::from_ymd_opt(year, month, day) }
    }
}

enum Zone {
    None,
    Offset(i64),
    Named,
}

/// A fraction of a second, and its nanoseconds.
fn fraction(random: &mut Rng, text: &mut String) -> u32 {
    let digits = *one_of(random, &[0, 0, 3, 3, 3, 1, 2, 4, 6, 7, 9]);
    if digits == 0 {
        return 0;
    }
    let fraction = random.u32(..10_u32.pow(digits));
    text.push(*one_of(random, &['.', '.', '.', ',']));
    *text += &format!("{fraction:0width$}", width = digits as usize);
    fraction * 10_u32.pow(9 - digits)
}

/// An offset from UTC in seconds, if there is one.
fn offset(random: &mut Rng, text: &mut String) -> Option<i64> {
    match random.u8(..6) {
        0 | 1 => None,
        2 | 3 => {
            text.push(*one_of(random, &['Z', 'Z', 'z']));
            Some(0)
        }
        _ => Some(numeric(random, text)),
    }
}

fn numeric(random: &mut Rng, text: &mut String) -> i64 {
    let (sign, char) = *one_of(random, &[(1, '+'), (-1, '-')]);
    let (hours, minutes) = (random.i64(0..24), *one_of(random, &[0, 0, 30, 45, 59]));
    text.push(char);
    let (written, minutes) = match random.u8(..4) {
        0 => (format!("{hours:02}{minutes:02}"), minutes),
        1 => (format!("{hours:02}"), 0),
        _ => (format!("{hours:02}:{minutes:02}"), minutes),
    };
    *text += &written;
    sign * (hours * 3600 + minutes * 60)
}

fn annotation(random: &mut Rng, text: &mut String) -> Zone {
    let zone = match random.u8(..32) {
        0 => *one_of(random, &["Europe/Berlin", "!Asia/Tokyo", "America/New_York"]),
        1 => {
            text.push('[');
            let seconds = numeric(random, text);
            text.push(']');
            return Zone::Offset(seconds);
        }
        2 => {
            *text += *one_of(random, &["[UTC]", "[u-ca=gregory]", "[Etc/UTC]"]);
            return Zone::None;
        }
        _ => return Zone::None,
    };
    *text += &format!("[{zone}]");
    Zone::Named
}

/// A number below this limit, at times the limit itself.
fn part(random: &mut Rng, limit: u32) -> u32 {
    if random.u8(..64) == 0 { limit } else { random.u32(..limit) }
}

fn one_of<'a, T>(random: &mut Rng, choices: &'a [T]) -> &'a T {
    &choices[random.usize(..choices.len())]
}
