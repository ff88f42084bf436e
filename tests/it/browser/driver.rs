//! The chromedriver of a run: one process, and as many browsers as tests ask for.

use super::chromium::PATIENCE;
use serde_json::Value;
use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    os::unix::process::CommandExt,
    process::{Child, Command, Stdio},
    sync::LazyLock,
    thread,
};

/// The chromedriver of the run. Statics are never dropped: it ends, and every browser with it, by the pipe that this holds.
pub struct Driver {
    _guard: Child,
    pub port: u16,
}

/// Standard input is the pipe; once nobody holds its other end any more, the driver goes with everything it has started.
const GUARD: &str = r#"exec 3<&0; "$@" 3<&- </dev/null & exec >&-; read -r _ <&3; kill -KILL 0"#;

impl Driver {
    /// Starts it for whoever asks first; anew where somebody else took its port meanwhile.
    pub fn shared() -> &'static Driver {
        static DRIVER: LazyLock<Driver> = LazyLock::new(|| {
            let started = (0..3).find_map(|_| Driver::start());
            started.expect("chromedriver does not start: scripts/setup --test installs it with Chromium")
        });
        &DRIVER
    }

    fn start() -> Option<Driver> {
        let mut command = Command::new("sh");
        command.args(["-c", GUARD, "mainstay-browser-guard", "chromedriver", "--port=0"]).process_group(0);
        let mut guard = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut lines = BufReader::new(guard.stdout.take().unwrap()).lines();
        let port = lines.find_map(|line| line.ok()?.split_once("started successfully on port ")?.1.trim_end_matches('.').parse().ok());
        thread::spawn(move || lines.for_each(drop)); // or it would block once its pipe is full
        Some(Driver { _guard: guard, port: port? })
    }

    /// One request of the protocol, for what fantoccini leaves out.
    pub fn ask(&self, method: &str, path: &str, body: &Value) -> Option<Value> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).ok()?;
        stream.set_read_timeout(Some(PATIENCE)).ok()?;
        let body = body.to_string();
        let head = format!("{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nConnection: close");
        write!(stream, "{head}\r\nContent-Length: {}\r\n\r\n{body}", body.len()).ok()?;
        // It keeps the connection open whatever it is told.
        let mut answer = BufReader::new(stream);
        let (mut line, mut length) = (String::new(), 0);
        while line != "\r\n" {
            line.clear();
            answer.read_line(&mut line).ok()?;
            if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().ok()?;
            }
        }
        let mut body = vec![0; length];
        answer.read_exact(&mut body).ok()?;
        serde_json::from_slice(&body).ok()
    }
}
