//! Personal data: handed out whole, erased without taking content along.

use crate::support::{
    answer::{Answer, Form},
    site::{Site, Visitor, a_page, a_post},
};
use chrono::TimeDelta;
use diesel::{prelude::*, sql_types};
use mainstay::{
    jobs::Job,
    privacy::{jobs::SweepExports, model::kept::KEPT},
    schema::{journal, users},
    web::person::{Role, UserId},
};
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    io::{Cursor, Read},
};
use zip::ZipArchive;

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = sql_types::Text)]
    line: String,
}

#[actix_web::test]
async fn every_table_that_leads_to_a_user_says_what_becomes_of_it() {
    let site = Site::start().await;
    let keys = "SELECT CONCAT(table_name, '.', column_name) AS line FROM information_schema.key_column_usage
                 WHERE table_schema = DATABASE() AND referenced_table_name = 'users'";
    let keys: Vec<Line> = diesel::sql_query(keys).load(&mut site.database.conn()).unwrap();
    let keys: BTreeSet<String> = keys.into_iter().map(|row| row.line).collect();
    let told: BTreeSet<String> = KEPT.iter().flat_map(|kept| kept.users.iter().map(|user| format!("{}.{user}", kept.table))).collect();
    assert_eq!(told, keys, "left: privacy::model::kept, right: the foreign keys");
}

/// The files of an archive.
fn unpacked(answer: &Answer) -> BTreeMap<String, Vec<u8>> {
    let mut zip = ZipArchive::new(Cursor::new(answer.bytes.clone())).unwrap();
    let names: Vec<String> = zip.file_names().map(|name| name.unwrap().into_owned()).collect();
    names
        .into_iter()
        .map(|name| {
            let mut bytes = Vec::new();
            zip.by_name(&name).unwrap().read_to_end(&mut bytes).unwrap();
            (name, bytes)
        })
        .collect()
}

fn list(files: &BTreeMap<String, Vec<u8>>, name: &str) -> Vec<Value> {
    serde_json::from_slice(&files[name]).unwrap_or_else(|error| panic!("{name}: {error}"))
}

#[actix_web::test]
async fn everybody_gets_everything_that_is_kept_of_them_and_nothing_of_others() {
    let site = Site::start().await;
    let (ada, grace) = (site.given_user(Role::Author), site.given_user(Role::Author));
    let visitor = site.session_of(ada);
    let id = site.given(a_post("Mine 🦀 \"quoted\"").by(ada).published());
    site.given(a_post("Hers").by(grace).published());
    site.given_file_of(Some(ada), "../a/ü.txt", &[b"text ".as_slice(), b"words ".repeat(400_000).as_slice()].concat());
    let form = visitor.get(&format!("/admin/entries/{id}")).await.form("#editor");
    visitor.submit(form.fill([("body", "A second text."), ("do", "save")])).await.assert_status(303);
    let answer = fetched(&site, &visitor, "/admin/profile/data", "/account/data.zip").await;
    assert_eq!((answer.kind(), answer.header("cache-control")), ("application/zip", "no-store"));
    let files = unpacked(&answer);
    assert_eq!(list(&files, "profile.json")[0]["email"], "author-1@example.org");
    assert_eq!(list(&files, "entries.json")[0]["title"], "Mine 🦀 \"quoted\"");
    let texts: Vec<String> = list(&files, "revisions.json").iter().map(|row| row["body"].to_string()).collect();
    assert!(texts.len() == 2 && texts[1].contains("A second text."), "{texts:?}");
    assert!(!list(&files, "journal.json").is_empty() && !list(&files, "sessions.json").is_empty());
    let brought: Vec<&String> = files.keys().filter(|name| name.starts_with("files/")).collect();
    assert!(brought.len() == 1 && !brought[0].contains("..") && files[brought[0]].len() > 2_000_000, "{brought:?}");
    let all = files.iter().filter(|(name, _)| name.ends_with("json")).map(|(_, bytes)| String::from_utf8_lossy(bytes)).collect::<String>();
    assert!(!all.contains("Hers") && !all.contains("password"), "{all}");
    assert_eq!(site.count("journal WHERE kind = 'account.exported' AND user_id = 1"), 1);
}

/// Asks for the archive on that page, lets the job run, and fetches it.
async fn fetched(site: &Site, by: &Visitor, page: &str, file: &str) -> Answer {
    by.get(file).await.assert_redirects_to(page);
    by.get(page).await.assert_shows("There is no file yet.");
    by.submit(by.get(page).await.form("#make")).await.assert_redirects_to(page);
    by.get(page).await.assert_shows("is being put together").assert_lacks(&format!("href=\"{file}\""));
    site.run_jobs();
    assert_eq!(by.get(page).await.link("Download the file"), file);
    let answer = by.get(file).await;
    answer.assert_status(200);
    answer
}

