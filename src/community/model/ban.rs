//! Who is kept out: addresses and networks of the net, mail addresses and their domains, words. What they send goes to spam, and they are not told.

use crate::{
    db::Conn,
    error::{AppError, AppResult},
    journal::{Actor, Change},
    schema::comment_bans,
    text_enum, typed_id,
    web::bots,
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde_json::json;
use std::net::IpAddr;

typed_id!(
    /// Names a ban.
    BanId
);

text_enum!(
    /// What is banned.
    BanKind {
        /// One address of the net.
        Address = "address",
        /// A network: /24 of IPv4, /48 of IPv6.
        Network = "network",
        /// A mail address, or `@` and a domain.
        Email = "email",
        /// Words that stand in name or text, in whatever case.
        Words = "words",
    }
);

impl BanKind {
    /// Its name in lists.
    pub fn label(self) -> &'static str {
        match self {
            BanKind::Address => "Address",
            BanKind::Network => "Network",
            BanKind::Email => "Email",
            BanKind::Words => "Words",
        }
    }
}

/// The most bans; more would be read with each comment.
pub const MOST: i64 = 1000;

/// A ban.
#[derive(Debug, Clone, HasQuery)]
#[diesel(table_name = comment_bans)]
pub struct Ban {
    /// Key.
    pub id: BanId,
    /// What.
    pub kind: BanKind,
    /// Whom.
    pub value: String,
    /// Why.
    pub note: String,
    /// Since when, UTC.
    pub created_at: NaiveDateTime,
}

/// What a ban is held against.
#[derive(Debug, Clone, Copy)]
pub struct Sender<'a> {
    /// Where it comes from.
    pub address: Option<IpAddr>,
    /// The mail address typed.
    pub email: &'a str,
    /// Name and text.
    pub words: &'a str,
}

impl Ban {
    /// All of them, the newest first.
    pub fn all(conn: &mut Conn) -> QueryResult<Vec<Ban>> {
        Ban::query().order(comment_bans::id.desc()).limit(MOST).load(conn)
    }

    /// The ban with this key.
    pub fn find(conn: &mut Conn, id: BanId) -> QueryResult<Ban> {
        Ban::query().find(id).first(conn)
    }

    /// Whether it is meant for that sender; everything in small letters.
    fn is_for(&self, sender: &Sender<'_>) -> bool {
        let (value, email) = (self.value.to_lowercase(), sender.email.to_lowercase());
        match self.kind {
            BanKind::Address => sender.address.is_some_and(|ip| ip.to_canonical().to_string() == value),
            BanKind::Network => sender.address.is_some_and(|ip| bots::network(ip) == value),
            BanKind::Email if value.starts_with('@') => email.ends_with(&value),
            BanKind::Email => email == value,
            BanKind::Words => sender.words.to_lowercase().contains(&value),
        }
    }
}

/// Whether that sender is banned.
pub fn is_banned(conn: &mut Conn, sender: &Sender<'_>) -> QueryResult<bool> {
    Ok(Ban::all(conn)?.iter().any(|ban| ban.is_for(sender)))
}

/// Bans somebody. Whoever is banned already stays so.
pub fn add(conn: &mut Conn, kind: BanKind, value: &str, note: &str, actor: &Actor, now: NaiveDateTime) -> AppResult<()> {
    if comment_bans::table.count().get_result::<i64>(conn)? >= MOST {
        return Err(AppError::invalid("value", "There are 1,000 bans already. Lift some that are not needed any more."));
    }
    let row = (comment_bans::kind.eq(kind), comment_bans::value.eq(value), comment_bans::note.eq(note), comment_bans::created_at.eq(now));
    if diesel::insert_or_ignore_into(comment_bans::table).values(row).execute(conn)? > 0 {
        record(conn, "comment_ban.added", kind, value, actor, now)?;
    }
    Ok(())
}

/// Lifts a ban.
pub fn lift(conn: &mut Conn, id: BanId, actor: &Actor, now: NaiveDateTime) -> AppResult<Ban> {
    let ban = Ban::find(conn, id)?;
    diesel::delete(comment_bans::table.find(id)).execute(conn)?;
    record(conn, "comment_ban.lifted", ban.kind, &ban.value, actor, now)?;
    Ok(ban)
}

/// Addresses of the net and of mail are personal: the journal, which stays for long, has only what kind they were.
fn record(conn: &mut Conn, kind: &'static str, what: BanKind, value: &str, actor: &Actor, now: NaiveDateTime) -> QueryResult<()> {
    let label = if what == BanKind::Words { value } else { what.label() };
    let change = Change { kind, subject: "comment_ban", key: 0, label, detail: json!({ "kind": what.word() }), cache_tags: Vec::new() };
    change.record(conn, actor, now)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ban(kind: BanKind, value: &str) -> Ban {
        Ban { id: 1.into(), kind, value: value.to_owned(), note: String::new(), created_at: NaiveDateTime::default() }
    }

    #[test]
    fn each_kind_meets_whom_it_is_meant_for() {
        let sender = Sender { address: "203.0.113.9".parse().ok(), email: "Eve@Spam.example", words: "Eve\nCheap PILLS here" };
        for (kind, value) in [
            (BanKind::Address, "203.0.113.9"),
            (BanKind::Network, "203.0.113.0/24"),
            (BanKind::Email, "eve@spam.example"),
            (BanKind::Email, "@spam.example"),
            (BanKind::Words, "cheap pills"),
        ] {
            assert!(ban(kind, value).is_for(&sender), "{value}");
        }
        for (kind, value) in [
            (BanKind::Address, "203.0.113.10"),
            (BanKind::Network, "203.0.114.0/24"),
            (BanKind::Email, "@example"),
            (BanKind::Words, "cheaper"),
        ] {
            assert!(!ban(kind, value).is_for(&sender), "{value}");
        }
        let nobody = Sender { address: None, email: "", words: "" };
        assert!(!ban(BanKind::Email, "eve@spam.example").is_for(&nobody) && !ban(BanKind::Address, "").is_for(&nobody));
    }
}
