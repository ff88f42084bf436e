//! The harness.
pub mod answer;
pub mod database;
pub mod other;
pub mod pictures;
pub mod program;
pub mod site;
pub mod smtp;
