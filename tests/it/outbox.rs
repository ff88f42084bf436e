//! The outbox on a real mail server: what is sent, tried again, given up, spared, signed, and what is told of it.

use crate::support::{
    answer::Form,
    program::{Folder, mainstay, within},
    site::{Site, Visitor},
    smtp::{Arrived, MailServer},
};
use chrono::TimeDelta;
use diesel::prelude::*;
use mainstay::{
    app::JOBS,
    jobs::{Job, JobEnv, worker},
    mail::{
        Letter, Mail,
        jobs::FindStranded,
        model::{letter, suppression},
        outbox::{self, Posting},
    },
    schema::{dkim_keys, letters},
    site::jobs::PruneLetters,
    web::person::Role,
};
use rsa::{Pkcs1v15Sign, RsaPublicKey, pkcs8::DecodePublicKey, sha2::Digest, sha2::Sha256};
use std::{path::Path, process::Stdio, time::Duration};

const FROM: &str = "Mainstay <site@example.org>";

fn post(site: &Site, letter: &Letter) -> i64 {
    let now = site.state.clock.now();
    site.write(|conn| outbox::post(conn, now, "test.letter", letter));
    newest(site)
}

fn newest(site: &Site) -> i64 {
    letters::table.select(diesel::dsl::max(letters::id)).first::<Option<i64>>(&mut site.database.conn()).unwrap().unwrap()
}

fn state(site: &Site, id: i64) -> String {
    letters::table.find(id).select(letters::state).first(&mut site.database.conn()).unwrap()
}

fn hello(to: &str) -> Letter {
    Letter { html: Some("<p>Hello 🦀.</p>".to_owned()), ..Letter::plain(to, "Hello 🦀", "Hello 🦀.") }
}

/// Runs what is due, with letters going there.
fn run(site: &Site, url: &str) {
    let env = JobEnv { mail: Mail::smtp(FROM, url).unwrap(), ..site.state.job_env() };
    worker::run_due(&env, JOBS).unwrap();
}

async fn shown(admin: &Visitor, id: i64) -> crate::support::answer::Answer {
    admin.get(&format!("/admin/mail/{id}")).await
}

#[actix_web::test]
async fn a_letter_goes_out_with_text_and_html_and_its_answer_is_shown() {
    let (site, server) = (Site::start().await, MailServer::start());
    let admin = site.signed_in(Role::Admin);
    admin.get("/admin/mail").await.assert_shows("No letter yet");
    let unsubscribe = Some("https://example.org/u/abc".to_owned());
    let id = post(&site, &Letter { unsubscribe, ..hello("ada@example.net") });
    admin.get("/admin/mail").await.assert_shows("Waiting");
    run(&site, &server.url);

    let [letter] = &server.arrived()[..] else { panic!("{:?}", server.arrived()) };
    assert_eq!((letter.from.as_str(), &letter.to), ("site@example.org", &vec!["ada@example.net".to_owned()]));
    for part in [
        "Auto-Submitted: auto-generated",
        "List-Unsubscribe: <https://example.org/u/abc>",
        "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
        "Content-Type: multipart/alternative",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Type: text/html; charset=utf-8",
    ] {
        assert!(letter.data.contains(part), "no {part:?} in {}", letter.data);
    }
    assert_eq!(state(&site, id), "sent");
    let page = shown(&admin, id).await;
    page.assert_shows("Sent").assert_shows("<code>250</code>").assert_shows("Kept").assert_shows("Hello 🦀.");
    page.assert_shows("Message-ID: &#60;").assert_shows("/html\" sandbox");
    let html = admin.get(&format!("/admin/mail/{id}/html")).await;
    html.assert_status(200);
    let policy = html.header("content-security-policy");
    assert!(policy.starts_with("sandbox; default-src 'none'") && !policy.contains("script-src"), "{policy}");
    for (filter, finds) in [("state=sent", true), ("state=failed", false), ("to=ADA@example.net", true), ("kind=other", false)] {
        assert_eq!(admin.get(&format!("/admin/mail?{filter}")).await.body.contains("ada@example.net</bdi>"), finds, "{filter}");
    }
}

