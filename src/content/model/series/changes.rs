//! Changing series: made, renamed, deleted. The old address leads to the new one.

use super::{COUNTED, MOST, Series, SeriesId};
use crate::{
    content::{
        model::{
            entry::{EntryId, EntryState},
            redirect, relist, shown,
        },
        paths,
    },
    db::{Conn, last_insert_id},
    error::{AppError, AppResult},
    journal::{Actor, Change},
    markup::{is_slug, slugify},
    schema::{entries, series, series_parts},
    web::form::FormErrors,
};
use chrono::NaiveDateTime;
use diesel::{
    prelude::*,
    result::{DatabaseErrorKind::UniqueViolation, Error::DatabaseError},
};
use serde_json::json;

/// A series as somebody wants it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Title shown.
    pub title: String,
    /// End of the address; empty: made from the title.
    pub slug: String,
    /// A few sentences.
    pub description: String,
}

/// Makes a series.
pub fn create(conn: &mut Conn, wanted: &Wanted, actor: &Actor, now: NaiveDateTime) -> AppResult<SeriesId> {
    if series::table.count().get_result::<i64>(conn)? >= MOST {
        return Err(FormErrors::whole("There are 1,000 series, and no more fit. Delete one first.").into());
    }
    let slug = choose_slug(conn, wanted, None)?;
    let row = (
        series::title.eq(&wanted.title),
        series::slug.eq(&slug),
        series::description.eq(&wanted.description),
        series::created_at.eq(now),
        series::changed_at.eq(now),
    );
    diesel::insert_into(series::table).values(row).execute(conn).map_err(|error| refused(error, &slug))?;
    let id: SeriesId = diesel::select(last_insert_id()).get_result(conn)?;
    redirect::remove(conn, &paths::series(&slug))?;
    let made = Series::find(conn, id)?;
    record(conn, "series.created", &made, json!({ "slug": slug }), Vec::new(), actor, now)?;
    Ok(id)
}

/// The series of that title or slug; made when missing.
pub fn ensure(conn: &mut Conn, title: &str, now: NaiveDateTime) -> AppResult<SeriesId> {
    let title: String = title.chars().take(200).collect();
    let known = series::table.filter(series::title.eq(&title)).order(series::id).select(series::id);
    if let Some(known) = known.first(conn).optional()? {
        return Ok(known);
    }
    if let Some(known) = Series::by_slug(conn, &slugify(&title)).optional()? {
        return Ok(known.id);
    }
    create(conn, &Wanted { title, slug: String::new(), description: String::new() }, &Actor::default(), now)
}

/// Changes title, address and description.
pub fn change(conn: &mut Conn, id: SeriesId, wanted: &Wanted, actor: &Actor, now: NaiveDateTime) -> AppResult<()> {
    let old = Series::query().find(id).for_update().first(conn)?;
    let slug = choose_slug(conn, wanted, Some(&old))?;
    let new = Series { id, title: wanted.title.clone(), slug, description: wanted.description.clone() };
    if new == old {
        return Ok(());
    }
    let set =
        (series::title.eq(&new.title), series::slug.eq(&new.slug), series::description.eq(&new.description), series::changed_at.eq(now));
    diesel::update(series::table.find(id)).set(set).execute(conn).map_err(|error| refused(error, &new.slug))?;
    if new.slug != old.slug {
        redirect::to_path(conn, &old.url(), &new.url(), redirect::Origin::Rename, now)?;
    }
    let named = |one: &Series| (one.title.clone(), one.slug.clone());
    let mut tags = Vec::new();
    if named(&new) != named(&old) {
        tags.push(shown::series(id));
    }
    if new.description != old.description {
        tags.push(shown::about_series(id));
    }
    record(conn, "series.changed", &new, json!({ "slug": new.slug, "was": old.slug }), tags, actor, now)
}

/// Deletes a series; its posts stay. Its address leads to the list of all.
pub fn delete(conn: &mut Conn, id: SeriesId, actor: &Actor, now: NaiveDateTime) -> AppResult<Series> {
    let gone = Series::query().find(id).for_update().first(conn)?;
    let mut tags = vec![shown::series(id)];
    let live: Vec<EntryId> = series_parts::table
        .inner_join(entries::table)
        .filter(series_parts::series_id.eq(id))
        .filter(entries::state.eq(EntryState::Published))
        .select(series_parts::entry_id)
        .load(conn)?;
    if !live.is_empty() {
        tags.extend([shown::parts(id), shown::counts(COUNTED)]);
    }
    tags.extend(live.into_iter().map(shown::own_page));
    diesel::delete(series::table.find(id)).execute(conn)?; // its parts go with it, and revisions forget it
    relist::drop_counted(conn, COUNTED, id.number())?;
    redirect::to_path(conn, &gone.url(), paths::SERIES, redirect::Origin::Rename, now)?;
    record(conn, "series.deleted", &gone, json!({ "slug": gone.slug }), tags, actor, now)?;
    Ok(gone)
}

/// The slug typed, or one made from the title: with `-2`, `-3` … if it is taken.
fn choose_slug(conn: &mut Conn, wanted: &Wanted, own: Option<&Series>) -> AppResult<String> {
    let mut is_free = |slug: &str| -> QueryResult<bool> {
        let holder = Series::by_slug(conn, slug).optional()?;
        Ok(holder.is_none_or(|holder| own.is_some_and(|own| own.id == holder.id)))
    };
    if !wanted.slug.is_empty() {
        return match is_slug(&wanted.slug) {
            false => Err(AppError::invalid("slug", "Use lower-case letters a to z, digits and hyphens, such as first-steps.")),
            true if !is_free(&wanted.slug)? => Err(taken(&wanted.slug)),
            true => Ok(wanted.slug.clone()),
        };
    }
    let made = slugify(&wanted.title);
    for slug in [made.clone()].into_iter().chain((2..=MOST + 1).map(|number| format!("{made}-{number}"))) {
        if is_slug(&slug) && is_free(&slug)? {
            return Ok(slug);
        }
    }
    Err(AppError::invalid("slug", "No address can be made from this title. Type one, such as first-steps."))
}

fn taken(slug: &str) -> AppError {
    AppError::invalid("slug", format!("There is already a series at /series/{slug}. Choose another address."))
}

/// Two who take the same address at once: the second is told.
fn refused(error: diesel::result::Error, slug: &str) -> AppError {
    match error {
        DatabaseError(UniqueViolation, _) => taken(slug),
        other => other.into(),
    }
}

/// One row in the journal about a series.
pub(super) fn record(
    conn: &mut Conn,
    kind: &'static str,
    about: &Series,
    detail: serde_json::Value,
    cache_tags: Vec<String>,
    actor: &Actor,
    now: NaiveDateTime,
) -> AppResult<()> {
    let change = Change { kind, subject: "series", key: about.id.number(), label: &about.title, detail, cache_tags };
    Ok(change.record(conn, actor, now)?)
}
