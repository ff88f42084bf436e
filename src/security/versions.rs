//! Database servers, and until when each series gets corrections.

use chrono::NaiveDate;

/// Series with a known end: server, the beginning of its version, year, month, day. From mariadb.org/about/#maintenance-policy and
/// oracle.com/us/support/library/lifetime-support-technology (end of extended support), as published in 2026. Short-lived
/// series are not listed: they end with the next one.
const ENDS: &[(&str, &str, i32, u32, u32)] = &[
    ("MariaDB", "10.5.", 2025, 6, 24),
    ("MariaDB", "10.6.", 2026, 7, 6),
    ("MariaDB", "10.11.", 2028, 2, 16),
    ("MariaDB", "11.4.", 2029, 5, 29),
    ("MariaDB", "11.8.", 2028, 6, 4),
    ("MySQL", "5.", 2023, 10, 21),
    ("MySQL", "8.0.", 2026, 4, 30),
    ("MySQL", "8.4.", 2032, 4, 30),
];

/// A database server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// `MariaDB` or `MySQL`.
    pub kind: &'static str,
    /// Its version, as in `11.4.2`.
    pub version: String,
    /// The day after which its series gets no corrections; `None`: not known.
    pub end: Option<NaiveDate>,
}

impl Server {
    /// As in `MariaDB 11.4.2`.
    pub fn name(&self) -> String {
        format!("{} {}", self.kind, self.version)
    }
}

/// Reads what a server answers to `VERSION()`: `11.4.2-MariaDB-log`, `8.4.3`, `5.5.5-10.6.1-MariaDB`.
pub fn read(told: &str) -> Server {
    let kind = if told.contains("MariaDB") { "MariaDB" } else { "MySQL" };
    let told = told.strip_prefix("5.5.5-").filter(|_| kind == "MariaDB").unwrap_or(told);
    let version: String = told.chars().take_while(|sign| sign.is_ascii_digit() || *sign == '.').take(20).collect();
    let end = ENDS.iter().find(|(of, start, ..)| *of == kind && version.starts_with(start));
    let end = end.and_then(|(_, _, year, month, day)| NaiveDate::from_ymd_opt(*year, *month, *day));
    Server { kind, version, end }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_are_read_from_what_they_say() {
        let of = |told: &str| (read(told).name(), read(told).end.map(|end| end.to_string()));
        assert_eq!(of("10.11.6-MariaDB-0+deb12u1"), ("MariaDB 10.11.6".to_owned(), Some("2028-02-16".to_owned())));
        assert_eq!(of("5.5.5-10.6.1-MariaDB"), ("MariaDB 10.6.1".to_owned(), Some("2026-07-06".to_owned())));
        assert_eq!(of("8.4.3"), ("MySQL 8.4.3".to_owned(), Some("2032-04-30".to_owned())));
        assert_eq!(of("5.7.44-log"), ("MySQL 5.7.44".to_owned(), Some("2023-10-21".to_owned())));
        assert_eq!(of("13.1.0-MariaDB"), ("MariaDB 13.1.0".to_owned(), None));
    }
}
