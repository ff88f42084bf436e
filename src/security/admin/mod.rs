//! The security centre, and the reports of browsers.

pub mod centre;
pub mod reports;
