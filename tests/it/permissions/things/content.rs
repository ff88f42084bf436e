//! Entries, and what belongs to them.

use super::Things;
use crate::support::site::{AnEntry, BASE, a_page, a_post, begin};
use diesel::prelude::*;
use mainstay::{
    accounts::model::user::User,
    content::model::{
        anchor::Selector,
        bulk::{
            self,
            acts::{Act, Deed},
        },
        category_changes::{self, NewCategory},
        embed::provider::{self, NewProvider},
        entry::{Entry, EntryId},
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
        trash,
        workflow::{
            Step, Target,
            changes::{self, NewWorkflow},
            review::{self, Plan},
            submission::{Submission, SubmissionId},
        },
    },
    db::last_insert_id,
    journal::Actor,
    schema::{broken_targets, embeds, lost_paths, tags},
    web::person::UserId,
};

impl Things<'_> {
    pub(super) fn page(&self) -> AnEntry {
        a_page(&format!("Page {}", self.number())).with(|draft| draft.parent = self.branch.get())
    }

    pub(super) fn entry(&self, route: &str, author: UserId) -> EntryId {
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
    pub(super) fn submission(&self, author: UserId) -> SubmissionId {
        let id = self.site.given(self.page().by(author));
        let actor = Actor::of(author);
        self.site.write(|conn| {
            let person = User::find(conn, author)?.person();
            review::submit(conn, id, Plan::Author, "", &person, &actor, begin())?;
            Ok(Submission::current(conn, id)?.expect("it was handed in").id)
        })
    }

    /// A workflow of one step, which editors approve.
    pub(super) fn workflow(&self, covers: &[Target]) -> i64 {
        let step = Step { name: "Look".to_owned(), roles: vec!["editor".to_owned()], people: Vec::new() };
        let name = format!("Workflow {}", self.number());
        let wanted = NewWorkflow { name, asks_again: true, steps: vec![step], covers: covers.to_vec() };
        self.site.write(|conn| changes::create(conn, &wanted, &Actor::default(), begin())).number()
    }

    pub(super) fn note(&self, entry: EntryId, by: UserId) -> NoteId {
        let note = NewNote { passage: Selector::default(), body: "Why?".to_owned(), parent: None, nonce: self.number().to_string() };
        self.site.write(|conn| {
            let newest = Entry::find(conn, entry)?.latest_revision_id.unwrap();
            let newest = Revision::find(conn, newest)?;
            note::add(conn, &newest, &note, &By::Person(by), &Actor::default(), begin())
        })
    }

    /// A link that takes notes, and its token.
    pub(super) fn link(&self, entry: EntryId) -> (ShareLinkId, String) {
        let link = NewLink { label: "All".to_owned(), revision: None, allows_notes: true, days: 7, nonce: self.number().to_string() };
        self.site.write(|conn| {
            let token = share::make(conn, entry, &link, &Actor::default(), begin())?;
            Ok((share::of_entry(conn, entry)?[0].id, token))
        })
    }

    pub(super) fn category(&self) -> i64 {
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
    pub(super) fn bulk(&self, route: &str, by: UserId) -> String {
        let entry = self.entry(route, by);
        let deed = Deed { act: Act::AddTag, value: "seen".to_owned() };
        let run = self.site.write(|conn| {
            let person = User::find(conn, by)?.person();
            bulk::begin(conn, &deed, &[entry], &person, None, &Actor::of(by), begin())
        });
        run.to_string()
    }

    pub(super) fn of_embeds(&self, route: &str) -> i64 {
        if route.ends_with("/again") { self.embed() } else { self.embed_provider() }
    }

    /// A link alone in a paragraph, of which something is known.
    pub(super) fn embed(&self) -> i64 {
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

    pub(super) fn embed_provider(&self) -> i64 {
        let number = self.number();
        let new = || NewProvider {
            name: format!("Films {number}"),
            patterns: format!("https://films-{number}.example/*"),
            endpoint: "https://films.example/oembed".to_owned(),
        };
        self.site.write(|conn| provider::create(conn, &new(), &Actor::default(), begin())).number()
    }

    /// A series of its own with one part.
    pub(super) fn part(&self, route: &str) -> String {
        let series = self.series(&format!("Series {}", self.number()));
        let part = a_post(&format!("Part {}", self.number())).by(self.stranger).with(|draft| draft.series = Some(series));
        route.replace("{id}", &series.to_string()).replace("{entry}", &self.site.given(part).to_string())
    }

    pub(super) fn series(&self, title: &str) -> SeriesId {
        let wanted = changes_of_series::Wanted { title: title.to_owned(), slug: String::new(), description: String::new() };
        self.site.write(|conn| changes_of_series::create(conn, &wanted, &Actor::default(), begin()))
    }

    pub(super) fn tag(&self) -> i64 {
        let number = self.number();
        let row = (tags::name.eq(format!("Tag {number}")), tags::slug.eq(format!("tag-{number}")), tags::created_at.eq(begin()));
        let conn = &mut self.site.database.conn();
        diesel::insert_into(tags::table).values(row).execute(conn).unwrap();
        diesel::select(last_insert_id()).get_result::<i64>(conn).unwrap()
    }

    pub(super) fn redirect(&self) -> RedirectId {
        let from = format!("/old/{}", self.number());
        self.site.write(|conn| {
            redirect::to_path(conn, &from, "/about", Origin::Hand, begin())?;
            Ok(Redirect::from(conn, &from)?.expect("it was made").id)
        })
    }

    /// A list that was sent and waits for a yes.
    pub(super) fn list_of_redirects(&self) -> ImportId {
        let lines = reading::read(format!("/listed/{},/about", self.number()).as_bytes()).unwrap();
        self.site.write(|conn| import::receive(conn, "", &lines, BASE, &Actor::default(), begin()))
    }

    /// An address that somebody has asked for.
    pub(super) fn lost(&self) -> i64 {
        let asked = Asked { path: format!("/lost/{}", self.number()), people: 1, bots: 0, at: begin(), referrer: String::new() };
        self.site.write(|conn| Ok(counted::add(conn, std::slice::from_ref(&asked))?));
        lost_paths::table.filter(lost_paths::path.eq(&asked.path)).select(lost_paths::id).first(&mut self.site.database.conn()).unwrap()
    }

    /// An address to which a live post links, and where nothing is.
    pub(super) fn broken(&self) -> i64 {
        let path = format!("/nothing/{}", self.number());
        let title = format!("Post {}", self.number());
        self.site.given(a_post(&title).by(self.stranger).published().with(|draft| draft.body = format!("[there]({path})")));
        broken_targets::table
            .filter(broken_targets::path.eq(&path))
            .select(broken_targets::id)
            .first(&mut self.site.database.conn())
            .unwrap()
    }
}
