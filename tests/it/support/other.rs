//! Another site: a real server on this machine that answers what a test puts there, and tells what it was asked.

use mainstay::web::outgoing::{Outgoing, addresses::Allowed};
use std::{
    collections::HashMap,
    io::{BufRead, BufReader, Read, Write},
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

    /// Puts an answer there: for an address with its query, or for all queries of one.
    pub fn has(&self, path: &str, status: u16, headers: &str, body: impl AsRef<[u8]>) {
        self.pages.lock().unwrap().insert(path.to_owned(), (status, headers.to_owned(), body.as_ref().to_vec()));
    }

    /// What it was asked since this was asked last: method, address with its query, and what was sent.
    pub fn asked(&self) -> Vec<String> {
        std::mem::take(&mut *self.asked.lock().unwrap())
    }

    fn answer(&self, mut stream: TcpStream) {
        let mut reader = BufReader::new(stream.try_clone().unwrap());
        let mut head = Vec::new();
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line).unwrap_or(0) == 0 || line.trim().is_empty() {
                break;
            }
            head.push(line.trim_end().to_owned());
        }
        let mut words = head.first().map_or("", String::as_str).split(' ');
        let (Some(method), Some(address)) = (words.next(), words.next()) else { return };
        let length = head.iter().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length:")?.trim().parse().ok());
        let mut body = vec![0; length.unwrap_or(0)];
        reader.read_exact(&mut body).unwrap();
        self.asked.lock().unwrap().push(format!("{method} {address} {}", String::from_utf8(body).unwrap()).trim_end().to_owned());
        let path = address.split('?').next().unwrap_or("");
        let pages = self.pages.lock().unwrap();
        let (status, headers, body) = pages.get(address).or_else(|| pages.get(path)).cloned().unwrap_or((404, String::new(), Vec::new()));
        drop(pages);
        let head = format!("HTTP/1.1 {status} X\r\n{headers}Content-Length: {}\r\nConnection: close\r\n\r\n", body.len());
        let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&body));
    }
}
