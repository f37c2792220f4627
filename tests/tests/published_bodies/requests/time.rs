//! Time entries and timesheets.

use planhat_sdk::{
    EpochDays, Id, NewTimeEntry, NewTimesheet, TimeEntryPatch, TimesheetPatch,
    timesheet::{AssignedModel, Status},
};

use super::{Rows, json, time};
use crate::loopback;

pub const ROWS: Rows = &[
    ("time_entry__create_request.json", || json(entry(5).description("Worked on the integration issue"))),
    ("time_entry__update_request.json", || json(TimeEntryPatch::new().hours(7))),
    ("time_entry__bulk_upsert_request.json", || {
        json([
            TimeEntryPatch::new().id(Id::new("677427729c28f8015843e87d")).hours(6),
            TimeEntryPatch::new()
                .id(Id::new("677427729c28f8015843e87e"))
                .description("There is a problem with our integration settings that is affecting some users."),
            entry(10).description("Creating time entry using bulk operations").into(),
        ])
    }),
    // The body of a copy has no type of its own, so only a call can show it.
    ("time_entry__duplicate_request.json", || {
        let ids = ["67d07487557181002fd16d50", "677427729c28f8015843e87d", "677427729c28f8015843e87e"];
        let (sent, answer) = loopback::exchange("{}", |planhat| planhat.time_entries().duplicate(ids.map(Id::new)));
        answer.unwrap();
        serde_json::from_str(&sent).unwrap()
    }),
    ("timesheet__create_request.json", || {
        json(
            NewTimesheet::new()
                .time_entries(["67d07487557181002fd16d50", "67d07694557181002fd16e1e"].map(Id::new))
                .assigned_id(Id::new("66eb28a6ef8857a5097fbce3"))
                .assigned_model(AssignedModel::User)
                .date_from(EpochDays::new(20_156))
                .date_to(EpochDays::new(20_163)),
        )
    }),
    ("timesheet__update_request.json", || json(TimesheetPatch::new().status(Status::Approved))),
    ("timesheet__bulk_upsert_request.json", || {
        let new = NewTimesheet::new().assigned_id(Id::new("66eb28a6ef8857a5097fbce3"));
        json([
            new.assigned_model(AssignedModel::User).into(),
            TimesheetPatch::new().id(Id::new("67aca36fa8ba08053dee2ebf")).status(Status::Returned),
            TimesheetPatch::new().id(Id::new("67bf484af303d806b63d9a49")).status(Status::Submitted),
        ])
    }),
];

fn entry(hours: i32) -> NewTimeEntry {
    NewTimeEntry::new(time("2025-01-30T14:51:01.691Z"), hours)
}
