//! Dates as people and generators write them.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeZone};
use chrono_tz::Tz;

const WITH_OFFSET: &[&str] =
    &["%Y-%m-%d %H:%M:%S%.f %z", "%Y-%m-%d %H:%M:%S%.f%z", "%Y-%m-%dT%H:%M:%S%.f%z", "%Y-%m-%dT%H:%M%z", "%Y-%m-%d %H:%M %z"];
const WITHOUT_OFFSET: &[&str] =
    &["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M"];
const DAY: &[&str] = &["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%B %d, %Y", "%d %B %Y", "%d %b %Y", "%b %d, %Y"];

/// Reads a date, with or without a time and an offset; what has no offset is meant in `zone`. The answer is UTC.
pub fn read(text: &str, zone: Tz) -> Option<NaiveDateTime> {
    let text = text.trim();
    let exact = DateTime::parse_from_rfc3339(text).or_else(|_| DateTime::parse_from_rfc2822(text)).ok();
    let exact = exact.or_else(|| WITH_OFFSET.iter().find_map(|form| DateTime::parse_from_str(text, form).ok()));
    if let Some(date) = exact {
        return sane(date.naive_utc());
    }
    let (text, zone) = match text.strip_suffix(" UTC").or_else(|| text.strip_suffix(" GMT")) {
        Some(rest) => (rest, Tz::UTC),
        None => (text, zone),
    };
    let local = WITHOUT_OFFSET.iter().find_map(|form| NaiveDateTime::parse_from_str(text, form).ok());
    let local = local.or_else(|| Some(DAY.iter().find_map(|form| NaiveDate::parse_from_str(text, form).ok())?.and_time(NaiveTime::MIN)));
    in_zone(local?, zone)
}

/// The moment when a day begins in that zone, UTC.
pub fn day(date: NaiveDate, zone: Tz) -> Option<NaiveDateTime> {
    in_zone(date.and_time(NaiveTime::MIN), zone)
}

/// A time that the clocks of a zone leave out counts as if the clocks had not been moved.
fn in_zone(local: NaiveDateTime, zone: Tz) -> Option<NaiveDateTime> {
    sane(zone.from_local_datetime(&local).earliest().map_or(local, |date| date.naive_utc()))
}

/// The database knows the years 1000 to 9999.
fn sane(date: NaiveDateTime) -> Option<NaiveDateTime> {
    let first = NaiveDate::from_ymd_opt(1000, 1, 2)?;
    let last = NaiveDate::from_ymd_opt(9999, 12, 30)?;
    (first..=last).contains(&date.date()).then_some(date)
}

/// Takes the date off a name such as `2015-05-11-title`.
pub fn of_name(name: &str) -> (Option<NaiveDate>, &str) {
    let found = name.is_char_boundary(10).then(|| name.split_at(10)).and_then(|(day, rest)| {
        let hyphens = day.get(4..5) == Some("-") && day.get(7..8) == Some("-"); // keeps `20150-5-11` out
        let date = NaiveDate::parse_from_str(day, "%Y-%m-%d").ok().filter(|_| hyphens)?;
        Some((date, rest.strip_prefix(['-', '_']).or_else(|| rest.is_empty().then_some(""))?))
    });
    found.map_or((None, name), |(date, rest)| (Some(date), rest))
}

/// The date in an address such as `blog/2022/10/28/slug`.
pub fn of_path(path: &str) -> Option<NaiveDate> {
    let parts: Vec<&str> = path.split('/').collect();
    parts.windows(3).find_map(|three| {
        let fits = three[0].len() == 4 && three[1].len() <= 2 && three[2].len() <= 2;
        NaiveDate::from_ymd_opt(three[0].parse().ok()?, three[1].parse().ok()?, three[2].parse().ok()?).filter(|_| fits)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utc(text: &str) -> String {
        read(text, Tz::UTC).map(|date| date.to_string()).unwrap_or_default()
    }

    #[test]
    fn many_forms_mean_the_same_moment() {
        for text in [
            "2026-11-19T08:00:00Z",
            "2026-11-19T09:00:00+01:00",
            "2026-11-19 09:00:00 +0100",
            "2026-11-19 09:00:00 +01:00",
            "2026-11-19T09:00:00+0100",
            "2026-11-19 08:00",
            "2026-11-19T08:00:00",
            "2026-11-19 08:00:00 UTC",
            "Thu, 19 Nov 2026 09:00:00 +0100",
            "2026/11/19 08:00",
        ] {
            assert_eq!(utc(text), "2026-11-19 08:00:00", "{text}");
        }
    }

    #[test]
    fn a_day_begins_at_midnight_of_the_site() {
        for text in ["2026-11-19", "2026/11/19", "November 19, 2026", "19 Nov 2026"] {
            assert_eq!(utc(text), "2026-11-19 00:00:00", "{text}");
        }
        assert_eq!(read("2026-07-01", Tz::Europe__Berlin).map(|date| date.to_string()).as_deref(), Some("2026-06-30 22:00:00"));
    }

    #[test]
    fn nonsense_is_no_date() {
        for text in ["", "someday", "2026-13-01", "2026-02-30", "99999-01-01", "0001-01-01", "11/19/2026x"] {
            assert_eq!(utc(text), "", "{text}");
        }
    }

    #[test]
    fn names_and_addresses_carry_dates() {
        let day = NaiveDate::from_ymd_opt(2015, 5, 11);
        assert_eq!(of_name("2015-05-11-title"), (day, "title"));
        assert_eq!(of_name("2015-05-11"), (day, ""));
        assert_eq!([of_name("2015-05-11x").0, of_name("title").0, of_name("äöüäöü-x").0, of_name("2015-99-11-x").0], [None; 4]);
        assert_eq!(of_path("inside-rust/2015/05/11/slug"), day);
        assert_eq!(of_path("/2015/5/11/slug/"), day);
        assert_eq!([of_path("a/b/c"), of_path("2015/05"), of_path("2015/13/40/x")], [None; 3]);
    }
}
