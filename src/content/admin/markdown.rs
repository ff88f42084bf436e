//! How to write Markdown here, with what becomes of it.

use crate::{
    content::model::snippet::Snippet,
    error::AppResult,
    markup::{self, Card, CardKind},
    site::Page,
    web::{ctx::Ctx, methods::read, person::Right, render::render},
};
use actix_web::{HttpResponse, web};
use askama::Template;
use std::collections::HashMap;

/// Snippets that are listed.
const SNIPPETS: usize = 50;

/// Registers the handler.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/admin/markdown", read().to(help));
}

#[derive(Template)]
#[template(path = "content/admin/entries/markdown.html")]
struct Help {
    page: Page,
    samples: Vec<(&'static str, &'static str, markup::SafeHtml)>,
    snippets: Vec<Snippet>,
}

/// `GET /admin/markdown` — how to write Markdown here, with what becomes of it.
async fn help(ctx: Ctx) -> AppResult<HttpResponse> {
    ctx.require(Right::Write)?;
    let visit = ctx.visit();
    let (page, snippets) = ctx.db.read(move |conn| Ok((Page::admin(conn, visit)?, Snippet::page(conn, "", None, SNIPPETS)?.rows))).await?;
    let cards = HashMap::from([(FILM.to_owned(), film())]);
    let samples = SAMPLES.iter().map(|(name, source)| (*name, *source, markup::render(source).with_cards(&cards).html)).collect();
    render(&Help { page, samples, snippets })
}

/// A link alone in a paragraph, and what its provider tells of it.
const FILM: &str = "https://vimeo.com/1084537";

fn film() -> Card {
    let text = |text: &str| text.to_owned();
    Card { kind: CardKind::Video, title: text("Big Buck Bunny"), author: text("Blender"), provider: text("Vimeo"), picture: None }
}

const SAMPLES: &[(&str, &str)] = &[
    ("Emphasis", "*soft*, **loud**, ~~gone~~, `code`"),
    ("Links", "[the articles](/posts), <https://example.org>"),
    ("Film, song, photo", FILM),
    ("List", "- one\n- two\n\n1. first\n2. second"),
    ("Tasks", "- [x] written\n- [ ] published"),
    ("Quote", "> Somebody said this."),
    ("Callout", "> [!TIP]\n> Also NOTE, IMPORTANT, WARNING and CAUTION."),
    ("Table", "| Database | Port |\n|---|--:|\n| MySQL | 3306 |"),
    ("Code", "```sql\nSELECT title FROM entries;\n```"),
    ("Terms", "Slug\n\n: The last part of an address."),
];
