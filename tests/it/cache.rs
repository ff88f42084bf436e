//! The page cache: nothing stale, nothing dropped in vain.

use crate::{
    media::gif,
    support::{
        answer::{Answer, Form},
        other::Other,
        pictures::{jpeg, png},
        site::{Site, Visitor, a_page, a_post},
    },
};
use actix_web::test::TestRequest;
use chrono::TimeDelta;
use diesel::prelude::*;
use mainstay::{
    app::{JOBS, State},
    cli::warm_up,
    clock::Clock,
    content::model::{
        category_changes,
        entry::{Entry, EntryId},
        revision::{Draft, Revision},
        saving,
        tag::TagId,
    },
    db::Db,
    exchange::{
        markdown::{self, Options},
        source::Source,
    },
    jobs::worker::run_due,
    journal::{Actor, Change, tail::Tail},
    media::model::file::FileId,
    schema::tags,
    search::model::{learning, related},
    site::{
        SiteSettings,
        comments::Policy,
        menus::{self, NewItem},
    },
    web::{
        page_cache::{PageCache, store::Figures},
        person::{Role, UserId},
    },
};
use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    fs,
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

#[actix_web::test]
async fn after_a_start_the_pages_read_most_are_there_already() {
    let (small, _) = Small::new().await;
    for (address, times) in [("/posts/post-1", 1), ("/posts/post-2", 60), ("/posts?before=nothing", 40), ("/about", 20)] {
        for _ in 0..times {
            small.reader.get(address).await.assert_status(200);
        }
    }
    warm_up::note(&small.site.state).await;
    let (state, reader) = another(&small.site, 16).await;
    let made = warm_up::warm_up(&state).await.unwrap();
    assert!((3..=4).contains(&made), "{made} pages were made");
    for address in ["/posts/post-2", "/posts?before=nothing", "/about"] {
        assert_eq!(reader.get(address).await.header("x-cache"), "hit", "{address}");
    }
    assert_eq!(reader.get("/posts/post-3").await.header("x-cache"), "miss", "nobody has read it");
    assert_eq!(state.pages.most_read(1)[0].0, "/posts/post-2", "what was read most before the start still is");
}

#[actix_web::test]
async fn no_page_is_stale_after_an_entry_has_changed() {
    let (small, authors) = Small::new().await;
    let post = small.entry("/posts/post-5");
    small.after("a text", small.edit(post, |form| form.fill([("body", "Quite another text.")]))).await;
    small.after("a title", small.edit(post, |form| form.fill([("title", "Another title")]))).await;
    small.after("an address", small.edit(post, |form| form.fill([("slug", "moved")]))).await;
    small.after("the author", small.edit(post, |form| form.fill([("author", &authors.ada.to_string())]))).await;
    small.after("the tags", small.edit(post, |form| form.fill([("tags", "rust, new")]))).await;
    small.after("a featured post", small.edit(small.entry("/posts/post-4"), |form| form.without("featured"))).await;
    small.after("a page", small.edit(small.entry("/guides/deep"), |form| form.fill([("title", "Deep water")]))).await;
    small.after("a branch", small.edit(small.entry("/guides"), |form| form.fill([("slug", "manuals")]))).await;
    let deep = small.entry("/manuals/deep");
    let parent = small.entry("/about").to_string();
    small.after("a page elsewhere", small.edit(deep, |form| form.fill([("parent", &parent)]))).await;
    small
        .after("a page moved in the tree", async {
            let looked = small.owner.get(&format!("/admin/pages/{deep}/move?parent=/manuals")).await;
            small.owner.submit(looked.form("#confirm")).await.assert_status(303);
        })
        .await;
    small.site.given(a_page("Deep sea").by(authors.ada).published().with(|draft| draft.parent = Some(small.entry("/manuals"))));
    small.look("a second page").await;
    let level = format!("/admin/pages?below={}", small.entry("/manuals"));
    small.after("the order of siblings", small.submit(&level, &format!("#page-{deep} form"), |form| form.fill([("to", "down")]))).await;
    small
        .after("nothing: a draft", async {
            small.submit(&format!("/admin/entries/{}", small.entry("/about")), "#editor", |form| form.fill([("body", "Soon.")])).await;
        })
        .await;
    small.site.run_jobs();
    assert_ne!(authors.ada, authors.bob);
}

#[actix_web::test]
async fn no_page_is_stale_after_a_contact_form_has_changed() {
    let (small, _) = Small::new().await;
    let form = |fields: [(&'static str, &'static str); 2]| move |form: Form| form.fill(fields);
    let made = small.submit("/admin/messages/forms/new", "#contact", form([("path", "/about"), ("recipients", "desk@example.net")]));
    assert_eq!(small.after("a contact form", made).await, 1, "its page alone");
    let heading = small.submit("/admin/messages/forms/1", "#contact", form([("path", "/about"), ("heading", "Ask us")]));
    assert_eq!(small.after("the heading of a form", heading).await, 1);
    let moved = small.submit("/admin/messages/forms/1", "#contact", form([("path", "/guides"), ("heading", "Ask us")]));
    assert_eq!(small.after("a form on another page", moved).await, 2);
    let message = async {
        let answer = small.reader.get("/guides").await.form("#contact-form");
        let answer = answer.fill([("name", "Ada"), ("email", "ada@example.org"), ("message", "Hello there.")]);
        small.reader.submit(answer).await.assert_status(303);
    };
    small.after("nothing: a message", message).await;
    let gone = small.submit("/admin/messages/forms/1/deletion", "#deletion", |form| form);
    assert_eq!(small.after("a form less", gone).await, 1);
    small.site.run_jobs();
}

