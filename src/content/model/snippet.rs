//! Snippets: pieces of Markdown that stand in many texts, which call for them by name.
//!
//! Tables `snippets`, `snippet_aliases` (earlier names, which texts may go on saying) and `entry_snippets` (which names the live and
//! the newest revision of each entry say, whether there is such a snippet or not). Changing one is in [`changes`]; the entries that
//! use it are made anew by [`refresh`].

pub mod changes;
pub mod refresh;
pub mod uses;

use super::search::escape;
use crate::{
    db::{
        Conn,
        cursor::{Cursor, Slice, from_a_to_z},
        statement::Statement,
    },
    markup::Snippets,
    schema::{snippet_aliases, snippets},
    typed_id,
};
use chrono::NaiveDateTime;
use diesel::{
    prelude::*,
    sql_types::{Mediumtext, Text},
};

typed_id!(
    /// Names a snippet.
    SnippetId
);

/// A piece of Markdown with its name.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery)]
#[diesel(table_name = snippets)]
pub struct Snippet {
    /// Key.
    pub id: SnippetId,
    /// What texts call it by: small letters, digits and hyphens.
    pub name: String,
    /// Markdown.
    pub body: String,
    /// When it was saved last, UTC.
    pub changed_at: NaiveDateTime,
}

impl Snippet {
    /// The snippet with this key.
    pub fn find(conn: &mut Conn, id: SnippetId) -> QueryResult<Snippet> {
        Snippet::query().find(id).first(conn)
    }

    /// One page of those whose name holds `words`, from A to Z.
    pub fn page(conn: &mut Conn, words: &str, cursor: Option<&Cursor>, limit: usize) -> QueryResult<Slice<Snippet>> {
        let mut query = Snippet::query().limit(limit as i64 + 1).into_boxed();
        if !words.is_empty() {
            query = query.filter(snippets::name.like(format!("%{}%", escape(words))));
        }
        let place = cursor.map(|cursor| (cursor.way, cursor.value.clone(), SnippetId::from(cursor.id)));
        query = from_a_to_z!(query, place, snippets::name, snippets::id);
        Ok(Slice::cut(query.load(conn)?, limit, cursor, |one: &Snippet| Cursor::of_text(&one.name, one.id.number())))
    }

    /// Everything that texts call it by: its name, and those that it had before.
    pub fn names(&self, conn: &mut Conn) -> QueryResult<Vec<String>> {
        let earlier = snippet_aliases::table.filter(snippet_aliases::snippet_id.eq(self.id)).order(snippet_aliases::name);
        let earlier: Vec<String> = earlier.select(snippet_aliases::name).load(conn)?;
        Ok(std::iter::once(self.name.clone()).chain(earlier).collect())
    }

    /// What somebody types to call for it.
    pub fn sign(&self) -> String {
        format!("{{{{ snippet: {} }}}}", self.name)
    }

    /// The address of its form in the admin.
    pub fn admin_url(&self) -> String {
        crate::content::paths::snippet(self.id)
    }
}

/// How a text is read that may change at this moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// To be looked at.
    Plain,
    /// To be stored: nobody changes it until the transaction ends, and what others have committed since ours began is seen. So an
    /// entry that is saved while its snippet is has either the new words, or is found by who changes the snippet.
    Locked,
}

const BY_NAME: &str = "SELECT name, body FROM snippets WHERE name IN ({in})";
const BY_ALIAS: &str = "SELECT snippet_aliases.name, snippets.body FROM snippet_aliases \
     JOIN snippets ON snippets.id = snippet_aliases.snippet_id WHERE snippet_aliases.name IN ({in})";

/// The texts that these names stand for; unknown ones are left out. At most two queries.
pub fn bodies(conn: &mut Conn, names: &[String], reading: Reading) -> QueryResult<Snippets> {
    let mut found = Snippets::new();
    for text in [BY_NAME, BY_ALIAS] {
        let missing: Vec<&String> = names.iter().filter(|name| !found.contains_key(*name)).collect();
        if missing.is_empty() {
            break;
        }
        let lock = if reading == Reading::Locked { " LOCK IN SHARE MODE" } else { "" };
        let text = text.replace("{in}", &vec!["?"; missing.len()].join(", ")) + lock;
        let statement: Statement<(), (Text, Mediumtext)> = Statement::new(text, ());
        found.extend(missing.iter().fold(statement, |statement, name| statement.text(name.as_str())).load::<(String, String)>(conn)?);
    }
    Ok(found)
}
