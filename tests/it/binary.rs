//! The executable itself: its command line, its log, its private database, and how it ends.

use crate::support::{
    database::Database,
    program::{Folder, LONG, Reply, Serving, mainstay, within},
};
use clap::CommandFactory;
use diesel::prelude::*;
use mainstay::cli::Cli;
use rustls::{
    ClientConfig, ClientConnection, DigitallySignedStruct, SignatureScheme, StreamOwned,
    client::danger::{HandshakeSignatureValid as Signed, ServerCertVerified, ServerCertVerifier},
    crypto::{ring, verify_tls13_signature},
    pki_types::{CertificateDer, ServerName, UnixTime, pem::PemObject},
};
use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    process::Output,
    sync::Arc,
    time::{Duration, Instant},
};

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Each command of the program, as the words that call it.
fn commands(command: &clap::Command, words: &[String]) -> Vec<Vec<String>> {
    let below = command.get_subcommands().flat_map(|one| commands(one, &[words, &[one.get_name().to_owned()]].concat()));
    [words.to_vec()].into_iter().chain(below).collect()
}

#[test]
fn every_command_explains_itself() {
    let all = commands(&Cli::command(), &[]);
    assert!(all.iter().any(|words| words == &["migrate"]));
    for words in all {
        let words: Vec<&str> = words.iter().map(String::as_str).chain(["--help"]).collect();
        let output = mainstay(&words).output().unwrap();
        let help = String::from_utf8_lossy(&output.stdout);
        assert_eq!(output.status.code(), Some(0), "{words:?}: {}", stderr(&output));
        assert!(help.contains("Usage: mainstay") && help.lines().next().is_some_and(|about| about.len() > 10), "{words:?}:\n{help}");
    }
}

#[test]
fn every_wrong_setting_is_told_at_once() {
    let folder = Folder::new("wrong");
    let output = mainstay(&["serve", "--listen", "nowhere", "--state-dir", folder.text(), "--threads", "all"])
        .envs([("MAINSTAY_BASE_URL", "example.org/blog"), ("DATABASE_URL", "postgres://me:hunter2@x"), ("MAINSTAY_DATABASE_POOL", "lots")])
        .output();
    let output = output.unwrap();
    let told = stderr(&output);
    assert_eq!(output.status.code(), Some(2), "{told}");
    for name in ["MAINSTAY_LISTEN", "MAINSTAY_BASE_URL", "DATABASE_URL", "MAINSTAY_DATABASE_POOL", "MAINSTAY_THREADS"] {
        let start = format!("] {name}: ");
        assert_eq!(told.lines().filter(|line| line.contains(" ERROR ") && line.contains(&start)).count(), 1, "{name}:\n{told}");
    }
    assert_eq!(told.lines().count(), 5, "{told}");
    assert!(!told.contains("hunter2"), "{told}");
    assert!(!folder.0.exists());

    let unknown = mainstay(&["serve", "--colour", "red"]).output().unwrap();
    assert_eq!(unknown.status.code(), Some(2));
    assert!(stderr(&unknown).contains("--colour"));
}

#[test]
fn the_program_and_its_private_database_live_and_die_together() {
    let folder = Folder::new("life");
    let migrated = mainstay(&["migrate", "--state-dir", folder.text()]).output().unwrap();
    assert_eq!(migrated.status.code(), Some(0), "{}", stderr(&migrated));
    assert!(stderr(&migrated).contains("the database is up to date"), "{}", stderr(&migrated));
    assert!(folder.servers().is_empty());

    // A start on what is there already.
    let begun = Instant::now();
    let mut first = Serving::start(&folder, &[]);
    let live = first.first_answer("/healthz/live");
    let took = begun.elapsed();
    assert_eq!((live.status, live.body.as_str()), (200, "ok\n"));
    assert!(took < Duration::from_secs(2), "the first answer took {took:?}:\n{}", first.log());
    assert_eq!(first.get("/healthz/ready").status, 200);
    let home = first.get("/");
    assert_eq!(home.status, 200);
    assert!(home.body.contains("<h1"), "{}", home.body);
    assert_eq!(first.get("/nowhere").status, 404);
    each_request_has_one_line_in_the_log(&first, &home);
    without_an_owner_the_log_has_a_link_that_works(&first);
    assert!(!folder.servers().is_empty());
    another_is_refused(&folder, &first);
    another_command_works_beside_it(&folder, &first);

    // kill -9 leaves nothing behind, and nothing breaks by it.
    first.child.kill().unwrap();
    first.child.wait().unwrap();
    assert!(within(Duration::from_secs(8), || folder.servers().is_empty()), "still there: {:?}", folder.servers());
    let begun = Instant::now();
    let mut second = Serving::start(&folder, &[]);
    assert_eq!(second.first_answer("/healthz/ready").status, 200);
    assert!(begun.elapsed() < Duration::from_secs(8), "the recovery took {:?}", begun.elapsed());

    second.signal("-TERM");
    assert_eq!(second.ends_within(Duration::from_secs(5)), Some(0), "{}", second.log());
    assert!(folder.servers().is_empty());
    assert!(second.log().contains("stopping"), "{}", second.log());
}

