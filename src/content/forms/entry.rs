//! The editor's form.

use super::super::model::{
    entry::{Entry, EntryId, Kind},
    merge,
    revision::{Draft, Revision},
    workflow::{review::Plan, submission::Afterwards},
};
use super::{moment::moment, nonce};
use crate::markup::{is_slug, own_path, rewrite_links};
use crate::site::language;
use crate::web::{
    form::FormErrors,
    person::{Person, Right, UserId},
};
use chrono::{NaiveDateTime, TimeZone};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use validator::Validate;

/// The longest body, in bytes of UTF-8; the column holds 16 MB, a page of more than one is nobody's wish.
const LONGEST_BODY: usize = 1_000_000;

/// What an author types.
#[derive(Debug, Default, Clone, Serialize, Deserialize, Validate)]
#[serde(default)]
pub struct EntryForm {
    /// `post` or `page`; read for new entries only.
    pub kind: String,
    /// Of new entries: tells the form from others, so that sending it twice makes one entry.
    pub nonce: String,
    /// The revision that the author began from; empty for new entries.
    pub base: String,
    /// Which button: `save`, `publish` or `submit`.
    pub r#do: String,
    /// Headline.
    #[validate(length(min = 1, max = 300, message = "Give it a title of at most 300 characters."))]
    pub title: String,
    /// Last part of the address.
    pub slug: String,
    /// Id of the page above, or empty.
    pub parent: String,
    /// Plain text.
    #[validate(length(max = 1000, message = "Shorten the summary to 1,000 characters."))]
    pub summary: String,
    /// Markdown.
    pub body: String,
    /// A path of this site, or empty.
    #[validate(length(max = 700, message = "This address is too long; 700 characters are the most."))]
    pub image_url: String,
    /// What the picture shows.
    #[validate(length(max = 300, message = "Shorten the description of the picture to 300 characters."))]
    pub image_alt: String,
    /// For search engines.
    #[validate(length(max = 300, message = "Shorten the search title to 300 characters."))]
    pub meta_title: String,
    /// For search engines.
    #[validate(length(max = 500, message = "Shorten the description to 500 characters."))]
    pub meta_description: String,
    /// Shown first.
    pub featured: bool,
    /// Id of the author.
    pub author: String,
    /// Ids, the main category first.
    pub categories: Vec<String>,
    /// Names, separated by commas.
    pub tags: String,
    /// Id of the series, or empty; read for posts only.
    pub series: String,
    /// A tag of BCP 47, or empty for the language of the site. Counts at once; not part of a revision.
    pub language: String,
    /// The address or the title of an entry that says the same in another language, or empty. As `language`.
    pub translates: String,
    /// What stood in these two when the form was drawn: who changes nothing here takes back nothing that others have set since.
    pub language_was: String,
    /// The date shown, in the site's time zone; empty: the moment of publishing.
    pub date: String,
    /// Its time.
    pub time: String,
    /// `now`, `at`, or `author`: not before the author says so.
    pub when: String,
    /// When to publish, in the site's time zone.
    pub publish_date: String,
    /// Its time.
    pub publish_time: String,
    /// To those who review it.
    #[validate(length(max = 2000, message = "Shorten the words to the reviewers to 2,000 characters."))]
    pub review_words: String,
    /// `never` or `at`: whether it comes off the site by itself.
    pub until: String,
    /// When, in the site's time zone.
    pub until_date: String,
    /// Its time.
    pub until_time: String,
    /// What stood there when the form was drawn: who changes nothing here takes back nothing that others have set since.
    pub until_was: String,
    /// What was changed, for the list of revisions.
    #[validate(length(max = 300, message = "Shorten the note to 300 characters."))]
    pub note: String,
    /// The form was opened while earlier words waited, unsaved, to be taken over; they are not to be lost by a save.
    pub offer: String,
    /// When its address changes, the links to it are rewritten; never stored with the entry.
    pub relink: bool,
    /// Why it goes out although the gate blocks it, or empty; never stored with the entry.
    #[validate(length(max = 500, message = "Shorten the reason to 500 characters."))]
    pub override_reason: String,
}

/// A text with paths in place of full addresses of this site.
pub fn at_home(text: String, base_url: &str) -> String {
    let host = base_url.split("//").nth(1).unwrap_or(base_url);
    let names_it = text.as_bytes().windows(host.len().max(1)).any(|some| some.eq_ignore_ascii_case(host.as_bytes()));
    if names_it { rewrite_links(&text, |address| own_path(address, base_url)) } else { text }
}

/// What the author wants done with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// Keep it.
    Save,
    /// Let visitors see it.
    Publish,
    /// Let visitors see it from then on, UTC.
    PublishAt(NaiveDateTime),
    /// Hand it in for review, to go out as planned once it is approved.
    Submit(Plan),
    /// Let visitors see it from the time on that is set already, in the place of an older draft.
    Reschedule,
    /// Drop the time that is set.
    Unschedule,
}

