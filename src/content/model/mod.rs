//! Entries, their revisions, the lists they appear in, their links and redirects.
//!
//! Start at [`entry`]; what changes an entry is in [`saving`], [`release`], [`publishing`], [`timing`] and [`trash`]; who approves
//! it is in [`workflow`]; how far somebody's rights reach in [`reach`]; what changes topics in [`category_changes`] and [`tag_changes`], and
//! what belongs together in [`series`] and [`translation`].

pub mod address;
mod amend;
pub mod anchor;
pub mod around;
pub mod autosave;
pub mod bulk;
pub mod calendar;
pub mod category;
pub mod category_changes;
pub mod diff;
pub mod duplicate;
pub mod embed;
pub mod entry;
pub mod gate;
pub mod link;
pub mod list;
pub mod live;
pub mod lost;
pub mod merge;
pub mod note;
pub mod pick;
pub mod place;
pub mod presence;
pub mod publishing;
pub mod reach;
pub mod redirect;
pub mod release;
mod relist;
pub mod rendering;
pub mod revision;
pub mod saving;
pub mod search;
pub mod series;
pub mod share;
pub mod shown;
pub mod shows;
pub mod snippet;
pub mod source;
pub mod tag;
pub mod tag_changes;
pub mod tally;
pub mod timing;
pub mod told;
pub mod translation;
pub mod trash;
pub mod tree;
pub mod workflow;
