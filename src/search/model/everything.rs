//! One search over everything that somebody may open in the admin: entries of all states, files, topics, tags, series, snippets, people,
//! its pages. A few of each, so that it costs the same on any site.

use super::finding::{self, Setting};
use crate::{
    accounts::model::user::User,
    content::{
        self,
        model::{
            category::Topics,
            entry::{EntryId, Listed},
            reach,
            search::escape,
            series::Series,
            snippet::Snippet,
            tag::Tag,
        },
    },
    db::{Conn, statement::Statement, words},
    media::model::library::{self, Filter},
    schema::users,
    search::{model::planning::Filters, query::Query},
    web::person::{Person, Right},
};
use diesel::{
    dsl::{AsSelect, SqlTypeOf},
    mysql::Mysql,
    prelude::*,
};

/// Signs of what is typed that are read.
pub const LONGEST: usize = 100;
/// Entries of one search.
const ENTRIES: usize = 10;
/// Things of each other kind.
const OTHERS: usize = 5;
/// Entries that are looked at for those that somebody may open.
const LOOKED_AT: i64 = 200;

/// Something that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its name.
    pub title: String,
    /// Where it is opened.
    pub url: String,
    /// Where it is, or what it is like.
    pub note: String,
    /// Class and words of its state, of an entry.
    pub state: Option<(&'static str, &'static str)>,
}

/// Things of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// What they are.
    pub title: &'static str,
    /// The list that has all of them with these words.
    pub all: Option<String>,
    /// The first of them.
    pub lines: Vec<Line>,
}

/// A page of the admin, found by its name and by words for what is done there.
struct Screen {
    title: &'static str,
    url: &'static str,
    words: &'static str,
    right: Right,
}

const fn screen(title: &'static str, url: &'static str, words: &'static str, right: Right) -> Screen {
    Screen { title, url, words, right }
}

const SCREENS: &[Screen] = &[
    screen("Today", "/admin", "dashboard home overview", Right::Write),
    screen("Entries", "/admin/entries", "posts pages articles drafts list", Right::Write),
    screen("New post", "/admin/entries/new?kind=post", "write article", Right::Write),
    screen("New page", "/admin/entries/new?kind=page", "write", Right::Write),
    screen("Trash", "/admin/entries?view=trash", "deleted restore bin", Right::Write),
    screen("Media", "/admin/media", "files pictures images upload library photos", Right::Write),
    screen("Pages", "/admin/pages", "tree order move hierarchy", Right::Write),
    screen("Calendar", "/admin/calendar", "schedule dates planned", Right::Write),
    screen("Reviews", "/admin/reviews", "approve workflow submissions", Right::Write),
    screen("Categories", "/admin/categories", "topics", Right::ManageTopics),
    screen("Tags", "/admin/tags", "keywords merge", Right::ManageTopics),
    screen("Series", "/admin/series", "parts order sequel", Right::ManageTopics),
    screen("Snippets", "/admin/snippets", "reusable text blocks", Right::ManageSnippets),
    screen("Redirects", "/admin/redirects", "moved addresses urls import", Right::ManageAddresses),
    screen("Not found", "/admin/lost", "404 lost addresses", Right::ManageAddresses),
    screen("Broken links", "/admin/links", "dead links", Right::ManageAddresses),
    screen("Embeds", "/admin/embeds", "cards oembed videos youtube vimeo links", Right::ManageAddresses),
    screen("Who is asked about links", "/admin/embeds/settings", "embeds cards oembed providers youtube vimeo", Right::ManageSettings),
    screen("Searches", "/admin/searches", "queries zero results content to write clicks", Right::ManageTopics),
    screen("Promoted results", "/admin/searches/promotions", "best bets pinned search", Right::ManageTopics),
    screen("Journal", "/admin/journal", "history log changes audit", Right::ReadJournal),
    screen("People", "/admin/people", "users accounts invite roles", Right::ManagePeople),
    screen("What each role may do", "/admin/people/roles", "rights permissions", Right::ManagePeople),
    screen("Security", "/admin/security", "centre findings csp", Right::SeeSecurity),
    screen("Settings", "/admin/settings", "title language time zone home page uploads options", Right::ManageSettings),
    screen("Appearance", "/admin/appearance", "logo colours accent fonts css theme look favicon", Right::ManageSettings),
    screen("Feeds and search", "/admin/reach", "rss atom robots seo sitemap llms", Right::ManageSettings),
    screen("Menus", "/admin/menus", "navigation header footer", Right::ManageSettings),
    screen("Workflows", "/admin/workflows", "approval steps", Right::ManageSettings),
    screen("Publish gate", "/admin/gate", "checks block warn", Right::ManageSettings),
    screen("Cache", "/admin/cache", "empty performance", Right::ManageSettings),
    screen("Your profile", "/admin/profile", "name bio password scheme account", Right::Write),
    screen("Two-step login", "/admin/profile/second-factor", "second factor authenticator totp", Right::Write),
    screen("Passkeys", "/admin/profile/passkeys", "login key", Right::Write),
    screen("Your sessions", "/admin/profile/sessions", "devices log out", Right::Write),
];

