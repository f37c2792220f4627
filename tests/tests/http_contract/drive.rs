//! Every operation of every collection, called by hand with the typed methods. What the calls must send
//! stands in the table; here stands only what a user of the SDK would write.

use planhat_sdk::{
    AssetPatch, CampaignPatch, ChurnPatch, Company, CompanyPatch, ConversationPatch, CustomFieldPatch, EnduserPatch,
    Id, InvoicePatch, IssuePatch, LicensePatch, NewAsset, NewCampaign, NewChurn, NewCompany, NewConversation,
    NewCustomField, NewEnduser, NewInvoice, NewIssue, NewLicense, NewNote, NewNps, NewObjective, NewOpportunity,
    NewProject, NewSale, NewTask, NewTimeEntry, NewTimesheet, NewUser, NewWorkspace, NotePatch, NpsPatch,
    ObjectivePatch, OpportunityPatch, ProjectPatch, SalePatch, TaskPatch, Ticket, TicketPatch, TimeEntryPatch,
    TimesheetPatch, Timestamp, UserPatch, WorkspacePatch,
};

use crate::recorder::{Recorder, external, own, source};

fn c1() -> Id<Company> {
    Id::new("c1")
}

fn companies() -> [Id<Company>; 2] {
    [Id::new("c1"), Id::new("c2")]
}

fn ids<M>(ids: [&str; 2]) -> [Id<M>; 2] {
    ids.map(Id::new)
}

fn new_year() -> Timestamp {
    "2026-01-01T00:00:00Z".parse().unwrap()
}

macro_rules! single {
    ($on:expr, $handle:ident: $new:expr, $patch:expr, get: [$($get:expr),*], update: [$($update:expr),*]) => {
        let api = $on.planhat.$handle();
        $on.call(concat!(stringify!($handle), ".create"), api.create($new)).await;
        $($on.call(concat!(stringify!($handle), ".get"), api.get($get)).await;)*
        $($on.call(concat!(stringify!($handle), ".update"), api.update($update, $patch)).await;)*
        $on.call(concat!(stringify!($handle), ".delete"), api.delete(own())).await;
    };
}

macro_rules! list {
    ($on:expr, $handle:ident, $module:ident $(, $filter:ident: $value:expr)*) => {
        use planhat_sdk::$module::Field;
        let api = $on.planhat.$handle();
        $on.call(concat!(stringify!($handle), ".list"), api.list()$(.$filter($value))*.collect()).await;
        let set = api.list().select([Field::Id, Field::Id]).sort(Field::Id.desc()).page_size(7).offset(14);
        $on.call(concat!(stringify!($handle), ".list"), set.collect()).await;
    };
}

macro_rules! bulk {
    ($on:expr, $handle:ident: $($record:expr),+) => {
        let api = $on.planhat.$handle();
        $($on.call(concat!(stringify!($handle), ".bulk_upsert"), api.bulk_upsert([$record])).await;)+
    };
}

/// A collection that does all that a collection can do.
macro_rules! full {
    ($on:expr, $handle:ident, $module:ident, $record:ident: $new:expr, $patch:expr,
     get: [$($get:expr),*], update: [$($update:expr),*] $(, $filter:ident: $value:expr)*) => {{
        single!($on, $handle: $new, $patch, get: [$($get),*], update: [$($update),*]);
        list!($on, $handle, $module $(, $filter: $value)*);
        bulk!($on, $handle: $new, $patch.id(Id::<planhat_sdk::$record>::new("r1")));
    }};
}

pub async fn collections(on: &Recorder) {
    accounts(on).await;
    revenue(on).await;
    work(on).await;
}

