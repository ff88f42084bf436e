//! Links to other sites, asked by a real client on a real server of this machine; and that nobody can make us ask a private one.

use crate::support::site::{BASE, Site, a_post};
use chrono::TimeDelta;
use mainstay::{
    app::State,
    content::jobs::{CheckOutside, CheckOutsideNow},
    jobs::Job,
    web::{
        outgoing::{Fault, Outgoing, addresses::Allowed},
        person::Role,
    },
};
use std::{
    io::{BufRead, BufReader, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

/// Another site, and what it was asked: method and path.
struct Other {
    port: u16,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Other {
    fn start() -> Other {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let asked: Arc<Mutex<Vec<String>>> = Arc::default();
        let kept = asked.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let kept = kept.clone();
                thread::spawn(move || answer(stream, port, &kept));
            }
        });
        Other { port, asked }
    }

    fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    fn asked(&self) -> Vec<String> {
        std::mem::take(&mut *self.asked.lock().unwrap())
    }
}

fn answer(mut stream: TcpStream, port: u16, asked: &Mutex<Vec<String>>) {
    let mut lines = BufReader::new(stream.try_clone().unwrap()).lines().map_while(Result::ok);
    let Some(first) = lines.next() else { return };
    let head: Vec<String> = lines.take_while(|line| !line.is_empty()).collect();
    assert!(head.iter().any(|line| line.to_ascii_lowercase().starts_with("user-agent: mainstay/") && line.contains(BASE)), "{head:?}");
    let words: Vec<&str> = first.split(' ').collect();
    asked.lock().unwrap().push(format!("{} {}", words[0], words[1]));
    let to = |status: u16, to: String| format!("HTTP/1.1 {status} X\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n");
    let reply = match (words[0], words[1]) {
        (_, "/moved") => to(301, "/ok".to_owned()),
        (_, "/elsewhere") => to(302, "/ok".to_owned()),
        (_, "/loop") => to(302, "/loop".to_owned()),
        (_, "/inside") => to(302, format!("http://127.0.0.2:{port}/ok")),
        (_, "/named-inside") => to(302, format!("http://localhost:{port}/ok")),
        (_, "/file") => to(302, "file:///etc/passwd".to_owned()),
        ("HEAD", "/no-head") => "HTTP/1.1 405 X\r\nContent-Length: 0\r\n\r\n".to_owned(),
        (_, "/gone") => "HTTP/1.1 404 X\r\nContent-Length: 0\r\n\r\n".to_owned(),
        (_, "/closed") => "HTTP/1.1 403 X\r\nContent-Length: 0\r\n\r\n".to_owned(),
        (_, "/silent") => return,
        (_, "/endless") => {
            let piece = format!("1000\r\n{}\r\n", "x".repeat(4096));
            let _ = stream.write_all(b"HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n");
            while stream.write_all(piece.as_bytes()).is_ok() {}
            return;
        }
        _ => "HTTP/1.1 200 X\r\nContent-Length: 5\r\n\r\nhello".to_owned(),
    };
    let reply = if words[0] == "HEAD" { reply.trim_end_matches("hello").to_owned() } else { reply };
    let _ = stream.write_all(reply.as_bytes());
    thread::sleep(Duration::from_millis(50));
}

fn client(allowed: &str) -> Outgoing {
    Outgoing::new(Allowed::parse(allowed).unwrap(), BASE)
}

#[test]
fn a_private_address_is_not_even_asked_whatever_its_name() {
    let other = Other::start();
    let (client, port) = (client(""), other.port);
    for host in ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "2130706433", "0x7f000001", "127.1", "0.0.0.0"] {
        assert_eq!(client.get(&format!("http://{host}:{port}/ok"), 100), Err(Fault::Private), "{host}");
        assert_eq!(client.head(&format!("http://{host}:{port}/ok")), Err(Fault::Private), "{host}");
    }
    for (url, fault) in
        [("file:///etc/passwd", Fault::NotAsked), ("no address", Fault::NotAsked), ("http://nowhere.invalid/", Fault::NoSuchName)]
    {
        assert_eq!(client.get(url, 100), Err(fault), "{url}");
    }
    assert_eq!(other.asked(), Vec::<String>::new());
}

#[test]
fn redirects_are_followed_five_times_and_each_is_looked_at() {
    let other = Other::start();
    let client = client("127.0.0.1");
    let get = |path: &str| client.get(&other.url(path), 100);
    let found = get("/ok").unwrap();
    assert_eq!((found.status, found.is_moved, found.body.as_slice()), (200, false, b"hello".as_slice()));
    assert!(get("/moved").is_ok_and(|found| found.is_moved && found.url == other.url("/ok")));
    assert!(get("/elsewhere").is_ok_and(|found| !found.is_moved && found.url == other.url("/ok")));
    other.asked();
    assert_eq!(get("/loop"), Err(Fault::Lost));
    assert_eq!(other.asked().len(), 6);
    assert_eq!(get("/inside"), Err(Fault::Private));
    assert_eq!(get("/file"), Err(Fault::NotAsked));
    assert_eq!(other.asked(), ["GET /inside", "GET /file"]);
    assert_eq!(get("/endless"), Err(Fault::TooLarge));
    assert!(matches!(get("/silent"), Err(Fault::Unreachable(_))));
    // The name is resolved anew for each redirect; it leads to an address that is allowed, or to another one.
    assert!(matches!(get("/named-inside"), Ok(_) | Err(Fault::Private)));
}

