//! Comments: the row, and what it knows of itself.

use crate::{
    content::model::entry::EntryId,
    db::Conn,
    markup::SafeHtml,
    schema::{comments, users},
    text_enum, typed_id,
    web::person::UserId,
};
use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

pub use super::writing::{NewMention, receive_mention};

typed_id!(
    /// Names a comment.
    CommentId
);

text_enum!(
    /// How a comment came.
    Kind {
        /// Somebody wrote it here.
        Comment = "comment",
        /// Another site links to the entry (W3C Webmention).
        Webmention = "webmention",
    }
);

text_enum!(
    /// Where a comment is in its life.
    State {
        /// Waits for a moderator.
        Held = "held",
        /// Visitors see it.
        Shown = "shown",
        /// Spam, by the filter or a moderator.
        Spam = "spam",
        /// Taken off by a moderator.
        Trashed = "trashed",
        /// Taken back by its author, while others had answered it; its words are gone.
        Withdrawn = "withdrawn",
    }
);

impl State {
    /// The name of its list in the queue.
    pub fn label(self) -> &'static str {
        match self {
            State::Held => "Waiting",
            State::Shown => "Shown",
            State::Spam => "Spam",
            State::Trashed => "Trash",
            State::Withdrawn => "Withdrawn",
        }
    }
}

/// Minutes in which an author may edit or withdraw a comment.
pub const EDIT_MINUTES: i64 = 15;

/// The deepest place in a thread; who answers there stands beside, not below.
pub const DEEPEST: i32 = 4;

/// A comment.
#[derive(Debug, Clone, HasQuery)]
#[diesel(table_name = comments, base_query = comments::table.left_join(users::table))]
pub struct Comment {
    /// Key.
    pub id: CommentId,
    /// The entry below which it stands.
    pub entry_id: EntryId,
    /// The comment that it answers.
    pub parent_id: Option<CommentId>,
    /// The comment at the top of its thread.
    pub thread_id: Option<CommentId>,
    /// 0 at the top.
    pub depth: i32,
    /// Written here, or a mention.
    pub kind: Kind,
    /// Waiting, shown and so on.
    pub state: State,
    /// Whether visitors see it, if only as an empty place.
    pub visible: bool,
    /// Who wrote it with an account.
    pub user_id: Option<UserId>,
    #[diesel(select_expression = users::name.nullable())]
    user_name: Option<String>,
    author_name: String,
    /// The address that a guest typed.
    pub author_email: String,
    /// Of mentions: the page of their author.
    pub author_url: String,
    source_url: Option<String>,
    /// Markdown, as typed.
    pub body: String,
    html: String,
    /// Names the drawing of its author.
    pub avatar: String,
    /// When it was written, UTC.
    pub created_at: NaiveDateTime,
    /// When it was changed last.
    pub edited_at: Option<NaiveDateTime>,
    /// How often moderators have decided about it.
    pub decisions: i32,
    /// When a letter to the address was answered for it.
    pub verified_at: Option<NaiveDateTime>,
    /// Whether the author wants to be told of replies.
    pub wants_replies: bool,
    /// Where it came from; empty: forgotten.
    pub address: String,
    /// The browser; empty: forgotten.
    pub agent: String,
    opinion: String,
    /// What the spam filter has learnt from it.
    pub learnt: String,
}

/// What the spam filter thought, and what it was told beside the words.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Evidence {
    /// 0 (surely wanted) to 1 (surely spam); `None`: it was not asked.
    pub score: Option<f64>,
    /// Why, as sentences for moderators.
    pub reasons: Vec<String>,
    /// Seconds from drawing the form to sending it.
    pub seconds: Option<i64>,
    /// Something stood in the field that people do not see.
    pub trapped: bool,
}

impl Comment {
    /// The comment with this key, in whatever state.
    pub fn find(conn: &mut Conn, id: CommentId) -> QueryResult<Comment> {
        Comment::query().filter(comments::id.eq(id)).first(conn)
    }

