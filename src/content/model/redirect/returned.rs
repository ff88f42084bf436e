//! An entry that went off the site goes out again at another address: whoever knows the old one is led there.
//!
//! Where it stood is read in the journal. A draft may be renamed as often as one likes; no redirect is made from addresses at which
//! nobody ever saw it.

use super::{Origin, Redirect, to_entry};
use crate::{
    content::model::{entry::Entry, lost, source},
    db::Conn,
    schema::journal,
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde_json::{Value, json};

/// Changes by which an entry goes off the site.
const LEAVING: [&str; 2] = ["entry.unpublished", "entry.trashed"];

/// What the journal is told of an entry that goes off the site: the address at which visitors saw it.
pub(in crate::content::model) fn left(before: &Entry) -> Value {
    json!({ "left": before.path.as_ref().filter(|_| before.is_live()) })
}

/// Leads visitors of the address that an entry had when it was live last to where it goes out now. What somebody has put there in the
/// meantime stays.
pub(in crate::content::model) fn lead(conn: &mut Conn, entry: &Entry, now: NaiveDateTime) -> QueryResult<()> {
    if entry.published_at.is_none() {
        return Ok(());
    }
    let Some(old) = last_seen_at(conn, entry)? else { return Ok(()) };
    if source::holder(conn, &old)?.is_some() || Redirect::from(conn, &old)?.is_some() {
        return Ok(());
    }
    to_entry(conn, &old, entry.id, Origin::Rename, now)?;
    lost::counted::found(conn, &old)
}

fn last_seen_at(conn: &mut Conn, entry: &Entry) -> QueryResult<Option<String>> {
    let about = journal::table.filter(journal::subject_kind.eq("entry")).filter(journal::subject_key.eq(entry.id.number()));
    let leaving = about.filter(journal::kind.eq_any(LEAVING)).order((journal::at.desc(), journal::id.desc())).limit(10);
    let details: Vec<String> = leaving.select(journal::detail).load(conn)?;
    let left = |detail: &String| serde_json::from_str::<Value>(detail).ok()?.get("left")?.as_str().map(str::to_owned);
    Ok(details.iter().find_map(left))
}
