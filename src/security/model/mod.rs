//! What the tables of this room hold.

pub mod reports;
pub mod standing;
