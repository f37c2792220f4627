//! Lists: the request, and the pages and records of the response.

mod cursor;
mod end;
mod item;
mod query;
mod sort;
mod stream;
mod task;

use std::{borrow::Cow, fmt, marker::PhantomData};

use serde_json::Value;

use self::{cursor::Plan, query::Query};
pub use self::{
    item::{ListItem, Page},
    sort::{Sort, Sortable},
    stream::{Items, Pages},
};
use crate::{
    client::Planhat,
    error::{Error, shortened},
    macros::call_settings::call_settings,
    operation::Operation,
    transport::Request,
    value::wire::Wire,
};

/// The maximum length of a URL in bytes, unless there is no way to shorten it.
const LONGEST_URL: usize = 2_000;
/// The length of the pagination parameters in a URL.
const PAGINATION: usize = "&limit=4294967295&offset=9999999999".len();

/// A list that is not requested yet: set filters and options, then take [`items`](List::items), [`pages`](List::pages)
/// or [`collect`](List::collect). Pagination is automatic.
///
/// Pages are requested by tokio tasks, which end when the stream is dropped. Nothing is requested before the stream is
/// polled for the first time.
///
/// # Examples
///
/// ```no_run
/// # async fn example(planhat: planhat_sdk::Planhat) -> Result<(), planhat_sdk::Error> {
/// use planhat_sdk::company;
///
/// let list = planhat.companies().list().sort(company::Field::Name.asc()).prefetch(3);
/// let mut companies = list.items();
/// while let Some(company) = companies.try_next().await? {
///     println!("{:?}", company.name);
/// }
/// # Ok(())
/// # }
/// ```
///
/// # Long filters
///
/// A filter whose values would make the URL longer than 2,000 characters is sent in several parts. They are
/// read one after the other as if they were one list. A record that is in two of them is returned once, for which the
/// id of each record is remembered. A [`sort`](List::sort) applies within each part only, and
/// [`offset`](List::offset) cannot be used.
///
/// # The end of a list
///
/// A server may send fewer records than requested. So a short page ends the list only if its length cannot be a cap of
/// the server. If it can, one more request is made: when the length is a multiple of 50, or a power of two from 128 on,
/// or Planhat's default or maximum for this list, or that of an earlier short page. A page shorter than an earlier one
/// ends the list, and so does an empty one. A cap that two consecutive pages show is remembered for the operation by
/// all clones of the client, and no more is requested after that. If several pages are [prefetched](List::prefetch),
/// records on the second page also show that a short first page is not the last.
///
/// One case remains: if the server cuts the first page at any other length, such as 137 of 2,000, the list ends there
/// unless [`prove_end`](List::prove_end) is set.
///
/// If the server sends a page again, for example because it ignores `offset`, the list ends with an error. To notice
/// this, 8 bytes per page are remembered. Only if the page was longer than requested, and its length cannot be a cap,
/// it is taken for the whole list.
#[must_use = "a list does nothing until its items are taken"]
pub struct List<T> {
    client: Planhat,
    /// The request without its query.
    request: Request,
    query: Query,
    page_size: Option<u32>,
    offset: u64,
    take: Option<u64>,
    max_pages: Option<u64>,
    prefetch: usize,
    prove_end: bool,
    problem: Option<Box<str>>,
    of: PhantomData<fn() -> T>,
}

impl<T: ListItem> List<T> {
    pub(crate) fn new(client: &Planhat, operation: &'static Operation) -> Self {
        let mut request = Request::new(operation);
        let mut query = Query::default();
        for (name, value) in std::mem::take(&mut request.query) {
            query.set(name, value);
        }
        Self {
            client: client.clone(),
            request,
            query,
            page_size: None,
            offset: 0,
            take: None,
            max_pages: None,
            prefetch: 1,
            prove_end: false,
            problem: None,
            of: PhantomData,
        }
    }

