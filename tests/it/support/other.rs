//! Another site: a real server on this machine that answers what a test puts there, and tells what it was asked.

use mainstay::web::outgoing::{Outgoing, addresses::Allowed};
use std::{
    collections::HashMap,
    io::{BufRead, BufReader, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

/// What it answers: status, headers each with its line end, body.
type Page = (u16, String, Vec<u8>);

#[derive(Clone)]
pub struct Other {
    port: u16,
    pages: Arc<Mutex<HashMap<String, Page>>>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Other {
    pub fn start() -> Other {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let other = Other { port: listener.local_addr().unwrap().port(), pages: Arc::default(), asked: Arc::default() };
        let kept = other.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let kept = kept.clone();
                thread::spawn(move || kept.answer(stream));
            }
        });
        other
    }

    /// A client that may ask it.
    pub fn client() -> Outgoing {
        Outgoing::new(Allowed::parse("127.0.0.1").unwrap(), super::site::BASE)
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// Puts an answer there for an address, whatever its query.
    pub fn has(&self, path: &str, status: u16, headers: &str, body: impl Into<Vec<u8>>) {
        self.pages.lock().unwrap().insert(path.to_owned(), (status, headers.to_owned(), body.into()));
    }

    /// The addresses that it was asked for since this was asked last, with their queries.
    pub fn asked(&self) -> Vec<String> {
        std::mem::take(&mut *self.asked.lock().unwrap())
    }

    fn answer(&self, mut stream: TcpStream) {
        let mut lines = BufReader::new(stream.try_clone().unwrap()).lines().map_while(Result::ok);
        let Some(first) = lines.next() else { return };
        lines.take_while(|line| !line.is_empty()).for_each(drop);
        let address = first.split(' ').nth(1).unwrap_or("").to_owned();
        let path = address.split('?').next().unwrap_or("").to_owned();
        self.asked.lock().unwrap().push(address);
        let nothing = (404, String::new(), Vec::new());
        let (status, headers, body) = self.pages.lock().unwrap().get(&path).cloned().unwrap_or(nothing);
        let head = format!("HTTP/1.1 {status} X\r\n{headers}Content-Length: {}\r\nConnection: close\r\n\r\n", body.len());
        let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&body));
    }
}
