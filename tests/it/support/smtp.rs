//! A mail server that keeps what it is given: just enough SMTP (RFC 5321, STARTTLS: RFC 3207) to take a letter over a real connection.

use rustls::{
    ServerConfig, ServerConnection, StreamOwned,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};
use std::{
    collections::VecDeque,
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    path::Path,
    sync::{Arc, Mutex},
    thread,
};

/// A letter as it arrived.
#[derive(Debug, Clone, Default)]
pub struct Arrived {
    pub from: String,
    pub to: Vec<String>,
    pub data: String,
    /// Whether nobody on the way could read it.
    pub is_encrypted: bool,
}

pub struct MailServer {
    pub url: String,
    arrived: Arc<Mutex<Vec<Arrived>>>,
    replies: Arc<Mutex<VecDeque<String>>>,
}

impl MailServer {
    /// Listens on a port of its own until the process ends.
    pub fn start() -> MailServer {
        MailServer::offering(None)
    }

    /// The same, offering STARTTLS with the certificate `mail.pem` of this folder, which its `authority.pem` has signed.
    pub fn encrypting(folder: &Path) -> MailServer {
        let chain = CertificateDer::pem_file_iter(folder.join("mail.pem")).unwrap().map(Result::unwrap).collect();
        let key = PrivateKeyDer::from_pem_file(folder.join("mail.key")).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider())).with_safe_default_protocol_versions().unwrap();
        MailServer::offering(Some(Arc::new(config.with_no_client_auth().with_single_cert(chain, key).unwrap())))
    }

    fn offering(tls: Option<Arc<ServerConfig>>) -> MailServer {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("smtp://{}", listener.local_addr().unwrap());
        let arrived = Arc::new(Mutex::new(Vec::new()));
        let replies = Arc::new(Mutex::new(VecDeque::new()));
        let (kept, said) = (arrived.clone(), replies.clone());
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (kept, said, tls) = (kept.clone(), said.clone(), tls.clone());
                thread::spawn(move || serve(&stream, &kept, &said, tls));
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

/// A connection, encrypted or not.
trait Connection: Read + Write {}
impl<T: Read + Write> Connection for T {}

/// Speaks with one client until it leaves.
fn serve(stream: &TcpStream, kept: &Mutex<Vec<Arrived>>, said: &Mutex<VecDeque<String>>, mut tls: Option<Arc<ServerConfig>>) {
    let mut reader: BufReader<Box<dyn Connection>> = BufReader::new(Box::new(stream.try_clone().unwrap()));
    let (mut letter, mut is_encrypted) = (Arrived::default(), false);
    reader.get_mut().write_all(b"220 sink ESMTP\r\n").unwrap();
    while let Some(line) = line(&mut reader) {
        let refused = if line.starts_with("RCPT") { said.lock().unwrap().pop_front() } else { None };
        let answer = match line.get(..4).unwrap_or("").to_ascii_uppercase().as_str() {
            "EHLO" | "HELO" if tls.is_some() => "250-sink\r\n250-STARTTLS\r\n250 8BITMIME",
            "EHLO" | "HELO" => "250-sink\r\n250 8BITMIME",
            "STAR" if tls.is_some() => {
                reader.get_mut().write_all(b"220 Go on\r\n").unwrap();
                let session = ServerConnection::new(tls.take().unwrap()).unwrap();
                reader = BufReader::new(Box::new(StreamOwned::new(session, stream.try_clone().unwrap())));
                is_encrypted = true;
                continue;
            }
            "MAIL" => {
                letter = Arrived { from: path(&line), is_encrypted, ..Arrived::default() };
                "250 OK"
            }
            "RCPT" if refused.is_some() => refused.as_deref().unwrap_or_default(),
            "RCPT" => {
                letter.to.push(path(&line));
                "250 OK"
            }
            "DATA" => {
                reader.get_mut().write_all(b"354 Go on\r\n").unwrap();
                while let Some(line) = self::line(&mut reader).filter(|line| line != ".") {
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
        if reader.get_mut().write_all(format!("{answer}\r\n").as_bytes()).is_err() || answer.starts_with("221") {
            return;
        }
    }
}

/// The next line without its end; `None`: there is none.
fn line(reader: &mut impl BufRead) -> Option<String> {
    let mut line = String::new();
    let read = reader.read_line(&mut line).ok()?;
    (read > 0).then(|| line.trim_end_matches(['\r', '\n']).to_owned())
}

fn path(line: &str) -> String {
    line.split(['<', '>']).nth(1).unwrap_or("").to_owned()
}
