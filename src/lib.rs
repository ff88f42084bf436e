//! Mainstay: the whole back end of a website in one program.
//!
//! A tour. `main` reads the command line ([`cli`]); `serve` checks [`settings`], starts a private database if none is given
//! ([`db::private_server`]), brings it up to date and runs one actix application ([`app`]). A request passes the middleware in
//! `app`, reaches a handler of a room, goes through one of the two doors to the database ([`db`]) and is answered by a template.
//! Every change writes a row in the [`journal`]; everything slow is one of the [`jobs`].
//!
//! Rooms, from the lowest to the highest: [`site`], [`accounts`], [`media`], [`content`], [`community`], [`contact`], [`search`], [`reach`], [`appearance`], [`exchange`], [`privacy`], [`security`]. A room imports only rooms below it; the
//! plumbing ([`db`], [`web`], [`jobs`], [`journal`], [`mail`], [`storage`], [`background`], [`clock`], [`markup`]) imports none. A test holds this.

pub mod app;
pub mod background;
pub mod cli;
pub mod clock;
pub mod db;
pub mod error;
pub mod jobs;
pub mod journal;
pub mod mail;
pub mod settings;
pub mod storage;
pub mod web;

/// The tables, as `diesel print-schema` describes them; a package of its own, so that a change elsewhere does not compile them anew.
pub use mainstay_schema as schema;

/// What texts become; a package of its own as well.
pub use mainstay_markup as markup;

pub mod accounts;
pub mod appearance;
pub mod community;
pub mod contact;
pub mod content;
pub mod exchange;
pub mod media;
pub mod privacy;
pub mod reach;
pub mod search;
pub mod security;
pub mod site;
