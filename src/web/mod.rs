//! Plumbing between a browser and the rooms: requests, forms, sessions, headers, assets. Knows no room.
//!
//! Start at [`ctx::Ctx`], which every handler is given.

pub mod access_log;
pub mod assets;
pub mod blocking;
pub mod bots;
pub mod conditional;
pub mod cross_site;
pub mod csv;
pub mod ctx;
pub mod entrance;
pub mod flash;
pub mod form;
pub mod front;
pub mod headers;
pub mod health;
pub mod hosts;
pub mod local_path;
pub mod methods;
pub mod outgoing;
pub mod page_cache;
pub mod patience;
pub mod person;
pub mod proxies;
pub mod reference;
pub mod render;
pub mod rights;
pub mod session_keys;
pub mod session_store;
pub mod tls;
pub mod turn;
pub mod upload;
