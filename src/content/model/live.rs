//! What visitors see at an address, with everything of its own, in one query.
//!
//! What stands around a post is in `around`; the rest of a page (settings, menus, topics) is in memory. `tests/it/growth.rs` counts
//! the queries and the rows.

use super::{
    category::{CategoryId, Topics},
    entry::{Author, Entry, EntryId, Text},
    series, shown,
    tag::{Tag, TagId},
    translation::{Member, Spoken},
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
    /// The series that it is part of.
    pub series: Option<series::Named>,
    /// Its language, and in which others it can be read.
    pub spoken: Spoken,
    /// When the text that visitors read went live, UTC; saves of drafts do not move it.
    pub went_live: Option<NaiveDateTime>,
}

/// Entry and author, text, headings; the picture, categories, tags, series and translations as JSON; when the live revision went live.
type LiveType = (
    SqlTypeOf<AsSelect<Entry, Mysql>>,
    SqlTypeOf<AsSelect<Author, Mysql>>,
    Mediumtext,
    Mediumtext,
    Nullable<Mediumtext>,
    Nullable<Mediumtext>,
    Nullable<Mediumtext>,
    Nullable<Mediumtext>,
    Nullable<Mediumtext>,
    Nullable<Datetime>,
);
type Json = Option<String>;
type LiveRow = (Entry, Author, String, String, Json, Json, Json, Json, Json, Option<NaiveDateTime>);

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
    one(json.unwrap_or("[]"))
}

fn one<T: DeserializeOwned>(json: &str) -> QueryResult<T> {
    serde_json::from_str(json).map_err(|error| diesel::result::Error::DeserializationError(error.into()))
}

/// The topics and tags of an entry, its series and its translations. They take more of the database's time than all the rest, so they
/// are kept in memory, under a hash of the address.
#[derive(Clone)]
struct Own {
    id: EntryId,
    topics: Vec<CategoryId>,
    tags: Vec<Tag>,
    series: Option<series::Named>,
    spoken: Spoken,
}

impl Own {
    /// What tells that it has changed.
    fn cache_tags(&self) -> Vec<String> {
        let mut tags = vec![shown::entry(self.id), shown::own_page(self.id)];
        tags.extend(self.topics.iter().map(|topic| shown::category(*topic)));
        tags.extend(self.tags.iter().map(|tag| shown::tag(tag.id)));
        tags.extend(self.series.iter().map(|series| shown::series(series.id)));
        tags.extend(self.spoken.group.map(shown::translations));
        tags
    }
}

const TOPICS: &str = "(SELECT JSON_ARRAYAGG(JSON_OBJECT('position', position, 'id', category_id)) \
     FROM entry_categories WHERE entry_id = entries.id)";
const TAGS: &str = "(SELECT JSON_ARRAYAGG(JSON_OBJECT('position', entry_tags.position, 'id', tags.id, 'name', tags.name, 'slug', tags.slug)) \
     FROM entry_tags JOIN tags ON tags.id = entry_tags.tag_id WHERE entry_tags.entry_id = entries.id)";

const SERIES: &str = "(SELECT JSON_OBJECT('id', series.id, 'title', series.title, 'slug', series.slug) \
     FROM series_parts JOIN series ON series.id = series_parts.series_id WHERE series_parts.entry_id = entries.id)";
const TRANSLATIONS: &str = "(SELECT JSON_ARRAYAGG(JSON_OBJECT('group', other.group_id, 'entry', other.entry_id, 'language', other.language, \
     'path', its.path)) FROM translations AS own JOIN translations AS other ON other.group_id = own.group_id \
     JOIN entries AS its ON its.id = other.entry_id AND its.state = 'published' WHERE own.entry_id = entries.id)";

const WENT_LIVE: &str = "(SELECT revisions.published_at FROM revisions WHERE revisions.id = entries.live_revision_id)";

impl Live {
    /// What visitors see at this address; or `NotFound`.
    pub fn at(conn: &mut Conn, pages: &PageCache, path: &str) -> QueryResult<Live> {
        let (begun, key) = (pages.number(), hash(path));
        if let Some(own) = pages.recall::<Own>(key) {
            let live = Live::read(conn, path, ["NULL"; 4])?;
            if live.entry.id == own.id {
                let Own { topics, tags, series, spoken, .. } = (*own).clone();
                return Ok(Live { topics, tags, series, spoken, ..live });
            }
        }
        let live = Live::read(conn, path, [TOPICS, TAGS, SERIES, TRANSLATIONS])?;
        let Live { topics, tags, series, spoken, .. } = &live;
        let own = Own { id: live.entry.id, topics: topics.clone(), tags: tags.clone(), series: series.clone(), spoken: spoken.clone() };
        let shown = own.cache_tags();
        pages.remember(key, own, 1, &shown, begun);
        Ok(live)
    }

    fn read(conn: &mut Conn, path: &str, [topics, tags, series, translations]: [&str; 4]) -> QueryResult<Live> {
        let text = format!(
            "SELECT STRAIGHT_JOIN {{}}, {}, {topics} AS topics, {tags} AS tags, {series} AS series, {translations} AS translations, \
             {WENT_LIVE} AS went_live \
             FROM entries JOIN users ON users.id = entries.author_id LEFT JOIN files ON files.address = entries.image_url {} \
             WHERE entries.path = ? AND entries.state = 'published' LIMIT 1",
            picture::COLUMN,
            picture::JOINS
        );
        let columns = (Entry::as_select(), Author::as_select(), entries::body_html, entries::contents);
        let statement: Statement<_, LiveType> = Statement::new(text, columns).text(path);
        let (entry, author, html, contents, shown, topics, tags, series, translations, went_live): LiveRow = statement.get_result(conn)?;
        let mut topics: Vec<TopicJson> = list(topics.as_deref())?;
        topics.sort_by_key(|topic| (topic.position, topic.id));
        let mut tags: Vec<TagJson> = list(tags.as_deref())?;
        tags.sort_by_key(|tag| (tag.position, tag.id));
        Ok(Live {
            series: series.as_deref().map(one).transpose()?,
            spoken: Spoken::of_members(entry.id, list::<Member>(translations.as_deref())?),
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
