//! What every page has in common, whoever opens it.

use super::{ROLES, branches::limit, guest, people, rules, things::Things};
use crate::support::{
    answer::Answer,
    site::{Site, a_page},
};
use actix_web::test::TestRequest;
use mainstay::web::person::{Right, Role, UserId};
use scraper::{Html, Selector};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Pages that are one person's although a visitor opens them.
const DOORS: &[&str] = &[
    "/login",
    "/login/confirmation",
    "/login/second-factor",
    "/login/reset",
    "/login/new-password",
    "/login/email",
    "/setup",
    "/invitation",
    "/comments/new",
];

/// A letter in its frame is no page: it looks as mail programs show it, and it is nobody else's.
const A_LETTER: &str = "/admin/mail/{id}/html";

#[actix_web::test]
async fn every_page_is_whole_and_says_who_may_keep_it() {
    let site = Site::start().await;
    let things = Things::new(&site);
    let people = people(&site);
    let mut pages = 0;
    for rule in rules().iter().filter(|rule| !rule.is_post()) {
        for person in &people {
            let address = things.address(rule.method, rule.route, *person, true);
            let answer = guest(&site, *person).get(&address).await;
            let what = format!("{address} as {person:?}");
            if !answer.kind().starts_with("text/html") || rule.route == A_LETTER && answer.status.is_success() {
                continue;
            }
            pages += 1;
            is_whole(&answer, &what);
            let kept = answer.header("cache-control");
            if !answer.status.is_success() || rule.route.starts_with("/admin") || DOORS.contains(&rule.route) {
                assert_eq!(kept, "no-store", "{what}");
            } else if rule.route.starts_with("/review/") {
                assert_eq!(kept, "private, no-store", "{what}");
            } else if person.is_some() {
                assert_eq!((kept, answer.header("etag")), ("no-store", ""), "{what}");
            } else {
                can_be_kept_by_all(&site, &address, &answer).await;
            }
        }
    }
    assert!(pages > 100, "{pages} pages");
    site.run_jobs();
}

/// One heading, a title, every id once, and whatever an attribute names by its id.
fn is_whole(answer: &Answer, what: &str) {
    let page = Html::parse_document(&answer.body);
    for name in ["h1", "title", "main"] {
        let texts: Vec<String> = page.select(&Selector::parse(name).unwrap()).map(|found| found.text().collect()).collect();
        let own = if name == "title" { texts.iter().take(1) } else { texts.iter().take(9) }; // pictures have titles too
        assert_eq!(own.filter(|text| !text.trim().is_empty()).count(), 1, "{name} of {what}: {texts:?}");
    }
    let (mut ids, mut wanted) = (BTreeSet::new(), Vec::new());
    for element in page.select(&Selector::parse("*").unwrap()) {
        if let Some(id) = element.attr("id") {
            assert!(ids.insert(id), "id {id} twice on {what}");
        }
        let named = ["for", "form", "aria-describedby", "aria-labelledby", "aria-controls"].iter().filter_map(|name| element.attr(name));
        wanted.extend(named.flat_map(str::split_whitespace));
    }
    for id in wanted {
        assert!(ids.contains(id), "no id {id} on {what}");
    }
}

async fn can_be_kept_by_all(site: &Site, address: &str, answer: &Answer) {
    let (kept, tag) = (answer.header("cache-control"), answer.header("etag"));
    assert!(kept.starts_with("public"), "{address}: {kept}");
    assert!(answer.header("set-cookie").is_empty(), "{address} sets a cookie");
    let visitor = site.visitor();
    let again = visitor.send(TestRequest::get().uri(address).insert_header(("If-None-Match", tag))).await;
    assert_eq!((again.status.as_u16(), again.bytes.len()), (304, 0), "{address}");
    assert_eq!(again.header("etag"), tag, "{address}");
    let head = visitor.send(TestRequest::default().method(actix_web::http::Method::HEAD).uri(address)).await;
    assert_eq!((head.status.as_u16(), head.header("etag")), (200, tag), "HEAD {address}");
}

