//! Importing Markdown, and the sample site.

use crate::support::site::Site;
use actix_web::{http::Method, test::TestRequest};
use indicatif::ProgressBar;
use mainstay::exchange::{
    markdown::{self, Options},
    report::Report,
    sample,
    source::Source,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// A copy of the fixture that a test may change.
fn fixture(site: &Site) -> PathBuf {
    let folder = site.folder.join("markdown");
    copy(Path::new("tests/fixtures/markdown"), &folder);
    folder
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for item in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let to = to.join(item.file_name());
        if item.file_type().unwrap().is_dir() {
            copy(&item.path(), &to);
        } else {
            fs::copy(item.path(), to).unwrap();
        }
    }
}

fn import_with(site: &Site, folder: &Path, options: Options) -> Report {
    let options = Options { base_url: Some("https://blog.example".to_owned()), ..options };
    let state = &site.state;
    markdown::import(&state.db, &state.storage, &Source::Folder(folder.to_owned()), &options, &state.clock, &ProgressBar::hidden()).unwrap()
}

fn import(site: &Site, folder: &Path) -> Report {
    import_with(site, folder, Options::default())
}

fn counts(report: &Report) -> (usize, usize, usize, usize) {
    (report.created, report.updated, report.unchanged, report.skipped.len())
}

fn reasons(report: &Report) -> BTreeMap<&str, &str> {
    report.skipped.iter().map(|(file, why)| (file.as_str(), why.as_str())).collect()
}

#[actix_web::test]
async fn every_file_is_imported_or_named_with_a_reason() {
    let site = Site::start().await;
    let report = import(&site, &fixture(&site));
    assert_eq!(counts(&report), (9, 0, 0, 3), "{report:#?}");
    let reasons = reasons(&report);
    assert!(reasons["broken.md"].starts_with("its YAML cannot be read"), "{reasons:?}");
    assert_eq!((reasons["latin.md"], reasons["zola/inside/_index.md"]), ("it is not UTF-8", "section settings"));
    assert_eq!(report.renamed.len(), 1, "{:?}", report.renamed);
    assert_eq!(report.kept, 1);
    let loose: Vec<&str> = report.unresolved.iter().map(|(_, link)| link.as_str()).collect();
    assert_eq!(
        loose,
        [
            "data.bin (files of this kind are not kept)",
            "/nowhere/at-all (left at https://blog.example/nowhere/at-all)",
            "gone.md (left at https://blog.example/2022/10/28/Types-1.0/gone.md)",
        ]
    );
    let notes: Vec<&str> = report.notes.iter().map(|(_, note)| note.as_str()).collect();
    assert_eq!(notes, ["{% link x %} is left as text", "{{ youtube(id=\"x\") }} is left as text"]);
}

#[actix_web::test]
async fn links_between_the_files_lead_to_the_new_addresses() {
    let site = Site::start().await;
    import(&site, &fixture(&site));
    let visitor = site.visitor();
    let page = visitor.get("/posts/types-1-0").await;
    page.assert_status(200).assert_shows("Jacqueline Huë").assert_shows("October 2022");
    let expected = [
        ("inside", "/posts/lang#next"),
        ("the queue", "/posts/queue"),
        ("this very page", "#types"),
        ("before", "/posts/hello-world"),
        ("the old site", "/posts/hello-world"),
        ("another site", "https://other.example/x"),
        ("where this leads", "https://blog.example/2022/10/28/Types-1.0/gone.md"),
        ("that", "https://blog.example/nowhere/at-all"),
        ("list", "/posts"),
        ("the tag", "/tags/types"),
    ];
    for (text, address) in expected {
        assert_eq!(page.link(text), address, "{text}");
    }
    assert!(page.texts("h2[id]").iter().any(|heading| heading.starts_with("Don't panic")), "{}", page.body);
    let place = page.link("panic");
    assert!(page.attributes("[id]", "id").contains(&place[1..].to_owned()), "{place}");
    assert_eq!(visitor.get("/posts/lang").await.link("types"), "/posts/types-1-0?x=1#types");
    assert_eq!(visitor.get("/posts/hello-world").await.link("types"), "/posts/types-1-0");
    assert_eq!(visitor.get("/about").await.link("the team"), "/about/team");
    assert_eq!(visitor.get("/about/team").await.link("about"), "/about");
}

