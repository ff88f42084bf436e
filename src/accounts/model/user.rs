//! Users.

use crate::{
    db::Conn,
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
