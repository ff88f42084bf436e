//! What becomes of links and visitors when an entry leaves its address: led elsewhere, rewritten, or told that there is nothing.

use super::super::{
    forms::elsewhere::Elsewhere,
    model::{
        entry::Entry,
        link::mend,
        redirect::{BELOW, Redirect, Status, changes, changes::Wish},
    },
};
use crate::{
    db::Conn,
    error::{AppError, AppResult},
    journal::Actor,
    web::{form::FormErrors, person::Person},
};
use chrono::NaiveDateTime;

/// An entry that was live has gone off the site, with `along` pages below it: leads its visitors elsewhere, and rewrites the links to
/// it, if that is wished. Tells what was done.
pub fn lead(
    conn: &mut Conn,
    before: &Entry,
    along: i64,
    wish: &Elsewhere,
    base_url: &str,
    (person, actor, now): (&Person, &Actor, NaiveDateTime),
) -> AppResult<String> {
    wish.check()?;
    let Some(path) = before.path.as_ref().filter(|_| before.is_live() && !wish.elsewhere.is_empty()) else { return Ok(String::new()) };
    let from = if along > 0 { format!("{path}{BELOW}") } else { path.clone() };
    let note = format!("“{}” has gone off the site.", before.title).chars().take(300).collect();
    let new = Wish { from: from.clone(), to: wish.elsewhere.clone(), status: Status::Moved, note };
    let new = new.read(base_url).map_err(|errors| at_the_field(&errors))?;
    let told = match Redirect::from(conn, &from)? {
        Some(there) => changes::change(conn, there.id, &new, actor, now),
        None => changes::create(conn, &new, actor, now).map(|(_, told)| told),
    };
    let told = told.map_err(|error| match error {
        AppError::Invalid(errors) => at_the_field(&errors).into(),
        other => other,
    })?;
    let mended = if wish.relink { mend::links_to(conn, &[from], person, actor, now)? } else { String::new() };
    Ok(format!("Its visitors are led to {}. {told} {mended}", wish.elsewhere).split_whitespace().collect::<Vec<_>>().join(" "))
}

/// Whatever is wrong with either address is told at the one that was typed.
fn at_the_field(errors: &FormErrors) -> FormErrors {
    let sentences = errors.fields().map(|(_, sentence)| sentence).chain(errors.general().iter().map(String::as_str));
    FormErrors::one("elsewhere", sentences.collect::<Vec<_>>().join(" "))
}

/// A live entry may have another address now: rewrites the links to where it was, and of a page to all below it. Tells what was done.
pub fn follow(conn: &mut Conn, before: &Entry, wished: bool, person: &Person, actor: &Actor, now: NaiveDateTime) -> AppResult<String> {
    if !wished || !before.is_live() {
        return Ok(String::new());
    }
    let after = Entry::find(conn, before.id)?;
    if !after.is_live() || after.path == before.path {
        return Ok(String::new());
    }
    mend::links_to(conn, &mend::left(before), person, actor, now)
}
