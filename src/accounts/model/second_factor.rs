//! The second factor: what somebody has, beside the password that somebody knows.
//!
//! Table `second_factors`: an authenticator app (TOTP, RFC 6238: SHA-1, six digits, 30 seconds, one step earlier or later), whose
//! codes are taken once each. Turning anything on or off ends the other sessions and is told by letter. While a secret is being
//! set up it lies in the session alone.

use super::{
    notice::{Notice, Place},
    recovery,
};
use crate::{
    db::Conn,
    error::{AppError, AppResult},
    journal::{Actor, Change},
    schema::second_factors,
    web::{
        person::{Person, UserId},
        session_store,
    },
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde_json::json;
use totp_rs::{Builder, Totp};

/// Bytes of a secret: as long as what HMAC-SHA-1 makes (RFC 4226, section 4).
pub const SECRET_BYTES: usize = 20;

/// What was given as second factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Given {
    /// A code of the authenticator app.
    AppCode,
    /// A recovery code.
    RecoveryCode,
}

/// Whether a second factor is asked for at the log-in.
pub fn is_on(conn: &mut Conn, user: UserId) -> QueryResult<bool> {
    Ok(app_since(conn, user)?.is_some())
}

/// Since when there is an authenticator app, if there is one.
pub fn app_since(conn: &mut Conn, user: UserId) -> QueryResult<Option<NaiveDateTime>> {
    second_factors::table.find(user).select(second_factors::created_at).first(conn).optional()
}

/// Takes an app on, if the code is one of it. Returns recovery codes where there were none yet.
pub fn add_app(conn: &mut Conn, secret: &[u8], code: &str, person: &Person, by: &By<'_>) -> AppResult<Vec<String>> {
    let step = step_of(secret, code, by.now).ok_or_else(|| {
        AppError::invalid("code", "This code does not fit. Wait for the next one in the app, and check that the phone's clock is right.")
    })?;
    let row = (
        second_factors::user_id.eq(person.id),
        second_factors::secret.eq(secret),
        second_factors::last_step.eq(step),
        second_factors::created_at.eq(by.now),
    );
    if is_on(conn, person.id)? {
        return Err(AppError::Conflict("There is an authenticator app already. Turn it off before you set up another."));
    }
    diesel::insert_into(second_factors::table).values(row).execute(conn)?;
    let codes = if recovery::left(conn, person.id)? == 0 { recovery::make(conn, person.id, by.now)? } else { Vec::new() };
    changed(conn, "account.second_factor_on", Notice::SecondFactorOn, person.id, by)?;
    Ok(codes)
}

/// Who changes what is asked for at a log-in, and from where.
pub struct By<'a> {
    /// The session that stays.
    pub keep: &'a str,
    /// From where.
    pub place: &'a Place,
    /// For the journal.
    pub actor: &'a Actor,
    /// The present moment, UTC.
    pub now: NaiveDateTime,
}

/// Takes a code of the app or a recovery code; each counts once.
pub fn take(conn: &mut Conn, user: UserId, typed: &str, now: NaiveDateTime) -> QueryResult<Option<Given>> {
    if take_app_code(conn, user, typed, now)? {
        return Ok(Some(Given::AppCode));
    }
    Ok(recovery::take(conn, user, typed, now)?.then_some(Given::RecoveryCode))
}

/// An older step than the last one that was taken is refused: whoever looked over a shoulder comes too late (RFC 6238, 5.2).
fn take_app_code(conn: &mut Conn, user: UserId, typed: &str, now: NaiveDateTime) -> QueryResult<bool> {
    let found: Option<Vec<u8>> = second_factors::table.find(user).select(second_factors::secret).first(conn).optional()?;
    let Some(step) = found.and_then(|secret| step_of(&secret, typed, now)) else { return Ok(false) };
    let unused = second_factors::table.find(user).filter(second_factors::last_step.lt(step));
    Ok(diesel::update(unused).set(second_factors::last_step.eq(step)).execute(conn)? > 0)
}

/// Makes new recovery codes.
pub fn renew_codes(conn: &mut Conn, person: &Person, by: &By<'_>) -> QueryResult<Vec<String>> {
    let codes = recovery::make(conn, person.id, by.now)?;
    changed(conn, "account.recovery_codes_made", Notice::RecoveryCodesMade, person.id, by)?;
    Ok(codes)
}

