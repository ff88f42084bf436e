//! Users.

use super::password::Hashed;
use crate::{
    db::{Conn, last_insert_id, statement::kept},
    error::{AppError, AppResult},
    markup::slugify,
    schema::users,
    web::person::{Person, Reach, Right, Role, UserId},
};
use chrono::NaiveDateTime;
use diesel::{
    prelude::*,
    result::{DatabaseErrorKind::UniqueViolation, Error::DatabaseError},
};

/// Somebody who signs in or is named as author.
#[derive(Clone, HasQuery)]
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
    /// How far the rights on content reach.
    pub reach: Reach,
}

/// Somebody who is not there yet.
#[derive(Debug, Clone)]
pub struct NewUser {
    /// Address to log in with, lower case.
    pub email: String,
    /// Name shown.
    pub name: String,
    /// What the user may do.
    pub role: Role,
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

    /// The user with this key, held until the transaction ends.
    pub fn locked(conn: &mut Conn, id: UserId) -> QueryResult<User> {
        User::query().find(id).for_update().first(conn)
    }

    /// The user with this author page.
    pub fn by_slug(conn: &mut Conn, slug: &str) -> QueryResult<User> {
        User::query().filter(users::slug.eq(slug)).first(conn)
    }

    /// The user with exactly this address.
    ///
    /// The column takes `é` for `e`; a log-in must not, or an account would have many names, each slowed on its own.
    pub fn by_email(conn: &mut Conn, email: &str) -> QueryResult<Option<User>> {
        let found: Option<User> = User::query().filter(users::email.eq(email)).first(conn).optional()?;
        Ok(found.filter(|user| user.email == email))
    }

    /// Everybody who may be named as author, by name; bounded by 500.
    pub fn authors(conn: &mut Conn) -> QueryResult<Vec<(UserId, String)>> {
        let found = users::table
            .filter(users::role.eq_any(Role::that_may(Right::Write)))
            .filter(users::disabled_at.is_null())
            .order((users::name, users::id))
            .select((users::id, users::name))
            .limit(500);
        kept(found).load(conn)
    }

    /// Whether this user changes content in branches of the page tree only.
    pub fn is_limited(&self) -> bool {
        self.reach != Reach::Everything
    }

    /// What a page needs to know of this user.
    pub fn person(&self) -> Person {
        Person {
            id: self.id,
            name: self.name.clone(),
            email: self.email.clone(),
            role: self.role,
            scheme: self.scheme.clone(),
            reach: self.reach,
        }
    }

    /// Adds a user, with a slug made from the name. Without a password the user cannot sign in.
    pub fn insert(conn: &mut Conn, new: &NewUser, hashed: Option<&Hashed>, now: NaiveDateTime) -> AppResult<UserId> {
        let row = (
            users::email.eq(&new.email),
            users::name.eq(&new.name),
            users::slug.eq(free_slug(conn, &new.name)?),
            users::bio.eq(""),
            users::role.eq(new.role),
            users::password_hash.eq(hashed.map(Hashed::as_str)),
            users::created_at.eq(now),
        );
        diesel::insert_into(users::table).values(row).execute(conn).map_err(clash)?;
        Ok(diesel::select(last_insert_id()).get_result(conn)?)
    }
}

/// Says at which field two users would be alike.
pub fn clash(error: diesel::result::Error) -> AppError {
    match &error {
        DatabaseError(UniqueViolation, info) if info.message().contains("users_email_unique") => {
            AppError::invalid("email", "There is already an account with this address. Use another one.")
        }
        DatabaseError(UniqueViolation, info) if info.message().contains("users_slug_unique") => {
            AppError::invalid("slug", "Somebody else has this author page. Choose another address.")
        }
        _ => error.into(),
    }
}

/// So many names that begin alike are looked at for a free number.
const MANY: i64 = 1000;

/// The slug for a name, with `-2`, `-3` … if it is taken; with a number that nobody can have where very many begin alike.
pub(super) fn free_slug(conn: &mut Conn, name: &str) -> QueryResult<String> {
    let made: String = slugify(name).chars().filter(|sign| sign.is_ascii_alphanumeric() || *sign == '-').take(100).collect();
    let wished = if made.trim_matches('-').is_empty() { "person" } else { made.trim_matches('-') };
    let taken: Vec<String> = users::table.filter(users::slug.like(format!("{wished}%"))).select(users::slug).limit(MANY).load(conn)?;
    if taken.len() as i64 == MANY {
        return Ok(format!("{wished}-{:016x}", rand::random::<u64>()));
    }
    let free = (2..).map(|number| format!("{wished}-{number}")).find(|slug| !taken.contains(slug)).unwrap_or_default();
    Ok(if taken.iter().any(|slug| slug == wished) { free } else { wished.to_owned() })
}
