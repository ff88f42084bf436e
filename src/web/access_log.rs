//! The access log: one line a request, on standard error like the rest of the log.
//!
//! Lines are gathered for each thread that answers requests, and a thread of their own writes them, at the latest after
//! [`DELAY`]: no request waits for a disk or a terminal. When whoever reads them is too slow, lines are lost rather than
//! answers held up, and a warning says how many. `RUST_LOG` switches it off: `RUST_LOG=info,access=off`. Start at [`start`].

use super::reference::Reference;
use actix_web::{
    http::{Method, Uri},
    rt,
};
use std::{
    cell::RefCell,
    io::Write,
    net::IpAddr,
    sync::{
        OnceLock,
        atomic::{AtomicU64, Ordering},
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    thread,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

/// How old a line may become before it is written.
pub const DELAY: Duration = Duration::from_millis(250);

/// Bytes that a thread gathers before it hands them over early, and how many such loads wait at most.
const LOAD: usize = 32 * 1024;
const WAITING: usize = 64;

/// What is done with gathered lines.
enum Order {
    Write(Vec<u8>),
    /// Everything before has been written when this is answered.
    Answer(SyncSender<()>),
}

static WRITER: OnceLock<SyncSender<Order>> = OnceLock::new();
static LOST: AtomicU64 = AtomicU64::new(0);

thread_local! {
    static LINES: RefCell<Lines> = const { RefCell::new(Lines { bytes: Vec::new(), second: 0, stamp: String::new() }) };
}

/// What a thread has gathered; handed over when the thread ends.
struct Lines {
    bytes: Vec<u8>,
    /// The second that `stamp` says.
    second: u64,
    stamp: String,
}

/// An answered request, as its line tells it.
pub struct Answered<'a> {
    /// Names the request.
    pub reference: &'a Reference,
    /// Who has sent it, where known.
    pub client: Option<IpAddr>,
    /// Status of the answer.
    pub status: u16,
    /// When the request came, in microseconds since 1970.
    pub begun: i64,
    /// Bytes of the body before transfer coding, where known.
    pub bytes: Option<u64>,
    /// Method of the request.
    pub method: &'a Method,
    /// Address of the request; tokens in it are left out.
    pub uri: &'a Uri,
}

/// Starts the thread that writes, if the log is on. Without it nothing is gathered.
pub fn start() {
    if log::log_enabled!(target: "access", log::Level::Info) {
        WRITER.get_or_init(|| {
            let (orders, received) = sync_channel(WAITING);
            let writer = thread::Builder::new().name("access-log".to_owned());
            if let Err(error) = writer.spawn(move || write_all(&received)) {
                log::warn!("the access log is off: {error}");
            }
            orders
        });
    }
}

fn write_all(received: &Receiver<Order>) {
    while let Ok(order) = received.recv() {
        match order {
            // Nobody is left to be told that standard error is closed.
            Order::Write(lines) => drop(std::io::stderr().lock().write_all(&lines)),
            Order::Answer(waiting) => drop(waiting.send(())),
        }
        match LOST.swap(0, Ordering::Relaxed) {
            0 => {}
            lost => log::warn!("{lost} bytes of the access log were lost: they came faster than they could be written"),
        }
    }
}

/// Hands over this thread's lines every [`DELAY`]; to be called once on each thread that answers requests.
pub fn hand_over_regularly() {
    if WRITER.get().is_some() {
        rt::spawn(async {
            loop {
                rt::time::sleep(DELAY).await;
                LINES.with_borrow_mut(Lines::hand_over);
            }
        });
    }
}

/// Waits until what was handed over is written, for two seconds at most. Threads that have ended have handed over theirs.
pub fn finish() {
    if let Some(writer) = WRITER.get() {
        let (answer, waiting) = sync_channel(1);
        if writer.send(Order::Answer(answer)).is_ok() {
            waiting.recv_timeout(Duration::from_secs(2)).ok();
        }
    }
}

/// Notes an answered request.
pub fn note(answered: &Answered<'_>) {
    if WRITER.get().is_some() {
        LINES.with_borrow_mut(|lines| {
            lines.add(answered, SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default());
            if lines.bytes.len() >= LOAD {
                lines.hand_over();
            }
        });
    }
}

impl Lines {
    fn add(&mut self, answered: &Answered<'_>, now: Duration) {
        if self.second != now.as_secs() {
            self.second = now.as_secs();
            let moment = chrono::DateTime::from_timestamp(self.second.cast_signed(), 0).unwrap_or_default();
            self.stamp = moment.format("%Y-%m-%dT%H:%M:%S").to_string();
        }
        let line = &mut self.bytes;
        line.push(b'[');
        line.extend_from_slice(self.stamp.as_bytes());
        let millis = now.subsec_millis();
        line.extend_from_slice(&[b'.', digit(millis / 100), digit(millis / 10), digit(millis)]);
        line.extend_from_slice(b"Z INFO  access] ");
        line.extend_from_slice(answered.reference.as_str().as_bytes());
        line.push(b' ');
        number(line, u64::from(answered.status));
        line.push(b' ');
        // Where somebody has set the clock back in between, it took no time.
        number(line, u64::try_from(i64::try_from(now.as_micros()).unwrap_or(i64::MAX) - answered.begun).unwrap_or(0));
        line.extend_from_slice(b" us ");
        match answered.bytes {
            Some(bytes) => number(line, bytes),
            None => line.push(b'-'),
        }
        line.extend_from_slice(b" B ");
        match answered.client {
            // Writing to memory does not fail.
            Some(client) => drop(write!(line, "{client} ")),
            None => line.extend_from_slice(b"- "),
        }
        line.extend_from_slice(answered.method.as_str().as_bytes());
        line.push(b' ');
        address(line, answered.uri);
        line.push(b'\n');
    }

    fn hand_over(&mut self) {
        if self.bytes.is_empty() {
            return;
        }
        let lines = std::mem::replace(&mut self.bytes, Vec::with_capacity(LOAD + 1024));
        let length = lines.len() as u64;
        if WRITER.get().is_some_and(|writer| writer.try_send(Order::Write(lines)).is_err()) {
            LOST.fetch_add(length, Ordering::Relaxed);
        }
    }
}

impl Drop for Lines {
    fn drop(&mut self) {
        self.hand_over();
    }
}

fn digit(number: u32) -> u8 {
    b'0' + (number % 10) as u8
}

fn number(line: &mut Vec<u8>, mut value: u64) {
    let from = line.len();
    loop {
        line.push(b'0' + (value % 10) as u8);
        value /= 10;
        if value == 0 {
            break;
        }
    }
    line[from..].reverse();
}

/// A path in two parts, between which the token of a share link is left out.
pub fn without_token(path: &str) -> (&str, &str) {
    match path.strip_prefix("/review/") {
        Some(rest) => ("/review/…", rest.find('/').map_or("", |end| &rest[end..])),
        None => (path, ""),
    }
}

/// Leaves out the tokens of links: who may read the log may not use them.
fn address(line: &mut Vec<u8>, uri: &Uri) {
    let (path, rest) = without_token(uri.path());
    line.extend_from_slice(path.as_bytes());
    line.extend_from_slice(rest.as_bytes());
    let Some(query) = uri.query() else { return };
    for (place, part) in query.split('&').enumerate() {
        line.push(if place == 0 { b'?' } else { b'&' });
        line.extend_from_slice(if part.starts_with("token=") { "token=…" } else { part }.as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn logged(uri: &str) -> String {
        let mut lines = Lines { bytes: Vec::new(), second: 0, stamp: String::new() };
        let (reference, uri) = (Reference::fresh(), uri.parse().expect("an address"));
        let answered = Answered {
            reference: &reference,
            client: "203.0.113.9".parse().ok(),
            status: 200,
            begun: 1_795_425_673_041_000,
            bytes: Some(21_005),
            method: &Method::GET,
            uri: &uri,
        };
        lines.add(&answered, Duration::from_millis(1_795_425_673_042));
        let line = String::from_utf8(std::mem::take(&mut lines.bytes)).expect("text");
        line.replace(reference.as_str(), "REF")
    }

    #[test]
    fn a_line_says_when_who_what_and_how_long() {
        let line = logged("/posts/a?before=1~2");
        let (head, tail) = line.split_once(" us ").expect("a duration");
        assert!(head.starts_with("[2026-11-23T09:21:13.042Z INFO  access] REF 200 1000"), "{line}");
        assert_eq!(tail, "21005 B 203.0.113.9 GET /posts/a?before=1~2\n");
    }

    #[test]
    fn no_line_can_be_forged() {
        // A target with a line end or another control character is no URI, so it never comes as far as this.
        for target in ["/a\nb", "/a\rb", "/a\u{1b}[31m", "/a b", "/a\u{7f}"] {
            assert!(target.parse::<Uri>().is_err(), "{target:?}");
        }
        assert_eq!(logged("/a%0A%1B[31m?x=%0D").matches('\n').count(), 1);
    }

    #[test]
    fn tokens_of_links_are_not_logged() {
        for (uri, shown) in [
            ("/invitation?a=1&token=c0ffee", "/invitation?a=1&token=…"),
            ("/review/c0ffee", "/review/…"),
            ("/review/c0ffee/notes?x=1", "/review/…/notes?x=1"),
            ("/posts?page=2", "/posts?page=2"),
        ] {
            assert!(logged(uri).ends_with(&format!(" GET {shown}\n")), "{}", logged(uri));
        }
    }
}
