//! All integration tests in one binary: the real application on a real MariaDB.
//!
//! `support` starts one private server a run and one database a test, and speaks the product: a [`support::site::Site`] with
//! visitors and signed-in people who open pages and submit the forms they find there.
#![allow(clippy::unwrap_used, missing_docs)]

mod accounts;
mod appearance;
mod binary;
mod browser;
mod bulk;
mod cache;
mod categories;
mod comments;
mod contact;
mod contributors;
mod conventions;
mod counts;
mod exchange;
mod feeds;
mod gate;
mod generate;
mod growth;
mod history;
mod hostile;
mod imports;
mod jobs;
mod journal;
mod killed;
mod links;
mod media;
mod menus;
mod outbox;
mod outside;
mod permissions;
mod pictures;
mod plumbing;
mod privacy;
mod reach;
mod reading;
mod redirects;
mod reviews;
mod search;
mod sharing;
mod site;
mod slow;
mod snippets;
mod spam;
mod support;
mod surface;
mod tags;
mod timing;
mod trash;
mod tree;
mod webmention;
mod weight;
mod workflows;
mod writing;
