//! Operations: what they are called, where they go, and what they take.

use super::{
    change::{Change, Direction},
    filters,
    pair::{Paired, pairs, same_thing},
    rules,
    types::Side,
    words::{either, list, needs},
};
use crate::{
    ir::{Api, IdForms, Ingest, Item, Kind, List, Model, Needs, Operation, Paging, SchemaPath},
    schema::read::Keyword as _,
};

/// The operations of the two models.
#[derive(Debug, Clone, Copy)]
struct Models<'a> {
    was: (&'a Model, Side<'a>),
    is: (&'a Model, Side<'a>),
}

pub fn compare<'a>(was: (&'a Model, Side<'a>), is: (&'a Model, Side<'a>)) -> Vec<Change> {
    let models = Models { was, is };
    let found = pairs(
        &was.0.operations,
        &is.0.operations,
        |operation| &operation.name,
        |(at, old), (place, new)| {
            let docs = (old.doc.as_deref().unwrap_or_default(), new.doc.as_deref().unwrap_or("-"));
            old.kind.which() == new.kind.which()
                && (old.path == new.path || same_thing((at, place), (&old.name, &new.name), docs))
        },
    );
    let thing = |model: &Model, operation: &'a Operation| Paired {
        item: SchemaPath::model(&model.name).operation(&operation.name),
        subject: subject(model, operation),
        name: &operation.name,
        direction: direction(&operation.kind),
        fact: Some(route(operation)),
    };
    let told = (&rules::OPERATION_REMOVED, Some(&rules::OPERATION_RENAMED), &rules::OPERATION_ADDED);
    let mut changes = found.changes(told, |operation| thing(was.0, operation), |operation| thing(is.0, operation));
    for (old, new) in found.both() {
        changes.extend(one(models, old, new));
    }
    changes
}

fn subject(model: &Model, operation: &Operation) -> String {
    format!("`{}` of {}", operation.name, model.name)
}

fn route(operation: &Operation) -> String {
    format!("{} {}", operation.kind.method(), operation.path)
}

fn direction(kind: &Kind) -> Direction {
    match kind {
        Kind::Get(_) | Kind::List(_) => Direction::Read,
        _ => Direction::Write,
    }
}

fn one(models: Models<'_>, was: &Operation, is: &Operation) -> Vec<Change> {
    let item = SchemaPath::model(&models.is.0.name).operation(&is.name);
    let (way, subject) = (direction(&is.kind), subject(models.is.0, is));
    let whole = |(_, side): (&Model, Side<'_>), operation: &Operation| {
        format!("{} on {}", route(operation), side.api[operation.host].name)
    };
    let say = |what: &str| format!("{subject} {what}");
    let mut changes: Vec<Change> = [
        either(
            &rules::OPERATION_ROUTE,
            &item,
            way,
            say("is called in another way"),
            Some(whole(models.was, was)),
            Some(whole(models.is, is)),
        ),
        either(
            &rules::OPERATION_DOC,
            &item,
            way,
            say("is described in other words"),
            was.doc.as_ref(),
            is.doc.as_ref(),
        ),
        either(
            &rules::OPERATION_EVIDENCE,
            &item,
            way,
            format!("how sure we are of {subject} is another"),
            Some(was.evidence.keyword()),
            Some(is.evidence.keyword()),
        ),
        // Where the kind is another, so is what is usual.
        (was.kind.which() == is.kind.which())
            .then(|| {
                let (was, is) = (was.response.keyword(), is.response.keyword());
                either(&rules::OPERATION_RESPONSE, &item, way, say("has another response"), Some(was), Some(is))
            })
            .flatten(),
    ]
    .into_iter()
    .flatten()
    .collect();
    let before = SchemaPath::model(&models.was.0.name).operation(&was.name);
    changes.extend(kinds(models, (&was.kind, &is.kind), (&before, &item), way, &subject));
    changes
}

