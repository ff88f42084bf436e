//! Changing the tree of categories: made, renamed, moved, deleted.
//!
//! The whole tree is locked and read first (there are at most [`MOST`] categories), so every rule is asked of memory. What
//! follows for paths, redirects and public lists is set-based. An old address always leads to the new one.

use super::{
    category::{Category, CategoryId, MOST, ancestors},
    list::List,
    redirect, relist, shown,
};
use crate::{
    content::paths,
    db::{Conn, last_insert_id},
    error::{AppError, AppResult},
    journal::{Actor, Change},
    markup::{is_slug, slugify},
    schema::{categories, entry_categories},
    site::menus,
    web::form::FormErrors,
};
use chrono::NaiveDateTime;
use diesel::{
    prelude::*,
    sql_types::{BigInt, Text},
};
use serde_json::json;

/// Levels that the tree may have.
pub const DEEPEST: usize = 4;

/// A category as somebody wants it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCategory {
    /// Name shown.
    pub name: String,
    /// Last part of the address; empty: made from the name.
    pub slug: String,
    /// The category above.
    pub parent: Option<CategoryId>,
    /// A sentence.
    pub description: String,
    /// Order among siblings.
    pub position: i32,
}

/// Makes a category.
pub fn create(conn: &mut Conn, wanted: &NewCategory, actor: &Actor, now: NaiveDateTime) -> AppResult<CategoryId> {
    let tree = Category::lock_tree(conn)?;
    if tree.len() as i64 >= MOST {
        return Err(FormErrors::whole("There are 1,000 categories, and no more fit. Delete one first, or use a tag.").into());
    }
    let (path, slug) = place(&tree, wanted, None)?;
    let row = (
        categories::parent_id.eq(wanted.parent),
        categories::name.eq(&wanted.name),
        categories::slug.eq(slug),
        categories::path.eq(&path),
        categories::description.eq(&wanted.description),
        categories::position.eq(wanted.position),
        categories::created_at.eq(now),
    );
    diesel::insert_into(categories::table).values(row).execute(conn)?;
    let id: CategoryId = diesel::select(last_insert_id()).get_result(conn)?;
    redirect::remove(conn, &paths::category(&path))?;
    let tags = vec![shown::below(wanted.parent)];
    record(conn, "category.created", (id, &wanted.name), json!({ "path": path }), tags, actor, now)?;
    Ok(id)
}

/// Changes a category. A new slug or parent moves everything below it too; every old address leads to the new one.
pub fn change(conn: &mut Conn, id: CategoryId, wanted: &NewCategory, actor: &Actor, now: NaiveDateTime) -> AppResult<()> {
    let tree = Category::lock_tree(conn)?;
    let old = tree.iter().find(|category| category.id == id).ok_or(AppError::NotFound)?;
    let (path, slug) = place(&tree, wanted, Some(old))?;
    let new = Category {
        id,
        parent_id: wanted.parent,
        name: wanted.name.clone(),
        slug,
        path,
        description: wanted.description.clone(),
        position: wanted.position,
    };
    if new == *old {
        return Ok(());
    }
    if new.path != old.path {
        redirect::branch_leaves(conn, &old.path, &new.url(), now)?;
        write(conn, &new)?;
        move_below(conn, &format!("{}/", old.path), &format!("{}/", new.path))?;
        redirect::branch_arrived(conn, &new.path)?;
        relist_above(conn, &tree, old, &new)?;
    } else {
        write(conn, &new)?;
    }
    let tags = shown_by_change(conn, &tree, old, &new)?;
    record(conn, "category.changed", (id, &new.name), json!({ "path": new.path, "was": old.path }), tags, actor, now)
}

