//! One odd field never loses a record: random odd values in records of every model, read by a call and by a list.

use std::collections::BTreeMap;

use planhat_sdk::{Call, Company, CompanyPatch, Error, ErrorKind, Id, NewCompany};
use planhat_tests::{
    generated::records::RECORDS,
    records::{Read, wait},
};
use serde_json::value::RawValue;

use crate::{
    loopback::Server,
    odd_records::{Chance, Fields, Maker, odd_value, schema, text},
};

/// How many records of each model are read, times the factor in `PLANHAT_LONG`.
const CASES: usize = 50;

/// The JSON of the fields of an object, none of which may come twice.
fn members(object: &str) -> BTreeMap<String, String> {
    let fields: BTreeMap<String, Box<RawValue>> = serde_json::from_str(object).unwrap();
    let fields: BTreeMap<_, _> = fields.into_iter().map(|(name, value)| (name, value.get().to_owned())).collect();
    let length: usize = fields.iter().map(|(name, value)| format!("{name:?}:{value},").len()).sum();
    assert_eq!(length.max(1) + 1, object.len(), "a field comes twice: {object}");
    fields
}

/// A record, the same one with odd fields, and which these are.
struct Case {
    id: String,
    valid: Fields,
    odd: Fields,
    /// The JSON of the odd fields by path, and whether no type can hold it.
    changed: BTreeMap<String, (String, bool)>,
}

