//! What can be done to many entries, and what it does to one of them.

use super::Outcome;
use crate::{
    accounts::model::user::User,
    content::model::{
        amend::amend,
        category::{self, Category, CategoryId},
        entry::{Entry, EntryId, EntryState, Kind},
        list, publishing, reach,
        release::{Release, may_take_off, release},
        revision::Draft,
        saving::record,
        shown, tag,
        trash::{self, LARGE},
        workflow::follow,
    },
    db::Conn,
    error::{AppError, AppResult},
    journal::Actor,
    schema::entries,
    site::page::count,
    text_enum,
    web::{
        form::FormErrors,
        person::{Person, Right, UserId},
    },
};
use chrono::NaiveDateTime;
use diesel::prelude::*;

text_enum!(
    /// Something to do to entries.
    Act {
        /// Lets visitors see the newest revision.
        Publish = "publish",
        /// Takes it off the site.
        Unpublish = "unpublish",
        /// Puts a post into one more category.
        AddCategory = "add_category",
        /// Takes a post out of a category.
        RemoveCategory = "remove_category",
        /// Gives a post one more tag.
        AddTag = "add_tag",
        /// Takes a tag off a post.
        RemoveTag = "remove_tag",
        /// Names another author.
        SetAuthor = "set_author",
        /// Moves it to the trash.
        Trash = "trash",
        /// Brings it back from there.
        Restore = "restore",
    }
);

impl Act {
    /// What it is called on buttons.
    pub fn label(self) -> &'static str {
        match self {
            Act::Publish => "Publish",
            Act::Unpublish => "Take off the site",
            Act::AddCategory => "Add a category",
            Act::RemoveCategory => "Remove a category",
            Act::AddTag => "Add a tag",
            Act::RemoveTag => "Remove a tag",
            Act::SetAuthor => "Set the author",
            Act::Trash => "Move to trash",
            Act::Restore => "Restore",
        }
    }

    /// Whether anybody with these rights may do it to anything.
    pub fn is_for(self, person: &Person) -> bool {
        match self {
            Act::Publish | Act::Unpublish => person.may(Right::Publish),
            Act::SetAuthor => person.may_any(Right::Write),
            _ => true,
        }
    }

    /// Whether it takes something away that visitors see.
    pub fn is_grave(self) -> bool {
        matches!(self, Act::Unpublish | Act::Trash)
    }
}

/// An act with what it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deed {
    /// What.
    pub act: Act,
    /// Key of a category or of an author, name of a tag; empty where there is nothing to name, or nothing is chosen yet: then only
    /// the rights are asked.
    pub value: String,
}

impl Deed {
    /// What it is about, as people read it.
    pub fn about(&self, conn: &mut Conn) -> AppResult<String> {
        Ok(match self.act {
            Act::AddCategory | Act::RemoveCategory => self.category(conn)?.name,
            Act::SetAuthor => self.author(conn)?.name,
            _ => self.value.clone(),
        })
    }

    /// Says what to mend if nothing that is there is chosen.
    pub fn check(&self, conn: &mut Conn) -> AppResult<()> {
        match self.act {
            Act::AddCategory | Act::RemoveCategory => self.category(conn).map(drop),
            Act::SetAuthor => self.author(conn).map(drop),
            Act::AddTag | Act::RemoveTag => self.tag().map(drop),
            _ => Ok(()),
        }
    }

    fn category(&self, conn: &mut Conn) -> AppResult<Category> {
        let missing = || AppError::invalid("value", "Choose a category from the list.");
        let id: CategoryId = self.value.parse().map_err(|_| missing())?;
        Category::query().find(id).first(conn).optional()?.ok_or_else(missing)
    }

    fn author(&self, conn: &mut Conn) -> AppResult<User> {
        let missing = || AppError::invalid("value", "Choose an author from the list.");
        let id: UserId = self.value.parse().map_err(|_| missing())?;
        User::active(conn, id)?.ok_or_else(missing)
    }

    fn tag(&self) -> AppResult<&str> {
        let fits = !self.value.is_empty() && self.value.chars().count() <= 80 && !self.value.contains(',');
        if fits { Ok(&self.value) } else { Err(AppError::invalid("value", "Type the name of one tag, of at most 80 characters.")) }
    }
}

/// Does it to one entry. Rules that stand in the way are errors; the caller takes back what was done until then.
pub(super) fn carry_out(
    conn: &mut Conn,
    deed: &Deed,
    id: EntryId,
    person: &Person,
    actor: &Actor,
    now: NaiveDateTime,
) -> AppResult<(Outcome, String)> {
    let entry = Entry::lock(conn, id)?;
    if !person.may_on(Right::Write, entry.author_id == person.id) {
        return Err(AppError::Forbidden("It is somebody else's."));
    }
    reach::within(conn, &entry, person)?;
    let by = By { person, actor, now };
    match deed.act {
        Act::Publish => publish(conn, &entry, &by),
        Act::Unpublish => unpublish(conn, &entry, &by),
        Act::Trash => discard(conn, &entry, &by),
        Act::Restore => restore(conn, &entry, &by),
        Act::SetAuthor => set_author(conn, &entry, deed, &by),
        Act::AddCategory | Act::RemoveCategory => file(conn, &entry, deed, &by),
        Act::AddTag | Act::RemoveTag => label(conn, &entry, deed, &by),
    }
}

/// Who does it, and when.
struct By<'a> {
    person: &'a Person,
    actor: &'a Actor,
    now: NaiveDateTime,
}

type Told = AppResult<(Outcome, String)>;

fn done(sentence: impl Into<String>) -> Told {
    Ok((Outcome::Done, sentence.into()))
}

fn unchanged(sentence: &str) -> Told {
    Ok((Outcome::Unchanged, sentence.to_owned()))
}