#[actix_web::test]
async fn what_the_server_does_not_take_yet_is_tried_again() {
    let (site, server) = (Site::start().await, MailServer::start());
    let admin = site.signed_in(Role::Admin);
    let id = post(&site, &hello("ada@example.net"));
    server.will_say(&["451 4.7.1 Greylisted, come back", "421 4.3.2 Too busy"]);
    run(&site, &server.url);
    assert_eq!((state(&site, id).as_str(), server.arrived().len()), ("waiting", 0));
    shown(&admin, id).await.assert_shows("Greylisted").assert_shows("<code>451</code>").assert_shows("Next try");
    run(&site, &server.url);
    assert_eq!(site.count("letter_attempts"), 1, "it is not its time yet");
    site.later(TimeDelta::minutes(1));
    run(&site, &server.url);
    site.later(TimeDelta::minutes(5));
    run(&site, &server.url);
    assert_eq!((state(&site, id).as_str(), server.arrived().len(), site.count("letter_attempts")), ("sent", 1, 3));
}

#[actix_web::test]
async fn a_mailbox_that_does_not_exist_is_given_up_and_spared_but_for_letters_about_its_account() {
    let (site, server) = (Site::start().await, MailServer::start());
    let admin = site.signed_in(Role::Admin);
    server.will_say(&["550 5.1.1 No such user here", "550 5.7.1 Looks like spam"]);
    let gone = post(&site, &hello("Gone@example.net"));
    let spam = post(&site, &hello("ada@example.net"));
    run(&site, &server.url);
    assert_eq!([state(&site, gone), state(&site, spam)], ["failed", "failed"]);
    assert_eq!(site.count("suppressed_addresses"), 1, "what is refused for what it says is no dead mailbox");
    let list = admin.get("/admin/mail/suppressed").await;
    list.assert_shows("Gone@example.net").assert_shows("No such mailbox").assert_shows("No such user here");

    let again = post(&site, &hello("gone@EXAMPLE.net"));
    let now = site.state.clock.now();
    site.write(|conn| Posting::new("test.account", &hello("gone@example.net")).personal().file(conn, now));
    run(&site, &server.url);
    assert_eq!((state(&site, again).as_str(), state(&site, again + 1).as_str(), server.arrived().len()), ("suppressed", "sent", 1));
    shown(&admin, again).await.assert_shows("among those to which no letters go");

    admin.submit(list.form("#suppressed form")).await.assert_redirects_to("/admin/mail/suppressed");
    let form = shown(&admin, again).await.form("#resend");
    let address = admin.submit(form).await.header("location").to_owned();
    run(&site, &server.url);
    admin.get(&address).await.assert_shows("is-live");
    assert_eq!(server.arrived().len(), 2);
    assert_eq!(site.count("journal WHERE kind LIKE 'address.%' AND subject_label = ''"), 2, "the journal does not name it");
}

#[actix_web::test]
async fn without_a_server_a_letter_waits_for_two_days() {
    let site = Site::start().await;
    let admin = site.signed_in(Role::Admin);
    let id = post(&site, &hello("ada@example.net"));
    for wait in [0, 1, 5, 15, 60, 120, 240, 480, 720, 1440] {
        site.later(TimeDelta::minutes(wait));
        assert_eq!(state(&site, id), "waiting");
        run(&site, "smtp://127.0.0.1:1");
    }
    assert_eq!((state(&site, id).as_str(), site.count("letter_attempts"), site.count("jobs")), ("failed", 10, 0));
    shown(&admin, id).await.assert_shows("Given up").assert_shows("Connection error");
    // Whoever mends the settings sends it then.
    admin.submit(shown(&admin, id).await.form("#resend")).await.assert_status(303);
    site.run_jobs();
    assert_eq!((state(&site, id + 1).as_str(), site.letters().len()), ("sent", 1));
}

#[actix_web::test]
async fn no_letter_goes_out_unencrypted_where_encryption_is_asked_for() {
    let (site, server) = (Site::start().await, MailServer::start());
    let id = post(&site, &hello("ada@example.net"));
    run(&site, &format!("{}?tls=required", server.url));
    assert_eq!((state(&site, id).as_str(), server.arrived().len()), ("waiting", 0), "the server offers no STARTTLS");
    site.later(TimeDelta::minutes(1));
    run(&site, &format!("{}?tls=opportunistic", server.url));
    assert_eq!((state(&site, id).as_str(), server.arrived().len()), ("sent", 1));
}

