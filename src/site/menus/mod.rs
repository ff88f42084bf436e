//! Menus: lists of links, two deep, that visitors see in the header, in the footer, on the home page, or beside a branch of pages.
//!
//! Tables `menus` (header and footer are always there, with a row from their first change on; others are made and named by people) and `menu_items`. An item leads to an
//! entry, a category or an address, or is a heading; one whose entry is not live drops out by itself and is reported ([`report`]).
//! An item without a label of its own follows the title of what it leads to. What must hold: an item stands at the top or right
//! below one that does, in the same menu ([`changes`]).

pub mod admin;
pub mod changes;
pub mod forms;
pub mod item_admin;
pub mod items;
pub mod order;
pub mod report;
pub mod shown;
pub mod targets;

pub use changes::{NewItem, replace};
pub use items::ItemId;
pub use shown::{SHOWN, tags_of_category, tags_of_entry};

use crate::{
    db::Conn,
    error::{AppError, AppResult},
    schema::{entries, menu_items, menus},
    text_enum, typed_id,
    web::page_cache::memory::Remembered,
};
use diesel::prelude::*;
use items::Row;

typed_id!(
    /// Names a menu.
    MenuId
);

text_enum!(
    /// Where visitors see a menu.
    Place {
        /// Beside the name of the site.
        Header = "header",
        /// As columns at the foot.
        Footer = "footer",
        /// As a section of the home page.
        Home = "home",
        /// Beside every page of a branch.
        Branch = "branch",
        /// While it is being made.
        Nowhere = "nowhere",
    }
);

/// Menus that a site may have.
pub const MOST: usize = 20;

/// The places of the menus that every site has.
const FIXED: [Place; 2] = [Place::Header, Place::Footer];

/// Stands for the key of a menu that has no row yet.
const UNWRITTEN: i64 = 0;

/// A menu without its items.
#[derive(Debug, Clone, HasQuery)]
#[diesel(table_name = menus, base_query = menus::table.left_join(entries::table))]
pub struct Menu {
    /// Key.
    pub id: MenuId,
    /// Names it in addresses: `header`, `footer`, or made from its name.
    #[diesel(select_expression = menus::location)]
    pub key: String,
    /// What people call it; empty for header and footer.
    pub name: String,
    /// Where visitors see it.
    pub place: Place,
    /// The address of the page at the top of the branch, unless that is in the trash.
    #[diesel(select_expression = entries::path.nullable())]
    pub branch: Option<String>,
}

impl Menu {
    /// Header and footer first, then by name.
    pub fn all(conn: &mut Conn) -> QueryResult<Vec<Menu>> {
        let mut all: Vec<Menu> = Menu::query().limit(MOST as i64 + 2).load(conn)?;
        for fixed in FIXED {
            if !all.iter().any(|menu| menu.place == fixed) {
                all.push(Menu::unwritten(fixed));
            }
        }
        all.sort_by_key(|menu| (menu.place, menu.name.to_lowercase()));
        all.sort_by_key(|menu| !menu.is_fixed());
        Ok(all)
    }

    /// The menu of that key.
    pub fn find(conn: &mut Conn, key: &str) -> AppResult<Menu> {
        let found = Menu::query().filter(menus::location.eq(key)).first(conn).optional()?;
        let fixed = || FIXED.into_iter().find(|place| place.word() == key).map(Menu::unwritten);
        found.or_else(fixed).ok_or(AppError::NotFound)
    }

    /// Header or footer before its first item, when it has no row yet.
    fn unwritten(place: Place) -> Menu {
        Menu { id: UNWRITTEN.into(), key: place.word().to_owned(), name: String::new(), place, branch: None }
    }

    /// Whether it is the header or the footer, which every site has.
    pub fn is_fixed(&self) -> bool {
        FIXED.contains(&self.place)
    }

    /// What it is called.
    pub fn label(&self) -> &str {
        match self.place {
            Place::Header => "Header",
            Place::Footer => "Footer",
            _ => &self.name,
        }
    }

    /// Where visitors see it, in words.
    pub fn place_shown(&self) -> String {
        match (self.place, &self.branch) {
            (Place::Header, _) => "Beside the name of the site, on every page".to_owned(),
            (Place::Footer, _) => "At the foot of every page".to_owned(),
            (Place::Home, _) => "On the home page".to_owned(),
            (Place::Branch, Some(path)) => format!("Beside {path} and the pages below it"),
            (Place::Branch, None) => "Nowhere: the page beside which it stood is gone".to_owned(),
            (Place::Nowhere, _) => "Nowhere yet".to_owned(),
        }
    }