#[actix_web::test]
async fn pictures_are_kept_and_served() {
    let site = Site::start().await;
    import(&site, &fixture(&site));
    let visitor = site.visitor();
    let page = visitor.get("/posts/queue").await;
    let pictures: BTreeSet<String> = page.attributes("main img", "src").into_iter().collect();
    let [picture] = &pictures.into_iter().collect::<Vec<_>>()[..] else { panic!("one picture, in several places") };
    assert!(picture.starts_with("/files/") && picture.contains("/pool.svg?v="), "{picture}");
    let file = visitor.get(picture).await;
    file.assert_status(200).assert_shows("<svg");
    assert_eq!((file.kind(), file.header("cache-control")), ("image/svg+xml", "public, max-age=31536000, immutable"));
    assert_eq!(file.header("content-security-policy"), "default-src 'none'; style-src 'unsafe-inline'; sandbox");
    let again = visitor.send(TestRequest::get().uri(picture).insert_header(("If-None-Match", file.header("etag")))).await;
    again.assert_status(304);
    let head = visitor.send(TestRequest::default().method(Method::HEAD).uri(picture)).await;
    assert_eq!((head.status.as_u16(), head.kind()), (200, "image/svg+xml"));
    assert_eq!(page.link("The team"), "/about/team");
    assert_eq!(page.link("data"), "data.bin");
}

