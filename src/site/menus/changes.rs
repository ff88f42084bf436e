//! Changes of menus. Each locks its menu, writes one row of the journal, and touches the pages that show another menu than before.

use super::{
    ItemId, Menu, MenuId, Menus, Place,
    items::{self, MOST, Row},
    order::{Order, Way},
    shown,
};
use crate::{
    db::{Conn, last_insert_id},
    error::{AppError, AppResult},
    journal::{Actor, Change},
    markup::slugify,
    schema::{categories, entries, menu_items, menus},
    web::form::FormErrors,
};
use chrono::NaiveDateTime;
use diesel::{prelude::*, sql_types::BigInt};
use serde_json::{Value, json};

/// What somebody wants a menu of their own to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMenu {
    /// What it is called.
    pub name: String,
    /// Where visitors see it.
    pub place: Place,
    /// The address of the page at the top of the branch; only for [`Place::Branch`].
    pub branch: Option<String>,
}

/// Where an item leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// To an entry.
    Entry(i64),
    /// To a category.
    Category(i64),
    /// To an address, of this site or elsewhere.
    Address(String),
    /// Nowhere: it stands over others.
    Heading,
}

/// What somebody wants an item to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Where it leads; several are several items.
    pub targets: Vec<Target>,
    /// What it says; empty: the title of its target.
    pub label: String,
    /// The item below which it stands.
    pub below: Option<ItemId>,
}

/// Makes a menu, and says how addresses name it.
pub fn create(conn: &mut Conn, wanted: &NewMenu, actor: &Actor, now: NaiveDateTime) -> AppResult<String> {
    let keys: Vec<String> = menus::table.select(menus::location).for_update().load(conn)?;
    let made = keys.iter().filter(|key| super::FIXED.iter().all(|place| place.word() != **key)).count();
    if made >= super::MOST - super::FIXED.len() {
        return Err(FormErrors::whole(format!("A site has at most {} menus. Delete one first.", super::MOST)).into());
    }
    let key = free_key(&wanted.name, &keys);
    let branch = branch(conn, wanted)?;
    let row = (menus::location.eq(&key), menus::name.eq(&wanted.name), menus::place.eq(wanted.place), menus::branch_id.eq(branch));
    diesel::insert_into(menus::table).values(row).execute(conn)?;
    record(conn, "menu.created", &wanted.name, json!({ "place": wanted.place.word() }), Vec::new(), actor, now)?;
    Ok(key)
}

/// Made from the name, with a number where that is taken.
fn free_key(name: &str, taken: &[String]) -> String {
    let slug: String = slugify(name).chars().take(24).collect();
    let base = slug.trim_matches('-');
    let mut keys = std::iter::once(base.to_owned()).chain((2..).map(|number| format!("{base}-{number}")));
    keys.find(|key| !["new", "header", "footer"].contains(&key.as_str()) && !taken.contains(key)).unwrap_or_default()
}

fn branch(conn: &mut Conn, wanted: &NewMenu) -> AppResult<Option<i64>> {
    let Some(path) = wanted.branch.as_ref().filter(|_| wanted.place == Place::Branch) else { return Ok(None) };
    let page = entries::table.filter(entries::path.eq(path)).filter(entries::kind.eq("page")).select(entries::id);
    match page.first(conn).optional()? {
        Some(id) => Ok(Some(id)),
        None => Err(AppError::invalid("branch", "There is no page at this address. Give the path of a page, such as /guides.")),
    }
}

/// Renames a menu or shows it elsewhere.
pub fn change(conn: &mut Conn, key: &str, wanted: &NewMenu, actor: &Actor, now: NaiveDateTime) -> AppResult<()> {
    let branch = branch(conn, wanted)?;
    let detail = json!({ "name": wanted.name, "place": wanted.place.word(), "branch": wanted.branch });
    within(conn, key, detail, actor, now, |conn, menu, _| {
        if menu.is_fixed() {
            return Err(AppError::Conflict("Header and footer keep their name and place."));
        }
        let set = (menus::name.eq(&wanted.name), menus::place.eq(wanted.place), menus::branch_id.eq(branch));
        diesel::update(menus::table.find(menu.id)).set(set).execute(conn)?;
        Ok(())
    })
}

/// Deletes a menu with its items.
pub fn delete(conn: &mut Conn, key: &str, actor: &Actor, now: NaiveDateTime) -> AppResult<Menu> {
    let (menu, before) = (lock(conn, key)?, Menus::load(conn)?);
    if menu.is_fixed() {
        return Err(AppError::Conflict("Header and footer cannot be deleted. Remove their items instead."));
    }
    diesel::delete(menus::table.find(menu.id)).execute(conn)?; // its items go with it
    let tags = shown::touched(&before, &Menus::load(conn)?);
    record(conn, "menu.deleted", menu.label(), json!({}), tags, actor, now)?;
    Ok(menu)
}