#[actix_web::test]
async fn no_page_is_stale_after_links_and_redirects_have_changed() {
    let (small, _) = Small::new().await;
    let about = small.entry("/about");
    small
        .after("links to a page", async {
            small.edit(small.entry("/posts/post-1"), |form| form.fill([("body", "See [about](/about).")])).await;
            small.edit(small.entry("/guides/deep"), |form| form.fill([("body", "See [about](/about#us).")])).await;
        })
        .await;
    small
        .after("nothing: a redirect by hand, one changed, one deleted, and what is not counted", async {
            small.submit("/admin/redirects/new", "#redirect", |form| form.fill([("from", "/old"), ("to", "/about")])).await;
            small.submit("/admin/redirects/1", "#redirect", |form| form.fill([("to", "/guides")])).await;
            small.submit("/admin/redirects/deletion?id=1", "#deletion", |form| form).await;
            small.submit("/admin/lost/rules", "#not-counted", |form| form.fill([("rules", "/probe")])).await;
        })
        .await;
    let dropped =
        small.after("a rename that rewrites links", small.edit(about, |form| form.fill([("slug", "us")]).tick("relink", "true"))).await;
    assert!(dropped >= 3, "both entries that link there, and the page itself: {dropped}");
    small.after("a rename that leaves links", small.edit(about, |form| form.fill([("slug", "we")]))).await;
    small.site.run_jobs();
}

/// A newer draft behind what is live.
fn save_draft(site: &Site, id: EntryId, title: &str) {
    let now = site.state.clock.now();
    site.write(|conn| {
        let newest = Entry::find(conn, id)?.latest_revision_id.unwrap();
        let newest = Revision::find(conn, newest)?;
        let draft = Draft { title: title.to_owned(), ..newest.draft() };
        saving::save(conn, id, newest.id, &draft, &Actor::default(), now).map(drop)
    });
}

#[actix_web::test]
async fn no_page_is_stale_after_an_act_on_many() {
    let (small, authors) = Small::new().await;
    let (post, page) = (small.entry("/posts/post-5"), small.entry("/about"));
    let act = |act: &'static str, value: String| {
        let small = &small;
        async move {
            let looked = small.owner.get(&format!("/admin/entries/bulk?do={act}&id={post}&id={page}")).await;
            let form = looked.form("#confirm");
            let form = if value.is_empty() { form } else { form.fill([("value", &*value)]) };
            small.owner.submit(form).await.assert_status(303);
        }
    };
    small.after("a tag more", act("add_tag", "rust".to_owned())).await;
    small.after("a tag less", act("remove_tag", "t5".to_owned())).await;
    small.after("a category more", act("add_category", "2".to_owned())).await;
    small.after("a category less", act("remove_category", "1".to_owned())).await;
    small.after("the author", act("set_author", authors.ada.to_string())).await;
    small.after("many off the site", act("unpublish", String::new())).await;
    small.after("many published", act("publish", String::new())).await;
    small.after("many in the trash", act("trash", String::new())).await;
    small
        .after(
            "nothing: a copy",
            small.submit(&format!("/admin/entries/{}/duplication", small.entry("/posts/post-4")), "#confirm", |form| form),
        )
        .await;
}

#[actix_web::test]
async fn no_page_is_stale_after_a_snippet_has_changed() {
    let (small, authors) = Small::new().await;
    let call = |body: &str| body.to_owned();
    let snippet = |body: &'static str| {
        let (small, page) = (&small, "/admin/snippets/1");
        async move { small.submit(page, "#snippet", |form| form.fill([("body", body)])).await }
    };
    small.submit("/admin/snippets/new", "#snippet", |form| form.fill([("name", "hours"), ("body", "From nine.")])).await;
    let using = a_post("Using").by(authors.ada).published().with(|draft| draft.body = call("{{ snippet: hours }}"));
    small.site.given(using);
    small.site.given(a_page("Also").by(authors.ada).published().with(|draft| {
        draft.parent = Some(small.entry("/guides"));
        draft.body = call("Open {{ snippet: hours }}");
    }));
    small.site.given(a_post("Only a draft").by(authors.ada).with(|draft| draft.body = call("{{ snippet: hours }}")));
    assert_eq!(small.after("a snippet", snippet("From ten.")).await, 2);
    assert_eq!(small.after("a heading in a snippet", snippet("## Hours\n\nFrom ten.")).await, 2);
    assert_eq!(
        small
            .after("nothing: the name of a snippet", small.submit("/admin/snippets/1", "#snippet", |form| form.fill([("name", "times")])))
            .await,
        0
    );
    small.after("a snippet that is gone", small.submit("/admin/snippets/1/deletion", "#deletion", |form| form)).await;
}