    /// Sets the number of records per page, the `limit` of a request. Defaults to the maximum that Planhat allows.
    #[doc(alias = "limit")]
    pub fn page_size(mut self, records: u32) -> Self {
        self.page_size = Some(records);
        self
    }

    /// Skips this number of records at the start. Cannot be used with a filter that is sent in several parts.
    pub fn offset(mut self, records: u64) -> Self {
        self.offset = records;
        self
    }

    /// Ends the list after this number of records.
    pub fn take(mut self, records: u64) -> Self {
        self.take = Some(records);
        self
    }

    /// Ends the list after this number of pages.
    pub fn max_pages(mut self, pages: u64) -> Self {
        self.max_pages = Some(pages);
        self
    }

    /// Sets the number of pages to prefetch: they are requested while an earlier page is read. Defaults to 1.
    ///
    /// With 0, a page is requested when it is needed. With 1, the next page is requested while one is read, and no
    /// request is wasted. With more, the pages of a long list are requested concurrently, as the rate limit allows, and
    /// returned in order; up to `pages - 1` requests past the end may be wasted. The prefetched pages are held in
    /// memory.
    pub fn prefetch(mut self, pages: usize) -> Self {
        self.prefetch = pages;
        self
    }

    /// Ends the list only with an empty page, which takes one more request unless the last page is empty anyway.
    ///
    /// Without it, the list ends with a short page whose length is not a likely cap of a server, such as 137 of 2,000
    /// (see [the end of a list](List#the-end-of-a-list)). Use it if no record may be missed on a server whose pages are
    /// cut at odd lengths, for example by a proxy or by their size in bytes.
    pub fn prove_end(mut self) -> Self {
        self.prove_end = true;
        self
    }

    /// Sets a query parameter that this version of the SDK does not know.
    pub fn query_param(mut self, name: impl Into<Cow<'static, str>>, value: impl fmt::Display) -> Self {
        let name = name.into();
        match &*name {
            "limit" => self.reject("limit", "it is set by `page_size`"),
            "offset" => self.reject("offset", "it is set by `offset`"),
            _ => self.query.set(name, value.to_string()),
        }
        self
    }

    /// Returns a stream of the records. Pages are requested as they are needed.
    pub fn items(self) -> Items<T> {
        Items::new(self.into_plan())
    }

    /// Returns a stream of the pages.
    pub fn pages(self) -> Pages<T> {
        Pages::new(self.into_plan())
    }

    /// Requests all pages and returns all records, which are then in memory together.
    ///
    /// # Errors
    ///
    /// If a call fails or a record cannot be read. Use [`items`](List::items) to continue after a bad record.
    #[doc(alias = "all")]
    #[doc(alias = "get_list")]
    pub async fn collect(self) -> Result<Vec<T>, Error> {
        let mut items = self.items();
        let mut all = Vec::new();
        while let Some(item) = items.try_next().await? {
            all.push(item);
        }
        Ok(all)
    }

    pub(crate) fn filter(mut self, name: &'static str, value: impl Wire) -> Self {
        match value.into_json() {
            // Sent as an empty text, it could mean none or all.
            Ok(Value::Array(values)) if values.is_empty() => self.reject(name, "it is a list without a value"),
            Ok(Value::Array(values)) => {
                let values: Vec<String> = values.iter().map(text_of).collect();
                // The values are sent separated by commas.
                match values.iter().find(|value| value.is_empty() || value.contains(',')) {
                    Some(value) if value.is_empty() => self.reject(name, "one of its values is empty"),
                    Some(value) => self.reject(
                        name,
                        &format!(
                            "the value `{}` has a comma, at which Planhat would cut it into several",
                            shortened(value.clone())
                        ),
                    ),
                    None => self.query.any_of(name, values),
                }
            }
            Ok(value) => self.query.set(name, text_of(&value)),
            Err(problem) => self.reject(name, &problem),
        }
        self
    }

    fn reject(&mut self, name: &str, problem: &str) {
        self.problem.get_or_insert_with(|| format!("`{name}`: {problem}").into());
    }

