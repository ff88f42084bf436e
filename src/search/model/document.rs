//! Live entries as the search finds them: every word with a weight, written as often as it weighs.
//!
//! InnoDB ranks by how often a word stands in a document, times the square of how rare it is. So a word of the title is written eight
//! times, one of the text three times at most, and what InnoDB finds best is best. Beside words stand keys to filter by (`_kpage`,
//! `_c12`), which begin with `_` as no word does, and the words of the title once more (`_t_pool`).

use crate::{
    content::model::{
        category::CategoryId,
        entry::{EntryId, EntryState, Kind},
        tag::TagId,
    },
    db::{Conn, statement::kept_for},
    markup::{Heading, SafeHtml, text_of},
    schema::{categories, entries, entry_categories, entry_tags, tags, users},
    search::words,
    site::SiteSettings,
    web::person::UserId,
};
use chrono::{Datelike, NaiveDateTime, TimeZone};
use chrono_tz::Tz;
use diesel::prelude::*;
use std::collections::BTreeMap;

/// The version of what is made here. Raise it when documents change: a job makes them anew.
pub const VERSION: i32 = 1;

/// Different words of one document.
const MOST_WORDS: usize = 10_000;
/// Bytes of a text that are kept for passages.
const MOST_TEXT: usize = 200_000;

/// What a word of the title weighs at least.
pub const TITLE: u32 = 8;
const HEADING: u32 = 4;
const TAG: u32 = 5;
const TOPIC: u32 = 3;
const AUTHOR: u32 = 3;
const SUMMARY: u32 = 3;
/// However often a word stands in a text.
const MOST_OF_TEXT: u32 = 3;

/// A live entry as the tables of the search have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// The entry.
    pub entry: EntryId,
    /// Post or page.
    pub kind: Kind,
    /// Who wrote it.
    pub author: UserId,
    /// The date it is sorted by.
    pub published_at: NaiveDateTime,
    /// Keys of its categories, with blanks between.
    pub topics: String,
    /// The words of its title, with blanks between.
    pub head: String,
    /// Every word as often as it weighs, sorted.
    pub terms: String,
    /// Its text without markup.
    pub text: String,
}

/// Key, kind, author with name, dates; title, summary, text, headings.
type Row = (EntryId, Kind, UserId, String, Option<NaiveDateTime>, NaiveDateTime, String, String, String, String);

/// The word that stands in documents of a kind.
pub fn of_kind(kind: Kind) -> String {
    format!("_k{}", kind.word())
}

/// The word that stands in documents of an author.
pub fn of_author(id: i64) -> String {
    format!("_a{id}_")
}

/// The word that stands in documents of a category itself.
pub fn of_category(id: i64) -> String {
    format!("_c{id}_")
}

/// The word that stands in documents with a tag.
pub fn of_tag(id: i64) -> String {
    format!("_g{id}_")
}

/// The word that stands in documents of a year.
pub fn of_year(year: i32) -> String {
    format!("_y{year}")
}

/// The word that stands in documents with this one in the title.
pub fn of_title(term: &str) -> String {
    format!("_t_{term}")
}

/// The documents of those of these entries that are live.
pub fn read(conn: &mut Conn, ids: &[EntryId]) -> QueryResult<Vec<Document>> {
    let columns = (
        entries::id,
        entries::kind,
        entries::author_id,
        users::name,
        entries::published_at,
        entries::changed_at,
        entries::title,
        entries::summary,
        entries::body_html,
        entries::contents,
    );
    let live = entries::table.inner_join(users::table).filter(entries::id.eq_any(ids)).filter(entries::state.eq(EntryState::Published));
    let rows: Vec<Row> = kept_for(ids.len(), live.order(entries::id).select(columns)).load(conn)?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let tagged = entry_tags::table.inner_join(tags::table).filter(entry_tags::entry_id.eq_any(ids));
    let tagged = tagged.select((entry_tags::entry_id, tags::id, tags::name));
    let tagged: Vec<(EntryId, TagId, String)> = kept_for(ids.len(), tagged).load(conn)?;
    let filed = entry_categories::table.inner_join(categories::table).filter(entry_categories::entry_id.eq_any(ids));
    let filed = filed.order((entry_categories::entry_id, entry_categories::position));
    let filed = filed.select((entry_categories::entry_id, categories::id, categories::name));
    let filed: Vec<(EntryId, CategoryId, String)> = kept_for(ids.len(), filed).load(conn)?;
    let zone = SiteSettings::load(conn)?.time_zone;
    Ok(rows.into_iter().map(|row| document(row, &tagged, &filed, zone)).collect())
}

