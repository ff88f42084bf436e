//! Slows failed log-ins, by account and by address of the net, or by device where one is known.
//!
//! Table `throttles`. A try is counted *before* the password is checked ([`begin`]), so that many at once are not free, and
//! taken back when the password was right ([`forgive`]). During a wait nothing is counted and nobody gets in. Accounts are
//! counted whether they exist or not, by the hash of their address, so the answer tells nothing. A browser that has logged in
//! before is counted by itself ([`device`]): however often others try, it does not wait for them.

use crate::{db::Conn, schema::throttles, web::person::UserId};
use chrono::{NaiveDateTime, TimeDelta};
use diesel::{dsl::DuplicatedKeys, prelude::*};
use sha2::{Digest, Sha256};
use std::net::IpAddr;

/// Failed tries that cost nothing.
pub const FREE_TRIES: i32 = 4;
/// Seconds to wait after the next one; every further one doubles them.
pub const FIRST_WAIT_SECONDS: i64 = 10;
/// Seconds to wait at most.
pub const LONGEST_WAIT_SECONDS: i64 = 86_400;
/// Hours after the last failed try in which it is forgotten: longer than the longest wait, or that would begin anew.
pub const MEMORY_HOURS: i64 = 48;

/// What an account is counted by.
pub fn account(email: &str) -> String {
    by_hash("account", email)
}

/// What a device is counted by that has logged in before: its number.
pub fn device(nonce: &str) -> String {
    by_hash("device", nonce)
}

/// What letters to an address are counted by.
pub fn letters(email: &str) -> String {
    by_hash("letters", email)
}

/// What letters are counted by that somebody at an address of the net asks for.
pub fn letters_from(ip: IpAddr) -> String {
    format!("letters-from-{}", address(ip))
}

/// What the codes of a second factor are counted by.
pub fn codes(user: UserId) -> String {
    format!("codes:{user}")
}

fn by_hash(what: &str, text: &str) -> String {
    let hash = Sha256::digest(text.as_bytes());
    let hex: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{what}:{hex}")
}

