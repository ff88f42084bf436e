//! A day and a time as people type them, in the site's time zone.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime, TimeZone};
use chrono_tz::Tz;

/// A day and a time in the site's zone as UTC. `Some(None)` where both are empty, `None` where they make no sense. A time that
/// the clocks jump over is the first one after the jump.
pub fn moment(date: &str, time: &str, zone: Tz) -> Option<Option<NaiveDateTime>> {
    if date.is_empty() && time.is_empty() {
        return Some(None);
    }
    let day: NaiveDate = date.parse().ok()?;
    let time = if time.is_empty() { NaiveTime::MIN } else { NaiveTime::parse_from_str(time, "%H:%M").or_else(|_| time.parse()).ok()? };
    let local = day.and_time(time);
    let known =
        zone.from_local_datetime(&local).earliest().or_else(|| zone.from_local_datetime(&(local + chrono::TimeDelta::hours(1))).earliest());
    Some(Some(known?.naive_utc())).filter(|at| at.is_none_or(|at| (1000..=9999).contains(&chrono::Datelike::year(&at))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_typed_in_the_zone_of_the_site() {
        let at = |date: &str, time: &str| moment(date, time, Tz::Europe__Berlin);
        let utc = |text: &str| Some(Some(text.parse::<NaiveDateTime>().expect("a time")));
        assert_eq!(at("2026-11-24", "08:00"), utc("2026-11-24T07:00:00"));
        assert_eq!(at("2026-07-01", ""), utc("2026-06-30T22:00:00"));
        assert_eq!(at("2026-03-29", "02:30"), utc("2026-03-29T01:30:00")); // the hour that the clocks jump over
        assert_eq!((at("", ""), at("soon", ""), at("", "08:00"), at("2026-02-30", "08:00")), (Some(None), None, None, None));
    }
}
