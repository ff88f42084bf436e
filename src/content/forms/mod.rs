//! What browsers send to this room.

pub mod bulk;
pub mod category;
pub mod elsewhere;
pub mod embed;
pub mod entry;
pub mod fields;
pub mod gate;
pub mod lost;
mod moment;
pub mod nonce;
pub mod note;
pub mod redirect;
pub mod review;
pub mod revision;
pub mod series;
pub mod snippet;
pub mod tag;
pub mod workflow;
