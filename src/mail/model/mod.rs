//! What the tables of the outbox hold.

pub mod attempt;
pub mod dkim_key;
pub mod letter;
pub mod lists;
pub mod suppression;
