//! Importing a tree of Markdown files; safe to repeat.
//!
//! Two passes. The first reads every file and settles the addresses ([`Plan`]); the second reads them again, one after the other, so
//! that never more than one text is in memory, and writes each in a transaction of its own.

use super::{
    assets::Keeper,
    lines::lines,
    links::{Resolver, Target},
    places::Places,
    plan::{Plan, Planned},
    report::{Report, shorten},
    sheet::Sheet,
    source::Source,
    tongues::Tongues,
};
use crate::{
    accounts::model::{author, user::User},
    clock::Clock,
    content::model::{
        category,
        entry::{Entry, EntryId, Kind},
        publishing, redirect,
        revision::Draft,
        saving, series, source,
        tree::order,
    },
    db::{Conn, Db},
    error::{AnyResult, AppError, AppResult},
    journal::Actor,
    markup,
    site::SiteSettings,
    storage::Storage,
    web::person::UserId,
};
use chrono::NaiveDateTime;
use chrono_tz::Tz;
use diesel::prelude::*;
use indicatif::ProgressBar;
use sha2::{Digest, Sha256};
use std::{cell::RefCell, collections::HashMap};

/// How an import is to be done.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Where the files were served before, e.g. `https://blog.example`: links there become links on this site.
    pub base_url: Option<String>,
    /// The slug of the user who is named as author where a file names nobody.
    pub author: Option<String>,
    /// Names the source, so that a repeated import finds its entries; by default the folder's full path.
    pub source: Option<String>,
    /// Find out what would be done, and change nothing.
    pub rehearse: bool,
    /// Publish at once what is dated later than today; else that is scheduled.
    pub publish_early: bool,
}

/// What was found about one file, ready to be written.
struct Text {
    sheet: Sheet,
    body: String,
    summary: String,
    image: String,
    hash: Vec<u8>,
}

/// What became of one file.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Done {
    Created,
    Updated,
    Unchanged,
}

/// Everything that the second pass needs.
struct Import<'a> {
    db: &'a Db,
    source: &'a Source,
    options: &'a Options,
    resolver: Resolver<'a>,
    keeper: Keeper<'a>,
    places: Places<'a>,
    author: Option<UserId>,
    zone: Tz,
    clock: &'a Clock,
    tongues: Tongues,
}

/// Imports a tree and says what was done.
pub fn import(db: &Db, storage: &Storage, source: &Source, options: &Options, clock: &Clock, bar: &ProgressBar) -> AnyResult<Report> {
    let mut report = Report::default();
    let name = options.source.clone().unwrap_or_else(|| source.name());
    let (zone, author) =
        db.read_here(|conn| Ok((SiteSettings::load(conn)?.time_zone, default_author(conn, options.author.as_deref())?))).map_err(cause)?;
    let plan = db.read_here(|conn| Plan::make(conn, source, &name, zone, &mut report).map_err(AppError::Internal)).map_err(cause)?;
    let base_url = options.base_url.as_deref().map(|url| url.trim_end_matches('/'));
    let import = Import {
        db,
        source,
        options,
        resolver: Resolver { plan: &plan, base_url },
        keeper: Keeper { source, into: (!options.rehearse).then_some((db, storage)), now: clock.now(), known: RefCell::default() },
        places: Places { source, known: RefCell::default() },
        author,
        zone,
        clock,
        tongues: Tongues::default(),
    };
    bar.set_length(plan.entries.len() as u64);
    let mut ids: Vec<Option<EntryId>> = Vec::with_capacity(plan.entries.len());
    for planned in &plan.entries {
        ids.push(import.one(planned, &ids, &mut report)?);
        bar.inc(1);
    }
    bar.finish_and_clear();
    report.kept = import.keeper.count();
    for rows in [&mut report.skipped, &mut report.renamed, &mut report.unresolved, &mut report.notes] {
        rows.sort();
    }
    Ok(report)
}

fn default_author(conn: &mut Conn, slug: Option<&str>) -> AppResult<Option<UserId>> {
    match slug {
        Some(slug) => match User::by_slug(conn, slug).optional()? {
            Some(user) => Ok(Some(user.id)),
            None => Err(AppError::Internal(format!("There is no user with the slug {slug}. Choose one that /admin/people shows.").into())),
        },
        None => Ok(author::first(conn)?),
    }
}

/// What stands behind an error, for people at a terminal.
fn cause(error: AppError) -> crate::error::AnyError {
    match error {
        AppError::Internal(cause) => cause,
        other => other.into(),
    }
}

