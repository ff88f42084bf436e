//! Who may open what: every route of the application × every role × one's own and somebody else's.
//!
//! [`TABLE`], a file for each room, is the one place where this is written down. It is held against the routes that the source
//! registers ([`routes`]), so a new route fails here until somebody has decided who may use it.

mod branches;
mod pages;
pub mod routes;
pub mod things;

use crate::support::{
    answer::Answer,
    site::{Site, Visitor},
};
use actix_web::test::TestRequest;
use diesel::prelude::*;
use mainstay::{
    schema::users,
    web::person::{Role, UserId},
};
use things::Things;

/// The status that each gets: a visitor, a contributor, an author, an editor, an admin, an owner. Forms are sent empty but for
/// their token, so 422 means that this person may send it. After a slash: when the thing is somebody else's (an entry) or an
/// owner (a person). A visitor who must log in is sent there (303) or told so (401). Two have no
/// column: a reader ([`of_reader`]), and an editor who is limited to a branch of the page tree ([`branches`]).
const TABLE: [&str; 6] = [
    include_str!("table/visitors.txt"),
    include_str!("table/accounts.txt"),
    include_str!("table/content.txt"),
    include_str!("table/media.txt"),
    include_str!("table/community.txt"),
    include_str!("table/site.txt"),
];

const ROLES: [Option<Role>; 7] =
    [None, Some(Role::Reader), Some(Role::Contributor), Some(Role::Author), Some(Role::Editor), Some(Role::Admin), Some(Role::Owner)];

/// A line of the table.
pub struct Rule {
    pub method: &'static str,
    pub route: &'static str,
    /// For each of [`ROLES`]: what is one's own, what is not.
    statuses: Vec<(u16, u16)>,
}

impl Rule {
    pub fn is_post(&self) -> bool {
        self.method == "POST"
    }
}

pub fn rules() -> Vec<Rule> {
    let lines = TABLE.iter().flat_map(|room| room.lines()).map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let rule = |line: &'static str| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let number = |cell: &str| cell.parse().unwrap_or_else(|_| panic!("{line}"));
        let statuses = words[2..].iter().map(|cell| cell.split_once('/').unwrap_or((cell, cell)));
        let mut statuses: Vec<_> = statuses.map(|(own, other)| (number(own), number(other))).collect();
        statuses.insert(1, of_reader(words[0], words[1], statuses[1]));
        assert_eq!(statuses.len(), ROLES.len(), "{line}");
        Rule { method: words[0], route: words[1], statuses }
    };
    lines.map(rule).collect()
}

/// Pages that a reader has in the place of a profile.
const OF_READERS: &[&str] = &["/account", "/account/email", "/account/password", "/account/sessions", "/account/data", "/account/erasure"];

/// Whoever is a reader has no admin at all, and elsewhere what everybody has who is signed in.
fn of_reader(method: &str, route: &str, of_contributor: (u16, u16)) -> (u16, u16) {
    match route {
        _ if route.starts_with("/admin") => (403, 403),
        _ if method == "GET" && OF_READERS.contains(&route) => (200, 200),
        _ => of_contributor,
    }
}

/// One person for each of [`ROLES`].
fn people(site: &Site) -> Vec<Option<UserId>> {
    let people = ROLES.iter().map(|role| role.map(|role| site.given_user(role))).collect();
    // Who has no password was only invited, and the last owner beside them cannot be disabled.
    let known = diesel::update(users::table.filter(users::role.eq(Role::Owner))).set(users::password_hash.eq("x"));
    known.execute(&mut site.database.conn()).unwrap();
    people
}

/// A session of its own for each try; nobody's where there is no user.
fn guest(site: &Site, user: Option<UserId>) -> Visitor {
    user.map_or_else(|| site.visitor(), |user| site.session_of(user))
}

/// A form without a field but the token.
async fn post(by: &Visitor, address: &str, token: &str, from: &str) -> Answer {
    let request = TestRequest::post()
        .uri(address)
        .insert_header(("Sec-Fetch-Site", from))
        .insert_header(("Content-Type", "application/x-www-form-urlencoded"))
        .set_payload(if token.is_empty() { String::new() } else { format!("token={token}") });
    by.send(request).await
}

#[test]
fn the_table_names_every_route_and_no_other() {
    let registered = routes::registered();
    let told: Vec<(String, String)> = rules().iter().map(|rule| (rule.method.to_owned(), rule.route.to_owned())).collect();
    let unknown: Vec<_> = registered.iter().filter(|route| !told.contains(route)).collect();
    let gone: Vec<_> = told.iter().filter(|route| !registered.contains(route)).collect();
    assert!(unknown.is_empty(), "who may use these? Say so in TABLE: {unknown:?}");
    assert!(gone.is_empty(), "no longer registered: {gone:?}");
    assert_eq!(told.len(), registered.len(), "a route stands there twice");
}

#[actix_web::test]
async fn everybody_may_do_what_the_table_says_and_nothing_else() {
    let site = Site::start().await;
    let things = Things::new(&site);
    let people = people(&site);
    let mut wrong = Vec::new();
    for rule in rules() {
        for (person, (own, other)) in people.iter().zip(&rule.statuses) {
            for (is_own, expected) in [(true, own), (false, other)] {
                if !is_own && !things.differ(rule.route) {
                    continue;
                }
                let address = things.address(rule.method, rule.route, *person, is_own);
                let guest = guest(&site, *person);
                let answer = match rule.is_post() {
                    true => post(&guest, &address, &guest.token, "same-origin").await,
                    false => guest.get(&address).await,
                };
                if answer.status.as_u16() != *expected {
                    let role = person.map_or("a visitor".to_owned(), |id| things.role(id).to_string());
                    let which = if is_own { "" } else { " (somebody else's)" };
                    wrong.push(format!("{} {}{which} by {role}: {} instead of {expected}", rule.method, rule.route, answer.status));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    site.run_jobs();
}

#[actix_web::test]
async fn no_form_is_taken_from_another_site_or_without_its_token() {
    let site = Site::start().await;
    let things = Things::new(&site);
    let owner = site.given_user(Role::Owner);
    for rule in rules().iter().filter(|rule| rule.is_post()) {
        let address = things.address(rule.method, rule.route, Some(owner), true);
        let (guest, visitor) = (guest(&site, Some(owner)), site.visitor());
        let changes = site.count("journal");
        for (by, token, from, what) in [
            (&guest, "", "same-origin", "without the token"),
            (&guest, "0123456789012345678901234567890123456789012345678901234567890123", "same-origin", "with another token"),
            (&guest, guest.token.as_str(), "cross-site", "from another site"),
            (&guest, guest.token.as_str(), "same-site", "from a neighbour"),
            (&visitor, "", "cross-site", "by a visitor from another site"),
        ] {
            let status = post(by, &address, token, from).await.status;
            assert_eq!(status.as_u16(), 403, "{} {what}", rule.route);
        }
        assert_eq!(site.count("journal"), changes, "{}", rule.route);
        let still = guest.get("/admin").await.status;
        assert_eq!(still.as_u16(), 200, "{} ended the session", rule.route);
    }
    site.run_jobs();
}
