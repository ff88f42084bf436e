//! What admins do with the accounts of others.
//!
//! Only an owner makes, changes or disables owners; nobody changes the own role or disables the own account; one owner who can
//! sign in always stays. Owners and admins are never limited to branches. A disabled account keeps everything that its person wrote.

use super::{
    branches::{self, Branch},
    profile, setup,
    token::{self, Purpose},
    user::{User, clash},
};
use crate::{
    db::{
        Conn,
        cursor::{Cursor, Slice, from_a_to_z},
    },
    error::{AppError, AppResult},
    journal::{Actor, Change},
    schema::users,
    web::{
        person::{Person, Reach, Right, Role, UserId},
        session_store,
    },
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// Whether somebody can sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Has a password.
    Active,
    /// Has a link to set one.
    Invited,
    /// May not.
    Disabled,
    /// Is only named as author.
    AuthorOnly,
}

impl Standing {
    /// Tells it.
    pub fn of(user: &User, invited: bool) -> Standing {
        match (user.disabled_at, &user.password_hash) {
            (Some(_), _) => Standing::Disabled,
            (None, Some(_)) => Standing::Active,
            (None, None) if invited => Standing::Invited,
            (None, None) => Standing::AuthorOnly,
        }
    }

    /// The word shown.
    pub fn label(self) -> &'static str {
        match self {
            Standing::Active => "Active",
            Standing::Invited => "Invited",
            Standing::Disabled => "Disabled",
            Standing::AuthorOnly => "Author only",
        }
    }

    /// The class of its mark.
    pub fn class(self) -> &'static str {
        match self {
            Standing::Active => "is-live",
            Standing::Invited => "is-review",
            Standing::Disabled => "is-bad",
            Standing::AuthorOnly => "is-draft",
        }
    }
}

/// One page of all people by name, of one role if that is given, and which of them are invited.
pub fn page(
    conn: &mut Conn,
    role: Option<Role>,
    cursor: Option<&Cursor>,
    limit: usize,
    now: NaiveDateTime,
) -> QueryResult<Slice<(User, Standing)>> {
    let mut query = User::query().into_boxed();
    if let Some(role) = role {
        query = query.filter(users::role.eq(role));
    }
    let place = cursor.map(|cursor| (cursor.way, cursor.value.clone(), UserId::from(cursor.id)));
    query = from_a_to_z!(query, place, users::name, users::id);
    let rows: Vec<User> = query.limit(limit as i64 + 1).load(conn)?;
    let slice = Slice::cut(rows, limit, cursor, |user| Cursor::of_text(&user.name, user.id.number()));
    let ids: Vec<UserId> = slice.rows.iter().map(|user| user.id).collect();
    let invited = token::holders(conn, Purpose::Invite, &ids, now)?;
    Ok(slice.map(|user| {
        let standing = Standing::of(&user, invited.contains(&user.id));
        (user, standing)
    }))
}

/// How many accounts there are of each role.
pub fn counts(conn: &mut Conn) -> QueryResult<Vec<(Role, i64)>> {
    users::table.group_by(users::role).select((users::role, diesel::dsl::count_star())).load(conn)
}

/// The standing of one person.
pub fn standing(conn: &mut Conn, user: &User, now: NaiveDateTime) -> QueryResult<Standing> {
    let invited = token::holders(conn, Purpose::Invite, &[user.id], now)?;
    Ok(Standing::of(user, !invited.is_empty()))
}

/// What an admin may change about a person.
#[derive(Debug, Clone)]
pub struct PersonChange {
    /// Name shown.
    pub name: String,
    /// Names the author page.
    pub slug: String,
    /// A few sentences.
    pub bio: String,
    /// What the person may do.
    pub role: Role,
    /// A new address; heeded only while the person has no password.
    pub email: String,
    /// How far the rights on content reach.
    pub reach: Reach,
    /// Addresses of the branches, where they reach over branches; `None`: as they are.
    pub branches: Option<Vec<String>>,
}

/// Refuses what concerns an owner to everybody but owners.
pub fn guard(by: &Person, user: &User) -> AppResult<()> {
    if user.role == Role::Owner && by.role != Role::Owner {
        return Err(AppError::Forbidden("Only an owner may change an owner."));
    }
    Ok(())
}