/// What an address of the net is counted by: IPv4 whole, of IPv6 the network that one customer is given.
pub fn address(ip: IpAddr) -> String {
    match ip.to_canonical() {
        IpAddr::V4(ip) => format!("address:{ip}"),
        IpAddr::V6(ip) => {
            let [a, b, c, d, ..] = ip.segments();
            format!("address:{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

/// Seconds to wait after so many failed tries.
fn wait_after(failures: i32) -> Option<i64> {
    let beyond = u32::try_from(failures - FREE_TRIES - 1).ok()?;
    Some(FIRST_WAIT_SECONDS.saturating_mul(1 << beyond.min(30)).min(LONGEST_WAIT_SECONDS))
}

/// Counts a try for all of `subjects`, or returns the seconds that are left to wait.
pub fn begin(conn: &mut Conn, subjects: &[String], now: NaiveDateTime) -> QueryResult<Result<(), i64>> {
    let mut counts = Vec::new();
    let mut left = 0;
    for subject in subjects {
        let (failures, last, blocked_until) = locked(conn, subject, now)?;
        left = left.max(blocked_until.map_or(0, |until| seconds_up(until - now)));
        counts.push((subject, if last < now - TimeDelta::hours(MEMORY_HOURS) { 1 } else { failures + 1 }));
    }
    if left > 0 {
        return Ok(Err(left));
    }
    for (subject, failures) in counts {
        let blocked_until = wait_after(failures).map(|seconds| now + TimeDelta::seconds(seconds));
        let set = (throttles::failures.eq(failures), throttles::last_failed_at.eq(now), throttles::blocked_until.eq(blocked_until));
        diesel::update(throttles::table.find(subject)).set(set).execute(conn)?;
    }
    Ok(Ok(()))
}

/// Reads a row under lock, making it when missing. An upsert, since it locks the row at once: a plain insert that clashes takes
/// a shared lock first, and two tries at once would deadlock.
fn locked(conn: &mut Conn, subject: &str, now: NaiveDateTime) -> QueryResult<(i32, NaiveDateTime, Option<NaiveDateTime>)> {
    let row = (throttles::subject.eq(subject), throttles::failures.eq(0), throttles::last_failed_at.eq(now));
    let same = throttles::subject.eq(subject);
    diesel::insert_into(throttles::table).values(row).on_conflict(DuplicatedKeys).do_update().set(same).execute(conn)?;
    throttles::table
        .find(subject)
        .select((throttles::failures, throttles::last_failed_at, throttles::blocked_until))
        .for_update()
        .first(conn)
}

fn seconds_up(span: TimeDelta) -> i64 {
    (span.num_milliseconds() + 999).div_euclid(1000).max(0)
}

/// Takes a counted try back, since the password was right: the account or device starts anew, the address loses this one try.
///
/// The end of the wait that this try began goes with it; no other try can have begun one in the meantime.
pub fn forgive(conn: &mut Conn, subjects: &[String]) -> QueryResult<()> {
    for subject in subjects {
        if subject.starts_with("address:") {
            let set = (throttles::failures.eq(throttles::failures - 1), throttles::blocked_until.eq(None::<NaiveDateTime>));
            diesel::update(throttles::table.find(subject).filter(throttles::failures.gt(0))).set(set).execute(conn)?;
        } else {
            unlock(conn, subject)?;
        }
    }
    Ok(())
}

/// Ends a wait, and forgets what led to it; says whether there was anything to forget.
pub fn unlock(conn: &mut Conn, subject: &str) -> QueryResult<bool> {
    Ok(diesel::delete(throttles::table.find(subject)).execute(conn)? > 0)
}

/// Deletes what is forgotten.
pub fn sweep(conn: &mut Conn, now: NaiveDateTime) -> QueryResult<usize> {
    diesel::delete(throttles::table.filter(throttles::last_failed_at.lt(now - TimeDelta::hours(MEMORY_HOURS)))).execute(conn)
}

/// What is told to whoever has given a wrong old password too often.
pub fn old_password_wait(seconds: i64) -> String {
    format!("The old password was wrong too often. Wait {}, then try again.", in_words(seconds))
}

/// `40 seconds`, `about 3 minutes`.
pub fn in_words(seconds: i64) -> String {
    match seconds {
        1 => "1 second".to_owned(),
        i64::MIN..=90 => format!("{seconds} seconds"),
        91..=5400 => format!("about {} minutes", (seconds + 59) / 60),
        _ => format!("about {} hours", (seconds + 3599) / 3600),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_after_the_free_tries_up_to_a_day() {
        let waits: Vec<_> = (1..=20).map(wait_after).collect();
        assert_eq!(waits[..7], [None, None, None, None, Some(10), Some(20), Some(40)]);
        assert_eq!(waits[16..], [Some(40_960), Some(81_920), Some(86_400), Some(86_400)]);
        assert_eq!(wait_after(i32::MAX), Some(86_400));
        const { assert!(MEMORY_HOURS * 3600 > LONGEST_WAIT_SECONDS) };
    }

    #[test]
    fn addresses_of_one_customer_are_one() {
        let of = |text: &str| address(text.parse().expect("an address"));
        assert_eq!(of("203.0.113.9"), "address:203.0.113.9");
        assert_eq!(of("::ffff:203.0.113.9"), of("203.0.113.9"));
        assert_eq!(of("2001:db8:1:2:3::4"), "address:2001:db8:1:2::/64");
        assert_eq!(of("2001:db8:1:2::"), of("2001:db8:1:2:ffff:ffff:ffff:ffff"));
        assert_ne!(of("2001:db8:1:3::"), of("2001:db8:1:2::"));
    }

    #[test]
    fn accounts_are_not_named() {
        let subject = account("ada@example.org");
        assert!(!subject.contains("ada") && subject.len() <= 120, "{subject}");
        assert_ne!(account("x").split(':').nth(1), device("y").split(':').nth(1));
    }

    #[test]
    fn waits_are_told_in_words() {
        let told = [1, 10, 90, 91, 3600, 86_400].map(in_words);
        assert_eq!(told, ["1 second", "10 seconds", "90 seconds", "about 2 minutes", "about 60 minutes", "about 24 hours"]);
    }
}
