//! The calendar: what is scheduled and what went live, a month at a time.

use super::super::model::{
    calendar,
    entry::EntryId,
    reach::Mine,
    timing::{self, Deed},
};
use crate::{
    db::Conn,
    error::AppResult,
    site::Page,
    web::{
        ctx::{Ctx, Visit},
        methods::read,
        person::{Person, Right},
    },
};
use actix_web::{HttpResponse, web};
use askama::Template;
use chrono::{Datelike, Days, Months, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone};
use chrono_tz::Tz;
use serde::Deserialize;
use std::{collections::HashMap, ops::Range};

/// Of each kind of change, so many are read of a month.
const MOST: usize = 300;

/// Shown of a day at once; the others open on demand.
const OF_A_DAY: usize = 5;

/// Months that can be looked at beyond the present one.
const AHEAD: u32 = 12;

/// Registers the handlers.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/admin/calendar", read().to(show));
}

/// What the address may say. Nonsense is the present month.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Params {
    month: String,
}

/// Something on a day.
struct Item {
    at: NaiveDateTime,
    /// For a link to it, where this person may change it.
    entry: Option<EntryId>,
    title: String,
    state: (&'static str, &'static str),
}

/// A day of the grid.
struct Day {
    date: NaiveDate,
    is_today: bool,
    /// Whether it belongs to the month before or after.
    is_beside: bool,
    items: Vec<Item>,
}

impl Day {
    fn number(&self) -> u32 {
        self.date.day()
    }

    fn name(&self) -> String {
        self.date.format("%A %-d %B").to_string()
    }

    fn first(&self) -> &[Item] {
        &self.items[..self.items.len().min(OF_A_DAY)]
    }

    fn others(&self) -> &[Item] {
        &self.items[self.items.len().min(OF_A_DAY)..]
    }
}

#[derive(Template)]
#[template(path = "content/admin/calendar.html")]
struct Calendar {
    page: Page,
    title: String,
    weeks: Vec<Vec<Day>>,
    before: Option<String>,
    after: Option<String>,
    is_present: bool,
    is_empty: bool,
    is_cut: bool,
    is_author: bool,
}

/// `GET /admin/calendar?month=2026-11` — what goes live, is updated and comes off, and what did.
async fn show(ctx: Ctx, params: web::Query<Params>) -> AppResult<HttpResponse> {
    let person = ctx.require(Right::Write)?;
    let (visit, params) = (ctx.visit(), params.into_inner());
    ctx.draw(move |conn| load(conn, visit, &person, &params)).await
}

fn load(conn: &mut Conn, visit: Visit, person: &Person, params: &Params) -> AppResult<Calendar> {
    let page = Page::admin(conn, visit)?;
    let (zone, now) = (page.site.time_zone, page.visit.now);
    let own = (!person.may_any(Right::Write)).then_some(person.id);
    let today = zone.from_utc_datetime(&now).date_naive();
    let present = first_of(today);
    let last = present.checked_add_months(Months::new(AHEAD)).unwrap_or(present);
    let begun = calendar::beginning(conn)?.map_or(present, |at| first_of(zone.from_utc_datetime(&at).date_naive())).min(present);
    let month = month(&params.month).unwrap_or(present).clamp(begun, last);
    let span = span(month, zone);
    let planned = timing::planned(conn, own, Some(&span), MOST)?;
    let happened = calendar::happened(conn, own, &span, MOST as i64)?;
    let is_cut = planned.len() == MOST || happened.len() >= MOST;
    let mut items = items(planned, happened, zone);
    let shown: Vec<EntryId> = items.iter().filter_map(|(_, item)| item.entry).collect();
    let mine = Mine::among(conn, person, &shown)?;
    items.iter_mut().for_each(|(_, item)| item.entry = item.entry.filter(|id| mine.has(id)));
    let other = |date: Option<NaiveDate>| date.filter(|date| (begun..=last).contains(date)).map(address);
    Ok(Calendar {
        title: month.format("%B %Y").to_string(),
        before: other(month.checked_sub_months(Months::new(1))),
        after: other(month.checked_add_months(Months::new(1))),
        is_present: month == present,
        is_empty: items.is_empty(),
        weeks: weeks(month, today, items),
        is_cut,
        is_author: own.is_some(),
        page,
    })
}

fn first_of(day: NaiveDate) -> NaiveDate {
    day.with_day(1).unwrap_or(day)
}

fn month(word: &str) -> Option<NaiveDate> {
    format!("{word}-01").parse().ok()
}

