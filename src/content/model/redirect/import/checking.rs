//! Says of each line of a list what it would do, before anything is done.

use super::{
    super::{Asked, BELOW, Redirect, Status, resolve, written},
    BATCH, Fate, Import, ImportId, Progress, Row, advance, status_of,
};
use crate::{
    content::model::{
        address::{self, Standing},
        entry::{EntryId, Listed},
        redirect::hash,
    },
    db::Conn,
    error::AppResult,
    schema::{entries, redirect_import_rows, redirects},
};
use diesel::{
    dsl::{DuplicatedKeys, sql},
    prelude::*,
    sql_types::Text,
};
use std::collections::{HashMap, HashSet};

/// How often a target is followed within the list.
const MOST_HOPS: usize = 20;

/// A line that can be read.
#[derive(Debug, Clone)]
struct Wanted {
    line: i32,
    from: String,
    /// Empty: it is gone.
    to: String,
    status: Status,
    told: Vec<String>,
    refused: Option<String>,
}

/// The whole list as far as it can be read: which line counts for an address, and where that leads.
struct Whole(HashMap<String, (i32, String)>);

/// Looks at the next lines of a list, and says whether there are more; `base_url` is where the site stands.
pub fn step(conn: &mut Conn, id: ImportId, base_url: &str) -> AppResult<bool> {
    let import = Import::find(conn, id)?;
    if import.state != Progress::Checking {
        return Ok(false);
    }
    let unchecked = Row::query().filter(redirect_import_rows::import_id.eq(id)).filter(redirect_import_rows::fate.eq(Fate::Unchecked));
    let rows: Vec<Row> = unchecked.order(redirect_import_rows::line).limit(BATCH).load(conn)?;
    let Some(last) = rows.last().map(|row| row.line) else {
        advance(conn, id, Progress::Checked, 0)?;
        return Ok(false);
    };
    let whole = Whole::load(conn, id, base_url)?;
    check(conn, id, rows, last, &whole, base_url)?;
    Ok(true)
}

/// The same for a whole long list, whose lines are read once.
pub fn all(db: &crate::db::Db, id: ImportId, base_url: &str) -> AppResult<()> {
    let whole = db.read_here(|conn| Whole::load(conn, id, base_url))?;
    loop {
        let more = db.write_here(|conn| {
            let unchecked =
                Row::query().filter(redirect_import_rows::import_id.eq(id)).filter(redirect_import_rows::fate.eq(Fate::Unchecked));
            let rows: Vec<Row> = unchecked.order(redirect_import_rows::line).limit(BATCH).load(conn)?;
            match rows.last().map(|row| row.line) {
                Some(last) => check(conn, id, rows, last, &whole, base_url).map(|()| true),
                None => Ok(false),
            }
        })?;
        if !more {
            break;
        }
    }
    db.write_here(|conn| match Import::find(conn, id)?.state {
        Progress::Checking => Ok(advance(conn, id, Progress::Checked, 0)?),
        _ => Ok(()),
    })
}

impl Whole {
    fn load(conn: &mut Conn, id: ImportId, base_url: &str) -> AppResult<Whole> {
        let rows: Vec<(i32, String, String, String)> = redirect_import_rows::table
            .filter(redirect_import_rows::import_id.eq(id))
            .filter(redirect_import_rows::fate.ne(Fate::Refused))
            .order(redirect_import_rows::line)
            .select((
                redirect_import_rows::line,
                redirect_import_rows::from_path,
                redirect_import_rows::to_path,
                redirect_import_rows::status,
            ))
            .load(conn)?;
        let read = rows.into_iter().filter_map(|(line, from, to, status)| Some((line, read(&from, &to, &status, base_url).ok()?)));
        let mut whole: HashMap<String, (i32, String)> = read.map(|(line, (from, to, _))| (from, (line, to))).collect();
        let addresses: Vec<String> = whole.keys().filter(|from| !from.contains('?')).cloned().collect();
        for some in addresses.chunks(1000) {
            let some: Vec<&str> = some.iter().map(String::as_str).collect();
            let standing = address::standing(conn, &some)?;
            // Nobody is led away from what is live.
            whole.retain(|from, _| !matches!(standing.get(from), Some(Standing::Live(_) | Standing::Program)));
        }
        Ok(Whole(whole))
    }

