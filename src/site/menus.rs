//! Menus: header and footer, stored in the database.
//!
//! An item leads to an entry, a category or an address. An item whose entry is not live drops out by itself.

use crate::{
    db::{Conn, last_insert_id},
    schema::{categories, entries, menu_items, menus},
    typed_id,
    web::page_cache::memory::Remembered,
};
use diesel::prelude::*;

typed_id!(
    /// Names a menu.
    MenuId
);
typed_id!(
    /// Names an item of a menu.
    ItemId
);

/// A link of a menu, and the links below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MenuItem {
    /// What it says.
    pub label: String,
    /// Where it leads; empty for a heading.
    pub url: String,
    /// The items below.
    pub items: Vec<MenuItem>,
}

impl MenuItem {
    /// Whether this leads to the page at `path`, or to something above it.
    pub fn leads_to(&self, path: &str) -> bool {
        !self.url.is_empty() && (self.url == path || self.url != "/" && path.starts_with(&format!("{}/", self.url)))
    }
}

/// Both menus of the site.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Menus {
    /// Beside the name of the site.
    pub header: Vec<MenuItem>,
    /// Columns at the foot, each a heading with items.
    pub footer: Vec<MenuItem>,
}

/// Location, key, key of the item above, label, address typed, address and state of the entry, address of the category.
type Row = (String, ItemId, Option<ItemId>, String, Option<String>, Option<Option<String>>, Option<String>, Option<String>);

impl Remembered for Menus {
    const TAGS: &'static [&'static str] = &[SHOWN];

    fn read(conn: &mut Conn) -> QueryResult<Self> {
        Menus::load(conn)
    }
}

impl Menus {
    /// Reads all menus in one query, bounded by 200 items.
    pub fn load(conn: &mut Conn) -> QueryResult<Menus> {
        let rows: Vec<Row> = menu_items::table
            .inner_join(menus::table)
            .left_join(entries::table)
            .left_join(categories::table)
            .order((menu_items::menu_id, menu_items::position, menu_items::id))
            .select((
                menus::location,
                menu_items::id,
                menu_items::parent_id,
                menu_items::label,
                menu_items::url,
                entries::path.nullable(),
                entries::state.nullable(),
                categories::path.nullable(),
            ))
            .limit(200)
            .load::<(String, ItemId, Option<ItemId>, String, Option<String>, Option<String>, Option<String>, Option<String>)>(conn)?
            .into_iter()
            .map(|(location, id, parent, label, url, path, state, category)| {
                (location, id, parent, label, url, Some(path), state, category)
            })
            .collect();
        Ok(Menus { header: tree(&rows, "header", None), footer: tree(&rows, "footer", None) })
    }
}

fn tree(rows: &[Row], location: &str, parent: Option<ItemId>) -> Vec<MenuItem> {
    let here = rows.iter().filter(|row| row.0 == location && row.2 == parent);
    here.filter_map(|(_, id, _, label, url, entry, state, category)| {
        let url = match (state.as_deref(), entry, category, url) {
            (Some("published"), Some(Some(path)), ..) => path.clone(),
            (Some(_), ..) => return None, // its entry is a draft or in the trash
            (None, _, Some(category), _) => format!("/categories/{category}"),
            (None, _, None, Some(url)) => url.clone(),
            (None, _, None, None) => String::new(),
        };
        Some(MenuItem { label: label.clone(), url, items: tree(rows, location, Some(*id)) })
    })
    .collect()
}

/// Where an item leads, when a menu is written.
#[derive(Debug, Clone)]
pub struct NewItem {
    /// What it says.
    pub label: String,
    /// Where it leads: an address of the site, or a full address; `None` for a heading.
    pub to: Option<String>,
    /// The items below.
    pub items: Vec<NewItem>,
}

/// The cached pages that show the menus: all.
pub const SHOWN: &str = "menu";

/// Whether an item leads to this entry, or to one below its address.
pub fn show_entry(conn: &mut Conn, id: i64, path: Option<&str>) -> QueryResult<bool> {
    let mut items = menu_items::table.inner_join(entries::table).select(menu_items::id).filter(entries::id.eq(id)).into_boxed();
    if let Some(path) = path {
        items = items.or_filter(entries::path.like(format!("{path}/%")));
    }
    Ok(items.first::<ItemId>(conn).optional()?.is_some())
}

/// Whether an item leads to the category at this path, or to one below it.
pub fn show_category(conn: &mut Conn, path: &str) -> QueryResult<bool> {
    let here = categories::path.eq(path).or(categories::path.like(format!("{path}/%")));
    Ok(menu_items::table.inner_join(categories::table).filter(here).select(menu_items::id).first::<ItemId>(conn).optional()?.is_some())
}

/// Whether any menu has an item.
pub fn any(conn: &mut Conn) -> QueryResult<bool> {
    Ok(menu_items::table.select(menu_items::id).limit(1).first::<ItemId>(conn).optional()?.is_some())
}

/// Writes a whole menu anew. Addresses that are an entry's or a category's are tied to it, so that they follow a rename.
pub fn replace(conn: &mut Conn, location: &str, items: &[NewItem]) -> QueryResult<()> {
    diesel::insert_or_ignore_into(menus::table).values(menus::location.eq(location)).execute(conn)?;
    let menu: MenuId = menus::table.filter(menus::location.eq(location)).select(menus::id).first(conn)?;
    diesel::delete(menu_items::table.filter(menu_items::menu_id.eq(menu))).execute(conn)?;
    insert(conn, menu, None, items)
}

fn insert(conn: &mut Conn, menu: MenuId, parent: Option<ItemId>, items: &[NewItem]) -> QueryResult<()> {
    for (position, item) in items.iter().enumerate() {
        let to = item.to.as_deref().unwrap_or("");
        let entry: Option<i64> = entries::table.filter(entries::path.eq(to)).select(entries::id).first(conn).optional()?;
        let category: Option<i64> = match to.strip_prefix("/categories/") {
            Some(path) => categories::table.filter(categories::path.eq(path)).select(categories::id).first(conn).optional()?,
            None => None,
        };
        let url = item.to.as_deref().filter(|_| entry.is_none() && category.is_none());
        let row = (
            menu_items::menu_id.eq(menu),
            menu_items::parent_id.eq(parent),
            menu_items::position.eq(position as i32),
            menu_items::label.eq(&item.label),
            menu_items::entry_id.eq(entry),
            menu_items::category_id.eq(category),
            menu_items::url.eq(url),
        );
        diesel::insert_into(menu_items::table).values(row).execute(conn)?;
        let id: ItemId = diesel::select(last_insert_id()).get_result(conn)?;
        insert(conn, menu, Some(id), &item.items)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_item_is_current_on_its_page_and_below_it() {
        let item = MenuItem { label: String::new(), url: "/posts".to_owned(), items: vec![] };
        assert!(item.leads_to("/posts") && item.leads_to("/posts/a"));
        assert!(!item.leads_to("/postscript") && !item.leads_to("/"));
        let home = MenuItem { url: "/".to_owned(), ..item };
        assert!(home.leads_to("/") && !home.leads_to("/posts"));
    }
}
