//! What the owner decides about the site; rows exist only for what differs from the defaults.

use super::{
    comments::Comments,
    embeds::Embeds,
    language,
    look::{self, Look},
    reach::Reach,
    webmention::Webmention,
};
use crate::{
    db::Conn,
    journal::{Actor, Change},
    schema::settings,
    web::{
        page_cache::memory::Remembered,
        person::{Right, Role},
    },
};
use chrono::NaiveDateTime;
use chrono_tz::Tz;
use diesel::prelude::*;
use serde_json::json;
use std::collections::BTreeMap;

/// The cached pages that show the settings: all.
pub const SHOWN: &str = "site";

/// The site's settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteSettings {
    /// Name of the site.
    pub title: String,
    /// The headline of the home page.
    pub tagline: String,
    /// One or two sentences, for the home page and for search engines.
    pub description: String,
    /// The text at the foot of every page, in Markdown of one paragraph.
    pub footer: String,
    /// Language of the content (BCP 47), e.g. `en` or `de-CH`.
    pub language: String,
    /// Zone in which dates are shown and typed.
    pub time_zone: Tz,
    /// Posts on one page of a list.
    pub posts_per_page: usize,
    /// Path of the page shown at `/`, or empty: the newest posts.
    pub home_page: String,
    /// The largest file that may be uploaded, in megabytes.
    pub upload_mb: u64,
    /// The largest picture, in megapixels; all frames count.
    pub upload_megapixels: u64,
    /// Files that may be uploaded at once.
    pub upload_files: usize,
    /// Days that the journal is kept; 0: for ever.
    pub journal_days: u32,
    /// Days that it knows addresses and devices; 0: as long as its lines.
    pub trace_days: u32,
    /// Days that letters stay in the outbox once they are sent or given up; 0: for ever.
    pub letter_days: u32,
    /// Days that messages of contact forms are kept; 0: until somebody deletes them.
    pub message_days: u32,
    /// Whether links to other sites are looked at.
    pub check_outside: bool,
    /// Roles whose people must have a second factor.
    pub second_factor: Vec<Role>,
    /// Whether and how visitors comment.
    pub comments: Comments,
    /// Whether links that stand alone become cards.
    pub embeds: Embeds,
    /// Whether people may sign up as readers themselves.
    pub reader_sign_up: bool,
    /// How it looks.
    pub look: Look,
    /// What feeds, robots and language models are told.
    pub reach: Reach,
    /// Whether mentions are taken and sent.
    pub webmention: Webmention,
}

impl Default for SiteSettings {
    fn default() -> Self {
        SiteSettings {
            title: "A new site".to_owned(),
            tagline: "Welcome aboard".to_owned(),
            description: "This site is being set up. Its first articles appear here.".to_owned(),
            footer: String::new(),
            language: "en".to_owned(),
            time_zone: Tz::UTC,
            posts_per_page: 10,
            home_page: String::new(),
            upload_mb: 20,
            upload_megapixels: 100,
            upload_files: 50,
            journal_days: 0,
            trace_days: 90,
            letter_days: 30,
            message_days: 0,
            check_outside: true,
            second_factor: Vec::new(),
            comments: Comments::default(),
            embeds: Embeds::default(),
            reader_sign_up: false,
            look: Look::default(),
            reach: Reach::default(),
            webmention: Webmention::default(),
        }
    }
}

impl Remembered for SiteSettings {
    const TAGS: &'static [&'static str] = &[SHOWN];

    fn read(conn: &mut Conn) -> QueryResult<Self> {
        SiteSettings::load(conn)
    }
}

