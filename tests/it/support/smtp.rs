//! A mail server that keeps what it is given: just enough SMTP (RFC 5321) to take a letter over a real connection.

use std::{
    collections::VecDeque,
    io::{BufRead, BufReader, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

/// A letter as it arrived.
#[derive(Debug, Clone, Default)]
pub struct Arrived {
    pub from: String,
    pub to: Vec<String>,
    pub data: String,
}

pub struct MailServer {
    pub url: String,
    arrived: Arc<Mutex<Vec<Arrived>>>,
    replies: Arc<Mutex<VecDeque<String>>>,
}

impl MailServer {
    /// Listens on a port of its own until the process ends.
    pub fn start() -> MailServer {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("smtp://{}", listener.local_addr().unwrap());
        let arrived = Arc::new(Mutex::new(Vec::new()));
        let replies = Arc::new(Mutex::new(VecDeque::new()));
        let (kept, said) = (arrived.clone(), replies.clone());
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (kept, said) = (kept.clone(), said.clone());
                thread::spawn(move || serve(&stream, &kept, &said));
            }
        });
        MailServer { url, arrived, replies }
    }

    /// What it says to the next readers of letters, one after the other; then it takes them again.
    pub fn will_say(&self, replies: &[&str]) {
        self.replies.lock().unwrap().extend(replies.iter().map(|reply| (*reply).to_owned()));
    }

    pub fn arrived(&self) -> Vec<Arrived> {
        self.arrived.lock().unwrap().clone()
    }
}

/// Speaks with one client until it leaves.
fn serve(stream: &TcpStream, kept: &Mutex<Vec<Arrived>>, said: &Mutex<VecDeque<String>>) {
    let (mut lines, mut out) = (BufReader::new(stream).lines(), stream);
    let mut letter = Arrived::default();
    out.write_all(b"220 sink ESMTP\r\n").unwrap();
    while let Some(Ok(line)) = lines.next() {
        let refused = if line.starts_with("RCPT") { said.lock().unwrap().pop_front() } else { None };
        let answer = match line.get(..4).unwrap_or("").to_ascii_uppercase().as_str() {
            "EHLO" | "HELO" => "250-sink\r\n250 8BITMIME",
            "MAIL" => {
                letter = Arrived { from: path(&line), ..Arrived::default() };
                "250 OK"
            }
            "RCPT" if refused.is_some() => refused.as_deref().unwrap_or_default(),
            "RCPT" => {
                letter.to.push(path(&line));
                "250 OK"
            }
            "DATA" => {
                out.write_all(b"354 Go on\r\n").unwrap();
                for line in lines.by_ref().map_while(Result::ok).take_while(|line| line != ".") {
                    letter.data.push_str(line.strip_prefix('.').unwrap_or(&line));
                    letter.data.push('\n');
                }
                kept.lock().unwrap().push(std::mem::take(&mut letter));
                "250 Kept"
            }
            "QUIT" => "221 Bye",
            "NOOP" | "RSET" => "250 OK",
            _ => "502 Not here",
        };
        if out.write_all(format!("{answer}\r\n").as_bytes()).is_err() || answer.starts_with("221") {
            return;
        }
    }
}

fn path(line: &str) -> String {
    line.split(['<', '>']).nth(1).unwrap_or("").to_owned()
}
