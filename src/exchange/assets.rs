//! Pictures and other files beside the texts.

use super::source::{Source, name};
use crate::{
    db::{Conn, Db},
    error::{AppError, AppResult},
    journal::Actor,
    media::{
        inspect::{Limits, inspect},
        model::{
            adding::{self, Upload},
            file::File,
        },
    },
    storage::Storage,
};
use chrono::NaiveDateTime;
use diesel::OptionalExtension;
use std::{cell::RefCell, collections::HashMap};

/// Files of an import may be larger than what people upload: they come from the operator's own disk.
const LIMITS: Limits = Limits { bytes: 50_000_000, pixels: 100_000_000 };

/// Keeps each file once and remembers its address.
pub struct Keeper<'a> {
    /// Where they come from.
    pub source: &'a Source,
    /// Where they are kept, and in which database; `None`: nowhere, only their addresses are found out.
    pub into: Option<(&'a Db, &'a Storage)>,
    /// The present moment, UTC.
    pub now: NaiveDateTime,
    /// What has been asked for so far: an address, or why there is none.
    pub known: RefCell<HashMap<String, Result<String, String>>>,
}

impl Keeper<'_> {
    /// The address under which a file of the source is served; or why it is not.
    pub fn keep(&self, path: &str) -> Result<String, String> {
        if let Some(known) = self.known.borrow().get(path) {
            return known.clone();
        }
        let kept = self.keep_now(path);
        self.known.borrow_mut().insert(path.to_owned(), kept.clone());
        kept
    }

    fn keep_now(&self, path: &str) -> Result<String, String> {
        let name = name(path);
        let bytes = self.source.read(path, LIMITS.bytes as usize)?;
        let found = inspect(&bytes, name, LIMITS).map_err(|refusal| refusal.0)?;
        if !name.to_ascii_lowercase().ends_with(&format!(".{}", found.ending)) && found.served_as.starts_with("text/plain") {
            return Err("files of this kind are not kept".to_owned()); // a program or a page, which would be served as mere text
        }
        let upload = Upload::new(name, &found);
        let Some((db, storage)) = self.into else { return Ok(upload.address()) };
        db.write_here(|conn| keep(conn, storage, &upload, self.now)).map_err(|error| match error {
            AppError::Internal(cause) => cause.to_string(),
            other => other.to_string(),
        })
    }

    /// How many files are kept.
    pub fn count(&self) -> usize {
        self.known.borrow().values().filter(|kept| kept.is_ok()).count()
    }
}

/// The address of the file, which stays when somebody has replaced its content on the site.
fn keep(conn: &mut Conn, storage: &Storage, upload: &Upload<'_>, now: NaiveDateTime) -> AppResult<String> {
    let address = upload.address();
    if File::at(conn, &address).optional()?.is_some() {
        return Ok(address);
    }
    Ok(adding::add(conn, storage, upload, &Actor::default(), now)?.file.address)
}
