//! What visitors see at an address, with everything of its own, in one query; and what stands around a post, in another.
//!
//! The rest of a page (settings, menus, topics) is in memory. `tests/it/growth.rs` counts the queries and the rows.

use super::{
    category::{CategoryId, Topics},
    entry::{Author, Entry, EntryId, Text},
    list::{Brief, BriefRow, BriefType, Neighbour},
    tag::{Tag, TagId},
};
use crate::{
    db::{Conn, statement::Statement},
    media::model::picture::{self, Picture},
    schema::entries,
};
use chrono::NaiveDateTime;
use diesel::{
    dsl::{AsSelect, SqlTypeOf},
    mysql::Mysql,
    prelude::*,
    sql_types::{Mediumtext, Nullable},
};
use serde::{Deserialize, de::DeserializeOwned};

/// An entry that is live, with what is its own.
#[derive(Debug, Clone)]
pub struct Live {
    /// The entry.
    pub entry: Entry,
    /// Who wrote it.
    pub author: Author,
    /// Its text.
    pub text: Text,
    /// The picture above the text, where it is one of the library.
    pub picture: Option<Picture>,
    /// Its categories, the main one first.
    pub topics: Vec<CategoryId>,
    /// Its tags, in the order typed.
    pub tags: Vec<Tag>,
}

/// Entry and author, text, headings; the picture, categories and tags as JSON.
type LiveType = (
    SqlTypeOf<AsSelect<Entry, Mysql>>,
    SqlTypeOf<AsSelect<Author, Mysql>>,
    Mediumtext,
    Mediumtext,
    Nullable<Mediumtext>,
    Nullable<Mediumtext>,
    Nullable<Mediumtext>,
);
type LiveRow = (Entry, Author, String, String, Option<String>, Option<String>, Option<String>);

#[derive(Deserialize)]
struct TopicJson {
    position: i32,
    id: CategoryId,
}

#[derive(Deserialize)]
struct TagJson {
    position: i32,
    id: TagId,
    name: String,
    slug: String,
}

/// JSON that the database has made; NULL: an empty list.
fn list<T: DeserializeOwned>(json: Option<&str>) -> QueryResult<Vec<T>> {
    serde_json::from_str(json.unwrap_or("[]")).map_err(|error| diesel::result::Error::DeserializationError(error.into()))
}

impl Live {
    /// What visitors see at this address; or `NotFound`.
    pub fn at(conn: &mut Conn, path: &str) -> QueryResult<Live> {
        let text = format!(
            "SELECT STRAIGHT_JOIN {{}}, {}, \
             (SELECT JSON_ARRAYAGG(JSON_OBJECT('position', position, 'id', category_id)) \
                FROM entry_categories WHERE entry_id = entries.id), \
             (SELECT JSON_ARRAYAGG(JSON_OBJECT('position', entry_tags.position, 'id', tags.id, 'name', tags.name, 'slug', tags.slug)) \
                FROM entry_tags JOIN tags ON tags.id = entry_tags.tag_id WHERE entry_tags.entry_id = entries.id) \
             FROM entries JOIN users ON users.id = entries.author_id LEFT JOIN files ON files.address = entries.image_url {} \
             WHERE entries.path = ? AND entries.state = 'published' LIMIT 1",
            picture::COLUMN,
            picture::JOINS
        );
        let columns = (Entry::as_select(), Author::as_select(), entries::body_html, entries::contents);
        let statement: Statement<_, LiveType> = Statement::new(text, columns).text(path);
        let (entry, author, html, contents, shown, topics, tags): LiveRow = statement.get_result(conn)?;
        let mut topics: Vec<TopicJson> = list(topics.as_deref())?;
        topics.sort_by_key(|topic| (topic.position, topic.id));
        let mut tags: Vec<TagJson> = list(tags.as_deref())?;
        tags.sort_by_key(|tag| (tag.position, tag.id));
        Ok(Live {
            entry,
            author,
            text: Text::stored(html, &contents),
            picture: Picture::of_json(shown.as_deref())?,
            topics: topics.into_iter().map(|topic| topic.id).collect(),
            tags: tags.into_iter().map(|TagJson { id, name, slug, .. }| Tag { id, name, slug }).collect(),
        })
    }
}

/// What stands around a post.
#[derive(Debug, Clone, Default)]
pub struct Around {
    /// The post before it in time.
    pub older: Neighbour,
    /// The one after it.
    pub newer: Neighbour,
    /// “Interesting links”: live posts that share the most with it, then the newest.
    pub related: Vec<Brief>,
}

/// How many related posts are shown.
const MOST: i64 = 5;

