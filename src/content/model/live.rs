//! What visitors see at an address, with everything of its own, in one query: for the row of the entry alone where what other rows say of it
//! is in memory.
//!
//! What stands around a post is in `around`; the rest of a page (settings, menus, topics) is in memory. `tests/it/growth.rs` counts
//! the queries and the rows.

use super::{
    category::{CategoryId, Topics},
    entry::{Author, Entry, EntryId, EntryState, Text},
    revision::RevisionId,
    series, shown,
    tag::{Tag, TagId},
    translation::{Member, Spoken},
};
use crate::{
    accounts::model::profile::shown_bio,
    db::{Conn, statement::Statement},
    media::{
        model::picture::{self, Picture},
        paths::is_file,
        shown::{about_file, file},
    },
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
use std::{
    hash::{DefaultHasher, Hash, Hasher},
    sync::Arc,
};

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

/// What stands in the row of an entry: itself, text and headings.
type Row = (Entry, String, String);

/// The author; the picture, categories, tags, series and translations as JSON; when the live revision went live.
type OwnRow = (Author, Json, Json, Json, Json, Json, Option<NaiveDateTime>);
type Json = Option<String>;

/// Both.
type LiveRow = (Entry, String, String, Author, Json, Json, Json, Json, Json, Option<NaiveDateTime>);
type LiveType = (
    SqlTypeOf<AsSelect<Entry, Mysql>>,
    Mediumtext,
    Mediumtext,
    SqlTypeOf<AsSelect<Author, Mysql>>,
    Nullable<Mediumtext>,
    Nullable<Mediumtext>,
    Nullable<Mediumtext>,
    Nullable<Mediumtext>,
    Nullable<Mediumtext>,
    Nullable<Datetime>,
);

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

/// What an entry shows that stands in other rows than its own. It takes more of the database's time than all the rest, so it is kept in
/// memory, under a hash of the address.
#[derive(Clone)]
struct Own {
    entry: EntryId,
    live: Option<RevisionId>,
    image_url: String,
    author: Author,
    picture: Option<Picture>,
    topics: Vec<CategoryId>,
    tags: Vec<Tag>,
    series: Option<series::Named>,
    spoken: Spoken,
    went_live: Option<NaiveDateTime>,
}

impl Own {
    /// What tells that it has changed.
    fn cache_tags(&self) -> Vec<String> {
        let mut tags = vec![shown::entry(self.entry), shown::own_page(self.entry)];
        tags.extend([shown::author(self.author.id), shown_bio(self.author.id)]);
        tags.extend(self.picture.iter().flat_map(|picture| [file(picture.id), about_file(picture.id)]));
        tags.extend(self.topics.iter().map(|topic| shown::category(*topic)));
        tags.extend(self.tags.iter().map(|tag| shown::tag(tag.id)));
        tags.extend(self.series.iter().map(|series| shown::series(series.id)));
        tags.extend(self.spoken.group.map(shown::translations));
        tags
    }

    /// Whether it is of this entry, with the revision, author and picture that it has now.
    fn fits(&self, entry: &Entry) -> bool {
        (self.entry, self.live, self.author.id) == (entry.id, entry.live_revision_id, entry.author_id) && self.image_url == entry.image_url
    }

    /// A picture that is not in the library yet may come into it without a word to this entry.
    fn may_stay(&self) -> bool {
        self.picture.is_some() == is_file(&self.image_url)
    }

    fn of(entry: &Entry, (author, shown, topics, tags, series, translations, went_live): OwnRow) -> QueryResult<Own> {
        let mut topics: Vec<TopicJson> = list(topics.as_deref())?;
        topics.sort_by_key(|topic| (topic.position, topic.id));
        let mut tags: Vec<TagJson> = list(tags.as_deref())?;
        tags.sort_by_key(|tag| (tag.position, tag.id));
        Ok(Own {
            entry: entry.id,
            live: entry.live_revision_id,
            image_url: entry.image_url.clone(),
            author,
            picture: Picture::of_json(shown.as_deref())?,
            topics: topics.into_iter().map(|topic| topic.id).collect(),
            tags: tags.into_iter().map(|TagJson { id, name, slug, .. }| Tag { id, name, slug }).collect(),
            series: series.as_deref().map(one).transpose()?,
            spoken: Spoken::of_members(entry.id, list::<Member>(translations.as_deref())?),
            went_live,
        })
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
            let at = entries::table.filter(entries::path.eq(path)).filter(entries::state.eq(EntryState::Published));
            let row: Row = at.select((Entry::as_select(), entries::body_html, entries::contents)).first(conn)?;
            if own.fits(&row.0) {
                return Ok(Live::of(row, Arc::unwrap_or_clone(own)));
            }
        }
        let (row, own) = Live::read(conn, path)?;
        let own = Own::of(&row.0, own)?;
        if own.may_stay() {
            let shown = own.cache_tags();
            pages.remember(key, own.clone(), 1, &shown, begun);
        }
        Ok(Live::of(row, own))
    }

    fn read(conn: &mut Conn, path: &str) -> QueryResult<(Row, OwnRow)> {
        let text = format!(
            "SELECT STRAIGHT_JOIN {{}}, {}, {TOPICS} AS topics, {TAGS} AS tags, {SERIES} AS series, {TRANSLATIONS} AS translations, \
             {WENT_LIVE} AS went_live \
             FROM entries JOIN users ON users.id = entries.author_id LEFT JOIN files ON files.address = entries.image_url {} \
             WHERE entries.path = ? AND entries.state = 'published' LIMIT 1",
            picture::COLUMN,
            picture::JOINS
        );
        let columns = (Entry::as_select(), entries::body_html, entries::contents, Author::as_select());
        let statement: Statement<_, LiveType> = Statement::new(text, columns).text(path);
        let (entry, html, contents, author, shown, topics, tags, series, translations, went_live): LiveRow = statement.get_result(conn)?;
        Ok(((entry, html, contents), (author, shown, topics, tags, series, translations, went_live)))
    }

    fn of((entry, html, contents): Row, own: Own) -> Live {
        let Own { author, picture, topics, tags, series, spoken, went_live, .. } = own;
        Live { entry, author, text: Text::stored(html, &contents), picture, topics, tags, series, spoken, went_live }
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
