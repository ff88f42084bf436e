//! Old addresses and where they lead.
//!
//! Table `redirects`. What must always hold: of one address there is one redirect; nobody is led on twice, and nobody in a circle.
//! One to an entry follows it wherever it moves. One to an address is followed when somebody asks ([`lookup`]), whatever was made
//! since. Most are made by themselves when something moves (here, in [`branch`], in [`returned`] and in `place`), others by hand ([`changes`]) or
//! from a list ([`import`]; [`csv`] writes one). An address that ends with `/*` stands for everything below it. [`written`] reads what people type.

mod branch;
pub mod changes;
pub mod csv;
pub mod hits;
pub mod import;
pub mod listed;
pub mod lookup;
pub(in crate::content::model) mod returned;
pub mod written;

pub(in crate::content::model) use branch::{branch_arrived, branch_leaves};
pub use lookup::{Asked, Found, find, leading, resolve};

use super::entry::EntryId;
use crate::{db::Conn, schema::redirects, text_enum, typed_id};
use chrono::{NaiveDate, NaiveDateTime};
use diesel::{dsl::DuplicatedKeys, prelude::*};
use sha2::{Digest, Sha256};

typed_id!(
    /// Names a redirect.
    RedirectId
);

text_enum!(
    /// How a redirect came about.
    Origin {
        /// Somebody has written it.
        Hand = "hand",
        /// Something live has moved.
        Rename = "rename",
        /// It stood in a list, or in an imported text.
        Import = "import",
    }
);

text_enum!(
    /// What is answered (RFC 9110, 15.4 and 15.5.11).
    Status {
        /// It has moved for good.
        Moved = "301",
        /// It is elsewhere for now.
        Found = "302",
        /// It has moved for good; a form that is sent there is sent on.
        Permanent = "308",
        /// It is gone and nothing takes its place.
        Gone = "410",
    }
);

impl Origin {
    /// For lists.
    pub fn label(self) -> &'static str {
        match self {
            Origin::Hand => "By hand",
            Origin::Rename => "Renamed or moved",
            Origin::Import => "Imported",
        }
    }
}

/// An address with `/*` at its end stands for everything below it, and for itself.
pub const BELOW: &str = "/*";

/// What `last_used_on` says of one that nobody has used.
pub const NEVER: NaiveDate = NaiveDate::from_ymd_opt(1970, 1, 1).expect("a day");

/// The longest address, in bytes: that of an entry.
pub const LONGEST: usize = 700;

/// The longest one that the table holds: of a category, in letters.
const LONGEST_KEPT: usize = 750;

/// A redirect as it is stored.
#[derive(Debug, Clone, HasQuery)]
#[diesel(table_name = redirects)]
pub struct Redirect {
    /// Key.
    pub id: RedirectId,
    /// The old address.
    pub from_path: String,
    /// Where it leads, if that is an entry.
    pub target_entry_id: Option<EntryId>,
    /// Where it leads otherwise; nowhere, if it is gone.
    pub to_path: Option<String>,
    /// How it came about.
    pub origin: Origin,
    /// What is answered.
    pub status: Status,
    /// For colleagues.
    pub note: String,
    /// How often people were led on.
    pub hits: i64,
    /// How often programs were.
    pub bot_hits: i64,
    /// The last day on which a person was, UTC; [`NEVER`].
    pub last_used_on: NaiveDate,
    /// When it was made, UTC.
    pub created_at: NaiveDateTime,
}

impl Redirect {
    /// The redirect with this key.
    pub fn find(conn: &mut Conn, id: RedirectId) -> QueryResult<Redirect> {
        Redirect::query().find(id).first(conn)
    }

    /// The redirect from this address.
    pub fn from(conn: &mut Conn, from: &str) -> QueryResult<Option<Redirect>> {
        Redirect::query().filter(redirects::from_hash.eq(hash(from))).first(conn).optional()
    }