impl Import<'_> {
    /// Brings one file in; the answer is its entry, unless it had to be skipped or this is a rehearsal.
    fn one(&self, planned: &Planned, ids: &[Option<EntryId>], report: &mut Report) -> AnyResult<Option<EntryId>> {
        let text = match Sheet::open(self.source, &planned.file, self.zone) {
            Ok(sheet) => self.text(planned, sheet, report),
            Err(reason) => {
                report.skipped.push((planned.file.clone(), reason));
                return Ok(None);
            }
        };
        let known = planned.known.as_ref();
        let same =
            known.is_some_and(|known| known.hash.as_deref() == Some(text.hash.as_slice()) && known.path.as_ref() == Some(&planned.path));
        let done = match known {
            Some(_) if same => Done::Unchanged,
            Some(_) => Done::Updated,
            None => Done::Created,
        };
        let mut id = known.map(|known| known.id);
        if done != Done::Unchanged && !self.options.rehearse {
            let parent = planned.parent.and_then(|parent| ids.get(parent).copied().flatten());
            let now = self.clock.now();
            match self.db.write_here(|conn| self.write(conn, planned, &text, parent, now)) {
                Ok(written) => id = Some(written),
                Err(AppError::Unavailable) => return Err(AppError::Unavailable.into()),
                Err(error) => {
                    report.skipped.push((planned.file.clone(), sentence(&error)));
                    return Ok(None);
                }
            }
        }
        if let Some(id) = id {
            self.tongues.note(&text.sheet.front, id);
        }
        match done {
            Done::Created => report.created += 1,
            Done::Updated => report.updated += 1,
            Done::Unchanged => report.unchanged += 1,
        }
        if done != Done::Unchanged {
            report.redirects += planned.addresses.len();
        }
        if done == Done::Updated && known.is_some_and(|known| known.edited) {
            report
                .notes
                .push((planned.file.clone(), "it was edited on the site since; that text is among the entry's revisions now".to_owned()));
        }
        Ok(id)
    }

    /// Changes the links of a text and keeps the files that it shows.
    fn text(&self, planned: &Planned, sheet: Sheet, report: &mut Report) -> Text {
        let mut seen: HashMap<String, Option<String>> = HashMap::new();
        let mut change = |address: &str| -> Option<String> {
            if let Some(known) = seen.get(address) {
                return known.clone();
            }
            let new = self.changed(planned, address, report);
            seen.insert(address.to_owned(), new.clone());
            new
        };
        let body = markup::rewrite_links(&sheet.body, &mut change);
        let image = match sheet.front.image.as_deref() {
            Some(image) => change(image).unwrap_or_else(|| image.to_owned()),
            None => String::new(),
        };
        let image = if image.starts_with('/') && image.len() <= 700 { image } else { String::new() };
        if image.is_empty()
            && let Some(outside) = &sheet.front.image
        {
            report.notes.push((planned.file.clone(), format!("its picture {outside} is not on this site and was left out")));
        }
        for code in template_code(&sheet.body) {
            report.notes.push((planned.file.clone(), format!("{code} is left as text")));
        }
        let summary = match &sheet.front.summary {
            Some(summary) => shorten(summary, 1000),
            None => markup::first_paragraph(&body, 300),
        };
        let hash = fingerprint(planned, &sheet, &body, &image, self.options);
        Text { sheet, body, summary, image, hash }
    }

    /// The new address of a link, if it gets one.
    fn changed(&self, planned: &Planned, address: &str, report: &mut Report) -> Option<String> {
        let (new, problem) = match self.resolver.resolve(planned, address) {
            Target::Same => (self.at_place(planned, address), None),
            Target::Address(new) => (Some(self.at_place(planned, &new).unwrap_or(new)), None),
            Target::Outside(new) => {
                report.notes.push((planned.file.clone(), format!("{address} leads to {new} now")));
                (Some(new), None)
            }
            Target::File(file, rest) => match self.keeper.keep(&file) {
                Ok(kept) => (Some(format!("{kept}{rest}")), None),
                Err(why) => (self.resolver.on_old_site(planned, address), Some(format!("{address} ({why})"))),
            },
            Target::Nowhere if self.is_on_the_site(address) => (None, None),
            Target::Nowhere => match self.resolver.on_old_site(planned, address) {
                Some(old) => (Some(old.clone()), Some(format!("{address} (left at {old})"))),
                None => (None, Some(address.to_owned())),
            },
        };
        if let Some(problem) = problem {
            report.unresolved.push((planned.file.clone(), shorten(&problem, 200)));
        }
        new
    }

    /// The address with the fragment that its place has on the new page, where that is called differently.
    fn at_place(&self, planned: &Planned, address: &str) -> Option<String> {
        let (page, fragment) = address.split_once('#')?;
        let path = page.split('?').next().unwrap_or("");
        let target = if page.is_empty() { planned } else { self.resolver.plan.by_path(path)? };
        Some(format!("{page}#{}", self.places.meant(&target.file, fragment)?))
    }

    /// Whether an entry that this import has not brought lives at the address.
    fn is_on_the_site(&self, address: &str) -> bool {
        let path = address.split(['?', '#']).next().unwrap_or("").trim_end_matches('/');
        let found = || self.db.read_here(|conn| Ok(source::holder(conn, path)?.is_some()));
        path.starts_with('/') && path.is_ascii() && found().unwrap_or(false)
    }

    /// Writes one entry, its state, its old addresses and where it came from.
    fn write(&self, conn: &mut Conn, planned: &Planned, text: &Text, parent: Option<EntryId>, now: NaiveDateTime) -> AppResult<EntryId> {
        let actor = Actor::default();
        let draft = self.draft(conn, planned, text, parent, now)?;
        let id = match &planned.known {
            Some(known) => {
                if let Some(latest) = known.latest {
                    saving::save(conn, known.id, latest, &draft, &actor, now)?;
                }
                known.id
            }
            None => saving::create(conn, planned.kind, &draft, &actor, now)?,
        };
        self.tongues.settle(conn, &text.sheet.front, id, now)?;
        if text.sheet.front.series_weight != 0 {
            series::parts::weigh(conn, id, text.sheet.front.series_weight, now)?;
        }
        let early = draft.dated_at.filter(|at| *at > now && !self.options.publish_early);
        match early {
            _ if text.sheet.front.draft => publishing::unpublish(conn, id, &actor, now)?,
            Some(at) => publishing::schedule(conn, id, at, &actor, now)?,
            None => {
                let entry = Entry::find(conn, id)?;
                if !entry.is_live() || entry.is_ahead() {
                    publishing::publish(conn, id, &actor, now)?;
                }
            }
        }
        if text.sheet.front.weight != 0 {
            order::weigh(conn, id, text.sheet.front.weight, now)?;
        }
        for address in &planned.addresses {
            if source::holder(conn, address)?.is_none() {
                redirect::to_entry(conn, address, id, redirect::Origin::Import, now)?;
            }
        }
        source::mark(conn, id, &planned.key, &text.hash)?;
        Ok(id)
    }

    fn draft(&self, conn: &mut Conn, planned: &Planned, text: &Text, parent: Option<EntryId>, now: NaiveDateTime) -> AppResult<Draft> {
        let front = &text.sheet.front;
        let author = match (front.authors.first(), self.author) {
            (Some(name), _) => author::named(conn, name, now)?,
            (None, Some(author)) => author,
            (None, None) => author::named(conn, "Editor", now)?,
        };
        let mut categories = Vec::new();
        for name in front.categories.iter().take(20) {
            categories.push(category::ensure(conn, name, None, now)?);
        }
        let series = front.series.as_ref().filter(|_| planned.kind == Kind::Post);
        Ok(Draft {
            title: shorten(&text.sheet.title, 300),
            slug: planned.slug.clone(),
            parent,
            summary: text.summary.clone(),
            body: text.body.clone(),
            image_url: text.image.clone(),
            image_alt: front.image_alt.as_deref().map(|alt| shorten(alt, 300)).unwrap_or_default(),
            featured: front.featured,
            categories,
            tags: front.tags.iter().take(50).map(|tag| shorten(tag, 80)).collect(),
            series: series.map(|title| series::changes::ensure(conn, title, now)).transpose()?,
            dated_at: front.date,
            ..Draft::empty(author)
        })
    }
}

