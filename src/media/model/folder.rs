//! Folders of the library: a tree whose root has the key 1 and no name.
//!
//! A folder's path is its names from the top. Whoever changes the tree locks the root first.

use crate::{
    db::{Conn, last_insert_id},
    error::{AppError, AppResult},
    journal::{Actor, Change},
    schema::{file_folders, files},
    typed_id,
};
use chrono::NaiveDateTime;
use diesel::{dsl::sql, prelude::*, sql_types::BigInt};
use serde_json::json;

typed_id!(
    /// Names a folder.
    FolderId
);

/// Folders that a library may have; every page of it shows them all.
pub const MOST: usize = 500;
/// How deep they may lie in each other.
pub const DEEPEST: usize = 5;

/// A folder.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery)]
#[diesel(table_name = file_folders)]
pub struct Folder {
    /// Key.
    pub id: FolderId,
    /// The folder above; only the root has none.
    pub parent_id: Option<FolderId>,
    /// Name shown; the root has none.
    pub name: String,
    /// Names from the top, joined by slashes.
    pub path: String,
    /// How many files lie in it itself.
    pub files: i64,
    /// How many bytes they are together.
    pub bytes: i64,
}

impl Folder {
    /// The key of the root.
    pub fn root() -> FolderId {
        FolderId::from(1)
    }

    /// The folder with this key.
    pub fn find(conn: &mut Conn, id: FolderId) -> QueryResult<Folder> {
        Folder::query().find(id).first(conn)
    }

    /// All of them, each followed by what lies in it; the root first.
    pub fn tree(conn: &mut Conn) -> QueryResult<Vec<Folder>> {
        let mut all: Vec<Folder> = Folder::query().limit(MOST as i64 + 1).load(conn)?;
        all.sort_by_cached_key(|folder| folder.path.to_lowercase().split('/').map(str::to_owned).collect::<Vec<_>>());
        Ok(all)
    }

    /// Whether it is the root.
    pub fn is_root(&self) -> bool {
        self.parent_id.is_none()
    }

    /// How many folders it lies in, the root left out.
    pub fn depth(&self) -> usize {
        self.path.matches('/').count()
    }

    /// Whether it is `branch` or lies in it.
    pub fn is_within(&self, branch: &Folder) -> bool {
        branch.is_root() || self.path == branch.path || self.path.starts_with(&format!("{}/", branch.path))
    }

    /// The name to choose it by: the root is no folder to people.
    pub fn label(&self) -> String {
        if self.is_root() { "No folder".to_owned() } else { self.path.replace('/', " / ") }
    }
}

/// Counts files that come into a folder, or leave it where the numbers are negative. The last statement of a transaction, since
/// everybody who uploads waits for this row.
pub(super) fn tally(conn: &mut Conn, id: FolderId, files: i64, bytes: i64) -> QueryResult<()> {
    let more = |column: &str, by: i64| sql::<BigInt>(column).bind::<BigInt, _>(by);
    let set = (file_folders::files.eq(more("files + ", files)), file_folders::bytes.eq(more("bytes + ", bytes)));
    diesel::update(file_folders::table.find(id)).set(set).execute(conn).map(drop)
}

fn lock_tree(conn: &mut Conn) -> QueryResult<Vec<Folder>> {
    let _root: Folder = Folder::query().find(Folder::root()).for_update().first(conn)?;
    Folder::query().load(conn)
}

/// Makes a folder in another.
pub fn create(conn: &mut Conn, parent: FolderId, name: &str, actor: &Actor, now: NaiveDateTime) -> AppResult<FolderId> {
    let all = lock_tree(conn)?;
    if all.len() > MOST {
        return Err(AppError::invalid(
            "name",
            format!("There are {MOST} folders already, and there can be no more. Delete an empty one first."),
        ));
    }
    let path = place(&all, None, parent, name)?;
    let row =
        (file_folders::parent_id.eq(parent), file_folders::name.eq(name), file_folders::path.eq(&path), file_folders::created_at.eq(now));
    diesel::insert_into(file_folders::table).values(row).execute(conn)?;
    let id = diesel::select(last_insert_id()).get_result::<FolderId>(conn)?;
    record(conn, "folder.created", id, &path, actor, now)?;
    Ok(id)
}

/// The path of a folder there; or why it cannot stand there.
fn place(all: &[Folder], own: Option<&Folder>, parent: FolderId, name: &str) -> AppResult<String> {
    let above = all
        .iter()
        .find(|folder| folder.id == parent)
        .ok_or_else(|| AppError::invalid("parent", "That folder is gone. Choose another one."))?;
    if own.is_some_and(|own| above.is_within(own)) {
        return Err(AppError::invalid("parent", "A folder cannot lie in itself. Choose another one."));
    }
    let path = if above.is_root() { name.to_owned() } else { format!("{}/{name}", above.path) };
    let below = own.map_or(0, |own| all.iter().filter(|one| one.is_within(own)).map(|one| one.depth() - own.depth()).max().unwrap_or(0));
    if path.matches('/').count() + below >= DEEPEST {
        return Err(AppError::invalid("parent", format!("Folders lie in each other at most {DEEPEST} deep. Choose one further up.")));
    }
    // As the database compares them: capital letters make no difference.
    let taken = all.iter().any(|one| own.is_none_or(|own| own.id != one.id) && one.path.to_lowercase() == path.to_lowercase());
    if taken {
        return Err(AppError::invalid("name", format!("There is a folder “{name}” there already. Choose another name, or use that one.")));
    }
    Ok(path)
}

