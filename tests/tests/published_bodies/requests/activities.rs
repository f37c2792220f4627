//! What is sent to the analytics host.

use planhat_sdk::{BulkActivity, NewActivity, SegmentCall, user_activity::Type};
use serde_json::json;

use super::{Rows, json, object, time};

pub const ROWS: Rows = &[
    ("activity__bulk_item_request.json", || {
        json(
            BulkActivity::with_email("person1@example.com")
                .name("Ivars Mucenieks")
                .company_external_id("abc123")
                .action("Logged in")
                .weight(1)
                .count(1),
        )
    }),
    ("activity__create_request.json", || {
        json(
            NewActivity::with_email("person1@example.com")
                .action("Logged in")
                .external_id("ojpsoi57pzn")
                .company_external_id("Planhat-81ock9l81wl")
                .weight(1)
                .info(object(json!({"index": 20, "theme": "Blue"}))),
        )
    }),
    ("activity__create_request_named.json", || {
        json(
            NewActivity::with_email("person1@example.com")
                .action("Account created")
                .company_external_id("vhoih28[hbnjnmwjnjbfoho")
                .date(time("2020-04-14T19:03:05.674Z"))
                .info(object(json!({"account_id": "jgrh2phgbph", "name": "Test account"})))
                .name("John Miller"),
        )
    }),
    ("activity__segment_identify_request.json", || {
        let traits = json!({"name": "Ivars Mucenieks", "email": "person1@example.com", "companyId": "ABCDE"});
        json(SegmentCall::new(Type::Identify).traits(object(traits)))
    }),
];
