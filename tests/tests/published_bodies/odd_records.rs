//! Records of every model, valid ones and odd ones, made by chance from the schema.

use std::path::PathBuf;

use planhat_codegen::ir::{Api, Field, FieldId, Ids, Model, Type};

/// How deep shapes within shapes go.
const DEEPEST: usize = 3;

/// A generator of random numbers (`SplitMix64`).
pub struct Chance(pub u64);

impl Chance {
    /// A number below this one.
    pub fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % end as u64).unwrap()
    }

    pub fn one_of<'a, T: ?Sized>(&mut self, all: &[&'a T]) -> &'a T {
        all[self.below(all.len())]
    }
}

pub fn schema() -> Api {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..");
    planhat_codegen::load(&root).unwrap_or_else(|failure| panic!("{failure}"))
}

/// A record as its fields: the names and the JSON of the values.
pub type Fields = Vec<(String, String)>;

pub fn text(fields: &[(String, String)]) -> String {
    let fields: Vec<_> = fields.iter().map(|(name, value)| format!("\"{name}\": {value}")).collect();
    format!("{{{}}}", fields.join(", "))
}

/// Makes records of a model.
pub struct Maker<'a> {
    pub api: &'a Api,
    pub model: &'a Model,
}

impl Maker<'_> {
    /// The field that says which model's record it is.
    pub fn discriminator(&self) -> Option<&str> {
        self.api.discriminator(self.model).map(|part| &*self.api[part.field].wire)
    }

    /// A valid record with this id and every field of the model.
    pub fn record(&self, id: &str, chance: &mut Chance) -> Fields {
        let part = self.api.discriminator(self.model);
        let fields = self.api[self.model.fields].iter().filter(|field| !field.write_only).map(|field| {
            let value = match part {
                _ if field.wire == "_id" => format!("\"{id}\""),
                Some(part) if part.field == field.id => format!("\"{}\"", part.value),
                _ => self.value(&field.ty, DEEPEST, chance),
            };
            (field.wire.clone(), value)
        });
        fields.collect()
    }

    fn value(&self, ty: &Type, depth: usize, chance: &mut Chance) -> String {
        let number = chance.below(20_000);
        match ty {
            Type::String | Type::ExternalId | Type::SourceId => format!("\"text {number}\""),
            Type::Integer | Type::EpochDays => number.to_string(),
            Type::Number => format!("{number}.5"),
            Type::Boolean => number.is_multiple_of(2).to_string(),
            Type::Timestamp | Type::Instant => format!("\"2024-01-02T03:04:05.{:03}Z\"", number % 1_000),
            Type::Id(_) | Type::Ref(_) | Type::Link(_) => format!("\"5eed{number:020}\""),
            Type::List(item) => {
                let items: Vec<_> = (0..number % 3).map(|_| self.value(item, depth, chance)).collect();
                format!("[{}]", items.join(", "))
            }
            Type::Map(value) => format!("{{\"a\": {}}}", self.value(value, depth, chance)),
            Type::Enum(known) => {
                let values: Vec<_> = self.api[*known].variants.iter().map(|variant| &*variant.wire).collect();
                format!("\"{}\"", chance.one_of(&values))
            }
            Type::OneOf(first, second) => {
                self.value(if number.is_multiple_of(2) { first } else { second }, depth, chance)
            }
            Type::Object | Type::Json => format!("{{\"deep\": [{number}, null]}}"),
            Type::Custom => format!("{{\"Seats\": {number}, \"Tier\": \"Gold\"}}"),
            Type::Shape(shape) if depth > 0 => text(&self.fields(self.api[*shape].fields, depth - 1, chance)),
            Type::Shape(_) => "{}".to_owned(),
        }
    }

    fn fields(&self, fields: Ids<FieldId>, depth: usize, chance: &mut Chance) -> Fields {
        let value = |field: &Field| (field.wire.clone(), self.value(&field.ty, depth, chance));
        self.api[fields].iter().map(value).collect()
    }

    /// Whether a field is a map of custom fields.
    pub fn is_custom(&self, name: &str) -> bool {
        self.api[self.model.fields].iter().any(|field| field.wire == name && field.ty == Type::Custom)
    }
}

/// Values that no type can hold.
const HOPELESS: [&str; 5] =
    [r#""\ud800""#, r#"{"a": {"b": "\udc00x"}}"#, r#"[1, "\ud83d \ude00"]"#, r#"{"\udfff": 1}"#, r#""\ud800\ud800""#];

/// Values that fit some types.
const ODD: [&str; 22] = [
    "7.5",
    "-1",
    "1e400",
    "-1E+999",
    "123456789012345678901234567890",
    "9223372036854775808",
    "0.1e-400",
    "true",
    r#""""#,
    r#"" ""#,
    r#""1,234.50""#,
    r#""NaN""#,
    "[]",
    "[[1]]",
    r#"[null, {}, ""]"#,
    "{}",
    r#"{"_id": {"a": 1}}"#,
    r#"{"id": []}"#,
    r#"{"enabled": [1], "amount": {}}"#,
    "1.5e3",
    r#""2024-13-45T99:00:00Z""#,
    r#"{"a":7,"a":8}"#,
];

/// An odd value, and whether no type can hold it.
pub fn odd_value(chance: &mut Chance) -> (String, bool) {
    match chance.below(10) {
        0..2 => (chance.one_of(&HOPELESS).to_owned(), true),
        2 => (["[".repeat(300), "]".repeat(300)].concat(), true),
        3 => ([r#"{"a":"#.repeat(300), "0".to_owned(), "}".repeat(300)].concat(), true),
        _ => (chance.one_of(&ODD).to_owned(), false),
    }
}
