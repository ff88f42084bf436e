//! The link graph: what the live and the newest revision of each entry point to.
//!
//! Table `links`. Links of live entries that lead to nothing live are kept in [`broken`]; [`mend`] rewrites those that a redirect
//! leads on; [`outside`] knows what is at the other end of links to other sites.

pub mod broken;
pub mod mend;
pub mod outside;
pub mod outside_report;
pub mod report;

use super::{
    entry::{EntryId, Listed},
    revision::RevisionId,
};
use crate::{
    db::{Conn, statement::kept_for},
    markup::Link,
    media::model::file::FileId,
    schema::{entries, files, links, revisions},
};
use diesel::prelude::*;
use std::collections::HashMap;

/// Where a link leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target<'a> {
    /// An address of this site, without query and fragment.
    Inside(&'a str),
    /// A file of the content.
    File(&'a str),
    /// Another site.
    Outside,
    /// A mail address or the like: not a page that could break.
    Nowhere,
}

/// A path without the slash at its end.
pub fn trimmed(path: &str) -> &str {
    if path.len() > 1 { path.trim_end_matches('/') } else { path }
}

/// Tells where an address leads, by the address alone.
pub fn target(address: &str) -> Target<'_> {
    let path = address.split(['?', '#']).next().unwrap_or("");
    if address.starts_with("//") || address.starts_with("http://") || address.starts_with("https://") {
        Target::Outside
    } else if path.starts_with("/files/") {
        Target::File(path)
    } else if path.starts_with('/') {
        Target::Inside(trimmed(path))
    } else if address.contains(':') || path.is_empty() {
        Target::Nowhere
    } else {
        Target::Inside(path)
    }
}

/// Writes the links of a revision, and drops those of revisions that are neither live nor the newest any more. The caller settles which
/// files are used.
pub fn write(conn: &mut Conn, entry: EntryId, revision: RevisionId, keep: Option<RevisionId>, found: &[Link]) -> QueryResult<()> {
    let keep = keep.filter(|kept| *kept != revision).unwrap_or(0.into()); // its own are written anew
    let over = links::table.filter(links::entry_id.eq(entry)).filter(links::revision_id.ne(keep));
    diesel::delete(over).execute(conn)?;
    let picture = picture_above(conn, revision)?;
    let targets: Vec<(&Link, Target<'_>)> = found.iter().chain(&picture).take(2000).map(|link| (link, target(&link.address))).collect();
    let inside: Vec<&str> =
        targets.iter().filter_map(|(_, target)| if let Target::Inside(path) = target { Some(*path) } else { None }).collect();
    let file: Vec<&str> =
        targets.iter().filter_map(|(_, target)| if let Target::File(path) = target { Some(*path) } else { None }).collect();
    let (pages, known) = (pages_at(conn, &ascii(&inside))?, files_at(conn, &ascii(&file))?);
    let rows: Vec<_> = targets
        .iter()
        .filter_map(|(link, target)| {
            let (kind, path, page, file) = match target {
                Target::Inside(path) => {
                    ("inside", Some(*path).filter(|path| path.is_ascii() && path.len() <= 700), pages.get(*path).copied(), None)
                }
                Target::File(path) => ("file", None, None, known.get(*path).copied()),
                Target::Outside => ("outside", None, None, None),
                Target::Nowhere => return None,
            };
            Some((
                links::entry_id.eq(entry),
                links::revision_id.eq(revision),
                links::target_entry_id.eq(page),
                links::target_file_id.eq(file),
                links::kind.eq(kind),
                links::path.eq(path),
                links::address.eq(link.address.chars().take(2000).collect::<String>()),
                links::text.eq(link.text.chars().take(300).collect::<String>()),
            ))
        })
        .collect();
    for some in rows.chunks(200) {
        diesel::insert_into(links::table).values(some.to_vec()).execute(conn)?;
    }
    Ok(())
}

fn pages_at(conn: &mut Conn, paths: &[&str]) -> QueryResult<HashMap<String, EntryId>> {
    if paths.is_empty() {
        return Ok(HashMap::new());
    }
    let found = entries::table.filter(entries::path.eq_any(paths)).select((entries::path.assume_not_null(), entries::id));
    Ok(kept_for(paths.len(), found).load(conn)?.into_iter().collect())
}

fn files_at(conn: &mut Conn, addresses: &[&str]) -> QueryResult<HashMap<String, FileId>> {
    if addresses.is_empty() {
        return Ok(HashMap::new());
    }
    let found = files::table.filter(files::address.eq_any(addresses)).select((files::address, files::id));
    Ok(kept_for(addresses.len(), found).load(conn)?.into_iter().collect())
}

/// The picture above the text is no part of it, and is shown all the same. Read as it is now: the transaction may have begun
/// before somebody else wrote this revision.
fn picture_above(conn: &mut Conn, revision: RevisionId) -> QueryResult<Option<Link>> {
    let (address, text): (String, String) =
        revisions::table.find(revision).select((revisions::image_url, revisions::image_alt)).for_update().first(conn)?;
    Ok((!address.is_empty()).then_some(Link { address, text, image: true }))
}

fn ascii<'a>(paths: &[&'a str]) -> Vec<&'a str> {
    paths.iter().copied().filter(|path| path.is_ascii()).collect()
}

/// Entries whose live or newest revision links to this one, and how many there are in all; the list is bounded by 20.
pub fn inbound(conn: &mut Conn, entry: EntryId) -> QueryResult<(Vec<Listed>, i64)> {
    let sources = links::table.filter(links::target_entry_id.eq(entry)).filter(links::entry_id.ne(entry));
    let ids: Vec<EntryId> = sources.select(links::entry_id).distinct().order(links::entry_id).limit(20).load(conn)?;
    if ids.is_empty() {
        return Ok((Vec::new(), 0));
    }
    let count = sources.select(diesel::dsl::count(links::entry_id).aggregate_distinct()).first(conn)?;
    Ok((Listed::by_title(conn, &ids)?, count))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_told_apart_by_their_address() {
        assert_eq!(target("/posts/a?x=1#y"), Target::Inside("/posts/a"));
        assert_eq!(target("/about/"), Target::Inside("/about"));
        assert_eq!(target("/"), Target::Inside("/"));
        assert_eq!(target("/files/ab/c.png"), Target::File("/files/ab/c.png"));
        assert_eq!(target("other.md"), Target::Inside("other.md"));
        assert_eq!((target("https://x.example"), target("//x.example")), (Target::Outside, Target::Outside));
        assert_eq!((target("mailto:a@b.example"), target("#here")), (Target::Nowhere, Target::Nowhere));
    }
}
