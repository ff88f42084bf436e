//! Results and what they can be narrowed to, as the page shows them.

use super::show::Params;
use crate::{
    content::model::{
        category::{CategoryId, Topics},
        entry::{EntryId, Kind},
        list::Brief,
    },
    db::Conn,
    schema::users,
    search::{
        model::{
            counts::Counts,
            finding::{self, Found},
        },
        passage::{self, Piece},
    },
    web::{page_cache::PageCache, person::UserId},
};
use diesel::prelude::*;
use std::{collections::HashMap, sync::Arc};

/// A result.
pub struct Row {
    /// The entry.
    pub brief: Arc<Brief>,
    /// Where it stands: its topics from the top, or its address.
    pub place: String,
    /// The title in pieces.
    pub title: Vec<Piece>,
    /// What is shown of its text, in pieces.
    pub passage: Vec<Piece>,
    /// Whether editors have put it there.
    pub is_promoted: bool,
}

impl Row {
    /// Pages have no date.
    pub fn is_dated(&self) -> bool {
        self.brief.entry.kind == Kind::Post
    }
}

/// The results with these keys, in their order.
pub fn rows(conn: &mut Conn, pages: &PageCache, topics: &Topics, found: &Found, ids: &[EntryId], promoted: usize) -> QueryResult<Vec<Row>> {
    let briefs = Brief::load(conn, pages, ids)?;
    let texts = finding::texts(conn, ids)?;
    let row = |brief: Arc<Brief>| {
        let text = texts.get(&brief.entry.id).map_or("", String::as_str);
        let shown = passage::best(text, &found.marks);
        let summary = || passage::whole(&brief.entry.summary, &found.marks);
        Row {
            place: place(topics, &brief),
            title: passage::whole(&brief.entry.title, &found.marks),
            passage: shown.unwrap_or_else(summary),
            is_promoted: ids.iter().position(|id| *id == brief.entry.id).is_some_and(|at| at < promoted),
            brief,
        }
    };
    Ok(briefs.into_iter().map(row).collect())
}

fn place(topics: &Topics, brief: &Brief) -> String {
    let trail = brief.topic_id.map(|id| topics.trail(id)).unwrap_or_default();
    if trail.is_empty() && brief.entry.kind == Kind::Page {
        return brief.entry.address().to_owned();
    }
    trail.into_iter().map(|topic| topic.name.as_str()).collect::<Vec<_>>().join(" / ")
}

/// One of several things to narrow results to.
pub struct Choice {
    /// The value in the form.
    pub value: String,
    /// What stands beside it.
    pub label: String,
    /// How many results it leaves; with `+` where not all were counted. Empty: all.
    pub count: String,
    /// Whether it is chosen.
    pub is_chosen: bool,
}

/// Choices of one kind.
pub struct Choices {
    /// The name of the field.
    pub name: &'static str,
    /// What stands above them.
    pub legend: &'static str,
    /// “Any”, then those that leave something.
    pub choices: Vec<Choice>,
}

/// Everything that these results can be narrowed to.
pub fn choices(conn: &mut Conn, topics: &Topics, counts: &Counts, params: &Params, is_whole: bool) -> QueryResult<Vec<Choices>> {
    let shown = |count: i64| if is_whole { count.to_string() } else { format!("{count}+") };
    let kind = |kind: Kind| if kind == Kind::Post { "Articles" } else { "Pages" };
    let kinds = counts.kinds.iter().map(|(one, count)| (one.word().to_owned(), kind(*one).to_owned(), shown(*count)));
    let named = |id: &CategoryId| topics.get(*id).map(|topic| (topic.path.clone(), topic.name.clone()));
    let categories = counts.topics.iter().filter_map(|(id, count)| named(id).map(|(path, name)| (path, name, shown(*count))));
    let ids: Vec<UserId> = counts.authors.iter().map(|(id, _)| *id).collect();
    let authors = users::table.filter(users::id.eq_any(ids)).select((users::id, (users::slug, users::name)));
    let authors: HashMap<UserId, (String, String)> = authors.load::<(UserId, (String, String))>(conn)?.into_iter().collect();
    let authors =
        counts.authors.iter().filter_map(|(id, count)| authors.get(id).map(|(slug, name)| (slug.clone(), name.clone(), shown(*count))));
    let years = counts.years.iter().map(|(year, count)| (year.to_string(), year.to_string(), shown(*count)));
    let all = [
        group("kind", "Kind", &params.kind, kinds.collect()),
        group("topic", "Topic", &params.topic, categories.collect()),
        group("author", "Author", &params.author, authors.collect()),
        group("year", "Published", &params.year, years.collect()),
    ];
    Ok(all.into_iter().flatten().collect())
}

/// A choice between one thing and all is none.
fn group(name: &'static str, legend: &'static str, chosen: &str, found: Vec<(String, String, String)>) -> Option<Choices> {
    if found.len() < 2 && chosen.is_empty() {
        return None;
    }
    let any = Choice { value: String::new(), label: "Any".to_owned(), count: String::new(), is_chosen: chosen.is_empty() };
    let mut choices = vec![any];
    choices.extend(found.into_iter().map(|(value, label, count)| Choice { is_chosen: value == chosen, value, label, count }));
    Some(Choices { name, legend, choices })
}
