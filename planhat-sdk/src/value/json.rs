use serde_json::Value;

use super::{EpochDays, ExternalId, Id, Object, SourceId, Timestamp, wire::Wire};

/// A type that can be the value of a custom field, or of a property without a setter.
///
/// Texts, numbers, booleans, times, days, ids, lists of them, and any [`serde_json::Value`]. It is strict
/// where conversions of `serde_json` are not: a number that is not finite would silently become `null`, and
/// so clear the field; here the call fails before it is sent.
pub trait IntoJson {
    /// Converts the value to JSON.
    ///
    /// # Errors
    ///
    /// If JSON cannot hold the value.
    fn into_json_value(self) -> Result<Value, String>;
}

macro_rules! as_written {
    ($($value:ty),+) => {
        $(
            impl IntoJson for $value {
                fn into_json_value(self) -> Result<Value, String> {
                    self.into_json()
                }
            }

            impl IntoJson for &$value {
                fn into_json_value(self) -> Result<Value, String> {
                    self.clone().into_json()
                }
            }
        )+
    };
}

as_written!(String, Timestamp, ExternalId, SourceId, Object, Value);

macro_rules! as_number {
    ($($number:ty => $wide:ty),+) => {
        $(
            impl IntoJson for $number {
                fn into_json_value(self) -> Result<Value, String> {
                    <$wide>::from(self).into_json()
                }
            }
        )+
    };
}

as_number!(bool => bool, f64 => f64, f32 => f64, i64 => i64, i32 => i64, i16 => i64, i8 => i64, u32 => i64, u16 => i64, u8 => i64);

impl IntoJson for EpochDays {
    fn into_json_value(self) -> Result<Value, String> {
        self.into_json()
    }
}

impl IntoJson for &str {
    fn into_json_value(self) -> Result<Value, String> {
        Ok(Value::from(self))
    }
}

impl<M> IntoJson for Id<M> {
    fn into_json_value(self) -> Result<Value, String> {
        self.into_json()
    }
}

impl<M> IntoJson for &Id<M> {
    fn into_json_value(self) -> Result<Value, String> {
        self.clone().into_json()
    }
}

impl<T: IntoJson> IntoJson for Vec<T> {
    fn into_json_value(self) -> Result<Value, String> {
        self.into_iter().map(T::into_json_value).collect::<Result<_, _>>().map(Value::Array)
    }
}

impl<T: IntoJson, const N: usize> IntoJson for [T; N] {
    fn into_json_value(self) -> Result<Value, String> {
        self.into_iter().map(T::into_json_value).collect::<Result<_, _>>().map(Value::Array)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_become_what_planhat_takes() {
        assert_eq!("Gold".into_json_value(), Ok(json!("Gold")));
        assert_eq!(40.into_json_value(), Ok(json!(40)));
        assert_eq!(2.5.into_json_value(), Ok(json!(2.5)));
        assert_eq!(["a", "b"].into_json_value(), Ok(json!(["a", "b"])));
        assert_eq!(EpochDays::new(18_395).into_json_value(), Ok(json!(18_395)));
        assert_eq!(json!({"a": null}).into_json_value(), Ok(json!({"a": null})));
    }

    #[test]
    fn a_number_that_is_not_finite_is_an_error_and_no_null() {
        assert!(f64::NAN.into_json_value().unwrap_err().contains("NaN"));
        assert!(vec![1.0, f64::INFINITY].into_json_value().is_err());
    }
}
