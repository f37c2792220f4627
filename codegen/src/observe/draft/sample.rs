//! Records as an API sent them: an object, an array of records, or a list inside an envelope.

use serde_json::{Map, Value};

use crate::observe::envelope;

#[derive(Debug, Clone)]
pub struct Sample {
    pub name: String,
    pub text: String,
}

/// The records of a file, or why there are none.
pub fn records(sample: &Sample) -> Result<Vec<Map<String, Value>>, String> {
    let value: Value = sample.text.parse().map_err(|error| format!("it is not JSON: {error}"))?;
    let items = match value {
        Value::Object(object) => match envelope::records(&object, None) {
            Some(items) => items.to_vec(),
            None => vec![Value::Object(object)],
        },
        Value::Array(items) => items,
        _ => return Err("neither an object nor an array of objects".to_owned()),
    };
    let record = |(index, item)| match item {
        Value::Object(properties) => Ok(properties),
        _ => Err(format!("element {index} of the array is not an object")),
    };
    let records = items.into_iter().enumerate().map(record).collect::<Result<Vec<_>, _>>()?;
    match records.iter().map(Map::len).max() {
        None => Err("it contains no record".to_owned()),
        Some(0) => Err("its records have no fields".to_owned()),
        Some(_) => Ok(records),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Result<Vec<usize>, String> {
        let records = records(&Sample { name: "sample.json".to_owned(), text: text.to_owned() })?;
        Ok(records.iter().map(Map::len).collect())
    }

    #[test]
    fn records_are_found_in_all_three_forms() {
        assert_eq!(found(r#"{"a": 1, "b": null}"#), Ok(vec![2]));
        assert_eq!(found(r#"[{"a": 1}, {}]"#), Ok(vec![1, 0]));
        assert_eq!(found(r#"{"data": [{"a": 1}], "total": 1}"#), Ok(vec![1]));
        assert_eq!(found(r#"{"pets": [{"a": 1}, {"b": 2, "c": 3}]}"#), Ok(vec![1, 2]));
    }

    #[test]
    fn a_record_with_a_list_is_no_envelope() {
        assert_eq!(found(r#"{"name": "x", "pets": [{"a": 1}]}"#), Ok(vec![2]));
        assert_eq!(found(r#"{"data": [{"a": 1}], "owner": {"name": "x"}}"#), Ok(vec![2]));
        assert_eq!(found(r#"{"tags": ["a"]}"#), Ok(vec![1]));
    }

    #[test]
    fn what_holds_no_records_says_why() {
        for (text, why) in [
            ("{", "it is not JSON: EOF while parsing an object at line 1 column 1"),
            ("3", "neither an object nor an array of objects"),
            ("[]", "it contains no record"),
            ("{}", "its records have no fields"),
            ("[{}]", "its records have no fields"),
            (r#"{"data": [], "total": 0}"#, "it contains no record"),
            (r#"[{}, "x"]"#, "element 1 of the array is not an object"),
        ] {
            assert_eq!(found(text), Err(why.to_owned()), "{text}");
        }
    }
}