impl SiteSettings {
    /// Reads them in one query.
    pub fn load(conn: &mut Conn) -> QueryResult<SiteSettings> {
        let rows: Vec<(String, String)> = settings::table.select((settings::name, settings::value)).load(conn)?;
        let mut site = SiteSettings::default();
        for (name, value) in rows {
            match name.as_str() {
                "title" => site.title = value,
                "tagline" => site.tagline = value,
                "description" => site.description = value,
                "footer" => site.footer = value,
                "language" => site.language = value,
                "time_zone" => site.time_zone = value.parse().unwrap_or(Tz::UTC),
                "posts_per_page" => site.posts_per_page = value.parse().unwrap_or(10),
                "home_page" => site.home_page = value,
                "upload_mb" => site.upload_mb = value.parse().unwrap_or(site.upload_mb),
                "upload_megapixels" => site.upload_megapixels = value.parse().unwrap_or(site.upload_megapixels),
                "upload_files" => site.upload_files = value.parse().unwrap_or(site.upload_files),
                "journal_days" => site.journal_days = value.parse().unwrap_or(site.journal_days),
                "trace_days" => site.trace_days = value.parse().unwrap_or(site.trace_days),
                "letter_days" => site.letter_days = value.parse().unwrap_or(site.letter_days),
                "message_days" => site.message_days = value.parse().unwrap_or(site.message_days),
                "check_outside" => site.check_outside = value == "true",
                "second_factor" => {
                    site.second_factor =
                        value.split_whitespace().filter_map(Role::from_word).filter(|role| role.may(Right::Write)).collect()
                }
                "reader_sign_up" => site.reader_sign_up = value == "true",
                look::BEFORE => {}
                other if site.webmention.set(other, &value) || site.embeds.set(other, &value) => {}
                other if site.comments.set(other, &value) || site.look.set(other, &value) || site.reach.set(other, &value) => {}
                other => log::warn!("the setting {other} is not known to this version"),
            }
        }
        Ok(site)
    }

    /// As names and values.
    fn pairs(&self) -> BTreeMap<&'static str, String> {
        let own = [
            ("title", self.title.clone()),
            ("tagline", self.tagline.clone()),
            ("description", self.description.clone()),
            ("footer", self.footer.clone()),
            ("language", self.language.clone()),
            ("time_zone", self.time_zone.name().to_owned()),
            ("posts_per_page", self.posts_per_page.to_string()),
            ("home_page", self.home_page.clone()),
            ("upload_mb", self.upload_mb.to_string()),
            ("upload_megapixels", self.upload_megapixels.to_string()),
            ("upload_files", self.upload_files.to_string()),
            ("journal_days", self.journal_days.to_string()),
            ("trace_days", self.trace_days.to_string()),
            ("letter_days", self.letter_days.to_string()),
            ("message_days", self.message_days.to_string()),
            ("check_outside", self.check_outside.to_string()),
            ("reader_sign_up", self.reader_sign_up.to_string()),
            ("second_factor", self.second_factor.iter().map(|role| role.word()).collect::<Vec<_>>().join(" ")),
        ];
        let own = own.into_iter().chain(self.webmention.pairs()).chain(self.embeds.pairs());
        own.chain(self.comments.pairs()).chain(self.look.pairs()).chain(self.reach.pairs()).collect()
    }

    /// Writes what differs from what is stored, with one journal row; nothing changed is no change.
    pub fn save(&self, conn: &mut Conn, actor: &Actor, now: NaiveDateTime) -> QueryResult<()> {
        self.save_as("settings.changed", conn, actor, now).map(drop)
    }

    /// The same as another kind of change, such as `appearance.changed`; says whether there was any.
    pub fn save_as(&self, kind: &'static str, conn: &mut Conn, actor: &Actor, now: NaiveDateTime) -> QueryResult<bool> {
        let old = SiteSettings::load(conn)?.pairs();
        let mut changed = BTreeMap::new();
        for (name, value) in self.pairs() {
            if old.get(name) != Some(&value) {
                put(conn, name, &value, now)?;
                changed.insert(name, value);
            }
        }
        if changed.is_empty() {
            return Ok(false);
        }
        let change = Change {
            kind,
            subject: kind.split('.').next().unwrap_or(kind),
            key: 0,
            label: "",
            detail: json!(changed),
            cache_tags: vec![SHOWN.to_owned()],
        };
        change.record(conn, actor, now)?;
        Ok(true)
    }

    /// Whether the language is written from right to left.
    pub fn is_rtl(&self) -> bool {
        language::is_rtl(&self.language)
    }
}

/// Writes one setting.
pub fn put(conn: &mut Conn, name: &str, value: &str, now: NaiveDateTime) -> QueryResult<()> {
    let row = (settings::name.eq(name), settings::value.eq(value), settings::changed_at.eq(now));
    diesel::replace_into(settings::table).values(row).execute(conn)?;
    Ok(())
}

/// Reads one setting.
pub fn get(conn: &mut Conn, name: &str) -> QueryResult<Option<String>> {
    settings::table.find(name).select(settings::value).first(conn).optional()
}
