//! The one place where an error becomes a page: drawn in the site's layout, with a reference, logged once.
//!
//! An address that leads nowhere is looked up among the redirects first; then its page offers a search and the nearest pages.
//! Somebody who must log in first is sent there.

use crate::{
    accounts,
    app::State,
    content::model::lost,
    error::{AppError, AppResult},
    site::Page,
    web::{access_log::without_token, ctx::Visit, person::Person, reference::Reference},
};
use actix_web::{
    Error, HttpMessage, HttpRequest, HttpResponse, ResponseError,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        Method, StatusCode,
        header::{self, CONTENT_TYPE, HeaderValue},
    },
    middleware::Next,
    web,
};
use askama::Template;
use std::error::Error as _;

#[derive(Template)]
#[template(path = "errors/error.html")]
struct ErrorPage {
    page: Page,
    status: StatusCode,
    message: String,
    reference: String,
    lost: Option<lost::Lost>,
}

impl ErrorPage {
    fn headline(&self) -> &'static str {
        match self.status.as_u16() {
            404 => "Nothing is tied to this address",
            403 => "This is not open to you",
            409 => "That cannot be done now",
            429 => "Slow down a little",
            503 => "Back in a minute",
            500..=599 => "This page did not make it",
            _ => "That did not work",
        }
    }
}

/// The middleware. Outside of the session's, so that what the session changes is kept.
pub async fn error_pages(req: ServiceRequest, next: Next<impl MessageBody + 'static>) -> Result<ServiceResponse<BoxBody>, Error> {
    let res = match next.call(req).await {
        Ok(res) => res.map_into_boxed_body(),
        Err(error) => return Err(AppError::from_outside(error)), // e.g. the session store is away: no request is left to draw for
    };
    let Some(error) = res.response().error().and_then(|error| error.as_error::<AppError>()) else { return Ok(res) };
    let (req, reading) = (res.request(), matches!(*res.request().method(), Method::GET | Method::HEAD));
    log_once(req, error);
    if reading && matches!(error, AppError::SignInRequired) {
        let asked = req.uri().path_and_query().map_or("/admin", |asked| asked.as_str());
        return Ok(redirect(res.request().clone(), StatusCode::SEE_OTHER, &accounts::paths::login(asked)));
    }
    let (status, message) = (error.status_code(), error.to_string());
    let drawn = draw(req, status, message.clone(), reading && status == StatusCode::NOT_FOUND).await;
    match drawn {
        Ok(Drawn::Elsewhere(to)) => Ok(redirect(res.request().clone(), StatusCode::MOVED_PERMANENTLY, &to)),
        Ok(Drawn::Page(body)) => Ok(with_body(res, "text/html; charset=utf-8", body)),
        Err(again) => {
            log::error!("{} the error page cannot be drawn: {again}", Reference::of(res.request()));
            Ok(with_body(res, "text/plain; charset=utf-8", message))
        }
    }
}

/// Keeps the status and the headers, Set-Cookie and Retry-After among them; `into_response` would drop them.
fn with_body(res: ServiceResponse<BoxBody>, kind: &'static str, body: String) -> ServiceResponse<BoxBody> {
    res.map_body(|head, _| {
        head.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
        BoxBody::new(body)
    })
}

fn redirect(req: HttpRequest, status: StatusCode, to: &str) -> ServiceResponse<BoxBody> {
    let cache = if status == StatusCode::MOVED_PERMANENTLY { "public, max-age=3600" } else { "no-store" };
    let answer = HttpResponse::build(status).insert_header((header::LOCATION, to)).insert_header((header::CACHE_CONTROL, cache)).finish();
    ServiceResponse::new(req, answer)
}

fn log_once(req: &HttpRequest, error: &AppError) {
    let (reference, (path, rest)) = (Reference::of(req), without_token(req.path()));
    match error {
        AppError::Internal(_) | AppError::Unavailable => {
            let mut chain = error.to_string();
            let mut source = error.source();
            while let Some(cause) = source {
                chain.push_str(&format!(": {cause}"));
                source = cause.source();
            }
            log::error!("{reference} {} {path}{rest}: {chain}", req.method());
        }
        AppError::NotFound | AppError::SignInRequired => {}
        other => log::info!("{reference} {} {path}{rest}: {other}", req.method()),
    }
}

enum Drawn {
    Page(String),
    Elsewhere(String),
}

async fn draw(req: &HttpRequest, status: StatusCode, message: String, is_lost: bool) -> AppResult<Drawn> {
    let state = req.app_data::<web::Data<State>>().expect("app::build puts the state there").clone();
    let visit = Visit {
        person: req.extensions().get::<Person>().cloned(),
        token: None,
        flashes: Vec::new(),
        path: req.path().to_owned(),
        query: req.query_string().to_owned(),
        now: state.clock.now(),
        base_url: state.base_url.clone(),
        assets: state.assets.clone(),
        pages: state.pages.clone(),
    };
    let reference = Reference::of(req).to_string();
    if status == StatusCode::SERVICE_UNAVAILABLE {
        return Ok(Drawn::Page(ErrorPage { page: Page::bare(visit), status, message, reference, lost: None }.render()?));
    }
    let drawn = state.db.read(move |conn| {
        let lost = if is_lost { Some(lost::find(conn, &visit.path, &visit.query)?) } else { None };
        if let Some(to) = lost.as_ref().and_then(|lost| lost.moved_to.clone()) {
            return Ok(Drawn::Elsewhere(to));
        }
        let page = Page::load(conn, visit)?;
        Ok(Drawn::Page(ErrorPage { page, status, message, reference, lost }.render()?))
    });
    drawn.await
}
