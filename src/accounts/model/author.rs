//! Users who are named as authors, and may never sign in: an import brings them.

use super::user::free_slug;
use crate::{
    db::{Conn, last_insert_id},
    journal::{Actor, Change},
    schema::users,
    web::person::{Right, Role, UserId},
};
use chrono::NaiveDateTime;
use diesel::prelude::*;

/// An author as an import brings one.
#[derive(Debug, Clone)]
pub struct NewAuthor<'a> {
    /// Name shown.
    pub name: &'a str,
    /// Names the author page.
    pub slug: &'a str,
    /// Address, or empty: one is made up that leads nowhere.
    pub email: &'a str,
    /// A few sentences, plain text.
    pub bio: &'a str,
}

/// The user who is meant by a slug or a name; made when there is none, as an author who cannot sign in yet.
pub fn named(conn: &mut Conn, name: &str, now: NaiveDateTime) -> QueryResult<UserId> {
    let slug = crate::markup::slugify(name);
    ensure(conn, &NewAuthor { name, slug: &slug, email: "", bio: "" }, now)
}

/// The same for an author of whom more is known.
pub fn ensure(conn: &mut Conn, author: &NewAuthor<'_>, now: NaiveDateTime) -> QueryResult<UserId> {
    let same = users::slug.eq(author.slug).or(users::name.eq(author.name));
    // Whoever signed up as a reader under the name of an author does not become that author.
    let known = users::table.filter(same).filter(users::role.eq_any(Role::that_may(Right::Write)));
    if let Some(found) = known.order(users::id).select(users::id).first(conn).optional()? {
        return Ok(found);
    }
    let email = if author.email.is_empty() { format!("{}@imported.invalid", author.slug) } else { author.email.to_lowercase() };
    let email_taken: i64 = users::table.filter(users::email.eq(&email)).count().get_result(conn)?;
    let email = if email_taken > 0 { format!("{}-{}@imported.invalid", author.slug, now.and_utc().timestamp_micros()) } else { email };
    let slug_taken: i64 = users::table.filter(users::slug.eq(author.slug)).count().get_result(conn)?;
    let slug = if slug_taken > 0 { free_slug(conn, author.slug)? } else { author.slug.to_owned() };
    let row = (
        users::email.eq(email),
        users::name.eq(author.name.chars().take(120).collect::<String>()),
        users::slug.eq(&slug),
        users::bio.eq(author.bio),
        users::role.eq(Role::Author),
        users::created_at.eq(now),
    );
    diesel::insert_into(users::table).values(row).execute(conn)?;
    let id: UserId = diesel::select(last_insert_id()).get_result(conn)?;
    let change = Change {
        kind: "user.created",
        subject: "user",
        key: id.number(),
        label: author.name,
        detail: serde_json::json!({ "slug": slug }),
        cache_tags: Vec::new(),
    };
    change.record(conn, &Actor::default(), now)?;
    Ok(id)
}

/// Who is named where nobody is: the first owner, else whoever was there first.
pub fn first(conn: &mut Conn) -> QueryResult<Option<UserId>> {
    let anybody = users::table.filter(users::disabled_at.is_null());
    let owner = anybody.filter(users::role.eq(Role::Owner)).order(users::id).select(users::id).first(conn).optional()?;
    match owner {
        Some(owner) => Ok(Some(owner)),
        None => anybody.order(users::id).select(users::id).first(conn).optional(),
    }
}
