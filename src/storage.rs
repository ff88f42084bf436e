//! Where the bytes of uploaded files lie: a folder, or a bucket of an S3-compatible service.
//!
//! What is stored has a key such as `originals/0a/0a1b…`, and is written whole or not at all: readers see all of it or nothing,
//! also after `kill -9`. All calls block; they are for jobs, commands and threads that may wait.

mod place;
mod reading;

pub use place::{Bucket, Place};
pub use reading::Reading;

use crate::{
    background::wait,
    error::{AnyError, AnyResult},
};
use actix_web::web::Bytes;
use chrono::NaiveDateTime;
use futures_util::StreamExt;
use object_store::{Error, ObjectMeta, ObjectStore, ObjectStoreExt, PutPayload, WriteMultipart, local::LocalFileSystem, path::Path};
use std::{
    fs,
    io::Read,
    ops::Range,
    path::{self, PathBuf},
    sync::Arc,
    time::SystemTime,
};

/// Bytes of something long that go out at once: what an S3-compatible service takes as a part is no smaller.
const PART: u64 = 8 << 20;
/// Such parts on their way at once.
const PARTS: usize = 2;

/// The store of files; cheap to clone.
#[derive(Clone, Debug)]
pub struct Storage {
    store: Arc<dyn ObjectStore>,
    /// The folder, where it is one.
    folder: Option<PathBuf>,
}

/// Something that is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// Its key.
    pub key: String,
    /// Its size in bytes.
    pub bytes: u64,
    /// When it was written, UTC, by the clock of the store.
    pub at: NaiveDateTime,
}

impl Storage {
    /// Opens a store. A folder is made if it is missing; a bucket is not asked before it is used.
    pub fn open(place: &Place) -> AnyResult<Storage> {
        match place {
            Place::Folder(folder) => Storage::in_folder(folder),
            Place::Bucket(bucket) => Ok(Storage { store: bucket.open()?, folder: None }),
        }
    }

    /// The store in a folder of this machine.
    pub fn in_folder(folder: &path::Path) -> AnyResult<Storage> {
        fs::create_dir_all(folder)
            .map_err(|error| format!("the folder {} for uploaded files cannot be made: {error}", folder.display()))?;
        // Synced, since the database's rows are: what was acknowledged survives a power cut.
        let store = LocalFileSystem::new_with_prefix(folder)?.with_fsync(true);
        Ok(Storage { store: Arc::new(store), folder: Some(folder.to_owned()) })
    }

    /// Writes it, whole or not at all, over what has this key.
    pub fn put(&self, key: &str, bytes: impl Into<Bytes>) -> AnyResult<()> {
        let (store, key, payload) = (self.store.clone(), Path::parse(key)?, PutPayload::from_bytes(bytes.into()));
        wait(async move { store.put(&key, payload).await })?;
        Ok(())
    }

    /// Writes all that is read there, whole or not at all, over what has this key; a few parts of it are in memory at once. Says
    /// how many bytes they were.
    pub fn put_from(&self, key: &str, mut from: impl Read) -> AnyResult<u64> {
        let (store, key) = (self.store.clone(), Path::parse(key)?);
        let upload = wait(async move { store.put_multipart(&key).await })?;
        let (mut upload, mut bytes) = (WriteMultipart::new_with_chunk_size(upload, PART as usize), 0);
        loop {
            let mut part = Vec::new();
            if let Err(error) = from.by_ref().take(PART).read_to_end(&mut part) {
                wait(async move { upload.abort().await })?;
                return Err(error.into());
            }
            if part.is_empty() {
                break;
            }
            bytes += part.len() as u64;
            upload = wait(async move {
                upload.wait_for_capacity(PARTS).await?;
                upload.put(part.into());
                Ok::<_, Error>(upload)
            })?;
        }
        wait(async move { upload.finish().await })?;
        Ok(bytes)
    }

    /// Writes it unless something of this size is there already: keys that are made of the content need no second writing.
    pub fn keep(&self, key: &str, bytes: &[u8]) -> AnyResult<()> {
        match self.size(key)? {
            Some(size) if size == bytes.len() as u64 => Ok(()),
            _ => self.put(key, Bytes::copy_from_slice(bytes)),
        }
    }

    /// All of it; `None`: nothing has this key.
    pub fn get(&self, key: &str) -> AnyResult<Option<Bytes>> {
        let (store, key) = (self.store.clone(), Path::parse(key)?);
        found(wait(async move { store.get(&key).await?.bytes().await }))
    }

    /// Its size in bytes; `None`: nothing has this key.
    pub fn size(&self, key: &str) -> AnyResult<Option<u64>> {
        let (store, key) = (self.store.clone(), Path::parse(key)?);
        found(wait(async move { store.head(&key).await }).map(|meta| meta.size))
    }

    /// Begins to read a part of it; `None`: nothing has this key. At most a few pieces wait in memory.
    pub fn read(&self, key: &str, part: Range<u64>) -> AnyResult<Option<Reading>> {
        let (store, key) = (self.store.clone(), Path::parse(key)?);
        found(wait(async move { reading::begin(store.as_ref(), &key, part).await }))
    }

    /// Deletes it; what is not there is no error.
    pub fn delete(&self, key: &str) -> AnyResult<()> {
        let (store, key) = (self.store.clone(), Path::parse(key)?);
        found(wait(async move { store.delete(&key).await })).map(drop)
    }

