//! What browsers send to this room.

pub mod category;
pub mod tag;

use serde::Deserialize;

/// A form that only asks whether somebody is sure; it is read for its token.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Confirmation {}
