//! What the routes are about: for each try a thing of its own, so that no try spoils the next.

use crate::support::site::{AnEntry, BASE, Site, a_page, a_post, begin};
use diesel::prelude::*;
use mainstay::{
    accounts::model::user::User,
    contact::{
        self,
        model::{
            form::{FormId, Wish},
            message::{self, NewMessage},
        },
    },
    content::model::{
        anchor::Selector,
        bulk::{
            self,
            acts::{Act, Deed},
        },
        category_changes::{self, NewCategory},
        embed::provider::{self, NewProvider},
        entry::{Entry, EntryId, Kind},
        lost::counted::{self, Asked},
        note::{self, By, NewNote, NoteId},
        publishing,
        redirect::{
            self, Origin, Redirect, RedirectId,
            import::{self, ImportId, reading},
        },
        revision::Revision,
        series::{SeriesId, changes as changes_of_series},
        share::{self, NewLink, ShareLinkId},
        snippet, trash,
        workflow::{
            Step, Target,
            changes::{self, NewWorkflow},
            review::{self, Plan},
            submission::{Submission, SubmissionId},
        },
    },
    db::last_insert_id,
    journal::Actor,
    mail::{
        self, Letter,
        model::suppression::{self, Reason},
    },
    media::model::{
        file::FileId,
        folder::{self, Folder, FolderId},
    },
    schema::{
        broken_targets, comment_bans, comments, embeds, entries, letters, lost_paths, menus as menu_tables, suppressed_addresses, tags,
        users,
    },
    search::model::{log, promotion},
    site::menus::{
        self, Menu, Place,
        changes::{NewMenu, Wanted},
    },
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

    fn page(&self) -> AnEntry {
        a_page(&format!("Page {}", self.number())).with(|draft| draft.parent = self.branch.get())
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

    /// The post that visitors see.
    fn seen_by_all(&self) -> EntryId {
        let known = entries::table.filter(entries::path.eq("/posts/seen-by-all")).select(entries::id);
        known.first(&mut self.site.database.conn()).unwrap()
    }

    /// A comment that visitors see, where they see the entry.
    fn comment(&self, entry: EntryId) -> i64 {
        let row = (
            (comments::entry_id.eq(entry), comments::state.eq("shown"), comments::visible.eq(true), comments::author_name.eq("Ada")),
            (
                comments::body.eq("Hello"),
                comments::html.eq("<p>Hello</p>"),
                comments::renderer.eq(1),
                comments::avatar.eq("0123456789abcdef"),
            ),
            (comments::nonce.eq(rand::random::<[u8; 32]>().to_vec()), comments::created_at.eq(begin()), comments::opinion.eq("{}")),
        );
        let conn = &mut self.site.database.conn();
        diesel::insert_into(comments::table).values(row).execute(conn).unwrap();
        let id: i64 = diesel::select(last_insert_id()).get_result(conn).unwrap();
        diesel::update(comments::table.find(id)).set(comments::thread_id.eq(id)).execute(conn).unwrap();
        id
    }

    fn ban(&self) -> i64 {
        let words = format!("words {}", self.number());
        let conn = &mut self.site.database.conn();
        let row = (comment_bans::kind.eq("words"), comment_bans::value.eq(words), comment_bans::created_at.eq(begin()));
        diesel::insert_into(comment_bans::table).values(row).execute(conn).unwrap();
        diesel::select(last_insert_id()).get_result(conn).unwrap()
    }

    fn number(&self) -> u32 {
        self.count.set(self.count.get() + 1);
        self.count.get()
    }

    fn entry(&self, route: &str, author: UserId) -> EntryId {
        let one = if self.branch.get().is_some() { self.page() } else { a_post(&format!("Post {}", self.number())) };
        let id = self.site.given(one.by(author));
        let actor = Actor::of(author);
        match route.rsplit('/').next() {
            _ if route.contains("/revisions/") => {}
            Some("unpublication") => self.site.write(|conn| publishing::publish(conn, id, &actor, begin())),
            Some("restoration" | "deletion") => self.site.write(|conn| trash::trash(conn, id, &actor, begin())),
            _ => {}
        }
        id
    }

    /// A page of that author that waits for an editor.
    fn submission(&self, author: UserId) -> SubmissionId {
        let id = self.site.given(self.page().by(author));
        let actor = Actor::of(author);
        self.site.write(|conn| {
            let person = User::find(conn, author)?.person();
            review::submit(conn, id, Plan::Author, "", &person, &actor, begin())?;
            Ok(Submission::current(conn, id)?.expect("it was handed in").id)
        })
    }

    /// A workflow of one step, which editors approve.
    fn workflow(&self, covers: &[Target]) -> i64 {
        let step = Step { name: "Look".to_owned(), roles: vec!["editor".to_owned()], people: Vec::new() };
        let name = format!("Workflow {}", self.number());
        let wanted = NewWorkflow { name, asks_again: true, steps: vec![step], covers: covers.to_vec() };
        self.site.write(|conn| changes::create(conn, &wanted, &Actor::default(), begin())).number()
    }

    fn note(&self, entry: EntryId, by: UserId) -> NoteId {
        let note = NewNote { passage: Selector::default(), body: "Why?".to_owned(), parent: None, nonce: self.number().to_string() };
        self.site.write(|conn| {
            let newest = Entry::find(conn, entry)?.latest_revision_id.unwrap();
            let newest = Revision::find(conn, newest)?;
            note::add(conn, &newest, &note, &By::Person(by), &Actor::default(), begin())
        })
    }

    /// A link that takes notes, and its token.
    fn link(&self, entry: EntryId) -> (ShareLinkId, String) {
        let link = NewLink { label: "All".to_owned(), revision: None, allows_notes: true, days: 7, nonce: self.number().to_string() };
        self.site.write(|conn| {
            let token = share::make(conn, entry, &link, &Actor::default(), begin())?;
            Ok((share::of_entry(conn, entry)?[0].id, token))
        })
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

    fn category(&self) -> i64 {
        let number = self.number();
        let wanted = || NewCategory {
            name: format!("Category {number}"),
            slug: String::new(),
            parent: None,
            description: String::new(),
            position: 0,
        };
        self.site.write(|conn| category_changes::create(conn, &wanted(), &Actor::default(), begin())).number()
    }

    /// An act on one entry of that person, by that person.
    fn bulk(&self, route: &str, by: UserId) -> String {
        let entry = self.entry(route, by);
        let deed = Deed { act: Act::AddTag, value: "seen".to_owned() };
        let run = self.site.write(|conn| {
            let person = User::find(conn, by)?.person();
            bulk::begin(conn, &deed, &[entry], &person, None, &Actor::of(by), begin())
        });
        run.to_string()
    }

    fn of_embeds(&self, route: &str) -> i64 {
        if route.ends_with("/again") { self.embed() } else { self.embed_provider() }
    }

    /// A link alone in a paragraph, of which something is known.
    fn embed(&self) -> i64 {
        let address = format!("https://www.youtube.com/watch?v={}", self.number());
        let row = (
            embeds::address_hash.eq(rand::random::<[u8; 32]>().to_vec()),
            embeds::address.eq(address),
            embeds::provider.eq("youtube"),
            embeds::state.eq("known"),
            embeds::title.eq("A film"),
            embeds::created_at.eq(begin()),
            embeds::fetched_at.eq(begin()),
        );
        let conn = &mut self.site.database.conn();
        diesel::insert_into(embeds::table).values(row).execute(conn).unwrap();
        diesel::select(last_insert_id()).get_result(conn).unwrap()
    }

    fn embed_provider(&self) -> i64 {
        let number = self.number();
        let new = || NewProvider {
            name: format!("Films {number}"),
            patterns: format!("https://films-{number}.example/*"),
            endpoint: "https://films.example/oembed".to_owned(),
        };
        self.site.write(|conn| provider::create(conn, &new(), &Actor::default(), begin())).number()
    }

    /// A contact form on a live page of its own.
    fn contact_form(&self) -> FormId {
        let title = format!("Contact {}", self.number());
        self.site.given(a_page(&title).by(self.stranger).published());
        let wish = Wish {
            path: format!("/{}", title.to_lowercase().replace(' ', "-")),
            recipients: Vec::new(),
            heading: "Write to us".to_owned(),
            thanks: "Thanks.".to_owned(),
        };
        self.site.write(|conn| contact::model::form::create(conn, &wish, &Actor::default(), begin()))
    }

    /// Something that somebody has written.
    fn message(&self) -> i64 {
        let form = self.contact_form();
        let new = NewMessage {
            name: "Ada".to_owned(),
            email: "ada@example.org".to_owned(),
            subject: String::new(),
            body: format!("The question number {}, about the harbour.", self.number()),
            agent: String::new(),
            seconds: Some(40),
            trapped: false,
        };
        self.site.write(|conn| Ok(message::receive(conn, form, &new, &Actor::default(), begin())?.expect("it is new").number()))
    }

    /// A letter that waits for its time.
    fn letter(&self) -> i64 {
        let letter = Letter { html: Some("<p>Hello.</p>".to_owned()), ..Letter::plain("ada@example.org", "Hello", "Hello.") };
        self.site.write(|conn| mail::outbox::post(conn, begin(), "test.letter", &letter));
        letters::table.select(diesel::dsl::max(letters::id)).first::<Option<i64>>(&mut self.site.database.conn()).unwrap().unwrap()
    }

    /// An address to which no letters go.
    fn suppressed(&self) -> i64 {
        let address = format!("spared-{}@example.org", self.number());
        self.site.write(|conn| Ok(suppression::add(conn, &address, Reason::ByHand, "", &Actor::default(), begin())?));
        suppressed_addresses::table
            .filter(suppressed_addresses::address.eq(&address))
            .select(suppressed_addresses::id)
            .first(&mut self.site.database.conn())
            .unwrap()
    }

    fn redirect(&self) -> RedirectId {
        let from = format!("/old/{}", self.number());
        self.site.write(|conn| {
            redirect::to_path(conn, &from, "/about", Origin::Hand, begin())?;
            Ok(Redirect::from(conn, &from)?.expect("it was made").id)
        })
    }

    /// A list that was sent and waits for a yes.
    fn list_of_redirects(&self) -> ImportId {
        let lines = reading::read(format!("/listed/{},/about", self.number()).as_bytes()).unwrap();
        self.site.write(|conn| import::receive(conn, "", &lines, BASE, &Actor::default(), begin()))
    }

    /// An address that somebody has asked for.
    fn lost(&self) -> i64 {
        let asked = Asked { path: format!("/lost/{}", self.number()), people: 1, bots: 0, at: begin(), referrer: String::new() };
        self.site.write(|conn| Ok(counted::add(conn, std::slice::from_ref(&asked))?));
        lost_paths::table.filter(lost_paths::path.eq(&asked.path)).select(lost_paths::id).first(&mut self.site.database.conn()).unwrap()
    }

    /// An address to which a live post links, and where nothing is.
    fn broken(&self) -> i64 {
        let path = format!("/nothing/{}", self.number());
        let title = format!("Post {}", self.number());
        self.site.given(a_post(&title).by(self.stranger).published().with(|draft| draft.body = format!("[there]({path})")));
        broken_targets::table
            .filter(broken_targets::path.eq(&path))
            .select(broken_targets::id)
            .first(&mut self.site.database.conn())
            .unwrap()
    }

    /// A menu with one item: their keys. It is deleted again before the next, since a site has few.
    fn menu(&self) -> (String, String) {
        diesel::delete(menu_tables::table.filter(menu_tables::place.eq("nowhere"))).execute(&mut self.site.database.conn()).unwrap();
        let wanted = NewMenu { name: format!("Menu {}", self.number()), place: Place::Nowhere, branch: None };
        let heading = Wanted { targets: vec![menus::changes::Target::Heading], label: "Heading".to_owned(), below: None };
        self.site.write(|conn| {
            let key = menus::changes::create(conn, &wanted, &Actor::default(), begin())?;
            menus::changes::add(conn, &key, &heading, &Actor::default(), begin())?;
            let menu = Menu::find(conn, &key)?.id;
            Ok((key, menus::items::of(conn, menu)?[0].id.to_string()))
        })
    }

    fn folder(&self) -> FolderId {
        let name = format!("Folder {}", self.number());
        self.site.write(|conn| folder::create(conn, Folder::root(), &name, &Actor::default(), begin()))
    }

    /// A file that this person has brought, or the stranger.
    fn file(&self, by: Option<UserId>) -> FileId {
        let text = format!("File {}", self.number());
        self.site.given_file_of(Some(by.unwrap_or(self.stranger)), "a.txt", text.as_bytes()).id
    }

    /// A series of its own with one part.
    fn part(&self, route: &str) -> String {
        let series = self.series(&format!("Series {}", self.number()));
        let part = a_post(&format!("Part {}", self.number())).by(self.stranger).with(|draft| draft.series = Some(series));
        route.replace("{id}", &series.to_string()).replace("{entry}", &self.site.given(part).to_string())
    }

    fn series(&self, title: &str) -> SeriesId {
        let wanted = changes_of_series::Wanted { title: title.to_owned(), slug: String::new(), description: String::new() };
        self.site.write(|conn| changes_of_series::create(conn, &wanted, &Actor::default(), begin()))
    }

    fn tag(&self) -> i64 {
        let number = self.number();
        let row = (tags::name.eq(format!("Tag {number}")), tags::slug.eq(format!("tag-{number}")), tags::created_at.eq(begin()));
        let conn = &mut self.site.database.conn();
        diesel::insert_into(tags::table).values(row).execute(conn).unwrap();
        diesel::select(last_insert_id()).get_result::<i64>(conn).unwrap()
    }

    pub fn role(&self, id: UserId) -> Role {
        users::table.find(id).select(users::role).first(&mut self.site.database.conn()).unwrap()
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