#[actix_web::test]
async fn a_letter_goes_out_encrypted_to_a_server_whose_certificate_the_machine_trusts() {
    let certificates = Path::new("tests/it/fixtures/tls");
    let (site, server) = (Site::start().await, MailServer::encrypting(certificates));
    let id = post(&site, &hello("ada@example.net"));
    let url = format!("{}?tls=required", server.url);
    run(&site, &url);
    assert_eq!((state(&site, id).as_str(), server.arrived().len()), ("waiting", 0), "nobody here trusts who signed it");
    // Which certificates a machine trusts is said by the environment of the program, whose clock is the real one.
    for due in ["UPDATE letters SET next_try_at = '2020-01-01'", "UPDATE jobs SET run_at = '2020-01-01'"] {
        diesel::sql_query(due).execute(&mut site.database.conn()).unwrap();
    }
    let folder = Folder::new("starttls");
    let (database, trusted) = (site.database.url(), certificates.join("authority.pem"));
    let settings = ["work", "--state-dir", folder.text(), "--database-url", &database, "--smtp-url", &url, "--mail-from", FROM];
    let mut program = mainstay(&settings).env("SSL_CERT_FILE", trusted).stderr(Stdio::null()).spawn().unwrap();
    let is_sent = within(Duration::from_secs(60), || state(&site, id) == "sent");
    program.kill().unwrap();
    program.wait().unwrap();
    let arrived = server.arrived();
    assert!(is_sent && arrived.len() == 1 && arrived[0].is_encrypted, "{arrived:?}");
    site.run_jobs(); // the program has filed those that repeat, and was killed before it did all
}

#[actix_web::test]
async fn what_opens_an_account_is_readable_by_nobody_and_gone_once_it_is_sent() {
    let (site, server) = (Site::start().await, MailServer::start());
    let admin = site.signed_in(Role::Admin);
    let form = admin.get("/admin/people/new").await.form("#invite");
    admin.submit(form.fill([("name", "Ada"), ("email", "ada@example.net"), ("role", "editor")])).await.assert_status(303);
    server.will_say(&["451 Later"]);
    run(&site, &server.url);
    let id = newest(&site);
    assert_eq!(site.count("letters WHERE text LIKE '%token%' OR html LIKE '%token%' OR text LIKE '%invite%'"), 0);
    assert_eq!(site.count("letters WHERE is_sealed AND text IS NOT NULL AND state = 'waiting'"), 1);
    shown(&admin, id).await.assert_lacks("token=").assert_shows("sealed until it is sent").assert_shows("accounts.invitation");
    admin.get(&format!("/admin/mail/{id}/html")).await.assert_status(404);

    site.later(TimeDelta::minutes(1));
    run(&site, &server.url);
    assert!(server.arrived()[0].data.contains("token=3D") || server.arrived()[0].data.contains("token="), "the reader has it");
    assert_eq!(site.count("letters WHERE text IS NULL AND html IS NULL AND state = 'sent'"), 1);
    shown(&admin, id).await.assert_lacks("id=\"resend\"").assert_shows("nothing of it was kept");
    let forged = Form::forged(&format!("/admin/mail/{id}/resend"), &[("token", &admin.token)]);
    admin.submit(forged).await.assert_status(303);
    shown(&admin, id).await.assert_shows("cannot be sent again");
    assert_eq!(site.count("letters"), 1);
}

#[actix_web::test]
async fn a_letter_is_called_off_and_sent_after_all_as_another() {
    let (site, server) = (Site::start().await, MailServer::start());
    let admin = site.signed_in(Role::Owner);
    let id = post(&site, &hello("ada@example.net"));
    let ask = admin.get(&format!("/admin/mail/{id}/cancellation")).await;
    ask.assert_shows("Call this letter off?");
    admin.submit(ask.form("#cancellation")).await.assert_redirects_to(&format!("/admin/mail/{id}"));
    run(&site, &server.url);
    assert_eq!((state(&site, id).as_str(), server.arrived().len()), ("cancelled", 0));
    admin.submit(ask.form("#cancellation")).await.assert_status(303);
    shown(&admin, id).await.assert_shows("nothing to call off");
    for _ in 0..2 {
        admin.submit(shown(&admin, id).await.form("#resend")).await.assert_status(303);
        run(&site, &server.url);
    }
    let ids: Vec<String> = server.arrived().iter().map(|letter| header(letter, "Message-ID")).collect();
    assert!(ids.len() == 2 && ids[0] != ids[1], "mailboxes drop what they have had: {ids:?}");
    assert_eq!(site.count("journal WHERE kind IN ('letter.cancelled', 'letter.resent')"), 3);
}

#[actix_web::test]
async fn a_test_is_sent_at_once_and_shows_its_answer() {
    let site = Site::start().await;
    let admin = site.signed_in(Role::Admin);
    let ask = admin.get("/admin/mail/test").await;
    ask.assert_shows("admin-1@example.org").assert_shows("No mail server is set");
    let to = admin.submit(ask.form("#test")).await.header("location").to_owned();
    admin.get(&to).await.assert_shows("Written to").assert_shows("Sent");
    assert!(site.letters()[0].contains("To: admin-1@example.org"));
}

