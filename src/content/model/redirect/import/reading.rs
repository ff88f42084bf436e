//! Takes a list apart: CSV (RFC 4180) with commas, semicolons or tabs, with a head line or without.

use super::super::BELOW;
use csv::{ReaderBuilder, StringRecord, Trim};

/// Lines of a list, at most.
pub const MOST: usize = 100_000;

/// Bytes of a list, at most.
pub const LARGEST: usize = 16 * 1024 * 1024;

/// A cell that is longer than this is no address.
const LONGEST: usize = 2000;

/// A line of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// In the file, from 1.
    pub number: i32,
    /// The old address; with `/*` at its end if the line's type says so.
    pub from: String,
    /// The new one.
    pub to: String,
    /// A status or a word for it, in small letters.
    pub status: String,
    /// Why nothing can be made of it.
    pub problem: Option<String>,
}

/// Which column is which.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Columns {
    from: usize,
    to: usize,
    kind: Option<usize>,
    status: Option<usize>,
}

const FROM: &[&str] = &["from", "source", "old", "old url", "old address", "old path", "source url", "request", "redirect from", "url"];
const TO: &[&str] = &["to", "target", "new", "new url", "new address", "new path", "destination", "target url", "redirect to"];
const KIND: &[&str] = &["type", "match", "kind", "match type"];
const STATUS: &[&str] = &["status", "code", "status code", "http code", "http status", "action code", "redirect type"];

/// Reads a list, or says why it is none.
pub fn read(bytes: &[u8]) -> Result<Vec<Line>, String> {
    let text = decoded(bytes);
    let text = text.trim_start_matches('\u{feff}');
    let mut reader =
        ReaderBuilder::new().has_headers(false).flexible(true).trim(Trim::All).delimiter(delimiter(text)).from_reader(text.as_bytes());
    let mut columns = None;
    let mut lines = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|_| "This is no list in CSV. Save it as CSV with UTF-8 and send it again.".to_owned())?;
        if columns.is_none() {
            let (found, is_head) = head(&record);
            columns = Some(found);
            if is_head {
                continue;
            }
        }
        if let Some(columns) = columns
            && record.iter().any(|cell| !cell.is_empty())
        {
            let last = lines.last().map_or(0, |line: &Line| line.number);
            lines.push(line(&record, columns, last));
        }
        if lines.len() > MOST {
            return Err("This list has more than 100,000 lines. Send it in parts.".to_owned());
        }
    }
    if lines.is_empty() {
        return Err("This list has no lines. Each line has an old address and a new one: /old,/new".to_owned());
    }
    Ok(lines)
}

/// As UTF-8; what is not, as tables were saved before (Windows-1252, of which the letters are those of Latin-1).
fn decoded(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap_or_else(|_| bytes.iter().map(|byte| char::from(*byte)).collect())
}

/// Whichever sign the first line has most of.
fn delimiter(text: &str) -> u8 {
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or("");
    let count = |sign: char| first.matches(sign).count();
    [b',', b';', b'\t'].into_iter().rev().max_by_key(|sign| count(char::from(*sign))).unwrap_or(b',')
}

/// The columns by the names in the first line, and whether that is a head line at all.
fn head(first: &StringRecord) -> (Columns, bool) {
    let names: Vec<String> = first.iter().map(|cell| cell.to_lowercase().replace(['_', '-'], " ")).collect();
    let find = |known: &[&str]| names.iter().position(|name| known.contains(&name.as_str()));
    match (find(FROM), find(TO)) {
        (Some(from), Some(to)) => (Columns { from, to, kind: find(KIND), status: find(STATUS) }, true),
        _ => (Columns { from: 0, to: 1, kind: None, status: None }, false),
    }
}