#[actix_web::test]
async fn no_page_is_stale_after_an_entry_has_come_or_gone() {
    let (small, authors) = Small::new().await;
    let site = &small.site;
    small
        .after("a new post", async {
            site.given(a_post("Brand new").by(authors.bob).published().with(|draft| draft.categories = vec![2.into()]));
        })
        .await;
    small
        .after("a post of an earlier month", async {
            let at = "2026-10-05T08:00:00".parse().unwrap();
            site.given(a_post("Old times").by(authors.bob).published().with(|draft| draft.dated_at = Some(at)));
        })
        .await;
    let post = small.entry("/posts/post-6");
    small.after("unpublishing", small.submit(&format!("/admin/entries/{post}/unpublication"), "#confirm", |form| form)).await;
    small.after("publishing again", small.edit(post, |form| form)).await;
    small.after("the trash", small.submit(&format!("/admin/entries/{post}/trash"), "#confirm", |form| form)).await;
    small
        .after("a scheduled post", async {
            let draft = site.given(a_post("Tomorrow").by(authors.ada));
            let (now, at) = (site.state.clock.now(), site.state.clock.now() + TimeDelta::minutes(1));
            site.write(|conn| mainstay::content::model::publishing::schedule(conn, draft, at, &Actor::default(), now));
            site.later(TimeDelta::minutes(2));
            assert_eq!(site.run_jobs(), 1);
        })
        .await;
    let draft = small.entry("/posts/tomorrow");
    small
        .after("a scheduled update, beside which a newer draft waits", async {
            save_draft(site, draft, "The title of the day after");
            let (now, at) = (site.state.clock.now(), site.state.clock.now() + TimeDelta::minutes(1));
            site.write(|conn| mainstay::content::model::publishing::schedule(conn, draft, at, &Actor::default(), now));
            save_draft(site, draft, "Not yet");
            site.later(TimeDelta::minutes(2));
            assert_eq!(site.run_jobs(), 1);
        })
        .await;
    small
        .after("a post that comes off by itself", async {
            let (now, at) = (site.state.clock.now(), site.state.clock.now() + TimeDelta::minutes(1));
            site.write(|conn| mainstay::content::model::timing::set_expiry(conn, draft, Some(at), &Actor::default(), now));
            site.later(TimeDelta::minutes(2));
            assert_eq!(site.run_jobs(), 1);
        })
        .await;
    let about = small.entry("/about");
    small.after("a page that goes", small.submit(&format!("/admin/entries/{about}/unpublication"), "#confirm", |form| form)).await;
    small
        .after("a page in the middle", async {
            let id = small.entry("/guides/deep");
            small.submit(&format!("/admin/entries/{id}/unpublication"), "#confirm", |form| form).await;
        })
        .await;
    let guides = small.entry("/guides");
    small.after("a branch in the trash", small.submit(&format!("/admin/entries/{guides}/trash"), "#confirm", |form| form)).await;
    small
        .after("nothing: a branch back as drafts", async {
            small.submit(&format!("/admin/entries/{guides}"), "#restore", |form| form).await;
        })
        .await;
    small.after("its first page back on the site", small.edit(guides, |form| form)).await;
    small
        .after("nothing: an old revision as the newest draft", async {
            small.edit(guides, |form| form.fill([("body", "Other words.")])).await;
            small.look("the new words").await;
            small.submit(&format!("/admin/entries/{guides}/revisions/1/restoration"), "#confirm", |form| form).await;
        })
        .await;
    small
        .after("an import", async {
            let folder = site.folder.join("tree");
            fs::create_dir_all(&folder).unwrap();
            fs::write(folder.join("2026-11-20-imported.md"), "---\ntitle: Imported\ntags: [rust]\ncategories: [Craft]\n---\nText.")
                .unwrap();
            let bar = indicatif::ProgressBar::hidden();
            let source = Source::Folder(folder);
            markdown::import(&site.state.db, &site.state.storage, &source, &Options::default(), &site.state.clock, &bar).unwrap();
        })
        .await;
    site.run_jobs();
}

#[actix_web::test]
async fn no_page_is_stale_after_a_series_has_changed() {
    let (small, _) = Small::new().await;
    let page = "/admin/series/1";
    let [one, two] = ["/posts/post-1", "/posts/post-2"].map(|path| small.entry(path));
    let add = |path: &'static str| small.submit(page, "#part", move |form| form.fill([("entry", path)]));
    let made = small.submit("/admin/series/new", "#series", |form| form.fill([("title", "Steps")]));
    small.after("nothing: a series without parts", made).await;
    assert_eq!(small.after("a first part", add("/posts/post-1")).await, 3, "its own page, and those of the series, which are new");
    assert_eq!(small.after("a second part", add("/posts/post-2")).await, 4, "both parts, the series and the list of all");
    add("/posts/post-3").await;
    small.look("a third part").await;
    let form = format!("#part-{two} form[action$=position]");
    assert_eq!(
        small.after("another order", small.submit(page, &form, |form| form.fill([("to", "up")]))).await,
        4,
        "three parts and the series"
    );
    let text = small.edit(one, |form| form.fill([("body", "Quite another text.")]));
    small.after("the text of a part", text).await;
    small.after("the title of a part", small.edit(one, |form| form.fill([("title", "Begin here")]))).await;
    small.after("the address of a part", small.edit(one, |form| form.fill([("slug", "begin")]))).await;
    let words = small.submit(page, "#series", |form| form.fill([("description", "In this order.")]));
    assert_eq!(small.after("the words on a series", words).await, 2, "the series and the list of all");
    let renamed = small.submit(page, "#series", |form| form.fill([("title", "First steps"), ("slug", "first-steps")]));
    assert_eq!(small.after("the title of a series", renamed).await, 6, "three parts, both addresses of the series, and the list of all");
    small.after("a part off the site", small.submit(&format!("/admin/entries/{two}/unpublication"), "#confirm", |form| form)).await;
    let draft = small.submit(page, &form, |form| form.fill([("to", "down")]));
    small.after("nothing: a draft in another place", draft).await;
    small.after("a part published", small.edit(two, |form| form)).await;
    small.after("a part in the trash", small.submit(&format!("/admin/entries/{two}/trash"), "#confirm", |form| form)).await;
    small.after("a part less", small.submit(page, &format!("#part-{one} form[action$=removal]"), |form| form)).await;
    small.after("a series less", small.submit(&format!("{page}/deletion"), "#deletion", |form| form)).await;
    small.site.run_jobs();
}

