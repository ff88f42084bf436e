//! The executable itself, started as people start it.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU16, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

const PAUSE: Duration = Duration::from_millis(10);
/// For what must happen but may take its time on a busy machine.
pub const LONG: Duration = Duration::from_secs(120);

/// The program, knowing nothing of the environment that the tests run in.
pub fn mainstay(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mainstay"));
    for (name, _) in std::env::vars_os() {
        let known = name.to_string_lossy();
        if known.starts_with("MAINSTAY_") || known.starts_with("DATABASE_URL") || known.starts_with("RUST_LOG") {
            command.env_remove(name);
        }
    }
    command.args(arguments).stdin(Stdio::null());
    command
}

/// A state folder that is gone after the test.
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new(name: &str) -> Folder {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("binary-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        Folder(folder)
    }

    pub fn text(&self) -> &str {
        self.0.to_str().unwrap()
    }

    /// The processes of the database server in this folder, its guard among them.
    pub fn servers(&self) -> Vec<String> {
        let wanted = format!("--datadir={}/", self.text());
        let holds =
            |path: PathBuf| fs::read(path).is_ok_and(|line| line.split(|byte| *byte == 0).any(|one| one.starts_with(wanted.as_bytes())));
        let processes = fs::read_dir("/proc").into_iter().flatten().flatten().filter(|process| holds(process.path().join("cmdline")));
        processes.map(|process| process.file_name().to_string_lossy().into_owned()).collect()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        within(LONG, || self.servers().is_empty()); // A failed test leaves a server that dies a moment after its parent.
        let _ = fs::remove_dir_all(&self.0);
    }
}

pub fn within(limit: Duration, mut happens: impl FnMut() -> bool) -> bool {
    let begun = Instant::now();
    while begun.elapsed() < limit {
        if happens() {
            return true;
        }
        thread::sleep(PAUSE);
    }
    happens()
}

/// A port for a program of our own. It is none of those that the system gives to whoever asks for any (Linux: from 32,768 on): one of
/// those may be somebody else's before the program listens there.
fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    loop {
        let number = u32::from(NEXT.fetch_add(1, Ordering::Relaxed)) + (std::process::id() % 12_000) * 97;
        let port = 20_000 + u16::try_from(number % 12_000).unwrap();
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}

/// A running `mainstay serve`; killed when dropped.
pub struct Serving {
    pub child: Child,
    log: Arc<Mutex<Vec<String>>>,
    pub port: u16,
}

pub struct Reply {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Serving {
    pub fn start(folder: &Folder, arguments: &[&str]) -> Serving {
        let port = free_port();
        let listen = format!("127.0.0.1:{port}");
        let mut command = mainstay(&["serve", "--listen", &listen, "--state-dir", folder.text(), "--threads", "1"]);
        let mut child = command.args(arguments).stderr(Stdio::piped()).spawn().unwrap();
        let log = Arc::new(Mutex::new(Vec::new()));
        let (lines, kept) = (BufReader::new(child.stderr.take().unwrap()).lines(), log.clone());
        thread::spawn(move || lines.map_while(Result::ok).for_each(|line| kept.lock().unwrap().push(line)));
        Serving { child, log, port }
    }

    pub fn log(&self) -> String {
        self.log.lock().unwrap().join("\n")
    }

    /// `None` while nobody listens.
    pub fn ask(&self, path: &str) -> Option<Reply> {
        Serving::send(self.port, "GET", path, "", "")
    }

    /// A request of one's own making; `headers` end with a line end each.
    pub fn send(port: u16, method: &str, path: &str, headers: &str, body: impl AsRef<[u8]>) -> Option<Reply> {
        let body = body.as_ref();
        let mut stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
        stream.set_read_timeout(Some(LONG)).unwrap();
        let head = format!("{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\nContent-Length: {}", body.len());
        stream.write_all(&[format!("{head}\r\n{headers}\r\n").as_bytes(), body].concat()).ok()?;
        let (mut bytes, mut part) = (Vec::new(), [0; 16 * 1024]);
        // The answer ends where it says; the connection may be closed later.
        while !is_whole(&bytes) {
            match stream.read(&mut part).ok()? {
                0 => break,
                read => bytes.extend_from_slice(&part[..read]),
            }
        }
        let text = String::from_utf8_lossy(&bytes);
        let (head, body) = text.split_once("\r\n\r\n")?;
        Some(Reply { status: head.split(' ').nth(1)?.parse().ok()?, head: head.to_ascii_lowercase(), body: body.to_owned() })
    }

    /// Waits for the first answer.
    #[track_caller]
    pub fn first_answer(&mut self, path: &str) -> Reply {
        let begun = Instant::now();
        loop {
            if let Some(reply) = self.ask(path) {
                return reply;
            }
            let ended = self.child.try_wait().unwrap();
            assert!(ended.is_none() && begun.elapsed() < LONG, "no answer ({ended:?}):\n{}", self.log());
            thread::sleep(PAUSE);
        }
    }

    #[track_caller]
    pub fn get(&self, path: &str) -> Reply {
        self.ask(path).unwrap_or_else(|| panic!("no answer:\n{}", self.log()))
    }

    pub fn signal(&self, name: &str) {
        assert!(Command::new("kill").args([name, &self.child.id().to_string()]).status().unwrap().success());
    }

    /// The exit status, if it ends within the time.
    pub fn ends_within(&mut self, limit: Duration) -> Option<i32> {
        within(limit, || self.child.try_wait().unwrap().is_some()).then(|| self.child.wait().unwrap().code().unwrap_or(-1))
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Whether an answer has come as far as its Content-Length says.
fn is_whole(bytes: &[u8]) -> bool {
    let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else { return false };
    let head = String::from_utf8_lossy(&bytes[..end]).to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse::<usize>().ok());
    length.is_some_and(|length| bytes.len() >= end + 4 + length)
}
