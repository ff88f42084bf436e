//! Links of live entries to addresses of this site at which nothing live stands.
//!
//! Tables `broken_targets` (each such address, with how many live entries link to it) and `broken_links` (which those are). They
//! follow each change of an entry and of a redirect at once: whoever changes what stands at an address tells [`addresses_changed`],
//! which looks at the entries that link there, and leaves many of them to a job. What changes otherwise (a tag that is deleted) is
//! found by [`recheck_all`], once an hour.

use super::{outside, trimmed};
use crate::{
    content::{
        jobs::CheckLinks,
        model::{
            address::{self, Former, Standing},
            entry::{Entry, EntryId, EntryState},
            redirect::BELOW,
            search::escape,
        },
    },
    db::{Conn, statement::kept_for},
    jobs::Job,
    schema::{broken_links, broken_targets, entries, links, redirects},
    text_enum, typed_id,
};
use chrono::NaiveDateTime;
use diesel::{
    dsl::{DuplicatedKeys, sql},
    prelude::*,
    sql_types::BigInt,
};
use std::collections::{BTreeMap, BTreeSet, HashMap};

typed_id!(
    /// Names an address to which links lead although nothing live stands there.
    TargetId
);

text_enum!(
    /// What is wrong with an address.
    Reason {
        /// Nothing stands there.
        Missing = "missing",
        /// What stood there lies in the trash.
        Trashed = "trashed",
        /// What stands there is not live.
        Draft = "draft",
        /// A redirect leads on from there.
        Moved = "moved",
    }
);

/// So many entries are looked at in the transaction of the change; more of them by a job.
const AT_ONCE: i64 = 50;

/// Entries that are looked at together.
const BATCH: usize = 100;

/// Looks at these entries again: what links of theirs lead nowhere, and which lead to other sites, if they are live.
pub fn recheck(conn: &mut Conn, sources: &[EntryId]) -> QueryResult<()> {
    for some in sources.chunks(BATCH) {
        let wanted = wanted(conn, some)?;
        write(conn, some, &wanted)?;
        outside::recheck(conn, some)?;
    }
    Ok(())
}

/// What the live texts of these entries link to that is broken: the address, and why.
fn wanted(conn: &mut Conn, sources: &[EntryId]) -> QueryResult<BTreeMap<(EntryId, String), Reason>> {
    let found = links::table
        .inner_join(entries::table.on(entries::id.eq(links::entry_id)))
        .filter(links::entry_id.eq_any(sources))
        .filter(links::kind.eq("inside"))
        .filter(links::path.is_not_null())
        .filter(entries::live_revision_id.eq(links::revision_id.nullable()))
        .filter(entries::state.eq(EntryState::Published))
        .select((links::entry_id, links::path.assume_not_null()));
    let rows: Vec<(EntryId, String)> = kept_for(sources.len(), found).load(conn)?;
    let paths: BTreeSet<&str> = rows.iter().map(|(_, path)| path.as_str()).collect();
    let reasons = reasons(conn, &paths.into_iter().collect::<Vec<_>>())?;
    Ok(rows.into_iter().filter_map(|(entry, path)| reasons.get(&path).copied().map(|reason| ((entry, path), reason))).collect())
}

/// Those of these addresses at which nothing live stands, and why.
fn reasons(conn: &mut Conn, paths: &[&str]) -> QueryResult<HashMap<String, Reason>> {
    let standing = address::standing(conn, paths)?;
    let unknown: Vec<&str> = paths.iter().copied().filter(|path| !standing.contains_key(*path) && !is_asset(path)).collect();
    let former = address::former(conn, &unknown)?;
    let drafts = standing.iter().filter(|(_, what)| matches!(what, Standing::Draft { .. })).map(|(path, _)| (path.clone(), Reason::Draft));
    let gone = unknown.iter().map(|path| {
        let reason = match former.get(*path) {
            Some(Former::Moved) => Reason::Moved,
            Some(Former::Trashed(_)) => Reason::Trashed,
            None => Reason::Missing,
        };
        ((*path).to_owned(), reason)
    });
    Ok(drafts.chain(gone).collect())
}