#[actix_web::test]
async fn no_page_is_stale_after_a_translation_has_changed() {
    let (small, authors) = Small::new().await;
    let say = |id: EntryId, language: &'static str, of: &'static str| {
        let small = &small;
        let fields = [("language", language), ("translates", of), ("do", "save")];
        async move { small.submit(&format!("/admin/entries/{id}"), "#editor", |form| form.fill(fields)).await }
    };
    let [two, nine] = ["/posts/post-2", "/posts/post-9"].map(|path| small.entry(path));
    assert_eq!(small.after("a language", say(two, "de", "")).await, 1);
    assert_eq!(small.after("a translation", say(two, "de", "/posts/post-9")).await, 2);
    small.after("the title of a translation", small.edit(two, |form| form.fill([("title", "Zwei")]))).await;
    small.after("the address of a translation", small.edit(two, |form| form.fill([("slug", "zwei")]))).await;
    small.after("a translation off the site", small.submit(&format!("/admin/entries/{two}/unpublication"), "#confirm", |form| form)).await;
    small
        .after("nothing: a third language, of a draft", async {
            let french = small.site.given(a_post("Trois").by(authors.ada));
            say(french, "fr", "/posts/post-9").await;
        })
        .await;
    small.after("a translation published", small.edit(two, |form| form)).await;
    small.after("a third one published", small.edit(small.entry("/posts/trois"), |form| form)).await;
    small.after("a translation in the trash", small.submit(&format!("/admin/entries/{two}/trash"), "#confirm", |form| form)).await;
    assert_eq!(small.after("no translation any more", say(nine, "", "")).await, 2);
    let (deep, about) = (small.entry("/guides/deep"), small.entry("/about"));
    small.after("a page in another language", say(about, "de", "/guides/deep")).await;
    small.after("the branch of a translation", small.edit(small.entry("/guides"), |form| form.fill([("slug", "manuals")]))).await;
    let guides = small.entry("/manuals");
    small
        .after("the branch of a translation in the trash", small.submit(&format!("/admin/entries/{guides}/trash"), "#confirm", |form| form))
        .await;
    assert_ne!(deep, about);
    small.site.run_jobs();
}

#[actix_web::test]
async fn no_page_is_stale_after_topics_have_changed() {
    let (small, _) = Small::new().await;
    let category = |id: i64| format!("/admin/categories/{id}");
    small.after("the name of a category", small.submit(&category(2), "#category", |form| form.fill([("name", "Storage")]))).await;
    small.after("the words on a category", small.submit(&category(3), "#category", |form| form.fill([("description", "By hand.")]))).await;
    small.after("the address of a category", small.submit(&category(1), "#category", |form| form.fill([("slug", "machines")]))).await;
    small.after("the place of a category", small.submit(&category(2), "#category", |form| form.fill([("parent", "3")]))).await;
    small.after("the order of categories", small.submit(&category(3), "#category", |form| form.fill([("position", "9")]))).await;
    small
        .after("a new category", async {
            small.submit("/admin/categories/new", "#category", |form| form.fill([("name", "Networks"), ("parent", "3")])).await;
        })
        .await;
    small
        .after("a category less", async {
            let now = small.site.state.clock.now();
            small.site.write(|conn| category_changes::delete(conn, 3.into(), &Actor::default(), now));
        })
        .await;
    let tag = |slug: &str| format!("/admin/tags/{}", small.tag(slug));
    small
        .after("the name of a tag", small.submit(&tag("rust"), "#tag", |form| form.fill([("name", "Rust!"), ("slug", "rust-lang")])))
        .await;
    small.after("two tags in one", small.submit(&format!("{}/merge", tag("t5")), "#merge", |form| form.fill([("into", "mysql")]))).await;
    small
        .after("a tag less", async {
            let (id, now) = (small.tag("t6"), small.site.state.clock.now());
            small.site.write(|conn| mainstay::content::model::tag_changes::delete(conn, id, &Actor::default(), now));
        })
        .await;
}

