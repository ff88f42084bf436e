//! The sample site, "The Backend Handbook": settings, authors, categories, articles and pages, menus.

use super::{
    markdown::{self, Options},
    plan,
    report::Report,
    source::Source,
};
use crate::{
    accounts::model::{
        author::{self, NewAuthor},
        user::User,
    },
    app::State,
    community::model::{
        comment::CommentId,
        writing::{self, NewComment, Origin},
    },
    contact::model::form::{self, Wish},
    content::model::{category, entry::Entry, source},
    db::Conn,
    error::{AnyError, AnyResult, AppError, AppResult},
    journal::{Actor, Change},
    site::{
        SiteSettings,
        comments::{Comments, Policy, Tell},
        menus::{self, NewItem},
    },
    web::person::Person as WebPerson,
};
use chrono::NaiveDateTime;
use diesel::{OptionalExtension, QueryResult};
use include_dir::{Dir, include_dir};
use indicatif::ProgressBar;
use serde::Deserialize;

static FILES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/src/exchange/sample");

/// Names the source of the sample's entries.
const SOURCE: &str = "sample";

/// `site.toml`.
#[derive(Deserialize)]
struct Handbook {
    site: Site,
    authors: Vec<Person>,
    categories: Vec<Topic>,
    menus: Menus,
}

#[derive(Deserialize)]
struct Site {
    title: String,
    tagline: String,
    description: String,
    footer: String,
}

#[derive(Deserialize)]
struct Person {
    slug: String,
    name: String,
    email: String,
    bio: String,
}

#[derive(Deserialize)]
struct Topic {
    path: String,
    name: String,
    description: String,
}

#[derive(Deserialize)]
struct Menus {
    header: Vec<Item>,
    footer: Vec<Column>,
}

#[derive(Deserialize)]
struct Item {
    label: String,
    to: String,
}

#[derive(Deserialize)]
struct Column {
    heading: String,
    items: Vec<Item>,
}

/// Whether the sample may be loaded: there is no entry, or a loading was broken off before it came to the menus.
pub fn may_be_loaded(conn: &mut Conn) -> QueryResult<bool> {
    if !source::others(conn, "")? {
        return Ok(true);
    }
    Ok(!menus::any(conn)? && !source::others(conn, &plan::prefix(SOURCE))?)
}

/// Loads the sample into an empty site; refuses when there is an entry.
pub fn load(state: &State, bar: &ProgressBar) -> AnyResult<Report> {
    if !state.db.read_here(|conn| Ok(may_be_loaded(conn)?))? {
        return Err(
            "There are entries already. The sample site is loaded into an empty database only; choose another one with --state-dir.".into(),
        );
    }
    let text = FILES.get_file("site.toml").and_then(|file| file.contents_utf8()).ok_or("the sample has no site.toml")?;
    let handbook: Handbook = toml::from_str(text)?;
    let now = state.clock.now();
    state.db.write_here(|conn| prepare(conn, &handbook, now)).map_err(AnyError::from)?;
    let options = Options { source: Some(SOURCE.to_owned()), publish_early: true, ..Options::default() };
    let report = markdown::import(&state.db, &state.storage, &Source::Embedded(&FILES), &options, &state.clock, bar)?;
    state.db.write_here(|conn| furnish(conn, &handbook.menus, now)).map_err(AnyError::from)?;
    state.db.write_here(|conn| let_visitors_write(conn, now)).map_err(AnyError::from)?;
    state.db.write_here(|conn| talk(conn, now)).map_err(AnyError::from)?;
    Ok(report)
}

/// Settings, authors and categories: what the articles refer to.
fn prepare(conn: &mut Conn, handbook: &Handbook, now: NaiveDateTime) -> AppResult<()> {
    let site = &handbook.site;
    let settings = SiteSettings {
        title: site.title.clone(),
        tagline: site.tagline.clone(),
        description: site.description.clone(),
        footer: site.footer.clone(),
        ..SiteSettings::load(conn)?
    };
    settings.save(conn, &Actor::default(), now)?;
    for person in &handbook.authors {
        let author = NewAuthor { name: &person.name, slug: &person.slug, email: &person.email, bio: &person.bio };
        author::ensure(conn, &author, now)?;
    }
    for topic in &handbook.categories {
        let id = category::ensure(conn, &topic.path, Some(&topic.name), now)?;
        category::describe(conn, id, &topic.description, now)?;
    }
    Ok(())
}

