//! What is read for feeds and sitemaps.

pub mod feed;
pub mod sitemap;
