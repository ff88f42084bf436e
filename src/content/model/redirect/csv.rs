//! Redirects as a list in CSV, with a head line: `from,to,type,status`.

use super::Status;
use crate::{
    db::Conn,
    error::AppResult,
    schema::{entries, redirects},
    web::csv::Table,
};
use diesel::prelude::*;

/// Key, old address, new address, address of the entry, status.
type Row = (i64, String, Option<String>, Option<String>, Status);

/// Rows that are read from the table at once.
const BATCH: i64 = 5000;

/// All redirects, by address; one to an entry with the address at which that lives now.
pub fn export(conn: &mut Conn) -> AppResult<Vec<u8>> {
    let mut list = Table::new(&["from", "to", "type", "status"])?;
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
            list.row(&[from, to, kind(from), status.word()])?;
        }
    }
    list.finish()
}

/// The word for an address that stands for all below it, or for itself alone.
fn kind(from: &str) -> &'static str {
    if from.ends_with(super::BELOW) { "prefix" } else { "exact" }
}
