//! Words made into HTML when they come in, and again when the renderer has changed.

use super::comment::CommentId;
use crate::{
    db::Conn,
    journal::{Actor, Change},
    markup::{REMARK_RENDERER, render_remark},
    schema::comments,
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde_json::json;

/// Comments that are rendered anew at once.
const BATCH: i64 = 200;

/// Renders anew some of what an older renderer has made, and says how many that were.
pub fn catch_up(conn: &mut Conn, now: NaiveDateTime) -> QueryResult<usize> {
    let old = comments::table.filter(comments::renderer.lt(REMARK_RENDERER)).order(comments::id).limit(BATCH);
    let rows: Vec<(CommentId, i64, String)> = old.select((comments::id, comments::entry_id, comments::body)).load(conn)?;
    let mut tags: Vec<String> = Vec::new();
    for (id, entry, body) in &rows {
        let set = (comments::html.eq(render_remark(body).0.as_str().to_owned()), comments::renderer.eq(REMARK_RENDERER));
        diesel::update(comments::table.find(*id)).set(set).execute(conn)?;
        tags.push(super::comment::shown((*entry).into()));
    }
    tags.dedup();
    tags.push(super::comment::ALL.to_owned());
    if !rows.is_empty() {
        let detail = json!({ "count": rows.len() });
        let change = Change { kind: "comments.rendered", subject: "comments", key: 0, label: "", detail, cache_tags: tags };
        change.record(conn, &Actor::default(), now)?;
    }
    Ok(rows.len())
}