/// What this person finds with these words; kinds of which nothing was found are left out.
pub fn find(conn: &mut Conn, typed: &str, person: &Person, setting: &Setting<'_>) -> QueryResult<Vec<Section>> {
    let typed: String = typed.trim().chars().take(LONGEST).collect();
    if typed.is_empty() {
        return Ok(Vec::new());
    }
    let mut sections = vec![screens(&typed, person), entries(conn, &typed, person, setting)?, files(conn, &typed)?];
    if person.may(Right::ManageTopics) {
        sections.extend([categories(&typed, setting.topics), tags(conn, &typed)?, series(conn, &typed)?]);
    }
    if person.may(Right::ManageSnippets) {
        sections.push(snippets(conn, &typed)?);
    }
    if person.may(Right::ManagePeople) {
        sections.push(people(conn, &typed)?);
    }
    sections.retain(|section| !section.lines.is_empty());
    Ok(sections)
}

/// Whether a text has every word, each at the beginning of one.
fn has_all(text: &str, typed: &str) -> bool {
    let (text, typed) = (crate::search::words::terms(text), crate::search::words::terms(typed));
    !typed.is_empty() && typed.iter().all(|word| text.iter().any(|one| one.starts_with(word.as_str())))
}

fn screens(typed: &str, person: &Person) -> Section {
    let found = SCREENS.iter().filter(|one| person.may(one.right) && has_all(&format!("{} {}", one.title, one.words), typed));
    let line = |one: &Screen| Line { title: one.title.to_owned(), url: one.url.to_owned(), note: String::new(), state: None };
    Section { title: "Go to", all: None, lines: found.take(OTHERS).map(line).collect() }
}

const BY_WORDS: &str = "SELECT {} FROM entries WHERE MATCH (title, summary) AGAINST (? IN BOOLEAN MODE) AND (? = 0 OR author_id = ?) \
     ORDER BY MATCH (title, summary) AGAINST (? IN BOOLEAN MODE) DESC, id DESC LIMIT ?";
const BY_BEGINNING: &str = "SELECT {} FROM entries FORCE INDEX (entries_by_title) WHERE title LIKE ? AND (? = 0 OR author_id = ?) \
     ORDER BY title, id LIMIT ?";

/// Entries of all states by their titles and summaries, then live ones by their texts.
fn entries(conn: &mut Conn, typed: &str, person: &Person, setting: &Setting<'_>) -> QueryResult<Section> {
    let own = if person.may_any(Right::Write) { 0 } else { person.id.number() };
    let boolean = words::boolean(typed);
    let mut found: Vec<Listed> = if boolean.is_empty() {
        let statement: Statement<_, SqlTypeOf<AsSelect<Listed, Mysql>>> = Statement::new(BY_BEGINNING, Listed::as_select());
        statement.text(format!("{}%", escape(typed))).number(own).number(own).number(LOOKED_AT).load(conn)?
    } else {
        let statement: Statement<_, SqlTypeOf<AsSelect<Listed, Mysql>>> = Statement::new(BY_WORDS, Listed::as_select());
        statement.text(boolean.as_str()).number(own).number(own).text(boolean.as_str()).number(LOOKED_AT).load(conn)?
    };
    let texts = finding::search(conn, &Query::parse(typed), &Filters::default(), setting, false)?;
    let more: Vec<EntryId> =
        texts.hits.iter().map(|hit| hit.id).filter(|id| !found.iter().any(|entry| entry.id == *id)).take(2 * ENTRIES).collect();
    found.extend(Listed::in_order(conn, &more)?);
    let ground = reach::Ground::of(conn, person)?;
    let mut lines = Vec::new();
    for entry in found {
        if lines.len() < ENTRIES && person.may_on(Right::Write, entry.author_id == person.id) && ground.holds(conn, &entry)? {
            lines.push(Line {
                url: content::paths::edit(entry.id),
                note: entry.address().to_owned(),
                state: Some(entry.state_shown()),
                title: if entry.title.is_empty() { "Without a title".to_owned() } else { entry.title },
            });
        }
    }
    Ok(Section { title: "Entries", all: Some(with_words(content::paths::ENTRIES, typed)), lines })
}

