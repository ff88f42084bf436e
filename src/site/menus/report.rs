//! Items that visitors do not see, and items that they would no longer see.

use super::{
    Menu,
    items::{self, Hidden, Row},
};
use crate::db::Conn;
use diesel::{
    prelude::*,
    sql_types::{BigInt, Nullable, Text},
};

/// An item that is not shown.
#[derive(Debug)]
pub struct Missing {
    /// What its menu is called.
    pub menu: String,
    /// The page of its menu.
    pub url: String,
    /// What it says.
    pub label: String,
    /// Why it is not shown.
    pub why: Hidden,
}

/// Why visitors do not see this item of these; `None`: they do, or one above it is told already.
pub fn hidden(rows: &[Row], row: &Row) -> Option<Hidden> {
    let below = || rows.iter().filter(|other| other.parent_id == Some(row.id));
    match row.address() {
        Err(why) => Some(why),
        Ok(address) if address.is_empty() && below().all(|other| hidden(rows, other).is_some()) => Some(Hidden::Empty),
        Ok(_) => None,
    }
}

/// Every item that is not shown, of all menus.
pub fn missing(conn: &mut Conn) -> QueryResult<Vec<Missing>> {
    let (menus, all) = (Menu::all(conn)?, items::all(conn)?);
    let mut missing = Vec::new();
    for menu in menus {
        let rows: Vec<Row> = all.iter().filter(|row| row.menu_id == menu.id).cloned().collect();
        let hidden = rows.iter().filter_map(|row| Some((row, hidden(&rows, row)?)));
        missing.extend(hidden.map(|(row, why)| Missing {
            menu: menu.label().to_owned(),
            url: menu.admin_url(),
            label: row.shown_label().to_owned(),
            why,
        }));
    }
    Ok(missing)
}

#[derive(QueryableByName)]
struct Standing {
    #[diesel(sql_type = Text)]
    location: String,
    #[diesel(sql_type = Text)]
    name: String,
}

const STANDING: &str = "
    SELECT STRAIGHT_JOIN DISTINCT m.location, m.name
    FROM   menu_items i
           JOIN entries e ON e.id = i.entry_id
           JOIN menus m   ON m.id = i.menu_id
    WHERE  e.state = 'published' AND (e.id = ? OR e.path LIKE ?)";

/// The menus in which an entry stands that is live; with a path also those in which one below it stands.
pub fn standing(conn: &mut Conn, entry: i64, path: Option<&str>) -> QueryResult<Vec<String>> {
    let below = path.map(|path| format!("{path}/%"));
    let rows: Vec<Standing> = diesel::sql_query(STANDING).bind::<BigInt, _>(entry).bind::<Nullable<Text>, _>(below).load(conn)?;
    let label = |row: Standing| match row.location.as_str() {
        "header" => "the header".to_owned(),
        "footer" => "the footer".to_owned(),
        _ => format!("“{}”", row.name),
    };
    Ok(rows.into_iter().map(label).collect())
}
