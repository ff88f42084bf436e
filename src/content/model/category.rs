//! Categories: nested topics. A category's path is its slugs from the top, joined by slashes.

mod ensure;
pub(super) mod filing;

pub use ensure::{describe, ensure};

use super::{entry::EntryId, shown};
use crate::{
    db::{
        Conn,
        statement::{Statement, kept_for},
    },
    schema::{categories, entry_categories},
    typed_id,
    web::page_cache::memory::Remembered,
};
use diesel::{
    prelude::*,
    sql_types::{BigInt, Text},
};
use std::collections::{BTreeSet, HashMap};

typed_id!(
    /// Names a category.
    CategoryId
);

/// Categories that a site may have; menus and forms load them all.
pub const MOST: i64 = 1000;

/// A category.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery)]
#[diesel(table_name = categories)]
pub struct Category {
    /// Key.
    pub id: CategoryId,
    /// The category above.
    pub parent_id: Option<CategoryId>,
    /// Name shown.
    pub name: String,
    /// Last part of the path.
    pub slug: String,
    /// Slugs from the top, joined by slashes.
    pub path: String,
    /// A sentence.
    pub description: String,
    /// Order among siblings.
    pub position: i32,
}

impl Category {
    /// The category with this key.
    pub fn find(conn: &mut Conn, id: CategoryId) -> QueryResult<Category> {
        Category::query().find(id).first(conn)
    }

    /// The category at this path.
    pub fn at(conn: &mut Conn, path: &str) -> QueryResult<Category> {
        Category::query().filter(categories::path.eq(path)).first(conn)
    }

    /// All of them in the order of the tree: siblings by position, each followed by what is below it.
    pub fn tree(conn: &mut Conn) -> QueryResult<Vec<Category>> {
        let all: Vec<Category> =
            Category::query().order((categories::position, categories::name, categories::id)).limit(MOST).load(conn)?;
        let mut ordered = Vec::with_capacity(all.len());
        below(&all, None, &mut ordered);
        Ok(ordered)
    }

    /// All of them, locked until the end of the transaction: whoever changes the tree sees nobody else change it.
    pub(super) fn lock_tree(conn: &mut Conn) -> QueryResult<Vec<Category>> {
        Category::query().for_update().load(conn)
    }

    /// How many categories stand above it.
    pub fn depth(&self) -> usize {
        self.path.matches('/').count()
    }

    /// Whether it is `branch` or stands below it.
    pub fn is_within(&self, branch: &Category) -> bool {
        self.path == branch.path || self.path.starts_with(&format!("{}/", branch.path))
    }

    /// The path of the category above, if there is one.
    pub fn path_above(&self) -> Option<&str> {
        self.path.rsplit_once('/').map(|(above, _)| above)
    }

    /// The address of its form in the admin.
    pub fn admin_url(&self) -> String {
        crate::content::paths::admin_category(self.id)
    }

    /// The address of its page.
    pub fn url(&self) -> String {
        crate::content::paths::category(&self.path)
    }
}

/// All categories in the order of the tree, as pages know them.
#[derive(Debug, Clone)]
pub struct Topics {
    tree: Vec<Category>,
    places: HashMap<CategoryId, usize>,
}

impl Remembered for Topics {
    const TAGS: &'static [&'static str] = &[shown::CATEGORIES];

    fn read(conn: &mut Conn) -> QueryResult<Topics> {
        let tree = Category::tree(conn)?;
        let places = tree.iter().enumerate().map(|(place, category)| (category.id, place)).collect();
        Ok(Topics { tree, places })
    }
}

impl Topics {
    /// Each, followed by what is below it.
    pub fn all(&self) -> impl Iterator<Item = &Category> {
        self.tree.iter()
    }

    /// Key and name of each as a form offers them, those below others behind dashes.
    pub fn choices(&self) -> Vec<(String, String)> {
        self.all().map(|one| (one.id.to_string(), format!("{}{}", "– ".repeat(one.depth()), one.name))).collect()
    }

