//! What the tables of this room hold.

pub mod form;
pub mod inbox;
pub mod message;