fn is_asset(path: &str) -> bool {
    path.starts_with("/static/") || path.starts_with("/files/")
}

/// Makes the tables say of these entries what is wanted, and keeps the counts.
fn write(conn: &mut Conn, sources: &[EntryId], wanted: &BTreeMap<(EntryId, String), Reason>) -> QueryResult<()> {
    let known = broken_links::table.inner_join(broken_targets::table).filter(broken_links::entry_id.eq_any(sources)).select((
        broken_links::entry_id,
        broken_targets::path,
        broken_targets::id,
    ));
    let known: Vec<(EntryId, String, TargetId)> = kept_for(sources.len(), known).load(conn)?;
    if wanted.is_empty() && known.is_empty() {
        return Ok(());
    }
    let reasons: BTreeMap<&str, Reason> = wanted.iter().map(|((_, path), reason)| (path.as_str(), *reason)).collect();
    for (path, reason) in &reasons {
        let row = (broken_targets::path.eq(path), broken_targets::reason.eq(reason), broken_targets::sources.eq(0));
        let upsert = diesel::insert_into(broken_targets::table).values(row).on_conflict(DuplicatedKeys).do_update();
        upsert.set(broken_targets::reason.eq(reason)).execute(conn)?;
    }
    let targets: HashMap<String, TargetId> = broken_targets::table
        .filter(broken_targets::path.eq_any(reasons.keys()))
        .select((broken_targets::path, broken_targets::id))
        .load::<(String, TargetId)>(conn)?
        .into_iter()
        .collect();
    let mut by: BTreeMap<TargetId, i64> = BTreeMap::new();
    for (entry, path, target) in &known {
        if !wanted.contains_key(&(*entry, path.clone())) {
            let row = broken_links::table.filter(broken_links::target_id.eq(target)).filter(broken_links::entry_id.eq(entry));
            diesel::delete(row).execute(conn)?;
            *by.entry(*target).or_default() -= 1;
        }
    }
    let fresh = wanted.keys().filter(|(entry, path)| !known.iter().any(|(there, at, _)| there == entry && at == path));
    let fresh: Vec<(EntryId, TargetId)> = fresh.filter_map(|(entry, path)| Some((*entry, *targets.get(path)?))).collect();
    for some in fresh.chunks(500) {
        let row = |(entry, target): &(EntryId, TargetId)| (broken_links::entry_id.eq(*entry), broken_links::target_id.eq(*target));
        diesel::insert_into(broken_links::table).values(some.iter().map(row).collect::<Vec<_>>()).execute(conn)?;
    }
    for (_, target) in fresh {
        *by.entry(target).or_default() += 1;
    }
    count(conn, &by)
}

fn count(conn: &mut Conn, by: &BTreeMap<TargetId, i64>) -> QueryResult<()> {
    for (target, by) in by.iter().filter(|(_, by)| **by != 0) {
        let sum = sql::<BigInt>("sources + ").bind::<BigInt, _>(*by);
        diesel::update(broken_targets::table.find(target)).set(broken_targets::sources.eq(sum)).execute(conn)?;
    }
    let done: Vec<TargetId> = by.iter().filter(|(_, by)| **by < 0).map(|(target, _)| *target).collect();
    if !done.is_empty() {
        diesel::delete(broken_targets::table.filter(broken_targets::id.eq_any(done)).filter(broken_targets::sources.le(0)))
            .execute(conn)?;
    }
    Ok(())
}

/// Something else stands at these addresses now, or leads on from there; `/*` at the end of one means everything below it.
pub fn addresses_changed(conn: &mut Conn, paths: &[&str], now: NaiveDateTime) -> QueryResult<()> {
    let paths: Vec<String> = paths.iter().map(|path| path.split('?').next().unwrap_or("").to_owned()).collect();
    let few = sources(conn, &paths, AT_ONCE + 1)?;
    if few.len() as i64 > AT_ONCE {
        return CheckLinks { paths }.enqueue(conn, now);
    }
    recheck(conn, &few)
}