/// Deletes a category. Its entries stay where else they are; what stands below moves up one level; its address leads there too.
pub fn delete(conn: &mut Conn, id: CategoryId, actor: &Actor, now: NaiveDateTime) -> AppResult<Category> {
    let tree = Category::lock_tree(conn)?;
    let gone = tree.iter().find(|category| category.id == id).ok_or(AppError::NotFound)?;
    let base = gone.path_above().map(|above| format!("{above}/")).unwrap_or_default();
    let children: Vec<&Category> = tree.iter().filter(|category| category.parent_id == Some(id)).collect();
    for child in &children {
        let path = format!("{base}{}", child.slug);
        if path != gone.path && tree.iter().any(|other| other.path == path) {
            let sentence =
                format!("“{}” cannot move up: there is already a category at /categories/{path}. Move or rename it first.", child.name);
            return Err(FormErrors::whole(sentence).into());
        }
    }
    let above: Vec<&Category> = tree.iter().filter(|other| other.id != id && gone.is_within(other)).collect();
    let mut tags: Vec<String> = tree.iter().filter(|other| other.is_within(gone)).map(|other| shown::category(other.id)).collect();
    tags.extend(above.iter().map(|other| List::Category(other.id).cache_tag()));
    tags.extend([shown::below(gone.parent_id), shown::counts("category")]);
    tags.extend(menus::tags_of_category(conn, &gone.path)?);
    let up = gone.path_above().map_or_else(|| paths::CATEGORIES.to_owned(), paths::category);
    redirect::branch_leaves(conn, &gone.path, &up, now)?;
    diesel::update(categories::table.filter(categories::parent_id.eq(id))).set(categories::parent_id.eq(gone.parent_id)).execute(conn)?;
    diesel::sql_query(CLOSE_RANKS).bind::<BigInt, _>(id).execute(conn)?;
    diesel::delete(categories::table.find(id)).execute(conn)?; // its rows in entry_categories and menu_items go with it
    move_below(conn, &format!("{}/", gone.path), &base)?;
    redirect::branch_arrived(conn, &base)?;
    for category in above {
        relist::leave_category(conn, id, category.id, &category.path)?;
    }
    relist::drop_category(conn, id)?;
    record(conn, "category.deleted", (id, &gone.name), json!({ "path": gone.path, "children": children.len() }), tags, actor, now)?;
    Ok(gone.clone())
}

/// How many entries stand in a category itself, drafts too, and how many categories stand right below it.
pub fn contents(conn: &mut Conn, id: CategoryId) -> QueryResult<(i64, i64)> {
    let inside = entry_categories::table.filter(entry_categories::category_id.eq(id)).count().get_result(conn)?;
    let below = categories::table.filter(categories::parent_id.eq(id)).count().get_result(conn)?;
    Ok((inside, below))
}

/// Where a category goes: its path and slug. Asks every rule of the tree.
fn place(tree: &[Category], wanted: &NewCategory, own: Option<&Category>) -> Result<(String, String), FormErrors> {
    let parent = match wanted.parent {
        Some(id) => Some(
            tree.iter()
                .find(|category| category.id == id)
                .ok_or_else(|| FormErrors::one("parent", "That category is gone. Choose another one."))?,
        ),
        None => None,
    };
    if let (Some(parent), Some(own)) = (parent, own)
        && parent.is_within(own)
    {
        return Err(FormErrors::one("parent", "A category cannot stand below itself. Choose another one."));
    }
    let depth = parent.map_or(0, |parent| parent.depth() + 1);
    if depth + height(tree, own) >= DEEPEST {
        return Err(FormErrors::one("parent", "Categories go four levels deep. Choose one that stands higher up."));
    }
    let base = parent.map(|parent| format!("{}/", parent.path)).unwrap_or_default();
    let slug = choose_slug(tree, wanted, &base, own)?;
    Ok((format!("{base}{slug}"), slug))
}

/// How many levels there are below a category.
fn height(tree: &[Category], own: Option<&Category>) -> usize {
    own.map_or(0, |own| {
        tree.iter().filter(|category| category.is_within(own)).map(|category| category.depth() - own.depth()).max().unwrap_or(0)
    })
}

