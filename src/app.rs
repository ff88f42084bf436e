//! One actix application: middleware in order, every room's routes, every job. The same for the server and the tests.

use crate::{
    accounts, appearance,
    clock::Clock,
    community, contact,
    content::{self, gate::Check, model::told::Told, public::below::Below, visits::Visits},
    db::{Db, Follows, Hook},
    error::AppError,
    jobs::{JobEnv, schedule::Schedule, worker::Catalogue},
    journal,
    mail::{self, Mail},
    media::{self, model::uses::Shows},
    privacy, reach, search, security, site,
    storage::Storage,
    web::{
        assets::Assets,
        bots::Forms,
        conditional::answer_304,
        cross_site::refuse_cross_site,
        entrance::Entrance,
        front::Front,
        headers::secure,
        health,
        outgoing::Outgoing,
        page_cache::{CacheTags, PageCache, middleware::take_page},
        session_keys::{SessionKeys, reseal},
        session_store::SqlSessionStore,
    },
};
use actix_files::Files;
use actix_session::{
    SessionMiddleware,
    config::{PersistentSession, TtlExtensionPolicy},
};
use actix_web::{
    App, Error,
    body::MessageBody,
    cookie::{Key, SameSite, time::Duration},
    dev::{Service, ServiceFactory, ServiceRequest, ServiceResponse},
    http::header::{CACHE_CONTROL, HeaderValue},
    middleware::{Compress, from_fn},
    web,
};
use std::{path::PathBuf, sync::Arc};

/// The largest body that is read, in bytes: an article of a million characters, percent-encoded.
pub const LARGEST_BODY: usize = 4 * 1024 * 1024;

/// Hours after which an unused session ends.
pub const IDLE_HOURS: i64 = 12;

/// What all handlers share; cheap to clone.
#[derive(Clone)]
pub struct State {
    /// The doors to the database.
    pub db: Db,
    /// The time.
    pub clock: Clock,
    /// Where letters go.
    pub mail: Mail,
    /// Asks other servers.
    pub outgoing: Outgoing,
    /// Where the site stands, e.g. `https://example.org`.
    pub base_url: String,
    /// What browsers are told about coming by https only ([`crate::web::headers::stays_on_https`]).
    pub hsts: &'static str,
    /// Under which names it answers, and which proxies it believes.
    pub entrance: Entrance,
    /// Signs and encrypts the session cookie within this process.
    pub key: Key,
    /// The same for browsers, with those before it.
    pub keys: Arc<SessionKeys>,
    /// Style sheets, scripts and pictures of the program.
    pub assets: Arc<Assets>,
    /// Where the bytes of uploaded and imported files lie.
    pub storage: Storage,
    /// A folder for uploads until they are whole and looked at.
    pub uploads_dir: PathBuf,
    /// Tells programs from people where anybody may send a form.
    pub forms: Arc<Forms>,
    /// Pages kept for visitors; told of every change by `db`.
    pub pages: Arc<PageCache>,
    /// Counts visits of redirects and of what leads nowhere.
    pub visits: Arc<Visits>,
    /// Counts what visitors search for.
    pub searches: Arc<search::Searches>,
    /// Gathers what browsers refused by the policy for content.
    pub reports: Arc<security::Reports>,
    /// What the process knows of itself.
    pub facts: Arc<security::Facts>,
}

impl State {
    /// What the door to the database tells of its changes.
    pub fn hook_of(pages: &Arc<PageCache>) -> Hook {
        let pages = pages.clone();
        Arc::new(move |tags| pages.tell(tags))
    }

    /// The name of the session cookie: with the prefix that ties it to this host and to https, where the site is there (RFC 6265bis, 4.1.3).
    pub fn cookie_name(&self) -> &'static str {
        if self.base_url.starts_with("https://") { "__Host-mainstay" } else { "mainstay" }
    }

    /// What jobs may use.
    pub fn job_env(&self) -> JobEnv {
        JobEnv {
            db: self.db.clone(),
            mail: self.mail.clone(),
            outgoing: self.outgoing.clone(),
            clock: self.clock.clone(),
            base_url: self.base_url.clone(),
            storage: self.storage.clone(),
            uploads_dir: self.uploads_dir.clone(),
        }
    }
}

