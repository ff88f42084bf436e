//! Entries: posts and pages. The row is the stable shell, and carries what visitors see of the live revision.

use super::revision::RevisionId;
use crate::{
    db::{
        Conn,
        statement::{Statement, filled, kept},
    },
    markup::{Heading, SafeHtml},
    schema::{entries, users},
    text_enum, typed_id,
    web::person::UserId,
};
use chrono::NaiveDateTime;
use diesel::{
    dsl::{AsSelect, SqlTypeOf},
    mysql::Mysql,
    prelude::*,
};
use std::ops::Deref;

typed_id!(
    /// Names an entry.
    EntryId
);

text_enum!(
    /// What an entry is.
    Kind {
        /// Dated, in lists, at `/posts/{slug}`.
        Post = "post",
        /// In a tree, at `/{parent}/{child}`.
        Page = "page",
    }
);

text_enum!(
    /// Where an entry is in its life.
    EntryState {
        /// Nobody but those who write sees it.
        Draft = "draft",
        /// Visitors see its live revision.
        Published = "published",
        /// Kept for 30 days.
        Trashed = "trashed",
    }
);

/// An entry as lists of the admin show it, and what its place in the tree is told by: every column costs in every row of a list.
#[derive(Debug, Clone, HasQuery)]
#[diesel(table_name = entries)]
pub struct Listed {
    /// Key.
    pub id: EntryId,
    /// Post or page.
    pub kind: Kind,
    /// The page above.
    pub parent_id: Option<EntryId>,
    /// The address on the site; `None` in the trash.
    pub path: Option<String>,
    /// Order among siblings.
    pub position: i32,
    /// Draft, published or trashed.
    pub state: EntryState,
    /// Of the live revision; of the newest while nothing is live.
    pub title: String,
    /// Who is named as its author.
    pub author_id: UserId,
    /// What visitors see.
    pub live_revision_id: Option<RevisionId>,
    /// What was saved last.
    pub latest_revision_id: Option<RevisionId>,
    /// When the scheduled revision goes live by itself.
    pub publish_at: Option<NaiveDateTime>,
    /// What goes live then, whatever is saved in between.
    pub scheduled_revision_id: Option<RevisionId>,
    /// When it is taken off the site by itself.
    pub unpublish_at: Option<NaiveDateTime>,
    /// When it was last saved, published or moved.
    pub changed_at: NaiveDateTime,
}

/// An entry without its text. What lists show of it is read through it.
#[derive(Debug, Clone, HasQuery)]
#[diesel(table_name = entries)]
pub struct Entry {
    /// What lists show.
    #[diesel(embed)]
    pub listed: Listed,
    /// Last part of the address.
    pub slug: String,
    /// One or two sentences. It and the fields below are of the live revision; of the newest while nothing is live.
    pub summary: String,
    /// Words in the body.
    pub words: i32,
    /// A picture, by its address on this site, or empty.
    pub image_url: String,
    /// What the picture shows.
    pub image_alt: String,
    /// For search engines; empty: the title.
    pub meta_title: String,
    /// For search engines; empty: the summary.
    pub meta_description: String,
    /// Shown first on the home page.
    pub featured: bool,
    /// The date shown and sorted by.
    pub published_at: Option<NaiveDateTime>,
    /// When it was first saved.
    pub created_at: NaiveDateTime,
    /// When it went to the trash.
    pub trashed_at: Option<NaiveDateTime>,
    /// The page above that took it along.
    pub trashed_with_id: Option<EntryId>,
}

impl Deref for Entry {
    type Target = Listed;

    fn deref(&self) -> &Listed {
        &self.listed
    }
}

/// The text of an entry as visitors read it.
#[derive(Debug, Clone)]
pub struct Text {
    /// Sanitised when it was saved.
    pub html: SafeHtml,
    /// Headings for the contents list.
    pub headings: Vec<Heading>,
}

impl Text {
    /// The text as an entry's row has it.
    pub fn stored(html: String, contents: &str) -> Text {
        Text { html: SafeHtml::from_store(html), headings: serde_json::from_str(contents).unwrap_or_default() }
    }
}

