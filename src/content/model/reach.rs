//! How far somebody's rights on content reach: over the whole site, or over branches of the page tree and, by a choice, posts.
//!
//! Table `user_branches`; whether somebody is limited at all stands in `users.reach`, so that a branch that is deleted for good
//! limits its people to nothing instead of setting them free. Whoever changes an entry asks here, on the main way and on every
//! other: [`may_change`] for an entry as it stands, [`may_place`] for where one is made, moved or brought back to. Both read the
//! tree in the caller's transaction, so that a branch that is moved meanwhile takes its limits along.

use super::{
    entry::{Entry, EntryId, Kind, Listed},
    trash, tree,
};
use crate::{
    db::Conn,
    error::{AppError, AppResult},
    schema::{entries, user_branches},
    web::person::{Person, Reach, Right, UserId},
};
use diesel::prelude::*;
use std::collections::HashSet;

/// Levels that are climbed; an address has room for fewer.
const DEEPEST: usize = 400;

const OUTSIDE: &str = "Your account writes in some branches of the page tree only, and this stands elsewhere. Ask an admin of the site.";
const PLACE: &str = "Your account writes in some branches of the page tree only. Choose a page in one of them as the page above.";
const NO_POSTS: &str = "Your account writes pages only, no posts. Ask an admin of the site.";

/// The part of the site in which somebody may change what the rights allow.
#[derive(Debug)]
pub enum Ground {
    /// All of it.
    Everything,
    /// Branches, each by its uppermost page and that page's address, which it has not while it lies in the trash.
    Branches {
        /// The branches.
        pages: Vec<(EntryId, Option<String>)>,
        /// Whether posts belong to it.
        posts: bool,
    },
}

impl Ground {
    /// That of a person; no query for who is not limited.
    pub fn of(conn: &mut Conn, person: &Person) -> QueryResult<Ground> {
        Ground::of_user(conn, person.id, person.reach)
    }

    /// The same, by the key and how far the rights reach.
    pub fn of_user(conn: &mut Conn, user: UserId, reach: Reach) -> QueryResult<Ground> {
        if reach == Reach::Everything {
            return Ok(Ground::Everything);
        }
        let pages = user_branches::table.inner_join(entries::table).filter(user_branches::user_id.eq(user));
        let pages = pages.order(entries::path).select((entries::id, entries::path)).load(conn)?;
        Ok(Ground::Branches { pages, posts: reach == Reach::BranchesAndPosts })
    }

    /// Whether it holds this entry.
    pub fn holds(&self, conn: &mut Conn, entry: &Listed) -> QueryResult<bool> {
        match (self, entry.kind) {
            (Ground::Everything, _) => Ok(true),
            (Ground::Branches { posts, .. }, Kind::Post) => Ok(*posts),
            (Ground::Branches { pages, .. }, Kind::Page) => {
                if pages.iter().any(|(id, _)| *id == entry.id) {
                    return Ok(true);
                }
                match &entry.path {
                    Some(path) => Ok(is_below_any(pages, path)),
                    None => hangs_below_any(conn, pages, entry.parent_id),
                }
            }
        }
    }

    /// Whether something of that kind may be put there; `None` is the top of the tree.
    pub fn holds_place(&self, conn: &mut Conn, kind: Kind, parent: Option<EntryId>) -> QueryResult<bool> {
        match (self, kind) {
            (Ground::Everything, _) => Ok(true),
            (Ground::Branches { posts, .. }, Kind::Post) => Ok(*posts),
            (Ground::Branches { pages, .. }, Kind::Page) => hangs_below_any(conn, pages, parent),
        }
    }
}

fn is_below_any(pages: &[(EntryId, Option<String>)], path: &str) -> bool {
    let below = |top: &str| path.strip_prefix(top).is_some_and(|rest| rest.starts_with('/'));
    pages.iter().filter_map(|(_, top)| top.as_deref()).any(below)
}

/// Climbs from a page by what stands above it; in the trash there is no other way to tell where something belongs.
fn hangs_below_any(conn: &mut Conn, pages: &[(EntryId, Option<String>)], mut page: Option<EntryId>) -> QueryResult<bool> {
    for _ in 0..DEEPEST {
        let Some(id) = page else { return Ok(false) };
        if pages.iter().any(|(top, _)| *top == id) {
            return Ok(true);
        }
        page = entries::table.find(id).select(entries::parent_id).first::<Option<EntryId>>(conn).optional()?.flatten();
    }
    Ok(false)
}

/// Whether this person may change this entry: it is within reach, and one's own or the role changes everybody's.
pub fn may_change(conn: &mut Conn, entry: &Listed, person: &Person) -> QueryResult<bool> {
    Ok(person.may_on(Right::Write, entry.author_id == person.id) && Ground::of(conn, person)?.holds(conn, entry)?)
}