/// The roles that somebody may give.
pub fn roles_given_by(role: Role) -> impl Iterator<Item = Role> {
    Role::ALL.iter().copied().filter(move |given| *given != Role::Owner || role == Role::Owner)
}

/// Changes a person, and writes down what.
pub fn change(conn: &mut Conn, by: &Person, id: UserId, change: &PersonChange, actor: &Actor, now: NaiveDateTime) -> AppResult<()> {
    let user = User::locked(conn, id)?;
    guard(by, &user)?;
    if change.role != user.role {
        may_give(conn, by, &user, change.role)?;
    }
    let email = if user.password_hash.is_none() { &change.email } else { &user.email };
    let mut detail = Map::new();
    for (field, old, new) in [
        ("name", user.name.as_str(), change.name.as_str()),
        ("slug", &user.slug, &change.slug),
        ("email", &user.email, email),
        ("role", user.role.word(), change.role.word()),
        ("bio", &user.bio, &change.bio),
    ] {
        if old != new {
            detail.insert(field.to_owned(), json!(new));
        }
    }
    limit(conn, &user, change, &mut detail)?;
    if detail.is_empty() {
        return Ok(());
    }
    if *email != user.email {
        token::revoke(conn, Purpose::Invite, Some(id))?; // the old address must not open the account
    }
    let set = (
        users::name.eq(&change.name),
        users::slug.eq(&change.slug),
        users::bio.eq(&change.bio),
        users::role.eq(change.role),
        users::email.eq(email),
        users::reach.eq(change.reach),
    );
    diesel::update(users::table.find(id)).set(set).execute(conn).map_err(clash)?;
    if change.role != user.role {
        session_store::end_all_of(conn, id)?; // what was opened as one must not be sent as the other
    }
    let cache_tags = profile::shown(id, &detail);
    for (kind, detail) in deeds(&user, change, detail) {
        let cache_tags = if kind == "account.changed" { cache_tags.clone() } else { Vec::new() };
        Change { kind, subject: "account", key: id.number(), label: &change.name, detail, cache_tags }.record(conn, actor, now)?;
    }
    Ok(())
}

/// A change of rights has a line of its own, so that it can be looked for.
fn deeds(user: &User, change: &PersonChange, mut detail: Map<String, Value>) -> Vec<(&'static str, Value)> {
    let mut deeds = Vec::new();
    if detail.remove("role").is_some() {
        deeds.push(("account.role_changed", json!({ "from": user.role.word(), "to": change.role.word() })));
    }
    if detail.contains_key("reach") || detail.contains_key("branches") {
        let limit: Map<String, Value> = ["reach", "branches"].iter().filter_map(|name| detail.remove_entry(*name)).collect();
        let kind = if change.reach == Reach::Everything { "account.unlimited" } else { "account.limited" };
        deeds.push((kind, limit.into()));
    }
    if !detail.is_empty() {
        deeds.push(("account.changed", detail.into()));
    }
    deeds
}

/// Limits somebody to branches, or sets them free, and notes what of that is new.
fn limit(conn: &mut Conn, user: &User, change: &PersonChange, detail: &mut Map<String, Value>) -> AppResult<()> {
    let was = branches::of(conn, user.id)?;
    let wanted = match (&change.branches, change.reach) {
        (_, Reach::Everything) => Vec::new(),
        (Some(typed), _) => branches::named(conn, typed)?,
        (None, _) => was.clone(),
    };
    if change.reach != Reach::Everything && change.role.may(Right::ManagePeople) {
        return Err(AppError::invalid("reach", "Owners and admins cannot be limited. Choose the whole site, or another role."));
    }
    if change.reach == Reach::Branches && wanted.is_empty() {
        return Err(AppError::invalid("branches", "Give the address of at least one page, such as /about."));
    }
    if change.reach != user.reach {
        detail.insert("reach".to_owned(), json!(change.reach.word()));
    }
    let keys = |branches: &[Branch]| branches.iter().map(|(page, _)| *page).collect::<BTreeSet<_>>();
    if keys(&was) != keys(&wanted) {
        detail.insert("branches".to_owned(), wanted.iter().map(|(_, address)| json!(address)).collect());
        branches::put(conn, user.id, &wanted)?;
    }
    Ok(())
}

