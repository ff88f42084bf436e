//! The page cache: nothing stale, nothing dropped in vain.
//!
//! [`Small`] is a site with everything that pages show. After each change every page is asked for, out of the cache and anew.

mod entries;
mod files;
mod lists;
mod serving;
mod site;

use crate::support::{
    answer::{Answer, Form},
    site::{Site, Visitor, a_page, a_post},
};
use chrono::TimeDelta;
use diesel::prelude::*;
use mainstay::{
    app::State,
    content::model::{entry::EntryId, tag::TagId},
    db::Db,
    journal::{Actor, Change},
    schema::tags,
    site::menus::{self, NewItem},
    web::{
        page_cache::PageCache,
        person::{Role, UserId},
    },
};
use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// A second application on the database of a site, with a cache of so many megabytes.
async fn another(site: &Site, megabytes: u64) -> (State, Visitor) {
    let pages = Arc::new(PageCache::new(megabytes, site.state.clock.clone()));
    let db = Db::open(&site.database.url(), 4).unwrap().telling(State::hook_of(&pages));
    let state = State { db, pages, ..site.state.clone() };
    let visitor = site.visitor_of(&state).await;
    (state, visitor)
}

/// A small site with everything that pages show, and somebody who changes it.
struct Small {
    site: Site,
    owner: Visitor,
    reader: Visitor,
    uncached: Visitor,
    /// Every page as it was at the last look.
    last: RefCell<BTreeMap<String, String>>,
}

struct Authors {
    ada: UserId,
    bob: UserId,
}

/// Pages that may be dropped although they show nothing of a change: what changes, the beginning of their address, why.
const IN_VAIN: &[(&str, &str, &str)] = &[
    ("a featured post", "/posts/post-4", "its page shows the day of its last change, here the same day"),
    ("the address of a category", "/posts/", "related posts show the name of a topic but not its address"),
    ("the address of a category", "/feeds/", "posts show the name of a topic but not its address"),
    ("the place of a category", "/feeds/", "posts show the name of a topic but not its address"),
    ("the place of a category", "/posts/", "related posts show the name of a topic but not its address"),
    ("the picture of a post", "/", "lists show pictures of the library; the one of this test lies nowhere"),
    ("setting:", "/", "a setting drops every page: it is changed rarely"),
    ("the author", "/", "who wrote a post counts as shown wherever the post is"),
    ("two tags in one", "/tags/mysql", "the list of the tag that is kept has grown, unless each post had both"),
    ("a category less", "/", "the list of the category has lost a post that the home page does not show of it"),
    ("links found by their words", "/posts/", "the same posts may have been shown before for their topics"),
    ("an author's address", "/", "name and address of an author are one tag"),
];

/// Changes that drop every page, and with them what only programs read.
const WHOLE: &[&str] = &["the look", "the favicon", "the new favicon", "another picture in place of one", "a logo", "an emptied cache"];

/// What no page links to.
const FOR_PROGRAMS: [&str; 7] =
    ["/feeds/rss", "/feeds/json/comments", "/sitemap.xml", "/sitemaps/0.xml", "/sitemaps/topics.xml", "/robots.txt", "/llms.txt"];

fn is_for_programs(address: &str) -> bool {
    address.starts_with("/feeds/") || FOR_PROGRAMS.contains(&address)
}

/// Without the moment at which a form was drawn: that of a page out of the cache is the one at which the page was made.
fn undated(html: &str) -> String {
    let Some((before, after)) = html.split_once("name=\"drawn\" value=\"") else { return html.to_owned() };
    format!("{before}{}", after.split_once('"').map_or("", |(_, rest)| rest))
}

impl Small {
    async fn new() -> (Small, Authors) {
        let site = Site::start().await;
        let owner = site.signed_in(Role::Owner);
        let (ada, bob) = (site.given_user(Role::Author), site.given_user(Role::Author));
        for (name, parent) in [("Systems", ""), ("Databases", "1"), ("Craft", "")] {
            let form = owner.get("/admin/categories/new").await.form("#category");
            owner.submit(form.fill([("name", name), ("parent", parent)])).await.assert_status(303);
        }
        for number in 1..=9 {
            site.later(TimeDelta::seconds(1));
            let author = if number % 2 == 0 { ada } else { bob };
            site.given(a_post(&format!("Post {number}")).by(author).published().with(|draft| {
                draft.summary = format!("About {number}.");
                draft.categories = vec![[2.into(), 3.into(), 1.into()][number % 3]];
                draft.tags = if number < 5 { vec!["rust".to_owned()] } else { vec!["mysql".to_owned(), format!("t{number}")] };
                draft.featured = number == 4;
            }));
        }
        let guides = site.given(a_page("Guides").by(ada).published());
        let deep = site.given(a_page("Deep").by(ada).published().with(|draft| draft.parent = Some(guides)));
        site.given(a_page("Deeper").by(ada).published().with(|draft| draft.parent = Some(deep)));
        site.given(a_page("About").by(ada).published());
        let uncached = another(&site, 0).await.1;
        let reader = site.visitor();
        let small = Small { site, owner, reader, uncached, last: RefCell::default() };
        small.menu(&[("Guides", Some("/guides")), ("Craft", Some("/categories/craft")), ("Elsewhere", Some("https://example.net"))]);
        small.settings(&[("posts_per_page", "4")]).await;
        (small, Authors { ada, bob })
    }

