//! Paths of what stands in the schema.

use std::{convert::Infallible, fmt, str::FromStr};

/// The path of something in the schema, such as `Company/fields/phase`. People write paths too, so they are short.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SchemaPath(Vec<String>);

/// What belongs to no model begins with one of these.
const SHARED: [&str; 5] = ["api", "entities", "hosts", "limits", "shapes"];

/// Names behind these may hold slashes.
const OPEN: [&str; 2] = ["not_offered", "values"];

impl SchemaPath {
    fn new<const N: usize>(steps: [&str; N]) -> Self {
        Self(steps.map(str::to_owned).into())
    }

    fn with(&self, kind: &str, name: &str) -> Self {
        Self([self.0.as_slice(), &[kind.to_owned(), name.to_owned()]].concat())
    }

    pub fn api() -> Self {
        Self::new(["api"])
    }

    pub fn host(name: &str) -> Self {
        Self::new(["hosts", name])
    }

    pub fn limit(name: &str) -> Self {
        Self::new(["limits", name])
    }

    pub fn entity(name: &str) -> Self {
        Self::new(["entities", name])
    }

    pub fn model(name: &str) -> Self {
        Self::new([name])
    }

    /// A shape of a model, or one that several models share.
    pub fn shape(model: Option<&str>, name: &str) -> Self {
        model.map_or_else(|| Self::new(["shapes", name]), |model| Self::new([model, "shapes", name]))
    }

    pub fn field(&self, wire: &str) -> Self {
        self.with("fields", wire)
    }

    pub fn value(&self, wire: &str) -> Self {
        self.with("values", wire)
    }

    pub fn operation(&self, name: &str) -> Self {
        self.with("operations", name)
    }

    pub fn filter(&self, wire: &str) -> Self {
        self.with("filters", wire)
    }

    pub fn body(&self, name: &str) -> Self {
        self.with("bodies", name)
    }

    /// Something that the API has and the SDK leaves out.
    pub fn not_offered(&self, operation: &str) -> Self {
        self.with("not_offered", operation)
    }

    /// All things of a kind, such as `fields` or `values`.
    pub fn all(&self, kind: &str) -> Self {
        Self([self.0.as_slice(), &[kind.to_owned()]].concat())
    }

    /// What it is in: of a thing, all things of its kind.
    pub fn parent(&self) -> Option<Self> {
        let (_, parent) = self.0.split_last().filter(|(_, parent)| !parent.is_empty())?;
        Some(Self(parent.to_owned()))
    }

    /// Whether something is this or in it.
    pub fn contains(&self, other: &Self) -> bool {
        other.0.starts_with(&self.0)
    }

    /// The model; `None` for what belongs to no model.
    pub fn owner(&self) -> Option<&str> {
        self.0.first().map(String::as_str).filter(|first| !SHARED.contains(first))
    }

    /// The names and the kinds before them.
    pub fn steps(&self) -> Vec<&str> {
        self.0.iter().map(String::as_str).collect()
    }
}

impl fmt::Display for SchemaPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("/"))
    }
}

impl FromStr for SchemaPath {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        let (mut steps, mut rest) = (Vec::new(), text);
        while let Some((step, behind)) = rest.split_once('/') {
            steps.push(step.to_owned());
            rest = behind;
            if OPEN.contains(&step) {
                break;
            }
        }
        steps.push(rest.to_owned());
        Ok(Self(steps))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_read_as_it_is_written() {
        let model = SchemaPath::model("Company");
        for (path, text) in [
            (SchemaPath::api(), "api"),
            (model.field("phase").value("on/off"), "Company/fields/phase/values/on/off"),
            (model.not_offered("PUT /a/b"), "Company/not_offered/PUT /a/b"),
            (model.operation("list").filter("status"), "Company/operations/list/filters/status"),
            (SchemaPath::shape(None, "Price").all("fields"), "shapes/Price/fields"),
        ] {
            assert_eq!(path.to_string(), text);
            assert_eq!(text.parse(), Ok(path));
        }
        assert!(model.contains(&model.field("phase")) && !model.contains(&SchemaPath::model("Company 2")));
        assert_eq!(model.field("phase").parent(), Some(model.all("fields")));
        assert_eq!((model.owner(), SchemaPath::host("api").owner()), (Some("Company"), None));
    }
}
