//! Forms of this room.

pub mod file;
pub mod folder;
