//! The first look at all files: which become entries, at which addresses, under which pages.
//!
//! Nothing is written. Addresses are settled before any text is, so that links between the files can be changed in whatever order
//! they come.

use super::{
    dates,
    report::Report,
    sheet::{Sheet, is_index},
    source::{Source, folder, is_markdown, stem},
};
use crate::{
    content::model::{
        entry::{EntryId, EntryState, Kind},
        place::RESERVED,
        source::{self, Known},
    },
    db::Conn,
    error::AnyResult,
    markup::percent_decoded,
    web::local_path::percent_encoded,
};
use chrono::NaiveDateTime;
use chrono_tz::Tz;
use sha2::{Digest, Sha256};
use std::collections::{BTreeSet, HashMap, HashSet};

/// A file that becomes an entry.
#[derive(Debug)]
pub struct Planned {
    /// Its path in the source.
    pub file: String,
    /// Names it in the database.
    pub key: String,
    /// Post or page.
    pub kind: Kind,
    /// Its date, UTC.
    pub date: Option<NaiveDateTime>,
    /// Last part of its address.
    pub slug: String,
    /// Its address.
    pub path: String,
    /// The page above, by its place in the plan, where it comes earlier.
    pub parent: Option<usize>,
    /// The entry that it became before.
    pub known: Option<Known>,
    /// Where it stood before; these lead to it from now on.
    pub addresses: Vec<String>,
    /// The one of them that was a page as its file says; others are only aliases.
    pub stood_at: Option<String>,
    /// Where it probably stood.
    pub guesses: Vec<String>,
    /// The slug that the file asks for.
    pub wished: String,
}

/// What is to be imported.
#[derive(Debug, Default)]
pub struct Plan {
    /// Pages above before those below.
    pub entries: Vec<Planned>,
    /// Every file of the source.
    pub tree: BTreeSet<String>,
    by_file: HashMap<String, usize>,
    by_address: HashMap<String, usize>,
    by_path: HashMap<String, usize>,
    sections: HashSet<String>,
}

/// Keys of everything that a source brings begin with this.
pub fn prefix(source: &str) -> String {
    format!("markdown:{}:", &hex(source)[..16])
}