    /// Whether anybody has used it.
    pub fn is_used(&self) -> bool {
        self.last_used_on != NEVER
    }
}

/// What the table finds an address by.
pub(super) fn hash(path: &str) -> Vec<u8> {
    Sha256::digest(path.as_bytes()).to_vec()
}

/// A redirect before it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct New {
    /// The old address.
    pub from: String,
    /// Where it leads.
    pub to: To,
    /// What is answered.
    pub status: Status,
    /// For colleagues.
    pub note: String,
}

/// Where a redirect leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum To {
    /// To wherever this entry lives.
    Entry(EntryId),
    /// To a path of the site, or to a full address elsewhere.
    Address(String),
    /// Nowhere: it is gone.
    Nowhere,
}

impl To {
    fn columns(&self) -> (Option<EntryId>, Option<&str>) {
        match self {
            To::Entry(id) => (Some(*id), None),
            To::Address(to) => (None, Some(to)),
            To::Nowhere => (None, None),
        }
    }
}

/// Makes `from` lead to an entry; replaces what led from there before.
pub fn to_entry(conn: &mut Conn, from: &str, entry: EntryId, origin: Origin, now: NaiveDateTime) -> QueryResult<()> {
    put(conn, &New { from: from.to_owned(), to: To::Entry(entry), status: Status::Moved, note: String::new() }, origin, now)
}

/// Makes `from` lead to another address of the site. What led to `from` leads there at once.
pub fn to_path(conn: &mut Conn, from: &str, to: &str, origin: Origin, now: NaiveDateTime) -> QueryResult<()> {
    retarget(conn, from, &To::Address(to.to_owned()))?;
    remove(conn, to)?;
    put(conn, &New { from: from.to_owned(), to: To::Address(to.to_owned()), status: Status::Moved, note: String::new() }, origin, now)
}

/// Makes what leads to the address `from` lead elsewhere, and says how many those are.
pub(super) fn retarget(conn: &mut Conn, from: &str, to: &To) -> QueryResult<usize> {
    let (entry, path) = to.columns();
    let set = (redirects::target_entry_id.eq(entry), redirects::to_path.eq(path));
    diesel::update(redirects::table.filter(redirects::to_path.eq(from))).set(set).execute(conn)
}

/// Writes a redirect in the place of one from the same address, whose hits it keeps.
pub(super) fn put(conn: &mut Conn, new: &New, origin: Origin, now: NaiveDateTime) -> QueryResult<()> {
    if new.from.len() > LONGEST_KEPT {
        return Ok(()); // nobody asks for such an address
    }
    let (entry, path) = new.to.columns();
    let what = (
        redirects::target_entry_id.eq(entry),
        redirects::to_path.eq(path),
        redirects::origin.eq(origin),
        redirects::status.eq(new.status),
        redirects::note.eq(&new.note),
    );
    let row = (redirects::from_hash.eq(hash(&new.from)), redirects::from_path.eq(&new.from), redirects::created_at.eq(now), what);
    diesel::insert_into(redirects::table).values(row).on_conflict(DuplicatedKeys).do_update().set(what).execute(conn).map(drop)
}

/// Takes the redirect from this address away, if there is one.
pub fn remove(conn: &mut Conn, from: &str) -> QueryResult<()> {
    diesel::delete(redirects::table.filter(redirects::from_hash.eq(hash(from)))).execute(conn).map(drop)
}

/// Takes away what leads to this address: nothing will live there.
pub fn forget(conn: &mut Conn, to: &str) -> QueryResult<()> {
    diesel::delete(redirects::table.filter(redirects::to_path.eq(to))).execute(conn).map(drop)
}

/// Where an address leads; nothing for an entry that is not live.
pub fn target(conn: &mut Conn, from: &str) -> QueryResult<Option<String>> {
    Ok(resolve(conn, &[Asked { path: from, query: "" }])?.pop().flatten().and_then(|found| found.to))
}
