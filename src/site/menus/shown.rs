//! Which cached pages show a menu, and which changes elsewhere touch them.
//!
//! | Tag | A page has it that shows … |
//! |---|---|
//! | `menu` | header and footer: every page |
//! | `menu:home` | the menus of the home page |
//! | `beside:PATH` | the page at PATH or one below it: what stands beside that branch |
//!
//! `menus` is had by no page: it makes each process read the menus anew.

use super::{Menus, Named, Place};
use crate::db::Conn;
use diesel::{
    prelude::*,
    sql_types::{BigInt, Nullable, Text},
};

/// The cached pages that show header and footer: all.
pub const SHOWN: &str = "menu";
/// What is kept in memory of all menus.
pub const KEPT: &str = "menus";
/// The cached pages that show the menus of the home page.
pub const HOME: &str = "menu:home";

fn branch(path: &str) -> String {
    format!("beside:{path}")
}

/// What the page at this address has in common with those beside which a menu stands: one tag for itself and each page above.
pub fn beside(path: &str) -> Vec<String> {
    let ends = path.match_indices('/').map(|(place, _)| place).filter(|place| *place > 0);
    ends.chain([path.len()]).map(|end| branch(&path[..end])).collect()
}

/// What a change of the menus has touched; nothing where visitors see what they saw.
pub(super) fn touched(before: &Menus, after: &Menus) -> Vec<String> {
    let mut tags = Vec::new();
    if before == after {
        return tags;
    }
    if (&before.header, &before.footer) != (&after.header, &after.footer) {
        tags.push(SHOWN.to_owned());
    }
    if before.home != after.home {
        tags.push(HOME.to_owned());
    }
    let changed =
        |one: &[Named], other: &[Named]| one.iter().filter(|menu| !other.contains(menu)).map(|menu| branch(&menu.branch)).collect();
    let changed: [Vec<String>; 2] = [changed(&before.beside, &after.beside), changed(&after.beside, &before.beside)];
    tags.extend(changed.concat());
    tags.push(KEPT.to_owned());
    tags.sort();
    tags.dedup();
    tags
}

#[derive(QueryableByName)]
struct Seen {
    #[diesel(sql_type = Text)]
    place: Place,
    #[diesel(sql_type = Nullable<Text>)]
    branch: Option<String>,
}

/// Read from the few items, whatever the size of the site.
const OF_ENTRY: &str = "
    SELECT STRAIGHT_JOIN DISTINCT m.place, b.path AS branch
    FROM   menu_items i
           JOIN entries e ON e.id = i.entry_id
           JOIN menus m   ON m.id = i.menu_id
           LEFT JOIN entries b ON b.id = m.branch_id
    WHERE  e.id = ? OR e.path LIKE ?
    UNION
    SELECT STRAIGHT_JOIN m.place, b.path
    FROM   menus m
           JOIN entries b ON b.id = m.branch_id
    WHERE  b.id = ? OR b.path LIKE ?";

/// What is touched when this entry comes, goes or moves, with everything below its address.
pub fn tags_of_entry(conn: &mut Conn, id: i64, path: Option<&str>) -> QueryResult<Vec<String>> {
    let below = path.map(|path| format!("{path}/%"));
    let seen = diesel::sql_query(OF_ENTRY)
        .bind::<BigInt, _>(id)
        .bind::<Nullable<Text>, _>(&below)
        .bind::<BigInt, _>(id)
        .bind::<Nullable<Text>, _>(&below);
    Ok(tags(seen.load(conn)?))
}

const OF_TITLE: &str = "
    SELECT DISTINCT m.place, b.path AS branch
    FROM   menu_items i
           JOIN menus m ON m.id = i.menu_id
           LEFT JOIN entries b ON b.id = m.branch_id
    WHERE  i.entry_id = ? AND i.label = ''";

/// What is touched when the title of this entry changes: items without a label of their own.
pub fn tags_of_title(conn: &mut Conn, id: i64) -> QueryResult<Vec<String>> {
    Ok(tags(diesel::sql_query(OF_TITLE).bind::<BigInt, _>(id).load(conn)?))
}

const OF_CATEGORY: &str = "
    SELECT STRAIGHT_JOIN DISTINCT m.place, b.path AS branch
    FROM   menu_items i
           JOIN categories c ON c.id = i.category_id
           JOIN menus m      ON m.id = i.menu_id
           LEFT JOIN entries b ON b.id = m.branch_id
    WHERE  c.path = ? OR c.path LIKE ?";

/// What is touched when the category at this path goes, moves or is renamed, with everything below it.
pub fn tags_of_category(conn: &mut Conn, path: &str) -> QueryResult<Vec<String>> {
    Ok(tags(diesel::sql_query(OF_CATEGORY).bind::<Text, _>(path).bind::<Text, _>(format!("{path}/%")).load(conn)?))
}

const OF_NAME: &str = "
    SELECT DISTINCT m.place, b.path AS branch
    FROM   menu_items i
           JOIN menus m ON m.id = i.menu_id
           LEFT JOIN entries b ON b.id = m.branch_id
    WHERE  i.category_id = ? AND i.label = ''";

/// What is touched when only the name of this category changes.
pub fn tags_of_name(conn: &mut Conn, category: i64) -> QueryResult<Vec<String>> {
    Ok(tags(diesel::sql_query(OF_NAME).bind::<BigInt, _>(category).load(conn)?))
}

fn tags(seen: Vec<Seen>) -> Vec<String> {
    let of_one = |seen: Seen| match (seen.place, seen.branch) {
        (Place::Header | Place::Footer, _) => Some(SHOWN.to_owned()),
        (Place::Home, _) => Some(HOME.to_owned()),
        (Place::Branch, Some(path)) => Some(branch(&path)),
        (Place::Branch, None) | (Place::Nowhere, _) => None,
    };
    let mut tags: Vec<String> = seen.into_iter().filter_map(of_one).collect();
    if !tags.is_empty() {
        tags.push(KEPT.to_owned());
    }
    tags
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_has_a_tag_for_itself_and_each_page_above() {
        assert_eq!(beside("/guides/deep/er"), ["beside:/guides", "beside:/guides/deep", "beside:/guides/deep/er"]);
        assert_eq!(beside("/about"), ["beside:/about"]);
    }

    #[test]
    fn only_what_shows_a_change_is_touched() {
        let named = |name: &str, branch: &str| Named { name: name.to_owned(), branch: branch.to_owned(), items: vec![] };
        let before = Menus { beside: vec![named("A", "/a"), named("B", "/b")], ..Menus::default() };
        let after = Menus { beside: vec![named("A", "/a"), named("C", "/b")], home: vec![named("H", "")], ..Menus::default() };
        assert_eq!(touched(&before, &after), ["beside:/b", "menu:home", "menus"]);
        assert_eq!(touched(&after, &after), [] as [&str; 0]);
    }
}
