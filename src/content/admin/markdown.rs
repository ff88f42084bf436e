//! How to write Markdown here, with what becomes of it.

use crate::{
    content::model::snippet::Snippet,
    error::AppResult,
    markup,
    site::Page,
    web::{ctx::Ctx, methods::read, person::Right, render::render},
};
use actix_web::{HttpResponse, web};
use askama::Template;

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
    let samples = SAMPLES.iter().map(|(name, source)| (*name, *source, markup::render(source).html)).collect();
    render(&Help { page, samples, snippets })
}

const SAMPLES: &[(&str, &str)] = &[
    ("Emphasis", "*soft*, **loud**, ~~gone~~, `code`"),
    ("Links", "[the articles](/posts), <https://example.org>"),
    ("List", "- one\n- two\n\n1. first\n2. second"),
    ("Tasks", "- [x] written\n- [ ] published"),
    ("Quote", "> Somebody said this."),
    ("Callout", "> [!TIP]\n> Also NOTE, IMPORTANT, WARNING and CAUTION."),
    ("Table", "| Database | Port |\n|---|--:|\n| MySQL | 3306 |"),
    ("Code", "```sql\nSELECT title FROM entries;\n```"),
    ("Terms", "Slug\n\n: The last part of an address."),
];