impl Case {
    fn new(maker: &Maker<'_>, number: usize, chance: &mut Chance) -> Self {
        let id = format!("5eed{number:020}");
        let valid = maker.record(&id, chance);
        let mut odd = valid.clone();
        odd.push(("brandNew".to_owned(), "1".to_owned()));
        let mut changed = BTreeMap::new();
        for _ in 0..=chance.below(3) {
            let index = chance.below(odd.len());
            let (name, value) = &mut odd[index];
            let (json, hopeless) = odd_value(chance);
            if maker.discriminator() == Some(name) || changed.keys().any(|path: &String| path.starts_with(&**name)) {
                continue;
            }
            // Of an object of custom fields, each is read by itself.
            let entry = maker.is_custom(name) && (json.starts_with('{') || chance.below(2) == 0);
            // What is unreadable is written last, so it comes last here.
            *value = if entry { value.replace('}', &format!(r#", "zOdd": {json}}}"#)) } else { json.clone() };
            changed.insert(if entry { format!("{name}.zOdd") } else { name.clone() }, (json, hopeless));
        }
        Self { id, valid, odd, changed }
    }

    /// Whether a field is odd, as a whole.
    fn is_odd(&self, name: &str) -> bool {
        name == "brandNew" || self.changed.contains_key(name)
    }

    fn check(&self, valid: &Read, odd: &Read) {
        let what = || format!("{:?} of {}", self.changed, text(&self.odd));
        let back = members(&odd.text);
        for (path, json) in &odd.unreadable {
            let (came, _) = self.changed.get(path).unwrap_or_else(|| panic!("{path} is valid: {}", what()));
            assert_eq!(json, came, "{path}: {}", what());
            let written = match path.split_once('.') {
                Some((map, name)) => &members(&back[map])[name],
                None => &back[path],
            };
            assert_eq!(written, came, "{path}: {}", what());
        }
        for (path, (_, hopeless)) in &self.changed {
            assert!(!hopeless || odd.unreadable.contains_key(path), "{path} can be read: {}", what());
        }
        for (name, json) in members(&valid.text) {
            if self.is_odd(&name) {
                continue;
            }
            let mut read = back[&name].clone();
            if self.changed.contains_key(&format!("{name}.zOdd")) {
                let entries = members(&read).into_iter().filter(|(entry, _)| entry != "zOdd");
                let entries: Vec<_> = entries.map(|(entry, value)| format!("{entry:?}:{value}")).collect();
                read = format!("{{{}}}", entries.join(","));
            }
            assert_eq!(read, json, "{name}: {}", what());
        }
    }
}

fn cases() -> usize {
    let factor = std::env::var("PLANHAT_LONG").ok().and_then(|factor| factor.parse().ok());
    CASES * factor.unwrap_or(1)
}

#[test]
fn odd_fields_lose_no_record_and_change_no_other_field() {
    let (api, server) = (schema(), Server::start());
    let planhat = server.client().build().unwrap();
    let mut chance = Chance(4);
    let mut unreadable = 0;
    for readable in RECORDS {
        let (name, Some(list)) = (readable.model, readable.list) else { continue };
        let model = api.models.iter().find(|model| model.name == name).unwrap();
        let maker = Maker { api: &api, model };
        let cases: Vec<_> = (0..cases()).map(|number| Case::new(&maker, number, &mut chance)).collect();
        for cases in cases.chunks(500) {
            let records: Vec<_> = cases.iter().flat_map(|case| [text(&case.valid), text(&case.odd)]).collect();
            server.sends(format!("[{}]", records.join(",\n")));
            let records = list(&planhat);
            assert_eq!(records.len(), 2 * cases.len(), "{name}");
            for (case, pair) in cases.iter().zip(records.chunks(2)) {
                assert!(pair[0].unreadable.is_empty(), "{name}: {:?}", pair[0].unreadable);
                case.check(&pair[0], &pair[1]);
                unreadable += pair[1].unreadable.len();
                // A single record without an id is not what the call asked for.
                if let (Some(get), false) = (readable.get, case.changed.contains_key("_id")) {
                    server.sends(text(&case.odd));
                    assert_eq!(get(&planhat, &case.id).text, pair[1].text, "{name}");
                }
            }
        }
    }
    assert!(unreadable > cases() * RECORDS.len() / 2, "only {unreadable} fields were odd enough");
}

/// Odd fields of a company, each as JSON.
const REPORTED: [(&str, &str); 4] =
    [("h", "7.5"), ("custom", r#""""#), ("mrr", r#""1,234.50""#), ("name", r#""Ac\ud800me""#)];

const ID: &str = "5eed00000000000000000001";

#[test]
fn an_odd_field_is_listed_whatever_the_call_is() {
    let server = Server::start();
    let planhat = server.client().build().unwrap();
    for (field, json) in REPORTED {
        let body = format!(r#"{{"_id": "{ID}", "phase": "Live", "{field}": {json}}}"#);
        server.sends(&*body);
        let (companies, patch) = (planhat.companies(), CompanyPatch::new().phase("Live"));
        let records = [
            wait(companies.get(Id::new(ID))),
            wait(companies.create(NewCompany::new("A"))),
            wait(companies.update(Id::new(ID), patch)),
        ];
        server.sends(format!(r#"[{{"_id": "0"}}, {body}, {{"_id": "2"}}]"#));
        let listed = wait(companies.list().max_pages(1).collect());
        assert_eq!(listed.len(), 3);
        for company in records.iter().chain([&listed[1]]) {
            let unreadable: Vec<_> = company.unreadable().iter().map(|field| (field.path(), field.raw())).collect();
            assert_eq!(unreadable, [(field.into(), json)]);
            assert_eq!((company.phase.as_deref(), company.extra.raw(field)), (Some("Live"), Some(json)));
            assert_eq!(members(&serde_json::to_string(company).unwrap())[field], json);
        }
    }
}

#[test]
fn a_strict_client_makes_an_odd_field_an_error() {
    let server = Server::start();
    let planhat = server.client().strict_decoding(true).build().unwrap();
    for (field, json) in REPORTED {
        let body = format!(r#"{{"_id": "{ID}", "{field}": {json}}}"#);
        server.sends(&*body);
        let companies = planhat.companies();
        let errors = [
            fails(companies.get(Id::new(ID))),
            fails(companies.create(NewCompany::new("A"))),
            fails(companies.update(Id::new(ID), CompanyPatch::new().phase("Live"))),
        ];
        for error in errors {
            assert_eq!(error.kind(), ErrorKind::Decode);
            assert!(error.message().contains(&format!("{field}: ")) || field == "name", "{error}");
        }
        server.sends(format!(r#"[{{"_id": "0"}}, {body}, {{"_id": "2"}}]"#));
        let page = wait(companies.list().max_pages(1).pages().try_next()).unwrap();
        let ids: Vec<_> =
            page.items.iter().map(|item| item.as_ref().ok().map(|company| company.id().as_str())).collect();
        assert_eq!(ids, [Some("0"), None, Some("2")]);
        let record = page.items[1].as_ref().unwrap_err().record().unwrap();
        assert_eq!((record.index, &*record.path, &*record.raw), (1, field, &*body));
    }
}

#[test]
fn one_record_that_is_no_json_loses_no_page() {
    let server = Server::start();
    let planhat = server.client().build().unwrap();
    let body =
        b"\xef\xbb\xbf[{\"_id\": \"0\"}, {\"_id\": \"1\", \"name\": \"A\xe4\tB\", \"mrr\": NaN}, {\"_id\": \"2\"}]";
    server.sends(&body[..]);
    let companies = wait(planhat.companies().list().max_pages(1).collect());
    let repaired = |company: &Company| -> Vec<(String, Vec<u8>)> {
        company.repaired().iter().map(|field| (field.path().to_owned(), field.raw().to_vec())).collect()
    };
    assert_eq!(companies[1].name.as_deref(), Some("A\u{fffd}\tB"));
    let expected = [("name", &b"\"A\xe4\tB\""[..]), ("mrr", b"NaN")].map(|(path, raw)| (path.to_owned(), raw.to_vec()));
    assert_eq!(companies.iter().map(repaired).collect::<Vec<_>>(), [vec![], expected.to_vec(), vec![]]);
    server.sends(&body[18..body.len() - 15]);
    let alone = wait(planhat.companies().get(Id::new("1")));
    assert_eq!((repaired(&alone), alone), (expected.to_vec(), companies[1].clone()));
}

fn fails<T: 'static>(call: Call<T>) -> Error {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(call.into_future()).err().expect("the field is an error")
}
