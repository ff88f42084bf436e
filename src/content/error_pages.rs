//! The one place where an error becomes a page: drawn in the site's layout, with a reference, logged once.
//!
//! An address that leads nowhere is looked up among the redirects first; then its page offers a search and the nearest pages.
//! Somebody who must log in first is sent there.

use crate::{
    accounts,
    app::State,
    content::{
        model::{
            lost::{self, Led, rules::Rules},
            redirect::Status,
        },
        visits::{self, Visit as Counted},
    },
    error::{AppError, AppResult},
    site::Page,
    web::{access_log::without_token, bots::is_bot, ctx::Visit, local_path::percent_encoded, person::Person, reference::Reference},
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
            410 => "This page is gone",
            403 => "This is not open to you",
            409 => "That cannot be done now",
            408 => "That took too long",
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
    if matches!(error, AppError::ConfirmFirst) {
        return Ok(redirect(res.request().clone(), StatusCode::SEE_OTHER, &accounts::paths::confirmation(&back(req))));
    }
    let (status, message) = (error.status_code(), error.to_string());
    let drawn = draw(req, status, message.clone(), status == StatusCode::NOT_FOUND).await;
    match drawn {
        Ok(Drawn::Elsewhere(status, to)) => Ok(redirect(res.request().clone(), status, &location(&to))),
        Ok(Drawn::Page(status, body)) => {
            let mut res = with_body(res, "text/html; charset=utf-8", body);
            *res.response_mut().status_mut() = status;
            Ok(res)
        }
        Err(again) => {
            log::error!("{} the error page cannot be drawn: {again}", Reference::of(res.request()));
            Ok(with_body(res, "text/plain; charset=utf-8", message))
        }
    }
}

/// The page to come back to: the one asked for, or the one with the form that was sent.
fn back(req: &HttpRequest) -> String {
    if matches!(*req.method(), Method::GET | Method::HEAD) {
        return req.uri().path_and_query().map_or("", |asked| asked.as_str()).to_owned();
    }
    let base = req.app_data::<web::Data<State>>().map_or("", |state| state.base_url.as_str());
    let from = req.headers().get(header::REFERER).and_then(|value| value.to_str().ok());
    from.and_then(|from| from.strip_prefix(base)).unwrap_or("").to_owned()
}

/// Keeps the status and the headers, Set-Cookie and Retry-After among them; `into_response` would drop them.
fn with_body(res: ServiceResponse<BoxBody>, kind: &'static str, body: String) -> ServiceResponse<BoxBody> {
    res.map_body(|head, _| {
        head.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
        BoxBody::new(body)
    })
}

fn redirect(req: HttpRequest, status: StatusCode, to: &str) -> ServiceResponse<BoxBody> {
    // A browser that kept it would go in circles once a page has moved back.
    let cache = if status == StatusCode::SEE_OTHER { "no-store" } else { "no-cache" };
    let answer = HttpResponse::build(status).insert_header((header::LOCATION, to)).insert_header((header::CACHE_CONTROL, cache)).finish();
    ServiceResponse::new(req, answer)
}

/// An address as a header may hold it: letters that are not ASCII are percent-encoded.
fn location(to: &str) -> String {
    percent_encoded(to, |byte| byte.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&byte))
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
        AppError::NotFound | AppError::SignInRequired | AppError::ConfirmFirst => {}
        other => log::info!("{reference} {} {path}{rest}: {other}", req.method()),
    }
}

enum Drawn {
    Page(StatusCode, String),
    Elsewhere(StatusCode, String),
}

/// The status of a redirect as a number.
fn code(status: Status) -> StatusCode {
    match status {
        Status::Moved => StatusCode::MOVED_PERMANENTLY,
        Status::Found => StatusCode::FOUND,
        Status::Permanent => StatusCode::PERMANENT_REDIRECT,
        Status::Gone => StatusCode::GONE,
    }
}

/// The request as far as it is counted.
fn counted(req: &HttpRequest, state: &State) -> Counted {
    let header = |name| req.headers().get(name).and_then(|value| value.to_str().ok());
    Counted {
        by_bot: is_bot(header(header::USER_AGENT).unwrap_or("")),
        referrer: visits::referrer(header(header::REFERER), &state.base_url),
        at: state.clock.now(),
    }
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
        forms: state.forms.clone(),
    };
    let reference = Reference::of(req).to_string();
    if status == StatusCode::SERVICE_UNAVAILABLE {
        let view = ErrorPage { page: Page::bare(visit), status, message, reference, lost: None };
        return Ok(Drawn::Page(status, view.render()?));
    }
    let (by, method, visits) = (counted(req, &state), req.method().clone(), state.visits.clone());
    let drawn = state.db.read(move |conn| {
        let reading = matches!(method, Method::GET | Method::HEAD);
        let lost = if is_lost { Some(lost::find(conn, &visit.path, &visit.query)?) } else { None };
        // Forms are sent on by a 308 alone.
        let led = lost.as_ref().and_then(|lost| lost.led.as_ref()).filter(|led| reading || led.status == Status::Permanent);
        if let Some(id) = led.and_then(|led| led.by) {
            visits.moved(id, &by);
        }
        if let Some(Led { to: Some(to), status, .. }) = led {
            return Ok(Drawn::Elsewhere(code(*status), to.clone()));
        }
        if led.is_some() {
            let message = "What was here has been taken away, and nothing takes its place.".to_owned();
            let view = ErrorPage { page: Page::load(conn, visit)?, status: StatusCode::GONE, message, reference, lost: None };
            return Ok(Drawn::Page(StatusCode::GONE, view.render()?));
        }
        if is_lost && method == Method::GET && !visit.pages.remembered::<Rules>(conn)?.cover(&visit.path) {
            visits.lost(&visit.path, &by);
        }
        let page = Page::load(conn, visit)?;
        let lost = lost.filter(|_| reading);
        Ok(Drawn::Page(status, ErrorPage { page, status, message, reference, lost }.render()?))
    });
    drawn.await
}