#[actix_web::test]
async fn no_page_is_stale_after_the_site_or_an_author_has_changed() {
    let (small, authors) = Small::new().await;
    for (name, value) in [
        ("title", "Another name"),
        ("tagline", "Another line"),
        ("description", "Other words"),
        ("language", "de"),
        ("time_zone", "Pacific/Auckland"),
        ("posts_per_page", "3"),
        ("home_page", "/about"),
    ] {
        small.after(&format!("setting: {name}"), small.settings(&[(name, value)])).await;
    }
    for (name, value) in
        [("accent", "#1b4f8f"), ("footer", "At the foot"), ("header", "centred"), ("fonts", "sans"), ("css", "a { color: red }")]
    {
        let look = small.submit("/admin/appearance", "#appearance", |form| form.fill([(name, value)]));
        small.after(&format!("the look: {name}"), look).await;
    }
    small.after("the look before", small.submit("/admin/appearance", "#undo", |form| form)).await;
    let about = small.entry("/about");
    small.after("the home page gone", small.submit(&format!("/admin/entries/{about}/unpublication"), "#confirm", |form| form)).await;
    small.after("the home page back", small.edit(about, |form| form)).await;
    small.after("a menu", async { small.menu(&[("Deeper", Some("/guides/deep/deeper"))]) }).await;
    let person = format!("/admin/people/{}", authors.ada);
    small.after("an author's name", small.submit(&person, "#person", |form| form.fill([("name", "Ada Lovelace")]))).await;
    small.after("an author's address", small.submit(&person, "#person", |form| form.fill([("slug", "ada")]))).await;
    let dropped = small.after("words on an author", small.submit(&person, "#person", |form| form.fill([("bio", "Counts.")]))).await;
    assert!(dropped < 5, "the pages of that author only");
    let role = small.submit(&person, "#person", |form| form.fill([("role", "editor")]));
    assert_eq!(small.after("nothing: a role", role).await, 0);
    small
        .after("an emptied cache", async {
            small.submit("/admin/cache", "#empty", |form| form).await;
            small.settings(&[("title", "Else each page is dropped in vain")]).await;
        })
        .await;
}

#[actix_web::test]
async fn no_page_is_stale_after_links_below_a_post_have_changed() {
    let (small, _) = Small::new().await;
    let page = format!("/admin/entries/{}/links", small.entry("/posts/post-7"));
    let choose = |links: &'static str| small.submit(&page, "#links-form", move |form| form.fill([("links", links)]));
    assert_eq!(small.after("links chosen", choose("/posts/post-1\n/about")).await, 1, "the page of one post");
    small.after("links in another order", choose("/about\n/posts/post-1")).await;
    assert_eq!(small.after("nothing: the same links", choose("/about\n/posts/post-1")).await, 0);
    small.after("a link's title", small.edit(small.entry("/about"), |form| form.fill([("title", "About us all")]))).await;
    small
        .after("links found by their words", async {
            while small.site.write(|conn| Ok(learning::learn(conn)?)) > 0 {}
            let now = small.site.state.clock.now();
            while small.site.write(|conn| related::step(conn, now)) > 0 {}
        })
        .await;
    let promoted = small.submit("/admin/searches/promotions/new", "#promotion", |form| form.fill([("query", "x"), ("entry", "/about")]));
    assert_eq!(small.after("nothing: a promoted result", promoted).await, 0);
}

#[actix_web::test]
async fn no_page_is_stale_after_a_picture_has_changed() {
    let (small, _) = Small::new().await;
    let site = &small.site;
    let (above, inside) = (site.given_file("above.jpg", &jpeg(120, 80)), site.given_file("inside.png", &png(30, 20)));
    let (first, second) = (small.entry("/posts/post-4"), small.entry("/posts/post-6"));
    small.after("a picture above the text", small.edit(first, |form| form.fill([("image_url", &above.address)]))).await;
    let body = format!("![]({})", inside.address);
    small.after("a picture in the text", small.edit(second, |form| form.fill([("body", &body)]))).await;
    small
        .after("the renditions of pictures", async {
            assert_eq!(site.run_jobs(), 2);
        })
        .await;
    for (what, file) in [("words on a picture above the text", above.id), ("words on a picture in the text", inside.id)] {
        let page = format!("/admin/media/{file}");
        let change = small.submit(&page, "#file", |form| form.fill([("alt", "A cat"), ("caption", "On a chair")]));
        assert_eq!(small.after(what, change).await, 1, "{what}: the page of one post");
    }
    let page = format!("/admin/media/{}", above.id);
    let moved = small.submit(&page, "#file", |form| form.fill([("focal_x", "10"), ("focal_y", "20")]));
    assert_eq!(small.after("nothing: a focal point, until there are other crops", moved).await, 0);
    small
        .after("other crops", async {
            assert_eq!(site.run_jobs(), 1);
        })
        .await;
    small.after("no picture above the text", small.edit(first, |form| form.fill([("image_url", "")]))).await;
    site.run_jobs();
}