fn each_request_has_one_line_in_the_log(serving: &Serving, home: &Reply) {
    let reference = home.head.lines().find_map(|line| line.strip_prefix("x-request-id: ")).unwrap().to_ascii_uppercase();
    assert!(within(LONG, || serving.log().contains("GET /nowhere")));
    let log = serving.log();
    let lines: Vec<&str> =
        log.lines().filter_map(|line| Some(line.split_once(" access] ")?.1)).filter(|line| line.ends_with(" GET /")).collect();
    let [line] = lines[..] else { panic!("one request, {} lines:\n{log}", lines.len()) };
    // As in: 7QK-2F9H 200 1234 us 5678 B GET /
    let words: Vec<&str> = line.split(' ').collect();
    assert_eq!((words[0], words[1], words[3]), (reference.as_str(), "200", "us"), "{line}");
    assert!(words[2].parse::<u64>().is_ok_and(|took| took > 0), "{line}");
    assert!(log.contains(" 404 "), "{log}");
}

fn without_an_owner_the_log_has_a_link_that_works(serving: &Serving) {
    let log = serving.log();
    let (_, link) = log.split_once(&format!("http://127.0.0.1:{}/setup", serving.port)).unwrap_or_else(|| panic!("no link:\n{log}"));
    let link = link.split_whitespace().next().unwrap();
    let page = serving.get(&format!("/setup{link}"));
    assert_eq!(page.status, 200, "{}", page.body);
    assert!(page.body.contains("id=\"setup\""), "{}", page.body);
}

fn another_is_refused(folder: &Folder, first: &Serving) {
    let mut another = Serving::start(folder, &[]);
    assert_eq!(another.ends_within(LONG), Some(1));
    let sentence = format!("process {} already uses the state folder", first.child.id());
    assert!(within(LONG, || another.log().contains(&sentence)), "{}", another.log());
    assert_eq!(first.get("/healthz/ready").status, 200);
}

/// It uses the database that is running, and pages that are kept in memory follow.
fn another_command_works_beside_it(folder: &Folder, first: &Serving) {
    assert!(!first.get("/posts").body.contains("Types reach 1.0"));
    let output = mainstay(&["import", "markdown", "tests/fixtures/markdown/zola", "--state-dir", folder.text()]).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(within(Duration::from_secs(5), || first.get("/posts").body.contains("Types reach 1.0")), "{}", first.get("/posts").body);
}

#[test]
fn old_revisions_are_pruned_by_a_command() {
    let (folder, database) = (Folder::new("prune"), Database::empty());
    let migrated = mainstay(&["migrate", "--state-dir", folder.text(), "--database-url", &database.url()]).output().unwrap();
    assert_eq!(migrated.status.code(), Some(0), "{}", stderr(&migrated));
    let url = database.url();
    let run = |more: &[&str]| {
        let arguments = [&["revisions", "prune", "--state-dir", folder.text(), "--database-url", &url], more].concat();
        let output = mainstay(&arguments).output().unwrap();
        (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned(), stderr(&output))
    };
    let conn = &mut database.conn();
    let count = |conn: &mut diesel::MysqlConnection| mainstay::schema::revisions::table.count().get_result::<i64>(conn).unwrap();
    seventy_entries_with_five_old_revisions_each(conn);
    assert_eq!(run(&["--older-than", "soon"]).0, Some(2));
    assert_eq!(run(&["--older-than", "90d", "--keep", "0"]).0, Some(2));
    let (status, told, errors) = run(&["--older-than", "90d", "--keep", "2", "--dry-run"]);
    assert_eq!(
        (status, told.as_str()),
        (Some(0), "Would delete 209 revisions older than 90 days; kept 1 of that age for a reason.\n"),
        "{errors}"
    );
    assert_eq!(count(conn), 350);
    assert_eq!(run(&["--older-than", "90d"]).1, "Deleted 0 revisions older than 90 days; kept 0 of that age for a reason.\n");
    let told = run(&["--older-than", "90d", "--keep", "2"]).1;
    assert_eq!(told, "Deleted 209 revisions older than 90 days; kept 1 of that age for a reason.\n");
    assert_eq!(count(conn), 141);
    let pruned = mainstay::schema::journal::table.filter(mainstay::schema::journal::kind.eq("revisions.pruned"));
    assert_eq!(pruned.count().get_result::<i64>(conn), Ok(2), "a row for each batch");
    assert_eq!(
        run(&["--older-than", "90d", "--keep", "2"]).1,
        "Deleted 0 revisions older than 90 days; kept 1 of that age for a reason.\n"
    );
}