fn publish(conn: &mut Conn, entry: &Entry, by: &By<'_>) -> Told {
    if entry.is_live() && !entry.is_ahead() {
        return unchanged("Visitors see its newest revision already.");
    }
    release(conn, entry.id, Release::Now, by.person, None, by.actor, by.now)?;
    done("Visitors see it now.")
}

fn unpublish(conn: &mut Conn, entry: &Entry, by: &By<'_>) -> Told {
    if !entry.is_live() && entry.publish_at.is_none() {
        return unchanged("It is not on the site.");
    }
    may_take_off(entry, by.person)?;
    publishing::unpublish(conn, entry.id, by.actor, by.now)?;
    done("It is a draft now.")
}

fn discard(conn: &mut Conn, entry: &Entry, by: &By<'_>) -> Told {
    if entry.state == EntryState::Trashed {
        return unchanged("It lies in the trash.");
    }
    may_take_off(entry, by.person)?;
    trash::may_take_along(conn, entry, by.person)?;
    let along = trash::along(conn, entry)?;
    if along + 1 >= LARGE {
        let sentence = format!("{} below it would go along. Move it to the trash by itself, which asks for its title.", pages(along));
        return Err(FormErrors::whole(sentence).into());
    }
    trash::trash(conn, entry.id, by.actor, by.now)?;
    done(if along == 0 {
        "It lies in the trash now.".to_owned()
    } else {
        format!("It lies in the trash now, with {} below it.", pages(along))
    })
}

fn restore(conn: &mut Conn, entry: &Entry, by: &By<'_>) -> Told {
    if entry.state != EntryState::Trashed {
        return unchanged("It does not lie in the trash.");
    }
    reach::may_restore(conn, entry, by.person)?;
    let along = trash::restore(conn, entry.id, by.actor, by.now)? as i64;
    done(if along == 0 { "It is a draft now.".to_owned() } else { format!("It is a draft now, and so are {} below it.", pages(along)) })
}

fn pages(number: i64) -> String {
    count(number, "page", "pages")
}

fn set_author(conn: &mut Conn, entry: &Entry, deed: &Deed, by: &By<'_>) -> Told {
    if !by.person.may_any(Right::Write) {
        return Err(AppError::Forbidden("Only editors name other authors."));
    }
    if deed.value.is_empty() {
        return done("");
    }
    let author = deed.author(conn)?;
    let note = format!("Author: {}.", author.name);
    let Some(drawn) = amend(conn, entry, &note, |draft| draft.author = author.id, by.actor, by.now)? else {
        return unchanged("It is by that author already.");
    };
    diesel::update(entries::table.find(entry.id)).set(entries::author_id.eq(drawn.author)).execute(conn)?;
    let lists = list::sync(conn, entry.id)?;
    record(conn, "entry.reassigned", entry, lists, by.actor, by.now)?;
    done(format!("It is by {} now.", author.name))
}

/// Topics of what visitors see are changed by who may publish it, and where a workflow covers it by editors alone.
fn may_change_topics(conn: &mut Conn, entry: &Entry, by: &By<'_>) -> AppResult<()> {
    if entry.kind != Kind::Post {
        return Err(FormErrors::whole("Pages have no categories and no tags.").into());
    }
    follow::may_amend(conn, entry, by.person, |_| {})
}

fn file(conn: &mut Conn, entry: &Entry, deed: &Deed, by: &By<'_>) -> Told {
    may_change_topics(conn, entry, by)?;
    if deed.value.is_empty() {
        return done("");
    }
    let category = deed.category(conn)?;
    let adds = deed.act == Act::AddCategory;
    let change = |draft: &mut Draft| {
        if adds && !draft.categories.contains(&category.id) {
            draft.categories.push(category.id);
        } else if !adds {
            draft.categories.retain(|id| *id != category.id);
        }
    };
    let note = format!("{} “{}”.", if adds { "Put into" } else { "Taken out of" }, category.name);
    let Some(drawn) = amend(conn, entry, &note, change, by.actor, by.now)? else {
        return unchanged(if adds { "It stands there already." } else { "It does not stand there." });
    };
    let main = category::main_of(conn, &[entry.id])?;
    category::filing::put(conn, entry, &drawn.categories, by.now)?;
    let mut lists = list::sync(conn, entry.id)?;
    if entry.is_live() && category::main_of(conn, &[entry.id])? != main {
        lists.push(shown::entry(entry.id));
    }
    record(conn, if adds { "entry.filed" } else { "entry.unfiled" }, entry, lists, by.actor, by.now)?;
    done(note)
}

fn label(conn: &mut Conn, entry: &Entry, deed: &Deed, by: &By<'_>) -> Told {
    may_change_topics(conn, entry, by)?;
    if deed.value.is_empty() {
        return done("");
    }
    let (name, adds) = (deed.tag()?, deed.act == Act::AddTag);
    let is_it = |known: &str| known.to_lowercase() == name.to_lowercase();
    let change = |draft: &mut Draft| {
        if adds && !draft.tags.iter().any(|known| is_it(known)) {
            draft.tags.push(name.to_owned());
        } else if !adds {
            draft.tags.retain(|known| !is_it(known));
        }
    };
    let note = format!("{} “{name}”.", if adds { "Tagged" } else { "No longer tagged" });
    let Some(drawn) = amend(conn, entry, &note, change, by.actor, by.now)? else {
        return unchanged(if adds { "It has that tag already." } else { "It does not have that tag." });
    };
    tag::put(conn, entry.id, &drawn.tags, by.now)?;
    let lists = list::sync(conn, entry.id)?;
    record(conn, if adds { "entry.tagged" } else { "entry.untagged" }, entry, lists, by.actor, by.now)?;
    done(note)
}