#[actix_web::test]
async fn no_page_is_stale_after_logo_or_favicon_have_changed() {
    let (small, _) = Small::new().await;
    let site = &small.site;
    let (logo, icon) = (site.given_file("logo.gif", &gif(3)), site.given_file("icon.png", &png(40, 40)));
    site.run_jobs();
    let look = |field: &'static str, value: &str| {
        let (small, value) = (&small, value.to_owned());
        async move { small.submit("/admin/appearance", "#appearance", |form| form.fill([(field, &*value)])).await }
    };
    let all = small.after("the look: logo", look("logo", &logo.address)).await;
    assert_eq!(small.after("the look: favicon", look("favicon", &icon.address)).await, all);
    let made = small.after("the favicon in its sizes", async { assert_eq!(site.run_jobs(), 1) });
    assert_eq!(made.await, all);
    for (file, name, bytes) in [(logo.id, "new.gif", gif(9)), (icon.id, "new.png", png(34, 34))] {
        let replaced = small
            .after("another picture in place of one that every page shows", async {
                let form = small.owner.get(&format!("/admin/media/{file}/replacement")).await.form("#replacement");
                small.owner.submit_files(form, "file", &[(name, &bytes)]).await.assert_status(303);
            })
            .await;
        assert_eq!(replaced, all);
    }
    assert_eq!(small.after("the new favicon in its sizes", async { assert_eq!(site.run_jobs(), 1) }).await, all);
    let (logo_page, icon_page) = (format!("/admin/media/{}", logo.id), format!("/admin/media/{}", icon.id));
    let words = small.submit(&logo_page, "#file", |form| form.fill([("alt", "A ship"), ("caption", "Ours")]));
    assert_eq!(small.after("nothing: words on the logo, which stand nowhere", words).await, 0);
    let moved = small.submit(&icon_page, "#file", |form| form.fill([("focal_x", "10")]));
    assert_eq!(small.after("nothing: a focal point, until it is cut anew", moved).await, 0);
    assert_eq!(small.after("the favicon cut anew", async { assert_eq!(site.run_jobs(), 1) }).await, all);
    let deletion = format!("{logo_page}/deletion");
    let gone = small.submit(&deletion, "#deletion", |form| form.tick("used", "true"));
    assert_eq!(small.after("a logo that is gone", gone).await, all);
}

#[actix_web::test]
async fn no_page_is_stale_after_a_menu_has_changed() {
    let (small, _) = Small::new().await;
    let item = |menu: &str| format!("/admin/menus/{menu}/items/new");
    let address = |address: &'static str| move |form: Form| form.fill([("kind", "address"), ("address", address)]);
    let all = small.after("an item", small.submit(&item("header"), "#item", address("/tags"))).await;
    let guides = small.entry("/guides").to_string();
    small.after("an item that follows a title", small.submit(&item("header"), "#item", |form| form.tick("entry", &guides))).await;
    let dropped =
        small.after("a title that is followed", small.edit(small.entry("/guides"), |form| form.fill([("title", "Manuals")]))).await;
    assert_eq!(dropped, all);
    let dropped = small.after("a title that no menu shows", small.edit(small.entry("/about"), |form| form.fill([("title", "We")]))).await;
    assert!(dropped < all);

    let made = |name: &'static str, place: &'static str| {
        let fill = move |form: Form| form.fill([("name", name), ("place", place), ("branch", "/guides")]);
        small.submit("/admin/menus/new", "#menu", fill)
    };
    assert_eq!(small.after("nothing: a menu without items", made("Handbook", "branch")).await, 0);
    let dropped = small.after("a menu beside a branch", small.submit(&item("handbook"), "#item", address("/about"))).await;
    assert_eq!(dropped, 3, "the pages of the branch only");
    let moved = small.edit(small.entry("/guides"), |form| form.fill([("slug", "manuals")]));
    small.after("a branch with a menu beside it", moved).await;
    small.after("nothing: a menu of the home page", made("Start", "home")).await;
    assert_eq!(small.after("an item on the home page", small.submit(&item("start"), "#item", address("/posts"))).await, 1);
    let grid = small.submit("/admin/appearance", "#appearance", |form| form.fill([("home", "grid")]));
    small.after("setting: pictures on the home page", grid).await;
    let pictured =
        small.edit(small.entry("/posts/post-5"), |form| form.fill([("image_url", "/files/a/b.png"), ("image_alt", "A picture")]));
    small.after("the picture of a post", pictured).await;
    assert_eq!(small.after("a menu less", small.submit("/admin/menus/start/deletion", "#deletion", |form| form)).await, 1);
    small.site.run_jobs();
}

#[actix_web::test]
async fn other_nodes_follow() {
    let site = Site::start().await;
    let (other, reader) = another(&site, 16).await;
    let mut tail = Tail::new(other.db.clone(), State::hook_of(&other.pages));
    let post = site.given(a_post("Hello").published());
    tail.look().unwrap();
    reader.get("/posts/hello").await.assert_shows("The text of Hello.");
    assert_eq!(reader.get("/posts/hello").await.header("x-cache"), "hit");
    assert_eq!(tail.look().unwrap(), 0, "each row is read once");

    let now = site.state.clock.now();
    site.write(|conn| mainstay::content::model::publishing::unpublish(conn, post, &Actor::default(), now));
    reader.get("/posts/hello").await.assert_status(200); // it has not heard of it
    assert_eq!(tail.look().unwrap(), 1);
    reader.get("/posts/hello").await.assert_status(404);
    site.visitor().get("/posts/hello").await.assert_status(404);
}