/// Adds items at the end, or at the end of what stands below another.
pub fn add(conn: &mut Conn, key: &str, wanted: &Wanted, actor: &Actor, now: NaiveDateTime) -> AppResult<()> {
    within(conn, key, json!({ "added": wanted.targets.len() }), actor, now, |conn, menu, rows| {
        if rows.len() + wanted.targets.len() > MOST {
            return Err(AppError::invalid("target", format!("A menu holds at most {MOST} items. Remove some first.")));
        }
        let parent = parent(rows, wanted.below)?;
        let last = rows.iter().filter(|row| row.parent_id == parent).count();
        for (place, target) in wanted.targets.iter().enumerate() {
            insert(conn, menu.id, parent, last + place + 1, &wanted.label, target)?;
        }
        Ok(())
    })
}

fn parent(rows: &[Row], below: Option<ItemId>) -> AppResult<Option<ItemId>> {
    let fits = below.is_none_or(|id| rows.iter().any(|row| row.id == id && row.parent_id.is_none()));
    if fits { Ok(below) } else { Err(AppError::invalid("below", "That item is gone or stands below another. Choose one from the list.")) }
}

/// Changes what an item says and where it leads; [`Wanted::below`] is not heeded, [`shift`] moves items.
pub fn change_item(conn: &mut Conn, key: &str, id: ItemId, wanted: &Wanted, actor: &Actor, now: NaiveDateTime) -> AppResult<()> {
    within(conn, key, json!({ "item": wanted.label }), actor, now, |conn, _, rows| {
        row(rows, id)?;
        let Some(target) = wanted.targets.first() else { return Ok(()) };
        let target = columns(conn, target)?;
        diesel::update(menu_items::table.find(id)).set((menu_items::label.eq(&wanted.label), target)).execute(conn)?;
        Ok(())
    })
}

fn row(rows: &[Row], id: ItemId) -> AppResult<&Row> {
    rows.iter().find(|row| row.id == id).ok_or(AppError::NotFound)
}

/// Removes an item with what stands below it, and says what it was called.
pub fn remove(conn: &mut Conn, key: &str, id: ItemId, actor: &Actor, now: NaiveDateTime) -> AppResult<String> {
    let menu = Menu::find(conn, key)?;
    let label = row(&items::of(conn, menu.id)?, id)?.shown_label().to_owned();
    within(conn, key, json!({ "removed": label }), actor, now, |conn, _, rows| {
        row(rows, id)?;
        diesel::delete(menu_items::table.find(id)).execute(conn)?; // what stands below goes with it
        Ok(())
    })?;
    Ok(label)
}

/// Moves one item by one step.
pub fn shift(conn: &mut Conn, key: &str, id: ItemId, way: Way, actor: &Actor, now: NaiveDateTime) -> AppResult<()> {
    within(conn, key, json!({ "moved": id.number() }), actor, now, |conn, menu, rows| {
        let mut order = Order::of(rows);
        order.shift(id, way).map_err(|sentence| AppError::from(FormErrors::whole(sentence)))?;
        put_in_order(conn, menu.id, &order)
    })
}

/// Puts all items in another order at once; refuses where it does not name the items that there are.
pub fn arrange(conn: &mut Conn, key: &str, wanted: &[(ItemId, usize)], actor: &Actor, now: NaiveDateTime) -> AppResult<()> {
    within(conn, key, json!({ "arranged": true }), actor, now, |conn, menu, rows| {
        let order = Order::read(wanted).filter(|order| order.has_the_items_of(&Order::of(rows)));
        let Some(order) = order else {
            let sentence = "The menu was changed meanwhile, and stands here as it is now. Move the item again.";
            return Err(FormErrors::whole(sentence).into());
        };
        put_in_order(conn, menu.id, &order)
    })
}

/// One statement, however many items move.
fn put_in_order(conn: &mut Conn, menu: MenuId, order: &Order) -> AppResult<()> {
    let flat = order.flat();
    if flat.is_empty() {
        return Ok(());
    }
    let ids = flat.iter().map(|(id, _)| id.to_string()).collect::<Vec<_>>().join(", ");
    let parents =
        flat.iter().map(|(_, parent)| parent.map_or_else(|| "NULL".to_owned(), |id| id.to_string())).collect::<Vec<_>>().join(", ");
    let text = format!(
        "UPDATE menu_items SET position = FIELD(id, {ids}), parent_id = ELT(FIELD(id, {ids}), {parents}) WHERE menu_id = ? AND id IN ({ids})"
    );
    diesel::sql_query(text).bind::<BigInt, _>(menu).execute(conn)?;
    Ok(())
}

/// Header and footer get their row here.
fn lock(conn: &mut Conn, key: &str) -> AppResult<Menu> {
    if let Some(place) = super::FIXED.iter().find(|place| place.word() == key) {
        diesel::insert_or_ignore_into(menus::table).values((menus::location.eq(key), menus::place.eq(*place))).execute(conn)?;
    }
    let id: Option<MenuId> = menus::table.filter(menus::location.eq(key)).select(menus::id).for_update().first(conn).optional()?;
    id.ok_or(AppError::NotFound)?;
    Menu::find(conn, key)
}

