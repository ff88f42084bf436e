//! What browsers send to this room.

pub mod bulk;
pub mod category;
pub mod entry;
pub mod fields;
pub mod gate;
mod moment;
pub mod note;
pub mod review;
pub mod revision;
pub mod snippet;
pub mod tag;
pub mod workflow;