/// One of them has a name.
fn seventy_entries_with_five_old_revisions_each(conn: &mut diesel::MysqlConnection) {
    use mainstay::{
        content::model::{
            entry::Kind,
            revision::{self, Draft, Revision},
            saving,
        },
        journal::Actor,
        schema::users,
        web::person::Role,
    };
    let then = chrono::Utc::now().naive_utc() - chrono::TimeDelta::days(100);
    let row = (
        (users::email.eq("ada@example.org"), users::name.eq("Ada"), users::slug.eq("ada"), users::bio.eq("")),
        (users::role.eq(Role::Author), users::created_at.eq(then)),
    );
    diesel::insert_into(users::table).values(row).execute(conn).unwrap();
    for number in 0..70 {
        let mut draft = Draft { title: format!("Entry {number}"), ..Draft::empty(1.into()) };
        let id = saving::create(conn, Kind::Post, &draft, &Actor::default(), then).unwrap();
        for text in 0..4 {
            let latest = mainstay::content::model::entry::Entry::find(conn, id).unwrap().latest_revision_id.unwrap();
            draft = Draft { body: format!("Text {text}."), ..Revision::find(conn, latest).unwrap().draft() };
            saving::save(conn, id, latest, &draft, &Actor::default(), then).unwrap();
        }
        if number == 0 {
            let second = Revision::numbered(conn, id, 2).unwrap().id;
            revision::describe(conn, second, Some("Keep me"), None).unwrap();
        }
    }
}

#[test]
fn a_given_database_is_used_and_none_is_started() {
    let (folder, database) = (Folder::new("given"), Database::empty());
    let mut serving = Serving::start(&folder, &["--database-url", &database.url()]);
    assert_eq!(serving.first_answer("/healthz/ready").status, 200);
    assert_eq!(serving.get("/").status, 200);
    let secrets: i64 = mainstay::schema::secrets::table.count().get_result(&mut database.conn()).unwrap();
    assert!(secrets > 0, "the session key is in the given database");
    assert!(folder.servers().is_empty());
    assert!(!folder.0.join("database").exists() && !folder.0.join("lock").exists());
    // Ctrl-C is the same as a supervisor's word.
    serving.signal("-INT");
    assert_eq!(serving.ends_within(Duration::from_secs(5)), Some(0), "{}", serving.log());
}

#[test]
fn a_port_that_is_taken_is_named_with_its_remedy() {
    let (folder, database) = (Folder::new("port"), Database::empty());
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let listen = taken.local_addr().unwrap().to_string();
    let output =
        mainstay(&["serve", "--listen", &listen, "--state-dir", folder.text(), "--database-url", &database.url()]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(
        stderr(&output).contains(&format!("{listen} cannot be listened on")) && stderr(&output).contains("--listen"),
        "{}",
        stderr(&output)
    );
}

/// Takes the one certificate that it expects, whoever has signed it.
#[derive(Debug)]
struct Expects(CertificateDer<'static>);

impl ServerCertVerifier for Expects {
    fn verify_server_cert(
        &self,
        shown: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        assert_eq!(*shown, self.0);
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(&self, _: &[u8], _: &CertificateDer<'_>, _: &DigitallySignedStruct) -> Result<Signed, rustls::Error> {
        unreachable!("both sides speak TLS 1.3")
    }

    fn verify_tls13_signature(&self, text: &[u8], shown: &CertificateDer<'_>, by: &DigitallySignedStruct) -> Result<Signed, rustls::Error> {
        verify_tls13_signature(text, shown, by, &ring::default_provider().signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        ring::default_provider().signature_verification_algorithms.supported_schemes()
    }
}

#[test]
fn with_a_certificate_the_site_is_served_by_https() {
    let folder = Folder::new("tls");
    let files = ["--tls-certificate", "tests/it/fixtures/tls/first.pem", "--tls-key", "tests/it/fixtures/tls/first.key"];
    let mut serving = Serving::start(&folder, &files);
    assert!(within(LONG, || serving.log().contains("serving https://127.0.0.1")), "{}", serving.log());

    let expected = CertificateDer::from_pem_file("tests/it/fixtures/tls/first.pem").unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Expects(expected)))
        .with_no_client_auth();
    let session = ClientConnection::new(Arc::new(config), "127.0.0.1".try_into().unwrap()).unwrap();
    let mut stream = StreamOwned::new(session, TcpStream::connect(("127.0.0.1", serving.port)).unwrap());
    stream.write_all(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer); // the end may come without a farewell
    let answer = String::from_utf8_lossy(&answer).to_ascii_lowercase();
    assert!(answer.starts_with("http/1.1 200"), "{answer}");
    assert!(answer.contains("strict-transport-security: max-age="), "{answer}");
    serving.signal("-TERM");
    assert_eq!(serving.ends_within(LONG), Some(0), "{}", serving.log());

    let alone = mainstay(&["serve", "--state-dir", folder.text(), "--tls-key", "x.key"]).output().unwrap();
    assert_eq!(alone.status.code(), Some(2));
    assert!(stderr(&alone).contains("MAINSTAY_TLS_CERTIFICATE: Certificate and key belong together."), "{}", stderr(&alone));
}
