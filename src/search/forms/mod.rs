//! What browsers send to this room.

pub mod links;
pub mod promotion;
