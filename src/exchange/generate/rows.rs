//! The rows of planned entries: for a server of our own as files that it loads, for others as statements of many rows each.
//!
//! Both are text, and the values in them are written alike: binding thirty values a row costs more than the database's own work,
//! and a statement of many rows about twice as much as a file.

use super::{
    plan::{Part, Plan, Target},
    stock::{PATH, Piece, Stock, TITLE, Title, quoted},
    talk::{Guest, Talk},
};
use crate::{
    content::model::entry::{EntryState, Kind},
    markup::RENDERER,
};
use chrono::{DateTime, Datelike, NaiveDateTime, TimeZone};
use chrono_tz::Tz;
use std::{collections::BTreeMap, fmt::Write};

/// Bytes after which a statement is sent; a server takes 16 MB by default, but swallows smaller ones faster.
const FULL: usize = 1 << 20;
/// Bytes after which a file is loaded.
const FULL_FILE: usize = 32 << 20;

/// Rows on their way into a table.
#[derive(Debug)]
pub enum Rows {
    /// A statement.
    Statement(String),
    /// The lines of a file, for a table and these columns of it.
    File {
        /// Table and columns, as a statement names them.
        into: &'static str,
        /// One line for each row.
        lines: String,
    },
}

/// Rows of one table, and those that are full.
#[derive(Debug)]
pub struct Sheet {
    /// Table and columns.
    into: &'static str,
    /// What an INSERT says behind its rows.
    tail: &'static str,
    by_file: bool,
    text: String,
    full: Vec<Rows>,
}

impl Sheet {
    /// An empty one; `by_file`: as a file instead of statements.
    pub fn new(into: &'static str, by_file: bool) -> Sheet {
        Sheet { into, tail: "", by_file, text: String::new(), full: Vec::new() }
    }

    /// Rows that are added to what is there under the same key; too few for a file.
    fn adding(into: &'static str) -> Sheet {
        Sheet { tail: " ON DUPLICATE KEY UPDATE entries = entries + VALUES(entries)", ..Sheet::new(into, false) }
    }

    /// The text to write the next row to, without what stands around it.
    pub fn row(&mut self, write: impl FnOnce(&mut String) -> std::fmt::Result) -> std::fmt::Result {
        let (before, after) = match (self.by_file, self.text.is_empty()) {
            (true, _) => ("", "\n"),
            (false, true) => {
                write!(self.text, "INSERT INTO {} VALUES ", self.into)?;
                ("(", ")")
            }
            (false, false) => (",(", ")"),
        };
        self.text.push_str(before);
        write(&mut self.text)?;
        self.text.push_str(after);
        if self.text.len() > if self.by_file { FULL_FILE } else { FULL } {
            self.end();
        }
        Ok(())
    }

    fn end(&mut self) {
        if !self.text.is_empty() {
            let next = String::with_capacity(self.text.len() + self.text.len() / 8);
            let mut text = std::mem::replace(&mut self.text, next);
            if self.by_file {
                self.full.push(Rows::File { into: self.into, lines: text });
            } else {
                text.push_str(self.tail);
                self.full.push(Rows::Statement(text));
            }
        }
    }

    /// What is full, and the rest.
    pub fn take(&mut self) -> Vec<Rows> {
        self.end();
        std::mem::take(&mut self.full)
    }
}

/// What rows name: the keys behind the numbers of a plan.
#[derive(Debug)]
pub struct Names {
    /// Keys of people.
    pub authors: Vec<i64>,
    /// For each category its key, then those above it.
    pub categories: Vec<Vec<i64>>,
    /// Key and name of each tag.
    pub tags: Vec<(i64, String)>,
    /// Who writes comments.
    pub guests: Vec<Guest>,
    /// In which months are told apart.
    pub zone: Tz,
}

/// The keys that come next.
#[derive(Debug, Clone, Copy)]
pub struct Keys {
    /// Of entries.
    pub entry: i64,
    /// Of revisions.
    pub revision: i64,
    /// Of links.
    pub link: i64,
    /// Of comments.
    pub comment: i64,
}

