//! The records of all cases, the same for both sides.

/// Stands for a number of eight digits, so that all records are equally long.
const NUMBER: &str = "########";

/// A company as Planhat sends it; about 1 KB.
const COMPANY: &str = concat!(
    r#"{"_id":"61006bc89a3e0b70########","name":"Company ######## Ltd","owner":"60ccb1c5965cc9e0f3848075","#,
    r#""externalId":"c-########","sourceId":"0011t00000########","phase":"Onboarding","status":"customer","#,
    r#""domains":["c########.example.com"],"h":7,"csmScore":4,"mr":1250.5,"mrrTotal":1250.5,"nrrTotal":0,"#,
    r#""description":"Makes things that people like, and sells them in many countries.","address":"High Street 1","#,
    r#""country":"Sweden","city":"Stockholm","zip":"11122","web":"https://c########.example.com","#,
    r#""customerFrom":"2021-01-01T00:00:00.000Z","customerTo":null,"tags":["smb","pilot"],"products":["Core"],"#,
    r#""createDate":"2021-01-01T09:13:27.113Z","lastUpdated":"2022-03-04T11:46:08.020Z","renewalDaysFromNow":120,"#,
    r#""followers":["60ccb1c5965cc9e0f3848075"],"lastTouch":"2022-03-01T10:00:00.000Z","lastTouchType":"call","#,
    r#""phaseSince":"2021-02-01T00:00:00.000Z","orgPath":"61006bc89a3e0b70########","orgUnits":0,"mrr":1250.5,"#,
    r#""custom":{"Tier":"Gold","Seats":40,"Region":"EMEA","Partner":true},"updatedAt":"2022-03-04T11:46:08.020Z","#,
    r#""autoRenews":true,"nps":42.5,"__v":3,"segmentation":"smb"}"#,
);

/// What Planhat says of a record that a bulk upsert has made.
const INSERTED: &str = r#"{"_id":"61006bc89a3e0b70########","externalId":"c-########"}"#;

/// A text with a number in it.
#[derive(Debug, Clone)]
pub struct Template(Vec<&'static str>);

impl Template {
    pub fn company() -> Self {
        Self(COMPANY.split(NUMBER).collect())
    }

    pub fn inserted() -> Self {
        Self(INSERTED.split(NUMBER).collect())
    }

    pub fn write(&self, number: &str, out: &mut Vec<u8>) {
        for (place, part) in self.0.iter().enumerate() {
            if place > 0 {
                out.extend_from_slice(number.as_bytes());
            }
            out.extend_from_slice(part.as_bytes());
        }
    }
}

/// The number of a record as it stands in the text.
pub fn digits(number: usize) -> String {
    format!("{number:08}")
}

/// The key of the company with this number.
pub fn key(number: usize) -> String {
    format!("c-{number:08}")
}

pub fn name(number: usize) -> String {
    format!("Company {number:08} Ltd")
}

pub const DESCRIPTION: &str = "Makes things that people like, and sells them in many countries.";

/// The monthly revenue of the company with this number. It is never whole, since a whole number has two spellings.
#[expect(clippy::cast_precision_loss, reason = "small numbers")]
pub fn revenue(number: usize) -> f64 {
    (number % 1_000) as f64 + 0.5
}

/// The key of a metric, where one is as long as a thousand usual ones.
pub fn dimension(number: usize) -> String {
    if number == 7 { "x".repeat(1_000_000) } else { "logins".to_owned() }
}
