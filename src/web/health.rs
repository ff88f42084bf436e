//! Whether the program lives, and whether it can answer: for load balancers and supervisors.

use crate::{app::State, error::AppResult, web::methods::read};
use actix_web::{
    HttpResponse,
    http::header::{CACHE_CONTROL, ContentType},
    web,
};
use diesel::prelude::*;

/// Registers the handlers.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/healthz/live", read().to(live)).route("/healthz/ready", read().to(ready));
}

/// `GET /healthz/live` — 200 while the program runs, whatever the database does.
async fn live() -> HttpResponse {
    well()
}

/// `GET /healthz/ready` — 200 when the database answers, else 503.
async fn ready(state: web::Data<State>) -> AppResult<HttpResponse> {
    state.db.read(|conn| Ok(diesel::sql_query("SELECT 1").execute(conn)?)).await?;
    Ok(well())
}

fn well() -> HttpResponse {
    HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).content_type(ContentType::plaintext()).body("ok\n")
}
