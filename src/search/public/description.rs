//! What browsers are told, so that they can search the site from their address bar (`OpenSearch` 1.1, draft 6).

use crate::{error::AppResult, site::Page, web::ctx::Ctx};
use actix_web::{
    HttpResponse,
    http::header::{self, CONTENT_TYPE},
};
use askama::Template;

#[derive(Template)]
#[template(path = "search/public/opensearch.xml")]
struct Description {
    page: Page,
}

impl Description {
    /// Sixteen signs at most.
    fn name(&self) -> String {
        self.page.site.title.chars().take(16).collect::<String>().trim_end().to_owned()
    }

    /// At most 1,024 signs.
    fn about(&self) -> String {
        format!("Search {}", self.page.site.title).chars().take(1024).collect()
    }
}

/// `GET /opensearch.xml` — the description.
pub async fn show(ctx: Ctx) -> AppResult<HttpResponse> {
    let visit = ctx.visit();
    let view = ctx.db.read(move |conn| Ok(Description { page: Page::load(conn, visit)? })).await?;
    let kind = header::HeaderValue::from_static("application/opensearchdescription+xml");
    let mut answer = HttpResponse::Ok().insert_header((CONTENT_TYPE, kind)).body(view.render()?);
    answer.extensions_mut().insert::<crate::web::page_cache::CacheTags>(Page::shown().into());
    Ok(answer)
}
