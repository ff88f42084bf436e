//! How pages write dates and times: in the site's time zone, with the names of months and days in English.

use super::page::Page;
use chrono::{
    DateTime, Datelike, NaiveDateTime, SecondsFormat, TimeZone, Utc,
    format::{Item, StrftimeItems},
};
use chrono_tz::Tz;
use std::sync::LazyLock;

/// A format of [`chrono::format::strftime`], read once: to read it costs as much as to write a date by it.
type Format = LazyLock<Vec<Item<'static>>>;

static DATE: Format = LazyLock::new(|| read("%-d %B %Y"));
static SHORT: Format = LazyLock::new(|| read("%-d %b"));
static SHORT_WITH_YEAR: Format = LazyLock::new(|| read("%-d %b %Y"));
static MOMENT: Format = LazyLock::new(|| read("%-d %b, %H:%M"));
static MOMENT_WITH_YEAR: Format = LazyLock::new(|| read("%-d %b %Y, %H:%M"));
static TIME: Format = LazyLock::new(|| read("%H:%M"));
static FULL: Format = LazyLock::new(|| read("%-d %B %Y, %H:%M %Z"));
static WEEKDAY: Format = LazyLock::new(|| read("%A %-d %B"));
static ZONE: Format = LazyLock::new(|| read("%Z"));

fn read(format: &'static str) -> Vec<Item<'static>> {
    StrftimeItems::new(format).collect()
}

fn written(at: &DateTime<Tz>, format: &Format) -> String {
    at.format_with_items(format.iter()).to_string()
}

impl Page {
    /// The year, for the foot of the page.
    pub fn year(&self) -> i32 {
        self.local(self.visit.now).year()
    }

    fn local(&self, at: NaiveDateTime) -> DateTime<Tz> {
        self.site.time_zone.from_utc_datetime(&at)
    }

    /// `19 November 2026`, in the site's time zone.
    pub fn date(&self, at: &NaiveDateTime) -> String {
        written(&self.local(*at), &DATE)
    }

    /// `19 Nov`, with the year when it is another one than now.
    pub fn short_date(&self, at: &NaiveDateTime) -> String {
        let local = self.local(*at);
        written(&local, if local.year() == self.year() { &SHORT } else { &SHORT_WITH_YEAR })
    }

    /// `22 Nov, 19:52`, with the year when it is another one than now.
    pub fn moment(&self, at: &NaiveDateTime) -> String {
        let local = self.local(*at);
        written(&local, if local.year() == self.year() { &MOMENT } else { &MOMENT_WITH_YEAR })
    }

    /// `19:52`.
    pub fn time(&self, at: &NaiveDateTime) -> String {
        written(&self.local(*at), &TIME)
    }

    /// `19:52` of today, `22 Nov, 19:52` of other days.
    pub fn time_or_moment(&self, at: &NaiveDateTime) -> String {
        let is_today = self.local(*at).date_naive() == self.local(self.visit.now).date_naive();
        if is_today { self.time(at) } else { self.moment(at) }
    }

    /// `22 November 2026, 19:52 CET`.
    pub fn full_moment(&self, at: &NaiveDateTime) -> String {
        written(&self.local(*at), &FULL)
    }

    /// `Sunday 22 November`.
    pub fn weekday(&self, at: &NaiveDateTime) -> String {
        written(&self.local(*at), &WEEKDAY)
    }

    /// For `datetime` attributes (HTML, global date and time string).
    pub fn machine_time(&self, at: &NaiveDateTime) -> String {
        at.and_utc().to_rfc3339_opts(SecondsFormat::Secs, true)
    }

    /// The name of the site's time zone at this moment, e.g. `CET`.
    pub fn zone(&self) -> String {
        written(&self.local(Utc::now().naive_utc()), &ZONE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_written_in_the_time_zone_of_the_site() {
        let at = Tz::Europe__Berlin.from_utc_datetime(&DateTime::from_timestamp(1_795_734_723, 0).expect("it is a time").naive_utc());
        let formats = [&DATE, &SHORT, &SHORT_WITH_YEAR, &MOMENT, &MOMENT_WITH_YEAR, &TIME, &FULL, &WEEKDAY, &ZONE];
        let expected = [
            "27 November 2026",
            "27 Nov",
            "27 Nov 2026",
            "27 Nov, 00:12",
            "27 Nov 2026, 00:12",
            "00:12",
            "27 November 2026, 00:12 CET",
            "Friday 27 November",
            "CET",
        ];
        assert_eq!(formats.map(|format| written(&at, format)), expected);
    }
}
