use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{DeserializeOwned, Error as _},
};
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
pub struct CustomFields(Option<UnknownFields>);

impl CustomFields {
    /// Returns the value of a field; `None` if it is absent or `null`.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.as_ref()?.get(name).filter(|value| !value.is_null())
    }

    /// Returns a text, list value, email address, phone number or link.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.get(name)?.as_str()
    }

    /// Returns a number or rating, also if it is a text.
    #[must_use]
    pub fn number(&self, name: &str) -> Option<f64> {
        f64::read(self.get(name)?).ok().flatten()
    }

    /// Returns the value of a checkbox, also if it is a text.
    #[must_use]
    pub fn boolean(&self, name: &str) -> Option<bool> {
        bool::read(self.get(name)?).ok().flatten()
    }

    /// Returns a date with time. `None` if the value is not a time, such as another text; [`get`](Self::get) has it.
    #[must_use]
    pub fn timestamp(&self, name: &str) -> Option<Timestamp> {
        Timestamp::deserialize(self.get(name)?).ok()
    }

    /// Returns a day.
    #[must_use]
    pub fn day(&self, name: &str) -> Option<EpochDays> {
        EpochDays::read(self.get(name)?).ok().flatten()
    }

    /// Returns the texts of a multiple choice.
    #[must_use]
    pub fn texts(&self, name: &str) -> Option<Vec<String>> {
        Vec::read(self.get(name)?).ok().flatten()
    }

    /// Deserializes all fields into a type of your own.
    ///
    /// # Errors
    ///
    /// If the fields do not fit the type, with the name of the field.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        let none = Object::new();
        let fields = self.0.as_deref().unwrap_or(&none);
        T::deserialize(fields).map_err(|error| {
            // Where it lies is looked for only now.
            match serde_path_to_error::deserialize::<_, T>(fields) {
                Err(located) if located.path().iter().len() > 0 => serde_json::Error::custom(located),
                _ => error,
            }
        })
    }

    /// Returns the names and values, sorted by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().flatten().map(|(name, value)| (name.as_str(), value))
    }

    /// Returns the fields whose JSON could not be read, such as a text with a lone surrogate. Their JSON is written back
    /// unchanged; [`get`](Self::get) does not return them.
    #[must_use]
    pub fn unreadable(&self) -> &[UnreadableField] {
        self.0.as_ref().map_or(&[], UnknownFields::unreadable)
    }

    /// Returns whether there is no custom field, not even an unreadable one.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.as_ref().is_none_or(|fields| fields.is_empty() && fields.unreadable().is_empty())
    }

    pub(crate) fn is_unreadable(&self, name: &str) -> bool {
        self.0.as_ref().is_some_and(|fields| fields.is_unreadable(name))
    }

    /// Returns whether the record was received without the map.
    #[must_use]
    pub fn is_absent(&self) -> bool {
        self.0.is_none()
    }
}

impl From<Object> for CustomFields {
    fn from(fields: Object) -> Self {
        UnknownFields::from(fields).into()
    }
}

impl From<UnknownFields> for CustomFields {
    fn from(fields: UnknownFields) -> Self {
        Self(Some(fields))
    }
}

impl Serialize for CustomFields {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for CustomFields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Object::read(deserializer).map(|fields| Self(fields.map(UnknownFields::from)))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "PascalCase")]
    #[expect(dead_code, reason = "it is only read")]
    struct Plan {
        seats: u32,
        renewal: Timestamp,
    }

    fn custom(renewal: &str) -> CustomFields {
        serde_json::from_value(json!({"Seats": 40, "Renewal": renewal})).unwrap()
    }

    #[test]
    fn a_field_that_does_not_fit_your_type_is_named() {
        assert!(custom("2021-07-27T20:25:44").read::<Plan>().is_ok());
        let error = custom("soon").read::<Plan>().unwrap_err().to_string();
        assert!(error.contains("Renewal: `soon` is not an ISO 8601 time"), "{error}");
        assert_eq!(CustomFields::default().read::<Plan>().unwrap_err().to_string(), "missing field `Seats`");
    }

    #[test]
    fn a_text_that_is_not_a_time_is_no_timestamp() {
        assert!(custom("2021-07-27").timestamp("Renewal").is_some());
        assert_eq!(custom("soon").timestamp("Renewal"), None);
    }
}
