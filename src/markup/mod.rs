//! STUB until the branch lands.
#![allow(missing_docs)]
use serde::{Deserialize, Serialize};
pub const RENDERER: i32 = 1;
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SafeHtml(String);
impl SafeHtml { pub fn from_store(html: String) -> SafeHtml { SafeHtml(html) } pub fn as_str(&self) -> &str { &self.0 } }
impl std::fmt::Display for SafeHtml { fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.write_str(&self.0) } }
impl askama::filters::HtmlSafe for SafeHtml {}
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)] pub struct Heading { pub level: u8, pub id: String, pub text: String }
pub struct Link { pub address: String, pub text: String, pub image: bool }
pub struct Rendered { pub html: SafeHtml, pub headings: Vec<Heading>, pub words: u32, pub links: Vec<Link> }
pub fn render(markdown: &str) -> Rendered { Rendered { html: SafeHtml(markdown.into()), headings: vec![], words: 0, links: vec![] } }
pub fn reading_minutes(words: u32) -> u32 { (words / 200).max(1) }
pub fn slugify(title: &str) -> String { title.to_lowercase() }
