//! Lists: what to ask for, and the pages and records that come.

mod cursor;
mod stream;

use std::{borrow::Cow, fmt, marker::PhantomData, time::Duration};

use serde::de::DeserializeOwned;
use serde_json::Value;

use self::cursor::Cursor;
pub use self::stream::{Items, Page, Pages};
use crate::{client::Planhat, error::Error, operation::Operation, transport::Request, value::wire::Wire};

/// What a list holds.
pub trait ListItem: DeserializeOwned + Send + 'static {
    /// Whether a record that came is one of these at all. Some models are records of another model, of
    /// one type, and a server may not tell them apart.
    fn belongs(&self) -> bool {
        true
    }
}

/// What a list can sort and select by.
pub trait Sortable: ListItem {
    /// The names of the fields.
    type Field: Into<&'static str>;
}

/// An order of a list, made by [`Sort::by`] or a field's `asc` and `desc`.
pub struct Sort<T> {
    property: Cow<'static, str>,
    descending: bool,
    of: PhantomData<fn() -> T>,
}

impl<T> Sort<T> {
    pub(crate) const fn new(property: &'static str, descending: bool) -> Self {
        Self { property: Cow::Borrowed(property), descending, of: PhantomData }
    }

    /// By a property that has no name here, such as `custom.Tier`; smallest first.
    pub fn by(property: impl Into<String>) -> Self {
        Self { property: Cow::Owned(property.into()), descending: false, of: PhantomData }
    }

    /// The other way round.
    #[must_use]
    pub fn reversed(mut self) -> Self {
        self.descending = !self.descending;
        self
    }
}

impl<T> fmt::Debug for Sort<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sort({}{})", if self.descending { "-" } else { "" }, self.property)
    }
}

/// A list that is not asked for yet: set what you want, then take [`items`](List::items),
/// [`pages`](List::pages) or [`all`](List::all).
#[must_use = "a list does nothing until its items are taken"]
pub struct List<T> {
    client: Planhat,
    request: Request,
    page_size: Option<u32>,
    offset: u64,
    take: Option<u64>,
    max_pages: Option<u64>,
    problem: Option<Box<str>>,
    of: PhantomData<fn() -> T>,
}

impl<T: ListItem> List<T> {
    pub(crate) fn new(client: &Planhat, operation: &'static Operation) -> Self {
        Self {
            client: client.clone(),
            request: Request::new(operation),
            page_size: None,
            offset: 0,
            take: None,
            max_pages: None,
            problem: None,
            of: PhantomData,
        }
    }

    /// How many records come with one call; the most that Planhat allows unless set.
    #[doc(alias = "limit")]
    pub fn page_size(mut self, records: u32) -> Self {
        self.page_size = Some(records);
        self
    }

    /// Leaves out that many records at the start.
    pub fn offset(mut self, records: u64) -> Self {
        self.offset = records;
        self
    }

    /// Ends after that many records.
    pub fn take(mut self, records: u64) -> Self {
        self.take = Some(records);
        self
    }

    /// Ends after that many pages.
    pub fn max_pages(mut self, pages: u64) -> Self {
        self.max_pages = Some(pages);
        self
    }