fn address(month: NaiveDate) -> String {
    format!("/admin/calendar?month={}", month.format("%Y-%m"))
}

/// From the first moment of a month to that of the next, UTC.
fn span(month: NaiveDate, zone: Tz) -> Range<NaiveDateTime> {
    let begins = |day: NaiveDate| {
        let midnight = day.and_time(NaiveTime::MIN);
        let local = zone.from_local_datetime(&midnight).earliest();
        local.or_else(|| zone.from_local_datetime(&(midnight + TimeDelta::hours(1))).earliest()).map_or(midnight, |at| at.naive_utc())
    };
    begins(month)..begins(month.checked_add_months(Months::new(1)).unwrap_or(month))
}

/// Both kinds by their day, in the order of time. What happened to an entry several times on a day stands there once.
fn items(planned: Vec<timing::Planned>, happened: Vec<calendar::Happened>, zone: Tz) -> Vec<(NaiveDate, Item)> {
    let day = |at: NaiveDateTime| zone.from_utc_datetime(&at).date_naive();
    let mut items: Vec<(NaiveDate, Item)> = Vec::new();
    let mut last = HashMap::new();
    for row in happened {
        let entry = row.stands.then_some(row.entry_id);
        let item = Item { at: row.at, entry, state: was(row.deed()), title: row.title.clone() };
        let place = *last.entry((day(row.at), row.entry_id, row.deed())).or_insert(items.len());
        match items.get_mut(place) {
            Some(earlier) => earlier.1 = item,
            None => items.push((day(row.at), item)),
        }
    }
    items.extend(planned.into_iter().map(|one| {
        let state = will_be(one.deed);
        (day(one.at), Item { at: one.at, entry: Some(one.entry.id), title: one.entry.title, state })
    }));
    items.sort_by_key(|(day, item)| (*day, item.at));
    items
}

/// Class and word of what happened.
fn was(deed: Deed) -> (&'static str, &'static str) {
    match deed {
        Deed::Publish => ("is-live", "went live"),
        Deed::Update => ("is-live", "was updated"),
        Deed::Unpublish => ("is-draft", "came off"),
    }
}

/// Class and word of what will happen.
fn will_be(deed: Deed) -> (&'static str, &'static str) {
    match deed {
        Deed::Publish => ("is-scheduled", "goes live"),
        Deed::Update => ("is-scheduled", "is updated"),
        Deed::Unpublish => ("is-scheduled", "comes off"),
    }
}

/// The weeks that a month touches, from Monday to Sunday.
fn weeks(month: NaiveDate, today: NaiveDate, items: Vec<(NaiveDate, Item)>) -> Vec<Vec<Day>> {
    let mut items = items.into_iter().peekable();
    let mut date = month.checked_sub_days(Days::new(month.weekday().num_days_from_monday().into())).unwrap_or(month);
    let mut weeks = Vec::new();
    while weeks.len() < 6 && (date <= month || date.month() == month.month()) {
        let mut week = Vec::new();
        for _ in 0..7 {
            let mut of_day = Vec::new();
            while let Some((_, item)) = items.next_if(|(day, _)| *day == date) {
                of_day.push(item);
            }
            week.push(Day { date, is_today: date == today, is_beside: date.month() != month.month(), items: of_day });
            date = date.checked_add_days(Days::new(1)).unwrap_or(date);
        }
        weeks.push(week);
    }
    weeks
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    #[test]
    fn a_month_is_whole_weeks_from_monday() {
        let november = weeks(day("2026-11-01"), day("2026-11-23"), Vec::new());
        assert_eq!((november.len(), november[0][0].date, november[5][6].date), (6, day("2026-10-26"), day("2026-12-06")));
        assert_eq!(november.iter().flatten().filter(|day| !day.is_beside).count(), 30);
        assert_eq!(november.iter().flatten().filter(|day| day.is_today).count(), 1);
        assert_eq!(weeks(day("2027-02-01"), day("2026-11-23"), Vec::new()).len(), 4);
    }

    #[test]
    fn a_month_begins_at_midnight_in_the_zone_of_the_site() {
        let utc = |text: &str| text.parse::<NaiveDateTime>().expect("a time");
        assert_eq!(span(day("2026-10-01"), Tz::Europe__Berlin), utc("2026-09-30T22:00:00")..utc("2026-10-31T23:00:00"));
        // In Lebanon the clocks once jumped over the midnight with which a month began.
        assert_eq!(span(day("1984-05-01"), Tz::Asia__Beirut).start, utc("1984-04-30T22:00:00"));
        assert_eq!(month("2026-13").or(month("x")), None);
    }
}
