//! Rows of this room, and what the domain does with them. All SQL of the room is here.

pub mod adding;
pub mod file;
pub mod folder;
pub mod picture;
pub mod rendition;