    /// The one with this key.
    pub fn get(&self, id: CategoryId) -> Option<&Category> {
        self.places.get(&id).map(|place| &self.tree[*place])
    }

    /// A category and everything above it, from the top.
    pub fn trail(&self, id: CategoryId) -> Vec<&Category> {
        let mut trail: Vec<&Category> = std::iter::successors(self.get(id), |one| self.get(one.parent_id?)).collect();
        trail.reverse();
        trail
    }
}

fn below(all: &[Category], parent: Option<CategoryId>, ordered: &mut Vec<Category>) {
    for category in all.iter().filter(|category| category.parent_id == parent) {
        ordered.push(category.clone());
        below(all, Some(category.id), ordered);
    }
}

/// The categories of an entry, the main one first.
pub fn of_entry(conn: &mut Conn, entry: EntryId) -> QueryResult<Vec<CategoryId>> {
    entry_categories::table
        .filter(entry_categories::entry_id.eq(entry))
        .order((entry_categories::position, entry_categories::category_id))
        .select(entry_categories::category_id)
        .load(conn)
}

/// A category and everything above it, from the top.
pub fn trail(conn: &mut Conn, path: &str) -> QueryResult<Vec<Category>> {
    Category::query().filter(categories::path.eq_any(ancestors(path))).order(categories::path).load(conn)
}

/// A category with its path and name.
pub type Topic = (CategoryId, (String, String));

/// The main categories of entries.
pub fn main_of(conn: &mut Conn, entries: &[EntryId]) -> QueryResult<HashMap<EntryId, Topic>> {
    let found = categories::table
        .inner_join(entry_categories::table)
        .filter(entry_categories::entry_id.eq_any(entries))
        .filter(entry_categories::position.eq(0))
        .select((entry_categories::entry_id, (categories::id, (categories::path, categories::name))));
    Ok(kept_for(entries.len(), found).load::<(EntryId, Topic)>(conn)?.into_iter().collect())
}

/// The categories of an entry as they are now, and everything above them.
///
/// A locking read: a branch that somebody moves at this moment is seen where it ends, or not moved before we are done.
pub(super) fn of_entry_and_above(conn: &mut Conn, entry: EntryId) -> QueryResult<BTreeSet<CategoryId>> {
    let own = "SELECT id, path FROM entry_categories JOIN categories ON id = category_id WHERE entry_id = ? LOCK IN SHARE MODE";
    let own: Statement<(), (BigInt, Text)> = Statement::new(own, ());
    let own: Vec<(CategoryId, String)> = own.number(entry.number()).load(conn)?;
    let paths: BTreeSet<&str> = own.iter().map(|(_, path)| path.as_str()).collect();
    let above: BTreeSet<String> = own.iter().flat_map(|(_, path)| ancestors(path)).filter(|path| !paths.contains(path.as_str())).collect();
    let mut all: BTreeSet<CategoryId> = own.iter().map(|(id, _)| *id).collect();
    if !above.is_empty() {
        let text = format!("SELECT id FROM categories WHERE path IN ({}) LOCK IN SHARE MODE", vec!["?"; above.len()].join(", "));
        let found: Statement<(), BigInt> = Statement::new(text, ());
        all.extend(above.iter().fold(found, |found, path| found.text(path)).load::<CategoryId>(conn)?);
    }
    Ok(all)
}

/// `a/b/c` → `a`, `a/b`, `a/b/c`.
pub(super) fn ancestors(path: &str) -> Vec<String> {
    let ends = path.match_indices('/').map(|(place, _)| place).chain([path.len()]);
    ends.map(|end| path[..end].to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_names_everything_above() {
        assert_eq!(ancestors("a/b/c"), ["a", "a/b", "a/b/c"]);
        assert_eq!(ancestors("a"), ["a"]);
    }
}
