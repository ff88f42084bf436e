//! Paging by key: a page begins after a row, not after a number of rows, so the last page costs as much as the first.
//!
//! A list is ordered by a value and, where values are equal, by id. A [`Cursor`] names a row of it in an address as
//! `before=<id>~<value>` (the rows after it in a list that runs downwards) or `after=<id>~<value>` (the rows above it).

use chrono::NaiveDateTime;

/// Which way a page lies from the row that its address names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Further down the list.
    Down,
    /// Back up the list.
    Up,
}

/// A place in a list: the value that it is ordered by and the id of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    /// Which way to go from here.
    pub way: Way,
    /// The value as text; [`Cursor::time`] for lists ordered by time.
    pub value: String,
    /// The key of the row.
    pub id: i64,
}

impl Cursor {
    /// Reads the two parameters of an address. Nonsense is the first page, not an error.
    pub fn parse(before: Option<&str>, after: Option<&str>) -> Option<Cursor> {
        let (text, way) = match (before, after) {
            (Some(text), _) => (text, Way::Down),
            (None, Some(text)) => (text, Way::Up),
            (None, None) => return None,
        };
        let (id, value) = text.split_once('~')?;
        Some(Cursor { way, value: value.to_owned(), id: id.parse().ok()? })
    }

    /// The value as a time in UTC.
    pub fn time(&self) -> Option<NaiveDateTime> {
        let micros: i64 = self.value.parse().ok()?;
        Some(chrono::DateTime::from_timestamp_micros(micros)?.naive_utc())
    }

    /// What stands in an address for a row of a list ordered by time.
    pub fn of_time(at: NaiveDateTime, id: i64) -> String {
        format!("{id}~{}", at.and_utc().timestamp_micros())
    }

    /// What stands in an address for a row of a list ordered by text.
    pub fn of_text(value: &str, id: i64) -> String {
        format!("{id}~{value}")
    }
}

/// One page of a list, and whether there is more on either side.
#[derive(Debug, Clone)]
pub struct Slice<T> {
    /// The rows, in the order shown.
    pub rows: Vec<T>,
    /// The parameter value for the page above, if there is one.
    pub newer: Option<String>,
    /// The parameter value for the page below, if there is one.
    pub older: Option<String>,
}

impl<T> Slice<T> {
    /// Cuts what a query found, asked for `limit + 1` rows in the direction of `cursor`, down to a page.
    ///
    /// `mark` names a row in an address ([`Cursor::of_time`], [`Cursor::of_text`]).
    pub fn cut(mut rows: Vec<T>, limit: usize, cursor: Option<&Cursor>, mark: impl Fn(&T) -> String) -> Slice<T> {
        let more = rows.len() > limit;
        rows.truncate(limit);
        let up = cursor.is_some_and(|cursor| cursor.way == Way::Up);
        if up {
            rows.reverse();
        }
        let (has_newer, has_older) = if up { (more, true) } else { (cursor.is_some(), more) };
        let newer = rows.first().filter(|_| has_newer).map(&mark);
        let older = rows.last().filter(|_| has_older).map(&mark);
        Slice { rows, newer, older }
    }

    /// The same page with other rows.
    pub fn map<U>(self, change: impl FnMut(T) -> U) -> Slice<U> {
        Slice { rows: self.rows.into_iter().map(change).collect(), newer: self.newer, older: self.older }
    }
}

/// Orders a boxed query downwards by a column and, where that is equal, by the key, and begins it at a place.
///
/// The place is `None`, or the way with the value and the key of the row there. The first condition alone bounds what the index
/// reads.
macro_rules! newest_first {
    ($query:expr, $place:expr, $value:expr, $id:expr) => {
        match $place {
            Some(($crate::db::cursor::Way::Down, value, id)) => {
                $query.filter($value.le(value.clone())).filter($value.lt(value).or($id.lt(id))).order(($value.desc(), $id.desc()))
            }
            Some(($crate::db::cursor::Way::Up, value, id)) => {
                $query.filter($value.ge(value.clone())).filter($value.gt(value).or($id.gt(id))).order(($value.asc(), $id.asc()))
            }
            None => $query.order(($value.desc(), $id.desc())),
        }
    };
}

/// The same upwards, from A to Z: the way down leads to greater values.
macro_rules! from_a_to_z {
    ($query:expr, $place:expr, $value:expr, $id:expr) => {
        match $place {
            Some(($crate::db::cursor::Way::Down, value, id)) => {
                $query.filter($value.ge(value.clone())).filter($value.gt(value).or($id.gt(id))).order(($value.asc(), $id.asc()))
            }
            Some(($crate::db::cursor::Way::Up, value, id)) => {
                $query.filter($value.le(value.clone())).filter($value.lt(value).or($id.lt(id))).order(($value.desc(), $id.desc()))
            }
            None => $query.order(($value.asc(), $id.asc())),
        }
    };
}

pub(crate) use {from_a_to_z, newest_first};

#[cfg(test)]
mod tests {
    use super::*;

    fn page(numbers: &[i64], cursor: Option<&Cursor>) -> Slice<i64> {
        Slice::cut(numbers.to_vec(), 2, cursor, |id| Cursor::of_text("x", *id))
    }

    #[test]
    fn the_first_page_leads_down_only() {
        let first = page(&[9, 8, 7], None);
        assert_eq!((first.rows, first.newer, first.older), (vec![9, 8], None, Some("8~x".to_owned())));
    }

    #[test]
    fn a_page_reached_upwards_is_turned_round() {
        let cursor = Cursor::parse(None, Some("5~x")).expect("well formed");
        let up = page(&[6, 7, 8], Some(&cursor));
        assert_eq!((up.rows, up.newer, up.older), (vec![7, 6], Some("7~x".to_owned()), Some("6~x".to_owned())));
    }

    #[test]
    fn nonsense_in_an_address_is_the_first_page() {
        for text in ["", "x", "~", "abc~1", "12"] {
            assert_eq!(Cursor::parse(Some(text), None), None, "{text:?}");
        }
        assert_eq!(Cursor::parse(Some("1~z"), None).and_then(|cursor| cursor.time()), None);
    }
}
