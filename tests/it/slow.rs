//! The executable and clients that are slow on purpose: each is cut off, and others are answered meanwhile.

use crate::support::{
    database::Database,
    program::{Folder, Serving, within},
};
use socket2::{Domain, Protocol, Socket, Type};
use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

/// The ten seconds that each has, and as many for a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

/// Writes a piece each half second until the server closes the connection; what it has answered, and after how long.
fn trickle(port: u16, head: &str, piece: &[u8]) -> (String, Duration) {
    let begun = Instant::now();
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.set_read_timeout(Some(Duration::from_millis(500))).unwrap();
    stream.write_all(head.as_bytes()).unwrap();
    let (mut answer, mut part) = (Vec::new(), [0; 4096]);
    while begun.elapsed() < PATIENCE {
        match stream.read(&mut part) {
            Ok(0) => break,
            Ok(read) => answer.extend_from_slice(&part[..read]),
            Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => break,
            Err(_) => {}
        }
        if stream.write_all(piece).is_err() {
            break;
        }
    }
    (String::from_utf8_lossy(&answer).into_owned(), begun.elapsed())
}

#[test]
fn slow_heads_and_bodies_are_cut_off_while_others_are_answered() {
    let (folder, database) = (Folder::new("slow"), Database::empty());
    let mut serving = Serving::start(&folder, &["--database-url", &database.url()]);
    serving.first_answer("/healthz/ready");
    let port = serving.port;
    let host = format!("Host: 127.0.0.1:{port}\r\nSec-Fetch-Site: same-origin\r\nContent-Type: application/x-www-form-urlencoded\r\n");
    let heads = thread::spawn({
        let host = host.clone();
        move || trickle(port, &format!("GET / HTTP/1.1\r\n{host}"), b"X: a\r\n")
    });
    let bodies = thread::spawn({
        let host = host.clone();
        move || trickle(port, &format!("POST /login HTTP/1.1\r\n{host}Content-Length: 5000\r\n\r\n"), b"a")
    });
    let chunks =
        thread::spawn(move || trickle(port, &format!("POST /login HTTP/1.1\r\n{host}Transfer-Encoding: chunked\r\n\r\n"), b"1\r\na\r\n"));
    // Meanwhile a hundred more hold on without a word.
    let silent: Vec<TcpStream> = (0..100).map(|_| TcpStream::connect(("127.0.0.1", port)).unwrap()).collect();
    while !heads.is_finished() || !bodies.is_finished() || !chunks.is_finished() {
        let begun = Instant::now();
        assert_eq!(Serving::send(port, "GET", "/", "", "").unwrap().status, 200);
        assert!(begun.elapsed() < Duration::from_secs(5), "a visitor waited {:?}", begun.elapsed());
        thread::sleep(Duration::from_millis(200));
    }
    for (what, thread) in [("heads", heads), ("bodies", bodies), ("chunks", chunks)] {
        let (answer, took) = thread.join().unwrap();
        assert!(took < PATIENCE, "slow {what} were waited for {took:?}");
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 408"), "{what}: {answer}");
    }
    drop(silent);
}

#[test]
fn whoever_does_not_take_his_answer_is_cut_off() {
    let (folder, database) = (Folder::new("slow-reader"), Database::empty());
    let mut serving = Serving::start(&folder, &["--database-url", &database.url()]);
    serving.first_answer("/healthz/ready");
    // Many requests in one go, of which nobody reads an answer: the buffers of both sides fill, then nothing moves.
    let stream = flooded(serving.port);
    assert_eq!(connections(serving.port), 1);
    assert!(within(Duration::from_secs(90), || connections(serving.port) == 0), "still open");
    assert_eq!(Serving::send(serving.port, "GET", "/", "", "").unwrap().status, 200);
    drop(stream);
}

/// A connection by which many long answers were asked for, with as little room for them as the system gives.
fn flooded(port: u16) -> TcpStream {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, Some(Protocol::TCP)).unwrap();
    socket.set_recv_buffer_size(4096).unwrap();
    socket.connect(&SocketAddr::from(([127, 0, 0, 1], port)).into()).unwrap();
    let mut stream = TcpStream::from(socket);
    stream.set_write_timeout(Some(Duration::from_secs(1))).unwrap();
    let request = format!("GET /static/css/mainstay.css HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n");
    for _ in 0..2000 {
        if stream.write_all(request.as_bytes()).is_err() {
            break;
        }
    }
    stream
}

#[test]
fn whoever_takes_a_byte_a_second_is_cut_off_and_nobody_waits_for_him() {
    let (folder, database) = (Folder::new("trickling-reader"), Database::empty());
    let mut serving = Serving::start(&folder, &["--database-url", &database.url()]);
    serving.first_answer("/healthz/ready");
    let (port, over) = (serving.port, Arc::new(AtomicBool::new(false)));
    let trickling: Vec<_> = (0..8)
        .map(|_| {
            let over = over.clone();
            thread::spawn(move || {
                let mut stream = flooded(port);
                while !over.load(Ordering::Relaxed) && matches!(stream.read(&mut [0]), Ok(1)) {
                    thread::sleep(Duration::from_secs(1));
                }
            })
        })
        .collect();
    assert!(within(PATIENCE, || connections(port) == 8), "nobody trickles");
    // He is not told: what has reached him already he may go on reading. The server has forgotten him.
    let cut_off = within(Duration::from_secs(90), || {
        let begun = Instant::now();
        assert_eq!(Serving::send(port, "GET", "/", "", "").unwrap().status, 200);
        assert!(begun.elapsed() < PATIENCE, "a visitor waited {:?}", begun.elapsed());
        connections(port) == 0
    });
    over.store(true, Ordering::Relaxed);
    assert!(cut_off, "still open");
    trickling.into_iter().for_each(|one| one.join().unwrap());
}

/// Open connections of the server at that port, as the system tells them (`/proc/net/tcp`, state 01).
fn connections(port: u16) -> usize {
    let table = std::fs::read_to_string("/proc/net/tcp").unwrap();
    let local = format!(":{port:04X}");
    let rows = table.lines().skip(1).map(|line| line.split_whitespace().collect::<Vec<_>>());
    rows.filter(|cells| cells[1].ends_with(&local) && cells[3] == "01").count()
}

#[test]
fn heads_that_are_too_large_are_not_read_to_the_end() {
    let (folder, database) = (Folder::new("heads"), Database::empty());
    let mut serving = Serving::start(&folder, &["--database-url", &database.url()]);
    serving.first_answer("/healthz/ready");
    let port = serving.port;
    let many: String = (0..200).map(|number| format!("X-{number}: a\r\n")).collect();
    let long = format!("X-Long: {}\r\n", "a".repeat(200_000));
    for headers in [many, long] {
        let status = Serving::send(port, "GET", "/", &headers, "").map(|reply| reply.status);
        assert!(matches!(status, Some(400 | 431) | None), "{status:?}");
    }
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    stream.write_all(b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
    assert_eq!(Serving::send(port, "GET", "/", "", "").unwrap().status, 200);
}
