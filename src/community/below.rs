//! The comments below the text of an entry: the same page for every visitor, kept in the page cache until one of them changes.

use super::{
    forms::comment::CommentForm,
    model::{
        comment::{self, Comment, CommentId},
        openness::Openness,
        thread::{Node, Step, Threads, steps},
    },
    public::FormSheet,
};
use crate::{
    accounts::model::profile::shown_name,
    content::{
        model::entry::{Entry, EntryId},
        public::below::{Below, Piece},
    },
    db::{Conn, cursor::Cursor},
    error::AppResult,
    site::{Page, page::count, reach::comments_feed},
    web::{form::FormErrors, page_cache::PageCache, person::UserId},
};
use askama::Template;
use diesel::QueryResult;
use serde::Deserialize;
use std::sync::Arc;

/// Comments of an entry up to which they are kept in memory.
const FEW: i32 = 20;

/// The comments of this site.
pub struct Comments;

/// What the address of the page may say.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Params {
    before: Option<String>,
    after: Option<String>,
}

#[derive(Template)]
#[template(path = "community/public/_section.html")]
struct Section<'a> {
    page: &'a Page,
    entry: &'a Entry,
    threads: Arc<Threads>,
    openness: Openness,
    sheet: FormSheet,
}

impl Section<'_> {
    fn heading(&self) -> String {
        match self.threads.count {
            0 => "Comments".to_owned(),
            many => count(i64::from(many), "comment", "comments"),
        }
    }

    fn steps(&self) -> Vec<Step<'_>> {
        steps(&self.threads.nodes)
    }

    fn is_newest(&self, id: &CommentId) -> bool {
        self.threads.count > 1 && self.threads.newest == Some(*id)
    }

    fn is_by_author(&self, comment: &Comment) -> bool {
        comment.user_id == Some(self.entry.author_id)
    }

    fn admits(&self) -> bool {
        self.openness.admits(self.page.person().is_some())
    }

    fn is_for_people(&self) -> bool {
        self.openness == Openness::PeopleOnly
    }

    fn is_open(&self) -> bool {
        matches!(self.openness, Openness::Open | Openness::PeopleOnly)
    }

    fn earlier(&self) -> Option<String> {
        self.threads.earlier.as_ref().map(|mark| format!("{}?after={mark}#comments", self.entry.address()))
    }

    fn later(&self) -> Option<String> {
        self.threads.later.as_ref().map(|mark| format!("{}?before={mark}#comments", self.entry.address()))
    }

    fn reply(&self, id: &CommentId) -> String {
        super::paths::reply(self.entry.id, *id)
    }

    fn feed(&self) -> String {
        comments_feed("atom", Some(self.entry.address()))
    }

    fn login(&self) -> String {
        crate::accounts::paths::login(self.entry.address())
    }
}

impl Below for Comments {
    fn piece(&self, conn: &mut Conn, page: &Page, entry: &Entry) -> AppResult<Piece> {
        let params: Params = serde_html_form::from_str(&page.visit.query).unwrap_or_default();
        let place = Cursor::parse(params.before.as_deref(), params.after.as_deref());
        let (threads, tags) = threads(conn, &page.visit.pages, entry.id, place.as_ref())?;
        let openness = Openness::of(&page.site.comments, entry, threads.mode, page.visit.now);
        if openness == Openness::Never && threads.count == 0 {
            return Ok(Piece::nothing(tags));
        }
        let form = CommentForm { entry: entry.id.to_string(), ..CommentForm::default() };
        let sheet = FormSheet::below(&page.site.comments, page.person(), form, FormErrors::none());
        Piece::of(&Section { page, entry, threads, openness, sheet }, tags)
    }
}

/// The threads of a page, and the tags of what they show. Where there are few on the first page they are kept in memory.
fn threads(conn: &mut Conn, pages: &PageCache, entry: EntryId, place: Option<&Cursor>) -> QueryResult<(Arc<Threads>, Vec<String>)> {
    let begun = pages.number();
    if let (None, Some(kept)) = (place, pages.recall::<Threads>(entry.number())) {
        let tags = tags(entry, &kept);
        return Ok((kept, tags));
    }
    let threads = Threads::page(conn, entry, place)?;
    let tags = tags(entry, &threads);
    let is_small = place.is_none() && threads.count <= FEW && threads.nodes.len() <= FEW as usize;
    let threads = if is_small { pages.remember(entry.number(), threads, 4, &tags, begun) } else { Arc::new(threads) };
    Ok((threads, tags))
}

fn tags(entry: EntryId, threads: &Threads) -> Vec<String> {
    let mut people = Vec::new();
    authors(&threads.nodes, &mut people);
    [comment::shown(entry)].into_iter().chain(people.into_iter().map(shown_name)).collect()
}

/// Whose names the page shows that have an account.
fn authors(nodes: &[Node], people: &mut Vec<UserId>) {
    for node in nodes {
        people.extend(node.comment.user_id.filter(|user| node.comment.is_shown() && !people.contains(user)));
        authors(&node.replies, people);
    }
}
