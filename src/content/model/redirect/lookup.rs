//! Where an address leads that nothing answers: for one, or for many at once.
//!
//! Only looked up when nothing else answers, so live pages pay nothing for redirects. One query by hashes finds whatever could lead
//! on, however many redirects there are: the address as asked, in its plain forms, and everything above it for `/*`. Where the
//! target is an address from which a redirect leads on, that one is followed here, so that the browser is sent once. A circle,
//! which only redirects with `/*` can make, leads nowhere.

use super::{BELOW, RedirectId, Status, hash};
use crate::{
    content::model::{entry::EntryState, link},
    db::Conn,
    markup::percent_decoded,
    schema::{entries, redirects},
    web::local_path::local_or,
};
use diesel::prelude::*;
use std::collections::{HashMap, HashSet};

/// How often a target is followed.
const MOST_HOPS: usize = 10;

/// So many parts of an address are looked at for `/*`.
const MOST_PARTS: usize = 30;

/// An address as somebody asks for it.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// The path as it stands in the address, percent-encoded or not.
    pub path: &'a str,
    /// What stands behind the question mark.
    pub query: &'a str,
}

/// Where it leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The redirect that begins there, whose hits are counted.
    pub id: RedirectId,
    /// What is answered.
    pub status: Status,
    /// A path of the site or a full address, with the query that was asked for; `None`: it is gone.
    pub to: Option<String>,
}

/// Where one address leads.
pub fn find(conn: &mut Conn, asked: Asked<'_>) -> QueryResult<Option<Found>> {
    Ok(resolve(conn, &[asked])?.pop().flatten())
}

/// Where each of these addresses leads, in their order. Two queries, and two more for each time that targets lead on.
pub fn resolve(conn: &mut Conn, asked: &[Asked<'_>]) -> QueryResult<Vec<Option<Found>>> {
    let forms: Vec<Forms> = asked.iter().map(|one| Forms::of(one.path, one.query)).collect();
    let rules = load(conn, &forms)?;
    let mut found: Vec<Option<Found>> = forms.iter().map(|forms| forms.choose(&rules)).collect();
    let mut seen: Vec<HashSet<String>> = forms.into_iter().map(|forms| HashSet::from([forms.plain])).collect();
    for _ in 0..MOST_HOPS {
        if follow(conn, &mut found, &mut seen)?.is_empty() {
            return Ok(found);
        }
    }
    for endless in follow(conn, &mut found, &mut seen)? {
        found[endless] = None;
    }
    Ok(found)
}

/// Follows each target on the site from which another redirect leads on; says which those were.
fn follow(conn: &mut Conn, found: &mut [Option<Found>], seen: &mut [HashSet<String>]) -> QueryResult<Vec<usize>> {
    let places: Vec<(usize, Forms)> = found
        .iter()
        .enumerate()
        .filter_map(|(place, found)| Some((place, found.as_ref()?.to.as_deref()?)))
        .filter(|(_, to)| to.starts_with('/'))
        .map(|(place, to)| (place, forms_of_target(to)))
        .collect();
    let forms: Vec<Forms> = places.iter().map(|(_, forms)| forms.clone()).collect();
    let rules = load(conn, &forms)?;
    if rules.is_empty() {
        return Ok(Vec::new());
    }
    let leading: Vec<(usize, Forms, Found)> =
        places.into_iter().filter_map(|(place, forms)| forms.choose(&rules).map(|next| (place, forms, next))).collect();
    let live = live(conn, leading.iter().map(|(_, forms, _)| forms.plain.as_str()))?;
    let mut followed = Vec::new();
    for (place, forms, next) in leading.into_iter().filter(|(_, forms, _)| !live.contains(&forms.plain)) {
        let Some(first) = found[place].as_mut() else { continue };
        if seen[place].insert(forms.plain) {
            followed.push(place);
            first.status = if next.status == Status::Gone { Status::Gone } else { first.status };
            first.to = next.to;
        } else {
            found[place] = None; // a circle
        }
    }
    Ok(followed)
}

fn forms_of_target(to: &str) -> Forms {
    let to = to.split('#').next().unwrap_or("");
    let (path, query) = to.split_once('?').unwrap_or((to, ""));
    Forms::of(path, query)
}

/// Which of these paths a live entry has.
fn live<'a>(conn: &mut Conn, paths: impl Iterator<Item = &'a str>) -> QueryResult<HashSet<String>> {
    let paths: Vec<&str> = paths.collect();
    let live = entries::table.filter(entries::path.eq_any(paths)).filter(entries::state.eq(EntryState::Published));
    Ok(live.select(entries::path.assume_not_null()).load::<String>(conn)?.into_iter().collect())
}

