//! What pages show, by the names that the page cache knows: which tags a page has, and which a change tells.
//!
//! | Tag | A page has it that shows … |
//! |---|---|
//! | `site`, `menu` … | the settings, the menus: every page; more of menus in `site::menus::shown` |
//! | `entry:ID` | title, address, summary, length, author or main category of an entry, or would if it were live |
//! | `page:ID` | what only its own page shows: its text and tags, its neighbours, the day of its last change |
//! | `card:ID` | the picture of an entry, or would if it had one |
//! | `children:ID` | which pages stand below a page, in which order; `children:0`: at the top |
//! | `sitemap:N`, `sitemaps` | which entries of a range of keys are live, their addresses, pictures and last publication; whether there are any |
//! | `list:all`, `list:category:ID`, … | which posts are in a list, their order and number; what is chosen from them |
//! | `counts:category`, … | how many posts each list of a kind has |
//! | `author:ID`, `about:author:ID` | name and address of an author; the words about them |
//! | `category:ID`, `about:category:ID` | name and address of a category; its description |
//! | `below:ID` | which categories stand below one, in which order; `below:0`: at the top |
//! | `categories`, `tags` | all categories, all tags |
//! | `tag:ID` | name and address of a tag |
//! | `series:ID`, `about:series:ID` | title and address of a series; its description |
//! | `parts:ID` | which posts are live parts of a series, in which order |
//! | `translations:ID`, `translations` | which entries of a group of translations are live, their languages and addresses; of all groups |
//! | `entries` | more entries than could be named: no page has it, but what is kept of entries beside (the search) must look itself |
//! | `featured`, `home` | which posts are featured; whether an entry is live at the address that the settings name |

use super::{
    category::CategoryId,
    entry::{Entry, EntryId, Kind},
    list::Brief,
    series::SeriesId,
    tag::TagId,
    translation::{self, GroupId},
};
use crate::{db::Conn, markup::reading_minutes, media::shown::file, site::menus, web::person::UserId};
use diesel::QueryResult;
use std::ops::Deref;

/// All categories.
pub const CATEGORIES: &str = "categories";
/// All tags.
pub const TAGS: &str = "tags";
/// Languages and addresses of entries that are translations of each other.
pub const TRANSLATIONS: &str = "translations";
/// Which posts are featured.
pub const FEATURED: &str = "featured";
/// More entries than could be named.
pub const MANY: &str = "entries";
/// Whether an entry is live at the address of the home page.
pub const HOME: &str = "home";

/// Which pages stand at the top.
pub const TOP: &str = "children:0";
/// Which ranges of keys have a live entry.
pub const SITEMAPS: &str = "sitemaps";
/// Keys of entries that one sitemap covers.
pub const SITEMAP_ENTRIES: i64 = 10_000;

/// The live entries of a range of keys, by its number.
pub fn sitemap(part: i64) -> String {
    format!("sitemap:{part}")
}

/// An entry.
pub fn entry(id: EntryId) -> String {
    format!("entry:{id}")
}

/// What only the entry's own page shows.
pub fn own_page(id: EntryId) -> String {
    format!("page:{id}")
}

/// The picture of an entry beside its title.
pub fn card(id: EntryId) -> String {
    format!("card:{id}")
}

/// Which pages stand below one.
pub fn children(id: EntryId) -> String {
    format!("children:{id}")
}

/// Name and address of a category.
pub fn category(id: CategoryId) -> String {
    format!("category:{id}")
}

/// The description of a category.
pub fn about_category(id: CategoryId) -> String {
    format!("about:category:{id}")
}

/// Which categories stand below one, or at the top.
pub fn below(parent: Option<CategoryId>) -> String {
    format!("below:{}", parent.map_or(0, CategoryId::number))
}

/// Name and address of a tag.
pub fn tag(id: TagId) -> String {
    format!("tag:{id}")
}

/// Title and address of a series.
pub fn series(id: SeriesId) -> String {
    format!("series:{id}")
}

/// The description of a series.
pub fn about_series(id: SeriesId) -> String {
    format!("about:series:{id}")
}

/// The live parts of a series in their order.
pub fn parts(id: SeriesId) -> String {
    format!("parts:{id}")
}

/// Languages and addresses of the live entries of a group of translations.
pub fn translations(group: GroupId) -> String {
    format!("translations:{group}")
}

/// Name and address of an author.
pub fn author(id: UserId) -> String {
    crate::accounts::model::profile::shown_name(id)
}

/// How many posts each list of a kind has.
pub fn counts(kind: &str) -> String {
    format!("counts:{kind}")
}

/// Posts as lists show them.
pub fn briefs(briefs: impl IntoIterator<Item = impl Deref<Target = Brief>>) -> Vec<String> {
    let of_one = |brief: &Brief| [Some(entry(brief.entry.id)), Some(author(brief.author.id)), brief.topic_id.map(category)];
    briefs.into_iter().flat_map(|brief| of_one(&brief)).flatten().collect()
}

/// Pictures of posts as lists show them.
pub fn cards(briefs: impl IntoIterator<Item = impl Deref<Target = Brief>>) -> Vec<String> {
    let of_one = |brief: &Brief| [Some(card(brief.entry.id)), brief.picture.as_ref().map(|picture| file(picture.id))];
    briefs.into_iter().flat_map(|brief| of_one(&brief)).flatten().collect()
}

/// What a change of an entry's row tells; the lists that it joins or leaves are told by `list::sync`.
pub fn changed(conn: &mut Conn, before: &Entry, after: &Entry) -> QueryResult<Vec<String>> {
    let turned = before.is_live() != after.is_live();
    let moved = before.path != after.path;
    // Below a draft that moves, live pages may move along; below one that comes out of the trash there are none.
    if !before.is_live() && !after.is_live() && (!moved || before.path.is_none()) {
        return Ok(Vec::new());
    }
    let shows = |entry: &Entry| (entry.title.clone(), entry.summary.clone(), entry.author_id, reading_minutes(entry.words.max(0) as u32));
    let alike = !turned && !moved && shows(before) == shows(after);
    let mut tags = vec![if alike { own_page(after.id) } else { entry(after.id) }, sitemap(after.id.number() / SITEMAP_ENTRIES)];
    if turned {
        tags.push(SITEMAPS.to_owned());
    }
    if alike && before.image_url != after.image_url {
        tags.push(card(after.id));
    }
    if turned || moved {
        tags.push(HOME.to_owned());
        tags.extend(menus::tags_of_entry(conn, after.id.number(), after.path.as_deref())?);
        tags.extend(translation::told_of(conn, after, moved)?);
    } else if before.title != after.title {
        tags.extend(menus::shown::tags_of_title(conn, after.id.number())?);
    }
    if before.featured != after.featured {
        tags.push(FEATURED.to_owned());
    }
    let place = |entry: &Entry| (entry.parent_id, entry.position);
    if after.kind == Kind::Page && (turned || moved || place(before) != place(after)) {
        tags.extend([before.parent_id, after.parent_id].map(|parent| parent.map_or_else(|| TOP.to_owned(), children)));
    }
    Ok(tags)
}