/// What the entry was made from, links and kept files included, as a hash: equal means that there is nothing to do.
fn fingerprint(planned: &Planned, sheet: &Sheet, body: &str, image: &str, options: &Options) -> Vec<u8> {
    let front = &sheet.front;
    let made_from = serde_json::json!([
        1, // grows when an import makes something else of the same file
        planned.kind.word(),
        planned.wished,
        planned.addresses,
        sheet.title,
        body,
        image,
        front.date,
        front.tags,
        front.categories,
        front.draft,
        front.summary,
        front.authors,
        front.weight,
        front.image_alt,
        front.featured,
        options.author,
    ]);
    let more = serde_json::json!([front.series, front.series_weight, front.language, front.translation]);
    let more = if front.tells_more() { more.to_string() } else { String::new() };
    Sha256::digest(format!("{made_from}{more}").as_bytes()).to_vec()
}

/// A refusal in words.
fn sentence(error: &AppError) -> String {
    match error {
        AppError::Invalid(mend) => {
            let first = mend.general().first().map(String::as_str).or_else(|| mend.fields().next().map(|(_, sentence)| sentence));
            first.unwrap_or("it was refused").to_owned()
        }
        AppError::Internal(cause) => format!("it could not be written: {}", shorten(&cause.to_string(), 200)),
        other => other.to_string(),
    }
}

/// Shortcodes and tags of template languages outside of code; each once, at most ten.
fn template_code(body: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for (line, _) in lines(body).filter(|(_, code)| !code) {
        for (place, _) in line.match_indices("{{").chain(line.match_indices("{%")) {
            let closing = if line[place..].starts_with("{{") { "}}" } else { "%}" };
            let Some(end) = line[place..].find(closing) else { continue };
            let in_code = line[..place].matches('`').count() % 2 == 1;
            let code = shorten(&line[place..place + end + 2], 60);
            if !in_code && !found.contains(&code) && found.len() < 10 {
                found.push(code);
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn template_code_is_found_outside_of_code() {
        let body = "Text {{ youtube(id=\"x\") }} and `{{ not }}` this.\n```\n{{ nor this }}\n```\n    {{ nor that }}\n{% raw %}\n{{ youtube(id=\"x\") }}\n";
        assert_eq!(template_code(body), ["{{ youtube(id=\"x\") }}", "{% raw %}"]);
        assert_eq!(template_code("{{ open\n").len(), 0);
    }
}
