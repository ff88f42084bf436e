//! Pictures and other files beside the texts.

use super::source::{Source, name};
use crate::{content::model::file, db::Db, error::AppError};
use chrono::NaiveDateTime;
use std::{cell::RefCell, collections::HashMap, path::Path};

/// Keeps each file once and remembers its address.
pub struct Keeper<'a> {
    /// Where they come from.
    pub source: &'a Source,
    /// Where they are kept, and in which database; `None`: nowhere, only their addresses are found out.
    pub into: Option<(&'a Db, &'a Path)>,
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
        if file::content_type(name).is_none() {
            return Err("files of this kind are not kept".to_owned());
        }
        let bytes = self.source.read(path, file::LARGEST)?;
        let Some((db, folder)) = self.into else { return Ok(file::address(name, &bytes)) };
        let kept = db.write_here(|conn| file::keep(conn, folder, name, &bytes, self.now).map_err(AppError::Internal));
        kept.map(|(_, address)| address).map_err(|error| match error {
            AppError::Internal(cause) => cause.to_string(),
            other => other.to_string(),
        })
    }

    /// How many files are kept.
    pub fn count(&self) -> usize {
        self.known.borrow().values().filter(|kept| kept.is_ok()).count()
    }
}
