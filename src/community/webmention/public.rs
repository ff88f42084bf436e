//! Where other sites say that they link here.

use super::{forms::MentionForm, jobs::Receive, receiving};
use crate::{
    error::{AppError, AppResult},
    jobs::Job,
    site::SiteSettings,
    web::{ctx::Ctx, form::Submitted},
};
use actix_web::{
    HttpResponse,
    http::header::{self, ContentType},
};
use sha2::{Digest, Sha256};

/// Mentions that one network may send within a minute: one page may link to several posts.
const A_MINUTE: u32 = 20;

/// `POST /webmention` — takes a mention; 202. The page it names is fetched later: nothing is shown because somebody says so.
pub async fn take(ctx: Ctx, form: Submitted<MentionForm>) -> AppResult<HttpResponse> {
    let now = ctx.now();
    ctx.state
        .forms
        .admit_up_to(A_MINUTE, "webmention", ctx.address, now)
        .map_err(|retry_after| AppError::TooManyRequests { retry_after })?;
    let (form, base_url) = (form.into_inner(), ctx.state.base_url.clone());
    let taken = ctx.db.write(move |conn| {
        if !SiteSettings::load(conn)?.webmention.receive {
            return Err(AppError::NotFound);
        }
        let (entry, source) = receiving::wanted(conn, &form, &base_url)?;
        let job = Receive { entry, source: source.to_string(), target: form.target.clone(), tries: 0 };
        Ok(job.enqueue_once(conn, &key(&job), now)?)
    });
    taken.await?;
    let answer = "Thank you. The page will be looked at; what it says is shown when somebody has approved it.\n";
    Ok(HttpResponse::Accepted().insert_header((header::CACHE_CONTROL, "no-store")).content_type(ContentType::plaintext()).body(answer))
}

/// The same mention is queued once, however often it is sent.
fn key(job: &Receive) -> String {
    let digest = Sha256::digest(format!("{}\n{}\n{}", job.entry, job.source, job.target));
    let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("mention:{hex}")
}
