//! Text in the formats that the generator writes. Nothing here knows Planhat.

pub mod files;
pub mod github;
pub mod json;
pub mod markdown;
pub mod numbers;
pub mod rust;
pub mod yaml;
