//! Redirects that people write: checked, led straight to their end, journalled.

use super::{BELOW, New, Origin, Redirect, RedirectId, Status, To, lookup, put, retarget, written};
use crate::{
    content::model::{
        address::{self, Standing},
        entry::Listed,
        link::broken,
        lost::counted,
    },
    db::Conn,
    error::{AppError, AppResult},
    journal::{Actor, Change},
    schema::redirects,
    web::form::FormErrors,
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde_json::json;

/// A redirect as somebody types it.
#[derive(Debug, Clone)]
pub struct Wish {
    /// The old address.
    pub from: String,
    /// The new one; of what is gone nothing is asked.
    pub to: String,
    /// What is answered.
    pub status: Status,
    /// For colleagues.
    pub note: String,
}

impl Wish {
    /// What it means, or what to mend; `base_url` is where the site stands.
    pub fn read(&self, base_url: &str) -> Result<New, FormErrors> {
        let mut errors = FormErrors::none();
        let from = written::from(&self.from).unwrap_or_else(|sentence| {
            errors.add("from", sentence);
            String::new()
        });
        let to = match self.status {
            Status::Gone => To::Nowhere,
            _ => match written::to(&self.to, from.ends_with(BELOW), base_url) {
                Ok(to) => To::Address(to),
                Err(sentence) => {
                    errors.add("to", sentence);
                    To::Nowhere
                }
            },
        };
        errors.unless_any(New { from, to, status: self.status, note: self.note.clone() })
    }
}

/// Makes a redirect by hand, and tells what there is to know of it.
pub fn create(conn: &mut Conn, new: &New, actor: &Actor, now: NaiveDateTime) -> AppResult<(RedirectId, String)> {
    if Redirect::from(conn, &new.from)?.is_some() {
        let sentence = "There is already a redirect from this address. Edit that one or choose another address.";
        return Err(AppError::invalid("from", sentence));
    }
    let told = write(conn, new, Origin::Hand, now)?;
    let made = Redirect::from(conn, &new.from)?.ok_or(AppError::NotFound)?;
    record(conn, "redirect.created", &made, actor, now)?;
    Ok((made.id, told))
}

/// Changes a redirect. It counts as made by hand from then on; its hits stay while its old address does.
pub fn change(conn: &mut Conn, id: RedirectId, new: &New, actor: &Actor, now: NaiveDateTime) -> AppResult<String> {
    let old = Redirect::query().find(id).for_update().first(conn)?;
    if old.from_path != new.from {
        if Redirect::from(conn, &new.from)?.is_some() {
            return Err(AppError::invalid(
                "from",
                "There is already a redirect from this address. Edit that one or choose another address.",
            ));
        }
        diesel::delete(redirects::table.find(id)).execute(conn)?;
        broken::addresses_changed(conn, &[&old.from_path], now)?;
    }
    let told = write(conn, new, Origin::Hand, now)?;
    let made = Redirect::from(conn, &new.from)?.ok_or(AppError::NotFound)?;
    record(conn, "redirect.changed", &made, actor, now)?;
    Ok(told)
}

/// Takes these redirects away, and says how many there were.
pub fn delete(conn: &mut Conn, ids: &[RedirectId], actor: &Actor, now: NaiveDateTime) -> AppResult<usize> {
    let gone: Vec<Redirect> = Redirect::query().filter(redirects::id.eq_any(ids)).order(redirects::id).for_update().load(conn)?;
    diesel::delete(redirects::table.filter(redirects::id.eq_any(ids))).execute(conn)?;
    for one in &gone {
        record(conn, "redirect.deleted", one, actor, now)?;
    }
    let from: Vec<&str> = gone.iter().map(|one| one.from_path.as_str()).collect();
    broken::addresses_changed(conn, &from, now)?;
    Ok(gone.len())
}

/// Writes a redirect that leads straight to its end; tells, in a sentence or several, what is remarkable about it.
fn write(conn: &mut Conn, new: &New, origin: Origin, now: NaiveDateTime) -> AppResult<String> {
    refuse_live(conn, &new.from)?;
    let mut told = Vec::new();
    let straight = New { to: straighten(conn, new, &mut told)?, ..new.clone() };
    put(conn, &straight, origin, now)?;
    refuse_circle(conn, &straight)?;
    if straight.to != To::Nowhere {
        match retarget(conn, &new.from, &straight.to)? {
            0 => {}
            1 => told.push(format!("One redirect that led to {} leads there at once now.", new.from)),
            many => told.push(format!("{many} redirects that led to {} lead there at once now.", new.from)),
        }
    }
    counted::found(conn, &new.from)?;
    broken::addresses_changed(conn, &[&new.from], now)?;
    Ok(told.join(" "))
}

/// Where something live stands, nobody would ever be led on.
fn refuse_live(conn: &mut Conn, from: &str) -> AppResult<()> {
    let path = from.split('?').next().unwrap_or("");
    match address::standing(conn, &[path])?.remove(path) {
        Some(Standing::Live(_) | Standing::Program) if !from.contains('?') || path != from => Err(AppError::invalid(
            "from",
            format!(
                "A live page stands at {path}, so nobody would be led away from there. Move or unpublish that page first, or choose another address."
            ),
        )),
        _ => Ok(()),
    }
}

/// Where it leads in the end: an entry where one stands there, or whatever the target itself leads to.
fn straighten(conn: &mut Conn, new: &New, told: &mut Vec<String>) -> AppResult<To> {
    let To::Address(to) = &new.to else { return Ok(new.to.clone()) };
    if !to.starts_with('/') || to.ends_with(BELOW) {
        return Ok(new.to.clone());
    }
    if *to == new.from {
        return Err(AppError::invalid("to", "This is the old address itself. Type where its visitors are to go instead."));
    }
    if let Some(entry) = standing(conn, to, told)? {
        return Ok(entry);
    }
    let path = to.split(['?', '#']).next().unwrap_or("");
    let leads_on = lookup::find(conn, lookup::Asked { path, query: "" })?.and_then(|found| found.to);
    match leads_on {
        Some(end) if end == new.from => Err(AppError::invalid(
            "to",
            format!("{path} leads to {}, so a visitor would go in a circle. Point to the page where both are to end.", new.from),
        )),
        Some(end) => {
            told.push(format!("{path} only leads on to {end}, so this one leads straight there."));
            Ok(standing(conn, &end, told)?.unwrap_or(To::Address(end)))
        }
        None => Ok(new.to.clone()),
    }
}

/// The entry that stands at an address, to be followed wherever it moves; tells if nobody sees it yet.
fn standing(conn: &mut Conn, to: &str, told: &mut Vec<String>) -> AppResult<Option<To>> {
    if to.contains(['?', '#']) || !to.starts_with('/') {
        return Ok(None);
    }
    match address::standing(conn, &[to])?.remove(to) {
        Some(Standing::Live(id)) => Ok(Some(To::Entry(id))),
        Some(Standing::Draft { id, title }) => {
            told.push(format!("“{title}” is not live: until it is, the old address leads nowhere."));
            Ok(Some(To::Entry(id)))
        }
        Some(Standing::Program) => Ok(None),
        None => {
            if lookup::leading(conn, &[to])?.is_empty() {
                told.push(format!("There is no page at {to} yet."));
            }
            Ok(None)
        }
    }
}

/// An exact redirect below the new branch that leads back below the old one, to the same place.
const BACK: &str = "
    SELECT COUNT(*) AS n
    FROM   redirects
    WHERE  from_path LIKE CONCAT(?, '/%') AND to_path = CONCAT(?, SUBSTRING(from_path, ?))
    LIMIT  1";

#[derive(QueryableByName)]
struct Counted {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    n: i64,
}

/// Refuses what would lead a visitor in a circle, now that it is written; the transaction takes it back.
fn refuse_circle(conn: &mut Conn, new: &New) -> AppResult<()> {
    let To::Address(to) = &new.to else { return Ok(()) };
    let circle =
        || AppError::invalid("to", "The new address leads back to the old one, so a visitor would go in a circle. Choose another one.");
    let Some(base) = new.from.strip_suffix(BELOW) else {
        let (path, query) = new.from.split_once('?').unwrap_or((&new.from, ""));
        return if lookup::find(conn, lookup::Asked { path, query })?.is_none() { Err(circle()) } else { Ok(()) };
    };
    let deep = format!("{base}/x");
    let probes = [base, &deep].map(|path| lookup::Asked { path, query: "" });
    if lookup::resolve(conn, &probes)?.iter().any(Option::is_none) {
        return Err(circle());
    }
    let Some(target) = to.strip_suffix(BELOW).filter(|to| to.starts_with('/')) else { return Ok(()) };
    let back: Counted = diesel::sql_query(BACK)
        .bind::<diesel::sql_types::Text, _>(crate::content::model::search::escape(target))
        .bind::<diesel::sql_types::Text, _>(base)
        .bind::<diesel::sql_types::BigInt, _>(target.chars().count() as i64 + 1)
        .get_result(conn)?;
    if back.n > 0 { Err(circle()) } else { Ok(()) }
}

fn record(conn: &mut Conn, kind: &'static str, of: &Redirect, actor: &Actor, now: NaiveDateTime) -> AppResult<()> {
    let target = of.target_entry_id.map(|id| Listed::find(conn, id)).transpose()?.and_then(|entry| entry.path);
    let detail = json!({ "to": target.or_else(|| of.to_path.clone()), "status": of.status.word() });
    // Nobody keeps what is answered for an address that nothing answers: there are no pages to drop.
    let change = Change { kind, subject: "redirect", key: of.id.number(), label: &of.from_path, detail, cache_tags: Vec::new() };
    Ok(change.record(conn, actor, now)?)
}
