//! What is kept of somebody ([`kept`]), as a file ([`archive`]), and erased ([`erasure`]).

pub mod address;
pub mod archive;
pub mod erasure;
pub mod kept;