/// A contact form on the page about that; what comes by it lies in the inbox, as nobody reads mail at the addresses of the sample.
fn let_visitors_write(conn: &mut Conn, now: NaiveDateTime) -> AppResult<()> {
    let wish = Wish {
        path: "/contact".to_owned(),
        recipients: Vec::new(),
        heading: "Write to both of us".to_owned(),
        thanks: "Thank you. One of us reads it today, and answers by mail.".to_owned(),
    };
    form::create(conn, &wish, &Actor::default(), now).map(drop)
}

/// What is said below one of the articles: who says it (an author by the slug, or a guest), whom it answers, and the words.
const TALK: &[(&str, Option<usize>, &str)] = &[
    (
        "Wanjiru Maina",
        None,
        "We had this with a PDF renderer instead of mail. The give-away was that the database’s own count of running queries stayed at one \
         while the pool was “full”. Worth adding as a test: compare the two numbers.",
    ),
    (
        "ines-valdes",
        Some(0),
        "Yes, and it needs no new tool: `SHOW PROCESSLIST` on one side, the pool’s gauge on the other. I will add it to the article.",
    ),
    (
        "Andrzej",
        None,
        "How does the advice change behind a proxy that pools as well? My service’s pool is 40 and the proxy’s is 12, and I honestly do not \
         know which one I am tuning.",
    ),
];

/// A talk below an article; one more comment waits for a moderator.
fn talk(conn: &mut Conn, now: NaiveDateTime) -> AppResult<()> {
    let entry = Entry::live_at(conn, "/posts/what-a-connection-pool-does")?.id;
    let quiet = Comments { policy: Policy::Open, tell: Tell::Nobody, ..Comments::default() };
    let mut said: Vec<CommentId> = Vec::new();
    for (who, parent, body) in TALK {
        let person = User::by_slug(conn, who).optional()?.map(|user| user.person());
        let parent = parent.and_then(|place| said.get(place).copied());
        said.push(say(conn, &quiet, &NewComment { entry, parent, ..words(who, body) }, person.as_ref(), now)?);
    }
    let waits = words("Yuki", "Does the seventy per cent rule hold when two services share one database?");
    say(conn, &Comments { policy: Policy::Held, ..quiet }, &NewComment { entry, ..waits }, None, now).map(drop)
}

fn say(conn: &mut Conn, site: &Comments, new: &NewComment, person: Option<&WebPerson>, now: NaiveDateTime) -> AppResult<CommentId> {
    Ok(writing::write(conn, site, new, person, &Origin::default(), &Actor::default(), now)?.comment.id)
}

fn words(name: &str, body: &str) -> NewComment {
    NewComment { entry: 0.into(), parent: None, name: name.to_owned(), email: String::new(), body: body.to_owned(), wants_replies: false }
}

/// The menus come last, so that their items are tied to the entries.
fn furnish(conn: &mut Conn, menus: &Menus, now: NaiveDateTime) -> AppResult<()> {
    let link = |item: &Item| NewItem { label: item.label.clone(), to: Some(item.to.clone()), items: Vec::new() };
    let header: Vec<NewItem> = menus.header.iter().map(link).collect();
    let footer: Vec<NewItem> = menus
        .footer
        .iter()
        .map(|column| NewItem { label: column.heading.clone(), to: None, items: column.items.iter().map(link).collect() })
        .collect();
    menus::replace(conn, "header", &header)?;
    menus::replace(conn, "footer", &footer)?;
    let change = Change {
        kind: "menu.changed",
        subject: "menu",
        key: 0,
        label: "",
        detail: serde_json::json!({ "origin": SOURCE }),
        cache_tags: vec![menus::SHOWN.to_owned()],
    };
    change.record(conn, &Actor::default(), now).map_err(AppError::from)
}
