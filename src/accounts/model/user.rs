//! Users.

use crate::{
    db::{Conn, last_insert_id},
    journal::{Actor, Change},
    schema::users,
    web::person::{Person, Role, UserId},
};
use chrono::NaiveDateTime;
use diesel::prelude::*;

/// Somebody who signs in or is named as author.
#[derive(Debug, Clone, HasQuery)]
#[diesel(table_name = users)]
pub struct User {
    /// Key.
    pub id: UserId,
    /// Address to log in with, lower case.
    pub email: String,
    /// Name shown.
    pub name: String,
    /// Names the author page.
    pub slug: String,
    /// A few sentences, plain text.
    pub bio: String,
    /// What the user may do.
    pub role: Role,
    /// PHC string, if the user can sign in.
    pub password_hash: Option<String>,
    /// `light`, `dark` or `system`.
    pub scheme: String,
    /// When the account was closed.
    pub disabled_at: Option<NaiveDateTime>,
}

impl User {
    /// The user with this key, unless the account is closed.
    pub fn active(conn: &mut Conn, id: UserId) -> QueryResult<Option<User>> {
        User::query().find(id).filter(users::disabled_at.is_null()).first(conn).optional()
    }

    /// The user with this key.
    pub fn find(conn: &mut Conn, id: UserId) -> QueryResult<User> {
        User::query().find(id).first(conn)
    }

    /// The user with this author page.
    pub fn by_slug(conn: &mut Conn, slug: &str) -> QueryResult<User> {
        User::query().filter(users::slug.eq(slug)).first(conn)
    }

    /// Everybody who may be named as author, by name; bounded by 500.
    pub fn authors(conn: &mut Conn) -> QueryResult<Vec<(UserId, String)>> {
        users::table
            .filter(users::disabled_at.is_null())
            .order((users::name, users::id))
            .select((users::id, users::name))
            .limit(500)
            .load(conn)
    }

    /// What a page needs to know of this user.
    pub fn person(&self) -> Person {
        Person { id: self.id, name: self.name.clone(), email: self.email.clone(), role: self.role, scheme: self.scheme.clone() }
    }
}

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
pub fn author_named(conn: &mut Conn, name: &str, now: NaiveDateTime) -> QueryResult<UserId> {
    let slug = crate::markup::slugify(name);
    ensure_author(conn, &NewAuthor { name, slug: &slug, email: "", bio: "" }, now)
}

/// The same for an author of whom more is known.
pub fn ensure_author(conn: &mut Conn, author: &NewAuthor<'_>, now: NaiveDateTime) -> QueryResult<UserId> {
    let same = users::slug.eq(author.slug).or(users::name.eq(author.name));
    if let Some(found) = users::table.filter(same).order(users::id).select(users::id).first(conn).optional()? {
        return Ok(found);
    }
    let email = if author.email.is_empty() { format!("{}@imported.invalid", author.slug) } else { author.email.to_lowercase() };
    let email_taken: i64 = users::table.filter(users::email.eq(&email)).count().get_result(conn)?;
    let email = if email_taken > 0 { format!("{}-{}@imported.invalid", author.slug, now.and_utc().timestamp_micros()) } else { email };
    let row = (
        users::email.eq(email),
        users::name.eq(author.name.chars().take(120).collect::<String>()),
        users::slug.eq(author.slug),
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
        detail: serde_json::json!({ "slug": author.slug }),
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