/// The slug typed, or one made from the name: with `-2`, `-3` … if it is taken.
fn choose_slug(tree: &[Category], wanted: &NewCategory, base: &str, own: Option<&Category>) -> Result<String, FormErrors> {
    let is_free = |slug: &str| {
        let path = format!("{base}{slug}");
        !tree.iter().any(|other| other.path == path && own.is_none_or(|own| own.id != other.id))
    };
    if !wanted.slug.is_empty() {
        if !is_slug(&wanted.slug) {
            return Err(FormErrors::one("slug", "Use lower-case letters a to z, digits and hyphens, such as web-servers."));
        }
        if !is_free(&wanted.slug) {
            let sentence = format!("There is already a category at /categories/{base}{}. Choose another address.", wanted.slug);
            return Err(FormErrors::one("slug", sentence));
        }
        return Ok(wanted.slug.clone());
    }
    let made = slugify(&wanted.name);
    let numbered = (2..=MOST + 1).map(|number| format!("{made}-{number}"));
    [made.clone()]
        .into_iter()
        .chain(numbered)
        .find(|slug| is_slug(slug) && is_free(slug))
        .ok_or_else(|| FormErrors::one("slug", "No address can be made from this name. Type one, such as web-servers."))
}

/// The cached pages that show what changes when a category changes from `old` to `new`; called when that is done.
fn shown_by_change(conn: &mut Conn, tree: &[Category], old: &Category, new: &Category) -> QueryResult<Vec<String>> {
    let mut tags = Vec::new();
    let moved = new.path != old.path;
    if moved {
        tags.extend(tree.iter().filter(|other| other.is_within(old)).map(|other| shown::category(other.id)));
        tags.extend(menus::tags_of_category(conn, &new.path)?);
    } else if new.name != old.name {
        tags.push(shown::category(new.id));
        tags.extend(menus::shown::tags_of_name(conn, new.id.number())?);
    }
    if new.parent_id != old.parent_id {
        let (before, after) = (ancestors(&old.path), ancestors(&new.path));
        let changed = tree.iter().filter(|other| !other.is_within(old) && before.contains(&other.path) != after.contains(&other.path));
        tags.extend(changed.map(|other| List::Category(other.id).cache_tag()));
        tags.push(shown::counts("category"));
    }
    if moved || new.name != old.name || new.position != old.position {
        tags.extend([shown::below(old.parent_id), shown::below(new.parent_id)]);
    }
    if new.description != old.description {
        tags.push(shown::about_category(new.id));
    }
    Ok(tags)
}

fn write(conn: &mut Conn, category: &Category) -> QueryResult<()> {
    let set = (
        categories::parent_id.eq(category.parent_id),
        categories::name.eq(&category.name),
        categories::slug.eq(&category.slug),
        categories::path.eq(&category.path),
        categories::description.eq(&category.description),
        categories::position.eq(category.position),
    );
    diesel::update(categories::table.find(category.id)).set(set).execute(conn).map(drop)
}

// The shortest first: a path that gets shorter may become what another row is just about to give up.
const MOVE_BELOW: &str = "
    UPDATE   categories
    SET      path = CONCAT(?, SUBSTRING(path, ?))
    WHERE    path LIKE CONCAT(?, '%')
    ORDER BY LENGTH(path)";

/// Gives everything whose path begins with `from` a path that begins with `to`; both are empty or end in a slash.
fn move_below(conn: &mut Conn, from: &str, to: &str) -> QueryResult<()> {
    diesel::sql_query(MOVE_BELOW).bind::<Text, _>(to).bind::<BigInt, _>(from.len() as i64 + 1).bind::<Text, _>(from).execute(conn).map(drop)
}

/// Where the main category goes, the next one becomes it.
const CLOSE_RANKS: &str = "
    UPDATE entry_categories AS kept
    JOIN   entry_categories AS gone ON gone.entry_id = kept.entry_id AND gone.position < kept.position
    SET    kept.position = kept.position - 1
    WHERE  gone.category_id = ?";