/// Takes everything off that is asked for beside the password; says whether there was anything.
pub fn turn_off(conn: &mut Conn, user: UserId, by: &By<'_>) -> QueryResult<bool> {
    let gone = diesel::delete(second_factors::table.find(user)).execute(conn)? + recovery::forget(conn, user)?;
    if gone > 0 {
        changed(conn, "account.second_factor_off", Notice::SecondFactorOff, user, by)?;
    }
    Ok(gone > 0)
}

fn changed(conn: &mut Conn, kind: &'static str, notice: Notice, user: UserId, by: &By<'_>) -> QueryResult<()> {
    session_store::end_others_of(conn, user, by.keep)?;
    notice.send(conn, user, by.place, by.now)?;
    let change = Change { kind, subject: "account", key: user.number(), label: "", detail: json!({}), cache_tags: Vec::new() };
    change.record(conn, by.actor, by.now)
}

/// The step of that code, if it is one of this secret about now. Blanks are how apps show codes.
fn step_of(secret: &[u8], typed: &str, now: NaiveDateTime) -> Option<i64> {
    let code: String = typed.chars().filter(|sign| !sign.is_whitespace()).take(7).collect();
    let seconds = u64::try_from(now.and_utc().timestamp()).ok()?;
    i64::try_from(totp(secret, "", "")?.check(&code, seconds)?).ok()
}

/// The address that a QR code tells an authenticator app (`otpauth://totp/…`), and the secret in base32 to type instead.
pub fn for_app(secret: &[u8], site: &str, email: &str) -> Option<(String, String)> {
    let clean = |text: &str| text.replace(':', " ");
    let totp = totp(secret, &clean(site), &clean(email))?;
    Some((totp.to_url().ok()?, totp.secret().to_base32()))
}

fn totp(secret: &[u8], site: &str, email: &str) -> Option<Totp> {
    let issuer = (!site.is_empty()).then_some(site);
    Builder::new().with_secret(secret.to_vec()).with_skew(1).with_issuer(issuer).with_account_name(email).build().ok()
}

/// The code of a secret at that moment, as an app shows it.
pub fn code_at(secret: &[u8], at: NaiveDateTime) -> Option<String> {
    Some(totp(secret, "", "")?.generate(u64::try_from(at.and_utc().timestamp()).ok()?).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{DateTime, TimeDelta};

    const SECRET: &[u8] = b"12345678901234567890";

    fn at(seconds: i64) -> NaiveDateTime {
        DateTime::from_timestamp(seconds, 0).unwrap().naive_utc()
    }

    #[test]
    fn codes_are_those_of_the_standard() {
        // RFC 6238, appendix B, the last six digits.
        for (seconds, code) in [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924"), (20_000_000_000, "353130")] {
            assert_eq!(code_at(SECRET, at(seconds)).as_deref(), Some(code));
            assert_eq!(step_of(SECRET, code, at(seconds)), Some(seconds / 30));
        }
    }

    #[test]
    fn a_code_fits_one_step_earlier_and_later_and_no_further() {
        let now = at(1_234_567_890);
        for (off, fits) in [(-60, false), (-30, true), (0, true), (30, true), (60, false)] {
            let code = code_at(SECRET, now + TimeDelta::seconds(off)).unwrap();
            assert_eq!(step_of(SECRET, &code, now).is_some(), fits, "{off}");
        }
    }

    #[test]
    fn what_is_no_code_is_refused() {
        for typed in ["", "28708", "2870822", "+87082", "28708a", "２８７０８２", "🐎", &"2".repeat(100_000)] {
            assert_eq!(step_of(SECRET, typed, at(59)), None, "{typed:.10}");
        }
        assert_eq!(step_of(SECRET, " 287 082 ", at(59)), Some(1));
    }

    #[test]
    fn an_app_is_told_site_and_account() {
        let (url, secret) = for_app(SECRET, "Tide: a log", "ada@example.org").unwrap();
        assert!(url.starts_with("otpauth://totp/Tide%20%20a%20log:ada"), "{url}");
        assert_eq!(secret, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    }
}
