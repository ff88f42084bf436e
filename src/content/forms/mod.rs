//! What browsers send to this room.

pub mod entry;