/// Makes rows of plans.
#[derive(Debug)]
pub struct Writer<'a> {
    stock: &'a Stock,
    by_file: bool,
    names: &'a Names,
    next_revision: i64,
    next_link: i64,
    entries: Sheet,
    revisions: Sheet,
    categories: Sheet,
    tags: Sheet,
    links: Sheet,
    talk: Talk,
    listed: Vec<(&'static str, i64, i64, i64)>,
}

impl<'a> Writer<'a> {
    /// `next` are the keys of the first rows; `by_file`: as files instead of statements.
    pub fn new(stock: &'a Stock, names: &'a Names, next: Keys, by_file: bool) -> Writer<'a> {
        Writer {
            stock,
            by_file,
            names,
            next_revision: next.revision,
            next_link: next.link,
            entries: Sheet::new(
                "entries (id, kind, parent_id, slug, path, position, state, title, summary, body_html, contents, words, renderer, image_url, \
                 image_alt, meta_title, meta_description, featured, author_id, live_revision_id, latest_revision_id, published_at, created_at, \
                 changed_at, trashed_at)",
                by_file,
            ),
            revisions: Sheet::new(
                "revisions (id, entry_id, number, saved_by_id, saved_at, title, slug, parent_id, summary, body, image_url, image_alt, \
                 meta_title, meta_description, featured, author_id, categories, tags)",
                by_file,
            ),
            categories: Sheet::new("entry_categories (entry_id, category_id, position, kind, state, changed_at)", by_file),
            tags: Sheet::new("entry_tags (entry_id, tag_id, position)", by_file),
            links: Sheet::new("links (id, entry_id, revision_id, target_entry_id, kind, path, address, text)", by_file),
            talk: Talk::new(next.comment, by_file),
            listed: Vec::new(),
        }
    }

    /// The rows of these entries with all that belongs to them.
    pub fn rows(&mut self, plans: &[Plan], targets: &[Target]) -> Result<Vec<Rows>, std::fmt::Error> {
        for plan in plans {
            self.entry(plan, targets)?;
        }
        let (listings, counts) = self.lists()?;
        let sheets = [&mut self.entries, &mut self.revisions, &mut self.categories, &mut self.tags, &mut self.links];
        let mut rows = Vec::new();
        let mut tally = Sheet::adding("entry_counts (kind, state, entries)");
        let mut counted: BTreeMap<(Kind, EntryState), usize> = BTreeMap::new();
        for plan in plans {
            *counted.entry((plan.kind, plan.state)).or_default() += 1;
        }
        for ((kind, state), entries) in counted {
            tally.row(|row| write!(row, "'{kind}','{state}',{entries}"))?;
        }
        rows.extend(sheets.into_iter().flat_map(Sheet::take));
        rows.extend(self.talk.take());
        rows.extend(listings);
        rows.extend(counts);
        rows.extend(tally.take());
        Ok(rows)
    }

    fn entry(&mut self, plan: &Plan, targets: &[Target]) -> std::fmt::Result {
        let (stock, names) = (self.stock, self.names);
        let (title, summary) = (&stock.titles[plan.title], &stock.summaries[plan.summary]);
        let author = names.authors[plan.author];
        let saves = plan.revisions + usize::from(plan.ahead);
        let (first, latest) = (self.next_revision, self.next_revision + saves as i64 - 1);
        self.next_revision += saves as i64;
        let is_live = plan.state == EntryState::Published;
        let live = is_live.then_some(first + plan.revisions as i64 - 1);
        let (created, published, changed) = (time(plan.created), time(plan.published), time(plan.changed));
        let (slug, path, parent) = (&plan.slug, &plan.path, number(plan.parent));
        let (kind, state, featured, position) = (plan.kind, plan.state, u8::from(plan.featured), plan.position);
        let words: u32 = plan.parts.iter().map(|part| piece(stock, *part).words).sum::<u32>() + linked_words(stock, &plan.parts, targets);
        self.entries.row(|row| {
            write!(row, "{},'{kind}',{parent},'{slug}',", plan.id)?;
            if state == EntryState::Trashed {
                row.push_str("NULL")
            } else {
                write!(row, "'{path}'")?
            }
            write!(row, ",{position},'{state}','{}','{summary}','", title.text)?;
            each(stock, &plan.parts, targets, row, |piece| &piece.html, "");
            row.push_str("','[");
            let mut headings = plan.parts.iter().map(|part| &piece(stock, *part).headings).filter(|json| !json.is_empty());
            headings.next().into_iter().for_each(|json| row.push_str(json));
            headings.for_each(|json| row.extend([",", json.as_str()]));
            write!(row, "]',{words},{RENDERER},'','','','',{featured},{author},{},{latest},", number(live))?;
            write!(row, "{},'{created}','{changed}',", if is_live { format!("'{published}'") } else { "NULL".to_owned() })?;
            if state == EntryState::Trashed { write!(row, "'{changed}'") } else { write!(row, "NULL") }
        })?;
        let categories: Vec<String> = plan.categories.iter().map(|number| names.categories[*number][0].to_string()).collect();
        let tags: Vec<String> = plan.tags.iter().map(|number| format!("\"{}\"", names.tags[*number].1)).collect();
        let (categories, tags) = (categories.join(","), tags.join(","));
        for save in 0..saves {
            // Earlier ones are the beginning of the text; the one that runs ahead says its first words again at the end.
            let shown = if save < plan.revisions { plan.parts.len() * (save + 1) / plan.revisions } else { plan.parts.len() };
            let again = &plan.parts[..usize::from(save == plan.revisions)];
            let saved = if save == 0 {
                &created
            } else if save < plan.revisions {
                &published
            } else {
                &changed
            };
            self.revisions.row(|row| {
                write!(row, "{},{},{},{author},'{saved}',", first + save as i64, plan.id, save + 1)?;
                write!(row, "'{}','{slug}',{parent},'{summary}','", title.text)?;
                each(stock, &plan.parts[..shown.max(1)], targets, row, |piece| &piece.markdown, BREAK);
                if !again.is_empty() {
                    row.push_str(BREAK);
                    each(stock, again, targets, row, |piece| &piece.markdown, BREAK);
                }
                write!(row, "','','','','',{featured},{author},'[{categories}]','[{tags}]'")
            })?;
        }
        for (position, category) in plan.categories.iter().enumerate() {
            self.categories
                .row(|row| write!(row, "{},{},{position},'{kind}','{state}','{changed}'", plan.id, names.categories[*category][0]))?;
        }
        for (position, tag) in plan.tags.iter().enumerate() {
            self.tags.row(|row| write!(row, "{},{},{position}", plan.id, names.tags[*tag].0))?;
        }
        if let Some(live) = live.filter(|live| *live != latest) {
            self.link_rows(plan, live, targets)?;
        }
        self.link_rows(plan, latest, targets)?;
        self.talk.below(plan, stock, &names.guests)?;
        if is_live && plan.kind == Kind::Post {
            self.list(plan);
        }
        Ok(())
    }

    fn link_rows(&mut self, plan: &Plan, revision: i64, targets: &[Target]) -> std::fmt::Result {
        for part in &plan.parts {
            for link in &piece(self.stock, *part).links {
                let id = self.next_link;
                self.next_link += 1;
                self.links.row(|row| match part {
                    Part::Inside(_, target) => {
                        let Target { id: to, title, path } = &targets[*target];
                        write!(row, "{id},{},{revision},{to},'inside','{path}','{path}','{}'", plan.id, self.stock.titles[*title].text)
                    }
                    _ => {
                        write!(row, "{id},{},{revision},NULL,'outside',NULL,'{}','{}'", plan.id, quoted(&link.address), quoted(&link.text))
                    }
                })?;
            }
        }
        Ok(())
    }

    /// The lists that a live post stands in.
    fn list(&mut self, plan: &Plan) {
        let names = self.names;
        let local = names.zone.from_utc_datetime(&moment(plan.published));
        let month = i64::from(local.year()) * 100 + i64::from(local.month());
        let mut above: Vec<i64> = plan.categories.iter().flat_map(|category| names.categories[*category].iter().copied()).collect();
        above.sort_unstable();
        above.dedup();
        let lists = [("all", 0), ("author", names.authors[plan.author]), ("month", month)].into_iter();
        let lists = lists.chain(above.into_iter().map(|id| ("category", id)));
        let lists = lists.chain(plan.tags.iter().map(|tag| ("tag", names.tags[*tag].0)));
        self.listed.extend(lists.map(|(kind, key)| (kind, key, plan.published, plan.id)));
    }

    /// Rows of lists in the order of their index, and by how much each list grows.
    fn lists(&mut self) -> Result<(Vec<Rows>, Vec<Rows>), std::fmt::Error> {
        let mut rows = Sheet::new("listings (kind, list_key, published_at, entry_id)", self.by_file);
        let mut counts = Sheet::adding("list_counts (kind, list_key, entries)");
        self.listed.sort_unstable();
        let mut found: BTreeMap<(&str, i64), i64> = BTreeMap::new();
        for (kind, key, at, id) in self.listed.drain(..) {
            *found.entry((kind, key)).or_default() += 1;
            rows.row(|row| write!(row, "'{kind}',{key},'{}',{id}", time(at)))?;
        }
        for ((kind, key), entries) in found {
            counts.row(|row| write!(row, "'{kind}',{key},{entries}"))?;
        }
        Ok((rows.take(), counts.take()))
    }
}

