//! What browsers send to this room.

pub mod ban;
pub mod comment;
pub mod moderation;
pub mod settings;
