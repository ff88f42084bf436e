//! Forms that anybody may send: what tells programs from people, and how often one network may send.
//!
//! Three things, none of which asks anything of a person or sets a cookie. A field that people do not see and programs fill in
//! ([`TRAP`]). The signed moment at which the form was drawn ([`DRAWN`]): people take longer than [`LEAST_SECONDS`] to write
//! something. Pages are kept in memory, so a form may be old: only what comes too soon tells something. And [`A_MINUTE`] forms from a network
//! ([`network`]), counted in the memory of each node, so that a flood costs no query: what is beyond that is answered with 429.

use crate::{db::Conn, error::AppError, schema::secrets};
use actix_web::cookie::{Cookie, CookieJar, Key};
use chrono::{DateTime, NaiveDateTime};
use diesel::prelude::*;
use moka::sync::Cache;
use std::{net::IpAddr, time::Duration};

/// The name of the field that people do not see; whatever stands in it, a program has typed.
pub const TRAP: &str = "website2";

/// The name of the field with the signed moment of drawing.
pub const DRAWN: &str = "drawn";

/// A form that is sent sooner after its drawing was sent by a program.
pub const LEAST_SECONDS: i64 = 3;

/// Forms of one kind that a network may send within a minute.
pub const A_MINUTE: u32 = 2;

/// Networks that are counted at once.
const MOST_NETWORKS: u64 = 100_000;

/// The name of the key in the table `secrets`.
const NAME: &str = "form_key";

/// Signs moments, and counts what networks send. One for a process.
pub struct Forms {
    key: Key,
    sent: Cache<(&'static str, String, i64), u32>,
}

impl Forms {
    /// With a key of one's own, for tests and for pages that are made beside the site.
    pub fn of(key: Key) -> Forms {
        let sent = Cache::builder().max_capacity(MOST_NETWORKS).time_to_live(Duration::from_secs(120)).build();
        Forms { key, sent }
    }

    /// With the key that all nodes share; it is made where there is none.
    pub fn load(conn: &mut Conn, now: NaiveDateTime) -> QueryResult<Forms> {
        let fresh = Key::generate();
        let row = (secrets::name.eq(NAME), secrets::value.eq(fresh.master()), secrets::created_at.eq(now));
        diesel::insert_or_ignore_into(secrets::table).values(row).execute(conn)?;
        let value: Vec<u8> = secrets::table.find(NAME).select(secrets::value).first(conn)?;
        Ok(Forms::of(if value.len() >= 64 { Key::from(&value) } else { fresh }))
    }

    /// What the field [`DRAWN`] holds in a form that is drawn now.
    pub fn stamp(&self, now: NaiveDateTime) -> String {
        let mut jar = CookieJar::new();
        jar.signed_mut(&self.key).add(Cookie::new(DRAWN, now.and_utc().timestamp().to_string()));
        jar.get(DRAWN).map_or_else(String::new, |cookie| cookie.value().to_owned())
    }

    /// Seconds since the form was drawn; `None`: nobody here has signed that.
    pub fn age(&self, stamp: &str, now: NaiveDateTime) -> Option<i64> {
        let plain = CookieJar::new().signed(&self.key).verify(Cookie::new(DRAWN, stamp.to_owned()))?;
        let drawn = DateTime::from_timestamp(plain.value().parse().ok()?, 0)?.naive_utc();
        Some((now - drawn).num_seconds().max(0))
    }

    /// Counts a form of that kind, or says how many seconds are left to wait.
    pub fn admit(&self, kind: &'static str, address: Option<IpAddr>, now: NaiveDateTime) -> Result<(), u32> {
        self.admit_up_to(A_MINUTE, kind, address, now)
    }

    /// The same for what servers send, of which more than two a minute may be meant well.
    pub fn admit_up_to(&self, most: u32, kind: &'static str, address: Option<IpAddr>, now: NaiveDateTime) -> Result<(), u32> {
        let Some(address) = address else { return Ok(()) };
        let seconds = now.and_utc().timestamp();
        let minute = (kind, network(address), seconds.div_euclid(60));
        let count = self.sent.entry(minute).and_upsert_with(|known| known.map_or(1, |known| known.into_value().saturating_add(1)));
        if count.into_value() <= most { Ok(()) } else { Err(60 - u32::try_from(seconds.rem_euclid(60)).unwrap_or(0)) }
    }

    /// The same as an answer with 429, where nothing was typed that could be lost.
    pub fn admit_or_refuse(&self, kind: &'static str, address: Option<IpAddr>, now: NaiveDateTime) -> Result<(), AppError> {
        self.admit(kind, address, now).map_err(|retry_after| AppError::TooManyRequests { retry_after })
    }
}

/// Whether a form came sooner than a person could have filled it in.
pub fn is_too_soon(age: Option<i64>) -> bool {
    age.is_some_and(|age| age < LEAST_SECONDS)
}

/// The network that an address is counted by: /24 of IPv4, /48 of IPv6, as providers hand them out.
pub fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(ip) => {
            let [a, b, c, _] = ip.octets();
            format!("{a}.{b}.{c}.0/24")
        }
        IpAddr::V6(ip) => {
            let [a, b, c, ..] = ip.segments();
            format!("{a:x}:{b:x}:{c:x}::/48")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;

    fn now() -> NaiveDateTime {
        "2026-12-01T10:00:05".parse().expect("a time")
    }

    #[test]
    fn a_moment_is_believed_only_where_we_have_signed_it() {
        let (forms, other) = (Forms::of(Key::generate()), Forms::of(Key::generate()));
        let stamp = forms.stamp(now());
        assert_eq!(forms.age(&stamp, now() + TimeDelta::seconds(7)), Some(7));
        assert_eq!(forms.age(&stamp, now() - TimeDelta::seconds(7)), Some(0));
        assert_eq!(other.age(&stamp, now()), None);
        for forged in ["", "1796119205", &stamp[1..], &format!("{stamp}0")] {
            assert_eq!(forms.age(forged, now()), None, "{forged:?}");
        }
        assert_eq!([None, Some(0), Some(2), Some(3)].map(is_too_soon), [false, true, true, false]);
    }

    #[test]
    fn a_network_sends_two_a_minute_of_each_kind() {
        let forms = Forms::of(Key::generate());
        let from = |text: &str, kind, at| forms.admit(kind, Some(text.parse().expect("an address")), at);
        assert_eq!([from("203.0.113.9", "a", now()), from("203.0.113.200", "a", now())], [Ok(()), Ok(())]);
        assert_eq!(from("203.0.113.10", "a", now()), Err(55));
        assert_eq!([from("203.0.113.10", "b", now()), from("203.0.114.10", "a", now())], [Ok(()), Ok(())]);
        assert_eq!(from("203.0.113.10", "a", now() + TimeDelta::seconds(55)), Ok(()));
    }

    #[test]
    fn addresses_of_one_network_are_one() {
        let of = |text: &str| network(text.parse().expect("an address"));
        assert_eq!(of("203.0.113.9"), "203.0.113.0/24");
        assert_eq!(of("::ffff:203.0.113.9"), "203.0.113.0/24");
        assert_eq!((of("2001:db8:1:2::3"), of("2001:db8:1:ffff::")), ("2001:db8:1::/48".to_owned(), "2001:db8:1::/48".to_owned()));
    }
}
