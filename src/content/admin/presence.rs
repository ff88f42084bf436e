//! Who else has an entry open: told every ten seconds by the browser, shown in the editor.

use super::{
    super::model::{entry::EntryId, presence, revision::RevisionId},
    editor::may_change,
};
use crate::{
    error::AppResult,
    web::methods::post,
    web::{ctx::Ctx, form::Submitted, person::Right},
};
use actix_web::{HttpResponse, http::header::CACHE_CONTROL, web};
use serde::Deserialize;
use serde_json::json;

/// Registers the handler.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/admin/entries/{id}/presence", post().to(beat));
}

/// A sign of life.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Sign {
    /// The revision in the form.
    base: String,
    /// The person goes away.
    leaving: bool,
}

/// `POST /admin/entries/{id}/presence` — notes a sign of life, and tells of others.
async fn beat(ctx: Ctx, id: web::Path<EntryId>, sign: Submitted<Sign>) -> AppResult<HttpResponse> {
    let person = ctx.require(Right::Write)?;
    let (id, sign, now) = (id.into_inner(), sign.into_inner(), ctx.now());
    let others = ctx
        .db
        .write(move |conn| {
            may_change(conn, id, &person)?;
            if sign.leaving {
                presence::leave(conn, id, person.id)?;
                return Ok(Vec::new());
            }
            presence::note(conn, id, person.id, sign.base.parse::<RevisionId>().ok(), now)?;
            Ok(presence::others(conn, id, person.id, now)?)
        })
        .await?;
    let others: Vec<String> = others.iter().map(presence::Other::sentence).collect();
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(json!({ "others": others })))
}
