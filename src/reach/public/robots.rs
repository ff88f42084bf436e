//! robots.txt (RFC 9309) and llms.txt (llmstxt.org).

use super::{super::paths, answer};
use crate::{
    content::model::{
        entry::{Entry, EntryId},
        list::{self, Brief, List},
        shown,
    },
    db::Conn,
    error::{AppError, AppResult},
    site::{Page, reach::ROBOTS, settings},
    web::{
        ctx::Ctx,
        page_cache::{CacheTags, Doubt, PageCache},
    },
};
use actix_web::HttpResponse;
use std::{fmt::Write, sync::Arc};

const TEXT: &str = "text/plain; charset=utf-8";

/// Pages and posts that llms.txt names of each.
const MOST: usize = 50;

/// `GET /robots.txt` — what crawlers may read, and where the sitemap is.
pub async fn robots(ctx: Ctx) -> AppResult<HttpResponse> {
    let visit = ctx.visit();
    let page = ctx.db.read(|conn| Ok(Page::load(conn, visit)?)).await?;
    let own = page.site.reach.robots.trim();
    let mut text = if own.is_empty() { ROBOTS.to_owned() } else { format!("{own}\n") };
    if !text.lines().any(|line| line.trim_start().to_ascii_lowercase().starts_with("sitemap:")) {
        let _ = write!(text, "\nSitemap: {}\n", page.absolute(paths::SITEMAP));
    }
    Ok(answer(TEXT, text, vec![settings::SHOWN.to_owned()]))
}

/// `GET /llms.txt` — what the site is about and where its texts are, for language models.
pub async fn llms(ctx: Ctx) -> AppResult<HttpResponse> {
    let visit = ctx.visit();
    let made = ctx.db.read(move |conn| {
        let page = Page::load(conn, visit)?;
        if !page.site.reach.llms {
            return Err(AppError::NotFound);
        }
        let pages = Entry::live_at_the_top(conn, MOST)?;
        let posts = list::page(conn, &page.visit.pages, List::All, None, MOST)?.rows;
        Ok((page, pages, posts))
    });
    let (page, pages, posts) = made.await?;
    let mut tags = vec![settings::SHOWN.to_owned()];
    tags.extend(pages.iter().map(|entry| shown::entry(entry.id)));
    tags.extend(posts.iter().map(|brief| shown::entry(brief.entry.id)));
    let known = (ids(&pages), posts.iter().map(|brief| brief.entry.id).collect::<Vec<_>>());
    let still = move |conn: &mut Conn, kept: &PageCache| {
        let posts = list::page(conn, kept, List::All, None, MOST)?.rows;
        Ok((ids(&Entry::live_at_the_top(conn, MOST)?), posts.iter().map(|brief| brief.entry.id).collect()) == known)
    };
    let doubt = Doubt { tags: vec![List::All.cache_tag(), shown::TOP.to_owned()], still: Arc::new(still) };
    Ok(answer(TEXT, of_site(&page, &pages, &posts), CacheTags { tags, doubt: Some(doubt) }))
}

fn ids(entries: &[Entry]) -> Vec<EntryId> {
    entries.iter().map(|entry| entry.id).collect()
}

fn of_site(page: &Page, pages: &[Entry], posts: &[Arc<Brief>]) -> String {
    let site = &page.site;
    let mut text = format!("# {}\n\n> {}\n", one_line(&site.title), one_line(&site.description));
    if !site.reach.llms_intro.is_empty() {
        let _ = write!(text, "\n{}\n", site.reach.llms_intro.trim());
    }
    section(&mut text, page, "Pages", pages.iter());
    section(&mut text, page, "Articles", posts.iter().map(|brief| &brief.entry));
    let _ = write!(text, "\n## Optional\n\n- [Sitemap]({})\n- [Feed]({})\n", page.absolute(paths::SITEMAP), page.absolute("/feeds/atom"));
    text
}

fn section<'a>(text: &mut String, page: &Page, title: &str, entries: impl Iterator<Item = &'a Entry>) {
    let mut entries = entries.peekable();
    if entries.peek().is_none() {
        return;
    }
    let _ = write!(text, "\n## {title}\n\n");
    for entry in entries {
        let _ = write!(text, "- [{}]({})", label(&entry.title), page.absolute(entry.address()));
        let _ = match one_line(&entry.summary) {
            summary if summary.is_empty() => writeln!(text),
            summary => writeln!(text, ": {summary}"),
        };
    }
}

/// Words that stay within their line.
fn one_line(words: &str) -> String {
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Words within the brackets of a link.
fn label(title: &str) -> String {
    one_line(title).replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_stays_within_its_link() {
        assert_eq!(label("a ](http://x)\n# [b\\"), "a \\](http://x) # \\[b\\\\");
    }
}