async fn a_site_that_asks(other: &Other) -> (Site, State) {
    let site = Site::start().await;
    let links = ["/ok", "/moved", "/gone", "/closed", "/no-head", "/silent"].map(|path| format!("[{path}]({})", other.url(path)));
    let inside = format!("[inside](http://10.0.0.1:{}/x) [again]({})", other.port, other.url("/gone#part"));
    let body = format!("{} {inside}", links.join(" "));
    site.given(a_post("With links").published().with(|draft| draft.body = body.clone()));
    site.given(a_post("Another").published().with(|draft| draft.body = format!("[gone]({})", other.url("/gone"))));
    site.given(a_post("Draft").with(|draft| draft.body = format!("[draft]({})", other.url("/draft"))));
    let state = State { outgoing: client("127.0.0.1"), ..site.state.clone() };
    (site, state)
}

/// Runs the job as a worker with that client would.
fn check(site: &Site, state: &State) {
    site.write(|conn| Ok(CheckOutsideNow.enqueue(conn, site.state.clock.now())?));
    mainstay::jobs::worker::run_due(&state.job_env(), mainstay::app::JOBS).unwrap();
}

#[actix_web::test]
async fn what_is_gone_on_another_site_is_told_with_the_entries_that_link_there() {
    let other = Other::start();
    let (site, state) = a_site_that_asks(&other).await;
    let (editor, report) = (site.signed_in(Role::Editor), "/admin/links/outside");
    editor.get(report).await.assert_status(200).assert_shows("7 addresses of other sites, 7 still to be looked at.");
    check(&site, &state);
    let asked = other.asked();
    assert!(asked.contains(&"HEAD /ok".to_owned()) && !asked.contains(&"GET /ok".to_owned()), "{asked:?}");
    assert!(
        asked.contains(&"GET /no-head".to_owned()) && !asked.iter().any(|one| one.contains("/draft") || one.contains("/x")),
        "{asked:?}"
    );
    editor.get(report).await.assert_shows("None of these"); // once is not enough

    site.later(TimeDelta::hours(25));
    check(&site, &state);
    let asked = other.asked();
    assert!(asked.contains(&"GET /gone".to_owned()) && !asked.contains(&"HEAD /ok".to_owned()), "what was there has a week: {asked:?}");
    let gone = editor.get(report).await;
    gone.assert_shows(&other.url("/gone")).assert_shows("With links").assert_shows("Another").assert_shows("nothing is there (404)");
    gone.assert_lacks(&other.url("/closed")).assert_lacks("#part");
    editor.get("/admin/links/outside?state=moved").await.assert_shows(&other.url("/moved")).assert_shows(&other.url("/ok"));
    editor.get("/admin/links/outside?state=silent").await.assert_shows(&other.url("/silent"));
    editor.get("/admin/links/outside?state=unasked").await.assert_shows("http://10.0.0.1:").assert_shows("private address");
    editor.get("/admin/links").await.assert_shows("Links to other sites <span>2</span>");

    site.later(TimeDelta::hours(1));
    editor.submit(editor.get(report).await.form("#check")).await.assert_redirects_to(report);
    mainstay::jobs::worker::run_due(&state.job_env(), mainstay::app::JOBS).unwrap();
    assert!(other.asked().contains(&"HEAD /ok".to_owned()), "somebody wanted to know now");
}

#[actix_web::test]
async fn other_sites_are_asked_by_night_and_only_if_the_site_wants_it() {
    let other = Other::start();
    let (site, state) = a_site_that_asks(&other).await;
    let nightly = || {
        site.write(|conn| Ok(CheckOutside.enqueue(conn, site.state.clock.now())?));
        mainstay::jobs::worker::run_due(&state.job_env(), mainstay::app::JOBS).unwrap();
        other.asked().len()
    };
    assert_eq!(nightly(), 0, "it is ten in the morning");
    site.later(TimeDelta::hours(16)); // two in the night
    let admin = site.signed_in(Role::Admin);
    let settings = async |on: bool| {
        let form = admin.get("/admin/settings").await.form("#settings").without("check_outside");
        let form = if on { form.tick("check_outside", "true") } else { form };
        admin.submit(form).await.assert_redirects_to("/admin/settings");
    };
    settings(false).await;
    assert_eq!(nightly(), 0);
    admin.get("/admin/links/outside").await.assert_shows("switched off");
    settings(true).await;
    assert!(nightly() > 5);
    assert_eq!(nightly(), 0, "all were just asked");
}

#[actix_web::test]
async fn an_address_that_nobody_links_to_any_more_is_forgotten() {
    let other = Other::start();
    let (site, state) = a_site_that_asks(&other).await;
    assert_eq!(site.count("outside_targets"), 7);
    let editor = site.signed_in(Role::Editor);
    let list = editor.get("/admin/entries?q=With+links").await;
    let path = list.link("With links");
    editor.submit(editor.get(&format!("{path}/trash")).await.form("form.confirm")).await.assert_status(303);
    check(&site, &state);
    assert_eq!(site.count("outside_targets"), 1);
    assert_eq!(site.count("outside_links"), 1);
}
