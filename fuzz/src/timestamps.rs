use planhat_sdk::{Company, EpochDays, Timestamp};
use serde_json::json;

/// Reads the bytes as a text that may be a time, and the first eight of them as milliseconds and days.
///
/// # Panics
///
/// If two ways of reading it disagree, or a time is another one after it was written and read again.
pub fn timestamps(bytes: &[u8]) {
    if let Some(number) = bytes.first_chunk() {
        numbers(i64::from_le_bytes(*number));
    }
    let Ok(text) = str::from_utf8(bytes) else { return };
    let kept = Timestamp::verbatim(text);
    assert_eq!(kept.to_string(), text);
    let parsed = text.parse::<Timestamp>();
    assert_eq!(parsed.as_ref().ok().and_then(Timestamp::as_millis), kept.as_millis(), "{parsed:?} {kept:?}");
    let own = serde_json::from_value::<Timestamp>(json!(text));
    assert_eq!(own.ok().as_ref(), kept.as_millis().map(|_| &kept));
    let company: Company = serde_json::from_value(json!({"customerFrom": text})).expect("a text is kept");
    assert_eq!(company.customer_from.as_ref(), Some(&kept));
    assert_eq!(serde_json::to_value(&company).expect("it can be written")["customerFrom"], text);
    if let Ok(time) = parsed {
        assert_eq!(time.to_string().parse().as_ref(), Ok(&time));
        made(&time);
        assert_eq!(kept == time, kept.cmp(&time).is_eq());
    }
}

fn numbers(number: i64) {
    if let Ok(time) = Timestamp::from_millis(number) {
        assert_eq!((time.as_millis(), time.to_string().parse().as_ref()), (Some(number), Ok(&time)));
        made(&time);
    }
    let company: Company = serde_json::from_value(json!({"customerFrom": number})).expect("a number is kept");
    assert!(!format!("{company:?}").is_empty());
    assert_eq!(serde_json::to_value(&company).expect("it can be written")["customerFrom"], number);
    assert!(!EpochDays::new(number).to_string().is_empty());
}

/// A time in Planhat's form: all ways of looking at it agree.
fn made(time: &Timestamp) {
    let millis = time.as_millis().expect("it is a time");
    assert!(time.instant().is_none_or(|instant| instant.as_millisecond() == millis), "{time:?}");
    let day = EpochDays::try_from(time).expect("it is a time");
    let midnight = Timestamp::try_from(day).expect("its day has a first moment");
    assert!(midnight <= *time && millis - midnight.as_millis().expect("it is a time") < 86_400_000, "{time:?}");
    assert_eq!(serde_json::to_value(time).expect("it can be written"), json!(time.to_string()));
}