#[actix_web::test]
async fn a_row_that_is_committed_late_is_not_passed_over() {
    let site = Site::start().await;
    let told: Arc<std::sync::Mutex<Vec<String>>> = Arc::default();
    let hear = told.clone();
    let mut tail = Tail::new(site.state.db.clone(), Arc::new(move |tags| hear.lock().unwrap().extend_from_slice(tags)));
    let record = |conn: &mut mainstay::db::Conn, tag: &str| {
        let change = Change {
            kind: "thing.made",
            subject: "thing",
            key: 0,
            label: "",
            detail: serde_json::json!({}),
            cache_tags: vec![tag.to_owned()],
        };
        change.record(conn, &Actor::default(), Clock::default().now()).unwrap();
    };
    let (slow, quick) = (&mut site.database.conn(), &mut site.database.conn());
    tail.look().unwrap();
    diesel::sql_query("BEGIN").execute(slow).unwrap();
    record(slow, "slow");
    record(quick, "quick");
    tail.look().unwrap();
    assert_eq!(*told.lock().unwrap(), ["quick"]);
    diesel::sql_query("COMMIT").execute(slow).unwrap();
    assert_eq!((tail.look().unwrap(), tail.look().unwrap()), (1, 0));
    assert_eq!(*told.lock().unwrap(), ["quick", "slow"]);
}

#[actix_web::test]
async fn a_cached_page_has_every_header_and_a_strong_tag_for_each_coding() {
    let site = Site::start().await;
    site.given(a_post("Hello").published());
    let visitor = site.visitor();
    let first = visitor.get("/posts/hello").await;
    for (coding, end) in [("identity", ""), ("gzip", "-gz"), ("br", "-br")] {
        let ask = || TestRequest::get().uri("/posts/hello").insert_header(("Accept-Encoding", coding));
        let answer = visitor.send(ask()).await;
        assert_eq!((answer.header("x-cache"), answer.header("vary")), ("hit", "Accept-Encoding"));
        for name in ["content-security-policy", "strict-transport-security", "content-type", "cache-control", "x-frame-options"] {
            assert_eq!(answer.header(name), first.header(name), "{name}");
            assert!(!answer.header(name).is_empty(), "{name}");
        }
        assert!(answer.header("etag").starts_with('"') && answer.header("etag").ends_with(&format!("{end}\"")), "{coding}");
        assert_ne!(answer.header("x-request-id"), first.header("x-request-id"));
        visitor.send(ask().insert_header(("If-None-Match", answer.header("etag")))).await.assert_status(304);
    }
    for path in ["/search", "/search?q=hello", "/posts/hello?x=y", "/nowhere", "/login"] {
        assert_eq!((visitor.get(path).await.header("x-cache"), visitor.get(path).await.header("x-cache")), ("", ""), "{path}");
    }
}

#[actix_web::test]
async fn signed_in_people_pass_it_by() {
    let site = Site::start().await;
    let owner = site.signed_in(Role::Owner);
    owner.get("/").await.assert_shows("Owner 1");
    site.visitor().get("/").await.assert_lacks("Owner 1");
    let page = owner.get("/").await;
    assert_eq!((page.header("x-cache"), page.header("cache-control")), ("", "no-store"));
    page.assert_shows("Owner 1");
}

#[actix_web::test]
async fn an_admin_sees_what_the_cache_does_and_empties_it() {
    let site = Site::start().await;
    let admin = site.signed_in(Role::Admin);
    let visitor = site.visitor();
    visitor.get("/").await;
    visitor.get("/").await;
    let page = admin.get("/admin/cache").await;
    page.assert_status(200).assert_shows("50.0 %").assert_shows("of at most 16.0 MB");
    admin.submit(page.form("#empty")).await.assert_redirects_to("/admin/cache");
    admin.get("/admin/cache").await.assert_shows("Emptied the cache.");
    assert_eq!((visitor.get("/").await.header("x-cache"), site.count("journal WHERE kind = 'cache.emptied'")), ("miss", 1));
    let Figures { entries, changes, .. } = site.state.pages.figures();
    assert_eq!((entries, changes), (1, 1));
    let off = another(&site, 0).await.1;
    assert_eq!(off.get("/").await.header("x-cache"), "");
}

