//! Folders of the library: a tree whose root has the key 1 and no name.

use crate::{db::Conn, schema::file_folders, typed_id};
use diesel::{dsl::sql, prelude::*, sql_types::BigInt};

typed_id!(
    /// Names a folder.
    FolderId
);

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
}

/// Counts files that come into a folder, or leave it where the numbers are negative. The last statement of a transaction, since
/// everybody who uploads waits for this row.
pub(super) fn tally(conn: &mut Conn, id: FolderId, files: i64, bytes: i64) -> QueryResult<()> {
    let more = |column: &str, by: i64| sql::<BigInt>(column).bind::<BigInt, _>(by);
    let set = (file_folders::files.eq(more("files + ", files)), file_folders::bytes.eq(more("bytes + ", bytes)));
    diesel::update(file_folders::table.find(id)).set(set).execute(conn).map(drop)
}