impl EntryForm {
    /// With paths in place of full addresses of this site, which stands at `base_url`: a link by a path is known to the link graph, and
    /// follows when its target moves. A picture of the library is named without its version.
    pub fn at_home(mut self, base_url: &str) -> EntryForm {
        self.body = at_home(self.body, base_url);
        self.image_url = own_path(&self.image_url, base_url).unwrap_or(self.image_url);
        if self.image_url.starts_with("/files/") {
            self.image_url.truncate(self.image_url.find(['?', '#']).unwrap_or(self.image_url.len()));
        }
        self
    }

    /// An empty form of that kind.
    pub fn empty(kind: Kind, author: &Person) -> EntryForm {
        EntryForm {
            kind: kind.word().to_owned(),
            nonce: nonce::fresh(),
            when: "now".to_owned(),
            until: "never".to_owned(),
            author: author.id.to_string(),
            ..EntryForm::default()
        }
    }

    /// The form filled with a revision.
    pub fn of(entry: &Entry, revision: &Revision, zone: Tz) -> EntryForm {
        let draft = revision.draft();
        let local = |at: NaiveDateTime| zone.from_utc_datetime(&at);
        let date = |at: Option<NaiveDateTime>| at.map(|at| local(at).format("%Y-%m-%d").to_string()).unwrap_or_default();
        let time = |at: Option<NaiveDateTime>| at.map(|at| local(at).format("%H:%M").to_string()).unwrap_or_default();
        EntryForm {
            kind: entry.kind.word().to_owned(),
            nonce: String::new(),
            base: revision.id.to_string(),
            r#do: String::new(),
            title: draft.title,
            slug: draft.slug,
            parent: draft.parent.map(|id| id.to_string()).unwrap_or_default(),
            summary: draft.summary,
            body: draft.body,
            image_url: draft.image_url,
            image_alt: draft.image_alt,
            meta_title: draft.meta_title,
            meta_description: draft.meta_description,
            featured: draft.featured,
            author: draft.author.to_string(),
            categories: draft.categories.iter().map(ToString::to_string).collect(),
            tags: draft.tags.join(", "),
            series: draft.series.map(|id| id.to_string()).unwrap_or_default(),
            language: String::new(),
            translates: String::new(),
            language_was: String::new(),
            date: date(draft.dated_at),
            time: time(draft.dated_at),
            when: if entry.publish_at.is_some() { "at" } else { "now" }.to_owned(),
            publish_date: date(entry.publish_at),
            publish_time: time(entry.publish_at),
            review_words: String::new(),
            until: if entry.unpublish_at.is_some() { "at" } else { "never" }.to_owned(),
            until_date: date(entry.unpublish_at),
            until_time: time(entry.unpublish_at),
            until_was: format!("{} {}", date(entry.unpublish_at), time(entry.unpublish_at)).trim().to_owned(),
            note: String::new(),
            offer: String::new(),
            relink: false,
            override_reason: String::new(),
        }
    }

    /// The same with the plan of a submission that came back.
    pub fn planned(self, plan: Afterwards, at: Option<NaiveDateTime>, zone: Tz) -> EntryForm {
        let at = at.map(|at| zone.from_utc_datetime(&at));
        EntryForm {
            when: plan.word().to_owned(),
            publish_date: at.map(|at| at.format("%Y-%m-%d").to_string()).unwrap_or_default(),
            publish_time: at.map(|at| at.format("%H:%M").to_string()).unwrap_or_default(),
            ..self
        }
    }

    /// Turns what was typed into a draft and a wish, or says what to mend. Who may not name other authors is the author.
    pub fn check(&self, person: &Person, zone: Tz) -> Result<(Draft, Wish), FormErrors> {
        let (draft, wish, errors) = self.read(person, zone);
        errors.unless_any((draft, wish))
    }

    /// The draft as far as it can be read, whatever is wrong with it.
    pub fn sketch(&self, person: &Person, zone: Tz) -> Draft {
        self.read(person, zone).0
    }