fn hex(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

impl Plan {
    /// Reads every file and settles the addresses. `name` names the source.
    pub fn make(conn: &mut Conn, source: &Source, name: &str, zone: Tz, report: &mut Report) -> AnyResult<Plan> {
        let listing = source.list()?;
        let prefix = prefix(name);
        let mut known = source::known(conn, &prefix)?;
        let mut plan = Plan { tree: listing.files.into_iter().collect(), ..Plan::default() };
        report.skipped.extend(listing.refused.into_iter().filter(|(file, _)| is_markdown(file) || !file.contains('.')));
        let mut found = Vec::new();
        for file in plan.tree.iter().filter(|file| is_markdown(file)) {
            let key = format!("{prefix}{}", hex(file));
            match look(source, file, zone, known.remove(&key)) {
                Ok(planned) => found.push(Planned { key, ..planned }),
                Err(reason) => {
                    if stem(file) == "_index" {
                        plan.sections.insert(normal(folder(file)));
                    }
                    report.skipped.push((file.clone(), reason));
                }
            }
        }
        // Of those that ask for the same address, the oldest gets it.
        found.sort_by_cached_key(|planned| {
            let Planned { file, date, known, .. } = planned;
            let level = if planned.kind == Kind::Page { (depth(file), !is_index(file)) } else { (0, false) };
            (level, known.is_none(), date.is_none(), *date, file.clone())
        });
        plan.settle(conn, found, report)?;
        Ok(plan)
    }

    /// Gives each its parent and its address, those above first.
    fn settle(&mut self, conn: &mut Conn, found: Vec<Planned>, report: &mut Report) -> AnyResult<()> {
        let mut taken: HashMap<String, String> = HashMap::new();
        let mut folders: HashMap<String, usize> = HashMap::new();
        for mut planned in found {
            if planned.kind == Kind::Page {
                planned.parent = ancestors(own_place(&planned.file)).find_map(|above| folders.get(above).copied());
            }
            let base = match (planned.kind, planned.parent) {
                (Kind::Post, _) => "/posts/".to_owned(),
                (Kind::Page, Some(parent)) => format!("{}/", self.entries[parent].path),
                (Kind::Page, None) => "/".to_owned(),
            };
            planned.slug = choose(conn, &planned, &base, &taken)?;
            planned.path = format!("{base}{}", planned.slug);
            if planned.slug != planned.wished && planned.known.as_ref().is_none_or(|known| known.path.as_ref() != Some(&planned.path)) {
                let holder = taken.get(&format!("{base}{}", planned.wished)).map_or("an entry of the site", String::as_str);
                report.renamed.push((planned.file.clone(), format!("{} ({} belongs to {holder})", planned.path, planned.wished)));
            }
            taken.insert(planned.path.clone(), planned.file.clone());
            let place = self.entries.len();
            if planned.kind == Kind::Page && !own_place(&planned.file).is_empty() {
                folders.entry(own_place(&planned.file).to_owned()).or_insert(place);
            }
            self.by_file.insert(planned.file.clone(), place);
            self.entries.push(planned);
        }
        self.learn_addresses(report);
        Ok(())
    }

    /// What a file says of its old addresses counts before what is guessed.
    fn learn_addresses(&mut self, report: &mut Report) {
        self.by_path = self.entries.iter().enumerate().map(|(place, planned)| (planned.path.clone(), place)).collect();
        for (place, planned) in self.entries.iter_mut().enumerate() {
            planned.addresses.retain(|address| {
                let holder = *self.by_address.entry(normal(address)).or_insert(place);
                if holder != place {
                    report.notes.push((planned.file.clone(), format!("its old address {address} is claimed by another file too")));
                }
                holder == place && !self.by_path.contains_key(address)
            });
        }
        for (place, planned) in self.entries.iter().enumerate() {
            for guess in &planned.guesses {
                self.by_address.entry(normal(guess)).or_insert(place);
            }
        }
    }

    /// The entry that a file becomes.
    pub fn by_file(&self, file: &str) -> Option<&Planned> {
        self.by_file.get(file).map(|place| &self.entries[*place])
    }

    /// The entry that stood at an address, or will.
    pub fn by_address(&self, address: &str) -> Option<&Planned> {
        let key = normal(address);
        let plain = key.strip_suffix(".html").or_else(|| key.strip_suffix(".htm"));
        self.by_address.get(&key).or_else(|| self.by_address.get(plain?)).map(|place| &self.entries[*place])
    }

    /// Whether there was a list of the files below a folder.
    pub fn is_section(&self, address: &str) -> bool {
        self.sections.contains(&normal(address))
    }

    /// The entry that will live at an address.
    pub fn by_path(&self, path: &str) -> Option<&Planned> {
        self.by_path.get(path).map(|place| &self.entries[*place])
    }
}

#[cfg(test)]
impl Plan {
    /// A plan of posts: file, slug, old addresses; and other files.
    pub fn of(posts: &[(&str, &str, &[&str])], others: &[&str]) -> Plan {
        let mut plan = Plan { tree: others.iter().map(|file| (*file).to_owned()).collect(), ..Plan::default() };
        for (file, slug, addresses) in posts {
            plan.by_file.insert((*file).to_owned(), plan.entries.len());
            plan.tree.insert((*file).to_owned());
            plan.entries.push(Planned {
                file: (*file).to_owned(),
                key: String::new(),
                kind: Kind::Post,
                date: None,
                slug: (*slug).to_owned(),
                path: format!("/posts/{slug}"),
                parent: None,
                known: None,
                addresses: addresses.iter().map(|address| (*address).to_owned()).collect(),
                stood_at: addresses.last().map(|address| (*address).to_owned()),
                guesses: Vec::new(),
                wished: (*slug).to_owned(),
            });
        }
        plan.learn_addresses(&mut Report::default());
        plan
    }
}

/// Reads one file as far as its address depends on it.
fn look(source: &Source, file: &str, zone: Tz, known: Option<Known>) -> Result<Planned, String> {
    let sheet = Sheet::open(source, file, zone)?;
    if let Some(known) = &known {
        if known.state == EntryState::Trashed {
            return Err("its entry lies in the trash; restore it or delete it for good".to_owned());
        }
        if known.kind != sheet.kind {
            return Err(format!("it is a {} now, but its entry is a {}; delete that first", sheet.kind, known.kind));
        }
    }
    let mut addresses: Vec<String> = Vec::new();
    for address in sheet.old_path().into_iter().chain(sheet.front.aliases.iter().map(String::as_str)) {
        let address = as_redirect(address);
        if address.len() > 1 && address.len() <= 2000 && !addresses.contains(&address) {
            addresses.push(address);
        }
    }
    let mut guesses = Vec::new();
    if sheet.old_path().is_none() {
        if let (Some(day), name) = dates::of_name(stem(file)) {
            // Where Jekyll puts it.
            let old = format!("{}/{name}", day.format("/%Y/%m/%d"));
            addresses.extend([format!("{old}.html"), old].into_iter().filter(|old| !addresses.contains(old)).collect::<Vec<_>>());
        }
        if !own_place(file).is_empty() {
            let place = own_place(file);
            guesses.push(place.to_owned());
            guesses.push(format!("{}/{}", folder(place), sheet.wished(file)));
        }
    }
    let wished = sheet.wished(file);
    Ok(Planned {
        file: file.to_owned(),
        key: String::new(),
        kind: sheet.kind,
        date: sheet.front.date,
        slug: String::new(),
        path: String::new(),
        parent: None,
        known,
        addresses,
        stood_at: sheet.old_path().map(as_redirect),
        guesses,
        wished,
    })
}

/// The slug: the wished one, or with a number if that is taken. An entry that is there keeps its own, if it fits or a person has
/// edited it since.
fn choose(conn: &mut Conn, planned: &Planned, base: &str, taken: &HashMap<String, String>) -> AnyResult<String> {
    let own: Option<EntryId> = planned.known.as_ref().map(|known| known.id);
    let mut free = |slug: &str| -> AnyResult<bool> {
        let path = format!("{base}{slug}");
        let reserved = base == "/" && RESERVED.contains(&slug);
        Ok(!reserved && !taken.contains_key(&path) && source::holder(conn, &path)?.is_none_or(|holder| Some(holder) == own))
    };
    if let Some(known) = &planned.known {
        let numbered = known.slug.strip_prefix(planned.wished.as_str()).is_some_and(is_number);
        if (numbered || known.edited) && free(&known.slug)? {
            return Ok(known.slug.clone());
        }
    }
    let numbers = (2..10_000).map(|number| format!("{}-{number}", planned.wished));
    for slug in std::iter::once(planned.wished.clone()).chain(numbers) {
        if free(&slug)? {
            return Ok(slug);
        }
    }
    Err(format!("{}: thousands of entries have this address", planned.file).into())
}

/// Whether this is nothing, or `-` and a number.
fn is_number(rest: &str) -> bool {
    rest.is_empty() || rest.strip_prefix('-').is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Where a file stands in the tree of pages: `guides/index.md` and `guides.md` are both `guides`.
fn own_place(file: &str) -> &str {
    if is_index(file) { folder(file) } else { file.rsplit_once('.').map_or(file, |(place, _)| place) }
}

/// The folders above, nearest first.
fn ancestors(place: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(folder(place)).filter(|above| !above.is_empty()), |place| {
        Some(folder(place)).filter(|above| !above.is_empty())
    })
}

fn depth(file: &str) -> usize {
    own_place(file).matches('/').count()
}

/// The form in which old addresses are compared: a slash at the beginning, none at the end, without `index.html`, decoded.
pub fn normal(address: &str) -> String {
    let decoded = percent_decoded(address);
    let trimmed = decoded.strip_suffix("index.html").unwrap_or(&decoded).trim_matches('/');
    format!("/{trimmed}")
}

/// The form in which the site looks redirects up: no slash at the end, percent-encoded as browsers send it.
fn as_redirect(address: &str) -> String {
    let path = address.split(['?', '#']).next().unwrap_or("").trim();
    let path = match path.split_once("://") {
        Some((_, rest)) => rest.split_once('/').map_or("", |(_, path)| path),
        None => path,
    };
    let keep = |byte: u8| byte.is_ascii_graphic() && !b"\"<>`{}".contains(&byte);
    format!("/{}", percent_encoded(path.trim_matches('/'), keep))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_stand_where_their_folders_do() {
        assert_eq!(["guides/index.md", "guides.md", "index.md", "a/b.md"].map(own_place), ["guides", "guides", "", "a/b"]);
        assert_eq!(ancestors("a/b/c").collect::<Vec<_>>(), ["a/b", "a"]);
        assert_eq!(ancestors("a").count(), 0);
    }

    #[test]
    fn old_addresses_have_one_form() {
        assert_eq!(normal("posts/old/"), "/posts/old");
        assert_eq!([normal("/a/index.html"), normal("/"), normal("/%C3%BC/")], ["/a", "/", "/ü"]);
        assert_eq!(as_redirect("2015/05/15/Rust-1.0.html"), "/2015/05/15/Rust-1.0.html");
        assert_eq!([as_redirect("/über uns/"), as_redirect("https://a.example/x/?y#z")], ["/%C3%BCber%20uns", "/x"]);
    }

    #[test]
    fn numbers_after_a_slug_are_our_own() {
        assert!(is_number("") && is_number("-12") && !is_number("-a") && !is_number("s") && !is_number("-"));
    }
}
