use serde::{Deserialize, Deserializer, Serialize, Serializer, de::DeserializeOwned};
use serde_json::Value;

use super::{EpochDays, Object, Timestamp, UnknownFields, UnreadableField, wire::Wire};

/// The custom fields of a record, by their display name. The case of a name counts.
///
/// A number is read as the nearest double, and written so that it is read as that double again. Whole numbers of
/// 64 bits are kept exactly, also where they are not doubles; longer ones become the nearest double.
///
/// ```
/// use planhat_sdk::Company;
///
/// let json = r#"{"_id": "1", "custom": {"Tier": "Gold", "Seats": 40}}"#;
/// let company: Company = serde_json::from_str(json)?;
/// assert_eq!(company.custom.text("Tier"), Some("Gold"));
/// assert_eq!(company.custom.number("Seats"), Some(40.0));
///
/// #[derive(serde::Deserialize)]
/// #[serde(rename_all = "PascalCase")]
/// struct Plan {
///     tier: String,
///     seats: u32,
/// }
/// let plan: Plan = company.custom.read()?;
/// assert_eq!((plan.tier.as_str(), plan.seats), ("Gold", 40));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Custom(Option<UnknownFields>);

impl Custom {
    /// The raw value of a field; nothing if it is absent or `null`.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.as_ref()?.get(name).filter(|value| !value.is_null())
    }

    /// A text, list value, mail address, phone number or link.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.get(name)?.as_str()
    }

    /// A number or rating, also if it came as text.
    #[must_use]
    pub fn number(&self, name: &str) -> Option<f64> {
        f64::read(self.get(name)?).ok().flatten()
    }

    /// A checkbox, also if it came as text.
    #[must_use]
    pub fn boolean(&self, name: &str) -> Option<bool> {
        bool::read(self.get(name)?).ok().flatten()
    }

    /// A date with time. `None` if the value is not a time, such as another text; [`get`](Self::get) has it.
    #[must_use]
    pub fn timestamp(&self, name: &str) -> Option<Timestamp> {
        Timestamp::deserialize(self.get(name)?).ok()
    }

    /// A day.
    #[must_use]
    pub fn day(&self, name: &str) -> Option<EpochDays> {
        EpochDays::read(self.get(name)?).ok().flatten()
    }

    /// The texts of a multiple choice.
    #[must_use]
    pub fn texts(&self, name: &str) -> Option<Vec<String>> {
        Vec::read(self.get(name)?).ok().flatten()
    }

    /// All fields as a type of your own.
    ///
    /// # Errors
    ///
    /// When the fields do not fit the type, with the name of the field.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        match &self.0 {
            Some(fields) => T::deserialize(&**fields),
            None => T::deserialize(&Object::new()),
        }
    }

    /// The names and values, sorted by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().flatten().map(|(name, value)| (name.as_str(), value))
    }

    /// Returns the fields whose JSON could not be read, such as a text with a lone surrogate. Their JSON is written back
    /// as it came; [`get`](Self::get) does not see them.
    #[must_use]
    pub fn unreadable(&self) -> &[UnreadableField] {
        self.0.as_ref().map_or(&[], UnknownFields::unreadable)
    }

    /// Whether there is no custom field, not even an unreadable one.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.as_ref().is_none_or(|fields| fields.is_empty() && fields.unreadable().is_empty())
    }

    pub(crate) fn is_unreadable(&self, name: &str) -> bool {
        self.0.as_ref().is_some_and(|fields| fields.is_unreadable(name))
    }

    /// Whether the record came without the map.
    #[must_use]
    pub fn is_absent(&self) -> bool {
        self.0.is_none()
    }
}

impl From<Object> for Custom {
    fn from(fields: Object) -> Self {
        UnknownFields::from(fields).into()
    }
}

impl From<UnknownFields> for Custom {
    fn from(fields: UnknownFields) -> Self {
        Self(Some(fields))
    }
}

impl Serialize for Custom {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Custom {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Object::read(deserializer).map(|fields| Self(fields.map(UnknownFields::from)))
    }
}