    /// Its page in the admin.
    pub fn admin_url(&self) -> String {
        format!("{}/{}", super::paths::MENUS, self.key)
    }
}

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

/// A menu that people have made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// Its heading.
    pub name: String,
    /// The address of the page beside and below which it stands; empty on the home page.
    pub branch: String,
    /// Its items.
    pub items: Vec<MenuItem>,
}

/// What visitors see of all menus.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Menus {
    /// Beside the name of the site.
    pub header: Vec<MenuItem>,
    /// Columns at the foot, each a heading with items; items without any below them stand in a line of their own.
    pub footer: Vec<MenuItem>,
    /// Sections of the home page.
    pub home: Vec<Named>,
    /// Beside branches of pages.
    pub beside: Vec<Named>,
}

impl Remembered for Menus {
    const TAGS: &'static [&'static str] = &[SHOWN, shown::KEPT];

    fn read(conn: &mut Conn) -> QueryResult<Self> {
        Menus::load(conn)
    }
}

impl Menus {
    /// Reads all menus in two queries.
    pub fn load(conn: &mut Conn) -> QueryResult<Menus> {
        let (all, rows) = (Menu::all(conn)?, items::all(conn)?);
        let mut menus = Menus::default();
        for menu in all {
            let rows: Vec<&Row> = rows.iter().filter(|row| row.menu_id == menu.id).collect();
            let items = tree(&rows, None);
            if items.is_empty() {
                continue;
            }
            match (menu.place, menu.branch) {
                (Place::Header, _) => menus.header = items,
                (Place::Footer, _) => menus.footer = items,
                (Place::Home, _) => menus.home.push(Named { name: menu.name, branch: String::new(), items }),
                (Place::Branch, Some(branch)) => menus.beside.push(Named { name: menu.name, branch, items }),
                (Place::Branch, None) | (Place::Nowhere, _) => {}
            }
        }
        Ok(menus)
    }

    /// Whether something in the header opens.
    pub fn opens(&self) -> bool {
        self.header.iter().any(|item| !item.items.is_empty())
    }

    /// Whether the foot has columns.
    pub fn has_columns(&self) -> bool {
        self.footer.iter().any(|item| !item.items.is_empty())
    }

    /// Whether the foot has links outside of columns.
    pub fn has_line(&self) -> bool {
        self.footer.iter().any(|item| item.items.is_empty())
    }

    /// The menu beside the page at this address: that of the nearest branch.
    pub fn beside(&self, path: &str) -> Option<&Named> {
        let within = self.beside.iter().filter(|menu| path == menu.branch || path.starts_with(&format!("{}/", menu.branch)));
        within.max_by_key(|menu| menu.branch.len())
    }
}

/// What is shown of a menu: without what is not live, and without headings over nothing.
fn tree(rows: &[&Row], parent: Option<ItemId>) -> Vec<MenuItem> {
    let here = rows.iter().filter(|row| row.parent_id == parent);
    let shown = here.filter_map(|row| {
        let item = MenuItem { label: row.shown_label().to_owned(), url: row.address().ok()?, items: tree(rows, Some(row.id)) };
        (!item.url.is_empty() || !item.items.is_empty()).then_some(item)
    });
    shown.collect()
}

/// Whether any menu has an item.
pub fn any(conn: &mut Conn) -> QueryResult<bool> {
    Ok(menu_items::table.select(menu_items::id).limit(1).first::<ItemId>(conn).optional()?.is_some())
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

    #[test]
    fn the_menu_of_the_nearest_branch_stands_beside_a_page() {
        let named = |branch: &str| Named { name: String::new(), branch: branch.to_owned(), items: vec![] };
        let menus = Menus { beside: vec![named("/guides"), named("/guides/deep")], ..Menus::default() };
        let beside = |path: &str| menus.beside(path).map(|menu| menu.branch.as_str());
        assert_eq!([beside("/guides"), beside("/guides/a")], [Some("/guides"); 2]);
        assert_eq!([beside("/guides/deep/er"), beside("/guidesman"), beside("/")], [Some("/guides/deep"), None, None]);
    }
}
