//! Rows of this room, and what the domain does with them. All SQL of the room is here.

pub mod adding;
pub mod changes;
pub mod file;
pub mod folder;
pub mod library;
pub mod picture;
pub mod rendition;
pub mod sweep;
pub mod uses;
