//! Looks as they are saved, undone, and tried before that.

use super::forms::AppearanceForm;
use crate::{
    db::Conn,
    error::{AppError, AppResult},
    journal::Actor,
    schema::appearance_previews,
    site::{
        SiteSettings,
        look::{self, BEFORE, Look},
        settings, theme,
    },
    web::{form::FormErrors, person::UserId},
};
use chrono::NaiveDateTime;
use diesel::prelude::*;

/// What pictures of a look may be served as.
const PICTURES: [&str; 6] = ["image/svg+xml", "image/png", "image/webp", "image/avif", "image/jpeg", "image/gif"];
/// What a favicon may be served as.
const ICONS: [&str; 2] = ["image/svg+xml", "image/png"];

/// Whether the pictures are there.
pub fn check_pictures(conn: &mut Conn, look: &Look) -> AppResult<()> {
    let mut errors = FormErrors::none();
    for (field, address) in [("logo", &look.logo), ("logo_dark", &look.logo_dark), ("favicon", &look.favicon)] {
        let allowed: &[&str] = if field == "favicon" { &ICONS } else { &PICTURES };
        match theme::picture(conn, address)? {
            None if address.is_empty() => {}
            None => errors.add(field, "There is no file of this site at this address. Upload it, and copy its address, such as /files/…."),
            Some(found) if !allowed.contains(&found.kind.as_str()) => {
                errors.add(field, if field == "favicon" { "Choose an SVG or PNG file." } else { "Choose a picture." });
            }
            Some(_) => {}
        }
    }
    Ok(errors.unless_any(())?)
}

/// Saves a look, and remembers the one before it. Says whether anything changed.
pub fn save(conn: &mut Conn, form: &AppearanceForm, actor: &Actor, now: NaiveDateTime) -> AppResult<bool> {
    let before = SiteSettings::load(conn)?;
    let wanted = form.check(&before)?;
    check_pictures(conn, &wanted.look)?;
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
    let changed = wanted.save_as("appearance.changed", conn, actor, now)?;
    if changed {
        settings::put(conn, BEFORE, &look::remember(before), now)?;
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
