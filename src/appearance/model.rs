//! Looks as they are saved, undone, and tried before that.

use super::{forms::AppearanceForm, pictures};
use crate::{
    db::Conn,
    error::{AppError, AppResult},
    journal::Actor,
    media,
    schema::appearance_previews,
    site::{
        SiteSettings,
        look::{self, BEFORE, Look},
        settings,
    },
    web::person::UserId,
};
use chrono::NaiveDateTime;
use diesel::prelude::*;

/// Saves a look, and remembers the one before it. Says whether anything changed.
pub fn save(conn: &mut Conn, form: &AppearanceForm, actor: &Actor, now: NaiveDateTime) -> AppResult<bool> {
    let before = SiteSettings::load(conn)?;
    let wanted = form.check(&before)?;
    pictures::check(conn, &wanted.look)?;
    keep(conn, &before, &wanted, actor, now)
}

/// The design's own look again, and an empty foot.
pub fn reset(conn: &mut Conn, actor: &Actor, now: NaiveDateTime) -> AppResult<bool> {
    let before = SiteSettings::load(conn)?;
    let wanted = SiteSettings { look: Look::default(), footer: String::new(), ..before.clone() };
    keep(conn, &before, &wanted, actor, now)
}

/// The look before the last change; what is undone can be done again in the same way.
pub fn undo(conn: &mut Conn, actor: &Actor, now: NaiveDateTime) -> AppResult<bool> {
    let before = SiteSettings::load(conn)?;
    let then = settings::get(conn, BEFORE)?.and_then(|remembered| look::restore(&before, &remembered));
    let then = then.ok_or(AppError::Conflict("There is no change to undo."))?;
    keep(conn, &before, &then, actor, now)
}

/// Whether there is a change to undo.
pub fn can_undo(conn: &mut Conn) -> QueryResult<bool> {
    Ok(settings::get(conn, BEFORE)?.is_some())
}

fn keep(conn: &mut Conn, before: &SiteSettings, wanted: &SiteSettings, actor: &Actor, now: NaiveDateTime) -> AppResult<bool> {
    let files = pictures::lock(conn, &wanted.look)?;
    let changed = wanted.save_as("appearance.changed", conn, actor, now)?;
    if changed {
        settings::put(conn, BEFORE, &look::remember(before), now)?;
    }
    if wanted.look.favicon != before.look.favicon
        && let Some(icon) = files.iter().find(|file| file.address == wanted.look.favicon)
    {
        media::jobs::render(conn, icon.id, now)?; // in the sizes of an icon
    }
    Ok(changed)
}

/// Keeps what somebody tries, one look for each person.
pub fn try_on(conn: &mut Conn, user: UserId, form: &AppearanceForm, now: NaiveDateTime) -> AppResult<()> {
    let text = serde_json::to_string(form).map_err(|error| AppError::Internal(error.into()))?;
    let row = (appearance_previews::user_id.eq(user), appearance_previews::look.eq(text), appearance_previews::changed_at.eq(now));
    diesel::replace_into(appearance_previews::table).values(row).execute(conn)?;
    Ok(())
}

/// What somebody has tried last.
pub fn tried(conn: &mut Conn, user: UserId) -> QueryResult<Option<AppearanceForm>> {
    let text: Option<String> = appearance_previews::table.find(user).select(appearance_previews::look).first(conn).optional()?;
    Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
}

/// Forgets it.
pub fn forget(conn: &mut Conn, user: UserId) -> QueryResult<()> {
    diesel::delete(appearance_previews::table.find(user)).execute(conn)?;
    Ok(())
}
