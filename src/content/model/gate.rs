//! Levels of the publish gate, as far as they differ from what the checks propose; and what it knows of other entries.

use super::entry::{Entry, EntryId, EntryState, Kind};
use crate::{
    db::Conn,
    journal::{Actor, Change},
    media::model::{
        file::{File, Renditions},
        rendition,
    },
    schema::{entries, gate_rules},
    text_enum,
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde_json::json;
use std::collections::{BTreeMap, HashMap};

text_enum!(
    /// What a finding of a check does.
    Level {
        /// The check is not run.
        Off = "off",
        /// It is told.
        Warn = "warn",
        /// It is told, and nothing is published until it is mended.
        Block = "block",
    }
);

impl Level {
    /// The name shown.
    pub fn label(self) -> &'static str {
        match self {
            Level::Off => "Off",
            Level::Warn => "Warn",
            Level::Block => "Block",
        }
    }
}

/// The level of one check for one kind of entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// Names the check.
    pub check: &'static str,
    /// Posts or pages.
    pub kind: Kind,
    /// What is wanted.
    pub level: Level,
    /// What the check proposes.
    pub proposed: Level,
}

/// Levels that differ from what the checks propose.
#[derive(Debug, Default)]
pub struct Rules(HashMap<(String, Kind), Level>);

impl Rules {
    /// Reads them; there are at most two for each check.
    pub fn load(conn: &mut Conn) -> QueryResult<Rules> {
        let rows: Vec<(String, Kind, Level)> =
            gate_rules::table.select((gate_rules::check_key, gate_rules::kind, gate_rules::level)).load(conn)?;
        Ok(Rules(rows.into_iter().map(|(check, kind, level)| ((check, kind), level)).collect()))
    }

    /// The level of a check, if it differs.
    pub fn level(&self, check: &str, kind: Kind) -> Option<Level> {
        self.0.get(&(check.to_owned(), kind)).copied()
    }
}

/// Writes what differs from what is stored, with one journal row; nothing changed is no change. Says whether anything did.
pub fn save(conn: &mut Conn, wanted: &[Rule], actor: &Actor, now: NaiveDateTime) -> QueryResult<bool> {
    let stored = Rules::load(conn)?;
    let mut changed: BTreeMap<&str, BTreeMap<&str, &str>> = BTreeMap::new();
    for rule in wanted {
        let before = stored.level(rule.check, rule.kind);
        if before.unwrap_or(rule.proposed) == rule.level {
            continue;
        }
        if rule.level == rule.proposed {
            diesel::delete(gate_rules::table.find((rule.check, rule.kind))).execute(conn)?;
        } else {
            let row = (
                gate_rules::check_key.eq(rule.check),
                gate_rules::kind.eq(rule.kind),
                gate_rules::level.eq(rule.level),
                gate_rules::changed_at.eq(now),
            );
            diesel::replace_into(gate_rules::table).values(row).execute(conn)?;
        }
        changed.entry(rule.check).or_default().insert(rule.kind.word(), rule.level.word());
    }
    if changed.is_empty() {
        return Ok(false);
    }
    let change = Change { kind: "gate.changed", subject: "gate", key: 0, label: "", detail: json!(changed), cache_tags: Vec::new() };
    change.record(conn, actor, now)?;
    Ok(true)
}

/// Writes down that an entry goes out although these checks block it, and why.
pub fn note_override(
    conn: &mut Conn,
    entry: &Entry,
    title: &str,
    checks: &[&str],
    reason: &str,
    actor: &Actor,
    now: NaiveDateTime,
) -> QueryResult<()> {
    let change = Change {
        kind: "entry.let_past_the_gate",
        subject: "entry",
        key: entry.id.number(),
        label: title,
        detail: json!({ "revision": entry.latest_revision_id, "checks": checks, "reason": reason }),
        cache_tags: Vec::new(),
    };
    change.record(conn, actor, now)
}

/// Pixels that the widest column has on a screen of double density.
const COLUMN: u32 = 1216;

/// A file of this site, as far as checks ask.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KeptFile {
    /// Below `/files/`.
    pub address: String,
    /// As it came.
    pub name: String,
    /// What it is served as.
    pub content_type: String,
    /// How large.
    pub bytes: i64,
    /// Of a picture, in pixels.
    pub width: Option<i32>,
    /// Of a picture, in pixels.
    pub height: Option<i32>,
    /// What the library says it shows; or empty.
    pub alt: String,
    /// How smaller forms of it are.
    pub renditions: Smaller,
}

/// Smaller forms of a picture, as far as readers load them instead of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Smaller {
    /// There are none: the file itself is loaded.
    #[default]
    None,
    /// They are being made.
    Waiting,
    /// Most browsers load so many bytes on a screen of double density.
    Loaded(i64),
}

impl KeptFile {
    /// The bytes that a reader loads for it; nothing is known while renditions are being made.
    pub fn loaded(&self) -> Option<i64> {
        match self.renditions {
            Smaller::None => Some(self.bytes),
            Smaller::Waiting => None,
            Smaller::Loaded(bytes) => Some(bytes),
        }
    }
}

/// Those of these addresses that are files of this site, by address.
pub fn kept_files(conn: &mut Conn, addresses: &[&str]) -> QueryResult<HashMap<String, KeptFile>> {
    let ours: Vec<&str> = addresses.iter().copied().filter(|address| address.is_ascii() && address.len() <= 255).collect();
    if ours.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<File> = File::at_all(conn, &ours)?.into_values().collect();
    let made = rendition::loaded(conn, &rows.iter().map(|file| file.id).collect::<Vec<_>>(), COLUMN)?;
    let kept = |file: File| {
        let renditions = match file.renditions {
            Renditions::Waiting => Smaller::Waiting,
            _ => made.get(&file.id).map_or(Smaller::None, |bytes| Smaller::Loaded(i64::try_from(*bytes).unwrap_or(i64::MAX))),
        };
        let File { address, name, content_type, bytes, width, height, alt, .. } = file;
        KeptFile { address, name, content_type, bytes, width, height, alt, renditions }
    };
    Ok(rows.into_iter().map(|file| (file.address.clone(), kept(file))).collect())
}

/// A live entry with this title that is not this one: address and title.
pub fn twin(conn: &mut Conn, title: &str, own: Option<EntryId>) -> QueryResult<Option<(String, String)>> {
    entries::table
        .filter(entries::title.eq(title))
        .filter(entries::state.eq(EntryState::Published))
        .filter(entries::id.ne(own.unwrap_or(0.into())))
        .order(entries::id)
        .select((entries::path.assume_not_null(), entries::title))
        .first(conn)
        .optional()
}
