//! What every handler is given.

use crate::{
    app::State,
    db::{Conn, Db},
    error::{AppError, AppResult},
    journal::Actor,
    web::{
        assets::Assets,
        blocking::blocking,
        bots::Forms,
        entrance::ClientAddress,
        flash::{Flash, Tone},
        form::FormErrors,
        page_cache::PageCache,
        person::{Grant, Person, Right},
        reference::Reference,
        render::{drawn, html},
    },
};
use actix_session::{Session, SessionExt};
use actix_web::{FromRequest, HttpMessage, HttpRequest, HttpResponse, HttpResponseBuilder, dev::Payload, http::header, web};
use askama::Template;
use chrono::{NaiveDateTime, TimeDelta};
use std::{
    future::{Ready, ready},
    net::IpAddr,
    sync::Arc,
};

/// The session key under which the token for forms is kept.
pub const TOKEN: &str = "token";
const FLASHES: &str = "flashes";
const CONFIRMED: &str = "confirmed";

/// Minutes after which dangerous acts ask for the password again.
pub const SUDO_MINUTES: i64 = 15;

/// Characters of a browser's name for itself that are kept.
const LONGEST_AGENT: usize = 255;

const NOT_ALLOWED: &str = "Your role does not allow this. Ask an admin of the site.";

/// The doors to the database, the session, the person and the time.
pub struct Ctx {
    /// The doors to the database.
    pub db: Db,
    /// The session; empty and without a cookie for visitors.
    pub session: Session,
    /// What the program shares.
    pub state: web::Data<State>,
    /// Who is signed in.
    pub person: Option<Person>,
    /// Where the request comes from, whatever proxies stand between; the one address for throttles, sessions and the journal.
    pub address: Option<IpAddr>,
    /// What the browser calls itself, cut to what is kept.
    pub agent: String,
    reference: Reference,
    path: String,
    query: String,
}

/// The part of a request that can go to another thread: what a page's globals are made of.
#[derive(Clone)]
pub struct Visit {
    /// Who is signed in.
    pub person: Option<Person>,
    /// The token for forms of signed-in people.
    pub token: Option<String>,
    /// Sentences that waited for this page.
    pub flashes: Vec<Flash>,
    /// The path asked for.
    pub path: String,
    /// The query string asked for, without the question mark.
    pub query: String,
    /// The present moment, UTC.
    pub now: NaiveDateTime,
    /// Where the site stands, e.g. `https://example.org`.
    pub base_url: String,
    /// Addresses of style sheets, scripts and pictures.
    pub assets: Arc<Assets>,
    /// What is kept in memory.
    pub pages: Arc<PageCache>,
    /// Signs when forms were drawn.
    pub forms: Arc<Forms>,
}

impl FromRequest for Ctx {
    type Error = AppError;
    type Future = Ready<AppResult<Ctx>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let state = req.app_data::<web::Data<State>>().expect("app::build puts the state there").clone();
        ready(Ok(Ctx {
            db: state.db.clone(),
            session: req.get_session(),
            person: req.extensions().get::<Person>().cloned(),
            address: ClientAddress::of(req),
            agent: agent(req),
            state,
            reference: Reference::of(req),
            path: req.path().to_owned(),
            query: req.query_string().to_owned(),
        }))
    }
}

/// What a browser calls itself.
fn agent(req: &HttpRequest) -> String {
    let told = req.headers().get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or("");
    told.chars().take(LONGEST_AGENT).collect()
}

impl Ctx {
    /// The present moment, UTC.
    pub fn now(&self) -> NaiveDateTime {
        self.state.clock.now()
    }

    /// Takes from the request what a page needs on another thread; waiting sentences are taken out of the session.
    pub fn visit(&self) -> Visit {
        // Taking out what is not there would count as a change, and every page of the admin would write its session.
        let waiting = self.session.contains_key(FLASHES);
        let flashes = waiting.then(|| self.session.remove_as(FLASHES)).flatten().and_then(Result::ok).unwrap_or_default();
        if self.session.entries().is_empty() {
            self.session.purge(); // or its visitor would keep a cookie, and miss the page cache, for ever
        }
        Visit {
            person: self.person.clone(),
            token: self.session.get(TOKEN).ok().flatten(),
            flashes,
            path: self.path.clone(),
            query: self.query.clone(),
            now: self.now(),
            base_url: self.state.base_url.clone(),
            assets: self.state.assets.clone(),
            pages: self.state.pages.clone(),
            forms: self.state.forms.clone(),
        }
    }

