//! Links alone in a paragraph become cards: what is at the other end is asked of its provider (oEmbed 1.0, as a consumer).
//!
//! The server asks, once and again after some weeks; visitors' browsers never do. Of an answer only title, author, name of the
//! provider, type and thumbnail are used, never its `html`; the thumbnail is checked as uploads are, coded anew, and served from
//! here. Rows and SQL are in [`model::embed`](super::model::embed); this module knows no table: which providers there are
//! ([`shipped`]), which addresses they know ([`pattern`]), how one is asked ([`asking`]), what its answer says ([`answer`]), its
//! picture ([`picture`]). Start at [`jobs`].

pub mod answer;
pub mod asking;
pub mod jobs;
pub mod pattern;
pub mod picture;
pub mod shipped;