    /// Gives each attempt this long instead of what the client says.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.request.timeout = Some(timeout);
        self
    }

    /// Sends a query parameter that this version of the SDK does not know.
    pub fn param(mut self, name: impl Into<Cow<'static, str>>, value: impl fmt::Display) -> Self {
        let name = name.into();
        match &*name {
            "limit" => self.reject("limit", "it is set by `page_size`"),
            "offset" => self.reject("offset", "it is set by `offset`"),
            _ => self.put(name, value.to_string()),
        }
        self
    }

    /// The records, one by one; the pages come as they are needed.
    pub fn items(self) -> Items<T> {
        Items::new(self.into_cursor())
    }

    /// The records, page by page.
    pub fn pages(self) -> Pages<T> {
        Pages::new(self.into_cursor())
    }

    /// All records at once, which takes as much memory as they do.
    ///
    /// # Errors
    ///
    /// At the first call that fails and the first record that cannot be read. Take
    /// [`items`](List::items) to go on after a bad record.
    #[doc(alias = "get_list")]
    pub async fn all(self) -> Result<Vec<T>, Error> {
        let mut items = self.items();
        let mut all = Vec::new();
        while let Some(item) = items.try_next().await? {
            all.push(item);
        }
        Ok(all)
    }

    pub(crate) fn filter(mut self, name: &'static str, value: impl Wire) -> Self {
        match value.into_json() {
            // It would be sent as an empty text, and nobody knows whether that means none or all.
            Ok(Value::Array(values)) if values.is_empty() => self.reject(name, "it is a list without a value"),
            Ok(value) => self.put(Cow::Borrowed(name), text_of(&value)),
            Err(problem) => self.reject(name, &problem),
        }
        self
    }

    fn reject(&mut self, name: &str, problem: &str) {
        self.problem.get_or_insert_with(|| format!("`{name}`: {problem}").into());
    }

    fn put(&mut self, name: Cow<'static, str>, value: String) {
        match self.request.query.iter_mut().find(|(known, _)| *known == name) {
            Some((_, old)) => *old = value,
            None => self.request.query.push((name, value)),
        }
    }

    fn into_cursor(mut self) -> Cursor {
        let operation = self.request.operation;
        // Without a fixed order, records that change between two pages could come twice or not at all.
        if operation.sorts && !self.request.query.iter().any(|(name, _)| name == "sort") {
            self.put(Cow::Borrowed("sort"), "_id".to_owned());
        }
        let limit = operation.paging.map(|paging| self.page_size.unwrap_or(paging.max));
        let problem = self.problem.map(String::from).or_else(|| match (self.page_size, operation.paging) {
            (Some(0), _) => Some("`page_size` is 0".to_owned()),
            (Some(size), Some(paging)) if size > paging.max => {
                Some(format!("`page_size` is {size}; Planhat allows at most {} here", paging.max))
            }
            (Some(_), None) => Some("this list comes in one piece; it takes no `page_size`".to_owned()),
            (_, None) if self.offset > 0 => Some("this list comes in one piece; it takes no `offset`".to_owned()),
            _ => None,
        });
        Cursor {
            client: self.client,
            request: self.request,
            limit,
            offset: self.offset,
            remaining: self.take.unwrap_or(u64::MAX),
            pages_left: self.max_pages.unwrap_or(u64::MAX),
            problem: problem.map(Error::invalid).map(|error| error.at(operation)),
            first_record: None,
            repeats: 0,
        }
    }
}

impl<T: Sortable> List<T> {
    /// Asks for these fields only; `_id` comes anyway. The others are empty in what comes.
    pub fn select(mut self, fields: impl IntoIterator<Item = T::Field>) -> Self {
        let names: Vec<&str> = fields.into_iter().map(Into::into).collect();
        if names.is_empty() {
            self.reject("select", "it names no field");
        }
        self.put(Cow::Borrowed("select"), names.join(","));
        self
    }

    /// The order; by `_id` unless set.
    pub fn sort(mut self, sort: Sort<T>) -> Self {
        let Sort { property, descending, .. } = sort;
        let order = if descending { format!("-{property}") } else { property.into_owned() };
        self.put(Cow::Borrowed("sort"), order);
        self
    }
}

/// A value as it stands in a query; several are separated by commas.
fn text_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(values) => values.iter().map(text_of).collect::<Vec<_>>().join(","),
        other => other.to_string(),
    }
}

impl<T> Clone for List<T> {
    fn clone(&self) -> Self {
        Self {
            client: self.client.clone(),
            request: self.request.clone(),
            page_size: self.page_size,
            offset: self.offset,
            take: self.take,
            max_pages: self.max_pages,
            problem: self.problem.clone(),
            of: PhantomData,
        }
    }
}

impl<T> fmt::Debug for List<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("List")
            .field("operation", &self.request.operation.name)
            .field("query", &self.request.query)
            .field("page_size", &self.page_size)
            .field("offset", &self.offset)
            .finish_non_exhaustive()
    }
}
