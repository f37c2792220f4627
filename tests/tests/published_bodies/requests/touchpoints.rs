//! Conversations, notes, issues, tasks and tickets.

use planhat_sdk::{
    Company, ConversationPatch, Id, IssuePatch, NewConversation, NewIssue, NewNote, NewTask, NotePatch, TaskPatch,
    TicketPatch, Timestamp, User,
    shapes::{ActivityTag, EnduserInfo, StatusChange, UserInfo},
    task::{ChecklistItem, MainType, Repeat},
};

use super::{Rows, json, time};

pub const ROWS: Rows = &[
    ("conversation__1.request.json", || json(support())),
    ("conversation__5.request.json", || {
        json(
            ConversationPatch::new()
                .subject("Possible upgrade")
                .description("<p>The client is insterested in a subscription upgrade.</p>"),
        )
    }),
    ("conversation__7.request.json", || json([support()])),
    ("conversation__9.request.json", || json(little_call())),
    ("conversation__10.request.json", || {
        json(ConversationPatch::new().subject("Chat with the client").description("Slack chat with the client."))
    }),
    ("conversation__11.request.json", || json([little_call()])),
    ("note__create_request.json", || json(note(company()))),
    ("note__update_request.json", || {
        json(
            NotePatch::new()
                .subject("Possible upgrade")
                .description("The client is insterested in a subscription upgrade."),
        )
    }),
    ("note__bulk_upsert_request.json", || json([note(Id::new("{{companyId}}"))])),
    ("issue__1.request.json", || json(issue())),
    ("issue__2.request.json", || json(IssuePatch::new().status("In Progress"))),
    ("issue__3.request.json", || {
        json([IssuePatch::new().id(Id::new("60f7df113432fd36abf8b899")).status("Done"), issue().into()])
    }),
    ("task__create_request.json", || {
        json(
            NewTask::new(MainType::Task, company())
                .owner_id(Id::new("58e231b14246fc73139f29e8"))
                .no_specific_time(true)
                .start_time(Timestamp::verbatim("2021-07-29T00:00:00.00Z"))
                .repeat(Repeat::Daily)
                .action("New task")
                .description("Call the client."),
        )
    }),
    ("task__update_request.json", || json(TaskPatch::new().action("Daily contact").source_id("sfdc-1234"))),
    ("task__update_request_custom_nested.json", || {
        json(TaskPatch::new().status("Done").custom("Slack message URL", "https://..."))
    }),
    // Planhat also takes the path of a single custom field as a key. The SDK has no setter for that.
    ("task__update_request_custom_dotted.json", || {
        json(TaskPatch::new().status("Done").extra("custom.Slack message URL", "https://..."))
    }),
    ("task__bulk_upsert_request.json", || {
        json([
            task("5fd76c4daf9f4601dd313b05", "First Onboard Call", &["Prepare Material", "Present"]),
            task("60c10846108183032f05bd67", "Send Invoice", &[]),
            task("60c1075808f652259315e270", "Creating Tasks in bulk", &["Step 1", "Step 2"])
                .description("Description"),
        ])
    }),
    ("ticket__bulk_upsert_request.json", || {
        json([TicketPatch::new()
            .source_id("119")
            .source("freshdesk")
            .status("open")
            .history([StatusChange::new().status("open").time(time("2019-12-15T09:09:08.000Z"))])
            .title("Test Ticket")
            .description("Let have a chat?")
            .url("http://urltoyourticket.com/119")
            .r#type("ticket")
            .email("person1@example.com")
            .name("first-ojpsoi57pzn")
            .company_id(company())
            .clear_agent_email()
            .domains(["planhat.com", "google.com"])])
    }),
];

fn company() -> Id<Company> {
    Id::new("61006bc89a3e0b702ed8ea49")
}

fn ivars() -> UserInfo {
    UserInfo::new(Id::new("5d66266e187f60020bc8036f")).name("Ivars").is_owner(true)
}

fn jane() -> EnduserInfo {
    EnduserInfo::new(Id::new("610091916d643a7c418aef42")).name("Jane Doe")
}

fn support() -> NewConversation {
    NewConversation::new(company())
        .users([ivars()])
        .date(time("2021-08-22T16:15:50.772Z"))
        .r#type("note")
        .subject("Support with Tenet")
        .description("Support session with the client")
        .activity_tags([Id::new("5f514794dc005f275e9cc20c")])
        .endusers([jane()])
}

/// The same as a note, which says its type by itself.
fn note(company: Id<Company>) -> NewNote {
    NewNote::new(company)
        .users([ivars()])
        .date(time("2021-08-22T16:15:50.772Z"))
        .subject("Support with Tenet")
        .description("Support session with the client")
        .activity_tags([Id::new("5f514794dc005f275e9cc20c")])
        .endusers([jane()])
}

fn little_call() -> NewConversation {
    let caller = Id::<User>::new("58e231b14246fc73139f29e8");
    NewConversation::new(company())
        .users([UserInfo::new(&caller)])
        .date(time("2021-07-29T15:29:34.330Z"))
        .r#type("note")
        .subject("New conversation")
        .description("Little call with the client.")
        .endusers([EnduserInfo::new(Id::new("610091916d643a7c418aef42"))])
        .activity_tags([] as [Id<ActivityTag>; 0])
        .use_subject(true)
        .owner_id(caller)
}

fn issue() -> NewIssue {
    NewIssue::new("Problem with integration")
        .company_ids([company()])
        .enduser_ids([Id::new("610091916d643a7c418aef42")])
        .description("There is a problem with our integration settings that is affecting some users.")
        .status("Open")
}

fn task(company: &str, action: &str, steps: &[&str]) -> NewTask {
    NewTask::new(MainType::Task, Id::new(company))
        .start_time(time("2022-07-05T14:02:16.181Z"))
        .owner_id(Id::new("61f91285d40d7d112020c7b6"))
        .owner_name("Ernesto")
        .action(action)
        .checklist(steps.iter().map(|step| ChecklistItem::new().title(*step)))
}
