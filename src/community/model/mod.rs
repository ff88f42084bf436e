//! What is stored and what is asked about it.

pub mod ban;
pub mod comment;
pub mod judging;
pub mod moderation;
pub mod newest;
pub mod notice;
pub mod openness;
pub mod own;
pub mod people;
pub mod policy;
pub mod queue;
pub mod rendering;
pub mod rights;
pub mod signed;
pub mod sweep;
pub mod tally;
pub mod thread;
pub mod writing;
