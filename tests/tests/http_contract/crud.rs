//! The collections.

use crate::table::{
    BY_ID, BY_SOURCE_ID, COMPANIES, Filter, Form, Model, OWN, OWN_OR_EXTERNAL, OWN_OR_SOURCE, USUAL,
    Verb::{Bulk, Create, Delete, Get, List, Update},
};

const NONE: &[Form] = &[];

/// Invoices and NPS answers call the company `cId`; the parameter is the same.
const COMPANIES_BY_C_ID: Filter = ("companyId", "c1,c2", r#"{"cId": "c2"}"#, r#"{"cId": "c3"}"#);

pub const MODELS: &[Model] = &[
    Model { name: "Asset", handle: "assets", path: "/assets", ..USUAL },
    Model { name: "Campaign", handle: "campaigns", path: "/campaigns", ..USUAL },
    Model {
        name: "Churn",
        handle: "churn",
        path: "/churn",
        get: OWN,
        update: OWN_OR_SOURCE,
        keys: &["_id"],
        filters: &[
            COMPANIES,
            ("downgrades", "only", r#"{"onlyDowngrade": true}"#, r#"{"onlyDowngrade": false}"#),
            ("from", "2026-03-01", r#"{"churnDate": "2026-03-01"}"#, r#"{"churnDate": "2026-02-28"}"#),
            ("to", "2026-03-31", r#"{"churnDate": "2026-03-31"}"#, r#"{"churnDate": "2026-04-01"}"#),
        ],
        create: r#"{"companyId": "c1", "value": 10}"#,
        // `isChurn` stands on a placeholder page only.
        required: &["companyId"],
        bulk_required: &["companyId", "value"],
        change: r#"{"comment": "Second"}"#,
        ..USUAL
    },
    Model {
        name: "Company",
        handle: "companies",
        path: "/companies",
        page: (100, 5000),
        filters: &[
            ("companyId", "c1,c2", r#"{"_id": "c2"}"#, r#"{"_id": "c3"}"#),
            ("status", "customer", r#"{"status": "customer"}"#, r#"{"status": "lost"}"#),
            ("name", "acme", r#"{"name": "acme"}"#, r#"{"name": "other"}"#),
        ],
        create: r#"{"name": "First"}"#,
        required: &["name"],
        bulk_required: &["name"],
        ..USUAL
    },
    Model {
        name: "Conversation",
        handle: "conversations",
        path: "/conversations",
        get: OWN_OR_EXTERNAL,
        keys: &["_id", "externalId"],
        page: (30, 2000),
        filters: &[
            COMPANIES,
            ("type", "call", r#"{"type": "call"}"#, r#"{"type": "chat"}"#),
            ("cId", "c1", r#"{"companyId": "c1"}"#, r#"{"companyId": "c3"}"#),
        ],
        create: r#"{"companyId": "c1"}"#,
        required: &["companyId"],
        bulk_required: &["companyId"],
        change: r#"{"subject": "Second"}"#,
        ..USUAL
    },
    Model {
        name: "Custom Field",
        handle: "custom_fields",
        path: "/customfields",
        verbs: &[Create, Get, Update, Delete, List],
        keys: &[],
        filters: &[("parent", "Company", r#"{"parent": "Company"}"#, r#"{"parent": "Asset"}"#)],
        create: r#"{"name": "First", "type": "rich text", "parent": "Company"}"#,
        // The text on creating asks for these three, although the table calls `isHidden` required too.
        required: &["name", "type", "parent"],
        bulk_required: &[],
        ..BY_ID
    },
    Model {
        name: "Enduser",
        handle: "endusers",
        path: "/endusers",
        keys: &["_id", "sourceId", "externalId", "email"],
        filters: &[
            COMPANIES,
            ("archived", "true", r#"{"archived": true}"#, ""),
            ("email", "a@example.com", r#"{"email": "a@example.com"}"#, r#"{"email": "b@example.com"}"#),
            ("euId", "u1", r#"{"_id": "u1"}"#, r#"{"_id": "u2"}"#),
        ],
        create: r#"{"email": "first@example.com", "companyId": "c1"}"#,
        // The company may follow from the domain of the address; of the three keys, one is enough.
        required: &["email"],
        bulk_required: &["companyId", "email"],
        change: r#"{"position": "Second"}"#,
        ..USUAL
    },
    Model {
        name: "Invoice",
        handle: "invoices",
        path: "/invoices",
        external: Some("extId"),
        keys: &["_id", "sourceId", "extId"],
        filters: &[COMPANIES_BY_C_ID],
        create: r#"{"currency": "EUR", "cId": "c1", "invoiceDate": 20000}"#,
        required: &["currency", "cId"],
        bulk_required: &["cId", "currency", "invoiceDate"],
        change: r#"{"invoiceDate": 20001}"#,
        ..USUAL
    },
    Model {
        name: "Issue",
        handle: "issues",
        path: "/issues",
        filters: &[("companyId", "c1,c2", r#"{"companyIds": ["c9", "c2"]}"#, r#"{"companyIds": ["c3"]}"#)],
        create: r#"{"title": "First"}"#,
        required: &["title"],
        bulk_required: &["title"],
        change: r#"{"title": "Second"}"#,
        ..BY_SOURCE_ID
    },
    Model {
        name: "License",
        handle: "licenses",
        path: "/licenses",
        create: r#"{"_currency": "EUR", "companyId": "c1", "fromDate": "2026-01-01T00:00:00.000Z", "value": 5}"#,
        required: &["_currency", "companyId", "fromDate"],
        bulk_required: &["companyId", "_currency", "value"],
        change: r#"{"value": 6}"#,
        ..USUAL
    },
    Model {
        name: "Note",
        handle: "notes",
        path: "/conversations",
        get: OWN_OR_EXTERNAL,
        update: OWN,
        source: None,
        keys: &["_id"],
        page: (30, 2000),
        fixed: Some(("type", "note")),
        create: r#"{"companyId": "c1", "type": "note"}"#,
        required: &["companyId"],
        bulk_required: &["companyId"],
        change: r#"{"subject": "Second"}"#,
        ..USUAL
    },
    Model {
        name: "NPS",
        handle: "nps",
        path: "/nps",
        page: (100, 10_000),
        filters: &[
            (
                "companyId",
                "c1,c2",
                r#"{"cId": "c2", "dateAnswered": "2999-01-01"}"#,
                r#"{"cId": "c3", "dateAnswered": "2999-01-01"}"#,
            ),
            (
                "npsExpiryDay",
                "100000",
                r#"{"dateAnswered": "2010-01-01T00:00:00.000Z"}"#,
                r#"{"dateAnswered": "1700-01-01T00:00:00.000Z"}"#,
            ),
        ],
        create: r#"{"email": "first@example.com", "score": 9}"#,
        required: &["email", "score"],
        bulk_required: &["email", "score"],
        change: r#"{"comment": "Second"}"#,
        ..BY_SOURCE_ID
    },
    Model { name: "Objective", handle: "objectives", path: "/objectives", ..USUAL },
    Model {
        name: "Opportunity",
        handle: "opportunities",
        path: "/opportunities",
        update: OWN_OR_EXTERNAL,
        keys: &["_id", "externalId"],
        create: r#"{"companyId": "c1"}"#,
        required: &["companyId"],
        bulk_required: &["companyId"],
        change: r#"{"title": "Second"}"#,
        ..USUAL
    },
    Model { name: "Project", handle: "projects", path: "/projects", ..USUAL },
    Model {
        name: "Sale",
        handle: "sales",
        path: "/sales",
        create: r#"{"_currency": "EUR", "companyId": "c1", "salesDate": "2026-01-01T00:00:00.000Z", "value": 5}"#,
        required: &["_currency", "companyId", "salesDate", "value"],
        bulk_required: &["companyId", "_currency", "value"],
        change: r#"{"value": 6}"#,
        ..USUAL
    },
    Model {
        name: "Task",
        handle: "tasks",
        path: "/tasks",
        page: (500, 10_000),
        filters: &[
            COMPANIES,
            ("enduserIds", "u1,u2", r#"{"endusers": [{"id": "u2"}]}"#, r#"{"endusers": [{"id": "u3"}]}"#),
            ("isArchived", "true", r#"{"isArchived": true}"#, r#"{"isArchived": false}"#),
        ],
        create: r#"{"mainType": "task", "companyId": "c1"}"#,
        required: &["mainType", "companyId"],
        bulk_required: &["companyId", "mainType"],
        change: r#"{"action": "Second"}"#,
        ..BY_SOURCE_ID
    },
    Model {
        name: "Ticket",
        handle: "tickets",
        path: "/tickets",
        verbs: &[Delete, List, Bulk],
        get: NONE,
        update: NONE,
        external: None,
        keys: &["_id", "sourceId"],
        page: (500, 10_000),
        filters: &[
            COMPANIES,
            ("status", "open", r#"{"status": "open"}"#, r#"{"status": "solved"}"#),
            ("email", "a@example.com", r#"{"email": "a@example.com"}"#, r#"{"email": "b@example.com"}"#),
            ("search", "printer", r#"{"description": "A printer burns"}"#, r#"{"description": "All is well"}"#),
        ],
        create: r#"{"sourceId": "t1", "email": "first@example.com", "domains": ["example.com"]}"#,
        required: &[],
        bulk_required: &["sourceId", "email", "domains"],
        change: r#"{"status": "Second"}"#,
        ..USUAL
    },
    Model {
        name: "Time Entry",
        handle: "time_entries",
        path: "/timeentries",
        create: r#"{"date": "2026-01-01T00:00:00.000Z", "hours": 1.5}"#,
        required: &["date", "hours"],
        bulk_required: &["hours", "date"],
        change: r#"{"hours": 2.5}"#,
        ..BY_ID
    },
    Model {
        name: "Timesheet",
        handle: "timesheets",
        path: "/timesheets",
        filters: &[],
        create: r#"{"dateFrom": 20000, "dateTo": 20006}"#,
        required: &[],
        bulk_required: &[],
        change: r#"{"status": "returned"}"#,
        ..BY_ID
    },
    Model {
        name: "User",
        handle: "users",
        path: "/users",
        verbs: &[Create, Get, Update, Delete, List, Bulk],
        get: OWN_OR_EXTERNAL,
        update: OWN_OR_EXTERNAL,
        source: None,
        keys: &["_id", "externalId", "email"],
        page: (10_000, 10_000),
        filters: &[("email", "a@example.com", r#"{"email": "a@example.com"}"#, r#"{"email": "b@example.com"}"#)],
        create: r#"{"email": "first@example.com", "nickName": "F", "firstName": "First", "lastName": "Last"}"#,
        required: &["email", "nickName", "firstName", "lastName"],
        bulk_required: &["nickName", "email", "firstName", "lastName"],
        change: r#"{"firstName": "Second"}"#,
        ..USUAL
    },
    Model { name: "Workspace", handle: "workspaces", path: "/workspaces", ..USUAL },
];