/// Entries that link to these addresses.
pub(super) fn sources(conn: &mut Conn, paths: &[String], limit: i64) -> QueryResult<Vec<EntryId>> {
    let (below, exact): (Vec<&str>, Vec<&str>) =
        paths.iter().map(String::as_str).filter(|path| path.is_ascii()).partition(|path| path.ends_with(BELOW));
    let all = || links::table.select(links::entry_id).distinct().limit(limit);
    let exact = exact.into_iter().chain(below.iter().map(|path| path.trim_end_matches(BELOW)));
    let mut found: BTreeSet<EntryId> = all().filter(links::path.eq_any(exact)).load::<EntryId>(conn)?.into_iter().collect();
    for branch in below {
        let pattern = format!("{}%", escape(branch.trim_end_matches('*')));
        found.extend(all().filter(links::path.like(pattern)).load::<EntryId>(conn)?);
    }
    Ok(found.into_iter().collect())
}

/// What an entry's change means for links: those to where it stood and stands, those that redirects lead there, and its own.
pub fn entry_changed(conn: &mut Conn, before: &Entry, after: &Entry, text_changed: bool, now: NaiveDateTime) -> QueryResult<()> {
    if text_changed || before.is_live() != after.is_live() {
        recheck(conn, &[after.id])?;
    }
    if before.is_live() == after.is_live() && before.path == after.path {
        return Ok(());
    }
    let led: Vec<String> =
        redirects::table.filter(redirects::target_entry_id.eq(after.id)).select(redirects::from_path).limit(100).load(conn)?;
    let moved = before.path != after.path;
    let own = [&before.path, &after.path].into_iter().flatten().map(|path| if moved { format!("{path}{BELOW}") } else { path.clone() });
    let all: BTreeSet<String> = own.chain(led).collect();
    addresses_changed(conn, &all.iter().map(String::as_str).collect::<Vec<_>>(), now)
}

/// Looks at the entries that link to these addresses, however many.
pub fn recheck_sources(conn: &mut Conn, paths: &[String], after: EntryId) -> QueryResult<Option<EntryId>> {
    let all = sources(conn, paths, i64::MAX)?;
    let some: Vec<EntryId> = all.into_iter().filter(|id| *id > after).take(BATCH).collect();
    recheck(conn, &some)?;
    Ok(some.last().copied())
}

/// Looks at the next live entries after this one, and says which was the last.
pub fn recheck_all(conn: &mut Conn, after: EntryId) -> QueryResult<Option<EntryId>> {
    let next = entries::table.filter(entries::id.gt(after)).filter(entries::state.eq(EntryState::Published)).order(entries::id);
    let some: Vec<EntryId> = next.select(entries::id).limit(BATCH as i64).load(conn)?;
    recheck(conn, &some)?;
    Ok(some.last().copied())
}

/// Pages have gone to the trash with this one: what they link to is nobody's concern.
pub fn forget_branch(conn: &mut Conn, root: EntryId) -> QueryResult<()> {
    let along = entries::table.filter(entries::trashed_with_id.eq(root)).select(entries::id);
    let gone: Vec<(TargetId, i64)> = broken_links::table
        .filter(broken_links::entry_id.eq_any(along))
        .group_by(broken_links::target_id)
        .select((broken_links::target_id, diesel::dsl::count_star()))
        .load(conn)?;
    if gone.is_empty() {
        return Ok(());
    }
    diesel::sql_query(
        "DELETE broken_links FROM broken_links JOIN entries ON entries.id = broken_links.entry_id WHERE entries.trashed_with_id = ?",
    )
    .bind::<BigInt, _>(root)
    .execute(conn)?;
    count(conn, &gone.into_iter().map(|(target, many)| (target, -many)).collect())
}

/// Whether a link leads to this address or, where that ends with `/*`, below it.
pub(super) fn is_about(path: &str, pattern: &str) -> bool {
    let path = trimmed(path);
    match pattern.strip_suffix(BELOW) {
        Some(branch) => path == branch || path.strip_prefix(branch).is_some_and(|rest| rest.starts_with('/')),
        None => path == pattern,
    }
}
