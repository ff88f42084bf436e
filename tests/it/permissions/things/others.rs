//! What visitors write, letters, menus and files.

use super::Things;
use crate::support::site::{a_page, begin};
use diesel::prelude::*;
use mainstay::{
    contact::{
        self,
        model::{
            form::{FormId, Wish},
            message::{self, NewMessage},
        },
    },
    content::model::entry::EntryId,
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
    schema::{comment_bans, comments, letters, menus as menu_tables, suppressed_addresses},
    site::menus::{
        self, Menu, Place,
        changes::{NewMenu, Wanted},
    },
    web::person::UserId,
};

impl Things<'_> {
    /// A comment that visitors see, where they see the entry.
    pub(super) fn comment(&self, entry: EntryId) -> i64 {
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

    pub(super) fn ban(&self) -> i64 {
        let words = format!("words {}", self.number());
        let conn = &mut self.site.database.conn();
        let row = (comment_bans::kind.eq("words"), comment_bans::value.eq(words), comment_bans::created_at.eq(begin()));
        diesel::insert_into(comment_bans::table).values(row).execute(conn).unwrap();
        diesel::select(last_insert_id()).get_result(conn).unwrap()
    }

    /// A contact form on a live page of its own.
    pub(super) fn contact_form(&self) -> FormId {
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
    pub(super) fn message(&self) -> i64 {
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
    pub(super) fn letter(&self) -> i64 {
        let letter = Letter { html: Some("<p>Hello.</p>".to_owned()), ..Letter::plain("ada@example.org", "Hello", "Hello.") };
        self.site.write(|conn| mail::outbox::post(conn, begin(), "test.letter", &letter));
        letters::table.select(diesel::dsl::max(letters::id)).first::<Option<i64>>(&mut self.site.database.conn()).unwrap().unwrap()
    }

    /// An address to which no letters go.
    pub(super) fn suppressed(&self) -> i64 {
        let address = format!("spared-{}@example.org", self.number());
        self.site.write(|conn| Ok(suppression::add(conn, &address, Reason::ByHand, "", &Actor::default(), begin())?));
        suppressed_addresses::table
            .filter(suppressed_addresses::address.eq(&address))
            .select(suppressed_addresses::id)
            .first(&mut self.site.database.conn())
            .unwrap()
    }

    /// A menu with one item: their keys. It is deleted again before the next, since a site has few.
    pub(super) fn menu(&self) -> (String, String) {
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

    pub(super) fn folder(&self) -> FolderId {
        let name = format!("Folder {}", self.number());
        self.site.write(|conn| folder::create(conn, Folder::root(), &name, &Actor::default(), begin()))
    }

    /// A file that this person has brought, or the stranger.
    pub(super) fn file(&self, by: Option<UserId>) -> FileId {
        let text = format!("File {}", self.number());
        self.site.given_file_of(Some(by.unwrap_or(self.stranger)), "a.txt", text.as_bytes()).id
    }
}