    /// Hands over everything whose key begins with the folder `prefix` (`""`: everything), up to 1,000 at a time, in no order.
    pub fn list(&self, prefix: &str, mut each: impl FnMut(Vec<Stored>) -> AnyResult<()>) -> AnyResult<()> {
        let prefix = Path::parse(prefix)?;
        let mut pieces = self.store.list(Some(&prefix)).chunks(1000);
        loop {
            let (piece, rest) = wait(async move { (pieces.next().await, pieces) });
            let Some(piece) = piece else { return Ok(()) };
            each(piece.into_iter().map(|meta| meta.map(stored)).collect::<Result<Vec<_>, Error>>()?)?;
            pieces = rest;
        }
    }

    /// Deletes what a killed process had begun to write before that moment, and says how many such files there were. A bucket
    /// shows nothing of the kind.
    pub fn sweep_halves(&self, before: NaiveDateTime) -> AnyResult<usize> {
        self.folder.as_deref().map_or(Ok(0), |folder| sweep_halves(folder, before.and_utc().into()))
    }
}

fn stored(meta: ObjectMeta) -> Stored {
    Stored { key: meta.location.into(), bytes: meta.size, at: meta.last_modified.naive_utc() }
}

/// Tells that nothing is there from other errors.
fn found<T>(result: Result<T, Error>) -> AnyResult<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(Error::NotFound { .. }) => Ok(None),
        Err(other) => Err(AnyError::from(other)),
    }
}

/// The local store writes `key#1` and renames it; its own list leaves these out.
fn sweep_halves(folder: &path::Path, before: SystemTime) -> AnyResult<usize> {
    let mut gone = 0;
    for item in fs::read_dir(folder)? {
        let item = item?;
        if item.file_type()?.is_dir() {
            gone += sweep_halves(&item.path(), before)?;
        } else if item.file_name().to_string_lossy().contains('#') && item.metadata()?.modified()? < before {
            fs::remove_file(item.path())?;
            gone += 1;
        }
    }
    Ok(gone)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{fs::File, time::Duration};

    /// A store in a folder of its own.
    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> (Folder, Storage) {
            let folder = std::env::temp_dir().join(format!("mainstay-storage-{}-{name}", std::process::id()));
            let storage = Storage::in_folder(&folder).expect("a folder");
            (Folder(folder), storage)
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn what_was_put_is_got_in_whole_and_in_parts() {
        let (_folder, storage) = Folder::new("put");
        storage.put("a/b/c.txt", "hello world").expect("put");
        assert_eq!(storage.get("a/b/c.txt").expect("get").as_deref(), Some(b"hello world".as_slice()));
        let part = storage.read("a/b/c.txt", 6..11).expect("read").expect("there").whole().expect("whole");
        assert_eq!((part.as_ref(), storage.size("a/b/c.txt").expect("size")), (b"world".as_slice(), Some(11)));
        storage.put("a/b/c.txt", "").expect("over it");
        assert_eq!(storage.get("a/b/c.txt").expect("get").as_deref(), Some(b"".as_slice()));
    }

    #[test]
    fn what_is_long_is_written_part_by_part_and_whole_or_not_at_all() {
        struct Breaks(u64);
        impl Read for Breaks {
            fn read(&mut self, to: &mut [u8]) -> std::io::Result<usize> {
                let left = self.0.min(to.len() as u64);
                self.0 -= left;
                if left == 0 { Err(std::io::Error::other("broke off")) } else { Ok(left as usize) }
            }
        }
        let (_folder, storage) = Folder::new("long");
        let size = 2 * PART + 7;
        assert_eq!(storage.put_from("long/one", std::io::repeat(b'x').take(size)).expect("put"), size);
        assert_eq!(storage.size("long/one").expect("size"), Some(size));
        let end = storage.read("long/one", size - 2..size).expect("read").expect("there").whole().expect("whole");
        assert_eq!(end.as_ref(), b"xx");
        assert!(storage.put_from("long/two", Breaks(PART + 1)).is_err());
        assert_eq!(storage.size("long/two").expect("size"), None);
    }

    #[test]
    fn what_is_not_there_is_no_error_but_a_key_that_leads_out_is() {
        let (_folder, storage) = Folder::new("none");
        assert!(storage.get("none").expect("asked").is_none() && storage.read("none", 0..1).expect("asked").is_none());
        storage.delete("none").expect("nothing to do");
        assert!(storage.put("../out", "x").is_err() && storage.get("/a//b").is_err());
    }

    #[test]
    fn all_below_a_prefix_is_listed_and_halves_are_not() {
        let (folder, storage) = Folder::new("list");
        for key in ["one/a", "one/b/c", "two/d"] {
            storage.put(key, "x").expect("put");
        }
        let half = folder.0.join("one/a#1");
        fs::write(&half, "half").expect("half");
        let list = |prefix: &str| {
            let mut keys = Vec::new();
            let each = |found: Vec<Stored>| {
                keys.extend(found.into_iter().map(|stored| stored.key));
                Ok(())
            };
            storage.list(prefix, each).expect("listed");
            keys.sort();
            keys
        };
        assert_eq!((list("one"), list("").len(), list("none").len()), (vec!["one/a".to_owned(), "one/b/c".to_owned()], 3, 0));
        let now = chrono::Utc::now().naive_utc();
        assert_eq!(storage.sweep_halves(now - chrono::TimeDelta::hours(1)).expect("swept"), 0, "it may still be written");
        let old = SystemTime::now() - Duration::from_secs(7200);
        File::options().write(true).open(&half).and_then(|file| file.set_modified(old)).expect("older");
        assert_eq!((storage.sweep_halves(now - chrono::TimeDelta::hours(1)).expect("swept"), half.exists()), (1, false));
    }
}