    /// Reads what a page of the admin or of one person shows, and draws it: 200, kept by nobody.
    pub async fn draw<V: Template>(&self, load: impl FnOnce(&mut Conn) -> AppResult<V> + Send + 'static) -> AppResult<HttpResponse> {
        self.draw_as(HttpResponse::Ok(), load).await
    }

    /// The same with a status of its own. Drawn where it is read, on a blocking thread: on the others the readers of cached pages
    /// would wait for it.
    pub async fn draw_as<V: Template>(
        &self,
        answer: HttpResponseBuilder,
        load: impl FnOnce(&mut Conn) -> AppResult<V> + Send + 'static,
    ) -> AppResult<HttpResponse> {
        let db = self.db.clone();
        let html = blocking(move || html(&db.read_here(load)?)).await?;
        Ok(drawn(answer, html))
    }

    /// Returns the person if there is one with that right; the first line of every handler that is not for everybody.
    ///
    /// On one's own things at least; whose the thing is, is asked where it is read.
    pub fn require(&self, right: Right) -> AppResult<Person> {
        self.require_grant(right, Grant::Own)
    }

    /// The same for what is done to anybody's things.
    pub fn require_any(&self, right: Right) -> AppResult<Person> {
        self.require_grant(right, Grant::Any)
    }

    fn require_grant(&self, right: Right, least: Grant) -> AppResult<Person> {
        let person = self.person.clone().ok_or(AppError::SignInRequired)?;
        if person.grant(right) >= least { Ok(person) } else { Err(AppError::Forbidden(NOT_ALLOWED)) }
    }

    /// Asks for the password again where that was too long ago; in the first lines of a dangerous act, and of the page that asks
    /// about it. Where something is typed that must not be lost, [`Ctx::sudo_for_form`].
    pub fn sudo(&self) -> AppResult<()> {
        if self.is_confirmed() { Ok(()) } else { Err(AppError::ConfirmFirst) }
    }

    /// The same for a form that was opened in time and sent too late: it comes back as it was typed, and says what to do.
    pub fn sudo_for_form(&self) -> AppResult<()> {
        if self.is_confirmed() { Ok(()) } else { Err(AppError::Invalid(FormErrors::unconfirmed())) }
    }

    /// Whether it is not long since this person typed the password.
    pub fn is_confirmed(&self) -> bool {
        let at = self.session.get::<NaiveDateTime>(CONFIRMED).ok().flatten();
        at.is_some_and(|at| self.now() - at < TimeDelta::minutes(SUDO_MINUTES))
    }

    /// Notes that the password was just typed.
    pub fn confirmed(&self) -> AppResult<()> {
        self.keep_in_session(CONFIRMED, self.now())
    }

    /// Keeps something in the session.
    pub fn keep_in_session(&self, key: &'static str, value: impl serde::Serialize) -> AppResult<()> {
        self.session.insert(key, value).map_err(|error| AppError::Internal(error.to_string().into()))
    }

    /// Who and which request, for the journal.
    pub fn actor(&self) -> Actor {
        Actor {
            user: self.person.as_ref().map(|person| person.id),
            request: self.reference.as_str().to_owned(),
            address: self.address,
            agent: self.agent.clone(),
        }
    }

    /// Keeps a sentence for the next page.
    pub fn flash(&self, text: impl Into<String>) -> &Self {
        self.keep(Flash { tone: Tone::Ok, text: text.into() })
    }

    /// Keeps a warning for the next page.
    pub fn warn(&self, text: impl Into<String>) -> &Self {
        self.keep(Flash { tone: Tone::Warn, text: text.into() })
    }

    fn keep(&self, flash: Flash) -> &Self {
        let mut flashes: Vec<Flash> = self.session.get(FLASHES).ok().flatten().unwrap_or_default();
        flashes.push(flash);
        self.session.insert(FLASHES, flashes).expect("flashes always serialize");
        self
    }

    /// Answers a successful POST.
    pub fn see_other(&self, to: impl AsRef<str>) -> AppResult<HttpResponse> {
        Ok(HttpResponse::SeeOther().insert_header((header::LOCATION, to.as_ref())).finish())
    }
}
