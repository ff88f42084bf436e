//! A file: what is known of it, and where it stands.

use super::folder::FolderId;
use crate::{
    db::Conn,
    media::paths::is_file,
    schema::files,
    text_enum, typed_id,
    web::person::{Person, Right, UserId},
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use std::collections::HashMap;

typed_id!(
    /// Names a file.
    FileId
);

text_enum!(
    /// What a file is, as far as people tell files apart.
    Kind {
        /// A photo or a drawing.
        Picture = "picture",
        /// A film.
        Video = "video",
        /// Sound.
        Audio = "audio",
        /// Anything else: text, PDF, an archive.
        Document = "document",
    }
);

text_enum!(
    /// How far the smaller forms of a picture are.
    Renditions {
        /// There are none, and none are wanted.
        None = "none",
        /// A job makes them.
        Waiting = "waiting",
        /// They are there.
        Made = "made",
        /// They could not be made; the picture is shown as it is.
        Failed = "failed",
    }
);

/// A file of the library.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery)]
#[diesel(table_name = files)]
pub struct File {
    /// Key.
    pub id: FileId,
    /// `/files/{key}/{name}`; it never changes.
    pub address: String,
    /// As it came, or as somebody has renamed it.
    pub name: String,
    /// What it is served as.
    pub content_type: String,
    /// Its size.
    pub bytes: i64,
    /// SHA-256 of what it holds now.
    pub sha256: Vec<u8>,
    /// When it came, UTC.
    pub created_at: NaiveDateTime,
    /// Pixels, of a picture.
    pub width: Option<i32>,
    /// Pixels, of a picture.
    pub height: Option<i32>,
    /// Where its bytes lie in the store.
    pub storage_key: String,
    /// Picture, film, sound or document.
    pub kind: Kind,
    /// Of a picture; more than one: it moves.
    pub frames: Option<i32>,
    /// What a picture shows, for those who do not see it; or empty.
    pub alt: String,
    /// What stands below it where it is shown; or empty.
    pub caption: String,
    /// Whose work it is; or empty.
    pub credit: String,
    /// What crops keep, in thousandths of the width.
    pub focal_x: i32,
    /// What crops keep, in thousandths of the height.
    pub focal_y: i32,
    /// The folder it lies in.
    pub folder_id: FolderId,
    /// Who brought it; `None`: an import, or somebody whose account is gone.
    pub uploaded_by_id: Option<UserId>,
    /// Whether anything shows it or links to it.
    pub used: bool,
    /// How far its smaller forms are.
    pub renditions: Renditions,
    /// When its content was replaced last, UTC.
    pub replaced_at: Option<NaiveDateTime>,
    /// Since when its bytes are not found in the store, UTC.
    pub missing_since: Option<NaiveDateTime>,
}

impl File {
    /// The file with this key.
    pub fn find(conn: &mut Conn, id: FileId) -> QueryResult<File> {
        File::query().find(id).first(conn)
    }

    /// The same, locked until the end of the transaction.
    pub fn lock(conn: &mut Conn, id: FileId) -> QueryResult<File> {
        File::query().find(id).for_update().first(conn)
    }

    /// Those of these files that are there.
    pub fn all(conn: &mut Conn, ids: &[FileId]) -> QueryResult<Vec<File>> {
        File::query().filter(files::id.eq_any(ids)).order(files::id).load(conn)
    }

    /// The file at this address.
    pub fn at(conn: &mut Conn, address: &str) -> QueryResult<File> {
        File::query().filter(files::address.eq(address)).first(conn)
    }

    /// The files at these addresses, by address. Query and fragment must be cut off.
    pub fn at_all(conn: &mut Conn, addresses: &[&str]) -> QueryResult<HashMap<String, File>> {
        let ours: Vec<&str> = addresses.iter().copied().filter(|address| is_file(address)).collect();
        if ours.is_empty() {
            return Ok(HashMap::new());
        }
        let found: Vec<File> = File::query().filter(files::address.eq_any(ours)).load(conn)?;
        Ok(found.into_iter().map(|file| (file.address.clone(), file)).collect())
    }

    /// Names what it holds now: eight hexadecimal digits.
    pub fn version(&self) -> String {
        hex(&self.sha256[..self.sha256.len().min(4)])
    }

    /// Its address with the version, for pages: what it leads to never changes.
    pub fn url(&self) -> String {
        format!("{}?v={}", self.address, self.version())
    }

    /// Whether it is drawn with lines and needs no smaller forms.
    pub fn is_drawing(&self) -> bool {
        self.content_type == "image/svg+xml"
    }

    /// Whether this person may change it: editors everything, authors what they brought.
    pub fn may_be_changed_by(&self, person: &Person) -> bool {
        person.may_on(Right::Upload, self.uploaded_by_id == Some(person.id))
    }
}

/// Bytes as hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
