//! Pages of the admin about personal data: one's own, and that of others.

pub mod data;
pub mod erasure;