/// A redirect, with where its entry lives if that is live.
struct Rule {
    id: RedirectId,
    status: Status,
    to: Option<String>,
}

fn load(conn: &mut Conn, forms: &[Forms]) -> QueryResult<HashMap<String, Rule>> {
    let wanted: HashSet<&str> = forms.iter().flat_map(|forms| forms.all()).collect();
    let hashes: Vec<Vec<u8>> = wanted.into_iter().map(hash).collect();
    let mut rules = HashMap::new();
    for some in hashes.chunks(2000) {
        type Row = (RedirectId, String, Status, Option<String>, Option<String>, Option<EntryState>, Option<i64>);
        let rows: Vec<Row> = redirects::table
            .left_join(entries::table)
            .filter(redirects::from_hash.eq_any(some))
            .select((
                redirects::id,
                redirects::from_path,
                redirects::status,
                redirects::to_path,
                entries::path.nullable(),
                entries::state.nullable(),
                redirects::target_entry_id,
            ))
            .load(conn)?;
        for (id, from, status, to, path, state, entry) in rows {
            let to = match (status, entry) {
                (Status::Gone, _) => None,
                (_, None) => to,
                (_, Some(_)) => path.filter(|_| state == Some(EntryState::Published)),
            };
            if to.is_some() || status == Status::Gone {
                rules.insert(from, Rule { id, status, to });
            }
        }
    }
    Ok(rules)
}

/// The forms of an address under which there may be a redirect from it.
#[derive(Debug, Clone)]
struct Forms {
    query: String,
    /// With the query: such a redirect uses it up.
    with_query: Vec<String>,
    exact: Vec<String>,
    /// Addresses with `/*` that stand above, the nearest first, each with what of the path lies below it.
    above: Vec<(String, String)>,
    /// The one form that addresses have.
    plain: String,
}

impl Forms {
    fn of(path: &str, query: &str) -> Forms {
        let trimmed = link::trimmed(path);
        let decoded = percent_decoded(trimmed);
        let plain = super::super::lost::normal_form(&decoded);
        let mut exact = vec![path.to_owned(), trimmed.to_owned(), decoded.clone(), plain.clone()];
        exact.dedup();
        let with_query = exact.iter().filter(|_| !query.is_empty()).map(|form| format!("{form}?{query}")).collect();
        let parts = |path: &str| path.split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect::<Vec<String>>();
        let (raw, plain_parts) = (parts(path), parts(&plain));
        let mut above = Vec::new();
        for depth in (1..=raw.len().min(MOST_PARTS)).rev() {
            let rest = raw[depth..].iter().map(|part| format!("/{part}")).collect::<String>();
            let head = percent_decoded(&format!("/{}", raw[..depth].join("/")));
            let small = plain_parts.get(..depth).map(|parts| format!("/{}", parts.join("/"))).unwrap_or_default();
            let heads = if small == head || small.is_empty() { vec![head] } else { vec![head, small] };
            above.extend(heads.into_iter().map(|head| (format!("{head}{BELOW}"), rest.clone())));
        }
        Forms { query: query.to_owned(), with_query, exact, above, plain }
    }

    fn all(&self) -> impl Iterator<Item = &str> {
        let above = self.above.iter().map(|(head, _)| head);
        self.with_query.iter().chain(&self.exact).chain(above).map(String::as_str)
    }

    /// The redirect that stands nearest: from just this address, else from the nearest branch.
    fn choose(&self, rules: &HashMap<String, Rule>) -> Option<Found> {
        let answer = |rule: &Rule, to: Option<String>| Found { id: rule.id, status: rule.status, to };
        if let Some(rule) = self.with_query.iter().find_map(|form| rules.get(form)) {
            return Some(answer(rule, rule.to.clone()));
        }
        if let Some(rule) = self.exact.iter().find_map(|form| rules.get(form)) {
            return Some(answer(rule, rule.to.as_deref().map(|to| with_query(to, &self.query))));
        }
        let (rule, rest) = self.above.iter().find_map(|(head, rest)| Some((rules.get(head)?, rest)))?;
        Some(answer(rule, rule.to.as_deref().map(|to| with_query(&with_rest(to, rest), &self.query))))
    }
}

/// Puts what lay below the old branch below the new one. Never leads to another site where the target is a path of this one.
fn with_rest(to: &str, rest: &str) -> String {
    let Some(base) = to.strip_suffix(BELOW) else { return to.to_owned() };
    let whole = format!("{base}{rest}");
    if !to.starts_with('/') {
        return whole;
    }
    local_or(if whole.is_empty() { "/" } else { &whole }, "/").to_owned()
}

