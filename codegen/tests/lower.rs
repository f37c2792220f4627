//! What becomes of a schema without errors.

#![cfg(test)]

use planhat_codegen::{
    ir::{Api, EntityId, EnumId, Evidence, FieldId, Id as _, Item, Kind, ModelId, Needs, ShapeId, Target, Type},
    source::Source,
};

const ROOT: &str = r#"
name: Planhat
doc: An API.
hosts:
- {name: api, url: "https://api.test/", doc: The main one., auth: bearer}
- {name: analytics, url: "https://analytics.test", doc: For events., auth: tenant}
limits: {bulk_items: 10, body_bytes: 1000}
entities: [{name: Role, doc: Some permissions.}]
groups:
- name: audit
  fields:
  - {name: createdAt, type: timestamp, computed: true, derive: created_at, doc: When it was written.}
  - {name: updatedAt, type: timestamp, computed: true, evidence: example, doc: When it was last written.}
shapes: [{name: Price, doc: An amount., fields: [{name: type, type: "enum(net, gross)", required: true, doc: Which.}]}]
"#;

const HOSTILE: &str = r#"
name: Time Entry
record: NPS
handle: time_entries
path: /timeentries
doc: A name that does its worst.
ids: {external: 2fa}
operations:
  bulk_upsert: {keys: [_id, 2fa], required: [type]}
  list:
    filters:
    - {name: status, type: "list<enum(open, done)>", doc: Only these.}
    - {name: archived, type: "enum(only, excluded)", test: flag, field: build, doc: Whether.}
  get: {ids: [id, external]}
  create: {any_of: [self, type]}
endpoints:
- {name: lean_list, doc: Lists less., evidence: peer, list: {path: /lean, returns: Lean Entry}}
- name: track
  doc: Sends one.
  ingest: {host: analytics, path: "/track/{tenant}", tenant: path, body: Event, batch: either}
fields:
- {name: _id, type: id<Time Entry>, computed: true, doc: The id.}
- {name: type, type: string, required: true, doc: The type.}
- {name: self, type: link<Role>, doc: Itself.}
- {name: build, type: boolean, doc: The build.}
- {name: 2fa, type: external_id, doc: A digit.}
- {name: status, type: "enum(open, done, Unknown)", doc: The status.}
- {name: state, type: "enum(open, done)", doc: The state.}
- {name: value, type: "one_of<Price, list<Lean Entry>>", default: 010, doc: The value.}
- {include: audit, evidence: peer}
bodies: [{name: Event, doc: What happened., fields: [value, type], required: [type]}]
shapes: [{name: Lean Entry, doc: A little., fields: [{name: new, type: id, doc: The id.}]}]
"#;

fn api() -> Api {
    api_with(&[])
}

fn api_with(more: &[Source]) -> Api {
    let own = [Source::new("schema/models/time_entry.yaml", HOSTILE), Source::new("schema/planhat.yaml", ROOT)];
    let sources = [&own, more].concat();
    planhat_codegen::parse(sources).unwrap_or_else(|diagnostics| panic!("{diagnostics}"))
}

#[test]
fn names_are_final() {
    let api = api();
    let model = &api.models[0];
    let names = &model.names;
    assert_eq!(
        [&names.module, &names.record, &names.new, &names.patch, &names.handle, &names.api, &names.noun],
        ["time_entry", "Nps", "NewNps", "NpsPatch", "time_entries", "TimeEntriesApi", "NPS"]
    );
    let idents: Vec<&str> = api[model.fields].iter().map(|field| field.ident.as_str()).collect();
    let expected =
        ["id", "r#type", "self_", "build_value", "n2fa", "status", "state", "value", "created_at", "updated_at"];
    assert_eq!(idents, expected);
    assert_eq!(api[api[model.shapes][0].fields][0].ident, "new_value");
    assert_eq!(api[api.shapes[0].enums][0].rust, "PriceType");
    assert_eq!(api.hosts[0].url, "https://api.test");
}

