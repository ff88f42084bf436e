//! The editor's field for the page above: people type an address, or choose one that is suggested; the form keeps the page's key.

use super::super::{
    forms::entry::EntryForm,
    model::{
        entry::{Entry, EntryId, Kind},
        place, reach, tree,
    },
    paths,
};
use crate::{
    db::Conn,
    error::{AppError, AppResult},
    web::person::Person,
};
use diesel::OptionalExtension;

/// Pages that are suggested before anything is typed.
const SUGGESTED: usize = 100;

/// What the editor shows of it.
pub struct ParentField {
    /// The address of the page above, or what was typed.
    pub shown: String,
    /// Address and title.
    pub suggested: Vec<(String, String)>,
    /// What stands before the last part of the address.
    pub base: String,
    /// Where the siblings are put in order.
    pub level: String,
}

impl ParentField {
    /// Reads it for a form of which [`settle_known`] has been asked.
    pub fn load(conn: &mut Conn, person: &Person, kind: Kind, form: &EntryForm) -> AppResult<ParentField> {
        let chosen: Option<EntryId> = form.parent.parse().ok();
        let above = chosen.map(|id| Entry::find(conn, id).optional()).transpose()?.flatten();
        let pages = if kind == Kind::Page { reach::offered(conn, person, "", SUGGESTED)? } else { Vec::new() };
        let shown = above.as_ref().and_then(|above| above.path.clone());
        Ok(ParentField {
            shown: shown.unwrap_or_else(|| form.parent.clone()),
            suggested: pages.into_iter().map(|page| (page.address().to_owned(), page.title)).collect(),
            base: place::base(conn, kind, chosen).unwrap_or_else(|_| "/".to_owned()),
            level: above.map_or_else(|| paths::PAGES.to_owned(), |above| format!("{}?below={}", paths::PAGES, above.id)),
        })
    }
}

/// Puts the page's key in the place of an address that was typed, or says that there is none.
pub fn settle(conn: &mut Conn, form: &mut EntryForm) -> AppResult<()> {
    form.parent = tree::named(conn, &form.parent)?.map(|id| id.to_string()).unwrap_or_default();
    Ok(())
}

/// The same, but what is no address stays as it was typed.
pub fn settle_known(conn: &mut Conn, form: &mut EntryForm) -> AppResult<()> {
    match settle(conn, form) {
        Err(AppError::Invalid(_)) => Ok(()),
        settled => settled,
    }
}
