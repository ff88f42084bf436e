//! Tables of this room.

pub mod author;
pub mod branches;
pub mod device;
pub mod email_change;
pub mod invitation;
pub mod login;
pub mod notice;
pub mod passkey;
pub mod password;
pub mod people;
pub mod profile;
pub mod recovery;
pub mod reset;
pub mod second_factor;
pub mod session;
pub mod setup;
pub mod sign_up;
pub mod strength;
pub mod throttle;
pub mod token;
pub mod user;
