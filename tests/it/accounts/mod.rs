//! People: logging in, the first owner, inviting, roles, profiles.

mod command_line;
mod invitation;
mod login;
mod people;
mod readers;
mod reset;
mod second_factor;
mod sessions;
mod setup;

use crate::support::{
    answer::Answer,
    site::{Site, Visitor},
};
use diesel::prelude::*;
use mainstay::{
    accounts::model::password,
    schema::{journal, users},
    web::person::{Role, UserId},
};
use std::sync::LazyLock;

pub const PASSWORD: &str = "four unrelated words";

/// Somebody with that role and [`PASSWORD`], and the address to log in with.
pub fn given_member(site: &Site, role: Role) -> (UserId, String) {
    static HASHED: LazyLock<String> = LazyLock::new(|| password::hash(PASSWORD).unwrap().as_str().to_owned());
    let id = site.given_user(role);
    let conn = &mut site.database.conn();
    diesel::update(users::table.find(id)).set(users::password_hash.eq(HASHED.as_str())).execute(conn).unwrap();
    (id, users::table.find(id).select(users::email).first(conn).unwrap())
}

pub async fn log_in(visitor: &Visitor, email: &str, password: &str) -> Answer {
    let form = visitor.get("/login").await.form("#login");
    visitor.submit(form.fill([("email", email), ("password", password)])).await
}

/// What the journal holds: kind and label, oldest first.
pub fn journaled(site: &Site) -> Vec<(String, String)> {
    let rows = journal::table.filter(journal::kind.like("account.%")).order(journal::id).select((journal::kind, journal::subject_label));
    rows.load(&mut site.database.conn()).unwrap()
}

pub fn kinds(site: &Site) -> Vec<String> {
    journaled(site).into_iter().map(|(kind, _)| kind).collect()
}

/// Whether this browser may still write.
pub async fn is_signed_in(visitor: &Visitor) -> bool {
    visitor.get("/login").await.status.as_u16() == 303
}