/// Every kind of job, and when those that repeat are due.
pub const JOBS: Catalogue = Catalogue {
    kinds: &[
        mail::JOBS,
        site::JOBS,
        accounts::JOBS,
        media::JOBS,
        content::JOBS,
        community::JOBS,
        community::spam::JOBS,
        community::webmention::JOBS,
        contact::JOBS,
        search::JOBS,
        reach::JOBS,
        privacy::JOBS,
        security::JOBS,
    ],
    schedules: &[
        mail::FIND_STRANDED,
        site::PRUNE_JOURNAL,
        site::PRUNE_LETTERS,
        accounts::SWEEP,
        media::SWEEP,
        media::RENDER_MISSING,
        media::SWEEP_RENDITIONS,
        content::RERENDER,
        content::EMPTY_TRASH,
        content::SWEEP,
        content::FETCH_EMBEDS,
        content::SWEEP_EMBEDS,
        content::CHECK_LINKS,
        content::CHECK_OUTSIDE,
        community::RERENDER,
        community::SWEEP,
        contact::SWEEP,
        community::spam::PRUNE,
        privacy::SWEEP,
        search::CATCH_UP,
        search::LEARN,
        search::RELATE,
        search::SWEEP,
        security::SWEEP,
    ],
};

/// Every check of the publish gate, room by room.
pub const CHECKS: &[&[&dyn Check]] = &[content::CHECKS];

/// Every room that shows files of the library.
pub const SHOWS_FILES: &[&dyn Shows] = &[&content::Entries, &appearance::SiteLook];

/// Every room that puts something below the text of entries.
pub const BELOW_ENTRIES: &[&dyn Below] = &[&contact::ContactForms, &community::Comments];

/// Every room that follows entries.
pub const TOLD_OF_ENTRIES: &[&dyn Told] = &[&community::webmention::Mentions, &reach::Hub];
/// Everything that is kept as the rows are, in their transactions.
pub const FOLLOWERS: &[&dyn Follows] = &[&search::Index];

/// Shorthand for a job that repeats and has no payload.
pub const fn repeat(kind: &'static str, every_minutes: i64) -> Schedule {
    Schedule { kind, payload: "null", every_minutes }
}

/// Every room's routes. What visitors read stands first: one address after the other is compared with that of a request.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.configure(content::routes)
        .configure(community::routes)
        .configure(contact::routes)
        .configure(search::routes)
        .configure(media::routes)
        .configure(reach::routes)
        .configure(health::routes)
        .configure(accounts::routes)
        .configure(site::routes)
        .configure(journal::routes)
        .configure(mail::routes)
        .configure(appearance::routes)
        .configure(privacy::routes)
        .configure(security::routes);
}

/// Builds the application; runs once for each thread that answers requests.
pub fn build(
    state: State,
) -> App<impl ServiceFactory<ServiceRequest, Response = ServiceResponse<impl MessageBody>, Config = (), InitError = (), Error = Error>> {
    let https = state.base_url.starts_with("https://");
    let life = PersistentSession::default()
        .session_ttl(Duration::hours(IDLE_HOURS))
        .session_ttl_extension_policy(TtlExtensionPolicy::OnEveryRequest);
    let sessions = SessionMiddleware::builder(SqlSessionStore(state.db.clone()), state.key.clone())
        .cookie_name(state.cookie_name().to_owned())
        .cookie_secure(https)
        .cookie_same_site(SameSite::Lax)
        .session_lifecycle(life)
        .build();
    let (assets, front) = (state.assets.clone(), Front::new(state.pages.clone(), state.entrance.clone()));
    App::new()
        .app_data(web::Data::new(state))
        .app_data(web::PayloadConfig::new(LARGEST_BODY))
        .app_data(web::PathConfig::default().error_handler(|_, _| AppError::NotFound.into()))
        .app_data(web::QueryConfig::default().error_handler(|_, _| AppError::BadRequest("This address cannot be read.").into()))
        .configure(routes)
        .service(
            web::scope("/static")
                .wrap_fn(|req, service| {
                    // An address that names a version, and a font, may be kept for a year.
                    let fixed = req.query_string().starts_with("v=") || req.path().starts_with("/static/fonts/");
                    let answer = service.call(req);
                    async move {
                        let mut res = answer.await?;
                        let lasting = fixed && res.status().is_success();
                        let value = if lasting { "public, max-age=31536000, immutable" } else { "public, max-age=300" };
                        res.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static(value));
                        res.response_mut().extensions_mut().insert(CacheTags::default());
                        Ok(res)
                    }
                })
                .service(Files::new("", assets.root()).prefer_utf8(true)),
        )
        .default_service(web::to(content::default_service))
        .wrap(from_fn(refuse_cross_site))
        .wrap(from_fn(accounts::identify))
        .wrap(sessions)
        .wrap(from_fn(reseal))
        .wrap(from_fn(content::error_pages::error_pages))
        .wrap(from_fn(take_page))
        .wrap(from_fn(answer_304))
        .wrap(Compress::default())
        .wrap(from_fn(secure))
        .wrap(front)
}