/// `last` is the number of the line before: where line ends are odd, numbers still grow.
fn line(record: &StringRecord, columns: Columns, last: i32) -> Line {
    let number = record.position().and_then(|position| i32::try_from(position.line()).ok()).unwrap_or(0).max(last + 1);
    let cell = |at: usize| unguarded(record.get(at).unwrap_or("")).to_owned();
    let (mut from, mut to) = (cell(columns.from), cell(columns.to));
    let kind = columns.kind.map(cell).unwrap_or_default().to_lowercase();
    let status = match columns.status {
        Some(at) => cell(at),
        // Without a head line, a number anywhere behind the addresses is the status.
        None => {
            record.iter().skip(2).find(|cell| cell.len() == 3 && cell.bytes().all(|sign| sign.is_ascii_digit())).unwrap_or("").to_owned()
        }
    };
    let mut problem = None;
    match kind.as_str() {
        "" | "exact" | "url" => {}
        "prefix" | "branch" | "wildcard" | "starts with" if !from.ends_with(BELOW) => {
            from = below(&from);
            to = if to.is_empty() || to.contains(['*', '?', '#']) { to } else { below(&to) };
        }
        "prefix" | "branch" | "wildcard" | "starts with" => {}
        "regex" | "regexp" => problem = Some("Patterns are not read. Write an address, or one with /* at its end.".to_owned()),
        other => problem = Some(format!("The type “{}” is not known. Write exact or prefix.", shortened(other))),
    }
    if from.len() > LONGEST || to.len() > LONGEST {
        problem = Some("An address of this line is too long to be one.".to_owned());
    }
    let cut = |text: String| text.chars().take(LONGEST / 4).collect();
    Line { number, from: cut(from), to: cut(to), status: shortened(&status.to_lowercase()), problem }
}

/// The address for everything below this one.
fn below(address: &str) -> String {
    format!("{}{BELOW}", address.trim_end_matches(['/', '*']))
}

/// Takes off the apostrophe that keeps a table from reading a formula.
fn unguarded(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|rest| rest.starts_with(['=', '+', '-', '@'])).unwrap_or(cell)
}

fn shortened(text: &str) -> String {
    text.chars().take(16).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(text: &str) -> Vec<(String, String, String)> {
        read(text.as_bytes()).expect("a list").into_iter().map(|line| (line.from, line.to, line.status)).collect()
    }

    fn three(from: &str, to: &str, status: &str) -> (String, String, String) {
        (from.to_owned(), to.to_owned(), status.to_owned())
    }

    #[test]
    fn lists_are_read_however_they_are_saved() {
        assert_eq!(pairs("/a,/b\n"), [three("/a", "/b", "")]);
        assert_eq!(pairs("\u{feff}From;To;Type;Status\r\n/a;/b;prefix;302\r\n"), [three("/a/*", "/b/*", "302")]);
        assert_eq!(pairs("Status Code\tNew_URL\tSource URL\n410\t\t/gone\n"), [three("/gone", "", "410")]);
        assert_eq!(pairs("/a,/b,301\n\n/c,/d,exact,302"), [three("/a", "/b", "301"), three("/c", "/d", "302")]);
        assert_eq!(pairs("from,to\n\"/with, comma\",\"/b\"\"\"\n"), [three("/with, comma", "/b\"", "")]);
        assert_eq!(read(b"/caf\xe9,/b").expect("a list")[0].from, "/caf\u{e9}");
    }

    #[test]
    fn what_is_no_list_is_told() {
        for text in ["", "\n\n", "from,to\n"] {
            assert!(read(text.as_bytes()).is_err(), "{text:?}");
        }
        assert!(read(&"/a,/b\n".repeat(MOST + 1).into_bytes()).is_err());
    }

    #[test]
    fn hostile_lines_are_lines_like_others() {
        let text = "from,to,type,status\n=cmd|' /C calc'!A0,/b,,\n'=1+1,/b,,\n/x,/y,regex,\n/a,\"open\n/b,/c,sideways,999\n";
        let lines = read(text.as_bytes()).expect("a list");
        assert_eq!(lines[1].from, "=1+1");
        assert!(lines[2].problem.is_some());
        assert!(lines.len() >= 4 && lines.iter().all(|line| line.from.len() <= LONGEST));
        let long = read(format!("/{},/b", "x".repeat(100_000)).as_bytes()).expect("a list");
        assert!(long[0].problem.is_some() && long[0].from.len() <= LONGEST);
        assert!(read(&[0, 255, 0, 10, 44]).is_ok());
    }
}
