//! Companies, their people, the team, and the fields that an account adds.

use planhat_sdk::{
    CompanyPatch, CustomFieldPatch, EnduserPatch, Id, NewCompany, NewCustomField, NewEnduser, NewUser, UserPatch,
    company::Status, custom_field::Type, shapes::Role,
};
use serde_json::json;

use super::{Rows, json};

pub const ROWS: Rows = &[
    ("company__5.request.json", || {
        json(
            NewCompany::new("Tenet")
                .status(Status::Prospect)
                .external_id("Planhat-81ock9l81wl")
                .phase("Renewal")
                .domains(["abcdinc.com", "777.com"])
                .h(10)
                .csm_score(4)
                .mr(0)
                .nrr30(0)
                .custom("CompanyTeamMembers", json!(["564b063a508f068051ee82a5", "56d5dd4e8422dc141913d0ab"]))
                .custom("CompanyTeamMember", "564b063a508f068051ee82a5")
                .custom("CompanyMultiList", json!(["Test2", "Test3"]))
                .custom("CompanyList", "Test2")
                .custom("CompanyDate", "2020-05-08T21:00:00.000Z")
                .custom("CompanyDay", 18_395)
                .custom("CompanyBoolean", true)
                .custom("CompanyNumber", 33)
                .custom("CompanyRating", 4)
                .custom("CompanyRichText", "sfsdfsdfsaSADSSADas")
                .custom("CompanyText", "Test")
                .mrr_total(0)
                .nrr_total(5555)
                .mr_total(5555)
                .country("Latvia")
                .description("Up and coming tech company"),
        )
    }),
    ("company__6.request.json", || json(CompanyPatch::new().name("Company new name"))),
    ("company__7.request.json", || {
        json([
            NewCompany::new("Skynet").external_id("1234").custom("field", "custom field"),
            NewCompany::new("Tenet").source_id("sfc-1235").custom("field", "custom field"),
        ])
    }),
    ("custom_field__1.request.json", || {
        json(
            NewCustomField::new("Number field", Type::Number, "company")
                .is_featured(true)
                .is_hidden(false)
                .is_formula(false)
                .is_locked(false),
        )
    }),
    ("custom_field__2.request.json", || json(CustomFieldPatch::new().is_featured(false).is_hidden(true))),
    ("enduser__4.request.json", || {
        json(
            NewEnduser::with_email("person1@example.com")
                .featured(true)
                .first_name("Jane")
                .last_name("Doe")
                .company_id(Id::new("61006bc89a3e0b702ed8ea49")),
        )
    }),
    ("enduser__5.request.json", || json(EnduserPatch::new().first_name("Lara").last_name("Croft"))),
    ("enduser__6.request.json", || {
        json([
            NewEnduser::with_email("person1@example.com").last_name("Smith"),
            NewEnduser::with_email("person2@example.com")
                .featured(true)
                .first_name("Will")
                .last_name("Smith")
                .company_id(Id::new("61006bc89a3e0b702ed8ea49")),
        ])
    }),
    ("user__create_request.json", || {
        let role = Id::<Role>::new("57e2b92ff795575a5b8c4659");
        json(NewUser::new("person1@example.com", "Bob", "Bob", "Marley").roles([role]))
    }),
    ("user__update_request.json", || json(UserPatch::new().nick_name("Bob Marley"))),
    ("user__bulk_upsert_request.json", || {
        let roles = ["57e2b92ff795575a5b8c4659", "5d35c292344cb854c0a5af28"].map(Id::<Role>::new);
        let [first, second] = roles;
        json([
            NewUser::new("person1@example.com", "Tyler", "Robbert", "Rob").roles([first]),
            NewUser::new("person2@example.com", "Gates", "Liz", "Elizabeth").roles([second]),
        ])
    }),
];