fn may_give(conn: &mut Conn, by: &Person, user: &User, role: Role) -> AppResult<()> {
    if by.id == user.id {
        return Err(AppError::invalid("role", "You cannot change your own role. Ask another owner or admin."));
    }
    if role == Role::Owner && by.role != Role::Owner {
        return Err(AppError::invalid("role", "Only an owner may name another owner. Choose another role."));
    }
    if is_last_owner(conn, user)? {
        return Err(AppError::invalid("role", "This is the last owner. Name another owner first."));
    }
    Ok(())
}

fn is_last_owner(conn: &mut Conn, user: &User) -> QueryResult<bool> {
    Ok(user.role == Role::Owner && setup::owners(conn)?.iter().all(|owner| *owner == user.id))
}

/// Whether somebody may disable this account.
pub fn may_disable(conn: &mut Conn, by: &Person, user: &User) -> AppResult<()> {
    guard(by, user)?;
    if by.id == user.id {
        return Err(AppError::Conflict("You cannot disable your own account. Ask another owner or admin."));
    }
    if is_last_owner(conn, user)? {
        return Err(AppError::Conflict("This is the last owner. Name another owner first."));
    }
    Ok(())
}

/// Closes an account: its sessions and links end, what its person wrote stays.
pub fn disable(conn: &mut Conn, by: &Person, id: UserId, actor: &Actor, now: NaiveDateTime) -> AppResult<String> {
    let user = User::locked(conn, id)?;
    may_disable(conn, by, &user)?;
    if user.disabled_at.is_none() {
        diesel::update(users::table.find(id)).set(users::disabled_at.eq(now)).execute(conn)?;
        session_store::end_all_of(conn, id)?;
        token::revoke(conn, Purpose::Invite, Some(id))?;
        record(conn, "account.disabled", &user, actor, now)?;
    }
    Ok(user.name)
}

/// Opens it again.
pub fn enable(conn: &mut Conn, by: &Person, id: UserId, actor: &Actor, now: NaiveDateTime) -> AppResult<String> {
    let user = User::locked(conn, id)?;
    guard(by, &user)?;
    if user.disabled_at.is_some() {
        diesel::update(users::table.find(id)).set(users::disabled_at.eq(None::<NaiveDateTime>)).execute(conn)?;
        record(conn, "account.enabled", &user, actor, now)?;
    }
    Ok(user.name)
}

fn record(conn: &mut Conn, kind: &'static str, user: &User, actor: &Actor, now: NaiveDateTime) -> QueryResult<()> {
    Change { kind, subject: "account", key: user.id.number(), label: &user.name, detail: json!({}), cache_tags: Vec::new() }
        .record(conn, actor, now)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(role: Role) -> User {
        User {
            id: 2.into(),
            email: "ada@example.org".to_owned(),
            name: "Ada".to_owned(),
            slug: "ada".to_owned(),
            bio: String::new(),
            role,
            password_hash: None,
            scheme: "system".to_owned(),
            disabled_at: None,
            reach: Reach::Everything,
        }
    }

    #[test]
    fn owners_are_touched_by_owners_only() {
        for (by, whom, allowed) in [
            (Role::Owner, Role::Owner, true),
            (Role::Admin, Role::Owner, false),
            (Role::Admin, Role::Admin, true),
            (Role::Owner, Role::Author, true),
        ] {
            let by = Person { id: 1.into(), ..user(by).person() };
            assert_eq!(guard(&by, &user(whom)).is_ok(), allowed, "{by:?} {whom}");
        }
    }

    #[test]
    fn only_owners_name_owners() {
        assert_eq!(roles_given_by(Role::Owner).count(), 6);
        assert_eq!(roles_given_by(Role::Admin).collect::<Vec<_>>(), Role::ALL[1..]);
    }

    #[test]
    fn the_standing_follows_from_password_link_and_closing() {
        let known = User { password_hash: Some("x".to_owned()), ..user(Role::Author) };
        let closed = User { disabled_at: chrono::DateTime::from_timestamp(0, 0).map(|at| at.naive_utc()), ..known.clone() };
        let told = [(&known, false), (&closed, true), (&user(Role::Author), true), (&user(Role::Author), false)]
            .map(|(user, invited)| Standing::of(user, invited));
        assert_eq!(told, [Standing::Active, Standing::Disabled, Standing::Invited, Standing::AuthorOnly]);
    }
}