/// What lies in the store for that purpose.
fn archives(site: &Site) -> usize {
    let mut count = 0;
    let each = |found: Vec<mainstay::storage::Stored>| {
        count += found.len();
        Ok(())
    };
    site.state.storage.list("exports", each).unwrap();
    count
}

#[actix_web::test]
async fn readers_get_their_data_without_an_admin_and_visitors_are_asked_to_log_in() {
    let site = Site::start().await;
    let reader = site.signed_in(Role::Reader);
    let files = unpacked(&fetched(&site, &reader, "/account/data", "/account/data.zip").await);
    assert_eq!(list(&files, "profile.json")[0]["role"], "reader");
    reader.get("/admin/profile/data").await.assert_status(403);
    site.visitor().get("/account/data.zip").await.assert_redirects_to("/login?next=/account/data.zip");
    site.later(TimeDelta::minutes(16));
    reader.get("/account/data.zip").await.assert_redirects_to("/login/confirmation?next=/account/data.zip");
}

#[actix_web::test]
async fn an_admin_hands_out_what_is_kept_of_somebody() {
    let site = Site::start().await;
    let (ada, admin) = (site.given_user(Role::Reader), site.signed_in(Role::Admin));
    let data = format!("/admin/people/{ada}/data");
    assert_eq!(admin.get(&format!("/admin/people/{ada}")).await.link("Hand out what is kept…"), data);
    let files = unpacked(&fetched(&site, &admin, &data, &format!("{data}.zip")).await);
    assert_eq!(list(&files, "profile.json")[0]["email"], "reader-1@example.org");
    // Ada finds the same file, and nobody else does.
    site.session_of(ada).get("/account/data.zip").await.assert_status(200);
    site.signed_in(Role::Reader).get("/account/data.zip").await.assert_redirects_to("/account/data");
    let owner = site.given_user(Role::Owner);
    admin.get(&format!("/admin/people/{owner}/data.zip")).await.assert_status(403);
}

#[actix_web::test]
async fn one_archive_waits_for_each_person_and_none_for_ever() {
    let site = Site::start().await;
    let reader = site.signed_in(Role::Reader);
    fetched(&site, &reader, "/account/data", "/account/data.zip").await;
    let again = reader.get("/account/data").await.form("#make");
    reader.submit(again.clone()).await.assert_redirects_to("/account/data");
    reader.get("/account/data").await.assert_shows("was asked for just now");
    assert_eq!((site.count("jobs"), archives(&site)), (0, 1));
    site.later(TimeDelta::minutes(11));
    reader.submit(again.clone()).await.assert_redirects_to("/account/data");
    reader.submit(again).await.assert_redirects_to("/account/data"); // pressed twice
    site.run_jobs();
    reader.get("/account/data.zip").await.assert_status(200);
    assert_eq!((site.count("exports"), archives(&site)), (1, 1));
    assert_eq!(site.count("journal WHERE kind = 'account.exported'"), 2);
    site.later(TimeDelta::days(4));
    site.write(|conn| Ok(SweepExports.enqueue(conn, site.state.clock.now())?));
    site.run_jobs();
    assert_eq!((site.count("exports"), archives(&site)), (0, 0));
}

#[actix_web::test]
async fn a_reader_erases_the_own_account_and_nobody_who_works_on_the_site_does() {
    let site = Site::start().await;
    let ada = site.given_user(Role::Reader);
    let (here, there) = (site.session_of(ada), site.session_of(ada));
    fetched(&site, &here, "/account/data", "/account/data.zip").await;
    let page = here.get(&here.get("/account/data").await.link("Erase your account…")).await;
    here.submit(page.form("#erase")).await.assert_status(422).assert_shows("Type the address as it stands above");
    here.submit(page.form("#erase").fill([("email", "Reader-1@example.org ")])).await.assert_redirects_to("/login?done=erased");
    here.get("/login?done=erased").await.assert_shows("Your account is erased.");
    there.get("/account").await.assert_redirects_to("/login?next=/account");
    assert_eq!(user(&site, ada).0, "erased-1@erased.invalid");
    assert_eq!(site.count("journal WHERE (user_id = 1 OR subject_key = 1) AND (address <> '' OR agent <> '')"), 0);
    site.run_jobs();
    assert_eq!((site.count("exports"), site.count("sessions"), archives(&site)), (0, 0, 0));

    let author = site.signed_in(Role::Author);
    author.get("/account/erasure").await.assert_redirects_to("/admin/profile/data");
    let forged = [("token", author.token.as_str()), ("email", "author-2@example.org")];
    author.submit(Form::forged("/account/erasure", &forged)).await.assert_status(409).assert_shows("Ask an owner or admin");
}