    fn read(&self, person: &Person, zone: Tz) -> (Draft, Wish, FormErrors) {
        let mut errors = self.validate().err().map(FormErrors::from).unwrap_or_default();
        if !self.slug.is_empty() && !is_slug(&self.slug) {
            errors.add("slug", "Use lower-case letters a to z, digits and hyphens, such as my-first-post.");
        }
        if self.body.len() > LONGEST_BODY {
            errors.add("body", "This text is longer than a million characters. Split it into several pages.");
        }
        if !self.image_url.is_empty() && (!self.image_url.starts_with('/') || self.image_url.starts_with("//")) {
            errors.add("image_url", "Name a picture of this site, such as /files/…/photo.jpg. Pages make no request to other hosts.");
        }
        let tags = self.tags(&mut errors);
        let dated_at = moment(&self.date, &self.time, zone).unwrap_or_else(|| {
            errors.add("date", "Give a day such as 2026-11-24 and a time such as 08:00, or leave both empty.");
            None
        });
        if !self.language.is_empty() && !language::is_language(&language::tidy(&self.language)) {
            errors.add("language", "Give a language tag such as en, de or pt-BR, or leave it empty for the language of the site.");
        }
        let parent = self.parent.parse::<EntryId>().ok();
        let author = if person.may_any(Right::Write) { self.author.parse::<UserId>().unwrap_or(person.id) } else { person.id };
        let wish = self.wish(zone, &mut errors);
        if let Err(wrong) = self.expiry(zone) {
            errors.merge(wrong);
        }
        if wish != Wish::Save && merge::is_unfinished(&self.body) {
            errors.add(
                "body",
                format!(
                    "Two versions of a passage still stand in the text. Choose one where you find “{}”, and take the marks away.",
                    merge::YOURS
                ),
            );
        }
        let draft = Draft {
            title: self.title.split_whitespace().collect::<Vec<_>>().join(" "),
            slug: self.slug.clone(),
            parent,
            summary: self.summary.split_whitespace().collect::<Vec<_>>().join(" "),
            body: self.body.clone(),
            image_url: self.image_url.clone(),
            image_alt: self.image_alt.clone(),
            meta_title: self.meta_title.clone(),
            meta_description: self.meta_description.clone(),
            featured: self.featured,
            author,
            categories: self.categories.iter().filter_map(|id| id.parse().ok()).take(20).collect(),
            tags,
            series: self.series.parse().ok(),
            dated_at,
        };
        (draft, wish, errors)
    }

    fn tags(&self, errors: &mut FormErrors) -> Vec<String> {
        let mut tags: Vec<String> = Vec::new();
        for name in self.tags.split([',', '\n']).map(|name| name.split_whitespace().collect::<Vec<_>>().join(" ")) {
            if !name.is_empty() && !tags.iter().any(|known| known.to_lowercase() == name.to_lowercase()) {
                tags.push(name);
            }
        }
        if tags.len() > 30 {
            errors.add("tags", "Thirty tags are the most. Leave some out.");
        }
        if tags.iter().any(|name| name.chars().count() > 80) {
            errors.add("tags", "A tag has at most 80 characters. Separate tags by commas.");
        }
        tags
    }

    fn wish(&self, zone: Tz, errors: &mut FormErrors) -> Wish {
        let submits = match self.r#do.as_str() {
            "publish" => false,
            "submit" => true,
            "reschedule" => return Wish::Reschedule,
            "unschedule" => return Wish::Unschedule,
            _ => return Wish::Save,
        };
        match (plan(&self.when, &self.publish_date, &self.publish_time, zone), submits) {
            (Some(plan), true) => Wish::Submit(plan),
            (Some(Plan::At(at)), false) => Wish::PublishAt(at),
            (Some(_), false) => Wish::Publish,
            (None, _) => {
                errors.add("publish_date", "Give the day and the time at which it goes out, or make another choice above.");
                Wish::Save
            }
        }
    }

    /// When it is to come off the site: `None` where nobody touched that, `Some(None)` where it is to stay.
    pub fn expiry(&self, zone: Tz) -> Result<Option<Option<NaiveDateTime>>, FormErrors> {
        let wanted = if self.until == "at" { format!("{} {}", self.until_date, self.until_time) } else { String::new() };
        if wanted == self.until_was {
            return Ok(None);
        }
        match (self.until.as_str(), moment(&self.until_date, &self.until_time, zone)) {
            ("at", Some(Some(at))) => Ok(Some(Some(at))),
            ("at", _) => Err(FormErrors::one("until_date", "Give the day and the time at which it comes off, or choose never.")),
            _ => Ok(Some(None)),
        }
    }

    /// Language and translation, as they stand in the form.
    pub fn spoken(&self) -> String {
        format!("{} {}", language::tidy(&self.language), self.translates).trim().to_owned()
    }

    /// The key of what this form makes, if it came from our page.
    pub fn source_key(&self) -> Option<String> {
        nonce::ours(&self.nonce).map(|nonce| format!("form:{nonce}"))
    }

    /// Whether a category is ticked.
    pub fn has_category(&self, id: &str) -> bool {
        self.categories.iter().any(|chosen| chosen == id)
    }
}

/// When something is to go out, by a choice of three and a time in the site's zone; `None` where a time is missing.
pub(super) fn plan(when: &str, date: &str, time: &str, zone: Tz) -> Option<Plan> {
    match when {
        "at" => moment(date, time, zone).flatten().map(Plan::At),
        "author" => Some(Plan::Author),
        _ => Some(Plan::Now),
    }
}

#[cfg(test)]
mod tests;