const BRANCH: &str = "
    UPDATE file_folders
    SET    path = CONCAT(?, SUBSTR(path, ?))
    WHERE  path LIKE ?";

/// Renames a folder, and moves it into another with everything in it.
pub fn change(conn: &mut Conn, id: FolderId, parent: FolderId, name: &str, actor: &Actor, now: NaiveDateTime) -> AppResult<()> {
    let all = lock_tree(conn)?;
    let old = all.iter().find(|folder| folder.id == id && !folder.is_root()).ok_or(AppError::NotFound)?;
    let path = place(&all, Some(old), parent, name)?;
    if path == old.path {
        return Ok(());
    }
    let set = (file_folders::parent_id.eq(parent), file_folders::name.eq(name), file_folders::path.eq(&path));
    diesel::update(file_folders::table.find(id)).set(set).execute(conn)?;
    diesel::sql_query(BRANCH)
        .bind::<diesel::sql_types::Text, _>(&path)
        .bind::<BigInt, _>(old.path.chars().count() as i64 + 1)
        .bind::<diesel::sql_types::Text, _>(format!("{}/%", crate::db::words::literal(&old.path)))
        .execute(conn)?;
    record(conn, "folder.changed", id, &path, actor, now)
}

/// Deletes an empty folder.
pub fn delete(conn: &mut Conn, id: FolderId, actor: &Actor, now: NaiveDateTime) -> AppResult<Folder> {
    let all = lock_tree(conn)?;
    let gone = all.into_iter().find(|folder| folder.id == id && !folder.is_root()).ok_or(AppError::NotFound)?;
    if !is_empty(conn, id)? {
        return Err(AppError::Conflict("There is something in this folder. Move or delete that first."));
    }
    diesel::delete(file_folders::table.find(id)).execute(conn)?;
    record(conn, "folder.deleted", id, &gone.path, actor, now)?;
    Ok(gone)
}

/// Whether neither a file nor a folder lies in it.
pub fn is_empty(conn: &mut Conn, id: FolderId) -> QueryResult<bool> {
    let file = files::table.filter(files::folder_id.eq(id)).select(files::id).first::<i64>(conn).optional()?;
    let folder = file_folders::table.filter(file_folders::parent_id.eq(id)).select(file_folders::id).first::<i64>(conn).optional()?;
    Ok(file.is_none() && folder.is_none())
}

fn record(conn: &mut Conn, kind: &'static str, id: FolderId, path: &str, actor: &Actor, now: NaiveDateTime) -> AppResult<()> {
    let change = Change { kind, subject: "folder", key: id.number(), label: path, detail: json!({}), cache_tags: Vec::new() };
    Ok(change.record(conn, actor, now)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(id: i64, parent: Option<i64>, path: &str) -> Folder {
        let name = path.rsplit('/').next().unwrap_or("").to_owned();
        Folder { id: id.into(), parent_id: parent.map(FolderId::from), name, path: path.to_owned(), files: 0, bytes: 0 }
    }

    fn refused(result: &AppResult<String>) -> bool {
        matches!(result, Err(AppError::Invalid(_)))
    }

    #[test]
    fn a_folder_has_a_path_of_its_own_and_does_not_lie_in_itself() {
        let all = [folder(1, None, ""), folder(2, Some(1), "A"), folder(3, Some(2), "A/B"), folder(4, Some(3), "A/B/C")];
        assert_eq!(place(&all, None, 1.into(), "New").ok(), Some("New".to_owned()));
        assert_eq!(place(&all, None, 3.into(), "New").ok(), Some("A/B/New".to_owned()));
        assert!(refused(&place(&all, None, 1.into(), "a")) && refused(&place(&all, None, 9.into(), "x")));
        assert!(refused(&place(&all, Some(&all[1]), 3.into(), "A")));
        assert_eq!(place(&all, Some(&all[2]), 1.into(), "B").ok(), Some("B".to_owned()));
    }

    #[test]
    fn folders_lie_five_deep_at_most() {
        let all = [folder(1, None, ""), folder(2, Some(1), "1/2/3/4"), folder(3, Some(1), "x"), folder(4, Some(3), "x/y")];
        assert_eq!(place(&all, None, 2.into(), "5").ok(), Some("1/2/3/4/5".to_owned()));
        assert!(refused(&place(&all, Some(&all[2]), 2.into(), "x")), "it has one below it");
    }
}
