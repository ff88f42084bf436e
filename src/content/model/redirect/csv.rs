//! Redirects as a list in CSV (RFC 4180), with a head line: `from,to,type,status`.
//!
//! A program for tables must not take a cell for a formula: one that begins with `=`, `+`, `-`, `@`, a tab or a line end gets an
//! apostrophe before it (OWASP, CSV injection).

use super::Status;
use crate::{
    db::Conn,
    error::{AppError, AppResult},
    schema::{entries, redirects},
};
use ::csv::WriterBuilder;
use diesel::prelude::*;

/// Key, old address, new address, address of the entry, status.
type Row = (i64, String, Option<String>, Option<String>, Status);

/// Rows that are read from the table at once.
const BATCH: i64 = 5000;

/// All redirects, by address; one to an entry with the address at which that lives now.
pub fn export(conn: &mut Conn) -> AppResult<Vec<u8>> {
    let failed = |error: ::csv::Error| AppError::Internal(error.into());
    let mut list = WriterBuilder::new().from_writer(Vec::new());
    list.write_record(["from", "to", "type", "status"]).map_err(failed)?;
    let mut last = 0;
    loop {
        let rows: Vec<Row> = redirects::table
            .left_join(entries::table)
            .filter(redirects::id.gt(last))
            .order(redirects::id)
            .select((redirects::id, redirects::from_path, redirects::to_path, entries::path.nullable(), redirects::status))
            .limit(BATCH)
            .load(conn)?;
        let Some((newest, ..)) = rows.last() else { break };
        last = *newest;
        for (_, from, to, path, status) in &rows {
            let to = path.as_deref().or(to.as_deref()).unwrap_or("");
            list.write_record([&*guarded(from), &*guarded(to), kind(from), status.word()]).map_err(failed)?;
        }
    }
    list.into_inner().map_err(|error| AppError::Internal(error.to_string().into()))
}

/// The word for an address that stands for all below it, or for itself alone.
fn kind(from: &str) -> &'static str {
    if from.ends_with(super::BELOW) { "prefix" } else { "exact" }
}

fn guarded(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) { format!("'{cell}") } else { cell.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::guarded;

    #[test]
    fn no_cell_is_a_formula() {
        assert_eq!(["=1+1", "@x", "/a", "", "https://x.example"].map(guarded), ["'=1+1", "'@x", "/a", "", "https://x.example"]);
    }
}
