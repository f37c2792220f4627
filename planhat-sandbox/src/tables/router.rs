//! Which route of which model a request is for.

use std::sync::LazyLock;

use crate::{
    generated::MODELS,
    tables::{
        catalog::{Table, catalog},
        registry::Route,
    },
};

static ROUTER: LazyLock<Router> = LazyLock::new(Router::new);

/// Every route.
pub(crate) fn router() -> &'static Router {
    &ROUTER
}

/// A routing table.
pub(crate) struct Router {
    entries: Vec<Entry>,
}

/// What a request's method and path lead to.
pub(crate) enum Found {
    /// A route.
    Route(Target),
    /// A path that other methods, namely these, have a route for.
    WrongMethod(Vec<&'static str>),
    /// Nothing.
    Nothing,
}

/// A route, with what its placeholders stand for.
pub(crate) struct Target {
    pub(crate) table: &'static Table,
    pub(crate) route: &'static Route,
    pub(crate) id: Option<String>,
    pub(crate) tenant: Option<String>,
}

struct Entry {
    table: &'static Table,
    route: &'static Route,
    segments: Vec<Segment>,
}

#[derive(PartialEq)]
enum Segment {
    Literal(&'static str),
    Id,
    Tenant,
}

impl Router {
    fn new() -> Self {
        let tables = MODELS.iter().filter_map(|model| catalog().table(model.name));
        let mut entries: Vec<Entry> =
            tables.flat_map(|table| table.model.routes.iter().map(move |route| Entry::new(table, route))).collect();
        // The first match wins: words before placeholders, a whole model before its parts.
        entries.sort_by_key(|entry| (entry.placeholders(), entry.table.model.part_of.is_some()));
        Self { entries }
    }

    /// The route for a method and the decoded segments of a path, on a host that is served.
    pub(crate) fn find(&self, method: &str, path: &[String], serves: impl Fn(&str) -> bool) -> Found {
        let mut methods: Vec<_> = Vec::new();
        for entry in self.entries.iter().filter(|entry| entry.matches(path) && serves(entry.route.host)) {
            if entry.route.method == method {
                return Found::Route(entry.target(path));
            }
            methods.push(entry.route.method);
        }
        methods.sort_unstable();
        methods.dedup();
        if methods.is_empty() { Found::Nothing } else { Found::WrongMethod(methods) }
    }
}

impl Entry {
    fn new(table: &'static Table, route: &'static Route) -> Self {
        let segments = route.path.trim_start_matches('/').split('/').map(|segment| match segment {
            "{id}" => Segment::Id,
            "{tenant}" => Segment::Tenant,
            word => Segment::Literal(word),
        });
        Self { table, route, segments: segments.collect() }
    }

    fn placeholders(&self) -> usize {
        self.segments.iter().filter(|segment| !matches!(segment, Segment::Literal(_))).count()
    }

    fn matches(&self, path: &[String]) -> bool {
        self.segments.len() == path.len()
            && self.segments.iter().zip(path).all(|(segment, given)| match segment {
                Segment::Literal(word) => word == given,
                Segment::Id | Segment::Tenant => !given.is_empty(),
            })
    }

    fn target(&self, path: &[String]) -> Target {
        let given = |wanted: Segment| {
            let place = self.segments.iter().position(|segment| *segment == wanted);
            place.and_then(|place| path.get(place).cloned())
        };
        Target { table: self.table, route: self.route, id: given(Segment::Id), tenant: given(Segment::Tenant) }
    }
}