/// An empty line, quoted.
const BREAK: &str = "\\n\\n";

fn piece(stock: &Stock, part: Part) -> &Piece {
    match part {
        Part::Paragraph(number) => &stock.paragraphs[number],
        Part::Heading(number) => &stock.headings[number],
        Part::List(number) => &stock.lists[number],
        Part::Code(number) => &stock.codes[number],
        Part::Inside(number, _) => &stock.inside[number],
        Part::Outside(number) => &stock.outside[number],
    }
}

/// Writes the pieces one after the other, with the titles and addresses of what they link to.
fn each(stock: &Stock, parts: &[Part], targets: &[Target], row: &mut String, text: impl Fn(&Piece) -> &String, between: &str) {
    for (place, part) in parts.iter().enumerate() {
        if place > 0 {
            row.push_str(between);
        }
        let text = text(piece(stock, *part));
        match part {
            Part::Inside(_, target) => {
                let Target { title, path, .. } = &targets[*target];
                row.push_str(&text.replace(PATH, path).replace(TITLE, &stock.titles[*title].text));
            }
            _ => row.push_str(text),
        }
    }
}

/// Words that the titles of linked entries have beyond the one that stands for them.
fn linked_words(stock: &Stock, parts: &[Part], targets: &[Target]) -> u32 {
    let more = |Title { text, .. }: &Title| text.split(' ').count() as u32 - 1;
    parts.iter().map(|part| if let Part::Inside(_, target) = part { more(&stock.titles[targets[*target].title]) } else { 0 }).sum()
}

/// A key, or NULL.
pub fn number(key: Option<i64>) -> String {
    key.map_or_else(|| "NULL".to_owned(), |key| key.to_string())
}

fn moment(micros: i64) -> NaiveDateTime {
    DateTime::from_timestamp_micros(micros).unwrap_or_default().naive_utc()
}

/// A time in microseconds, as statements have it.
pub fn time(micros: i64) -> String {
    let at = moment(micros);
    use chrono::Timelike;
    let (date, clock) = (at.date(), at.time());
    format!(
        "{:04}-{:02}-{:02} {:02}:{:02}:{:02}.{:06}",
        date.year(),
        date.month(),
        date.day(),
        clock.hour(),
        clock.minute(),
        clock.second(),
        clock.nanosecond() / 1000
    )
}