    /// Leads a line where it ends by way of other lines, or refuses it for a circle.
    fn follow(&self, wanted: &mut Wanted) {
        let mut seen = HashSet::from([wanted.from.clone()]);
        for _ in 0..MOST_HOPS {
            let Some((line, to)) = self.0.get(&wanted.to).filter(|(_, to)| !to.is_empty() && !wanted.to.ends_with(BELOW)) else { return };
            if !seen.insert(wanted.to.clone()) || *to == wanted.from {
                wanted.refused = Some(format!("It leads to {}, which line {line} leads back: a visitor would go in a circle.", wanted.to));
                return;
            }
            wanted.told.push(format!("Line {line} leads {} on, so this one leads straight to {to}.", wanted.to));
            wanted.to.clone_from(to);
        }
    }
}

/// Old address, new address, status; or why not.
fn read(from: &str, to: &str, status: &str, base_url: &str) -> Result<(String, String, Status), String> {
    let status = status_of(status).ok_or_else(|| format!("The status “{status}” is not known. Write 301, 302, 308 or 410."))?;
    let from = written::from(from)?;
    let to = if status == Status::Gone { String::new() } else { written::to(to, from.ends_with(BELOW), base_url)? };
    if from == to {
        return Err("Both addresses are the same.".to_owned());
    }
    Ok((from, to, status))
}

/// What is known of the addresses of some lines.
struct Known {
    standing: HashMap<String, Standing>,
    /// Where targets lead on.
    onwards: HashMap<String, String>,
    /// What leads from the old addresses now.
    redirects: HashMap<String, Redirect>,
    /// Where the entries live to which those lead.
    entries: HashMap<EntryId, Option<String>>,
}

fn check(conn: &mut Conn, id: ImportId, rows: Vec<Row>, last: i32, whole: &Whole, base_url: &str) -> AppResult<()> {
    let (mut wanted, mut checked) = (Vec::new(), Vec::new());
    for row in rows {
        match read(&row.from_path, &row.to_path, &row.status, base_url) {
            Ok((from, to, status)) => wanted.push(Wanted { line: row.line, from, to, status, told: Vec::new(), refused: None }),
            Err(told) => checked.push(Row { fate: Fate::Refused, told, ..row }),
        }
    }
    for one in &mut wanted {
        match whole.0.get(&one.from) {
            Some((line, _)) if *line != one.line => {
                one.refused = Some(format!("Line {line} has the same old address, and counts instead."))
            }
            _ => whole.follow(one),
        }
    }
    let known = Known::load(conn, &wanted)?;
    checked.extend(wanted.into_iter().map(|one| known.judge(one)));
    store(conn, id, &checked)?;
    let done: i64 = redirect_import_rows::table
        .filter(redirect_import_rows::import_id.eq(id))
        .filter(redirect_import_rows::line.le(last))
        .count()
        .get_result(conn)?;
    Ok(advance(conn, id, Progress::Checking, done as i32)?)
}

impl Known {
    fn load(conn: &mut Conn, wanted: &[Wanted]) -> AppResult<Known> {
        let from: Vec<&str> = wanted.iter().map(|one| one.from.split('?').next().unwrap_or("")).collect();
        let to: Vec<&str> = wanted.iter().map(|one| path_of(&one.to)).filter(|to| to.starts_with('/')).collect();
        let standing = address::standing(conn, &[from, to.clone()].concat())?;
        let loose: Vec<&str> = to.into_iter().filter(|to| !standing.contains_key(*to)).collect();
        let found = resolve(conn, &loose.iter().map(|path| Asked { path, query: "" }).collect::<Vec<_>>())?;
        let onwards = loose.iter().zip(found).filter_map(|(path, found)| Some(((*path).to_owned(), found?.to?))).collect();
        let hashes: Vec<Vec<u8>> = wanted.iter().map(|one| hash(&one.from)).collect();
        let rows: Vec<Redirect> = Redirect::query().filter(redirects::from_hash.eq_any(hashes)).load(conn)?;
        let ids: Vec<EntryId> = rows.iter().filter_map(|row| row.target_entry_id).collect();
        let targets: Vec<Listed> = Listed::query().filter(entries::id.eq_any(ids)).load(conn)?;
        Ok(Known {
            standing,
            onwards,
            redirects: rows.into_iter().map(|row| (row.from_path.clone(), row)).collect(),
            entries: targets.into_iter().map(|entry| (entry.id, entry.path)).collect(),
        })
    }