    fn menu(&self, items: &[(&str, Option<&str>)]) {
        let items: Vec<NewItem> =
            items.iter().map(|(label, to)| NewItem { label: (*label).into(), to: to.map(str::to_owned), items: Vec::new() }).collect();
        let now = self.site.state.clock.now();
        self.site.write(|conn| {
            menus::replace(conn, "header", &items)?;
            let cache_tags = vec![menus::SHOWN.to_owned()];
            let change = Change { kind: "menu.changed", subject: "menu", key: 0, label: "", detail: serde_json::json!({}), cache_tags };
            Ok(change.record(conn, &Actor::default(), now)?)
        });
    }

    async fn settings(&self, fields: &[(&str, &str)]) {
        let mut form = self.owner.get("/admin/settings").await.form("#settings");
        for (name, value) in fields {
            form = form.fill([(*name, *value)]);
        }
        self.owner.submit(form).await.assert_status(303);
    }

    async fn submit(&self, page: &str, form: &str, change: impl FnOnce(Form) -> Form) {
        let form = self.owner.get(page).await.form(form);
        self.owner.submit(change(form)).await.assert_status(303);
    }

    /// Edits an entry and publishes it.
    async fn edit(&self, id: EntryId, change: impl FnOnce(Form) -> Form) {
        self.submit(&format!("/admin/entries/{id}"), "#editor", |form| change(form).fill([("do", "publish")])).await;
    }

    /// Every page that visitors find, as the uncached application draws it, and what becomes of those found last time.
    async fn all_pages(&self) -> BTreeMap<String, Answer> {
        let mut waiting: Vec<String> = ["/", "/posts", "/categories", "/tags", "/about"].map(str::to_owned).to_vec();
        waiting.extend(FOR_PROGRAMS.map(str::to_owned));
        let mut pages = BTreeMap::new();
        while let Some(address) = waiting.pop() {
            if pages.contains_key(&address) {
                continue;
            }
            let page = self.uncached.get(&address).await;
            let links = page.body.split("<a ").skip(1).filter_map(|tag| tag.split("href=\"").nth(1)?.split(['"', '#']).next());
            let ours = links.filter(|link| link.starts_with('/') && !link.starts_with("/search") && !link.starts_with("/comments/"));
            waiting.extend(ours.map(str::to_owned));
            pages.insert(address, page);
        }
        let known: Vec<String> = self.last.borrow().keys().filter(|address| !pages.contains_key(*address)).cloned().collect();
        for address in known {
            let page = self.uncached.get(&address).await;
            pages.insert(address, page);
        }
        pages
    }

    /// Asks for every page: the cache and the uncached application must agree. Returns the addresses of those dropped.
    async fn look(&self, what: &str) -> BTreeSet<String> {
        let (mut dropped, mut texts) = (BTreeSet::new(), BTreeMap::new());
        for (address, fresh) in self.all_pages().await {
            let cached = self.reader.get(&address).await;
            assert_eq!(cached.status, fresh.status, "{address} after {what}");
            if fresh.status.as_u16() == 200 {
                assert_eq!(undated(&cached.body), undated(&fresh.body), "{address} is stale after {what}");
                match cached.header("x-cache") {
                    "hit" => {}
                    "miss" => drop(dropped.insert(address.clone())),
                    other => panic!("{address}: {other}"),
                }
                texts.insert(address, fresh.body);
            } else if self.last.borrow().contains_key(&address) {
                dropped.insert(address);
            }
        }
        self.last.replace(texts);
        dropped
    }

    /// Makes a change and looks at every page before and after; says how many were dropped, not counting what only programs read.
    async fn after(&self, what: &str, change: impl Future<Output = ()>) -> usize {
        if self.last.borrow().is_empty() {
            self.look("the beginning").await;
            assert_eq!(self.look("the beginning, again").await, BTreeSet::new());
        }
        let before = self.last.borrow().clone();
        self.site.later(TimeDelta::seconds(1));
        change.await;
        let dropped = self.look(what).await;
        let last = self.last.borrow();
        let in_vain = dropped.iter().filter(|address| before.get(*address).is_some_and(|old| last.get(*address) == Some(old)));
        let whole = WHOLE.iter().any(|change| what.starts_with(change));
        let excused = |address: &String| {
            whole && is_for_programs(address)
                || IN_VAIN.iter().any(|(change, start, _)| what.starts_with(change) && address.starts_with(start))
        };
        assert_eq!(in_vain.filter(|address| !excused(address)).collect::<Vec<_>>(), [] as [&String; 0], "dropped in vain after {what}");
        assert!(!dropped.is_empty() || what.starts_with("nothing"), "{what} changed no page");
        log::info!("{what}: {} of {} pages dropped", dropped.len(), last.len());
        dropped.iter().filter(|address| !is_for_programs(address)).count()
    }

    fn entry(&self, path: &str) -> EntryId {
        use mainstay::schema::entries;
        entries::table.filter(entries::path.eq(path)).select(entries::id).first(&mut self.site.database.conn()).unwrap()
    }

    fn tag(&self, slug: &str) -> TagId {
        tags::table.filter(tags::slug.eq(slug)).select(tags::id).first(&mut self.site.database.conn()).unwrap()
    }
}
