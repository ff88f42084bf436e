//! The list of files: by folder, kind and words, as a grid or as a list.

use super::card::Card;
use crate::{
    db::{
        Conn,
        cursor::{Cursor, Slice},
    },
    error::AppResult,
    media::{
        model::{
            file::{File, Kind},
            folder::Folder,
            library::{self, Filter, MOST_COUNTED, Order, Place},
        },
        paths,
    },
    site::{
        Page,
        page::{count, number, weight},
    },
    web::{
        ctx::{Ctx, Visit},
        local_path::query_value,
        methods::read,
        person::{Person, Right},
    },
};
use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;

/// Files on one page.
const PAGE: usize = 60;

/// Registers the handlers.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route(paths::MEDIA, read().to(index));
}

/// What the address of the list may say.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct Params {
    /// Key of a folder, or `unused`.
    pub folder: String,
    /// A kind.
    pub kind: String,
    /// Words.
    pub q: String,
    /// An order.
    pub order: String,
    /// `list`, or else a grid.
    pub view: String,
    before: Option<String>,
    after: Option<String>,
}

impl Params {
    /// Which files are wanted.
    pub fn filter(&self) -> Filter {
        Filter {
            place: match self.folder.as_str() {
                "unused" => Place::Unused,
                folder => folder.parse().map_or(Place::All, Place::Folder),
            },
            kind: Kind::from_word(&self.kind),
            words: self.q.trim().chars().take(100).collect(),
            order: Order::from_word(&self.order).unwrap_or(Order::Newest),
        }
    }

    /// What stands behind the question mark, with one thing changed; the page is the first again.
    pub fn with(&self, name: &str, value: &str) -> String {
        let now = [("folder", &self.folder), ("kind", &self.kind), ("q", &self.q), ("order", &self.order), ("view", &self.view)];
        let kept = now.iter().filter(|(known, text)| *known != name && !text.is_empty()).map(|(known, text)| (*known, text.as_str()));
        let all = kept.chain([(name, value)].into_iter().filter(|(_, value)| !value.is_empty()));
        all.map(|(name, value)| format!("{name}={}", query_value(value))).collect::<Vec<_>>().join("&")
    }

    fn cursor(&self) -> Option<Cursor> {
        Cursor::parse(self.before.as_deref(), self.after.as_deref())
    }
}

/// A line of the tree of folders.
pub struct Branch {
    /// Where it leads.
    pub url: String,
    /// Its name.
    pub name: String,
    /// How many files lie in it.
    pub files: String,
    /// Whether its files are shown.
    pub current: bool,
    /// How deep it lies, from 0.
    pub depth: usize,
    /// A symbol.
    pub icon: &'static str,
}

/// One page of files with all that chooses and surrounds it; the library and the picker show it.
pub struct Shelf {
    /// Its own address, without what stands behind the question mark.
    pub base: &'static str,
    /// What was asked for.
    pub params: Params,
    /// Everything, the folders, what is not used.
    pub branches: Vec<Branch>,
    /// The kinds to choose from.
    pub kinds: Vec<(String, String)>,
    /// The orders to choose from.
    pub orders: Vec<(String, String)>,
    /// The files.
    pub cards: Vec<Card>,
    /// The page above.
    pub newer: Option<String>,
    /// The page below.
    pub older: Option<String>,
    /// Whether there is no file at all.
    pub is_new: bool,
    /// `3.1 GB in 1,046 files`.
    pub total: String,
    /// The folder that is shown, if it is one that can be renamed.
    pub folder: Option<Folder>,
}