/// Takes the query that was asked for along: behind that of the target, before its fragment.
pub(super) fn with_query(to: &str, query: &str) -> String {
    if query.is_empty() {
        return to.to_owned();
    }
    let (head, fragment) = to.split_once('#').map_or((to, String::new()), |(head, fragment)| (head, format!("#{fragment}")));
    let sign = if head.contains('?') { '&' } else { '?' };
    format!("{head}{sign}{query}{fragment}")
}

/// Those of these addresses from which a redirect leads to something.
pub fn leading(conn: &mut Conn, from: &[&str]) -> QueryResult<Vec<String>> {
    let asked: Vec<Asked<'_>> = from.iter().map(|path| Asked { path, query: "" }).collect();
    let found = resolve(conn, &asked)?;
    let leading = from.iter().zip(found).filter(|(_, found)| found.as_ref().is_some_and(|found| found.to.is_some()));
    Ok(leading.map(|(path, _)| (*path).to_owned()).collect())
}

/// Where these redirects, from and to, lead who asks for an address; `Some(None)`: what was there is gone. For tests and fuzzing, which
/// have no database.
#[cfg(any(test, fuzzing))]
pub fn matched(of: &[(&str, Option<&str>)], path: &str, query: &str) -> Option<Option<String>> {
    let rule = |(number, (from, to)): (usize, &(&str, Option<&str>))| {
        let status = if to.is_some() { Status::Moved } else { Status::Gone };
        ((*from).to_owned(), Rule { id: (number as i64).into(), status, to: to.map(str::to_owned) })
    };
    let rules = of.iter().enumerate().map(rule).collect();
    Forms::of(path, query).choose(&rules).map(|found| found.to)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn led(of: &[(&str, Option<&str>)], path: &str, query: &str) -> Option<String> {
        matched(of, path, query).map(|to| to.unwrap_or_else(|| "gone".to_owned()))
    }

    #[test]
    fn what_stands_nearest_leads_on() {
        let of = &[("/a", Some("/b")), ("/a/*", Some("/c/*")), ("/a/x/*", Some("/d")), ("/gone/*", None), ("/p?id=1", Some("/one"))];
        let to = |path: &str| led(of, path, "");
        assert_eq!(to("/a").as_deref(), Some("/b"));
        assert_eq!(to("/A/").as_deref(), Some("/b"));
        assert_eq!(to("/a/y/z").as_deref(), Some("/c/y/z"));
        assert_eq!(to("/a/x").as_deref(), Some("/d"));
        assert_eq!(to("/a/x/deep/er").as_deref(), Some("/d"));
        assert_eq!(to("/gone").as_deref(), Some("gone"));
        assert_eq!((to("/ab"), to("/")), (None, None));
        assert_eq!(led(of, "/p", "id=1").as_deref(), Some("/one"));
        assert_eq!(led(of, "/p", "id=2"), None);
    }

    #[test]
    fn the_query_goes_along() {
        let of = &[("/a", Some("/b#end")), ("/c", Some("/d?x=1")), ("/e/*", Some("https://example.net/*"))];
        assert_eq!(led(of, "/a", "q=1").as_deref(), Some("/b?q=1#end"));
        assert_eq!(led(of, "/c", "q=1").as_deref(), Some("/d?x=1&q=1"));
        assert_eq!(led(of, "/e/f", "q=1").as_deref(), Some("https://example.net/f?q=1"));
    }

    #[test]
    fn nobody_is_led_to_another_site_by_what_he_asks_for() {
        let of = &[("/old/*", Some("/*"))];
        for path in ["/old//evil.example", "/old/\\evil.example", "/old/\t/evil.example"] {
            let to = led(of, path, "").expect("it leads on");
            assert!(to.starts_with('/') && !to[1..].starts_with(['/', '\\']), "{path} leads to {to}");
        }
        assert_eq!(led(of, "/old", "").as_deref(), Some("/"));
    }

    #[test]
    fn letters_are_found_however_they_are_written() {
        let of = &[("/caf\u{e9}", Some("/coffee")), ("/caf\u{e9}/*", Some("/coffee/*"))];
        assert_eq!(led(of, "/caf%C3%A9", "").as_deref(), Some("/coffee"));
        assert_eq!(led(of, "/caf%C3%A9/cr%C3%A8me", "").as_deref(), Some("/coffee/cr%C3%A8me"));
    }
}
