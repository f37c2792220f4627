//! Planhat's HTTP API as its documentation has it, written down by hand. Nothing here is read from the
//! schema or from what is generated of it, so that a mistake of the schema cannot hide itself.

use serde_json::Value;

pub use crate::crud::MODELS;

/// What goes before a key to make an id of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    Own,
    External,
    Source,
}

impl Form {
    pub const ALL: [Self; 3] = [Self::Own, Self::External, Self::Source];
}

pub const ANY: &[Form] = &[Form::Own, Form::External, Form::Source];
pub const OWN_OR_EXTERNAL: &[Form] = &[Form::Own, Form::External];
pub const OWN_OR_SOURCE: &[Form] = &[Form::Own, Form::Source];
pub const OWN: &[Form] = &[Form::Own];

/// What a collection can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    Create,
    Get,
    Update,
    Delete,
    List,
    Bulk,
}

pub const ALL: &[Verb] = &[Verb::Create, Verb::Get, Verb::Update, Verb::Delete, Verb::List, Verb::Bulk];

impl Verb {
    /// Method of the SDK, HTTP verb, and what comes behind the collection's path.
    pub fn facts(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Create => ("create", "POST", ""),
            Self::Get => ("get", "GET", "/{id}"),
            Self::Update => ("update", "PUT", "/{id}"),
            Self::Delete => ("delete", "DELETE", "/{id}"),
            Self::List => ("list", "GET", ""),
            Self::Bulk => ("bulk_upsert", "PUT", ""),
        }
    }
}

/// A filter of a list: parameter, value, a record that it shows and one that it hides.
pub type Filter = (&'static str, &'static str, &'static str, &'static str);

/// A collection.
pub struct Model {
    /// As Planhat writes it.
    pub name: &'static str,
    /// As the SDK calls it.
    pub handle: &'static str,
    pub path: &'static str,
    pub verbs: &'static [Verb],
    pub get: &'static [Form],
    pub update: &'static [Form],
    /// The properties that hold the keys, where there are such.
    pub external: Option<&'static str>,
    pub source: Option<&'static str>,
    /// In matching order.
    pub keys: &'static [&'static str],
    /// Page size, default and maximum.
    pub page: (usize, usize),
    pub filters: &'static [Filter],
    /// Sent with every list, because the collection holds other records too.
    pub fixed: Option<(&'static str, &'static str)>,
    /// The least body that creates a record, and what of it may not be missing.
    pub create: &'static str,
    pub required: &'static [&'static str],
    pub bulk_required: &'static [&'static str],
    /// A change to a record.
    pub change: &'static str,
}

/// What nearly all collections have in common.
pub const USUAL: Model = Model {
    name: "",
    handle: "",
    path: "",
    verbs: ALL,
    get: ANY,
    update: ANY,
    external: Some("externalId"),
    source: Some("sourceId"),
    keys: &["_id", "sourceId", "externalId"],
    page: (100, 2000),
    filters: &[COMPANIES],
    fixed: None,
    create: r#"{"name": "First", "companyId": "c1"}"#,
    required: &["name", "companyId"],
    bulk_required: &["name", "companyId"],
    change: r#"{"name": "Second"}"#,
};

/// A collection without external ids.
pub const BY_SOURCE_ID: Model =
    Model { get: OWN_OR_SOURCE, update: OWN_OR_SOURCE, external: None, keys: &["_id", "sourceId"], ..USUAL };

/// A collection whose records have only Planhat's id.
pub const BY_ID: Model = Model { get: OWN, update: OWN, external: None, source: None, keys: &["_id"], ..USUAL };

pub const COMPANIES: Filter = ("companyId", "c1,c2", r#"{"companyId": "c2"}"#, r#"{"companyId": "c3"}"#);

impl Model {
    pub fn has(&self, verb: Verb) -> bool {
        self.verbs.contains(&verb)
    }

    pub fn forms(&self, verb: Verb) -> &'static [Form] {
        match verb {
            Verb::Get => self.get,
            Verb::Update => self.update,
            Verb::Delete => OWN,
            _ => &[],
        }
    }

    pub fn operation(&self, verb: Verb) -> String {
        format!("{}.{}", self.handle, verb.facts().0)
    }

    /// Whether the collection's records are a model of their own elsewhere in the table.
    pub fn shares_path(&self) -> bool {
        self.name == "Note"
    }
}

pub fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Host {
    Api,
    Analytics,
}

/// How a call says who makes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Auth {
    Bearer,
    /// The tenant token as user name, no password.
    Basic,
    /// The tenant token in the path, no header.
    Path,
}

/// An endpoint outside the collections.
pub struct Special {
    pub operation: &'static str,
    pub host: Host,
    pub verb: &'static str,
    pub path: &'static str,
    pub auth: Auth,
    /// What the SDK sends as query; nothing else may be there.
    pub query: &'static [(&'static str, &'static str)],
    pub body: Option<&'static str>,
}

pub const SPECIALS: &[Special] = &[
    Special {
        operation: "companies.lean_list",
        host: Host::Api,
        verb: "GET",
        path: "/leancompanies",
        auth: Auth::Bearer,
        query: &[("externalId", "e1,e2"), ("sourceId", "s1,s2"), ("status", "customer,prospect")],
        body: None,
    },
    Special {
        operation: "time_entries.duplicate",
        host: Host::Api,
        verb: "POST",
        path: "/timeentries/duplicate",
        auth: Auth::Bearer,
        query: &[],
        body: Some(r#"{"ids": ["t1", "t2"]}"#),
    },
    Special {
        operation: "metrics.list",
        host: Host::Api,
        verb: "GET",
        path: "/dimensiondata",
        auth: Auth::Bearer,
        query: &[
            ("cId", "c1"),
            ("dimid", "logins"),
            ("from", "20000"),
            ("to", "20010"),
            ("limit", "2000"),
            ("offset", "0"),
        ],
        body: None,
    },
    Special {
        operation: "metrics.insert",
        host: Host::Analytics,
        verb: "POST",
        path: "/dimensiondata/{tenant}",
        auth: Auth::Path,
        query: &[],
        body: Some(
            r#"[{"dimensionId": "logins", "value": 1, "externalId": "e1"},
                {"dimensionId": "logins", "value": 2.5, "externalId": "e2", "model": "EndUser"}]"#,
        ),
    },
    Special {
        operation: "activities.track",
        host: Host::Analytics,
        verb: "POST",
        path: "/analytics/{tenant}",
        auth: Auth::Path,
        query: &[],
        body: Some(r#"{"email": "a@example.com", "action": "Login", "companyExternalId": "e1"}"#),
    },
    Special {
        operation: "activities.track_bulk",
        host: Host::Analytics,
        verb: "POST",
        path: "/analytics/bulk/{tenant}",
        auth: Auth::Path,
        query: &[],
        body: Some(
            r#"[{"email": "a@example.com", "action": "Login"}, {"id": "u2", "cId": "e1", "action": "Logout", "count": 3}]"#,
        ),
    },
    Special {
        operation: "activities.segment",
        host: Host::Analytics,
        verb: "POST",
        path: "/dock/segment",
        auth: Auth::Basic,
        query: &[],
        body: Some(r#"{"type": "track", "user_id": "u1", "event": "Login"}"#),
    },
];
