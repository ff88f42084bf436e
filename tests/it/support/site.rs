//! The whole application in the test's process, and people who use it.

use super::{
    answer::{Answer, Form},
    database::Database,
};
use actix_session::storage::generate_session_key;
use actix_web::{
    cookie::{Cookie, CookieJar, Key},
    dev::{Service, ServiceResponse},
    test::{self, TestRequest},
};
use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;
use mainstay::{
    app::{self, JOBS, State},
    clock::Clock,
    content::model::{
        entry::{EntryId, Kind},
        publishing,
        revision::Draft,
        saving,
    },
    db::{Conn, Db, last_insert_id},
    error::AppResult,
    jobs::worker,
    journal::Actor,
    mail::Mail,
    media::{
        inspect::{Limits, inspect},
        model::{
            adding::{self, Upload},
            file::File,
        },
    },
    schema::{sessions, users},
    storage::Storage,
    web::{
        assets::Assets,
        bots::Forms,
        entrance::Entrance,
        headers::stays_on_https,
        outgoing::{Outgoing, addresses::Allowed},
        page_cache::PageCache,
        person::{Role, UserId},
        session_keys::SessionKeys,
    },
};
use sha2::{Digest, Sha256};
use std::{
    cell::{Cell, RefCell},
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    pin::Pin,
    rc::Rc,
    sync::Arc,
};

type Call = Rc<dyn Fn(TestRequest) -> Pin<Box<dyn Future<Output = Answer>>>>;

/// Where the site under test stands.
pub const BASE: &str = "https://example.org";

/// When every test begins: a Tuesday.
pub fn begin() -> NaiveDateTime {
    "2026-12-01T10:00:00".parse().unwrap()
}

pub struct Site {
    pub database: Database,
    pub state: State,
    pub folder: PathBuf,
    call: Call,
    people: Cell<u32>,
}