    /// The same, if there is one.
    pub fn maybe(conn: &mut Conn, id: CommentId) -> QueryResult<Option<Comment>> {
        Comment::find(conn, id).optional()
    }

    /// The same, locked until the transaction ends: whoever changes a comment begins with this.
    pub fn lock(conn: &mut Conn, id: CommentId) -> QueryResult<Comment> {
        comments::table.find(id).select(comments::id).for_update().first::<CommentId>(conn)?;
        Comment::find(conn, id)
    }

    /// One that is in no table, for tests.
    #[cfg(test)]
    pub fn made_up(id: CommentId, parent: Option<CommentId>, thread: CommentId) -> Comment {
        Comment {
            id,
            entry_id: 1.into(),
            parent_id: parent,
            thread_id: Some(thread),
            depth: i32::from(parent.is_some()),
            kind: Kind::Comment,
            state: State::Shown,
            visible: true,
            user_id: None,
            user_name: None,
            author_name: "Ada".to_owned(),
            author_email: String::new(),
            author_url: String::new(),
            source_url: None,
            body: "Hello".to_owned(),
            html: "<p>Hello</p>".to_owned(),
            avatar: "0123456789abcdef".to_owned(),
            created_at: NaiveDateTime::default(),
            edited_at: None,
            decisions: 0,
            verified_at: None,
            wants_replies: false,
            address: String::new(),
            agent: String::new(),
            opinion: String::new(),
            learnt: String::new(),
        }
    }

    /// The same by somebody of whom nothing is known.
    pub fn nameless(&self) -> Comment {
        Comment { user_name: None, author_name: String::new(), author_email: String::new(), ..self.clone() }
    }

    /// Who wrote it, as shown.
    pub fn who(&self) -> &str {
        match &self.user_name {
            Some(name) => name,
            None if self.author_name.is_empty() => "Somebody who has left",
            None => &self.author_name,
        }
    }

    /// What it says.
    pub fn html(&self) -> SafeHtml {
        SafeHtml::from_store(self.html.clone())
    }

    /// Whether its words are shown.
    pub fn is_shown(&self) -> bool {
        self.state == State::Shown
    }

    /// Whether it is a mention on another site.
    pub fn is_mention(&self) -> bool {
        self.kind == Kind::Webmention
    }

    /// Until when its author may change it.
    pub fn editable_until(&self) -> NaiveDateTime {
        self.created_at + TimeDelta::minutes(EDIT_MINUTES)
    }

    /// What the spam filter thought.
    pub fn evidence(&self) -> Evidence {
        serde_json::from_str(&self.opinion).unwrap_or_default()
    }

    /// The page of who wrote a mention; an address that is none of the web leads nowhere.
    pub fn author_link(&self) -> Option<&str> {
        Some(self.author_url.as_str()).filter(|url| is_of_the_web(url))
    }

    /// The page that a mention stands on.
    pub fn source_link(&self) -> Option<&str> {
        self.source_url.as_deref().filter(|url| is_of_the_web(url))
    }

    /// Why it waits or is taken for spam, in sentences.
    pub fn reasons(&self) -> Vec<String> {
        self.evidence().reasons
    }

    /// The anchor on the page.
    pub fn anchor(&self) -> String {
        format!("comment-{}", self.id)
    }
}

fn is_of_the_web(url: &str) -> bool {
    url.starts_with("https://") || url.starts_with("http://")
}

/// The tag of what shows comments of any entry.
pub const ALL: &str = "comments";

/// The tag of pages that show the comments of an entry.
pub fn shown(entry: EntryId) -> String {
    format!("comments:{entry}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_filter_thought_is_read_again() {
        let evidence = Evidence { score: Some(0.25), reasons: vec!["Two links.".to_owned()], seconds: Some(40), trapped: false };
        let text = serde_json::to_string(&evidence).expect("JSON");
        assert_eq!(serde_json::from_str::<Evidence>(&text).expect("read"), evidence);
        assert_eq!(serde_json::from_str::<Evidence>("{}").expect("read"), Evidence::default());
    }
}