const RENAMED: &str = r#"
name: Visit
handle: visits
path: /visits
doc: Two requests name the same thing differently.
endpoints:
- {name: track, doc: Sends one., ingest: {host: analytics, path: "/one/{tenant}", tenant: path, body: Event, batch: one}}
- {name: track_bulk, doc: Sends many., ingest: {host: analytics, path: "/many/{tenant}", tenant: path, body: Bulk Event, batch: many}}
fields:
- {name: externalId, type: external_id, write_only: true, doc: The key.}
- {name: id, rust: externalId, type: external_id, write_only: true, doc: The key in bulk.}
bodies:
- {name: Event, doc: One., fields: [externalId]}
- {name: Bulk Event, doc: One of many., fields: [id]}
"#;

#[test]
fn fields_of_different_bodies_may_have_one_name_in_rust() {
    let api = api_with(&[Source::new("schema/models/visit.yaml", RENAMED)]);
    let fields = api[api.models[1].fields].iter().map(|field| (field.wire.as_str(), field.ident.as_str()));
    assert!(fields.eq([("externalId", "external_id"), ("id", "external_id")]));
}

#[test]
fn references_are_ids() {
    let api = api();
    let model = &api.models[0];
    let fields = &api[model.fields];
    assert_eq!(fields[0].ty, Type::Id(Target::Model(ModelId::new(0))));
    assert!(fields[0].is_own_id);
    assert_eq!(fields[2].ty, Type::Link(Target::Entity(EntityId::new(0))));
    let [price, entry] = [0, 1].map(ShapeId::new);
    assert_eq!(fields[7].ty, Type::OneOf(Type::Shape(price).into(), Type::List(Type::Shape(entry).into()).into()));
    assert_eq!((api[price].owner, api[entry].owner), (None, Some(model.id)));
    assert_eq!(fields[7].default.as_deref(), Some("010"));
    assert_eq!(api[model.bodies][0].fields, [fields[7].id, fields[1].id]);
    assert_eq!(api[model.bodies][0].needs.required, [fields[1].id]);
    assert_eq!(model.external, Some(fields[4].id));
}

#[test]
fn enums_are_shared_where_the_values_are_the_same() {
    let api = api();
    let model = &api.models[0];
    let enums: Vec<(&str, &str)> =
        api[model.enums].iter().map(|found| (found.rust.as_str(), found.field.as_str())).collect();
    assert_eq!(enums, [("Status", "status"), ("State", "state"), ("Archived", "archived")]);
    assert_eq!(api[model.enums][0].variants[2].rust, "UnknownValue");
    let Kind::List(list) = &model.operations[2].kind else { panic!("a list") };
    assert_eq!(list.filters[0].ty, Type::List(Type::Enum(EnumId::new(1)).into()));
    assert_eq!(list.filters[1].ty, Type::Enum(EnumId::new(2)));
    assert_eq!(list.filters[1].field.map(|field| &*api[field].wire), Some("build"));
}

#[test]
fn groups_are_expanded() {
    let api = api();
    let evidence: Vec<Evidence> = api[api.models[0].fields][8..].iter().map(|field| field.evidence).collect();
    assert_eq!(evidence, [Evidence::Peer, Evidence::Example]);
}

#[test]
fn operations_are_in_order() {
    let api = api();
    let model = &api.models[0];
    let operations: Vec<(&str, &str, usize)> =
        model.operations.iter().map(|found| (found.name.as_str(), found.path.as_str(), found.host.index())).collect();
    assert_eq!(
        operations,
        [
            ("create", "/timeentries", 0),
            ("get", "/timeentries/{id}", 0),
            ("list", "/timeentries", 0),
            ("bulk_upsert", "/timeentries", 0),
            ("lean_list", "/lean", 0),
            ("track", "/track/{tenant}", 1),
        ]
    );
    let [one, two] = [1, 2].map(FieldId::new);
    assert_eq!(model.operations[0].kind, Kind::Create(Needs { required: vec![one], any_of: vec![two, one] }));
    assert!(matches!(&model.operations[4].kind, Kind::List(list) if list.item == Item::Shape(ShapeId::new(1))));
    assert_eq!(model.operations[4].evidence, Evidence::Peer);
    assert!(model.has_record);
}