impl Site {
    /// An empty site at ten o'clock on 1 December 2026, UTC.
    pub async fn start() -> Site {
        let _ = env_logger::Builder::from_env(env_logger::Env::default().default_filter_or("warn")).is_test(true).try_init();
        let database = Database::fresh();
        let name = database.url().split('?').next().unwrap().rsplit('/').next().unwrap().to_owned();
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("site-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        let clock = Clock::default();
        clock.set(begin());
        let pages = Arc::new(PageCache::new(16, clock.clone()));
        let key = Key::generate();
        let state = State {
            db: Db::open(&database.url(), 4).unwrap().telling(State::hook_of(&pages)),
            clock,
            mail: Mail::files("Mainstay <mainstay@example.org>", &folder.join("letters")).unwrap(),
            outgoing: Outgoing::new(Allowed::default(), BASE),
            base_url: BASE.into(),
            hsts: stays_on_https(BASE, true),
            entrance: Entrance::parse(BASE, "", "", "x-forwarded", &mut |_, remedy| panic!("{remedy}")),
            keys: Arc::new(SessionKeys::of(key.clone())),
            key,
            assets: Arc::new(Assets::load(Path::new("static")).unwrap()),
            storage: Storage::in_folder(&folder.join("files")).unwrap(),
            uploads_dir: folder.join("uploads"),
            forms: Arc::new(Forms::of(Key::generate())),
            pages,
            visits: Arc::default(),
            searches: Arc::default(),
            reports: Arc::default(),
            facts: Arc::default(),
        };
        let call = call_of(&state).await;
        Site { database, state, folder, call, people: Cell::new(0) }
    }

    /// Somebody without a cookie.
    pub fn visitor(&self) -> Visitor {
        Site::visitor_by(self.call.clone())
    }

    /// The same, on another application.
    pub async fn visitor_of(&self, state: &State) -> Visitor {
        Site::visitor_by(call_of(state).await)
    }

    /// A session of that user there.
    pub async fn session_on(&self, state: &State, user: UserId) -> Visitor {
        Visitor { call: call_of(state).await, ..self.session_sealed(user, &state.key) }
    }

    /// A second application on the same database, through these connections, and a visitor to it.
    pub async fn beside(&self, db: Db) -> (State, Visitor) {
        let pages = Arc::new(PageCache::new(1, self.state.clock.clone()));
        let state = State { db: db.telling(State::hook_of(&pages)), pages, ..self.state.clone() };
        let visitor = self.visitor_of(&state).await;
        (state, visitor)
    }

    fn visitor_by(call: Call) -> Visitor {
        Visitor { call, cookies: RefCell::default(), token: String::new(), address: "198.51.100.7:1234".parse().unwrap() }
    }

    /// Somebody new with that role, already signed in; the name is the role's.
    pub fn signed_in(&self, role: Role) -> Visitor {
        let user = self.given_user(role);
        self.session_of(user)
    }

    /// A session of that user, made without the log-in form so that tests need not wait for the password hash.
    pub fn session_of(&self, user: UserId) -> Visitor {
        self.session_sealed(user, &self.state.key)
    }

    fn session_sealed(&self, user: UserId, sealing: &Key) -> Visitor {
        let (key, token) = (generate_session_key(), String::from(generate_session_key()));
        let handle = format!("{:032x}", rand::random::<u128>());
        let quoted = |value: &str| serde_json::to_string(value).unwrap();
        let confirmed = serde_json::to_string(&self.state.clock.now()).unwrap();
        let state = serde_json::json!({
            "user": user.to_string(), "token": quoted(&token), "handle": quoted(&handle), "confirmed": confirmed
        });
        let far = chrono::Utc::now().naive_utc() + TimeDelta::days(20);
        let row = (
            sessions::key_hash.eq(Sha256::digest(key.as_ref()).to_vec()),
            sessions::user_id.eq(user),
            sessions::state.eq(state.to_string()),
            sessions::handle.eq(handle),
            sessions::created_at.eq(begin()),
            sessions::expires_at.eq(far),
            sessions::ends_at.eq(far),
        );
        diesel::insert_into(sessions::table).values(row).execute(&mut self.database.conn()).unwrap();
        let mut jar = CookieJar::new();
        jar.private_mut(sealing).add(Cookie::new("__Host-mainstay", key.as_ref().to_owned()));
        let visitor = Visitor { token, ..self.visitor() };
        visitor.cookies.borrow_mut().push(jar.get("__Host-mainstay").unwrap().clone());
        visitor
    }

    /// A user with that role: `editor-1@example.org`, called `Editor 1`.
    pub fn given_user(&self, role: Role) -> UserId {
        self.people.set(self.people.get() + 1);
        let number = self.people.get();
        let row = (
            users::email.eq(format!("{role}-{number}@example.org")),
            users::name.eq(format!("{} {number}", role.label())),
            users::slug.eq(format!("{role}-{number}")),
            users::bio.eq(""),
            users::role.eq(role),
            users::created_at.eq(begin()),
        );
        let conn = &mut self.database.conn();
        diesel::insert_into(users::table).values(row).execute(conn).unwrap();
        diesel::select(last_insert_id()).get_result(conn).unwrap()
    }

    /// Puts an entry there, as its author would have.
    pub fn given(&self, entry: AnEntry) -> EntryId {
        let author = match entry.author {
            Some(author) => author,
            None => self.given_user(Role::Author),
        };
        let actor = Actor::of(author);
        let draft = Draft { author, ..entry.draft };
        let (kind, published, now) = (entry.kind, entry.published, self.state.clock.now());
        self.write(move |conn| {
            let id = saving::create(conn, kind, &draft, &actor, now)?;
            if published {
                publishing::publish(conn, id, &actor, now)?;
            }
            Ok(id)
        })
    }

    /// Puts a file there, as an import would have.
    pub fn given_file(&self, name: &str, bytes: &[u8]) -> File {
        self.given_file_of(None, name, bytes)
    }

    /// The same, as that user would have.
    pub fn given_file_of(&self, user: Option<UserId>, name: &str, bytes: &[u8]) -> File {
        let found = inspect(bytes, name, Limits { bytes: 50_000_000, pixels: 100_000_000 }).unwrap();
        let (upload, actor, now) = (Upload::new(name, &found), Actor { user, ..Actor::default() }, self.state.clock.now());
        self.write(|conn| Ok(adding::add(conn, &self.state.storage, &upload, &actor, now)?.file))
    }

    /// Runs a change on the database as a request would.
    pub fn write<T>(&self, work: impl Fn(&mut Conn) -> AppResult<T>) -> T {
        self.state.db.write_here(work).unwrap()
    }

    /// Lets time pass.
    pub fn later(&self, by: TimeDelta) {
        self.state.clock.set(self.state.clock.now() + by);
    }

    /// Runs every job that is due and says how many there were.
    pub fn run_jobs(&self) -> usize {
        worker::run_due(&self.state.job_env(), JOBS).unwrap()
    }

    /// The letters sent so far, as they would go over the wire.
    pub fn letters(&self) -> Vec<String> {
        let files = fs::read_dir(self.folder.join("letters")).into_iter().flatten().flatten();
        files
            .filter(|item| item.path().extension().is_some_and(|ending| ending == "eml"))
            .map(|item| fs::read_to_string(item.path()).unwrap())
            .collect()
    }

    pub fn count(&self, table: &str) -> i64 {
        let rows = diesel::dsl::sql::<diesel::sql_types::BigInt>(&format!("(SELECT COUNT(*) FROM {table})"));
        diesel::select(rows).get_result(&mut self.database.conn()).unwrap()
    }

    /// Runs a statement that changes entries behind the back of the program, and has their categories say the same.
    pub fn change_entries(&self, statement: &str) {
        const FOLLOW: &str = "UPDATE entry_categories AS filed JOIN entries ON entries.id = filed.entry_id \
             SET filed.state = entries.state, filed.changed_at = entries.changed_at";
        for statement in [statement, FOLLOW, "ANALYZE TABLE entries, entry_categories"] {
            diesel::sql_query(statement).execute(&mut self.database.conn()).unwrap();
        }
    }
}

async fn call_of(state: &State) -> Call {
    let service = Rc::new(test::init_service(app::build(state.clone())).await);
    Rc::new(move |request| {
        let service = service.clone();
        Box::pin(async move {
            match service.call(request.to_request()).await {
                Ok(res) => Answer::of(res).await,
                Err(error) => Answer::of(ServiceResponse::new(TestRequest::default().to_http_request(), error.error_response())).await,
            }
        })
    })
}

impl Drop for Site {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
        if !std::thread::panicking() {
            // Every log-in on a device that is not known files a notice.
            let due = format!("jobs WHERE run_at <= '{}' AND kind <> 'accounts.send_notice'", self.state.clock.now());
            assert_eq!(self.count(&due), 0, "jobs were left over: call site.run_jobs()");
            const OTHERWISE: &str = "entry_categories AS filed JOIN entries ON entries.id = filed.entry_id \
                 WHERE filed.kind <> entries.kind OR filed.state <> entries.state OR filed.changed_at <> entries.changed_at";
            assert_eq!(self.count(OTHERWISE), 0, "what an entry's categories say of it is not what its row says: see category::filing");
        }
    }
}

