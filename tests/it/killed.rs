//! kill -9, again and again, while somebody saves and the clock publishes: nothing that was acknowledged is missing, and each
//! scheduled change happens exactly once; with a private database, which dies too, and with two nodes on one database.

use crate::support::{
    database::Database,
    pictures::jpeg,
    program::{Folder, Serving, within},
};
use actix_session::storage::generate_session_key;
use actix_web::cookie::{Cookie, CookieJar};
use chrono::{NaiveDateTime, TimeDelta, Utc};
use diesel::prelude::*;
use mainstay::{
    accounts::model::{password, setup, user::NewUser},
    content::model::{
        entry::{Entry, EntryId, Kind},
        publishing,
        revision::{Draft, Revision},
        saving, timing,
    },
    db::{Conn, Db},
    error::AppResult,
    journal::Actor,
    media::{
        inspect::{Limits, inspect},
        model::{
            adding::{self, Upload},
            file::{File, Renditions},
            sweep,
        },
    },
    schema::{self, entries, file_folders, jobs, journal, sessions},
    storage::{Storage, Stored},
    web::person::{Role, UserId},
    web::session_keys::SessionKeys,
};
use sha2::{Digest, Sha256};
use std::{
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU16, AtomicUsize, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

const KILLS: usize = 20;
const PATIENCE: Duration = Duration::from_secs(30);

fn now() -> NaiveDateTime {
    Utc::now().naive_utc()
}

/// Tries again while the database is away, or another transaction is in the way.
fn write<T>(url: &str, work: impl Fn(&mut Conn) -> AppResult<T>) -> T {
    let mut last = String::new();
    for _ in 0..200 {
        match Conn::establish(url).map_err(|error| error.to_string()) {
            Ok(mut conn) => match conn.transaction(&work) {
                Ok(done) => return done,
                Err(error) => last = format!("{error:?}"),
            },
            Err(error) => last = error,
        }
        thread::sleep(Duration::from_millis(50));
    }
    panic!("the database does not come back: {last}");
}

/// An owner with a session; returns the user, the headers of requests and the token of forms.
pub fn sign_in(url: &str) -> (UserId, String, String) {
    let hashed = password::hash("correct horse battery staple").unwrap();
    let ada = NewUser { email: "ada@example.org".to_owned(), name: "Ada".to_owned(), role: Role::Owner };
    let user = write(url, |conn| setup::create(conn, &ada, &hashed, &Actor::default(), now()));
    let (key, token) = (generate_session_key(), String::from(generate_session_key()));
    let state = serde_json::json!({ "user": user.to_string(), "token": serde_json::to_string(&token).unwrap() }).to_string();
    let far = now() + TimeDelta::days(1);
    let master = write(url, |conn| {
        let row = (
            sessions::key_hash.eq(Sha256::digest(key.as_ref()).to_vec()),
            sessions::user_id.eq(user),
            sessions::state.eq(&state),
            sessions::created_at.eq(now()),
            sessions::expires_at.eq(far),
            sessions::ends_at.eq(far),
        );
        diesel::insert_into(sessions::table).values(row).execute(conn)?;
        Ok(SessionKeys::load(conn, now())?.sealing(now()))
    });
    let mut jar = CookieJar::new();
    jar.private_mut(&master).add(Cookie::new("mainstay", key.as_ref().to_owned()));
    let headers = format!(
        "Cookie: {}\r\nSec-Fetch-Site: same-origin\r\nContent-Type: application/x-www-form-urlencoded\r\n",
        jar.get("mainstay").unwrap().encoded()
    );
    (user, headers, token)
}

/// Somebody who adds a line to an entry and saves, as fast as answers come, on whichever node lives.
struct Writer {
    stop: Arc<AtomicBool>,
    acknowledged: Arc<Mutex<Vec<String>>>,
    thread: JoinHandle<()>,
}

impl Writer {
    fn start(ports: Vec<Arc<AtomicU16>>, id: EntryId, headers: String, token: String) -> Writer {
        let (stop, acknowledged) = (Arc::new(AtomicBool::new(false)), Arc::new(Mutex::new(Vec::new())));
        let (stopped, lines) = (stop.clone(), acknowledged.clone());
        let thread = thread::spawn(move || {
            let mut number = 0;
            while !stopped.load(Ordering::Relaxed) {
                number += 1;
                let port = ports[number % ports.len()].load(Ordering::Relaxed);
                let line = format!("Line {number}.");
                if add_line(port, id, &headers, &token, &line).is_some() {
                    lines.lock().unwrap().push(line);
                } else {
                    thread::sleep(Duration::from_millis(5));
                }
            }
        });
        Writer { stop, acknowledged, thread }
    }

    fn stop(self) -> Vec<String> {
        self.stop.store(true, Ordering::Relaxed);
        self.thread.join().unwrap();
        Arc::into_inner(self.acknowledged).unwrap().into_inner().unwrap()
    }
}

/// Opens the editor, adds a line, saves; `Some` when the program has said that it is saved.
fn add_line(port: u16, id: EntryId, headers: &str, token: &str, line: &str) -> Option<()> {
    let address = format!("/admin/entries/{id}");
    let page = Serving::send(port, "GET", &address, headers, "")?;
    let form = crate::support::answer::form_of(&page.body, "#editor")?;
    assert_eq!(form.value("token"), token);
    let body = format!("{}\n\n{line}", form.value("body"));
    let form = form.fill([("body", body.as_str()), ("do", "save")]);
    let sent = Serving::send(port, "POST", &address, headers, serde_html_form::to_string(&form.fields).unwrap())?;
    (sent.status == 303).then_some(())
}

/// Entries that go out and come off in the next moments.
fn schedule_some(url: &str, author: UserId, round: usize) -> Vec<EntryId> {
    let times = [100, 300, 500].map(|wait| wait + rand::random_range(0..200));
    times
        .iter()
        .enumerate()
        .map(|(place, wait)| {
            write(url, |conn| {
                let draft = Draft { title: format!("Round {round}, {place}"), body: "Soon.".to_owned(), ..Draft::empty(author) };
                let (actor, now) = (Actor::default(), now());
                let id = saving::create(conn, Kind::Post, &draft, &actor, now)?;
                publishing::schedule(conn, id, now + TimeDelta::milliseconds(*wait), &actor, now)?;
                if place == 0 {
                    timing::set_expiry(conn, id, Some(now + TimeDelta::milliseconds(wait + 400)), &actor, now)?;
                }
                Ok(id)
            })
        })
        .collect()
}

/// How often that was written down about each of these.
fn times(url: &str, kind: &str, id: EntryId) -> i64 {
    write(url, |conn| {
        let rows = journal::table.filter(journal::kind.eq(kind)).filter(journal::subject_key.eq(id.number()));
        Ok(rows.count().get_result(conn)?)
    })
}

fn nothing_is_due(url: &str) -> bool {
    write(url, |conn| {
        let waiting = entries::table.filter(entries::publish_at.is_not_null().or(entries::unpublish_at.is_not_null()));
        let left: i64 = waiting.count().get_result(conn)?;
        let at_work: i64 = jobs::table.filter(jobs::kind.like("content.%publish")).count().get_result(conn)?;
        Ok(left == 0 && at_work == 0)
    })
}

/// Kills a node while it is at work, over and over, and looks at what is there in the end.
fn kill_again_and_again(url: &str, nodes: usize, start: impl Fn(usize) -> Serving) {
    let mut serving: Vec<Serving> = (0..nodes).map(&start).collect();
    for node in &mut serving {
        assert_eq!(node.first_answer("/healthz/ready").status, 200);
    }
    let ports: Vec<Arc<AtomicU16>> = serving.iter().map(|node| Arc::new(AtomicU16::new(node.port))).collect();
    let (user, headers, token) = sign_in(url);
    let draft = Draft { title: "Written by somebody patient".to_owned(), body: "Line 0.".to_owned(), ..Draft::empty(user) };
    let id = write(url, |conn| saving::create(conn, Kind::Post, &draft, &Actor::of(user), now()));
    let writer = Writer::start(ports.clone(), id, headers, token);
    let mut scheduled = Vec::new();
    for round in 0..KILLS {
        scheduled.extend(schedule_some(url, user, round));
        thread::sleep(Duration::from_millis(rand::random_range(50..600)));
        let victim = round % nodes;
        serving[victim].child.kill().unwrap();
        serving[victim].child.wait().unwrap();
        serving[victim] = start(victim);
        ports[victim].store(serving[victim].port, Ordering::Relaxed);
        assert_eq!(serving[victim].first_answer("/healthz/ready").status, 200);
    }
    let acknowledged = writer.stop();
    assert!(within(PATIENCE, || nothing_is_due(url)), "something is left to do:\n{}", serving[0].log());
    assert!(acknowledged.len() > KILLS, "{} lines were saved only", acknowledged.len());
    let newest = write(url, |conn| {
        let newest = Entry::find(conn, id)?.latest_revision_id.unwrap();
        Ok(Revision::find(conn, newest)?.draft().body)
    });
    let lines: Vec<&str> = newest.lines().collect();
    let missing: Vec<&String> = acknowledged.iter().filter(|line| !lines.contains(&line.as_str())).collect();
    assert!(missing.is_empty(), "acknowledged, but not there: {missing:?}");
    for (place, id) in scheduled.into_iter().enumerate() {
        let off = i64::from(place % 3 == 0);
        assert_eq!((times(url, "entry.published", id), times(url, "entry.unpublished", id)), (1, off), "entry {id}");
        assert_eq!(write(url, |conn| Ok(Entry::find(conn, id)?.is_live())), off == 0, "entry {id}");
    }
}

#[test]
fn a_program_that_is_killed_twenty_times_loses_nothing_and_does_nothing_twice() {
    let folder = Folder::new("killed");
    let url = format!("mysql://root@localhost/mainstay?unix_socket={}%2Fdatabase%2Fs.sock", folder.text().replace('/', "%2F"));
    kill_again_and_again(&url, 1, |_| Serving::start(&folder, &[]));
}

#[test]
fn of_two_nodes_that_are_killed_in_turn_each_does_what_the_other_left_once() {
    let (database, folders) = (Database::empty(), [Folder::new("killed-one"), Folder::new("killed-other")]);
    let url = database.url();
    // One after the other: the first brings the tables.
    assert_eq!(Serving::start(&folders[0], &["--database-url", &url]).first_answer("/healthz/ready").status, 200);
    kill_again_and_again(&url, 2, |node| Serving::start(&folders[node], &["--database-url", &url]));
}

#[test]
fn a_scheduled_change_is_done_within_two_seconds_though_nobody_asks_for_a_page() {
    let (database, folder) = (Database::empty(), Folder::new("in-time"));
    let url = database.url();
    let mut serving = Serving::start(&folder, &["--database-url", &url]);
    serving.first_answer("/healthz/ready");
    let (user, ..) = sign_in(&url);
    let scheduled: Vec<EntryId> = (0..4).flat_map(|round| schedule_some(&url, user, round)).collect();
    let planned: Vec<(String, i64)> = write(&url, |conn| {
        let rows = journal::table.filter(journal::kind.eq("entry.scheduled")).order(journal::id);
        Ok(rows.select((journal::detail, journal::subject_key)).load(conn)?)
    });
    assert_eq!(planned.len(), scheduled.len());
    assert!(within(PATIENCE, || nothing_is_due(&url)), "{}", serving.log());
    let mut latest = TimeDelta::zero();
    for (detail, key) in planned {
        let detail: serde_json::Value = serde_json::from_str(&detail).unwrap();
        let at: NaiveDateTime = serde_json::from_value(detail["at"].clone()).unwrap();
        let done: NaiveDateTime = write(&url, |conn| {
            let rows = journal::table.filter(journal::kind.eq("entry.published")).filter(journal::subject_key.eq(key));
            Ok(rows.select(journal::at).first(conn)?)
        });
        assert!(done >= at, "too early: {done} instead of {at}");
        latest = latest.max(done - at);
    }
    assert!(latest < TimeDelta::seconds(2), "{latest} late");
    eprintln!("the latest of {} was {} ms late", scheduled.len(), latest.num_milliseconds());
}

/// Somebody who uploads files of a megabyte, one after the other, and remembers which were acknowledged.
fn upload_until_killed(port: u16, headers: &str, token: &str, round: usize, done: &AtomicUsize) -> Vec<String> {
    let mut acknowledged = Vec::new();
    for number in 0.. {
        let name = format!("round-{round}-{number}.txt");
        let mut content = format!("{name}\n").repeat(1_000_000 / (name.len() + 1));
        content.push_str(&name);
        let body = format!(
            "--cut\r\nContent-Disposition: form-data; name=\"token\"\r\n\r\n{token}\r\n--cut\r\nContent-Disposition: form-data; \
             name=\"files\"; filename=\"{name}\"\r\n\r\n{content}\r\n--cut--\r\n"
        );
        match Serving::send(port, "POST", "/admin/media", headers, &body) {
            Some(answer) if answer.status == 303 => {
                acknowledged.push(name);
                done.fetch_add(1, Ordering::Relaxed);
            }
            _ => break,
        }
    }
    acknowledged
}

#[test]
fn killed_amid_fifty_uploads_lists_no_half_written_file_and_leaves_none_after_a_sweep() {
    let (database, folder) = (Database::empty(), Folder::new("killed-uploads"));
    let url = database.url();
    let (mut acknowledged, mut signed) = (Vec::new(), None);
    for round in 0..5 {
        let mut serving = Serving::start(&folder, &["--database-url", &url]);
        serving.first_answer("/healthz/ready");
        let (headers, token) = signed.get_or_insert_with(|| {
            let (_, headers, token) = sign_in(&url);
            (headers.replace("application/x-www-form-urlencoded", "multipart/form-data; boundary=cut"), token)
        });
        let done = Arc::new(AtomicUsize::new(0));
        let uploaders: Vec<_> = (0..10)
            .map(|place| {
                let (port, headers, token, done) = (serving.port, headers.clone(), token.clone(), done.clone());
                thread::spawn(move || upload_until_killed(port, &headers, &token, round * 10 + place, &done))
            })
            .collect();
        // In the middle of its work, however slow the machine is.
        assert!(within(PATIENCE, || done.load(Ordering::Relaxed) > 0), "nothing is acknowledged:\n{}", serving.log());
        thread::sleep(Duration::from_millis(rand::random_range(0..600)));
        serving.child.kill().unwrap();
        serving.child.wait().unwrap();
        acknowledged.extend(uploaders.into_iter().flat_map(|uploader| uploader.join().unwrap()));
    }
    let storage = Storage::in_folder(&Path::new(folder.text()).join("files")).unwrap();
    let rows: Vec<File> = write(&url, |conn| Ok(File::query().load(conn)?));
    for file in &rows {
        let bytes = storage.get(&file.storage_key).unwrap().unwrap_or_else(|| panic!("{} has no bytes", file.name));
        assert_eq!(Sha256::digest(&bytes).as_slice(), file.sha256, "{} is not whole", file.name);
    }
    let lost: Vec<_> = acknowledged.iter().filter(|name| !rows.iter().any(|file| file.name == **name)).collect();
    assert!(lost.is_empty() && !acknowledged.is_empty(), "acknowledged but lost: {lost:?}");
    // An hour later: whatever has no row is gone.
    let db = Db::open(&url, 2).unwrap();
    let uploads = Path::new(folder.text()).join("uploads");
    sweep::sweep(&db, &storage, &uploads, now() + TimeDelta::hours(2)).unwrap();
    let mut stored = Vec::new();
    let each = |some: Vec<Stored>| {
        stored.extend(some.into_iter().map(|one| one.key));
        Ok(())
    };
    storage.list("", each).unwrap();
    let orphans: Vec<_> = stored.iter().filter(|key| !rows.iter().any(|file| file.storage_key == **key)).collect();
    assert!(orphans.is_empty() && stored.len() == rows.len(), "{orphans:?}");
    assert_eq!(std::fs::read_dir(uploads).unwrap().count(), 0, "what was being received");
    let left = storage.sweep_halves(now() + TimeDelta::hours(2)).unwrap();
    assert_eq!(left, 0, "what was being written");
    let counted: i64 = write(&url, |conn| Ok(file_folders::table.find(1_i64).select(file_folders::files).first(conn)?));
    assert_eq!(counted, rows.len() as i64);
    eprintln!("{} uploads acknowledged, {} rows", acknowledged.len(), rows.len());
}

/// What lies in the store below the renditions.
fn renditions(storage: &Storage) -> Vec<String> {
    let mut keys = Vec::new();
    let each = |some: Vec<Stored>| {
        keys.extend(some.into_iter().map(|one| one.key));
        Ok(())
    };
    storage.list("renditions", each).unwrap();
    keys
}

/// Every picture that the store has of this one is whole, and as wide as its name says or a crop.
fn assert_whole(storage: &Storage, keys: &[String]) {
    for key in keys {
        let bytes = storage.get(key).unwrap().unwrap();
        let found = inspect(&bytes, key, Limits::default()).unwrap_or_else(|why| panic!("{key} is not whole: {why}"));
        let stem = key.rsplit('/').next().unwrap().split('.').next().unwrap();
        let width: i32 = stem.rsplit('-').next().unwrap().parse().unwrap();
        assert_eq!(found.width, Some(width), "{key}");
    }
}

#[test]
fn killed_amid_the_making_of_renditions_serves_no_half_picture_and_makes_the_rest_after_a_start() {
    let (database, folder) = (Database::empty(), Folder::new("killed-rendering"));
    let url = database.url();
    let mut serving = Serving::start(&folder, &["--database-url", &url]);
    serving.first_answer("/healthz/ready");
    let storage = Storage::in_folder(&Path::new(folder.text()).join("files")).unwrap();
    let (user, ..) = sign_in(&url);
    let photo = jpeg(500, 350);
    let found = inspect(&photo, "cat.jpg", Limits::default()).unwrap();
    let file = write(&url, |conn| Ok(adding::add(conn, &storage, &Upload::new("cat.jpg", &found), &Actor::default(), now())?.file));
    let draft = Draft { title: "Cat".to_owned(), body: format!("![A cat]({})", file.address), ..Draft::empty(user) };
    write(&url, |conn| {
        let id = saving::create(conn, Kind::Post, &draft, &Actor::default(), now())?;
        publishing::publish(conn, id, &Actor::default(), now())
    });
    let state = || write(&url, |conn| Ok(File::find(conn, file.id)?.renditions));
    for kill in 1..=3 {
        let there = renditions(&storage).len();
        assert!(within(4 * PATIENCE, || renditions(&storage).len() > there), "nothing is made after kill {kill}:\n{}", serving.log());
        serving.child.kill().unwrap();
        serving.child.wait().unwrap();
        assert_eq!(state(), Renditions::Waiting, "kill {kill} came too late");
        assert_whole(&storage, &renditions(&storage));
        // Minutes later, when the lease of the one that was killed has ended.
        write(&url, |conn| {
            let lease = jobs::table.filter(jobs::kind.eq("media.render"));
            Ok(diesel::update(lease).set(jobs::reserved_until.eq(now() - TimeDelta::seconds(1))).execute(conn)?)
        });
        serving = Serving::start(&folder, &["--database-url", &url]);
        let page = serving.first_answer("/posts/cat");
        assert!(page.body.contains(&format!("src=\"{}\"", file.url())), "until they are there, the picture is shown as it is");
    }
    assert!(within(4 * PATIENCE, || state() == Renditions::Made), "{}", serving.log());
    let page = serving.first_answer("/posts/cat");
    let named: Vec<&str> = page.body.split(['"', ' ', ',']).filter(|word| word.starts_with("/pictures/")).collect();
    assert!(named.len() >= 9, "{named:?}"); // three widths in three formats
    for address in named {
        assert_eq!(serving.first_answer(address).status, 200, "{address}");
    }
    let keys = renditions(&storage);
    assert_whole(&storage, &keys);
    let sizes: String = write(&url, |conn| Ok(schema::renditions::table.select(schema::renditions::sizes).first(conn)?));
    let sizes: std::collections::BTreeMap<String, u64> = serde_json::from_str(&sizes).unwrap();
    assert_eq!(sizes.len(), keys.len());
    for (name, bytes) in sizes {
        let key = keys.iter().find(|key| key.ends_with(&format!("/{name}"))).unwrap();
        assert_eq!(storage.size(key).unwrap(), Some(bytes), "{key}");
    }
    assert_eq!(write(&url, |conn| Ok(journal::table.filter(journal::kind.eq("file.rendered")).count().get_result::<i64>(conn)?)), 1);
}