    fn judge(&self, mut one: Wanted) -> Row {
        let at = one.from.split('?').next().unwrap_or("");
        if one.refused.is_none() && at == one.from && matches!(self.standing.get(at), Some(Standing::Live(_) | Standing::Program)) {
            one.refused = Some(format!("A live page stands at {at}, so nobody would be led away from there."));
        }
        if one.refused.is_none()
            && let Some(end) = self.onwards.get(path_of(&one.to)).filter(|_| !one.to.ends_with(BELOW))
        {
            if *end == one.from {
                one.refused = Some(format!("{} leads back to {}: a visitor would go in a circle.", one.to, one.from));
            } else {
                one.told.push(format!("{} only leads on to {end}, so this one leads straight there.", one.to));
                one.to.clone_from(end);
            }
        } else if one.to.starts_with('/') && !one.to.ends_with(BELOW) && !self.standing.contains_key(path_of(&one.to)) {
            one.told.push(format!("There is no page at {} yet.", path_of(&one.to)));
        }
        let fate = match (&one.refused, self.redirects.get(&one.from)) {
            (Some(_), _) => Fate::Refused,
            (None, None) => Fate::New,
            (None, Some(there)) if self.leads(there) == one.to && there.status == one.status => Fate::Same,
            (None, Some(there)) => {
                one.told.push(format!("Now it leads to {}.", self.leads(there)));
                Fate::Replaces
            }
        };
        let told = one.refused.unwrap_or_else(|| one.told.join(" ")).chars().take(500).collect();
        Row { line: one.line, from_path: one.from, to_path: one.to, status: one.status.word().to_owned(), fate, told }
    }

    fn leads<'a>(&'a self, redirect: &'a Redirect) -> &'a str {
        let entry = redirect.target_entry_id.and_then(|id| self.entries.get(&id)).and_then(Option::as_deref);
        entry.or(redirect.to_path.as_deref()).unwrap_or("")
    }
}

fn path_of(to: &str) -> &str {
    to.split(['?', '#']).next().unwrap_or("")
}

/// Writes what was found out, in one statement.
fn store(conn: &mut Conn, id: ImportId, rows: &[Row]) -> QueryResult<()> {
    let rows: Vec<_> = rows
        .iter()
        .map(|row| {
            (
                redirect_import_rows::import_id.eq(id),
                redirect_import_rows::line.eq(row.line),
                redirect_import_rows::from_path.eq(&row.from_path),
                redirect_import_rows::to_path.eq(&row.to_path),
                redirect_import_rows::status.eq(&row.status),
                redirect_import_rows::fate.eq(row.fate),
                redirect_import_rows::told.eq(&row.told),
            )
        })
        .collect();
    let set = (
        redirect_import_rows::from_path.eq(sql::<Text>("VALUES(from_path)")),
        redirect_import_rows::to_path.eq(sql::<Text>("VALUES(to_path)")),
        redirect_import_rows::status.eq(sql::<Text>("VALUES(status)")),
        redirect_import_rows::fate.eq(sql::<Text>("VALUES(fate)")),
        redirect_import_rows::told.eq(sql::<Text>("VALUES(told)")),
    );
    diesel::insert_into(redirect_import_rows::table).values(rows).on_conflict(DuplicatedKeys).do_update().set(set).execute(conn).map(drop)
}
