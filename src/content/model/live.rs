//! What visitors see at an address, with everything of its own, in one query.
//!
//! What stands around a post is in `around`; the rest of a page (settings, menus, topics) is in memory. `tests/it/growth.rs` counts
//! the queries and the rows.

use super::{
    category::{CategoryId, Topics},
    entry::{Author, Entry, EntryId, Text},
    shown,
    tag::{Tag, TagId},
};
use crate::{
    db::{Conn, statement::Statement},
    media::model::picture::{self, Picture},
    schema::entries,
    web::page_cache::PageCache,
};
use chrono::NaiveDateTime;
use diesel::{
    dsl::{AsSelect, SqlTypeOf},
    mysql::Mysql,
    prelude::*,
    sql_types::{Datetime, Mediumtext, Nullable},
};
use serde::{Deserialize, de::DeserializeOwned};
use std::hash::{DefaultHasher, Hash, Hasher};

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
    /// When the text that visitors read went live, UTC; saves of drafts do not move it.
    pub went_live: Option<NaiveDateTime>,
}

/// Entry and author, text, headings; the picture, categories and tags as JSON; when the live revision went live.
type LiveType = (
    SqlTypeOf<AsSelect<Entry, Mysql>>,
    SqlTypeOf<AsSelect<Author, Mysql>>,
    Mediumtext,
    Mediumtext,
    Nullable<Mediumtext>,
    Nullable<Mediumtext>,
    Nullable<Mediumtext>,
    Nullable<Datetime>,
);
type LiveRow = (Entry, Author, String, String, Option<String>, Option<String>, Option<String>, Option<NaiveDateTime>);

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

/// The topics and tags of an entry. They take more of the database's time than all the rest, so they are kept in memory, under a
/// hash of the address.
struct Own {
    id: EntryId,
    topics: Vec<CategoryId>,
    tags: Vec<Tag>,
}

const TOPICS: &str = "(SELECT JSON_ARRAYAGG(JSON_OBJECT('position', position, 'id', category_id)) \
     FROM entry_categories WHERE entry_id = entries.id)";
const TAGS: &str = "(SELECT JSON_ARRAYAGG(JSON_OBJECT('position', entry_tags.position, 'id', tags.id, 'name', tags.name, 'slug', tags.slug)) \
     FROM entry_tags JOIN tags ON tags.id = entry_tags.tag_id WHERE entry_tags.entry_id = entries.id)";

const WENT_LIVE: &str = "(SELECT revisions.published_at FROM revisions WHERE revisions.id = entries.live_revision_id)";

impl Live {
    /// What visitors see at this address; or `NotFound`.
    pub fn at(conn: &mut Conn, pages: &PageCache, path: &str) -> QueryResult<Live> {
        let (begun, key) = (pages.number(), hash(path));
        if let Some(own) = pages.recall::<Own>(key) {
            let live = Live::read(conn, path, ["NULL", "NULL"])?;
            if live.entry.id == own.id {
                return Ok(Live { topics: own.topics.clone(), tags: own.tags.clone(), ..live });
            }
        }
        let live = Live::read(conn, path, [TOPICS, TAGS])?;
        let id = live.entry.id;
        let mut tags = vec![shown::entry(id), shown::own_page(id)];
        tags.extend(live.topics.iter().map(|topic| shown::category(*topic)));
        tags.extend(live.tags.iter().map(|tag| shown::tag(tag.id)));
        pages.remember(key, Own { id, topics: live.topics.clone(), tags: live.tags.clone() }, &tags, begun);
        Ok(live)
    }

    fn read(conn: &mut Conn, path: &str, [topics, tags]: [&str; 2]) -> QueryResult<Live> {
        let text = format!(
            "SELECT STRAIGHT_JOIN {{}}, {}, {topics} AS topics, {tags} AS tags, {WENT_LIVE} AS went_live \
             FROM entries JOIN users ON users.id = entries.author_id LEFT JOIN files ON files.address = entries.image_url {} \
             WHERE entries.path = ? AND entries.state = 'published' LIMIT 1",
            picture::COLUMN,
            picture::JOINS
        );
        let columns = (Entry::as_select(), Author::as_select(), entries::body_html, entries::contents);
        let statement: Statement<_, LiveType> = Statement::new(text, columns).text(path);
        let (entry, author, html, contents, shown, topics, tags, went_live): LiveRow = statement.get_result(conn)?;
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
            went_live,
        })
    }
}

/// The key of an address in memory; whoever finds something there looks whether it is what was meant.
fn hash(path: &str) -> i64 {
    let mut hasher = DefaultHasher::new();
    path.hash(&mut hasher);
    hasher.finish().cast_signed()
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
