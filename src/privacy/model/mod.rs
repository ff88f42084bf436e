//! What is kept of somebody ([`kept`]), as a file ([`archive`]) that waits to be fetched ([`export`]), and erased ([`erasure`]).

pub mod address;
pub mod archive;
pub mod erasure;
pub mod export;
pub mod kept;
