//! What visitors and admins type.

pub mod form;
pub mod message;
