//! The index of what visitors may find, the vocabulary, and what is found; promoted results; the log of queries. Start at [`finding`].

pub mod bag;
pub mod correction;
pub mod counts;
pub mod document;
pub mod everything;
pub mod finding;
pub mod index;
pub mod known;
pub mod learning;
pub mod log;
pub mod memory;
pub mod planning;
pub mod promotion;
pub mod ranking;
pub mod rebuild;
pub mod recent;
pub mod related;
pub mod titles;
pub mod vocabulary;