#[actix_web::test]
async fn letters_are_signed_once_the_key_is_published() {
    let (site, server) = (Site::start().await, MailServer::start());
    let admin = site.signed_in(Role::Admin);
    let sender = admin.get("/admin/mail/sender").await;
    sender.assert_shows("Letters are not signed").assert_shows("v=spf1").assert_shows("_dmarc.example.org");
    admin.submit(sender.form("#key")).await.assert_status(303);
    post(&site, &hello("ada@example.net"));
    run(&site, &server.url);
    assert!(!server.arrived()[0].data.contains("DKIM-Signature"), "its record is not published yet");
    let page = admin.get("/admin/mail/sender").await;
    page.assert_shows("._domainkey.example.org").assert_shows("v=DKIM1; k=rsa; p=MII").assert_lacks("PRIVATE KEY");
    admin.submit(page.form("#sign")).await.assert_status(303);
    let unsubscribe = Some("https://example.org/u/abc".to_owned());
    post(&site, &Letter { unsubscribe, ..hello("ada@example.net") });
    run(&site, &server.url);

    let conn = &mut site.database.conn();
    let (public, private): (String, String) = dkim_keys::table.select((dkim_keys::public_key, dkim_keys::private_key)).first(conn).unwrap();
    assert!(!private.contains("BEGIN"), "it is sealed");
    let signed = server.arrived()[1].clone();
    assert!(verifies(&signed, &public), "{}", signed.data);
    let changed = Arrived { data: signed.data.replace("Subject: ", "Subject: =?utf-8?b?RncgOg==?= "), ..signed.clone() };
    assert!(!verifies(&changed, &public), "a changed subject");
    let changed = Arrived { data: signed.data.replace("Hello", "Hullo"), ..signed };
    assert!(!verifies(&changed, &public), "a changed text");

    let ask = admin.get("/admin/mail/sender/deletion").await;
    admin.submit(ask.form("#deletion")).await.assert_status(303);
    assert_eq!(site.count("dkim_keys"), 0);
    let kinds = "('signing_key.made', 'signing_key.started', 'signing_key.dropped')";
    assert_eq!(site.count(&format!("journal WHERE kind IN {kinds}")), 3);
}

/// The value of a header, on one line.
fn header(letter: &Arrived, name: &str) -> String {
    let head = letter.data.split("\n\n").next().unwrap_or_default().replace("\n ", " ").replace("\n\t", " ");
    let begin = format!("{}:", name.to_ascii_lowercase());
    let found = head.lines().find(|line| line.to_ascii_lowercase().starts_with(&begin));
    found.map_or_else(String::new, |line| line[begin.len()..].split_whitespace().collect::<Vec<_>>().join(" "))
}

/// Whether the signature holds, by RFC 6376 with relaxed canonicalization of head and body, as a receiver reckons.
fn verifies(letter: &Arrived, public: &str) -> bool {
    let signature = header(letter, "DKIM-Signature");
    let tag = |name: &str| {
        let found = signature.split(';').map(str::trim).find_map(|tag| tag.strip_prefix(&format!("{name}=")));
        found.unwrap_or_default().split_whitespace().collect::<String>()
    };
    let body = letter.data.split_once("\n\n").map_or("", |(_, body)| body);
    let lines: Vec<String> = body.lines().map(relaxed).collect();
    let end = lines.iter().rposition(|line| !line.is_empty()).map_or(0, |last| last + 1);
    let body: String = lines[..end].iter().map(|line| format!("{line}\r\n")).collect();
    if decoded(&tag("bh")) != Sha256::digest(body.as_bytes()).to_vec() {
        return false;
    }
    let signed = tag("h");
    for name in ["from", "subject", "list-unsubscribe", "list-unsubscribe-post"] {
        assert!(signed.split(':').any(|one| one == name), "{name} is not signed");
    }
    let present = |name: &&str| {
        letter.data.to_ascii_lowercase().contains(&format!("\n{name}:"))
            || letter.data.to_ascii_lowercase().starts_with(&format!("{name}:"))
    };
    let mut head: String = signed.split(':').filter(present).map(|name| format!("{name}:{}\r\n", header(letter, name))).collect();
    let without = signature.rsplit_once("b=").map_or("", |(before, _)| before);
    head.push_str(&format!("dkim-signature:{without}b="));
    let key = RsaPublicKey::from_public_key_der(&decoded(public)).unwrap();
    key.verify(Pkcs1v15Sign::new::<Sha256>(), &Sha256::digest(head.as_bytes()), &decoded(&tag("b"))).is_ok()
}

