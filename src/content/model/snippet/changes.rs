//! Changing snippets: made, changed, renamed, deleted. Every entry that uses one shows it at once, or by a job where they are many.

use super::{Snippet, SnippetId, refresh, uses};
use crate::{
    db::{Conn, last_insert_id},
    error::{AppError, AppResult},
    journal::{Actor, Change},
    schema::{snippet_aliases, snippets},
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde_json::json;

/// Makes a snippet. Texts that say its name already show it from now on.
pub fn create(conn: &mut Conn, name: &str, body: &str, actor: &Actor, now: NaiveDateTime) -> AppResult<SnippetId> {
    let names = [name.to_owned()];
    uses::lock_entries(conn, &names, refresh::BATCH)?;
    is_free(conn, name, None)?;
    let row = (snippets::name.eq(name), snippets::body.eq(body), snippets::created_at.eq(now), snippets::changed_at.eq(now));
    diesel::insert_into(snippets::table).values(row).execute(conn)?;
    let id: SnippetId = diesel::select(last_insert_id()).get_result(conn)?;
    let cache_tags = refresh::begin(conn, &names, 0.into(), now)?;
    record(conn, "snippet.created", (id, name), json!({}), cache_tags, actor, now)?;
    Ok(id)
}

/// Changes the text of a snippet, or its name; texts may go on saying the old one. Says whether anything changed.
pub fn change(conn: &mut Conn, id: SnippetId, name: &str, body: &str, actor: &Actor, now: NaiveDateTime) -> AppResult<bool> {
    let old = lock(conn, id, Some(name))?;
    if (old.name.as_str(), old.body.as_str()) == (name, body) {
        return Ok(false);
    }
    if old.name != name {
        is_free(conn, name, Some(id))?;
        diesel::delete(snippet_aliases::table.find(name)).execute(conn)?; // its own, from an earlier rename
        let alias = (snippet_aliases::name.eq(&old.name), snippet_aliases::snippet_id.eq(id));
        diesel::insert_into(snippet_aliases::table).values(alias).execute(conn)?;
    }
    let set = (snippets::name.eq(name), snippets::body.eq(body), snippets::changed_at.eq(now));
    diesel::update(snippets::table.find(id)).set(set).execute(conn)?;
    let names = Snippet { name: name.to_owned(), ..old.clone() }.names(conn)?;
    // A new name may stand in texts already.
    let cache_tags = refresh::begin(conn, &names, 0.into(), now)?;
    let kind = if old.body == body { "snippet.renamed" } else { "snippet.changed" };
    record(conn, kind, (id, name), json!({ "was": old.name }), cache_tags, actor, now)?;
    Ok(true)
}

/// Deletes a snippet with every name that it had; in the place of its sign nothing stands from now on.
pub fn delete(conn: &mut Conn, id: SnippetId, actor: &Actor, now: NaiveDateTime) -> AppResult<Snippet> {
    let gone = lock(conn, id, None)?;
    let names = gone.names(conn)?;
    diesel::delete(snippets::table.find(id)).execute(conn)?;
    let cache_tags = refresh::begin(conn, &names, 0.into(), now)?;
    record(conn, "snippet.deleted", (id, &gone.name), json!({ "body": gone.body }), cache_tags, actor, now)?;
    Ok(gone)
}

/// The snippet, locked with the entries that are made anew with it; `new` is what it will be called.
fn lock(conn: &mut Conn, id: SnippetId, new: Option<&str>) -> AppResult<Snippet> {
    let mut names = Snippet::find(conn, id)?.names(conn)?;
    names.extend(new.map(str::to_owned));
    uses::lock_entries(conn, &names, refresh::BATCH)?;
    Ok(Snippet::query().find(id).for_update().first(conn)?)
}

/// Refuses a name that another snippet has, or had.
fn is_free(conn: &mut Conn, name: &str, own: Option<SnippetId>) -> AppResult<()> {
    let holder: Option<SnippetId> =
        snippets::table.filter(snippets::name.eq(name)).select(snippets::id).for_update().first(conn).optional()?;
    if holder.is_some_and(|holder| Some(holder) != own) {
        return Err(AppError::invalid("name", "There is already a snippet of this name. Change that one, or choose another name."));
    }
    let former = snippet_aliases::table.inner_join(snippets::table).filter(snippet_aliases::name.eq(name));
    let former: Option<(SnippetId, String)> = former.select((snippets::id, snippets::name)).first(conn).optional()?;
    match former {
        Some((holder, now_called)) if Some(holder) != own => {
            let sentence = format!("“{now_called}” was called so before, and texts may still say it. Choose another name.");
            Err(AppError::invalid("name", sentence))
        }
        _ => Ok(()),
    }
}

fn record(
    conn: &mut Conn,
    kind: &'static str,
    (id, name): (SnippetId, &str),
    detail: serde_json::Value,
    cache_tags: Vec<String>,
    actor: &Actor,
    now: NaiveDateTime,
) -> AppResult<()> {
    let change = Change { kind, subject: "snippet", key: id.number(), label: name, detail, cache_tags };
    Ok(change.record(conn, actor, now)?)
}