impl Shelf {
    /// Reads it.
    pub fn load(conn: &mut Conn, person: &Person, base: &'static str, params: Params) -> AppResult<Shelf> {
        let filter = params.filter();
        let Slice { rows, newer, older } = library::page(conn, &filter, params.cursor().as_ref(), PAGE)?;
        let folders = Folder::tree(conn)?;
        let url = |name: &str, value: &str| to(base, &params.with(name, value));
        let (files, bytes) = folders.iter().fold((0, 0), |(files, bytes), one| (files + one.files, bytes + one.bytes));
        let current = |folder: &Folder| filter.place == Place::Folder(folder.id);
        Ok(Shelf {
            base,
            branches: branches(&folders, &filter, files, library::unused(conn)?, &url),
            kinds: [("", "Any"), ("picture", "Pictures"), ("video", "Films"), ("audio", "Sound"), ("document", "Documents")]
                .map(pair)
                .to_vec(),
            orders: [("", "Newest first"), ("name", "By name"), ("largest", "Largest first")].map(pair).to_vec(),
            cards: Card::all(conn, rows, person)?,
            newer: newer.map(|mark| url("after", &mark)),
            older: older.map(|mark| url("before", &mark)),
            is_new: files == 0,
            total: format!("{} in {}", weight(bytes), count(files, "file", "files")),
            folder: folders.into_iter().find(|folder| !folder.is_root() && current(folder)),
            params,
        })
    }

    /// The same files as a grid or as a list.
    pub fn as_view(&self, view: &str) -> String {
        to(self.base, &self.params.with("view", view))
    }

    /// What stands behind the question mark of this page, to come back to it.
    pub fn back(&self) -> String {
        self.params.with("", "")
    }

    /// Whether the files are shown as a list.
    pub fn is_list(&self) -> bool {
        self.params.view == "list"
    }

    /// Whether only what is not used is shown.
    pub fn is_unused(&self) -> bool {
        self.params.folder == "unused"
    }
}

fn to(base: &str, query: &str) -> String {
    if query.is_empty() { base.to_owned() } else { format!("{base}?{query}") }
}

fn pair((key, shown): (&str, &str)) -> (String, String) {
    (key.to_owned(), shown.to_owned())
}

fn branches(folders: &[Folder], filter: &Filter, files: i64, unused: i64, url: &impl Fn(&str, &str) -> String) -> Vec<Branch> {
    let place = |value: &str, name: &str, files: String, place: Place, depth, icon| Branch {
        url: url("folder", value),
        name: name.to_owned(),
        files,
        current: filter.place == place,
        depth,
        icon,
    };
    let unused = if unused > MOST_COUNTED { format!("{}+", number(MOST_COUNTED)) } else { number(unused) };
    let mut all = vec![place("", "Everything", number(files), Place::All, 0, "files")];
    for folder in folders.iter().filter(|folder| !folder.is_root()) {
        let here = Place::Folder(folder.id);
        let icon = if filter.place == here { "folder-open" } else { "folder" };
        all.push(place(&folder.id.to_string(), &folder.name, number(folder.files), here, folder.depth(), icon));
    }
    all.push(place("unused", "Not used", unused, Place::Unused, 0, "unlink"));
    all
}

#[derive(Template)]
#[template(path = "media/admin/index.html")]
struct Index {
    page: Page,
    shelf: Shelf,
    /// Files whose bytes are gone, and how many there are in all.
    missing: (Vec<File>, i64),
    may_upload: bool,
    may_arrange: bool,
}

/// `GET /admin/media` — files by folder, kind and words.
async fn index(ctx: Ctx, params: web::Query<Params>) -> AppResult<HttpResponse> {
    let person = ctx.require(Right::Write)?;
    let (visit, params) = (ctx.visit(), params.into_inner());
    ctx.draw(move |conn| load(conn, visit, &person, params)).await
}

fn load(conn: &mut Conn, visit: Visit, person: &Person, params: Params) -> AppResult<Index> {
    Ok(Index {
        shelf: Shelf::load(conn, person, paths::MEDIA, params)?,
        missing: library::missing(conn)?,
        page: Page::admin(conn, visit)?,
        may_upload: person.may(Right::Upload),
        may_arrange: person.may(Right::ArrangeFiles),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_keeps_every_other_choice() {
        let params = Params { folder: "3".to_owned(), q: "a&b".to_owned(), before: Some("9~9".to_owned()), ..Params::default() };
        assert_eq!(to("/x", &params.with("view", "list")), "/x?folder=3&q=a%26b&view=list");
        assert_eq!(to("/x", &params.with("folder", "")), "/x?q=a%26b");
        assert_eq!(to("/x", &Params::default().with("view", "")), "/x");
        assert_eq!(params.with("", ""), "folder=3&q=a%26b");
    }
}
