//! The keys that seal the session cookie, and how one follows another without ending a session.
//!
//! Table `secrets`: rows named `session_key…`, shared by all nodes. A new key ([`rotate`]) opens cookies at once and seals them
//! after [`SETTLES_MINUTES`], when every node knows it: each reads the keys anew once a minute. An old one opens cookies until no
//! session of its time can live any more. What is in a cookie is the random name of a session, of which the database has only the
//! hash; so a key that leaks opens no session by itself.
//!
//! The middleware of the sessions knows one key for as long as the process lives. [`reseal`] stands around it, and seals cookies
//! anew on their way in and out.

use super::session_store::ABSOLUTE_LIFE_DAYS;
use crate::{app::State, db::Conn, schema::secrets};
use actix_web::{
    Error,
    body::{BoxBody, MessageBody},
    cookie::{Cookie, CookieJar, Key},
    dev::{ServiceRequest, ServiceResponse},
    http::header::{COOKIE, HeaderMap, HeaderValue, SET_COOKIE},
    middleware::Next,
    web,
};
use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;
use std::sync::RwLock;

/// Minutes after which a new key seals cookies.
pub const SETTLES_MINUTES: i64 = 5;

/// The name of the first key; those of later ones go on with the time of their making.
const NAME: &str = "session_key";

/// The keys, the oldest first.
pub struct SessionKeys(RwLock<Vec<(NaiveDateTime, Key)>>);

impl SessionKeys {
    /// One key only, made long ago.
    pub fn of(key: Key) -> SessionKeys {
        SessionKeys(RwLock::new(vec![(NaiveDateTime::default(), key)]))
    }

    /// Reads the keys; the first is made where there is none.
    pub fn load(conn: &mut Conn, now: NaiveDateTime) -> QueryResult<SessionKeys> {
        let fresh = Key::generate();
        let row = (secrets::name.eq(NAME), secrets::value.eq(fresh.master()), secrets::created_at.eq(now));
        diesel::insert_or_ignore_into(secrets::table).values(row).execute(conn)?;
        Ok(SessionKeys(RwLock::new(read(conn)?)))
    }

    /// Reads them anew.
    pub fn reload(&self, conn: &mut Conn) -> QueryResult<()> {
        let keys = read(conn)?;
        if !keys.is_empty() {
            *self.0.write().expect("nothing panics while it holds the keys") = keys;
        }
        Ok(())
    }

    /// The key that seals at this time: the newest that every node knows.
    pub fn sealing(&self, now: NaiveDateTime) -> Key {
        let keys = self.0.read().expect("nothing panics while it holds the keys");
        let settled = keys.iter().rev().find(|(made, _)| *made + TimeDelta::minutes(SETTLES_MINUTES) <= now);
        settled.or(keys.first()).expect("one is made at the start").1.clone()
    }

    /// Every key that opens, the newest first.
    fn opening(&self) -> Vec<Key> {
        self.0.read().expect("nothing panics while it holds the keys").iter().rev().map(|(_, key)| key.clone()).collect()
    }

    /// Whether this is the only one.
    fn is_only(&self, key: &Key) -> bool {
        matches!(self.0.read().expect("nothing panics while it holds the keys").as_slice(), [(_, one)] if one == key)
    }
}

fn read(conn: &mut Conn) -> QueryResult<Vec<(NaiveDateTime, Key)>> {
    let rows = secrets::table.filter(secrets::name.like("session\\_key%")).order((secrets::created_at, secrets::name));
    let rows: Vec<(NaiveDateTime, Vec<u8>)> = rows.select((secrets::created_at, secrets::value)).load(conn)?;
    Ok(rows.into_iter().filter(|(_, value)| value.len() >= 64).map(|(made, value)| (made, Key::from(&value))).collect())
}

/// Makes a new key.
pub fn rotate(conn: &mut Conn, now: NaiveDateTime) -> QueryResult<()> {
    let name = format!("{NAME}_{}", now.format("%Y-%m-%dT%H:%M:%S%.6f"));
    let row = (secrets::name.eq(name), secrets::value.eq(Key::generate().master().to_vec()), secrets::created_at.eq(now));
    diesel::insert_into(secrets::table).values(row).execute(conn).map(drop)
}

/// Deletes keys that have sealed no cookie that could still be good: another has followed them longer ago than a session lives.
pub fn sweep(conn: &mut Conn, now: NaiveDateTime) -> QueryResult<usize> {
    let all = secrets::table.filter(secrets::name.like("session\\_key%"));
    let names: Vec<(String, NaiveDateTime)> =
        all.order((secrets::created_at, secrets::name)).select((secrets::name, secrets::created_at)).load(conn)?;
    let long_ago = now - TimeDelta::days(ABSOLUTE_LIFE_DAYS + 1);
    let spent: Vec<&String> = names.windows(2).filter(|two| two[1].1 < long_ago).map(|two| &two[0].0).collect();
    diesel::delete(secrets::table.filter(secrets::name.eq_any(spent))).execute(conn)
}

