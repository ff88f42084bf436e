//! Tables of this room.

pub mod author;
pub mod branches;
pub mod invitation;
pub mod login;
pub mod password;
pub mod people;
pub mod profile;
pub mod setup;
pub mod throttle;
pub mod token;
pub mod user;
