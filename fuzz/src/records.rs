use std::fmt::Debug;

use planhat_sdk::{
    Asset, Campaign, Churn, Company, Conversation, CustomField, Enduser, Invoice, Issue, License, Metric, Note, Nps,
    Objective, Opportunity, Project, Sale, Task, Ticket, TimeEntry, Timesheet, User, Workspace,
};
use serde::{Serialize, de::DeserializeOwned};

const READERS: &[fn(&[u8])] = &[
    check::<Asset>,
    check::<Campaign>,
    check::<Churn>,
    check::<Company>,
    check::<Conversation>,
    check::<CustomField>,
    check::<Enduser>,
    check::<Invoice>,
    check::<Issue>,
    check::<License>,
    check::<Metric>,
    check::<Note>,
    check::<Nps>,
    check::<Objective>,
    check::<Opportunity>,
    check::<Project>,
    check::<Sale>,
    check::<Task>,
    check::<Ticket>,
    check::<TimeEntry>,
    check::<Timesheet>,
    check::<User>,
    check::<Workspace>,
];

/// Reads the bytes as a record of the model that the first one says, from `a`.
///
/// # Panics
///
/// If a record that was read is another one after it was written and read again.
pub fn records(bytes: &[u8]) {
    let Some((model, json)) = bytes.split_first() else { return };
    let model = usize::from(model.wrapping_sub(b'a')) % READERS.len();
    READERS[model](json);
}

fn check<T: DeserializeOwned + Serialize + PartialEq + Debug>(json: &[u8]) {
    let Ok(record) = serde_json::from_slice::<T>(json) else { return };
    let written = serde_json::to_string(&record).expect("a record can be written");
    let again: T = serde_json::from_str(&written).expect("what is written can be read");
    assert_eq!(again, record, "{written}");
    assert_eq!(serde_json::to_string(&again).expect("it was written before"), written);
}
