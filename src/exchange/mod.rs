//! Bringing content in: Markdown trees as Jekyll, Zola and Hugo keep them, and the sample site.
//!
//! No tables of its own; an entry remembers in `source_key` and `source_hash` where it came from, so that a repeated import updates
//! it. Start at [`markdown`]: it reads all files first and decides their addresses ([`plan`]), then writes one after the other,
//! with links changed to the new addresses ([`links`]) and the files beside them kept ([`assets`]).

pub mod assets;
pub mod dates;
pub mod front_matter;
pub mod generate;
pub mod lines;
pub mod links;
pub mod markdown;
pub mod places;
pub mod plan;
pub mod report;
pub mod sample;
pub mod sheet;
pub mod source;
pub mod tongues;
