//! Tables of this room.

pub mod user;