/// The middleware, around that of the sessions.
pub async fn reseal(mut req: ServiceRequest, next: Next<impl MessageBody + 'static>) -> Result<ServiceResponse<BoxBody>, Error> {
    let state = req.app_data::<web::Data<State>>().expect("app::build puts the state there").clone();
    if state.keys.is_only(&state.key) {
        return Ok(next.call(req).await?.map_into_boxed_body());
    }
    let inward = req.headers().get(COOKIE).and_then(|header| inward(header, &state.keys.opening(), &state.key));
    if let Some(header) = inward {
        req.headers_mut().insert(COOKIE, header);
    }
    let mut res = next.call(req).await?.map_into_boxed_body();
    let sealing = state.keys.sealing(state.clock.now());
    if sealing != state.key {
        outward(res.headers_mut(), &state.key, &sealing);
    }
    Ok(res)
}

/// The Cookie header, with each cookie that one of `keys` opens sealed by `to`; `None`: it is well as it is, or no key opens any.
fn inward(header: &HeaderValue, keys: &[Key], to: &Key) -> Option<HeaderValue> {
    let mut changed = false;
    let cookies = header.to_str().ok()?.split(';').map(str::trim).map(|one| {
        let cookie = Cookie::parse_encoded(one.to_owned()).ok()?;
        let plain = keys.iter().filter(|key| *key != to).find_map(|key| CookieJar::new().private(key).decrypt(cookie.clone()))?;
        changed = true;
        Some(sealed(plain, to))
    });
    let cookies: Vec<String> =
        header.to_str().ok()?.split(';').map(str::trim).zip(cookies).map(|(one, new)| new.unwrap_or_else(|| one.to_owned())).collect();
    changed.then(|| HeaderValue::try_from(cookies.join("; ")).ok()).flatten()
}

/// Seals our cookies anew where the answer sets them; one that takes it away is empty, and opens with no key.
fn outward(headers: &mut HeaderMap, from: &Key, to: &Key) {
    let all: Vec<HeaderValue> = headers.remove(SET_COOKIE).collect();
    for header in all {
        let ours = header.to_str().ok().and_then(|text| Cookie::parse_encoded(text.to_owned()).ok());
        let plain = ours.and_then(|cookie| CookieJar::new().private(from).decrypt(cookie));
        let header = plain.and_then(|plain| HeaderValue::try_from(sealed(plain, to)).ok()).unwrap_or(header);
        headers.append(SET_COOKIE, header);
    }
}

/// The cookie as a header has it, with what it says beside its value.
fn sealed(plain: Cookie<'static>, key: &Key) -> String {
    let (name, mut jar) = (plain.name().to_owned(), CookieJar::new());
    jar.private_mut(key).add(plain);
    jar.get(&name).map_or_else(String::new, |cookie| cookie.encoded().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cookie(value: &str, key: &Key) -> String {
        sealed(Cookie::build("mainstay", value.to_owned()).path("/").http_only(true).finish(), key)
    }

    fn opened(header: &str, key: &Key) -> Option<String> {
        let cookie = header.split("; ").find(|one| one.starts_with("mainstay="))?;
        Some(CookieJar::new().private(key).decrypt(Cookie::parse_encoded(cookie.to_owned()).ok()?)?.value().to_owned())
    }

    #[test]
    fn a_cookie_of_an_earlier_key_is_sealed_anew_among_the_others() {
        let (old, new, foreign) = (Key::generate(), Key::generate(), Key::generate());
        let keys = [new.clone(), old.clone()];
        let bare = |key: &Key| cookie("abc", key).split(';').next().unwrap_or_default().to_owned();
        let header = HeaderValue::try_from(format!("a=b; {}; c=d=e", bare(&old))).expect("a header");
        let changed = inward(&header, &keys, &new).expect("changed");
        let changed = changed.to_str().expect("text");
        assert!(changed.starts_with("a=b; mainstay=") && changed.ends_with("; c=d=e"), "{changed}");
        assert_eq!(opened(changed, &new).as_deref(), Some("abc"));
        for key in [&new, &foreign] {
            let header = HeaderValue::try_from(bare(key)).expect("a header");
            assert_eq!(inward(&header, &keys, &new), None);
        }
    }

    #[test]
    fn an_answer_keeps_what_its_cookies_say_beside_their_value() {
        let (from, to) = (Key::generate(), Key::generate());
        let mut headers = HeaderMap::new();
        for one in ["other=1; Path=/".to_owned(), cookie("abc", &from), "mainstay=; Max-Age=0".to_owned()] {
            headers.append(SET_COOKIE, HeaderValue::try_from(one).expect("a header"));
        }
        outward(&mut headers, &from, &to);
        let all: Vec<&str> = headers.get_all(SET_COOKIE).filter_map(|value| value.to_str().ok()).collect();
        assert_eq!((all[0], all[2]), ("other=1; Path=/", "mainstay=; Max-Age=0"));
        assert!(all[1].contains("HttpOnly") && all[1].contains("Path=/"), "{}", all[1]);
        assert_eq!(opened(all[1].split(';').next().unwrap_or_default(), &to).as_deref(), Some("abc"));
    }

    #[test]
    fn a_new_key_seals_only_when_every_node_knows_it() {
        let (old, new) = (Key::generate(), Key::generate());
        let at: NaiveDateTime = "2026-12-01T10:00:00".parse().expect("a time");
        let keys = SessionKeys(RwLock::new(vec![(at - TimeDelta::days(9), old.clone()), (at, new.clone())]));
        assert!(
            keys.sealing(at) == old && keys.sealing(at + TimeDelta::minutes(4)) == old && keys.sealing(at + TimeDelta::minutes(5)) == new
        );
        assert!(SessionKeys::of(old.clone()).sealing(NaiveDateTime::default()) == old);
    }
}