/// An entry to begin with.
pub struct AnEntry {
    kind: Kind,
    published: bool,
    author: Option<UserId>,
    pub draft: Draft,
}

/// A draft of a post with that title.
pub fn a_post(title: &str) -> AnEntry {
    an_entry(Kind::Post, title)
}

/// A draft of a page with that title.
pub fn a_page(title: &str) -> AnEntry {
    an_entry(Kind::Page, title)
}

fn an_entry(kind: Kind, title: &str) -> AnEntry {
    let draft = Draft { title: title.to_owned(), body: format!("The text of {title}."), ..Draft::empty(0.into()) };
    AnEntry { kind, published: false, author: None, draft }
}

impl AnEntry {
    pub fn published(self) -> AnEntry {
        AnEntry { published: true, ..self }
    }

    pub fn by(self, author: UserId) -> AnEntry {
        AnEntry { author: Some(author), ..self }
    }

    pub fn with(mut self, change: impl FnOnce(&mut Draft)) -> AnEntry {
        change(&mut self.draft);
        self
    }
}

/// Somebody with a browser.
pub struct Visitor {
    call: Call,
    cookies: RefCell<Vec<Cookie<'static>>>,
    /// The token of forms, for what a forger might know.
    pub token: String,
    address: SocketAddr,
}

