//! What everybody changes about the own account.

use super::{
    notice::{Notice, Place},
    password::Hashed,
    throttle,
    user::User,
};
use crate::{
    db::Conn,
    error::AppResult,
    journal::{Actor, Change},
    schema::users,
    text_enum,
    web::{person::UserId, session_store},
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde_json::{Map, Value, json};

text_enum!(
    /// In which colours the admin is drawn.
    Scheme {
        /// As the system says.
        System = "system",
        /// Dark on light.
        Light = "light",
        /// Light on dark.
        Dark = "dark",
    }
);

impl Scheme {
    /// The words shown.
    pub fn label(self) -> &'static str {
        match self {
            Scheme::System => "As my system says",
            Scheme::Light => "Light",
            Scheme::Dark => "Dark",
        }
    }
}

/// The cached pages that show an author's name or lead to their page.
pub fn shown_name(id: UserId) -> String {
    format!("author:{id}")
}

/// The cached pages that show the words about an author.
pub fn shown_bio(id: UserId) -> String {
    format!("about:author:{id}")
}

/// The cached pages that show what has changed of an author.
pub(super) fn shown(id: UserId, changed: &Map<String, Value>) -> Vec<String> {
    let named = changed.contains_key("name") || changed.contains_key("slug");
    let tags = [named.then(|| shown_name(id)), changed.contains_key("bio").then(|| shown_bio(id))];
    tags.into_iter().flatten().collect()
}

/// What somebody may change.
#[derive(Debug, Clone)]
pub struct Profile {
    /// Name shown.
    pub name: String,
    /// A few sentences.
    pub bio: String,
    /// Colours.
    pub scheme: Scheme,
}

/// Saves it, and writes down what changed.
pub fn save(conn: &mut Conn, id: UserId, profile: &Profile, actor: &Actor, now: NaiveDateTime) -> AppResult<()> {
    let old = User::locked(conn, id)?;
    let mut detail = Map::new();
    for (field, old, new) in
        [("name", &old.name, profile.name.as_str()), ("bio", &old.bio, &profile.bio), ("scheme", &old.scheme, profile.scheme.word())]
    {
        if old != new {
            detail.insert(field.to_owned(), json!(new));
        }
    }
    if detail.is_empty() {
        return Ok(());
    }
    let cache_tags = shown(id, &detail);
    let set = (users::name.eq(&profile.name), users::bio.eq(&profile.bio), users::scheme.eq(profile.scheme.word()));
    diesel::update(users::table.find(id)).set(set).execute(conn)?;
    Change { kind: "account.changed", subject: "account", key: id.number(), label: &profile.name, detail: detail.into(), cache_tags }
        .record(conn, actor, now)?;
    Ok(())
}

/// Gives an account another name.
pub fn rename(conn: &mut Conn, id: UserId, name: &str, actor: &Actor, now: NaiveDateTime) -> AppResult<()> {
    let old = User::locked(conn, id)?;
    let scheme = Scheme::from_word(&old.scheme).unwrap_or(Scheme::System);
    save(conn, id, &Profile { name: name.to_owned(), bio: old.bio, scheme }, actor, now)
}

/// Counts a try to tell the own password, as a log-in does: a session left open must not serve to guess it.
pub fn begin_check(conn: &mut Conn, id: UserId, now: NaiveDateTime) -> AppResult<Result<User, i64>> {
    let user = User::find(conn, id)?;
    Ok(throttle::begin(conn, &[own_tries(&user)], now)?.map(|()| user))
}

/// Takes the counted try back, since the password was right.
pub fn end_check(conn: &mut Conn, user: &User) -> QueryResult<()> {
    throttle::forgive(conn, &[own_tries(user)])
}

/// What tries from within a session are counted by: apart from those of strangers at the log-in, for whom nobody should wait.
fn own_tries(user: &User) -> String {
    throttle::device(&format!("session of {}", user.id))
}

/// Sets a new password and ends every session of the account, the one in hand too: its handler renews it.
pub fn set_password(
    conn: &mut Conn,
    user: &User,
    hashed: &Hashed,
    kind: &'static str,
    place: &Place,
    actor: &Actor,
    now: NaiveDateTime,
) -> QueryResult<()> {
    throttle::forgive(conn, &[throttle::account(&user.email), own_tries(user)])?;
    diesel::update(users::table.find(user.id)).set(users::password_hash.eq(hashed.as_str())).execute(conn)?;
    session_store::end_all_of(conn, user.id)?;
    Notice::PasswordChanged.send(conn, user.id, place, now)?;
    Change { kind, subject: "account", key: user.id.number(), label: &user.name, detail: json!({}), cache_tags: Vec::new() }
        .record(conn, actor, now)
}