#[actix_web::test]
async fn nobody_is_offered_what_is_refused() {
    let site = Site::start().await;
    let things = Things::new(&site);
    let branch = site.given(a_page("Branch").published());
    for (role, is_limited) in ROLES.into_iter().map(|role| (role, false)).chain([(Some(Role::Editor), true)]) {
        let person = role.map(|role| site.given_user(role));
        if let Some(person) = person.filter(|_| is_limited) {
            limit(&site, person, branch);
            things.below(Some(branch));
        }
        if let Some(person) = person.filter(|_| role != Some(Role::Reader)) {
            // Something of one's own in every state.
            for route in ["/admin/entries/{id}", "/admin/entries/{id}/unpublication", "/admin/entries/{id}/restoration"] {
                things.address("GET", route, Some(person), true);
            }
        }
        let has_admin = role.is_some_and(|role| role.may(Right::Write));
        let start = if has_admin { vec!["/", "/admin"] } else { vec!["/"] };
        let seen = walk(&site, person, &start).await;
        assert!(seen > if has_admin { 25 } else { 7 }, "{role:?} came to {seen} pages only");
    }
    site.run_jobs();
}

/// Follows every link of the site from page to page and returns how many there were. Every form leads to a route.
async fn walk(site: &Site, person: Option<UserId>, start: &[&str]) -> usize {
    let rules = rules();
    let visitor = guest(site, person);
    let mut from: BTreeMap<String, String> = start.iter().map(|path| ((*path).to_owned(), String::new())).collect();
    let mut waiting: VecDeque<String> = from.keys().cloned().collect();
    while let Some(address) = waiting.pop_front() {
        let answer = visitor.get(&address).await;
        let status = answer.status.as_u16();
        assert!(matches!(status, 200 | 303), "{address}, linked from {:?}, answers {status} to {person:?}", from[&address]);
        if status == 303 {
            continue;
        }
        let (actions, links) = ways(&answer);
        for action in actions {
            let path = action.split('?').next().unwrap();
            let known = rules.iter().any(|rule| rule.is_post() && matches(rule.route, path));
            assert!(known, "the form on {address} leads to {action}, which nothing answers");
        }
        for link in links {
            let ours = link.starts_with('/') && !link.starts_with("/static/") && !link.starts_with("/files/");
            if ours && !from.contains_key(&link) && from.len() < 300 {
                from.insert(link.clone(), address.clone());
                waiting.push_back(link);
            }
        }
    }
    from.len()
}

/// Where the forms of a page lead that change something, and where its links do.
fn ways(answer: &Answer) -> (Vec<String>, Vec<String>) {
    let page = Html::parse_document(&answer.body);
    let (mut actions, mut links) = (Vec::new(), Vec::new());
    for element in page.select(&Selector::parse("a[href], form[method=post], [formaction]").unwrap()) {
        if let Some(link) = element.attr("href") {
            links.push(link.split('#').next().unwrap().to_owned());
        }
        actions.extend(["action", "formaction"].iter().filter_map(|name| element.attr(name)).map(str::to_owned));
    }
    (actions, links)
}

/// Whether a path is one of a route; `{id}` stands for any one part.
fn matches(route: &str, path: &str) -> bool {
    let (route, path): (Vec<&str>, Vec<&str>) = (route.split('/').collect(), path.split('/').collect());
    route.len() == path.len() && route.iter().zip(path).all(|(wanted, given)| wanted.starts_with('{') || *wanted == given)
}

#[actix_web::test]
async fn addresses_that_lead_nowhere_say_so_in_full() {
    let site = Site::start().await;
    for person in [None, Some(site.given_user(Role::Author))] {
        for address in [
            "/nowhere",
            "/admin/nowhere",
            "/admin/entries/999999",
            "/posts/none",
            "/categories/none",
            "/tags/none",
            "/authors/none",
            "/series/none",
        ] {
            let answer = guest(&site, person).get(address).await;
            if answer.status.as_u16() == 303 {
                continue; // behind the log-in, which tells visitors nothing about what is there
            }
            assert_eq!(answer.status.as_u16(), 404, "{address}");
            is_whole(&answer, address);
            assert_eq!(answer.header("cache-control"), "no-store", "{address}");
        }
    }
}
