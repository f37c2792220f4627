//! What hangs below a company: assets, campaigns, objectives, projects, workspaces.

use planhat_sdk::{
    AssetPatch, CampaignPatch, Company, Id, NewAsset, NewCampaign, NewObjective, NewProject, NewWorkspace,
    ObjectivePatch, ProjectPatch, User, WorkspacePatch,
};

use super::{Rows, json, time};

pub const ROWS: Rows = &[
    ("asset__1.request.json", || json(asset("Asset name", "1234", "sfc-1234"))),
    ("asset__2.request.json", || json(AssetPatch::new().name("Asset name 2"))),
    ("asset__3.request.json", || {
        json([asset("Asset name", "1234", "sfc-1234"), asset("Asset name 2", "1235", "sfc-1235")])
    }),
    ("campaign__1.request.json", || json(first_campaign())),
    ("campaign__2.request.json", || json(CampaignPatch::new().name("Campaign name 2"))),
    ("campaign__3.request.json", || {
        let second = NewCampaign::new("Campaign name 2", company())
            .campaign_purpose("Campaign purpose 2")
            .external_id("1235")
            .source_id("sfc-1235")
            .custom("field", "custom field");
        json([first_campaign(), second])
    }),
    ("objective__create_request.json", || json(objective("Objective name", "1234", "sfc-1234").health(5))),
    ("objective__update_request.json", || json(ObjectivePatch::new().name("Objective name 2"))),
    ("objective__bulk_upsert_request.json", || {
        json([
            objective("Objective name", "1234", "sfc-1234").health(4),
            objective("Objective name 2", "1235", "sfc-1235").health(5),
        ])
    }),
    ("project__create_request.json", || {
        json(
            NewProject::new("New project", Id::new("61006bc89a3e0b702ed8ea49"))
                .start_date(time("2021-07-26T04:00:00.000Z"))
                .end_date(time("2021-07-31T04:00:00.000Z"))
                .currency("USD")
                .mrr(1000),
        )
    }),
    ("project__update_request.json", || json(ProjectPatch::new().name("Big project"))),
    ("project__bulk_upsert_request.json", || {
        let new = NewProject::new("Improvements", Id::new("61006bc89a3e0b702ed8ea49"))
            .start_date(time("2021-07-25T04:00:00.000Z"))
            .end_date(time("2021-07-30T04:00:00.000Z"))
            .currency("USD")
            .mrr(5000);
        json([ProjectPatch::new().id(Id::new("6101a50072c0e0884d5e8db1")).mrr(10_000), new.into()])
    }),
    ("workspace__create_request.json", || json(workspace("Workspace name", "1234", "sfc-1234"))),
    ("workspace__update_request.json", || json(WorkspacePatch::new().name("Workspace name 2"))),
    ("workspace__bulk_upsert_request.json", || {
        json([workspace("Workspace name", "1234", "sfc-1234"), workspace("Workspace name 2", "1235", "sfc-1235")])
    }),
];

fn company() -> Id<Company> {
    Id::new("60df26bfa259250cba9cf816")
}

fn asset(name: &str, external: &str, source: &str) -> NewAsset {
    NewAsset::new(company(), name).external_id(external).source_id(source).custom("field", "custom field")
}

fn first_campaign() -> NewCampaign {
    NewCampaign::new("Campaign name", company())
        .campaign_purpose("Campaign purpose")
        .external_id("1234")
        .source_id("sfc-1234")
        .custom("field", "custom field")
}

fn objective(name: &str, external: &str, source: &str) -> NewObjective {
    NewObjective::new(name, company()).external_id(external).source_id(source).custom("field", "custom field")
}

fn workspace(name: &str, external: &str, source: &str) -> NewWorkspace {
    NewWorkspace::new(name, company())
        .owner_id(Id::<User>::new("60df26bfa259250cba8cf310"))
        .external_id(external)
        .source_id(source)
        .custom("field", "custom field")
}