    fn into_plan(mut self) -> Plan {
        let operation = self.request.operation;
        // Without a fixed order, records that change between two pages could be sent twice or not at all.
        if operation.sorts && !self.query.has("sort") {
            self.query.set("sort", "_id".to_owned());
        }
        let base = self.client.transport().bases.get(operation.host.index).map_or(0, |base| base.as_str().len());
        let parts = self.query.clone().parts(LONGEST_URL.saturating_sub(base + operation.path.len() + PAGINATION));
        let problem = self.problem(parts.len());
        Plan {
            client: self.client,
            request: self.request,
            parts: parts.into_iter().map(Query::into_pairs).collect(),
            pages: operation.paging.map(|paging| (u64::from(self.page_size.unwrap_or(paging.max)), paging)),
            prove_end: self.prove_end,
            offset: self.offset,
            take: self.take.unwrap_or(u64::MAX),
            max_pages: self.max_pages.unwrap_or(u64::MAX),
            prefetch: self.prefetch,
            problem: problem.map(Error::invalid).map(|error| error.at(operation)),
        }
    }

    /// Returns why the list cannot be requested in this number of parts.
    fn problem(&self, parts: usize) -> Option<String> {
        if let Some(problem) = &self.problem {
            return Some(problem.to_string());
        }
        match (self.page_size, self.request.operation.paging) {
            (Some(0), _) => Some("`page_size` is 0".to_owned()),
            (Some(size), Some(paging)) if size > paging.max => {
                Some(format!("`page_size` is {size}; Planhat allows at most {} here", paging.max))
            }
            (Some(_), None) => Some("this list comes in one piece; it takes no `page_size`".to_owned()),
            (_, None) if self.offset > 0 => Some("this list comes in one piece; it takes no `offset`".to_owned()),
            _ if self.offset > 0 && parts > 1 => Some(format!(
                "`offset`: the filters are too long for one URL, and the {parts} parts into which they are cut have \
                 no common order; filter by fewer values, or skip the first records of the stream"
            )),
            _ => None,
        }
    }
}

impl<T: Sortable> List<T> {
    /// Requests only these fields, and `_id`. The other fields of the records are `None` or empty.
    pub fn select(mut self, fields: impl IntoIterator<Item = T::Field>) -> Self {
        let names: Vec<&str> = fields.into_iter().map(Into::into).collect();
        if names.is_empty() {
            self.reject("select", "it names no field");
        }
        self.query.set("select", names.join(","));
        self
    }

    /// Sets the sort order. Defaults to `_id`. If a filter is sent in several parts, it applies within each.
    pub fn sort(mut self, sort: Sort<T>) -> Self {
        let Sort { property, descending, .. } = sort;
        let order = if descending { format!("-{property}") } else { property.into_owned() };
        self.query.set("sort", order);
        self
    }
}

/// Returns the text of a value in a query, where several values are separated by commas.
fn text_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(values) => values.iter().map(text_of).collect::<Vec<_>>().join(","),
        other => other.to_string(),
    }
}

call_settings!(
    List<T>,
    request.options,
    "Sets how long the list may take as a whole, counted from its first request. Unless set, a list may take any time, and each of its requests as long as the client's [`deadline`](crate::Builder::deadline) allows."
);

impl<T> Clone for List<T> {
    fn clone(&self) -> Self {
        Self {
            client: self.client.clone(),
            request: self.request.clone(),
            query: self.query.clone(),
            page_size: self.page_size,
            offset: self.offset,
            take: self.take,
            max_pages: self.max_pages,
            prefetch: self.prefetch,
            prove_end: self.prove_end,
            problem: self.problem.clone(),
            of: PhantomData,
        }
    }
}

impl<T> fmt::Debug for List<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("List")
            .field("operation", &self.request.operation.name)
            .field("query", &self.query)
            .field("page_size", &self.page_size)
            .field("offset", &self.offset)
            .finish_non_exhaustive()
    }
}
