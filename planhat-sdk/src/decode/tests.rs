use std::collections::BTreeSet;

use proptest::{collection::vec, prelude::*};
use serde_json::{Value, json};

use super::*;
use crate::{Company, CustomFields, UnknownFields, testing::long};

/// A value that stands for a record.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
struct Plain<T> {
    value: T,
    #[serde(skip)]
    unknown: UnknownFields,
}

impl<T: DeserializeOwned + Send + 'static> Record for Plain<T> {
    fn unknown_fields(&mut self) -> &mut UnknownFields {
        &mut self.unknown
    }

    fn custom_fields(&mut self, _: &str) -> Option<&mut CustomFields> {
        None
    }
}

fn read(body: &str) -> Result<Records<Plain<Vec<u8>>>, String> {
    page(body.as_bytes(), 10, Reading::Forgiving, |_, _| true)
}

/// The companies of a page, all of which can be read.
fn companies(body: &[u8]) -> Vec<Company> {
    let records = page(body, 10, Reading::Forgiving, |_, _| true).unwrap();
    records.items.into_iter().map(Result::unwrap).collect()
}

/// A company that is read alone and in a list, with the same result.
fn company(body: &str) -> Company {
    let company = record(body.as_bytes(), Reading::Forgiving).unwrap();
    assert_eq!(companies(format!("[{body}]").as_bytes()), std::slice::from_ref(&company), "{body}");
    company
}

/// The unreadable fields of a company, as path and JSON.
fn unreadable(company: &Company) -> Vec<(String, &str)> {
    company.unreadable().into_iter().map(|field| (field.path().into_owned(), field.raw())).collect()
}

/// The repaired fields of a company, as path and what received.
fn repaired(company: &Company) -> Vec<(&str, &[u8])> {
    company.repaired().iter().map(|field| (field.path(), field.raw())).collect()
}

#[test]
fn a_page_is_read_however_it_is_laid_out() {
    for body in ["[]", " [ ] \n", "\r\n[\t]"] {
        let records = read(body).unwrap();
        assert_eq!((records.received, records.items.len(), records.first), (0, 0, None), "{body:?}");
    }
    for body in ["[[1],[2,3]]", " [ [1] ,\n[2,3]\t] "] {
        let records = read(body).unwrap();
        let items: Vec<_> = records.items.into_iter().map(|item| item.unwrap().value).collect();
        assert_eq!((records.received, items), (2, vec![vec![1], vec![2, 3]]), "{body:?}");
    }
}

#[test]
fn what_is_no_array_is_an_error_wherever_it_breaks_off() {
    let whole = r#"[{"_id": "ä]"}, 7, [[]], "x\"", null]"#;
    let read = |body: &[u8]| page::<Plain<Value>>(body, 10, Reading::Forgiving, |_, _| true);
    assert_eq!(read(whole.as_bytes()).unwrap().received, 5);
    for end in 0..whole.len() {
        assert!(read(&whole.as_bytes()[..end]).is_err(), "{end}");
    }
    for body in ["[1,]", "[,1]", "[1 2]", "[]]", "[1]]", "[1] x", "1", "{}", "null", "[1}", "[\u{a0}1]"] {
        assert!(read(body.as_bytes()).is_err(), "{body}");
    }
}