#[actix_web::test]
async fn only_kept_files_are_served() {
    let site = Site::start().await;
    fs::create_dir_all(site.folder.join("files").join("0123456789abcdef")).unwrap();
    fs::write(site.folder.join("files").join("0123456789abcdef/a.html"), "<script>").unwrap();
    fs::write(site.folder.join("files").join("0123456789abcdef/.half-1"), "half").unwrap();
    fs::write(site.folder.join("files").join("0123456789abcdef/a.zip"), "PK").unwrap();
    fs::write(site.folder.join("secret.txt"), "secret").unwrap();
    let visitor = site.visitor();
    for path in [
        "/files/0123456789abcdef/a.html",
        "/files/0123456789abcdef/.half-1",
        "/files/0123456789abcdef/none.png",
        "/files/0123456789abcdef",
        "/files/../secret.txt",
        "/files/%2e%2e/secret.txt",
        "/files/..%2f..%2fx/secret.txt",
        "/files/0123456789abcdef/..%2f..%2fsecret.txt",
        "/files/%2fetc/passwd.txt",
        "/files//secret.txt",
    ] {
        let answer = visitor.get(path).await;
        assert_eq!(answer.status.as_u16(), 404, "{path}");
        answer.assert_lacks("secret</");
    }
    visitor.get("/files/0123456789abcdef/a.zip").await.assert_status(404); // it is in the folder, but nobody has brought it
    let archive = visitor.get(&site.given_file("a.zip", b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0").address).await;
    assert!(archive.assert_status(200).header("content-disposition").starts_with("attachment"));
}

#[actix_web::test]
async fn old_addresses_redirect() {
    let site = Site::start().await;
    import(&site, &fixture(&site));
    let visitor = site.visitor();
    for old in ["/2022/10/28/Types-1.0", "/2022/10/28/Types-1.0/", "/2022/10/28/Types-1.0.html", "/old/types", "/old/types/"] {
        visitor.get(old).await.assert_moved_to("/posts/types-1-0");
    }
    visitor.get("/posts/old-queue/").await.assert_moved_to("/posts/queue");
    visitor.get("/2015/05/11/hello-world.html").await.assert_moved_to("/posts/hello-world");
    visitor.get("/2016/06/12/hello-again").await.assert_moved_to("/posts/hello-world-2");
}

#[actix_web::test]
async fn drafts_and_later_dates_are_not_shown() {
    let site = Site::start().await;
    import(&site, &fixture(&site));
    let visitor = site.visitor();
    visitor.get("/posts/idea").await.assert_status(404);
    visitor.get("/posts/later").await.assert_status(404);
    assert_eq!((site.count("entries WHERE state = 'draft'"), site.count("entries WHERE publish_at IS NOT NULL")), (2, 1));
    visitor.get("/categories/language/design").await.assert_status(200).assert_shows("Types reach 1.0");
    visitor.get("/tags/second-one").await.assert_status(200).assert_shows("Hello: world");
    visitor.get("/authors/ada").await.assert_status(200).assert_shows("Hello: world");
    assert_eq!(site.count("users WHERE password_hash IS NULL AND role = 'author'"), 3); // Jacqueline, Ada, Editor
}

#[actix_web::test]
async fn a_repeated_import_changes_only_what_has_changed() {
    let site = Site::start().await;
    let folder = fixture(&site);
    import(&site, &folder);
    let (revisions, journal) = (site.count("revisions"), site.count("journal"));
    let again = import(&site, &folder);
    assert_eq!(counts(&again), (0, 0, 9, 3), "{again:#?}");
    assert_eq!((site.count("revisions"), site.count("journal"), again.renamed.len()), (revisions, journal, 0));
    // A text, a picture and an address change; a file is new.
    fs::write(folder.join("hugo/about/team.md"), "---\ntitle: The crew\n---\nWe are new.").unwrap();
    fs::write(folder.join("hugo/posts/queue/pool.svg"), "<svg xmlns=\"http://www.w3.org/2000/svg\"/>").unwrap();
    let types = fs::read_to_string(folder.join("zola/types.md")).unwrap();
    fs::write(folder.join("zola/types.md"), types.replacen("+++", "+++\nslug = \"all-about-types\"", 1)).unwrap();
    fs::write(folder.join("new.md"), "# New\n\nA page.").unwrap();
    let changed = import(&site, &folder);
    // The two files that link to the renamed one follow it.
    assert_eq!(counts(&changed), (1, 5, 4, 3), "{changed:#?}");
    let visitor = site.visitor();
    visitor.get("/about/team").await.assert_status(200).assert_shows("The crew").assert_shows("We are new.");
    visitor.get("/posts/types-1-0").await.assert_moved_to("/posts/all-about-types");
    assert_eq!(visitor.get("/posts/hello-world").await.link("types"), "/posts/all-about-types");
    visitor.get("/new").await.assert_status(200);
}

#[actix_web::test]
async fn a_dry_run_changes_nothing() {
    let site = Site::start().await;
    let folder = fixture(&site);
    let rehearsed = import_with(&site, &folder, Options { rehearse: true, ..Options::default() });
    assert_eq!(counts(&rehearsed), (9, 0, 0, 3));
    assert_eq!([site.count("entries"), site.count("users"), site.count("files"), site.count("journal")], [0; 4]);
    assert!(fs::read_dir(site.folder.join("files")).unwrap().next().is_none());
    import(&site, &folder);
    assert_eq!(counts(&import_with(&site, &folder, Options { rehearse: true, ..Options::default() })), (0, 0, 9, 3));
}

#[actix_web::test]
async fn an_unknown_author_is_refused_at_once() {
    let site = Site::start().await;
    let (state, source) = (&site.state, Source::Folder(fixture(&site)));
    let options = Options { author: Some("nobody".to_owned()), ..Options::default() };
    let error = markdown::import(&state.db, &state.storage, &source, &options, &state.clock, &ProgressBar::hidden()).unwrap_err();
    assert!(error.to_string().contains("no user with the slug nobody"), "{error}");
    assert_eq!(site.count("entries"), 0);
}

#[actix_web::test]
async fn every_internal_link_of_the_sample_site_leads_somewhere() {
    let site = Site::start().await;
    let report = sample::load(&site.state, &ProgressBar::hidden()).unwrap();
    assert!(
        report.skipped.is_empty() && report.unresolved.is_empty() && report.notes.is_empty() && report.renamed.is_empty(),
        "{report:#?}"
    );
    assert!(report.created >= 16, "{report:#?}");
    let visitor = site.visitor();
    let mut waiting = vec!["/".to_owned()];
    let mut seen: BTreeSet<String> = waiting.iter().cloned().collect();
    let mut fragments: Vec<(String, String, String)> = Vec::new();
    let mut places: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    while let Some(path) = waiting.pop() {
        let page = visitor.get(&path).await;
        assert_eq!(page.status.as_u16(), 200, "{path}");
        if !page.kind().starts_with("text/html") {
            continue;
        }
        places.insert(path.clone(), page.attributes("[id]", "id").into_iter().collect());
        let links =
            page.attributes("a", "href").into_iter().chain(page.attributes("img", "src")).chain(page.attributes("link[href]", "href"));
        for link in links {
            let (link, fragment) = link.split_once('#').map_or((link.as_str(), ""), |(link, fragment)| (link, fragment));
            let to = if link.is_empty() { path.clone() } else { link.to_owned() };
            if !to.starts_with('/') {
                let outside = ["https://", "http://", "mailto:"].iter().any(|scheme| to.starts_with(scheme));
                assert!(outside, "{path} links to {to}, which is relative");
                continue;
            }
            if !fragment.is_empty() {
                fragments.push((path.clone(), to.clone(), fragment.to_owned()));
            }
            if !to.starts_with("/static/") && seen.insert(to.clone()) {
                waiting.push(to);
            }
        }
    }
    assert!(places.len() > 30, "{:?}", places.keys());
    for (page, to, fragment) in fragments {
        assert!(places[&to].contains(&fragment), "{page} links to {to}#{fragment}, which is not there");
    }
}

#[actix_web::test]
async fn the_sample_is_loaded_into_an_empty_site_only() {
    let site = Site::start().await;
    sample::load(&site.state, &ProgressBar::hidden()).unwrap();
    let (entries, journal) = (site.count("entries"), site.count("journal"));
    let error = sample::load(&site.state, &ProgressBar::hidden()).unwrap_err();
    assert!(error.to_string().contains("There are entries already"), "{error}");
    assert_eq!((site.count("entries"), site.count("journal")), (entries, journal));
    site.visitor().get("/").await.assert_status(200).assert_shows("The Backend Handbook").assert_shows("Learning path");
}