/// Who wrote an entry.
#[derive(Debug, Clone, HasQuery)]
#[diesel(table_name = users)]
pub struct Author {
    /// Key.
    pub id: UserId,
    /// Name shown.
    pub name: String,
    /// Names the author page.
    pub slug: String,
    /// A few sentences, plain text.
    pub bio: String,
}

impl Entry {
    /// The entry with this key, in whatever state.
    pub fn find(conn: &mut Conn, id: EntryId) -> QueryResult<Entry> {
        Entry::query().find(id).first(conn)
    }

    /// The same, locked until the transaction ends: whoever changes an entry begins with this.
    pub fn lock(conn: &mut Conn, id: EntryId) -> QueryResult<Entry> {
        Entry::query().find(id).for_update().first(conn)
    }

    /// Published pages below this one, in their order; bounded by 100.
    pub fn live_children(conn: &mut Conn, id: EntryId) -> QueryResult<Vec<Entry>> {
        Entry::query()
            .filter(entries::parent_id.eq(id))
            .filter(entries::state.eq(EntryState::Published))
            .order((entries::position, entries::id))
            .limit(100)
            .load(conn)
    }

    /// Published pages at the top, in their order.
    pub fn live_at_the_top(conn: &mut Conn, most: usize) -> QueryResult<Vec<Entry>> {
        let text = "SELECT {} FROM entries FORCE INDEX (entries_in_tree) WHERE kind = 'page' AND parent_id IS NULL AND state = 'published' \
                    ORDER BY position, id LIMIT ?";
        let statement: Statement<_, SqlTypeOf<AsSelect<Entry, Mysql>>> = Statement::new(text, Entry::as_select());
        statement.number(most as i64).load(conn)
    }

    /// The published entry at this address; or `NotFound`.
    pub fn live_at(conn: &mut Conn, path: &str) -> QueryResult<Entry> {
        Entry::query().filter(entries::path.eq(path)).filter(entries::state.eq(EntryState::Published)).first(conn)
    }
}

impl Listed {
    /// The entry with this key, in whatever state.
    pub fn find(conn: &mut Conn, id: EntryId) -> QueryResult<Listed> {
        Listed::query().find(id).first(conn)
    }

    /// Those with these keys, in the order of the keys; those that are gone are left out.
    pub fn in_order(conn: &mut Conn, ids: &[EntryId]) -> QueryResult<Vec<Listed>> {
        let mut rows: Vec<Listed> = kept(Listed::query().filter(entries::id.eq_any(filled(ids)))).load(conn)?;
        rows.sort_by_cached_key(|entry| ids.iter().position(|id| *id == entry.id));
        Ok(rows)
    }

    /// Those with these keys, by title.
    pub fn by_title(conn: &mut Conn, ids: &[EntryId]) -> QueryResult<Vec<Listed>> {
        Listed::query().filter(entries::id.eq_any(ids)).order(entries::title).load(conn)
    }

    /// Whether visitors see it.
    pub fn is_live(&self) -> bool {
        self.state == EntryState::Published
    }

    /// Whether a newer revision waits behind the live one.
    pub fn is_ahead(&self) -> bool {
        self.is_live() && self.live_revision_id != self.latest_revision_id
    }

    /// Whether a newer draft was saved after one was scheduled.
    pub fn is_ahead_of_schedule(&self) -> bool {
        self.publish_at.is_some() && self.scheduled_revision_id.is_some_and(|pinned| Some(pinned) != self.latest_revision_id)
    }

    /// The address, or the address it would have.
    pub fn address(&self) -> &str {
        self.path.as_deref().unwrap_or("")
    }

    /// Class and words of its state, for `span.state`.
    pub fn state_shown(&self) -> (&'static str, &'static str) {
        match self.state {
            EntryState::Trashed => ("is-bad", "In the trash"),
            EntryState::Published if self.publish_at.is_some() => ("is-scheduled", "Live, update scheduled"),
            _ if self.publish_at.is_some() => ("is-scheduled", "Scheduled"),
            EntryState::Published if self.is_ahead() => ("is-ahead", "Live, draft ahead"),
            EntryState::Published => ("is-live", "Live"),
            EntryState::Draft => ("is-draft", "Draft"),
        }
    }
}
