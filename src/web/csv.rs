//! Tables as files in CSV (RFC 4180), for programs that calculate.
//!
//! Such a program must not take a cell for a formula: one that begins with `=`, `+`, `-`, `@`, their wide forms, a tab or a line
//! end gets an apostrophe before it (OWASP, CSV injection). What is read back in takes that away again.

use crate::error::{AppError, AppResult};
use actix_web::{
    HttpResponse,
    http::header::{CACHE_CONTROL, CONTENT_DISPOSITION},
};
use csv::{Writer, WriterBuilder};
use std::borrow::Cow;

/// Signs with which a formula begins, or that programs pass over before one.
const FORMULA: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

/// A table that is being written.
pub struct Table(Writer<Vec<u8>>);

impl Table {
    /// Begins one with its head line.
    pub fn new(head: &[&str]) -> AppResult<Table> {
        let mut table = Table(WriterBuilder::new().from_writer(Vec::new()));
        table.row(head)?;
        Ok(table)
    }

    /// Adds a line.
    pub fn row<S: AsRef<str>>(&mut self, cells: &[S]) -> AppResult<()> {
        let cells = cells.iter().map(|cell| guarded(cell.as_ref()).into_owned());
        self.0.write_record(cells).map_err(|error| AppError::Internal(error.into()))
    }

    /// All of it.
    pub fn finish(self) -> AppResult<Vec<u8>> {
        self.0.into_inner().map_err(|error| AppError::Internal(error.to_string().into()))
    }
}

fn guarded(cell: &str) -> Cow<'_, str> {
    if cell.starts_with(FORMULA) { Cow::Owned(format!("'{cell}")) } else { Cow::Borrowed(cell) }
}

/// The answer that a browser saves under that name, which is one of ours.
pub fn download(name: &str, table: Vec<u8>) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8; header=present")
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
        .body(table)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        let guarded = ["=1+1", "@x", "/a", "", "https://x.example", "＝1", "\t=1"].map(|cell| guarded(cell).into_owned());
        assert_eq!(guarded, ["'=1+1", "'@x", "/a", "", "https://x.example", "'＝1", "'\t=1"]);
    }

    #[test]
    fn a_cell_may_hold_anything() {
        let mut table = Table::new(&["a", "b"]).expect("a head");
        table.row(&["x,\"y\"\nz", "🦀"]).expect("a line");
        assert_eq!(table.finish().expect("a table"), "a,b\n\"x,\"\"y\"\"\nz\",🦀\n".as_bytes());
    }
}
