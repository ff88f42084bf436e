//! What browsers send to this room.

pub mod category;
pub mod entry;
pub mod gate;
pub mod note;
pub mod tag;
