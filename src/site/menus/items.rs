//! The items of menus as they are stored, with what they lead to.

use super::MenuId;
use crate::{db::Conn, typed_id};
use diesel::{
    prelude::*,
    sql_types::{BigInt, Nullable, Text},
};

typed_id!(
    /// Names an item of a menu.
    ItemId
);

/// Items that a menu may have.
pub const MOST: usize = 60;

/// Entries and categories are found by key from the few items.
const READ: &str = "
    SELECT STRAIGHT_JOIN
           i.menu_id, i.id, i.parent_id, i.label, i.url,
           i.entry_id, e.title AS entry_title, e.path AS entry_path, e.state AS entry_state,
           i.category_id, c.name AS category_name, c.path AS category_path
    FROM   menu_items i
           LEFT JOIN entries e    ON e.id = i.entry_id
           LEFT JOIN categories c ON c.id = i.category_id
    WHERE  i.menu_id = ? OR ? < 0
    ORDER  BY i.menu_id, i.position, i.id
    LIMIT  2000";

/// An item, and what it leads to.
#[derive(Debug, Clone, QueryableByName)]
pub struct Row {
    /// The menu it stands in.
    #[diesel(sql_type = BigInt)]
    pub menu_id: MenuId,
    /// Key.
    #[diesel(sql_type = BigInt)]
    pub id: ItemId,
    /// The item above.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub parent_id: Option<ItemId>,
    /// What it says; empty: the title of what it leads to.
    #[diesel(sql_type = Text)]
    pub label: String,
    /// An address that was typed.
    #[diesel(sql_type = Nullable<Text>)]
    pub url: Option<String>,
    /// The entry it leads to.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub entry_id: Option<i64>,
    /// Its title.
    #[diesel(sql_type = Nullable<Text>)]
    pub entry_title: Option<String>,
    /// Its address; `None` in the trash.
    #[diesel(sql_type = Nullable<Text>)]
    pub entry_path: Option<String>,
    /// `draft`, `published` or `trashed`.
    #[diesel(sql_type = Nullable<Text>)]
    pub entry_state: Option<String>,
    /// The category it leads to.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub category_id: Option<i64>,
    /// Its name.
    #[diesel(sql_type = Nullable<Text>)]
    pub category_name: Option<String>,
    /// Its path below `/categories/`.
    #[diesel(sql_type = Nullable<Text>)]
    pub category_path: Option<String>,
}

/// Why visitors do not see an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hidden {
    /// Its entry is a draft.
    Draft,
    /// Its entry is in the trash.
    Trashed,
    /// It is a heading, and nothing that is shown stands below it.
    Empty,
}

impl Hidden {
    /// In words, after the name of the item.
    pub fn words(self) -> &'static str {
        match self {
            Hidden::Draft => "Not shown: what it leads to is a draft. Publish that, or choose another target.",
            Hidden::Trashed => "Not shown: what it leads to is in the trash. Restore and publish that, or choose another target.",
            Hidden::Empty => "Not shown: a heading is shown only with something below it.",
        }
    }
}

impl Row {
    /// What it says: its own label, or what its target is called.
    pub fn shown_label(&self) -> &str {
        match (self.label.as_str(), &self.entry_title, &self.category_name, &self.url) {
            ("", Some(title), ..) => title,
            ("", _, Some(name), _) => name,
            ("", _, _, Some(url)) => url,
            (label, ..) => label,
        }
    }

    /// Where it leads; empty for a heading.
    pub fn address(&self) -> Result<String, Hidden> {
        match (self.entry_state.as_deref(), &self.entry_path, &self.category_path, &self.url) {
            (Some("published"), Some(path), ..) => Ok(path.clone()),
            (Some("trashed"), ..) => Err(Hidden::Trashed),
            (Some(_), ..) => Err(Hidden::Draft),
            (None, _, Some(path), _) => Ok(format!("/categories/{path}")),
            (None, _, None, url) => Ok(url.clone().unwrap_or_default()),
        }
    }

    /// Whether it only stands over others.
    pub fn is_heading(&self) -> bool {
        self.entry_id.is_none() && self.category_id.is_none() && self.url.is_none()
    }

    /// What it leads to, for people who arrange menus.
    pub fn target_shown(&self) -> String {
        match (&self.entry_path, self.address()) {
            (Some(path), _) => path.clone(),
            (None, Ok(address)) if !address.is_empty() => address,
            (None, Ok(_)) => "Heading".to_owned(),
            (None, Err(_)) => "In the trash".to_owned(),
        }
    }
}

/// The items of all menus, in order.
pub fn all(conn: &mut Conn) -> QueryResult<Vec<Row>> {
    read(conn, -1)
}

/// The items of one menu, in order.
pub fn of(conn: &mut Conn, menu: MenuId) -> QueryResult<Vec<Row>> {
    read(conn, menu.number())
}

fn read(conn: &mut Conn, menu: i64) -> QueryResult<Vec<Row>> {
    diesel::sql_query(READ).bind::<BigInt, _>(menu).bind::<BigInt, _>(menu).load(conn)
}

/// Each item with how deep it stands, as it is drawn: one at the top, what is below it, the next at the top.
pub fn in_order(rows: &[Row]) -> Vec<(&Row, usize)> {
    let tops = rows.iter().filter(|row| row.parent_id.is_none());
    let with_below = tops.flat_map(|top| {
        let below = rows.iter().filter(|row| row.parent_id == Some(top.id));
        std::iter::once((top, 0)).chain(below.map(|row| (row, 1)))
    });
    with_below.collect()
}