async fn accounts(on: &Recorder) {
    full!(on, assets, asset, Asset: NewAsset::new(c1(), "First"), AssetPatch::new().name("Second"),
        get: [own(), external(), source()], update: [own(), external(), source()], company_id: companies());
    full!(on, campaigns, campaign, Campaign: NewCampaign::new("First", c1()), CampaignPatch::new().name("Second"),
        get: [own(), external(), source()], update: [own(), external(), source()], company_id: companies());
    full!(on, companies, company, Company: NewCompany::new("First"), CompanyPatch::new().name("Second"),
        get: [own(), external(), source()], update: [own(), external(), source()],
        company_id: companies(), status: "customer", name: "acme");
    full!(on, conversations, conversation, Conversation: NewConversation::new(c1()), ConversationPatch::new().subject("Second"),
        get: [own(), external()], update: [own(), external(), source()],
        company_id: companies(), r#type: "call", c_id: c1());
    full!(on, endusers, enduser, Enduser: NewEnduser::with_email("first@example.com").company_id(c1()),
        EnduserPatch::new().position("Second"),
        get: [own(), external(), source()], update: [own(), external(), source()],
        company_id: companies(), archived: true, email: "a@example.com", eu_id: Id::new("u1"));
    full!(on, notes, note, Note: NewNote::new(c1()), NotePatch::new().subject("Second"),
        get: [own(), external()], update: [own()], company_id: companies());
    full!(on, users, user, User: NewUser::new("first@example.com", "F", "First", "Last"),
        UserPatch::new().first_name("Second"),
        get: [own(), external()], update: [own(), external()], email: "a@example.com");
    full!(on, workspaces, workspace, Workspace: NewWorkspace::new("First", c1()), WorkspacePatch::new().name("Second"),
        get: [own(), external(), source()], update: [own(), external(), source()], company_id: companies());
    {
        single!(on, custom_fields: NewCustomField::new("First", "rich text", "Company"),
            CustomFieldPatch::new().name("Second"), get: [own()], update: [own()]);
        list!(on, custom_fields, custom_field, parent: "Company");
    }
}

async fn revenue(on: &Recorder) {
    full!(on, churn, churn, Churn: NewChurn::new(c1()).value(10.0), ChurnPatch::new().comment("Second"),
        get: [own()], update: [own(), source()],
        company_id: companies(), downgrades: "only", from: "2026-03-01", to: "2026-03-31");
    full!(on, invoices, invoice, Invoice: NewInvoice::new("EUR", c1()).invoice_date(20_000),
        InvoicePatch::new().invoice_date(20_001),
        get: [own(), external(), source()], update: [own(), external(), source()], company_id: companies());
    full!(on, licenses, license, License: NewLicense::new("EUR", c1(), new_year()).value(5.0), LicensePatch::new().value(6.0),
        get: [own(), external(), source()], update: [own(), external(), source()], company_id: companies());
    full!(on, opportunities, opportunity, Opportunity: NewOpportunity::new(c1()), OpportunityPatch::new().title("Second"),
        get: [own(), external(), source()], update: [own(), external()], company_id: companies());
    full!(on, sales, sale, Sale: NewSale::new("EUR", c1(), new_year(), 5.0), SalePatch::new().value(6.0),
        get: [own(), external(), source()], update: [own(), external(), source()], company_id: companies());
}

async fn work(on: &Recorder) {
    full!(on, issues, issue, Issue: NewIssue::new("First"), IssuePatch::new().title("Second"),
        get: [own(), source()], update: [own(), source()], company_id: companies());
    full!(on, nps, nps, Nps: NewNps::new("first@example.com", 9), NpsPatch::new().comment("Second"),
        get: [own(), source()], update: [own(), source()], company_id: companies(), nps_expiry_day: 100_000);
    full!(on, objectives, objective, Objective: NewObjective::new("First", c1()), ObjectivePatch::new().name("Second"),
        get: [own(), external(), source()], update: [own(), external(), source()], company_id: companies());
    full!(on, projects, project, Project: NewProject::new("First", c1()), ProjectPatch::new().name("Second"),
        get: [own(), external(), source()], update: [own(), external(), source()], company_id: companies());
    full!(on, tasks, task, Task: NewTask::new("task", c1()), TaskPatch::new().action("Second"),
        get: [own(), source()], update: [own(), source()],
        company_id: companies(), enduser_ids: ids(["u1", "u2"]), is_archived: true);
    full!(on, time_entries, time_entry, TimeEntry: NewTimeEntry::new(new_year(), 1.5), TimeEntryPatch::new().hours(2.5),
        get: [own()], update: [own()], company_id: companies());
    full!(on, timesheets, timesheet, Timesheet: NewTimesheet::new().date_from(20_000).date_to(20_006),
        TimesheetPatch::new().status("returned"), get: [own()], update: [own()]);
    {
        list!(on, tickets, ticket, company_id: companies(), status: "open", email: "a@example.com", search: "printer");
        let new = TicketPatch::new().source_id("t1").email("first@example.com").domains(["example.com"]);
        bulk!(on, tickets: new, TicketPatch::new().status("Second").id(Id::<Ticket>::new("r1")));
        on.call("tickets.delete", on.planhat.tickets().delete(own())).await;
    }
}
