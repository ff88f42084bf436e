//! The map.

pub mod markup;