#[test]
fn bad_records_of_any_form_cost_themselves_only() {
    let records = read(r#"[[1], 7, {"a": [1, "]"]}, -1.5e3, "text", [2], [999], null]"#).unwrap();
    assert_eq!(records.received, 8);
    let bad: Vec<_> = records.items.iter().filter_map(|item| item.as_ref().err()).collect();
    let raw: Vec<_> = bad.iter().map(|bad| (bad.index, bad.raw.as_str())).collect();
    let expected = [(1, "7"), (2, r#"{"a": [1, "]"]}"#), (3, "-1.5e3"), (4, r#""text""#), (6, "[999]"), (7, "null")];
    assert_eq!(raw, expected);
    assert_eq!(bad[4].path, "[0]");
    let good: Vec<_> = records.items.into_iter().flatten().map(|good| good.value).collect();
    assert_eq!(good, [[1], [2]]);
}

#[test]
fn a_record_is_known_by_its_id_or_else_by_all_of_it() {
    assert_eq!(identity(r#"{"name": "A", "_id": "1"}"#), r#""1""#);
    for raw in [r#"{"name": "A"}"#, r#"{"_id": null}"#, "7"] {
        assert_eq!(identity(raw), raw);
    }
}

#[test]
fn an_odd_field_costs_itself_only() {
    for (field, raw) in [
        ("h", "7.5"),
        ("h", "9223372036854775808"),
        ("mrr", r#""1,234.50""#),
        ("mrr", "1e400"),
        ("mrr", "[ 1 ]"),
        ("name", r#""Ac\ud800me""#),
        ("name", r#"{"de": "Acme"}"#),
        ("owner", r#"["\udc00"]"#),
        ("_id", "[]"),
        ("tags", r#"{"a": "b"}"#),
        ("shareable", r#"{"enabled": [1]}"#),
        ("custom", r#""""#),
        ("custom", "7"),
        ("brandNew", r#"{"deep": "\ud800"}"#),
        ("brandNew", "-1e999"),
    ] {
        let company = company(&format!(r#"{{"phase": "Live", "{field}": {raw}, "zip": 7}}"#));
        assert_eq!(unreadable(&company), [(field.to_owned(), raw)]);
        assert_eq!((company.phase.as_deref(), company.zip.as_deref()), (Some("Live"), Some("7")));
        assert_eq!(company.extra.raw(field), Some(raw));
        let back = serde_json::to_string(&company).unwrap();
        assert_eq!(back.matches(&format!(r#""{field}":{raw}"#)).count(), 1, "{back}");
        assert_eq!(company.extra.get(field), serde_json::from_str(raw).ok().as_ref());
    }
}

#[test]
fn several_odd_fields_cost_themselves_only() {
    let deep = ["[".repeat(500), "]".repeat(500)].concat();
    let company = company(&format!(
        r#"{{"h": 7.5, "_id": "1", "mrr": {deep}, "name": "A", "new": {deep}, "\ud800": 1, "custom": {{"Tier": "Gold", "Odd": "\ud800", "Seats": 1e400}}}}"#
    ));
    let paths: Vec<_> = company.unreadable().iter().map(|field| field.path()).collect();
    assert_eq!(paths, ["h", "mrr", "new", r"\ud800", "custom.Odd", "custom.Seats"]);
    assert_eq!((company.id().as_str(), company.name.as_deref()), ("1", Some("A")));
    assert_eq!(company.custom.text("Tier"), Some("Gold"));
    let back = serde_json::to_string(&company).unwrap();
    assert!(back.contains(r#""custom":{"Tier":"Gold","Odd":"\ud800","Seats":1e400}"#), "{back}");
    assert!(back.ends_with(&format!(r#""h":7.5,"mrr":{deep},"new":{deep},"\\ud800":1}}"#)), "{back}");
}

#[test]
fn a_problem_names_its_place_in_the_field() {
    let company = company(r#"{"h": 7.5, "shareable": {"enabled": [1]}, "mrr": 1e400}"#);
    let problems: Vec<_> = company.unreadable().iter().map(ToString::to_string).collect();
    assert_eq!(problems[0], "h: invalid value: floating point `7.5`, expected a whole number");
    assert!(problems[1].starts_with("shareable: shareable.enabled: invalid type: sequence"), "{}", problems[1]);
    assert_eq!(problems[2], "mrr: number out of range");
}

#[test]
fn the_last_of_several_values_counts() {
    let company = company(r#"{"mrr": 1, "name": "A", "mrr": 2, "h": 7.5, "mrr": 3}"#);
    assert_eq!((company.mrr, company.name.as_deref()), (Some(3.0), Some("A")));
    assert_eq!(repaired(&company), [("mrr", &b"2"[..]), ("mrr", b"1")]);
}

#[test]
fn strict_reading_names_the_field_and_costs_one_record() {
    let body = br#"[{"_id": "1"}, {"_id": "2", "h": 7.5}, {"_id": "3"}]"#;
    let records = page::<Company>(body, 10, Reading::Strict, |_, _| true).unwrap();
    let bad: Vec<_> = records.items.iter().filter_map(|item| item.as_ref().err()).collect();
    assert_eq!(bad.iter().map(|bad| (bad.index, &*bad.path)).collect::<Vec<_>>(), [(1, "h")]);
    let problem = record::<Company>(br#"{"h": 7.5}"#, Reading::Strict).unwrap_err();
    assert!(problem.starts_with("h: invalid value"), "{problem}");
    let body = b"[{\"name\": \"\xff\"}, {\"name\": \"A\"}]";
    let records = page::<Company>(body, 10, Reading::Strict, |_, _| true).unwrap();
    let bad = records.items[0].as_ref().unwrap_err();
    assert_eq!((&*bad.path, &*bad.raw), ("name", "{\"name\": \"\u{fffd}\"}"));
    assert!(records.items[1].is_ok());
}

#[test]
fn what_is_no_json_in_one_record_loses_no_page() {
    let body = b"\xef\xbb\xbf [{\"_id\": \"1\", \"h\": 7}, {\"_id\": \"2\", \"name\": \"A\xff\xffB\", \"mrr\": NaN,
        \"custom\": {\"a\": \"x\ty\\\"\", \"b\": [-Infinity], \"c\": 1}, \"h\": 7.5}, {\"_id\": \"3\", \"\xff\": 1}, {\"_id\": \"4\", \"name\": \"NaN \\u00e4\"}]";
    let companies = companies(body);
    assert_eq!(companies.iter().map(|company| company.id().as_str()).collect::<Vec<_>>(), ["1", "2", "3", "4"]);
    assert!(companies[0].repaired().is_empty() && companies[3].repaired().is_empty());
    assert_eq!(companies[3].name.as_deref(), Some("NaN \u{e4}"));

    let broken = &companies[1];
    assert_eq!(broken.name.as_deref(), Some("A\u{fffd}\u{fffd}B"));
    assert_eq!(broken.custom.get("a"), Some(&json!("x\ty\"")));
    assert_eq!((broken.mrr, broken.custom.get("b")), (None, Some(&json!([null]))));
    let expected: [(&str, &[u8]); 4] =
        [("name", b"\"A\xff\xffB\""), ("mrr", b"NaN"), ("custom.a", b"\"x\ty\\\"\""), ("custom.b", b"[-Infinity]")];
    assert_eq!(repaired(broken), expected);
    assert_eq!(unreadable(broken), [("h".to_owned(), "7.5")]);
    assert_eq!(repaired(&companies[2]), [("\u{fffd}", &b"\"\xff\": 1"[..])]);

    let alone =
        record::<Company>(b"\xef\xbb\xbf {\"name\": \"A\xff\", \"h\": Infinity}\n", Reading::Forgiving).unwrap();
    assert_eq!(repaired(&alone), [("name", &b"\"A\xff\""[..]), ("h", b"Infinity")]);
}

#[test]
fn a_repair_goes_on_where_reading_stuck_and_reads_nothing_twice() {
    let body = br#"[{"_id": "1"}, {"_id": "2"}, {"_id": "3", "mrr": NaN}, {"_id": "4"}, NaN, {"_id": "5"}]"#;
    let mut seen = Vec::new();
    let records = page::<Company>(body, 10, Reading::Forgiving, |company, _| {
        seen.push(company.id().to_string());
        true
    });
    let records = records.unwrap();
    assert_eq!(seen, ["1", "2", "3", "4", "5"]);
    assert_eq!((records.received, records.first.as_deref()), (6, Some(r#""1""#)));
    let bad: Vec<_> = records.items.iter().filter_map(|item| item.as_ref().err()).collect();
    assert_eq!(bad.iter().map(|bad| (bad.index, &*bad.raw)).collect::<Vec<_>>(), [(4, "NaN")]);
}

#[test]
fn a_repair_fixes_no_page_that_breaks_off() {
    let whole = b"[{\"name\": \"A\xff\\\n\", \"mrr\": -Infinity}, {\"h\": NaN}]";
    assert_eq!(companies(whole)[0].name.as_deref(), Some("A\u{fffd}\\\n"));
    for end in 0..whole.len() {
        assert!(page::<Company>(&whole[..end], 10, Reading::Forgiving, |_, _| true).is_err(), "{end}");
    }
    for body in [&b"[{\"h\": NaN}] x"[..], b"[NaNs]", b"[{\"h\": -NaN}]", b"[\xff]", b"<html>\xff", b"{\"h\": NaN}"] {
        assert!(page::<Company>(body, 10, Reading::Forgiving, |_, _| true).is_err(), "{body:?}");
    }
    for body in ["", "NaN", "[]", "7", r#"{"h": NaN"#, r#"{"h": 7.5} x"#, "<html>", "null"] {
        assert!(record::<Company>(body.as_bytes(), Reading::Forgiving).is_err(), "{body}");
    }
}

/// A value of a text field, which may be no JSON: its bytes, whether it is repaired, and what is read.
fn value(kind: u8) -> (&'static [u8], bool, Option<&'static str>) {
    match kind {
        0 => (br#""plain [{\"]\\""#, false, Some("plain [{\"]\\")),
        1 => (b"\"\xf0\x9f\x98\"", true, Some("\u{fffd}")),
        2 => (b"\"\0\\\"\n\"", true, Some("\0\"\n")),
        3 => (b"NaN", true, None),
        4 => (b" -Infinity ", true, None),
        5 => ("\"NaN \u{1f600} \u{e4}\"".as_bytes(), false, Some("NaN \u{1f600} \u{e4}")),
        6 => (br#""\ud800""#, false, None),
        _ => (b"null", false, None),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300 * long()) })]

    #[test]
    fn each_record_is_read_for_what_it_says_whatever_is_wrong_with_others(
        kinds in vec((0u8..8, 0u8..8, 0u8..8), 0..12),
        bom: bool,
        newline: bool,
    ) {
        let mut body = if bom { b"\xef\xbb\xbf[".to_vec() } else { b"[".to_vec() };
        for (id, &(name, phase, deep)) in kinds.iter().enumerate() {
            body.extend(if id == 0 { b"".as_slice() } else { b" ,\n" });
            body.extend(format!(r#"{{"_id":"{id}","name":"#).bytes());
            body.extend(value(name).0);
            body.extend(br#","custom":{"deep":{"er":"#.iter().chain(value(deep).0).chain(br#"}},"phase":"#));
            body.extend(value(phase).0.iter().chain(b"}"));
        }
        body.extend(if newline { b"]\n".as_slice() } else { b"]" });
        let companies = companies(&body);
        prop_assert_eq!(companies.len(), kinds.len());
        for (id, (company, &(name, phase, deep))) in companies.iter().zip(&kinds).enumerate() {
            prop_assert_eq!(company.id().as_str(), id.to_string());
            prop_assert_eq!(company.name.as_deref(), value(name).2);
            prop_assert_eq!(company.phase.as_deref(), value(phase).2);
            let expected: Vec<_> = [("name", name), ("custom.deep.er", deep), ("phase", phase)]
                .into_iter()
                .filter(|(_, kind)| value(*kind).1)
                .map(|(path, kind)| (path, value(kind).0.trim_ascii()))
                .collect();
            prop_assert_eq!(repaired(company), expected);
            let expected = [("custom.deep", deep), ("name", name), ("phase", phase)];
            let expected: BTreeSet<_> = expected.into_iter().filter(|(_, kind)| *kind == 6).map(|(path, _)| path).collect();
            let paths: Vec<_> = company.unreadable().iter().map(|field| field.path().into_owned()).collect();
            prop_assert_eq!(paths.iter().map(|path| &**path).collect::<BTreeSet<_>>(), expected);
        }
    }

    #[test]
    fn no_body_panics(bytes in vec(any::<u8>(), 0..40), cut in 0usize..80) {
        let text = b"[{\"name\":\"\xff\\u00e4\",\"h\":NaN,\"custom\":{\"a\":1e400,\"\\ud800\":1}},{\"h\":7.5,\"h\":1}]";
        let (before, behind) = text.split_at(cut.min(text.len()));
        for body in [bytes.clone(), [before, &bytes, behind].concat()] {
            drop(page::<Company>(&body, 10, Reading::Forgiving, |_, _| true));
            drop(record::<Company>(&body, Reading::Forgiving));
        }
    }
}
