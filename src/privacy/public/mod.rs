//! Pages about the own data of readers, who have no admin; the file itself is fetched here by everybody.

pub mod data;
pub mod erasure;