/// The entry, if this person may change it; else it is told why not.
pub fn require(conn: &mut Conn, id: EntryId, person: &Person) -> AppResult<Entry> {
    let entry = Entry::find(conn, id)?;
    allow(conn, &entry, person)?;
    Ok(entry)
}

/// The same for whoever goes on to change it: locked before anything is read, so that nothing read after is older than the lock.
pub fn require_now(conn: &mut Conn, id: EntryId, person: &Person) -> AppResult<Entry> {
    let entry = Entry::lock(conn, id)?;
    allow(conn, &entry, person)?;
    Ok(entry)
}

fn allow(conn: &mut Conn, entry: &Entry, person: &Person) -> AppResult<()> {
    if !person.may_on(Right::Write, entry.author_id == person.id) {
        return Err(AppError::Forbidden("This entry is somebody else's. Ask an editor to change it, or to make you its author."));
    }
    within(conn, entry, person)
}

/// Refuses what lies out of reach, whoever wrote it.
pub fn within(conn: &mut Conn, entry: &Entry, person: &Person) -> AppResult<()> {
    if Ground::of(conn, person)?.holds(conn, entry)? { Ok(()) } else { Err(AppError::Forbidden(OUTSIDE)) }
}

/// Refuses a place that lies out of reach, at the field for the page above.
pub fn may_place(conn: &mut Conn, kind: Kind, parent: Option<EntryId>, person: &Person) -> AppResult<()> {
    match Ground::of(conn, person)?.holds_place(conn, kind, parent)? {
        true => Ok(()),
        false if kind == Kind::Post => Err(AppError::Forbidden(NO_POSTS)),
        false => Err(AppError::invalid("parent", PLACE)),
    }
}

/// The same for an entry that stands somewhere already: only another place is asked about.
pub fn may_put(conn: &mut Conn, entry: &Entry, parent: Option<EntryId>, person: &Person) -> AppResult<()> {
    if entry.parent_id == parent { Ok(()) } else { may_place(conn, entry.kind, parent, person) }
}

/// The same for an entry that comes back from the trash; where the page above is gone, that is to the top.
pub fn may_restore(conn: &mut Conn, entry: &Entry, person: &Person) -> AppResult<()> {
    let parent = trash::returns_to(conn, entry)?;
    match may_put(conn, entry, parent, person) {
        Err(AppError::Invalid(_)) => Err(AppError::Conflict(
            "The page above this one is gone, so it would come back at the top of the tree, where you do not write. Ask an admin of the site.",
        )),
        other => other,
    }
}

/// Pages below which this person may put others, by what was typed of an address or a title; bounded by `limit`.
pub fn offered(conn: &mut Conn, person: &Person, typed: &str, limit: usize) -> QueryResult<Vec<Listed>> {
    let ground = Ground::of(conn, person)?;
    let Ground::Branches { pages, .. } = &ground else { return tree::find(conn, typed, limit) };
    let mut found = Vec::new();
    if typed.is_empty() {
        for path in pages.iter().filter_map(|(_, path)| path.as_ref()) {
            found.extend(tree::find(conn, path, limit)?);
        }
    } else {
        found = tree::find(conn, typed, limit)?;
    }
    let mut offered: Vec<Listed> = Vec::new();
    for page in found {
        if offered.len() < limit && ground.holds(conn, &page)? && !offered.iter().any(|known| known.id == page.id) {
            offered.push(page);
        }
    }
    Ok(offered)
}

/// Those of some entries that somebody may change, for the links of a list.
#[derive(Debug)]
pub enum Mine {
    /// All.
    All,
    /// These.
    These(HashSet<EntryId>),
}

impl Mine {
    /// Looks at the entries with these keys; for who may change everything that is no query.
    pub fn among(conn: &mut Conn, person: &Person, ids: &[EntryId]) -> QueryResult<Mine> {
        if person.may_any(Right::Write) && !person.is_limited() {
            return Ok(Mine::All);
        }
        let ground = Ground::of(conn, person)?;
        let mut these = HashSet::new();
        for entry in Listed::in_order(conn, ids)? {
            if person.may_on(Right::Write, entry.author_id == person.id) && ground.holds(conn, &entry)? {
                these.insert(entry.id);
            }
        }
        Ok(Mine::These(these))
    }

    /// Whether that one is among them.
    pub fn has(&self, id: &EntryId) -> bool {
        match self {
            Mine::All => true,
            Mine::These(these) => these.contains(id),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_branch_holds_what_stands_below_it_and_not_what_begins_alike() {
        let pages = [(1.into(), Some("/guides".to_owned())), (2.into(), None)];
        assert!(is_below_any(&pages, "/guides/one") && is_below_any(&pages, "/guides/one/two"));
        assert!(!is_below_any(&pages, "/guides-for-all") && !is_below_any(&pages, "/about/guides/one"));
    }
}