impl Visitor {
    /// The same browser at another address of the net.
    pub fn at(self, address: &str) -> Visitor {
        Visitor { address: address.parse().unwrap(), ..self }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(TestRequest::get().uri(path).insert_header(("Sec-Fetch-Site", "same-origin"))).await
    }

    /// Submits a form as a browser does from a page of the site.
    pub async fn submit(&self, form: Form) -> Answer {
        let body = serde_html_form::to_string(&form.fields).unwrap();
        self.send(
            TestRequest::post()
                .uri(&form.action)
                .insert_header(("Sec-Fetch-Site", "same-origin"))
                .insert_header(("Content-Type", "application/x-www-form-urlencoded"))
                .set_payload(body),
        )
        .await
    }

    /// Submits a form with files in one of its fields.
    pub async fn submit_files(&self, form: Form, field: &str, files: &[(&str, &[u8])]) -> Answer {
        self.submit_files_as(form, field, files, "text/html").await
    }

    /// The same, asking for an answer of that type.
    pub async fn submit_files_as(&self, form: Form, field: &str, files: &[(&str, &[u8])], accept: &str) -> Answer {
        let (kind, body) = form.multipart(field, files);
        let request =
            TestRequest::post().uri(&form.action).insert_header(("Sec-Fetch-Site", "same-origin")).insert_header(("Accept", accept));
        self.send(request.insert_header(("Content-Type", kind)).set_payload(body)).await
    }

    pub async fn send(&self, request: TestRequest) -> Answer {
        self.send_to("example.org", request).await
    }

    /// The same to a site of another name, as a browser says it.
    pub async fn send_to(&self, host: &str, request: TestRequest) -> Answer {
        let mut request = request.insert_header(("Host", host));
        for cookie in self.cookies.borrow().iter() {
            request = request.cookie(cookie.clone());
        }
        let answer = (self.call)(request.peer_addr(self.address)).await;
        for cookie in &answer.cookies {
            self.cookies.borrow_mut().retain(|kept| kept.name() != cookie.name());
            if !cookie.value().is_empty() {
                self.cookies.borrow_mut().push(cookie.clone());
            }
        }
        answer
    }

    /// The cookie of the session.
    pub fn cookie(&self) -> Option<Cookie<'static>> {
        self.cookies.borrow().iter().find(|cookie| cookie.name() == "__Host-mainstay").cloned()
    }

    /// The same browser with another cookie.
    pub fn with_cookie(self, cookie: Cookie<'static>) -> Visitor {
        *self.cookies.borrow_mut() = vec![cookie];
        self
    }

    pub fn has_cookie(&self) -> bool {
        !self.cookies.borrow().is_empty()
    }

    /// Whether there is a cookie whose name has this in it.
    pub fn has_cookie_of(&self, name: &str) -> bool {
        self.cookies.borrow().iter().any(|cookie| cookie.name().contains(name))
    }

    /// Takes the cookies away whose name has this in it.
    pub fn forget(&self, name: &str) {
        self.cookies.borrow_mut().retain(|cookie| !cookie.name().contains(name));
    }
}