/// Does something within a locked menu, and writes down what has become of it; nothing where it is as it was.
fn within(
    conn: &mut Conn,
    key: &str,
    detail: Value,
    actor: &Actor,
    now: NaiveDateTime,
    work: impl FnOnce(&mut Conn, &Menu, &[Row]) -> AppResult<()>,
) -> AppResult<()> {
    let menu = lock(conn, key)?;
    let (rows, before) = (items::of(conn, menu.id)?, Menus::load(conn)?);
    work(conn, &menu, &rows)?;
    let menu = Menu::find(conn, key)?;
    let tags = shown::touched(&before, &Menus::load(conn)?);
    record(conn, "menu.changed", menu.label(), detail, tags, actor, now)
}

fn record(
    conn: &mut Conn,
    kind: &'static str,
    label: &str,
    detail: Value,
    cache_tags: Vec<String>,
    actor: &Actor,
    now: NaiveDateTime,
) -> AppResult<()> {
    Ok(Change { kind, subject: "menu", key: 0, label, detail, cache_tags }.record(conn, actor, now)?)
}

/// The three columns of which one says where an item leads. An address of this site that is an entry's or a category's is tied to
/// it, so that the item follows when that moves.
type Columns = (
    diesel::dsl::Eq<menu_items::entry_id, Option<i64>>,
    diesel::dsl::Eq<menu_items::category_id, Option<i64>>,
    diesel::dsl::Eq<menu_items::url, Option<String>>,
);

fn columns(conn: &mut Conn, target: &Target) -> AppResult<Columns> {
    let (entry, category, url) = match target {
        Target::Entry(id) => (Some(*id), None, None),
        Target::Category(id) => (None, Some(*id), None),
        Target::Heading => (None, None, None),
        Target::Address(address) => {
            let entry: Option<i64> = entries::table.filter(entries::path.eq(address)).select(entries::id).first(conn).optional()?;
            let category: Option<i64> = match address.strip_prefix("/categories/") {
                Some(path) => categories::table.filter(categories::path.eq(path)).select(categories::id).first(conn).optional()?,
                None => None,
            };
            (entry, category, Some(address.clone()).filter(|_| entry.is_none() && category.is_none()))
        }
    };
    if let Some(id) = entry {
        let there = entries::table.find(id).filter(entries::state.ne("trashed")).select(entries::id).first::<i64>(conn).optional()?;
        there.ok_or_else(|| AppError::invalid("target", "One of the chosen entries is gone meanwhile. Choose again."))?;
    }
    if let Some(id) = category {
        let there = categories::table.find(id).select(categories::id).first::<i64>(conn).optional()?;
        there.ok_or_else(|| AppError::invalid("target", "The chosen category is gone meanwhile. Choose again."))?;
    }
    Ok((menu_items::entry_id.eq(entry), menu_items::category_id.eq(category), menu_items::url.eq(url)))
}

fn insert(conn: &mut Conn, menu: MenuId, parent: Option<ItemId>, position: usize, label: &str, target: &Target) -> AppResult<ItemId> {
    let target = columns(conn, target)?;
    let place = (menu_items::menu_id.eq(menu), menu_items::parent_id.eq(parent), menu_items::position.eq(position as i32));
    diesel::insert_into(menu_items::table).values((place, menu_items::label.eq(label), target)).execute(conn)?;
    Ok(diesel::select(last_insert_id()).get_result(conn)?)
}

/// An item, when a whole menu is written.
#[derive(Debug, Clone)]
pub struct NewItem {
    /// What it says.
    pub label: String,
    /// Where it leads: an address of the site, or a full address; `None` for a heading.
    pub to: Option<String>,
    /// The items below.
    pub items: Vec<NewItem>,
}

/// Writes a whole menu anew, without a row in the journal.
pub fn replace(conn: &mut Conn, key: &str, items: &[NewItem]) -> AppResult<()> {
    let menu = lock(conn, key)?.id;
    diesel::delete(menu_items::table.filter(menu_items::menu_id.eq(menu))).execute(conn)?;
    insert_all(conn, menu, None, items)
}

fn insert_all(conn: &mut Conn, menu: MenuId, parent: Option<ItemId>, items: &[NewItem]) -> AppResult<()> {
    for (place, item) in items.iter().enumerate() {
        let target = item.to.clone().map_or(Target::Heading, Target::Address);
        let id = insert(conn, menu, parent, place + 1, &item.label, &target)?;
        insert_all(conn, menu, Some(id), &item.items)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::free_key;

    #[test]
    fn every_menu_has_a_key_of_its_own() {
        let taken = ["header", "guides", "guides-2"].map(str::to_owned);
        assert_eq!([free_key("Guides", &taken), free_key("New", &taken), free_key("…", &taken)], ["guides-3", "new-2", "untitled"]);
        assert!(free_key(&"x y".repeat(50), &taken).len() <= 24);
    }
}