/// Lists that are looked at for related posts, and the newest rows of each: the query reads at most their product.
const LISTS: usize = 8;
const ROWS: i64 = 40;

const OLDER: i64 = 1;
const NEWER: i64 = 2;

const OLDER_POST: &str = "(SELECT entry_id, 1 AS part, 0 AS weight FROM listings WHERE kind = 'all' AND list_key = 0 \
     AND published_at <= ? AND (published_at < ? OR entry_id < ?) ORDER BY published_at DESC, entry_id DESC LIMIT 1)";
const NEWER_POST: &str = "(SELECT entry_id, 2 AS part, 0 AS weight FROM listings WHERE kind = 'all' AND list_key = 0 \
     AND published_at >= ? AND (published_at > ? OR entry_id > ?) ORDER BY published_at, entry_id LIMIT 1)";
const OF_LIST: &str = "(SELECT entry_id, published_at, CAST(? AS SIGNED) AS weight FROM listings WHERE kind = ? AND list_key = ? \
     ORDER BY published_at DESC, entry_id DESC LIMIT ?)";

/// The lists from which posts related to one with these topics and tags are chosen: weight, kind and key. A shared tag weighs
/// twice a shared category, or one above it.
fn lists(topics: &[CategoryId], tags: &[TagId]) -> Vec<(i64, &'static str, i64)> {
    let tags = tags.iter().map(|id| (2, "tag", id.number()));
    tags.chain(topics.iter().map(|id| (1, "category", id.number()))).take(LISTS).collect()
}

impl Around {
    /// What stands around the post with this key, published at that time, in these topics and with these tags.
    pub fn of(
        conn: &mut Conn,
        id: EntryId,
        published_at: Option<NaiveDateTime>,
        topics: &[CategoryId],
        tags: &[TagId],
    ) -> QueryResult<Around> {
        let lists = lists(topics, tags);
        let mut parts = Vec::new();
        if published_at.is_some() {
            parts.extend([OLDER_POST.to_owned(), NEWER_POST.to_owned()]);
        }
        if !lists.is_empty() {
            parts.push(format!(
                "(SELECT entry_id, 3 AS part, SUM(weight) AS weight FROM ({}) AS shared WHERE entry_id <> ? \
                  GROUP BY entry_id ORDER BY SUM(weight) DESC, MAX(published_at) DESC, entry_id DESC LIMIT ?)",
                vec![OF_LIST; lists.len()].join(" UNION ALL ")
            ));
        }
        if parts.is_empty() {
            return Ok(Around::default());
        }
        let text = format!(
            "SELECT STRAIGHT_JOIN {{}}, {}, CAST(chosen.part AS SIGNED), CAST(chosen.weight AS SIGNED) FROM ({}) AS chosen \
             JOIN entries ON entries.id = chosen.entry_id {} WHERE entries.state = 'published'",
            picture::COLUMN,
            parts.join(" UNION ALL "),
            Brief::joins()
        );
        let mut statement: Statement<_, BriefType> = Statement::new(text, Brief::columns());
        for at in published_at.into_iter().flat_map(|at| [at; 2]) {
            statement = statement.time(at).time(at).number(id.number());
        }
        for (weight, kind, key) in &lists {
            statement = statement.number(*weight).text(*kind).number(*key).number(ROWS);
        }
        if !lists.is_empty() {
            statement = statement.number(id.number()).number(MOST);
        }
        let rows: Vec<BriefRow> = statement.load(conn)?;
        Ok(Around::sorted(rows.into_iter().map(Brief::of_row).collect::<QueryResult<Vec<_>>>()?))
    }

    fn sorted(rows: Vec<(Brief, i64, i64)>) -> Around {
        let mut around = Around::default();
        let mut related = Vec::new();
        for (brief, part, weight) in rows {
            let named = |brief: Brief| Some((brief.entry.id, (brief.entry.path?, brief.entry.title)));
            match part {
                OLDER => around.older = named(brief),
                NEWER => around.newer = named(brief),
                _ => related.push((weight, brief)),
            }
        }
        related.sort_by_key(|(weight, brief)| std::cmp::Reverse((*weight, brief.entry.published_at, brief.entry.id)));
        around.related = related.into_iter().map(|(_, brief)| brief).collect();
        around
    }
}

/// These topics and everything above them, the main one's trail first.
pub fn with_above(topics: &Topics, own: &[CategoryId]) -> Vec<CategoryId> {
    let mut all = Vec::new();
    for topic in own.iter().flat_map(|id| topics.trail(*id)) {
        if !all.contains(&topic.id) {
            all.push(topic.id);
        }
    }
    all
}
