//! What the routes are about: for each try a thing of its own, so that no try spoils the next.

mod content;
mod others;

use crate::support::site::{Site, a_page, a_post, begin};
use diesel::prelude::*;
use mainstay::{
    content::model::{
        entry::{EntryId, Kind},
        snippet,
        workflow::Target,
    },
    journal::Actor,
    schema::{entries, users},
    search::model::{log, promotion},
    web::person::{Role, UserId},
};
use std::cell::Cell;

pub struct Things<'a> {
    site: &'a Site,
    stranger: UserId,
    count: Cell<u32>,
    /// Where entries are put, as pages.
    branch: Cell<Option<EntryId>>,
}

impl<'a> Things<'a> {
    /// Puts one live post with a tag and a category, and a live page there.
    pub fn new(site: &'a Site) -> Things<'a> {
        let stranger = site.given_user(Role::Author);
        let things = Things { site, stranger, count: Cell::new(0), branch: Cell::new(None) };
        let category = things.category();
        let series = things.series("Seen in order");
        let post = a_post("Seen by all").by(stranger).published().with(|draft| {
            draft.series = Some(series);
            draft.categories = vec![category.into()];
            draft.tags = vec!["shared".to_owned()];
        });
        site.given(post);
        site.given(a_page("About").by(stranger).published());
        things.workflow(&[Target::Kind(Kind::Page)]);
        things
    }

    /// From now on each entry is a page below this one.
    pub fn below(&self, branch: Option<EntryId>) {
        self.branch.set(branch);
    }

    /// Whether it matters whose the thing is.
    pub fn differ(&self, route: &str) -> bool {
        route.starts_with("/admin/entries/{id}")
            || route.starts_with("/admin/comments/{id}")
            || route.starts_with("/admin/people/{id}")
            || route.starts_with("/admin/media/{id}")
            || route.starts_with("/admin/reviews/{id}")
            || route == "/admin/pages/{id}/move"
            || route == "/admin/entries/bulk/{id}"
    }

    /// An address to try the route with.
    pub fn address(&self, method: &str, route: &str, me: Option<UserId>, own: bool) -> String {
        let id = |number: String| route.replace("{id}", &number).replace("{number}", "1");
        match route {
            _ if fixed(route).is_some() => fixed(route).unwrap_or_default().to_owned(),
            "/search" => "/search?q=seen".to_owned(),
            "/admin/search" => "/admin/search?q=seen".to_owned(),
            "/admin/searches" => {
                self.search();
                route.to_owned()
            }
            _ if route.starts_with("/admin/searches/promotions/{id}") => id(self.promotion()),
            "/sitemaps/{part}.xml" => "/sitemaps/0.xml".to_owned(),
            "/share/{id}.png" => format!("/share/{}.png", self.seen_by_all()),
            "/feeds/{format}/comments/{path:.+}" => "/feeds/atom/comments/posts/seen-by-all".to_owned(),
            _ if route.starts_with("/feeds/{format}") => {
                let path = route.replace("{format}", "atom").replace("{path:.+}", "category-1");
                path.replace("tags/{slug}", "tags/shared").replace("{slug}", "author-1")
            }
            _ if route.starts_with("/review/{token}") => {
                let entry = self.entry(route, self.stranger);
                route.replace("{token}", &self.link(entry).1)
            }
            "/comments/new" => format!("/comments/new?entry={}", self.seen_by_all()),
            "/comments/avatars/{seed}.svg" => "/comments/avatars/0123456789abcdef.svg".to_owned(),
            _ if route.starts_with("/comments/{id}") => id(self.comment(self.seen_by_all()).to_string()),
            _ if route.starts_with("/admin/comments/bans/{id}") => id(self.ban().to_string()),
            _ if route.starts_with("/admin/comments/{id}") => {
                let entry = self.entry(route, if own { me.unwrap_or(self.stranger) } else { self.stranger });
                id(self.comment(entry).to_string())
            }
            _ if route.starts_with("/contact-forms/{id}") || route.starts_with("/admin/messages/forms/{id}") => {
                id(self.contact_form().to_string())
            }
            _ if route.starts_with("/admin/messages/{id}") => id(self.message().to_string()),
            "/admin/mail/suppressed/{id}/deletion" => id(self.suppressed().to_string()),
            _ if route.starts_with("/admin/mail/{id}") => id(self.letter().to_string()),
            "/admin/profile/sessions/{handle}/revocation" | "/account/sessions/{handle}/revocation" => {
                route.replace("{handle}", &"0".repeat(32))
            }
            // A passkey is made by a browser (`browser::passkeys`); nobody has one here.
            _ if route.starts_with("/admin/profile/passkeys/{id}") => id("999999".to_owned()),
            "/files/{hash}/{name}" => "/files/0123456789/none.svg".to_owned(),
            "/pictures/{folder}/{name}" => "/pictures/1-0000000000000000-1/320.avif".to_owned(),
            _ if route.starts_with("/admin/entries/{id}") => {
                let author = if own { me.unwrap_or(self.stranger) } else { self.stranger };
                let entry = self.entry(route, author);
                let part = |name: &str, make: &dyn Fn() -> String| if route.contains(name) { make() } else { String::new() };
                let note = part("{note}", &|| self.note(entry, author).to_string());
                let link = part("{link}", &|| self.link(entry).0.to_string());
                id(entry.to_string()).replace("{note}", &note).replace("{link}", &link)
            }
            _ if route.starts_with("/admin/pages/{id}") => {
                let author = if own { me.unwrap_or(self.stranger) } else { self.stranger };
                id(self.site.given(self.page().by(author)).to_string())
            }
            // Sending is off: none is sent again, whichever it is.
            "/admin/comments/mentions/{id}/again" => id("1".to_owned()),
            "/pictures/embeds/{name}" => "/pictures/embeds/none.webp".to_owned(),
            _ if route.starts_with("/admin/embeds/") && route.contains("{id}") => id(self.of_embeds(route).to_string()),
            _ if route.starts_with("/admin/snippets/{id}") => {
                let name = format!("snippet-{}", self.number());
                id(self.site.write(|conn| snippet::changes::create(conn, &name, "Words.", &Actor::default(), begin())).to_string())
            }
            "/admin/entries/bulk/{id}" => id(self.bulk(route, if own { me.unwrap_or(self.stranger) } else { self.stranger })),
            _ if route.starts_with("/admin/people/{id}") => id(self.person(route, own).to_string()),
            _ if route.starts_with("/admin/reviews/{id}") => {
                let author = if own { me.unwrap_or(self.stranger) } else { self.stranger };
                id(self.submission(author).to_string())
            }
            _ if route.starts_with("/admin/media/folders/{id}") => id(self.folder().to_string()),
            _ if route.starts_with("/admin/media/{id}") => id(self.file(if own { me } else { None }).to_string()),
            _ if route.starts_with("/admin/workflows/{id}") => id(self.workflow(&[]).to_string()),
            _ if route.starts_with("/admin/menus/{menu}") => {
                let (menu, item) = self.menu();
                route.replace("{menu}", &menu).replace("{item}", &item)
            }
            _ if route.starts_with("/admin/categories/{id}") => id(self.category().to_string()),
            _ if route.starts_with("/admin/redirects/imports/{id}") => id(self.list_of_redirects().to_string()),
            _ if route.starts_with("/admin/redirects/{id}") => id(self.redirect().to_string()),
            _ if route.starts_with("/admin/lost/{id}") => id(self.lost().to_string()),
            _ if route.starts_with("/admin/links/{id}") => id(self.broken().to_string()),
            _ if route.starts_with("/admin/series/{id}") => self.part(route),
            _ if route.starts_with("/admin/tags/{id}") => id(self.tag().to_string()),
            _ => {
                assert!(!route.contains('{'), "{method} {route}: say in Things::address what to try it with");
                route.to_owned()
            }
        }
    }

    pub fn role(&self, id: UserId) -> Role {
        users::table.find(id).select(users::role).first(&mut self.site.database.conn()).unwrap()
    }

    fn number(&self) -> u32 {
        self.count.set(self.count.get() + 1);
        self.count.get()
    }

    /// The post that visitors see.
    fn seen_by_all(&self) -> EntryId {
        let known = entries::table.filter(entries::path.eq("/posts/seen-by-all")).select(entries::id);
        known.first(&mut self.site.database.conn()).unwrap()
    }

    /// Somebody who was invited; an owner where it is not one's own to change.
    fn person(&self, route: &str, own: bool) -> UserId {
        let id = self.site.given_user(if own { Role::Author } else { Role::Owner });
        if route.ends_with("/disabled/delete") {
            let row = diesel::update(users::table.find(id)).set(users::disabled_at.eq(begin()));
            row.execute(&mut self.site.database.conn()).unwrap();
        }
        id
    }

    /// Something that a visitor has searched for.
    fn search(&self) {
        let asked = vec![("seen".to_owned(), log::Tally { searches: 1, found: Some(0), clicks: 0 })];
        self.site.write(|conn| Ok(log::add(conn, begin().date(), &asked)?));
    }

    /// An entry that editors have put first for some words.
    fn promotion(&self) -> String {
        let words = format!("seen {}", self.number());
        let entry = self.site.given(a_post("Promoted").by(self.stranger).published());
        self.site.write(|conn| promotion::create(conn, &words, entry, &Actor::default(), begin())).to_string()
    }
}

/// Lists and entries that visitors see.
fn fixed(route: &str) -> Option<&'static str> {
    Some(match route {
        "/posts/{slug}" => "/posts/seen-by-all",
        "/posts/{year:[0-9]{4}}/{month:[0-9]{2}}" => "/posts/2026/12",
        "/categories/{path:.+}" => "/categories/category-1",
        "/tags/{slug}" => "/tags/shared",
        "/authors/{slug}" => "/authors/author-1",
        "/series/{slug}" => "/series/seen-in-order",
        _ => return None,
    })
}