/// Puts the lists right of what stood above a branch and does no longer, and the other way round.
fn relist_above(conn: &mut Conn, tree: &[Category], old: &Category, new: &Category) -> QueryResult<()> {
    let (before, after) = (ancestors(&old.path), ancestors(&new.path));
    for other in tree.iter().filter(|other| !other.is_within(old)) {
        match (before.contains(&other.path), after.contains(&other.path)) {
            (true, false) => relist::leave_category(conn, new.id, other.id, &other.path)?,
            (false, true) => relist::join_category(conn, new.id, other.id)?,
            _ => {}
        }
    }
    Ok(())
}

/// One row in the journal about a category.
fn record(
    conn: &mut Conn,
    kind: &'static str,
    (id, name): (CategoryId, &str),
    detail: serde_json::Value,
    mut cache_tags: Vec<String>,
    actor: &Actor,
    now: NaiveDateTime,
) -> AppResult<()> {
    cache_tags.push(shown::CATEGORIES.to_owned());
    let change = Change { kind, subject: "category", key: id.number(), label: name, detail, cache_tags };
    Ok(change.record(conn, actor, now)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn category(id: i64, parent: Option<i64>, path: &str) -> Category {
        let slug = path.rsplit('/').next().unwrap_or(path).to_owned();
        let parent_id = parent.map(CategoryId::from);
        Category { id: id.into(), parent_id, name: slug.clone(), slug, path: path.to_owned(), description: String::new(), position: 0 }
    }

    fn tree() -> Vec<Category> {
        vec![
            category(1, None, "a"),
            category(2, Some(1), "a/b"),
            category(3, Some(2), "a/b/c"),
            category(4, None, "d"),
            category(5, Some(4), "d/e"),
            category(6, Some(3), "a/b/c/f"),
        ]
    }

    fn wanted(slug: &str, parent: Option<i64>) -> NewCategory {
        NewCategory {
            name: "name".to_owned(),
            slug: slug.to_owned(),
            parent: parent.map(CategoryId::from),
            description: String::new(),
            position: 0,
        }
    }

    fn refused_at(tree: &[Category], wanted: &NewCategory, own: Option<&Category>) -> String {
        let errors = place(tree, wanted, own).expect_err("refused");
        errors.fields().next().map(|(field, _)| field.to_owned()).unwrap_or_default()
    }

    #[test]
    fn a_category_goes_below_its_parent() {
        let place = place(&tree(), &wanted("new", Some(2)), None);
        assert_eq!(place, Ok(("a/b/new".to_owned(), "new".to_owned())));
    }

    #[test]
    fn a_slug_is_free_once_among_siblings() {
        let tree = tree();
        assert_eq!(refused_at(&tree, &wanted("b", Some(1)), None), "slug");
        assert!(place(&tree, &wanted("b", Some(4)), None).is_ok());
        assert!(place(&tree, &wanted("b", Some(1)), Some(&tree[1])).is_ok(), "its own");
        assert_eq!(refused_at(&tree, &wanted("Not a slug", None), None), "slug");
    }

    #[test]
    fn without_a_slug_the_name_makes_one_that_is_free() {
        let mut tree = tree();
        tree.push(category(7, None, "name"));
        assert_eq!(place(&tree, &wanted("", None), None), Ok(("name-2".to_owned(), "name-2".to_owned())));
    }

    #[test]
    fn nothing_goes_below_itself_or_too_deep() {
        let tree = tree();
        assert_eq!(refused_at(&tree, &wanted("a", Some(3)), Some(&tree[0])), "parent");
        assert_eq!(refused_at(&tree, &wanted("a", Some(1)), Some(&tree[0])), "parent");
        assert_eq!(refused_at(&tree, &wanted("x", Some(6)), None), "parent");
        assert_eq!(refused_at(&tree, &wanted("b", Some(5)), Some(&tree[1])), "parent", "two levels hang on it");
        assert_eq!(refused_at(&tree, &wanted("x", Some(99)), None), "parent");
    }
}