/// Blanks within a line are one, those at its end none.
fn relaxed(line: &str) -> String {
    let mut out = String::new();
    for sign in line.trim_end_matches([' ', '\t', '\r']).chars() {
        match sign {
            ' ' | '\t' if out.ends_with(' ') => {}
            ' ' | '\t' => out.push(' '),
            other => out.push(other),
        }
    }
    out
}

/// Base64 (RFC 4648, 4).
fn decoded(text: &str) -> Vec<u8> {
    const SIGNS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut bits, mut many, mut out) = (0u32, 0, Vec::new());
    for value in text.chars().filter_map(|sign| SIGNS.find(sign)) {
        bits = bits << 6 | u32::try_from(value).unwrap();
        many += 6;
        if many >= 8 {
            many -= 8;
            out.push((bits >> many) as u8);
            bits &= (1 << many) - 1;
        }
    }
    out
}

#[actix_web::test]
async fn what_has_ended_is_kept_as_long_as_the_settings_say_and_what_waits_for_nobody_is_found() {
    let (site, server) = (Site::start().await, MailServer::start());
    let (sent, lost) = (post(&site, &hello("ada@example.net")), post(&site, &hello("grace@example.net")));
    let conn = &mut site.database.conn();
    diesel::sql_query(format!("DELETE FROM jobs WHERE payload LIKE '%{lost}%'")).execute(conn).unwrap();
    run(&site, &server.url);
    assert_eq!([state(&site, sent), state(&site, lost)], ["sent", "waiting"]);
    site.later(TimeDelta::minutes(11));
    let now = site.state.clock.now();
    site.write(|conn| Ok(FindStranded.enqueue(conn, now)?));
    run(&site, &server.url);
    assert_eq!(state(&site, lost), "sent");

    site.later(TimeDelta::days(30) - TimeDelta::minutes(5));
    let now = site.state.clock.now();
    site.write(|conn| Ok(PruneLetters.enqueue(conn, now)?));
    run(&site, &server.url);
    assert_eq!((site.count("letters"), site.count("letter_attempts")), (1, 1));
}

#[actix_web::test]
async fn an_address_is_spared_by_hand_and_forgotten_with_its_person() {
    let site = Site::start().await;
    let (owner, reader) = (site.signed_in(Role::Owner), site.given_user(Role::Reader));
    let list = owner.get("/admin/mail/suppressed").await;
    list.assert_shows("No address is spared");
    let wrong = owner.submit(list.form("#add").fill([("address", "nobody"), ("note", "Wants none")])).await;
    wrong.assert_status(422).assert_shows("Give one email address").assert_shows("Wants none");
    let form = wrong.form("#add").fill([("address", "Reader-2@example.org"), ("reason", "complaint")]);
    owner.submit(form.clone()).await.assert_redirects_to("/admin/mail/suppressed");
    owner.submit(form).await.assert_status(422).assert_shows("on the list already");
    owner.get("/admin/mail/suppressed?q=reader-2@example.org").await.assert_shows("Complained").assert_shows("Wants none");

    post(&site, &hello("reader-2@example.org"));
    post(&site, &hello("other@example.org"));
    site.run_jobs();
    let conn = &mut site.database.conn();
    assert!(suppression::has(conn, "READER-2@example.org").unwrap());
    let erase = owner.get(&format!("/admin/people/{reader}/erasure")).await.form("#erase");
    owner.submit(erase.fill([("name", "Reader 2")])).await.assert_status(303);
    assert_eq!((site.count("letters"), site.count("suppressed_addresses")), (1, 0));
    assert_eq!(letter::forget(conn, "other@example.org").unwrap(), 1);
    site.run_jobs();
}

#[actix_web::test]
async fn dead_letters_stand_in_the_security_centre() {
    use mainstay::security::Facts;
    let (site, server) = (Site::start().await, MailServer::start());
    server.will_say(&["554 5.7.1 Go away"]);
    post(&site, &hello("ada@example.net"));
    run(&site, &server.url);
    let admin = site.given_user(Role::Admin);
    let state = mainstay::app::State { facts: std::sync::Arc::new(Facts { has_mail: true, ..Facts::default() }), ..site.state.clone() };
    let there = site.session_on(&state, admin).await;
    there.get("/admin/security").await.assert_shows("1 letter was given up").assert_shows("/admin/mail?state=failed");
}