fn document(row: Row, tagged: &[(EntryId, TagId, String)], filed: &[(EntryId, CategoryId, String)], zone: Tz) -> Document {
    let (entry, kind, author, name, published_at, changed_at, title, summary, html, contents) = row;
    let published_at = published_at.unwrap_or(changed_at);
    let text = with_summary(&summary, plain(&html));
    let mut weights = Weights::default();
    let head = words::terms(&title);
    for term in &head {
        weights.add_any(term, TITLE);
        weights.key(of_title(term));
    }
    let headings: Vec<Heading> = serde_json::from_str(&contents).unwrap_or_default();
    headings.iter().for_each(|heading| weights.add_at_most(&heading.text, HEADING, 2 * HEADING));
    weights.add(&summary, SUMMARY);
    for (_, id, name) in tagged.iter().filter(|(of, ..)| *of == entry) {
        words::terms(name).iter().for_each(|term| weights.add_any(term, TAG));
        weights.key(of_tag(id.number()));
    }
    let own: Vec<&(EntryId, CategoryId, String)> = filed.iter().filter(|(of, ..)| *of == entry).collect();
    for (_, id, name) in &own {
        weights.add(name, TOPIC);
        weights.key(of_category(id.number()));
    }
    weights.add(&name, AUTHOR);
    weights.key(of_author(author.number()));
    weights.key(of_kind(kind));
    weights.key(of_year(zone.from_utc_datetime(&published_at).year()));
    weights.add_text(&text);
    let topics: Vec<String> = own.iter().map(|(_, id, _)| id.to_string()).collect();
    Document {
        entry,
        kind,
        author,
        published_at,
        topics: shortened(&topics.join(" "), 400),
        head: shortened(&head.join(" "), 1000),
        terms: weights.written(),
        text,
    }
}

/// The text without markup and without our own links at headings; one blank between words.
fn plain(html: &str) -> String {
    let html = SafeHtml::from_store(html.replace(">#</a>", "></a>"));
    let text = text_of(&html).split_whitespace().collect::<Vec<_>>().join(" ");
    shortened(&text, MOST_TEXT)
}

/// The summary belongs to what is read, unless the text begins with it.
fn with_summary(summary: &str, text: String) -> String {
    if summary.is_empty() || text.starts_with(summary) { text } else { format!("{summary} {text}").trim_end().to_owned() }
}

/// At most so many bytes, cut after a whole word.
fn shortened(text: &str, most: usize) -> String {
    if text.len() <= most {
        return text.to_owned();
    }
    let end = (0..=most).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    let end = if text[end..].starts_with(' ') { end } else { text[..end].rfind(' ').unwrap_or(0) };
    text[..end].to_owned()
}

/// Words with what each weighs.
#[derive(Default)]
struct Weights(BTreeMap<String, u32>);

impl Weights {
    fn key(&mut self, key: String) {
        self.0.insert(key, 1);
    }

    fn add_any(&mut self, term: &str, weight: u32) {
        *self.0.entry(words::stored(term)).or_default() += weight;
    }

    fn add(&mut self, text: &str, weight: u32) {
        self.add_at_most(text, weight, weight);
    }

    fn add_at_most(&mut self, text: &str, weight: u32, most: u32) {
        let mut here: BTreeMap<String, u32> = BTreeMap::new();
        for term in words::terms(text).into_iter().filter(|term| !words::is_stop_word(term)) {
            let sum = here.entry(term).or_default();
            *sum = (*sum + weight).min(most);
        }
        here.iter().for_each(|(term, weight)| self.add_any(term, *weight));
    }

    fn add_text(&mut self, text: &str) {
        let mut here: BTreeMap<String, u32> = BTreeMap::new();
        for term in words::terms(text).into_iter().filter(|term| !words::is_stop_word(term)) {
            if here.len() < MOST_WORDS || here.contains_key(&term) {
                let sum = here.entry(term).or_default();
                *sum = (*sum + 1).min(MOST_OF_TEXT);
            }
        }
        here.iter().for_each(|(term, weight)| self.add_any(term, *weight));
    }

    fn written(self) -> String {
        let mut out = String::new();
        for (term, weight) in self.0 {
            for _ in 0..weight {
                if !out.is_empty() {
                    out.push(' ');
                }
                out.push_str(&term);
            }
        }
        out
    }
}

/// The different words of a document, in order.
pub fn different(terms: &str) -> Vec<&str> {
    let mut words: Vec<&str> = terms.split(' ').filter(|word| !word.is_empty()).collect();
    words.dedup();
    words
}

#[cfg(test)]
mod tests {
    use super::{super::bag::Bag, *};

    #[test]
    fn words_are_written_as_often_as_they_weigh() {
        let mut weights = Weights::default();
        weights.add_any("pool", TITLE);
        weights.add_text("The pool, the pool, the pool and the Pool; a queue.");
        weights.key(of_kind(Kind::Post));
        let written = weights.written();
        let bag = Bag::of(&written);
        assert_eq!((bag.times("pool"), bag.times("queue"), bag.times("the_")), (11, 1, 0));
        assert_eq!(different(&written), ["_kpost", "pool", "queue"]);
        assert_eq!(Bag::of("carpool pool poolside").times("pool"), 1);
    }

    #[test]
    fn a_text_is_kept_without_markup_and_cut_between_words() {
        assert_eq!(plain("<h2 id=\"a\">One<a class=\"anchor\" href=\"#a\">#</a></h2>\n<p>two &amp; three</p>"), "One two & three");
        assert_eq!(shortened("eins zwei drei", 9), "eins zwei");
        assert_eq!(shortened("日本語日本語", 4), "");
    }
}