fn kinds(
    models: Models<'_>,
    kinds: (&Kind, &Kind),
    items: (&SchemaPath, &SchemaPath),
    way: Direction,
    subject: &str,
) -> Vec<Change> {
    let item = items.1;
    let say = |what: &str| format!("{subject} {what}");
    let (before, after) = (models.was.1.api, models.is.1.api);
    let needed = |was: &Needs, is: &Needs| {
        either(&rules::NEEDED, item, way, say("needs other fields"), needs(before, was), needs(after, is))
    };
    match kinds {
        (Kind::Create(was), Kind::Create(is)) => {
            // A change of what is required is one of the field.
            let choices = |needs: &Needs| Needs { required: Vec::new(), any_of: needs.any_of.clone() };
            needed(&choices(was), &choices(is)).into_iter().collect()
        }
        (Kind::Get(was), Kind::Get(is))
        | (Kind::Update(was), Kind::Update(is))
        | (Kind::Delete(was), Kind::Delete(is)) => ids(*was, *is, item, way, subject).into_iter().collect(),
        (Kind::List(was), Kind::List(is)) => {
            let mut changes = lists(models, (was, is), item, subject);
            changes.extend(filters::compare((&was.filters, models.was.1), (&is.filters, models.is.1), items, subject));
            changes
        }
        (Kind::BulkUpsert(was), Kind::BulkUpsert(is)) => {
            let keys = (list(before.wires(&was.keys)), list(after.wires(&is.keys)));
            let keys = either(&rules::BULK_KEYS, item, way, say("matches records by other keys"), keys.0, keys.1);
            keys.into_iter().chain(needed(&was.needs, &is.needs)).collect()
        }
        (Kind::Copy { ids: was }, Kind::Copy { ids: is }) => {
            either(&rules::INGEST, item, way, say("sends ids under another name"), Some(was), Some(is))
                .into_iter()
                .collect()
        }
        (Kind::Ingest(was), Kind::Ingest(is)) => {
            let told = |api: &Api, Ingest { tenant, body, batch }: &Ingest| {
                format!("{} `{}`, the tenant token by {}", batch.keyword(), api[*body].name, tenant.keyword())
            };
            let (was, is) = (told(before, was), told(after, is));
            either(&rules::INGEST, item, way, say("sends something else"), Some(was), Some(is)).into_iter().collect()
        }
        _ => vec![Change::new(&rules::OPERATION_KIND, item, way, say("is another kind of operation"))],
    }
}

fn ids(was: IdForms, is: IdForms, item: &SchemaPath, way: Direction, subject: &str) -> Option<Change> {
    let forms = |ids: IdForms| {
        let mut forms = vec!["id"];
        forms.extend(ids.external.then_some("external"));
        forms.extend(ids.source.then_some("source"));
        forms.join(", ")
    };
    let narrower = was.external && !is.external || was.source && !is.source;
    let (rule, what) = if narrower {
        (&rules::IDS_NARROWER, "takes fewer forms of ids")
    } else {
        (&rules::IDS_WIDER, "takes more forms of ids")
    };
    either(rule, item, way, format!("{subject} {what}"), Some(forms(was)), Some(forms(is)))
}

fn pages(Paging { default, max, seen }: Paging) -> String {
    if seen > max {
        format!("{default}, at most {max}, where others ask for {seen}")
    } else {
        format!("{default}, at most {max}")
    }
}

fn lists(models: Models<'_>, (was, is): (&List, &List), item: &SchemaPath, subject: &str) -> Vec<Change> {
    let way = Direction::Read;
    let say = |what: &str| format!("{subject} {what}");
    let pages = |list: &List| list.paging.map(pages);
    let sorts = |list: &List| if list.sorts { "sort and select" } else { "neither" };
    let answers = |(_, side): (&Model, Side<'_>), list: &List| match list.item {
        Item::Record => "the record".to_owned(),
        Item::Shape(shape) => side.api[shape].name.clone(),
    };
    let (before, after) = (answers(models.was, was), answers(models.is, is));
    [
        either(&rules::PAGES, item, way, say("has other pages"), pages(was), pages(is)),
        either(&rules::SORTING, item, way, say("takes other parameters"), Some(sorts(was)), Some(sorts(is))),
        either(&rules::LIST_ITEM, item, way, say("answers with something else"), Some(before), Some(after)),
        either(
            &rules::LIMIT_ALIASES,
            item,
            way,
            say("knows `limit` by other names"),
            list(&was.limit_aliases),
            list(&is.limit_aliases),
        ),
    ]
    .into_iter()
    .flatten()
    .collect()
}