#[actix_web::test]
async fn a_style_sheet_is_compressed_once() {
    let site = Site::start().await;
    let visitor = site.visitor();
    let address = visitor.get("/").await.attributes("link[rel=stylesheet]", "href")[0].clone();
    let (first, second) = (visitor.get(&address).await, visitor.get(&address).await);
    assert_eq!([first.header("x-cache"), second.header("x-cache")], ["miss", "hit"]);
    assert_eq!(first.body, second.body);
    assert_eq!(second.header("cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(second.header("content-type"), "text/css; charset=utf-8");
    let font = "/static/fonts/figtree-latin.woff2";
    assert_eq!([visitor.get(font).await.header("x-cache"), visitor.get(font).await.header("x-cache")], ["", ""]);
    visitor.get("/static/css/none.css").await.assert_status(404);
}

#[actix_web::test]
async fn no_page_is_stale_after_files_have_changed() {
    let (small, authors) = Small::new().await;
    let (file, other) = (small.site.given_file("plan.gif", &gif(2)), small.site.given_file("other.gif", &gif(3)));
    small.site.given(a_post("Plans").by(authors.ada).published().with(|draft| draft.body = format!("![The plan]({})", file.address)));
    let replace = async |id: FileId, width: u8| {
        let form = small.owner.get(&format!("/admin/media/{id}/replacement")).await.form("#replacement");
        small.owner.submit_files(form, "file", &[("new.gif", &gif(width))]).await.assert_status(303);
    };
    assert_eq!(small.after("another picture in place of one", replace(file.id, 7)).await, 1);
    assert_eq!(small.after("nothing: another file in place of one that no page shows", replace(other.id, 8)).await, 0);
    let page = format!("/admin/media/{}", file.id);
    assert_eq!(
        small.after("nothing: another name of a file", small.submit(&page, "#file", |form| form.fill([("name", "x.gif")]))).await,
        0
    );
    let deletion = format!("{page}/deletion");
    let gone = small.submit(&deletion, "#deletion", |form| form.tick("used", "true"));
    assert_eq!(small.after("a file that is gone", gone).await, 1);
    small.site.run_jobs();
}

#[actix_web::test]
async fn no_page_is_stale_after_a_card_has_come_and_changed() {
    let (small, _) = Small::new().await;
    let other = Other::start();
    let state = State { outgoing: Other::client(), ..small.site.state.clone() };
    let run = || {
        small.site.later(TimeDelta::seconds(10));
        run_due(&state.job_env(), JOBS).unwrap();
    };
    let (patterns, endpoint, film) = (other.url("/watch/*"), other.url("/oembed"), other.url("/watch/1"));
    let fill = |form: Form| form.fill([("name", "Films"), ("patterns", &patterns), ("endpoint", &endpoint)]);
    assert_eq!(small.after("nothing: a provider", small.submit("/admin/embeds/providers/new", "#provider", fill)).await, 0);
    small.after("a link alone", small.edit(small.entry("/posts/post-6"), |form| form.fill([("body", &film)]))).await;
    other.has("/oembed", 200, "", "{\"title\":\"A film\",\"type\":\"video\"}");
    assert_eq!(small.after("its card", async { run() }).await, 1, "the page of one post");
    let again = async || {
        small.submit("/admin/embeds", "#embeds form", |form| form).await;
        run();
    };
    assert_eq!(small.after("nothing: the same answer", again()).await, 0);
    other.has("/oembed", 200, "", "{\"title\":\"Another film\",\"type\":\"video\"}");
    assert_eq!(small.after("another answer", again()).await, 1);
    other.has("/oembed", 404, "", "");
    assert_eq!(small.after("nothing: a film that is gone keeps its card", again()).await, 0);
    small.after("setting: no cards", small.submit("/admin/embeds/settings", "#settings", |form| form.without("on"))).await;
    assert_eq!(small.after("a link again", async { run() }).await, 1);
}

#[actix_web::test]
async fn no_page_is_stale_after_a_comment_has_changed() {
    let (small, _) = Small::new().await;
    let (post, ada, now) = ("/posts/post-6", small.site.visitor(), small.site.state.clock.now());
    small.site.write(|conn| {
        let mut site = SiteSettings::load(conn)?;
        site.comments.policy = Policy::Open;
        Ok(site.save(conn, &Actor::default(), now)?)
    });
    let id: RefCell<String> = RefCell::default();
    let written = async {
        let form = ada.get(post).await.form("#comment-form").fill([("comment_name", "Ada"), ("comment_body", "Nice knots")]);
        let answer = ada.submit(form).await;
        id.replace(answer.assert_status(303).header("location").trim_start_matches("/comments/").to_owned());
    };
    assert_eq!(small.after("a comment", written).await, 1, "the page of one post");
    let verdict = async |verdict: &'static str| {
        let page = format!("/admin/comments/{}", id.borrow());
        small.submit(&page, "#verdict", |form| form.fill([("verdict", verdict)])).await;
    };
    assert_eq!(small.after("a comment that waits again", verdict("hold")).await, 1);
    assert_eq!(small.after("nothing: a comment that waits is not wanted", verdict("trash")).await, 0);
    assert_eq!(small.after("a comment that is approved", verdict("approve")).await, 1);
    let page = format!("/admin/comments/{}", id.borrow());
    let edited = small.submit(&page, "#comment", |form| form.fill([("comment_body", "Very nice knots")]));
    assert_eq!(small.after("a comment that a moderator edits", edited).await, 1);
    let (edit, withdrawal) = (format!("/comments/{}/edit", id.borrow()), format!("/comments/{}/withdrawal", id.borrow()));
    let edited = async {
        let form = ada.get(&edit).await.form("#comment-edit").fill([("comment_body", "These are no knots")]);
        ada.submit(form).await.assert_status(303);
    };
    assert_eq!(small.after("a comment that its author edits", edited).await, 1);
    assert_eq!(small.after("a comment that is spam after all", verdict("spam")).await, 1);
    assert_eq!(small.after("a comment that is none", verdict("approve")).await, 1);
    let withdrawn = async {
        let form = ada.get(&withdrawal).await.form("#withdrawal");
        ada.submit(form).await.assert_status(303);
    };
    assert_eq!(small.after("a comment that its author withdraws", withdrawn).await, 1);
    small.site.run_jobs();
}
