//! What a list asks for, in as few parts as keep every URL short.

use std::{borrow::Cow, collections::HashSet};

/// The parameters of a list.
#[derive(Debug, Clone, Default)]
pub struct Query(Vec<(Cow<'static, str>, Parameter)>);

#[derive(Debug, Clone)]
enum Parameter {
    Text(String),
    /// Values of which a record has one; sent with commas between them.
    AnyOf(Vec<String>),
}

impl Query {
    pub fn set(&mut self, name: impl Into<Cow<'static, str>>, value: String) {
        self.put(name.into(), Parameter::Text(value));
    }

    /// Asks for records that have one of the values.
    pub fn any_of(&mut self, name: &'static str, mut values: Vec<String>) {
        let mut known = HashSet::new();
        values.retain(|value| known.insert(value.clone()));
        self.put(Cow::Borrowed(name), Parameter::AnyOf(values));
    }

    fn put(&mut self, name: Cow<'static, str>, value: Parameter) {
        match self.0.iter_mut().find(|(known, _)| *known == name) {
            Some((_, old)) => *old = value,
            None => self.0.push((name, value)),
        }
    }

    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(known, _)| known == name)
    }

    pub fn into_pairs(self) -> Vec<(Cow<'static, str>, String)> {
        let text = |value| match value {
            Parameter::Text(text) => text,
            Parameter::AnyOf(values) => values.join(","),
        };
        self.0.into_iter().map(|(name, value)| (name, text(value))).collect()
    }

    /// Splits the query into parts of at most `room` bytes each. One that is too long even without its lists stays whole.
    pub fn parts(self, room: usize) -> Vec<Self> {
        let lists = || {
            self.0.iter().enumerate().filter_map(|(place, (_, value))| match value {
                Parameter::AnyOf(values) if values.len() > 1 => Some((place, values, list_length(values))),
                _ => None,
            })
        };
        let length: usize = self.0.iter().map(|(name, value)| encoded(name) + value.length() + "&=".len()).sum();
        let rest = length - lists().map(|(_, _, length)| length).sum::<usize>();
        let Some((place, values, longest)) = lists().max_by_key(|(_, _, length)| *length) else { return vec![self] };
        if length <= room || rest >= room {
            return vec![self];
        }
        // What the others leave; if they leave too little, they are cut next, and each gets the same.
        let most = (room + longest).saturating_sub(length).max((room - rest) / lists().count());
        let pieces = cut(values, most);
        if pieces.len() == 1 {
            return vec![self];
        }
        pieces.into_iter().flat_map(|piece| self.with(place, piece).parts(room)).collect()
    }

    fn with(&self, place: usize, values: Vec<String>) -> Self {
        let mut query = self.clone();
        if let Some((_, value)) = query.0.get_mut(place) {
            *value = Parameter::AnyOf(values);
        }
        query
    }
}

impl Parameter {
    fn length(&self) -> usize {
        match self {
            Self::Text(text) => encoded(text),
            Self::AnyOf(values) => list_length(values),
        }
    }
}

/// Splits the values into runs of at most `most` bytes, or of one value.
fn cut(values: &[String], most: usize) -> Vec<Vec<String>> {
    let mut runs: Vec<Vec<String>> = Vec::new();
    let mut length = 0;
    for value in values {
        length += encoded(",") + encoded(value);
        match runs.last_mut() {
            Some(run) if length <= most => run.push(value.clone()),
            _ => {
                length = encoded(value);
                runs.push(vec![value.clone()]);
            }
        }
    }
    runs
}

fn list_length(values: &[String]) -> usize {
    let commas = encoded(",") * values.len().saturating_sub(1);
    values.iter().map(|value| encoded(value)).sum::<usize>() + commas
}

/// How many bytes a text takes in the query of a URL.
fn encoded(text: &str) -> usize {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b" *-._".contains(&byte);
    text.bytes().map(|byte| if is_plain(byte) { 1 } else { "%2C".len() }).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(name: &str, count: usize) -> Vec<String> {
        (0..count).map(|id| format!("{name}{id:023}")).collect()
    }

    fn length(query: &Query) -> usize {
        let mut url = reqwest::Url::parse("http://host").unwrap();
        url.query_pairs_mut().extend_pairs(query.clone().into_pairs());
        url.query().unwrap().len() + 1
    }

    fn values(query: &Query, name: &str) -> Vec<String> {
        let pairs = query.clone().into_pairs();
        let (_, text) = pairs.iter().find(|(known, _)| known == name).unwrap();
        text.split(',').map(str::to_owned).collect()
    }

    #[test]
    fn the_length_is_that_of_the_url() {
        let odd = "a b,ä&=%*-._~'(\n/+\u{1f600}";
        let mut url = reqwest::Url::parse("http://host").unwrap();
        url.query_pairs_mut().append_pair(odd, odd);
        assert_eq!(url.query().unwrap().len(), 2 * encoded(odd) + 1);
    }

    #[test]
    fn a_short_query_is_one_part() {
        let mut query = Query::default();
        query.any_of("companyId", ids("c", 10));
        query.set("sort", "_id".to_owned());
        assert_eq!(query.parts(1_900).len(), 1);
        assert_eq!(Query::default().parts(0).len(), 1);
    }

    #[test]
    fn a_long_list_is_cut_into_as_few_parts_as_fit() {
        let mut query = Query::default();
        query.set("sort", "_id".to_owned());
        query.any_of("companyId", ids("c", 1_000));
        let parts = query.parts(1_900);
        // 24 bytes and a comma of three.
        assert_eq!(parts.len(), 1_000_usize.div_ceil((1_900 - "&sort=_id&companyId=".len() + 3) / 27));
        assert!(parts.iter().all(|part| length(part) <= 1_900));
        let asked: Vec<_> = parts.iter().flat_map(|part| values(part, "companyId")).collect();
        assert_eq!(asked, ids("c", 1_000));
        assert!(parts.iter().all(|part| values(part, "sort") == ["_id"]));
    }

    #[test]
    fn several_long_lists_are_asked_for_in_every_combination_once() {
        for counts in [(100, 100, 1), (300, 3, 1), (60, 50, 40), (1, 200, 1)] {
            let mut query = Query::default();
            query.any_of("a", ids("a", counts.0));
            query.any_of("b", ids("b", counts.1));
            query.any_of("c", ids("c", counts.2));
            let parts = query.parts(1_000);
            assert!(parts.iter().all(|part| length(part) <= 1_000));
            let mut asked = HashSet::new();
            for part in &parts {
                for a in values(part, "a") {
                    for b in values(part, "b") {
                        for c in values(part, "c") {
                            assert!(asked.insert((a.clone(), b.clone(), c)), "asked twice");
                        }
                    }
                }
            }
            assert_eq!(asked.len(), counts.0 * counts.1 * counts.2);
        }
    }

    #[test]
    fn what_cannot_be_shortened_stays_whole() {
        let mut query = Query::default();
        query.set("name", "n".repeat(3_000));
        query.any_of("companyId", ids("c", 10));
        assert_eq!(query.parts(1_900).len(), 1);
        let mut query = Query::default();
        query.any_of("externalId", vec!["x".repeat(3_000), "y".to_owned(), "z".to_owned()]);
        assert_eq!(query.parts(1_900).len(), 2);
    }

    #[test]
    fn a_value_that_is_given_twice_is_sent_once() {
        let mut query = Query::default();
        query.any_of("status", ["lost", "customer", "lost"].map(str::to_owned).to_vec());
        assert_eq!(values(&query, "status"), ["lost", "customer"]);
    }
}
