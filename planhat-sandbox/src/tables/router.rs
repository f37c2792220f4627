//! Finds the route of a request.

use std::sync::LazyLock;

use crate::{
    generated::MODELS,
    tables::{
        catalog::{Table, catalog},
        registry::Route,
    },
};

static ROUTER: LazyLock<Router> = LazyLock::new(Router::new);

/// Returns the router.
pub(crate) fn router() -> &'static Router {
    &ROUTER
}

/// All routes, in the order in which they are matched.
pub(crate) struct Router {
    entries: Vec<Entry>,
}

/// The result of looking for a route.
pub(crate) enum RouteMatch {
    /// A route matches.
    Route(MatchedRoute),
    /// The path has routes for these other methods.
    WrongMethod(Vec<&'static str>),
    /// No route has this path.
    None,
}

/// A route, with the values of its placeholders.
pub(crate) struct MatchedRoute {
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
        // The first match wins: literals before placeholders, models before their submodels.
        entries.sort_by_key(|entry| (entry.placeholders(), entry.table.model.part_of.is_some()));
        Self { entries }
    }

    /// Finds the route for a method and the decoded segments of a path on the hosts that are served.
    pub(crate) fn find(&self, method: &str, path: &[String], serves: impl Fn(&str) -> bool) -> RouteMatch {
        let mut methods: Vec<_> = Vec::new();
        for entry in self.entries.iter().filter(|entry| entry.matches(path) && serves(entry.route.host)) {
            if entry.route.method == method {
                return RouteMatch::Route(entry.matched(path));
            }
            methods.push(entry.route.method);
        }
        methods.sort_unstable();
        methods.dedup();
        if methods.is_empty() { RouteMatch::None } else { RouteMatch::WrongMethod(methods) }
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

    fn matched(&self, path: &[String]) -> MatchedRoute {
        let given = |wanted: Segment| {
            let place = self.segments.iter().position(|segment| *segment == wanted);
            place.and_then(|place| path.get(place).cloned())
        };
        MatchedRoute { table: self.table, route: self.route, id: given(Segment::Id), tenant: given(Segment::Tenant) }
    }
}