fn with_words(list: &str, typed: &str) -> String {
    format!("{list}?q={}", crate::web::local_path::query_value(typed))
}

fn files(conn: &mut Conn, typed: &str) -> QueryResult<Section> {
    let filter = Filter { words: typed.to_owned(), ..Filter::default() };
    let found = library::page(conn, &filter, None, OTHERS)?.rows;
    let line = |file: crate::media::model::file::File| Line {
        url: format!("/admin/media/{}", file.id),
        note: file.alt,
        title: file.name,
        state: None,
    };
    Ok(Section { title: "Files", all: Some(with_words("/admin/media", typed)), lines: found.into_iter().map(line).collect() })
}

fn categories(typed: &str, topics: &Topics) -> Section {
    let found = topics.all().filter(|topic| has_all(&topic.name, typed)).take(OTHERS);
    let line = |topic: &content::model::category::Category| Line {
        title: topic.name.clone(),
        url: topic.admin_url(),
        note: topic.url(),
        state: None,
    };
    Section { title: "Categories", all: None, lines: found.map(line).collect() }
}

fn tags(conn: &mut Conn, typed: &str) -> QueryResult<Section> {
    let found = Tag::page(conn, typed, None, OTHERS)?.rows;
    let line = |tag: Tag| Line { url: tag.admin_url(), note: tag.url(), title: tag.name, state: None };
    Ok(Section { title: "Tags", all: Some(with_words(content::paths::ADMIN_TAGS, typed)), lines: found.into_iter().map(line).collect() })
}

fn series(conn: &mut Conn, typed: &str) -> QueryResult<Section> {
    let found = Series::all(conn)?.into_iter().filter(|one| has_all(&one.title, typed)).take(OTHERS);
    let line = |one: Series| Line { url: one.admin_url(), note: one.url(), title: one.title, state: None };
    Ok(Section { title: "Series", all: None, lines: found.map(line).collect() })
}

fn snippets(conn: &mut Conn, typed: &str) -> QueryResult<Section> {
    let found = Snippet::page(conn, typed, None, OTHERS)?.rows;
    let line = |one: Snippet| Line { url: one.admin_url(), note: one.sign(), title: one.name, state: None };
    Ok(Section { title: "Snippets", all: Some(with_words(content::paths::SNIPPETS, typed)), lines: found.into_iter().map(line).collect() })
}

/// People whose name or address begins so: both have an index.
fn people(conn: &mut Conn, typed: &str) -> QueryResult<Section> {
    let begins = format!("{}%", escape(typed));
    let limit = OTHERS as i64;
    let mut found: Vec<User> = User::query().filter(users::name.like(&begins)).order((users::name, users::id)).limit(limit).load(conn)?;
    let more: Vec<User> = User::query().filter(users::email.like(&begins)).order(users::email).limit(limit).load(conn)?;
    found.extend(more.into_iter().filter(|user| !found.iter().any(|known| known.id == user.id)).collect::<Vec<_>>());
    let line = |user: User| Line {
        url: format!("/admin/people/{}", user.id),
        note: format!("{}, {}", user.role.label(), user.email),
        title: user.name,
        state: None,
    };
    Ok(Section { title: "People", all: None, lines: found.into_iter().take(OTHERS).map(line).collect() })
}

#[cfg(test)]
mod tests {
    use super::has_all;

    #[test]
    fn every_word_must_be_the_beginning_of_one() {
        assert!(
            has_all("Not found 404 lost", "not fo") && has_all("Ménus", "menu") && !has_all("Menus", "menu x") && !has_all("Menus", "")
        );
    }
}
