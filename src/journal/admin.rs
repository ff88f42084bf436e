//! The journal in the admin: a list with filters that stand in its address, and the same as a file.

use super::model::{
    Change,
    listed::{self, Filter, MOST_EXPORTED, Row, Who},
};
use crate::{
    db::{
        Conn,
        cursor::{Cursor, Slice},
    },
    error::AppResult,
    site::{Page, page::number},
    web::{
        csv::download,
        ctx::{Ctx, Visit},
        local_path::query_value,
        person::{Person, Right},
    },
};
use actix_web::{HttpResponse, web};
use askama::Template;
use chrono::{Days, NaiveDate, NaiveDateTime, NaiveTime, TimeZone};
use chrono_tz::Tz;
use serde::Deserialize;
use serde_json::json;
use std::{collections::BTreeMap, net::IpAddr};

/// Rows on one page.
const PAGE: usize = 50;

/// What the address of the list may say. Nonsense is no filter, but an address that is none finds nothing.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct Params {
    kind: String,
    /// Key of a person; `0`: the program itself.
    who: String,
    /// Days in the site's time zone, both included.
    from: String,
    until: String,
    address: String,
    before: Option<String>,
    after: Option<String>,
}

impl Params {
    /// What is wanted, as far as this person may read it.
    fn filter(&self, zone: Tz, person: &Person) -> Filter {
        let reads_all = person.may(Right::ReadSignIns);
        let day = |text: &str| text.parse::<NaiveDate>().ok();
        Filter {
            kind: (!self.kind.is_empty()).then(|| self.kind.clone()),
            who: match self.who.parse::<i64>() {
                Ok(0) => Some(Who::Nobody),
                Ok(id) => Some(Who::Person(id.into())),
                Err(_) => None,
            },
            from: day(&self.from).and_then(|day| begins(day, zone)),
            until: day(&self.until).and_then(|day| begins(day.checked_add_days(Days::new(1))?, zone)),
            address: self.address.trim().parse().ok().filter(|_| reads_all),
            without_accounts: !reads_all,
        }
    }

    /// Whether an address was typed that is none.
    fn is_no_address(&self) -> bool {
        !self.address.trim().is_empty() && self.address.trim().parse::<IpAddr>().is_err()
    }

    fn is_filtered(&self) -> bool {
        self.fields().any(|(_, value)| !value.is_empty())
    }

    fn fields(&self) -> impl Iterator<Item = (&'static str, &String)> {
        let all = [("kind", &self.kind), ("who", &self.who), ("from", &self.from), ("until", &self.until), ("address", &self.address)];
        all.into_iter()
    }

    /// The address of something with this filter.
    fn with(&self, path: &str, place: Option<(&str, &str)>) -> String {
        let kept = self.fields().map(|(name, value)| (name, value.as_str())).filter(|(_, value)| !value.is_empty());
        let query: Vec<String> = kept.chain(place).map(|(name, value)| format!("{name}={}", query_value(value))).collect();
        if query.is_empty() { path.to_owned() } else { format!("{path}?{}", query.join("&")) }
    }
}

/// The first moment of a day, UTC; where the clocks jump over midnight, the one after.
fn begins(day: NaiveDate, zone: Tz) -> Option<NaiveDateTime> {
    let midnight = day.and_time(NaiveTime::MIN);
    let local = zone.from_local_datetime(&midnight).earliest();
    local.or_else(|| zone.from_local_datetime(&(midnight + chrono::TimeDelta::hours(1))).earliest()).map(|at| at.naive_utc())
}

#[derive(Template)]
#[template(path = "journal/admin/index.html")]
struct Index {
    page: Page,
    kinds: Vec<(String, String)>,
    people: Vec<(String, String)>,
    params: Params,
    slice: Slice<Row>,
    newer: Option<String>,
    older: Option<String>,
    /// Where the file is, for who may take it away.
    file: Option<String>,
    reads_all: bool,
}

impl Index {
    fn most() -> String {
        number(MOST_EXPORTED as i64)
    }
}