fn user(site: &Site, id: UserId) -> (String, String, String, Option<String>) {
    let columns = (users::email, users::name, users::slug, users::password_hash);
    users::table.find(id).select(columns).first(&mut site.database.conn()).unwrap()
}

#[actix_web::test]
async fn who_is_erased_is_gone_and_what_they_wrote_stays() {
    let site = Site::start().await;
    let (ada, admin) = (site.given_user(Role::Author), site.signed_in(Role::Admin));
    let author = site.session_of(ada);
    diesel::update(users::table.find(ada)).set(users::password_hash.eq("x")).execute(&mut site.database.conn()).unwrap();
    site.given(a_post("Kept").by(ada).published());
    author.get("/admin").await.assert_status(200);
    let address = format!("/admin/people/{ada}/erasure");
    let page = admin.get(&address).await;
    page.assert_shows("Erase Author 1 for good?").assert_shows("One entry, by whom you choose below.");
    admin.submit(page.form("#erase")).await.assert_status(422).assert_shows("Type the name as it stands above");
    admin.submit(page.form("#erase").fill([("name", "author 1")])).await.assert_redirects_to("/admin/people");
    let (email, name, slug, password) = user(&site, ada);
    assert_eq!(
        (email.as_str(), name.as_str(), slug.as_str(), password),
        ("erased-1@erased.invalid", "Former member 1", "former-member-1", None)
    );
    author.get("/admin").await.assert_redirects_to("/login");
    site.visitor().get("/posts/kept").await.assert_shows("Former member 1").assert_lacks("Author 1");
    site.visitor().get("/authors/author-1").await.assert_status(404);
    site.visitor().get("/authors/former-member-1").await.assert_status(200);
    let about = journal::table.filter(journal::subject_kind.eq("account")).filter(journal::subject_key.eq(ada.number()));
    let about: Vec<(String, String)> = about.select((journal::subject_label, journal::detail)).load(&mut site.database.conn()).unwrap();
    assert!(about.iter().all(|(label, _)| label == "Former member 1"), "{about:?}");
    assert_eq!((site.count("sessions WHERE user_id = 1"), site.count("journal WHERE user_id = 1 AND address <> ''")), (0, 0));
    admin.get(&address).await.assert_status(409).assert_shows("erased already");
    site.run_jobs();
}

#[actix_web::test]
async fn a_successor_takes_over_what_was_written() {
    let site = Site::start().await;
    let (ada, grace) = (site.given_user(Role::Editor), site.given_user(Role::Author));
    site.given(a_post("A post").by(ada).published());
    site.given(a_page("A page").by(ada));
    let admin = site.signed_in(Role::Admin);
    let form = admin.get(&format!("/admin/people/{ada}/erasure")).await.form("#erase");
    let wrong = form.clone().fill([("name", "Editor 1"), ("successor", "999")]);
    admin.submit(wrong).await.assert_status(422);
    assert_eq!(user(&site, ada).1, "Editor 1", "nothing is done by halves");
    let successor = grace.to_string();
    admin.submit(form.fill([("name", "Editor 1"), ("successor", &successor), ("placeholder", "The team")])).await.assert_status(303);
    site.visitor().get("/posts/a-post").await.assert_shows("Author 2").assert_lacks("Editor 1");
    assert_eq!(site.count(&format!("entries WHERE author_id = {grace}")), 2);
    assert_eq!(user(&site, ada).1, "The team");
    site.run_jobs();
}

#[actix_web::test]
async fn neither_oneself_nor_the_last_owner_is_erased() {
    let site = Site::start().await;
    let (owner, admin) = (site.given_user(Role::Owner), site.given_user(Role::Admin));
    diesel::update(users::table.find(owner)).set(users::password_hash.eq("x")).execute(&mut site.database.conn()).unwrap();
    let by_admin = site.session_of(admin);
    by_admin.get(&format!("/admin/people/{owner}/erasure")).await.assert_status(403);
    by_admin.get(&format!("/admin/people/{admin}/erasure")).await.assert_status(409).assert_shows("your own account");
    let second = site.signed_in(Role::Owner);
    second.get(&format!("/admin/people/{owner}/erasure")).await.assert_status(409).assert_shows("last owner");
}