/// `GET /admin/journal` — every change, newest first; filtered by kind, person, days and address.
pub async fn index(ctx: Ctx, params: web::Query<Params>) -> AppResult<HttpResponse> {
    let person = ctx.require(Right::ReadJournal)?;
    let (visit, params) = (ctx.visit(), params.into_inner());
    ctx.draw(move |conn| load(conn, visit, &person, params)).await
}

fn load(conn: &mut Conn, visit: Visit, person: &Person, params: Params) -> AppResult<Index> {
    let page = Page::admin(conn, visit)?;
    let (filter, reads_all) = (params.filter(page.site.time_zone, person), person.may(Right::ReadSignIns));
    let cursor = Cursor::parse(params.before.as_deref(), params.after.as_deref());
    let slice = match params.is_no_address() {
        true => Slice { rows: Vec::new(), newer: None, older: None },
        false => Row::page(conn, &filter, cursor.as_ref(), PAGE)?,
    };
    let link = |way: &str, mark: &Option<String>| mark.as_ref().map(|mark| params.with(super::paths::INDEX, Some((way, mark))));
    let kinds = listed::kinds(conn)?.into_iter().filter(|kind| reads_all || !kind.starts_with("account."));
    let people = listed::people(conn)?.into_iter().map(|(id, name)| (id.to_string(), name));
    let any = |word: &str| (String::new(), word.to_owned());
    Ok(Index {
        kinds: [any("Any")].into_iter().chain(kinds.map(|kind| (kind.clone(), kind))).collect(),
        people: [any("Anyone"), ("0".to_owned(), "Mainstay itself".to_owned())].into_iter().chain(people).collect(),
        newer: link("after", &slice.newer),
        older: link("before", &slice.older),
        file: reads_all.then(|| params.with(super::paths::FILE, None)),
        page,
        params,
        slice,
        reads_all,
    })
}

/// `GET /admin/journal.csv` — what the filter finds, as a file; that it was taken away is a line of the journal too.
pub async fn export(ctx: Ctx, params: web::Query<Params>) -> AppResult<HttpResponse> {
    let person = ctx.require(Right::ReadSignIns)?;
    ctx.sudo()?;
    let (visit, params, actor, now) = (ctx.visit(), params.into_inner(), ctx.actor(), ctx.now());
    let file = ctx.db.write(move |conn| {
        let zone = Page::admin(conn, visit.clone())?.site.time_zone;
        let file = listed::export(conn, &params.filter(zone, &person))?;
        let detail = json!(params.fields().filter(|(_, value)| !value.is_empty()).collect::<BTreeMap<_, _>>());
        let change = Change { kind: "journal.exported", subject: "journal", key: 0, label: "", detail, cache_tags: Vec::new() };
        change.record(conn, &actor, now)?;
        Ok(file)
    });
    Ok(download("journal.csv", file.await?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::person::{Reach, Role};

    #[test]
    fn days_are_whole_and_of_the_site_and_only_some_look_for_addresses() {
        let person = |role| Person {
            id: 1.into(),
            name: "Ada".to_owned(),
            email: "ada@example.org".to_owned(),
            role,
            scheme: "system".to_owned(),
            reach: Reach::Everything,
        };
        let day = "2026-12-01".to_owned();
        let params =
            Params { from: day.clone(), until: day, address: " 2001:db8::1 ".to_owned(), who: "x".to_owned(), ..Params::default() };
        let found = params.filter(Tz::Europe__Berlin, &person(Role::Admin));
        let utc = |text: &str| text.parse::<NaiveDateTime>().ok();
        assert_eq!((found.from, found.until), (utc("2026-11-30T23:00:00"), utc("2026-12-01T23:00:00")));
        assert!(found.address.is_some() && found.who.is_none() && !found.without_accounts);
        let found = params.filter(Tz::UTC, &person(Role::Editor));
        assert!(found.address.is_none() && found.without_accounts);
        assert_eq!(
            params.with("/j", Some(("before", "1~2"))),
            "/j?who=x&from=2026-12-01&until=2026-12-01&address=%202001%3Adb8%3A%3A1%20&before=1~2"
        );
    }
}
